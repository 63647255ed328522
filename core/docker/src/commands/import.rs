use api::ImportRequest;
use vfs::{Tree, archive::ArchiveError};

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    context,
    failure::Failure,
    flags::{list, text},
};

pub(crate) const COMMAND: Command = Command {
    names: &["import", "image import"],
    usage: "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
    summary: "Make an image of a root file system in a tar archive",
    args: ArgRule::AtLeast(1),
    flags: &[
        list("change", Some('c'), "Apply a Dockerfile instruction to the image"),
        text("message", Some('m'), "Set the commit message"),
        text("platform", None, "Set the platform"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let source = call.args()[0].clone();
    let reference = call.args().get(1).cloned();
    if source.starts_with("http://") || source.starts_with("https://") {
        return Err(Failure::client("glasshull: importing from a URL is not simulated"));
    }
    let bytes = match source.as_str() {
        "-" => call.host.read_stdin()?,
        path => {
            call.host.read_file(path).map_err(|error| Failure::client(format!("open {path}: {error}")))?
        }
    };
    if let Some(name) = &reference {
        oci::Reference::parse_normalized(name).map_err(|error| Failure::client(error.to_string()))?;
    }
    let request = ImportRequest {
        rootfs: rootfs(&bytes)?,
        tar: context::plain(&bytes).ok().map(Into::into),
        reference,
        message: call.matches.text("message").unwrap_or_default().to_owned(),
        changes: call.matches.list("change").to_vec(),
        platform: call.matches.text("platform").map(str::to_owned),
        // Docker's client sends a file as it sends standard input.
        source: "-".to_owned(),
    };
    let id = call.backend.import(&request)?;
    call.print(format!("{id}\n"));
    Ok(0)
}

fn rootfs(bytes: &[u8]) -> Result<Tree, Failure> {
    context::unpack(bytes).map_err(|error| {
        let who = match error {
            // Another process of the daemon reads it.
            ArchiveError::Header | ArchiveError::Truncated => "Error processing tar file(exit status 1): ",
            _ => "",
        };
        Failure::client(format!("Error response from daemon: {who}{error}"))
    })
}
