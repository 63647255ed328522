use super::matching::{sorted_names, sorted_offers};
use crate::{
    command::{Command, Section},
    commit::Outcome,
    console::Stream,
    install::join,
    open::Needs,
    options::GLOBAL,
    session::Session,
};

pub(crate) const COMMAND: Command = Command {
    name: "manifest",
    section: Section::Repositories,
    arguments: "PACKAGES...",
    summary: "Show checksums of package contents",
    groups: &[&GLOBAL],
    options: &[],
    drops_empty: false,
    needs: |_, _| Needs { any_arch: false, ..Needs::READ },
    run: |session, given| Box::pin(async move { run(session, &given.args) }),
};

fn run(session: &mut Session<'_>, args: &[String]) -> Outcome {
    if args.is_empty() {
        return 0;
    }
    let found = sorted_names(&mut session.db, args);
    for file in &found.unknown {
        session.report_package_file(file);
    }
    for name in found.items {
        for id in sorted_offers(&session.db, name) {
            let candidate = session.db.universe.candidate(id);
            let Some(installed) = session.db.entry(id).filter(|_| candidate.name == name) else { continue };
            let prefix = match session.console.verbosity > 1 {
                true => format!("{}: ", candidate.package.name),
                false => String::new(),
            };
            let mut text = String::new();
            for directory in &installed.record.directories {
                for file in &directory.files {
                    let digits = |c: crate::Checksum| c.as_bytes().map(|b| format!("{b:02x}")).concat();
                    let checksum = match file.checksum {
                        Some(checksum) => format!("sha1:{}", digits(checksum)),
                        None => "(none):".to_owned(),
                    };
                    text += &format!("{prefix}{checksum}  {}\n", join(&directory.path, &file.name));
                }
            }
            session.console.write(Stream::Out, text);
        }
    }
    0
}

impl Session<'_> {
    /// What is wrong with something that was to be a package file.
    fn report_package_file(&mut self, file: &str) {
        let trouble = match self.process.stat(file) {
            Ok(_) => "BAD archive".to_owned(),
            Err(errno) => errno.to_string(),
        };
        self.console.error(format!("{file}: {trouble}"));
    }
}
