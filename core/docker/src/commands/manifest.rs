use super::BASE;
use crate::{Command, command::ArgRule, failure::Failure, flags::switch};

pub(crate) const INSPECT: Command = Command {
    names: &["manifest inspect"],
    usage: "[OPTIONS] [MANIFEST_LIST] MANIFEST",
    summary: "Display an image manifest of a registry",
    args: ArgRule::Exactly(1),
    flags: &[
        switch("insecure", None, "Ask a registry without TLS"),
        switch("verbose", Some('v'), "Not simulated"),
    ],
    run: |call| {
        if call.switch("verbose") {
            return Err(Failure::client("glasshull: the flag --verbose is not simulated"));
        }
        let name = call.args()[0].clone();
        let text = call.backend.manifest(&name).map_err(|error| Failure::client(error.message))?;
        call.print(indented(&text) + "\n");
        Ok(0)
    },
    ..BASE
};

/// JSON indented by tabs, as docker's client prints manifests.
fn indented(text: &str) -> String {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) if serde::Serialize::serialize(&value, &mut serializer).is_ok() => {
            String::from_utf8_lossy(&bytes).into_owned()
        }
        _ => text.to_owned(),
    }
}
