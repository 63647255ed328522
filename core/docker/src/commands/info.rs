use api::{ContainerStatus, ImageQuery};
use serde_json::{Value, json};

use super::BASE;
use crate::{
    Command, command::Call, failure::Failure, flags::text, listing::parse_failure, template::Template,
};

pub(crate) const COMMAND: Command = Command {
    names: &["info", "system info"],
    usage: "[OPTIONS]",
    summary: "Display system-wide information",
    flags: &[text("format", Some('f'), "Print by a Go template")],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let info = info(call)?;
    if let Some(format) = call.matches.text("format").filter(|format| !format.is_empty()) {
        let format = if format == "json" { "{{json .}}" } else { format };
        let template = Template::parse(format).map_err(parse_failure)?;
        return super::version::show(call, &template, &info, "system.info");
    }
    let field = |name: &str| match &info[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut text = "Client:\n Context:    default\n Debug Mode: false\n\nServer:\n".to_owned();
    for (label, name) in [
        ("Containers", "Containers"),
        (" Running", "ContainersRunning"),
        (" Paused", "ContainersPaused"),
        (" Stopped", "ContainersStopped"),
        ("Images", "Images"),
        ("Server Version", "ServerVersion"),
        ("Storage Driver", "Driver"),
        ("Logging Driver", "LoggingDriver"),
        ("Operating System", "OperatingSystem"),
        ("OSType", "OSType"),
        ("Architecture", "Architecture"),
        ("CPUs", "NCPU"),
        ("Name", "Name"),
        ("Docker Root Dir", "DockerRootDir"),
    ] {
        text += &format!(" {label}: {}\n", field(name));
    }
    text += " Plugins:\n  Volume: local\n  Network: bridge host null\n";
    call.print(text);
    Ok(0)
}

fn info(call: &Call<'_>) -> Result<Value, Failure> {
    let containers = call.backend.containers(true)?;
    let images = call.backend.images(&ImageQuery { all: true, reference: None, filters: Vec::new() })?;
    let count = |wanted: &[ContainerStatus]| {
        containers.iter().filter(|container| wanted.contains(&container.status)).count()
    };
    Ok(json!({
        "ID": "",
        "Containers": containers.len(),
        "ContainersRunning": count(&[ContainerStatus::Running, ContainerStatus::Restarting]),
        "ContainersPaused": count(&[ContainerStatus::Paused]),
        "ContainersStopped": count(&[ContainerStatus::Exited, ContainerStatus::Created]),
        "Images": images.len(),
        "Driver": "overlay2",
        "LoggingDriver": "json-file",
        "ServerVersion": super::version::number(call.backend.version()),
        "OperatingSystem": "Glasshull, simulated",
        "OSType": "linux",
        "Architecture": "x86_64",
        "NCPU": 1,
        "Name": "glasshull",
        "DockerRootDir": "/var/lib/docker",
        "Plugins": { "Volume": ["local"], "Network": ["bridge", "host", "null"] },
    }))
}
