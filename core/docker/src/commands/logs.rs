use api::Stream;
use vfs::Time;

use super::BASE;
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
};

pub(crate) const COMMAND: Command = Command {
    names: &["logs", "container logs"],
    usage: "[OPTIONS] CONTAINER",
    summary: "Fetch the logs of a container",
    args: ArgRule::Exactly(1),
    flags: &[
        switch("details", None, "Not simulated"),
        switch("follow", Some('f'), "Go on with what it writes until it ends"),
        text("since", None, "Leave out what is older (10m, or a date)"),
        text("tail", Some('n'), "So many lines from the end (all)"),
        switch("timestamps", Some('t'), "Show the time of each line"),
        text("until", None, "Leave out what is newer"),
    ],
    run,
    ..BASE
};

/// A line of the log.
struct Line {
    at: Time,
    stream: Stream,
    bytes: Vec<u8>,
}

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let name = call.args()[0].clone();
    if call.switch("details") {
        return Err(Failure::client("glasshull: the flag --details is not simulated"));
    }
    let now = call.backend.now();
    let time = |flag: &str| {
        let time = call.matches.text(flag).map(|text| super::events::time(text, now));
        time.transpose().map_err(|failure| match failure {
            Failure::Client { message, exit } => {
                Failure::Client { message: format!("invalid value for {flag:?}: {message}"), exit }
            }
            other => other,
        })
    };
    let (since, until) = (time("since")?, time("until")?);
    let follows = call.switch("follow");
    let found = call.backend.inspect_container(&name);
    let container = found.map_err(|error| super::rm::container_failure(error, &name))?;
    if follows && container.summary.status == api::ContainerStatus::Running {
        // There is nobody else to wait for: what follows is all that it will ever write.
        call.backend.wait(&name)?;
    }
    let mut lines = lines(call.backend.log_entries(&name)?);
    lines.retain(|line| {
        since.is_none_or(|since| line.at >= since) && until.is_none_or(|until| line.at <= until)
    });
    if let Some(count) = call.matches.text("tail").and_then(|text| text.parse::<usize>().ok()) {
        let surplus = lines.len().saturating_sub(count);
        lines.drain(..surplus);
    }
    let stamped = call.switch("timestamps");
    for line in lines {
        if stamped {
            call.host.write(line.stream, format!("{} ", line.at.rfc3339()).as_bytes());
        }
        call.host.write(line.stream, &line.bytes);
    }
    Ok(0)
}

/// The writes of each stream as lines, in the order in which they ended. A line that has no end yet is one as well.
fn lines(entries: Vec<(Time, Stream, Vec<u8>)>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (at, stream, bytes) in entries {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            match lines.iter_mut().rev().find(|line| line.stream == stream) {
                Some(line) if !line.bytes.ends_with(b"\n") => line.bytes.extend_from_slice(piece),
                _ => lines.push(Line { at, stream, bytes: piece.to_vec() }),
            }
        }
    }
    lines
}
