use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
};

pub(crate) const COMMAND: Command = Command {
    names: &["load", "image load"],
    usage: "[OPTIONS]",
    summary: "Take images from a tar archive",
    args: ArgRule::None,
    flags: &[
        text("input", Some('i'), "Read a file instead of standard input"),
        switch("quiet", Some('q'), "Print the names alone"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let archive = match call.matches.text("input") {
        Some(path) => {
            let path = path.to_owned();
            call.host.read_file(&path).map_err(|error| Failure::client(format!("open {path}: {error}")))?
        }
        None if call.host.stdin_is_terminal() => {
            return Err(Failure::client("requested load from stdin, but stdin is empty"));
        }
        None => call.host.read_stdin()?,
    };
    for image in call.backend.load_images(&archive)? {
        if image.tags.is_empty() {
            call.print(format!("Loaded image ID: {}\n", image.id));
        }
        for (tag, old) in image.tags {
            if let Some(old) = old {
                call.print(format!(
                    "The image {tag} already exists, renaming the old one with ID {old} to empty string\n"
                ));
            }
            call.print(format!("Loaded image: {tag}\n"));
        }
    }
    Ok(0)
}
