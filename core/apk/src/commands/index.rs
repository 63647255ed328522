use crate::{
    command::{Command, Section},
    commit::Outcome,
    console::Stream,
    open::Needs,
    options::{GLOBAL, flag, value},
    session::Session,
};

pub(crate) const COMMAND: Command = Command {
    name: "index",
    section: Section::Repositories,
    arguments: "PACKAGES...",
    summary: "Create repository index file from packages",
    groups: &[&GLOBAL],
    options: &[
        value("d", "description", "TEXT", "What the index says of itself"),
        flag("", "merge", "Take over what is in the old index"),
        value("o", "output", "FILE", "Write the index to FILE"),
        value("", "prune-origin", "ORIGIN", "Drop the packages of a source"),
        value("x", "index", "INDEX", "Read the old index from INDEX"),
        flag("", "no-warnings", "Do not warn of what cannot be had"),
        value("", "rewrite-arch", "ARCH", "Give all packages an architecture"),
    ],
    drops_empty: false,
    needs: |_, _| Needs { state: false, repositories: false, any_arch: true, ..Needs::READ },
    run: |session, _| Box::pin(async move { run(session) }),
};

/// There are no package files to make an index of.
fn run(session: &mut Session<'_>) -> Outcome {
    session.console.write(Stream::Err, "glasshull: apk: the command 'index' is not simulated\n");
    99
}
