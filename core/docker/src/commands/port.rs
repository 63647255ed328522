use super::{BASE, port_flags::addresses};
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["port", "container port"],
    usage: "CONTAINER [PRIVATE_PORT[/PROTO]]",
    summary: "List port mappings or a specific mapping for the container",
    args: ArgRule::Between(1, 2),
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let name = call.args()[0].clone();
    let container =
        call.backend.inspect_container(&name).map_err(|error| super::rm::container_failure(error, &name))?;
    let mut ports = container.summary.ports;
    ports.retain(|port| port.host_port.is_some());
    ports.sort();
    let wanted = match call.args().get(1) {
        None => None,
        Some(port) => {
            let (number, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
            if number.parse::<u16>().is_err() {
                let text = format!("strconv.ParseUint: parsing \"{number}\": invalid syntax");
                return Err(Failure::client(text));
            }
            Some(format!("{number}/{protocol}"))
        }
    };
    let mut text = String::new();
    for port in &ports {
        let number = port.host_port.unwrap_or_default();
        for address in addresses(port) {
            match &wanted {
                None => text += &format!("{} -> {address}:{number}\n", port.container),
                Some(wanted) if *wanted == port.container => text += &format!("{address}:{number}\n"),
                Some(_) => {}
            }
        }
    }
    match (&wanted, text.is_empty()) {
        (Some(wanted), true) => {
            Err(Failure::client(format!("Error: No public port '{wanted}' published for {name}")))
        }
        _ => {
            call.print(text);
            Ok(0)
        }
    }
}
