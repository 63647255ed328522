//! `--output`: what is asked of the daemon, and what the client does with the answer.

use std::collections::BTreeMap;

use api::{Exported, Output, SolveReply, Stream};

use crate::command::Call;
use crate::failure::Failure;

/// Where an output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// It stays with the daemon.
    Daemon,
    /// A folder.
    Folder(String),
    /// A file.
    File(String),
    /// Standard output.
    Stdout,
}

/// The `--output`s of a command line.
pub(super) fn outputs(call: &Call<'_>) -> Result<(Vec<Output>, Vec<Destination>), Failure> {
    let mut outputs = Vec::new();
    let mut destinations = Vec::new();
    for given in call.matches.list("output") {
        let (output, destination) = output(call, given)?;
        outputs.push(output);
        destinations.push(destination);
    }
    Ok((outputs, destinations))
}

fn output(call: &Call<'_>, given: &str) -> Result<(Output, Destination), Failure> {
    let output = |kind: &str, options: BTreeMap<String, String>| Output { kind: kind.to_owned(), options };
    if given == "-" {
        return Ok((output("tar", BTreeMap::new()), Destination::Stdout));
    }
    let fields: Vec<(&str, &str)> = given.split(',').filter_map(|field| field.split_once('=')).collect();
    if fields.len() != given.split(',').count() {
        if !given.contains(',') {
            return Ok((output("local", BTreeMap::new()), Destination::Folder(given.to_owned())));
        }
        return Err(Failure::client(format!("ERROR: failed to build: invalid value {given}")));
    }
    let mut options: BTreeMap<String, String> =
        fields.iter().map(|(key, value)| (key.trim().to_lowercase(), (*value).to_owned())).collect();
    let kind = options.remove("type").unwrap_or_default();
    if kind.is_empty() {
        return Err(Failure::client("ERROR: failed to build: type is required for output"));
    }
    let dest = options.remove("dest");
    let terminal = || call.host.is_terminal(Stream::Stdout);
    let destination = match (&*kind, dest) {
        ("local", Some(dest)) => Destination::Folder(dest),
        ("local", None) => {
            return Err(Failure::client("ERROR: failed to build: dest is required for local output"));
        }
        ("tar" | "oci" | "docker", Some(dest)) if dest != "-" => Destination::File(dest),
        ("tar" | "oci", _) if terminal() => {
            return Err(Failure::client(format!(
                "ERROR: failed to build: dest file is required for {kind} exporter. refusing to write to console"
            )));
        }
        ("tar" | "oci", _) => Destination::Stdout,
        ("docker", Some(_)) => Destination::Stdout,
        _ => Destination::Daemon,
    };
    if kind == "docker" && destination != Destination::Daemon {
        options.insert("to-client".to_owned(), "true".to_owned());
    }
    Ok((output(&kind, options), destination))
}

/// Writes what came back.
pub(super) fn write(
    call: &mut Call<'_>,
    outputs: &[Output],
    reply: &SolveReply,
    destinations: &[Destination],
) -> Result<(), Failure> {
    for ((_, exported), destination) in outputs.iter().zip(&reply.exported).zip(destinations) {
        match (exported, destination) {
            (Some(Exported::Archive(bytes)), Destination::File(path)) => call.host.write_file(path, bytes)?,
            (Some(Exported::Archive(bytes)), _) => call.host.write(Stream::Stdout, bytes),
            (Some(Exported::Files(tree)), Destination::Folder(path)) => call.host.write_dir(path, tree)?,
            _ => {}
        }
    }
    Ok(())
}

/// The text of `--metadata-file`: an object of JSON values, indented.
pub(super) fn metadata(reply: &SolveReply) -> String {
    let values = reply.metadata.iter().filter_map(|(key, value)| {
        let value: serde_json::Value = serde_json::from_str(value).ok()?;
        Some((key.clone(), value))
    });
    let object: serde_json::Map<String, serde_json::Value> = values.collect();
    serde_json::to_string_pretty(&object).unwrap_or_default()
}
