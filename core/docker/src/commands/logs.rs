use api::{ContainerInspect, ContainerStatus, Stream};
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
        switch("details", None, "Show what options of the log driver add to each line"),
        switch("follow", Some('f'), "Go on with what it writes until it ends"),
        text("since", None, "Leave out what is older (10m, or a date)"),
        text("tail", Some('n'), "So many lines from the end (all)"),
        switch("timestamps", Some('t'), "Show the time of each line"),
        text("until", None, "Leave out what is newer"),
    ],
    run,
    ..BASE
};

/// How much of a line docker reads before it logs a part.
const LOG_BUFFER: usize = 16 << 10;

/// A line of the log.
struct Line {
    at: Time,
    stream: Stream,
    bytes: Vec<u8>,
}

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let name = call.args()[0].clone();
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
    let details = if call.switch("details") { details(&container)? + " " } else { String::new() };
    let is_up = matches!(container.summary.status, ContainerStatus::Running | ContainerStatus::Paused);
    if follows && container.summary.status == ContainerStatus::Running {
        // There is nobody else to wait for: what follows is all that it will ever write.
        call.backend.wait(&name)?;
    }
    let mut lines = lines(call.backend.log_entries(&name)?);
    lines.retain(|line| {
        // A line goes to the log when it ends, or the container does.
        if is_up && !follows && !line.bytes.ends_with(b"\n") && line.bytes.len() < LOG_BUFFER {
            return false;
        }
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
        call.host.write(line.stream, &[details.as_bytes(), &line.bytes].concat());
    }
    Ok(0)
}

/// What `--log-opt labels=...` and `env=...` name, as docker escapes and sorts it.
fn details(container: &ContainerInspect) -> Result<String, Failure> {
    let options = container.host.recorded.get("LogConfig").map(|config| &config["Config"]);
    let option = |name: &str| options.and_then(|options| options[name].as_str()).unwrap_or_default();
    if let Some(name) = ["labels-regex", "env-regex", "tag"].iter().find(|name| !option(name).is_empty()) {
        return Err(Failure::client(format!(
            "glasshull: the log option {name} is not simulated with --details"
        )));
    }
    let is_wanted = |kind: &str, name: &str| option(kind).split(',').any(|wanted| wanted == name);
    let labels = container.config.labels.iter().flatten().filter(|(name, _)| is_wanted("labels", name));
    let labels = labels.map(|(name, value)| (name.as_str(), value.as_str()));
    let variables = container.config.env.iter().filter_map(|entry| entry.split_once('='));
    let mut all: Vec<(&str, &str)> =
        labels.chain(variables.filter(|(name, _)| is_wanted("env", name))).collect();
    all.sort_unstable();
    let shown = all.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    Ok(shown.collect::<Vec<_>>().join(","))
}

/// As Go writes a query.
fn escaped(text: &str) -> String {
    let shown = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(shown).collect()
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
