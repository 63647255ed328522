use crate::{
    command::{Command, Section},
    commit::Outcome,
    open::Needs,
    options::GLOBAL,
    session::Session,
    sources::masked,
};

pub(crate) const COMMAND: Command = Command {
    name: "update",
    section: Section::System,
    arguments: "",
    summary: "Update repository indexes",
    groups: &[&GLOBAL],
    options: &[],
    drops_empty: false,
    needs: |_, _| Needs { refresh: true, any_arch: true, ..Needs::WRITE },
    run: |session, _| Box::pin(async move { run(session) }),
};

/// Opening the database has fetched the indexes; what is left is to say so.
fn run(session: &mut Session<'_>) -> Outcome {
    let trouble = Outcome::from(session.unavailable) + Outcome::from(session.stale);
    for source in &session.sources {
        if let Some(description) = &source.description {
            session.console.message(format!("{description} [{}]", masked(&source.url)));
        }
    }
    let verdict = match trouble {
        0 => "OK:".to_owned(),
        _ => format!("{} unavailable, {} stale;", session.unavailable, session.stale),
    };
    let count = distinct_packages(session);
    session.console.message(format!("{verdict} {count} distinct packages available"));
    trouble
}

/// How many packages are installed or in a repository, without reading all of them.
fn distinct_packages(session: &Session<'_>) -> usize {
    let repositories = session.db.universe.repositories();
    let in_repository = |package: &crate::Package| {
        let listed = |repository: &std::rc::Rc<dyn crate::Repository>| {
            repository.providers(&package.name).iter().any(|other| other.checksum == package.checksum)
        };
        repositories.iter().any(listed)
    };
    let local = session.db.installed.iter().filter(|installed| !in_repository(&installed.record.package));
    local.count() + repositories.iter().map(|repository| repository.package_count()).sum::<usize>()
}
