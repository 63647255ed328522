use crate::{
    console::Console,
    database::Database,
    solver::{Flags, Request},
};

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
    /// What is to be done again. The error has been printed when there is none.
    pub(crate) fn intend(
        &self,
        db: &mut Database,
        args: &[String],
        console: &mut Console,
    ) -> Option<Request> {
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
            match super::matching_names(db, arg) {
                Some(names) => names.into_iter().for_each(|name| request.mark(name, flags, inherited)),
                None => {
                    console.error(format!("Package '{arg}' not found"));
                    unknown += 1;
                }
            }
        }
        (unknown == 0).then_some(request)
    }
}
