use api::{Event, EventKind, Input, Io, PullRequest, Stream};

use super::BASE;
use crate::{
    Command, Host,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{switch, text},
    views,
};

pub(crate) const COMMAND: Command = Command {
    names: &["pull", "image pull"],
    usage: "[OPTIONS] NAME[:TAG|@DIGEST]",
    summary: "Pull an image from a registry",
    args: ArgRule::Exactly(1),
    flags: &[
        crate::Flag {
            long: "disable-content-trust",
            short: None,
            kind: crate::FlagKind::Switch { default: true },
            help: "Skip the check of signatures",
        },
        switch("all-tags", Some('a'), "Pull every tag of the repository"),
        text("platform", None, "Pull for this platform"),
        switch("quiet", Some('q'), "Print the name only"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    if !call.switch("disable-content-trust") {
        return Err(Failure::client("glasshull: content trust is not simulated"));
    }
    let typed = call.args()[0].clone();
    let reference =
        oci::Reference::parse_normalized(&typed).map_err(|error| Failure::client(error.to_string()))?;
    let (quiet, all_tags) = (call.switch("quiet"), call.switch("all-tags"));
    let named = reference.with_default_tag();
    if !all_tags && !quiet && typed.rsplit('/').next().is_some_and(|last| !last.contains([':', '@'])) {
        call.print("Using default tag: latest\n");
    }
    pull(call, &typed, all_tags, if quiet { None } else { Some(Stream::Stdout) })?;
    call.print(format!("{named}\n"));
    Ok(0)
}

/// Pulls an image and shows the progress on a stream, if one is given.
pub(crate) fn pull(
    call: &mut Call<'_>,
    typed: &str,
    all_tags: bool,
    to: Option<Stream>,
) -> Result<(), Failure> {
    let platform = call.matches.text("platform").map(str::to_owned);
    let request = PullRequest { reference: typed.to_owned(), platform, all_tags };
    call.backend.pull(&request, &mut PullIo { host: &mut *call.host, to })?;
    Ok(())
}

struct PullIo<'a> {
    host: &'a mut dyn Host,
    to: Option<Stream>,
}

impl Io for PullIo<'_> {
    fn event(&mut self, event: &Event) {
        if let (EventKind::Pull(pull), Some(stream)) = (&event.kind, self.to) {
            self.host.write(stream, views::pull_line(pull).as_bytes());
        }
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        self.host.write(stream, bytes);
    }

    fn poll(&mut self) -> Option<Input> {
        self.host.poll_input()
    }

    fn wait(&mut self) -> Input {
        self.host.wait_input()
    }
}
