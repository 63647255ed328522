use crate::{
    command::{Command, Given, Section},
    commit::Outcome,
    open::Needs,
    options::GLOBAL,
    package_file::Unusable,
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
    run: |session, given| Box::pin(run(session, given)),
};

async fn run(session: &mut Session<'_>, given: Given) -> Outcome {
    let mut failed = 0;
    for file in &given.args {
        let (number, verdict) = match session.open_package(file).await {
            Ok(_) => (0, "OK".to_owned()),
            Err(Unusable::Untrusted) => (0, "UNTRUSTED".to_owned()),
            Err(error) => (error.number(), error.to_string()),
        };
        let sound = verdict == "OK";
        failed += Outcome::from(!sound);
        match session.console.verbosity {
            1.. if session.engine.is_third() => session.console.message(format!("{file}: {verdict}")),
            1.. => session.console.message(format!("{file}: {number} - {verdict}")),
            _ if sound => {}
            _ => session.console.line(file),
        }
    }
    failed
}
