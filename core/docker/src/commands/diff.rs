use api::{FileChangeKind, Stream};

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
};

pub(crate) const COMMAND: Command = Command {
    names: &["diff", "container diff"],
    usage: "CONTAINER",
    summary: "Show what a container changed in its file system",
    args: ArgRule::Exactly(1),
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let name = call.args()[0].clone();
    for change in call.backend.changes(&name)? {
        let letter = match change.kind {
            FileChangeKind::Added => b"A ",
            FileChangeKind::Changed => b"C ",
            FileChangeKind::Deleted => b"D ",
        };
        call.host.write(Stream::Stdout, &[letter.as_slice(), &change.path, b"\n"].concat());
    }
    Ok(0)
}
