use super::BASE;
use crate::{
    Command, Flag, FlagKind,
    command::ArgRule,
    failure::Failure,
    flags::{list, switch, text},
};

pub(crate) const COMMAND: Command = Command {
    names: &["search"],
    usage: "[OPTIONS] TERM",
    summary: "Search the Docker Hub for images: not simulated",
    args: ArgRule::Exactly(1),
    flags: &[
        list("filter", Some('f'), "Keep only what meets a condition"),
        text("format", None, "Print each row by a Go template"),
        Flag {
            long: "limit",
            short: None,
            kind: FlagKind::Number { default: 25 },
            help: "How many results at the most",
        },
        switch("no-trunc", None, "Do not shorten descriptions"),
    ],
    run: |_| {
        Err(Failure::client(
            "glasshull: docker search is not simulated: the hub has alpine, redis, node and nginx",
        ))
    },
    ..BASE
};
