use crate::{
    command::{Command, Given, Section},
    commit::Outcome,
    console::Console,
    database::Database,
    open::Needs,
    options::{COMMIT, GLOBAL, flag},
    session::Session,
    solver::{Flags, Request},
};

pub(crate) const COMMAND: Command = Command {
    name: "fix",
    section: Section::System,
    arguments: "PACKAGES...",
    summary: "Fix, reinstall or upgrade packages without modifying WORLD",
    groups: &[&GLOBAL, &COMMIT],
    options: &[
        flag("d", "depends", "Fix what the packages need, too"),
        flag("", "directory-permissions", "Give all directories their owner and mode again"),
        flag("r", "reinstall", "Install the packages again (as without any option)"),
        flag("u", "upgrade", "Take newer versions where there are any"),
        flag("x", "xattr", "Fix packages whose extended attributes could not be set"),
    ],
    drops_empty: true,
    needs: |_, _| Needs::WRITE,
    run: |session, given| Box::pin(run(session, given)),
};

async fn run(session: &mut Session<'_>, given: Given) -> Outcome {
    let flag = |option: &str, flag: Flags| if given.has(option) { flag } else { Flags::NONE };
    let fix = Fix {
        flags: flag("reinstall", Flags::REINSTALL).with(flag("upgrade", Flags::UPGRADE)),
        with_dependencies: given.has("depends"),
        xattrs: given.has("xattr"),
    };
    session.follow_all_directories = given.has("directory-permissions");
    let answer = match fix.intend(&mut session.db, &given.args, &mut session.console) {
        Ok(request) => session.answer(request),
        Err(unknown) => return unknown,
    };
    match answer {
        Ok(solution) => session.carry_out(&solution).await,
        Err(outcome) => outcome,
    }
}

/// The options of `apk fix` that bear on what is wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fix {
    /// `--reinstall`, `--upgrade`; reinstall when neither is given.
    pub(crate) flags: Flags,
    /// `--depends`: what the packages need, too.
    pub(crate) with_dependencies: bool,
    /// `--xattr`: packages whose extended attributes failed count as broken.
    pub(crate) xattrs: bool,
}

impl Fix {
    /// What is to be done again; else the number of unknown names, which have been printed.
    pub(crate) fn intend(
        &self,
        db: &mut Database,
        args: &[String],
        console: &mut Console,
    ) -> Result<Request, Outcome> {
        let flags = if self.flags == Flags::NONE { Flags::REINSTALL } else { self.flags };
        let inherited = if self.with_dependencies { flags } else { Flags::NONE };
        let mut request = db.request(db.world.clone());
        if args.is_empty() {
            for installed in &db.installed {
                let broken = installed.record.broken;
                if broken.files || broken.script || (broken.xattrs && self.xattrs) {
                    request.mark(db.universe.candidate(installed.id).name, flags, inherited);
                }
            }
        }
        let mut unknown = 0;
        for arg in args {
            match super::matching::matching_names(db, arg) {
                Some(names) => names.into_iter().for_each(|name| request.mark(name, flags, inherited)),
                None => {
                    console.error(format!("Package '{arg}' not found"));
                    unknown += 1;
                }
            }
        }
        if unknown == 0 { Ok(request) } else { Err(unknown) }
    }
}
