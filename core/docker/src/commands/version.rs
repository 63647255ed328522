use api::DockerVersion;
use serde_json::json;
use vfs::Time;

use super::BASE;
use crate::{
    Command,
    command::Call,
    failure::Failure,
    flags::text,
    listing::parse_failure,
    template::{Data, Template},
};

pub(crate) const COMMAND: Command = Command {
    names: &["version"],
    usage: "[OPTIONS]",
    summary: "Show which Docker is simulated",
    flags: &[
        text("format", Some('f'), "Print by a Go template"),
        text("kubeconfig", None, "Not simulated: there is no Kubernetes"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    call.refuse(&["kubeconfig"])?;
    let (number, api) = numbers(call.backend.version());
    let glasshull = env!("CARGO_PKG_VERSION");
    if let Some(format) = call.matches.text("format").filter(|format| !format.is_empty()) {
        let format = if format == "json" { "{{json .}}" } else { format };
        let value = json!({
            "Client": { "Version": glasshull, "ApiVersion": api, "Os": "linux", "Arch": "amd64", "Context": "default" },
            "Server": { "Version": number, "ApiVersion": api, "Os": "linux", "Arch": "amd64", "Experimental": false },
        });
        let template = Template::named(format, "version").map_err(parse_failure)?;
        return show(call, &template, &value, "system.versionInfo");
    }
    call.print(format!(
        "Client: Glasshull\n Version:           {glasshull}\n\nServer: Docker, simulated\n Engine:\n  Version:          \
         {number}\n  API version:      {api}\n  OS/Arch:          linux/amd64\n"
    ));
    Ok(0)
}

/// Prints a value by a template; the line ends even where the template fails.
pub(super) fn show(
    call: &mut Call<'_>,
    template: &Template,
    value: &serde_json::Value,
    type_name: &'static str,
) -> Result<u8, Failure> {
    let done = template.execute(value, Data::Struct(type_name));
    call.print(done.as_deref().unwrap_or_default().to_owned() + "\n");
    done.map(|_| 0).map_err(|error| Failure::client(error.to_string()))
}

/// What `docker --version` prints.
pub(crate) fn line(version: DockerVersion) -> String {
    format!("Docker version {}, simulated by Glasshull {}", numbers(version).0, env!("CARGO_PKG_VERSION"))
}

/// The version of docker.
pub(super) fn number(version: DockerVersion) -> &'static str {
    numbers(version).0
}

fn numbers(version: DockerVersion) -> (&'static str, &'static str) {
    match version {
        DockerVersion::V20_10 => ("20.10.24", "1.41"),
        DockerVersion::V29 => ("29.7.2", "1.55"),
    }
}

/// Go's default form of a time, in UTC: `2024-09-06 22:20:07 +0000 UTC`.
pub(crate) fn local_time(time: Time) -> String {
    let text = rfc3339(time);
    let (date, clock) = text.trim_end_matches('Z').split_once('T').unwrap_or((&text, ""));
    format!("{date} {clock} +0000 UTC")
}

/// RFC 3339 to the second, in UTC.
pub(crate) fn rfc3339(time: Time) -> String {
    Time::from_secs(time.secs()).rfc3339()
}
