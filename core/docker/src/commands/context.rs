//! `docker context`: there is the one that stands for this machine.

use serde_json::json;

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
    listing::Listing,
};

const HOST: &str = "unix:///var/run/docker.sock";

pub(crate) const LS: Command = Command {
    names: &["context ls", "context list"],
    usage: "[OPTIONS]",
    summary: "List contexts",
    flags: &[
        text("format", None, "Print each row by a Go template"),
        switch("quiet", Some('q'), "Print names only"),
    ],
    run: ls,
    ..BASE
};

pub(crate) const INSPECT: Command = Command {
    names: &["context inspect"],
    usage: "[OPTIONS] [CONTEXT] [CONTEXT...]",
    summary: "Show all that is known of contexts",
    args: ArgRule::AtLeast(0),
    flags: &[text("format", Some('f'), "Print by a Go template")],
    run: inspect,
    ..BASE
};

pub(crate) const USE: Command = Command {
    names: &["context use"],
    usage: "CONTEXT",
    summary: "Set the current docker context",
    args: ArgRule::Exactly(1),
    run: choose,
    ..BASE
};

const LISTING: Listing = Listing {
    headers: &[
        ("Name", "NAME"),
        ("Description", "DESCRIPTION"),
        ("DockerEndpoint", "DOCKER ENDPOINT"),
        ("KubernetesEndpoint", "KUBERNETES ENDPOINT"),
        ("StackOrchestrator", "ORCHESTRATOR"),
    ],
    default: "{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.KubernetesEndpoint}}\t{{.StackOrchestrator}}",
    raw: "",
    type_name: "*formatter.clientContextContext",
};

fn ls(call: &mut Call<'_>) -> Result<u8, Failure> {
    let row = json!({
        "Current": true,
        "Description": "Current DOCKER_HOST based configuration",
        "DockerEndpoint": HOST,
        "KubernetesEndpoint": "",
        "Name": "default",
        "StackOrchestrator": "swarm",
    });
    let text = match call.switch("quiet") {
        true => "default\n".to_owned(),
        false => LISTING.show(call.matches.text("format"), &[row])?,
    };
    call.print(text);
    Ok(0)
}

fn inspect(call: &mut Call<'_>) -> Result<u8, Failure> {
    if let Some(other) = call.args().iter().find(|name| *name != "default") {
        let other = other.clone();
        call.print("[]\n");
        return Err(Failure::client(format!("context {other:?} does not exist")));
    }
    let value = json!({
        "Name": "default",
        "Metadata": { "StackOrchestrator": "swarm" },
        "Endpoints": { "docker": { "Host": HOST, "SkipTLSVerify": false } },
        "TLSMaterial": {},
        "Storage": { "MetadataPath": "<IN MEMORY>", "TLSPath": "<IN MEMORY>" },
    });
    super::inspect::show(call, &[value], "context.contextWithTLSListing")
}

fn choose(call: &mut Call<'_>) -> Result<u8, Failure> {
    match call.args()[0].as_str() {
        "default" => {
            call.print("default\n");
            call.eprint("Current context is now \"default\"\n");
            Ok(0)
        }
        other => Err(Failure::client(format!("context {other:?} does not exist"))),
    }
}
