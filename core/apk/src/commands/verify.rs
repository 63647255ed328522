use vfs::Errno;

use crate::{
    command::{Command, Section},
    commit::Outcome,
    open::Needs,
    options::GLOBAL,
    session::Session,
};

pub(crate) const COMMAND: Command = Command {
    name: "verify",
    section: Section::Repositories,
    arguments: "FILES...",
    summary: "Verify package integrity and signature",
    groups: &[&GLOBAL],
    options: &[],
    drops_empty: false,
    needs: |_, engine| Needs {
        state: false,
        repositories: !engine.is_third(),
        any_arch: false,
        ..Needs::READ
    },
    run: |session, given| Box::pin(async move { run(session, &given.args) }),
};

/// No file of this world is a signed package, so every one fails.
fn run(session: &mut Session<'_>, args: &[String]) -> Outcome {
    for file in args {
        let (number, trouble) = match session.process.stat(file) {
            Ok(_) => (i64::from(Errno::EBADMSG.code()), "BAD archive".to_owned()),
            Err(errno) => (i64::from(errno.code()), errno.to_string()),
        };
        match session.console.verbosity {
            1.. if session.engine.is_third() => session.console.message(format!("{file}: {trouble}")),
            1.. => session.console.message(format!("{file}: {} - {trouble}", -number)),
            _ => session.console.line(file),
        }
    }
    args.len() as Outcome
}
