use crate::{
    command::{Command, Given, Section},
    commit::{FAILED, Outcome},
    console::Console,
    database::Database,
    dependency::Dependency,
    open::Needs,
    options::{COMMIT, GLOBAL, flag},
    session::Session,
    solver::{Flags, Request, solve},
    universe::{NameId, Need, Sources},
};
use std::{cmp::Ordering, rc::Rc};

pub(crate) const COMMAND: Command = Command {
    name: "upgrade",
    section: Section::System,
    arguments: "[<PACKAGES>...]",
    summary: "Install upgrades available from repositories",
    groups: &[&GLOBAL, &COMMIT],
    options: &[
        flag("a", "available", "Replace what no repository has any more, even by older versions"),
        flag("", "ignore", "Upgrade all but the named packages"),
        flag("l", "latest", "Take the newest version, even where another one would do"),
        flag("", "no-self-upgrade", "Do not upgrade apk itself first"),
        flag("", "prune", "Drop entries of the world that no repository has"),
        flag("", "self-upgrade-only", "Upgrade apk itself and nothing else"),
    ],
    drops_empty: false,
    needs: |_, _| Needs::WRITE,
    run: |session, given| Box::pin(run(session, given)),
};

async fn run(session: &mut Session<'_>, given: Given) -> Outcome {
    if let Err(outcome) = session.check_before_upgrade() {
        return outcome;
    }
    let flag = |option: &str, flag: Flags| if given.has(option) { flag } else { Flags::NONE };
    let upgrade = Upgrade {
        flags: flag("available", Flags::AVAILABLE).with(flag("latest", Flags::LATEST)),
        ignore: given.has("ignore"),
        prune: given.has("prune"),
        first: Vec::new(),
    };
    let only_self = given.has("self-upgrade-only");
    if !given.has("no-self-upgrade") && given.args.is_empty() {
        session.upgrade_self(&upgrade, only_self).await;
    }
    if only_self {
        return 0;
    }
    let answer = match upgrade.intend(&mut session.db, &given.args, &mut session.console) {
        Ok(request) => session.answer(request),
        Err(unknown) => return unknown,
    };
    match answer {
        Ok(solution) => session.carry_out(&solution).await,
        Err(outcome) => outcome,
    }
}

impl Session<'_> {
    fn check_before_upgrade(&mut self) -> Result<(), Outcome> {
        let unknown = self.db.unknown_tags(&self.db.world);
        if !unknown.is_empty() && !self.settings.force.broken_world {
            unknown.iter().for_each(|warning| self.console.warning(warning));
            self.console.error(
                "Not continuing with upgrade due to missing repository tags. \
                 Use --force-broken-world to override.",
            );
            return Err(FAILED);
        }
        if self.unavailable + self.stale > 0 && !self.settings.force.missing_repositories {
            // apk leaves out the blank, too.
            self.console.error(
                "Not continuing due to stale/unavailable repositories.\
                 Use --force-missing-repositories to continue.",
            );
            return Err(FAILED);
        }
        Ok(())
    }

    /// Upgrades apk and what it needs before everything else, where there is a newer one.
    async fn upgrade_self(&mut self, upgrade: &Upgrade, only: bool) {
        let Some(mut request) = upgrade.intend_self(&mut self.db) else { return };
        request.force_broken_world = self.settings.force.broken_world;
        let solution = match solve(&mut self.db.universe, request) {
            Ok(solution) if solution.errors == 0 => solution,
            _ => {
                self.console.warning("Failed to perform initial self-upgrade, continuing with full upgrade.");
                return;
            }
        };
        if !solution.changes.iter().any(|change| change.is_effective()) {
            return;
        }
        if !only && self.settings.simulate {
            self.console.warning("This simulation is not reliable as apk-tools upgrade is available.");
            return;
        }
        self.console.message(self.engine.self_upgrade_heading());
        self.self_upgrading = true;
        self.carry_out(&solution).await;
        self.self_upgrading = false;
        if !only {
            // The new apk would start over; this one knows the same.
            self.console.message("Continuing the upgrade transaction with new apk-tools:");
        }
    }
}

/// The options of `apk upgrade` that bear on what is wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upgrade {
    /// `--available`, `--latest`.
    pub(crate) flags: Flags,
    /// `--ignore`: all but the named packages.
    pub(crate) ignore: bool,
    /// `--prune`: drop entries of the world that no repository has.
    pub(crate) prune: bool,
    /// Since 3.0, `--preupgrade-depends`: what is upgraded together with apk itself.
    pub(crate) first: Vec<Dependency>,
}

impl Upgrade {
    /// What is to be newer; else the number of unknown names, which have been printed.
    pub(crate) fn intend(
        &self,
        db: &mut Database,
        args: &[String],
        console: &mut Console,
    ) -> Result<Request, Outcome> {
        let mut flags = Flags::UPGRADE.with(self.flags);
        let world = self.world(db, flags);
        let mut request = db.request(world);
        if !args.is_empty() && !self.ignore {
            flags = flags.without(Flags::UPGRADE);
        }
        request.flags = flags;
        let of_named = if self.ignore { Flags::INSTALLED } else { Flags::UPGRADE };
        let mut unknown = 0;
        for arg in args {
            match super::matching::matching_names(db, arg) {
                Some(names) => names.into_iter().for_each(|name| request.mark(name, of_named, Flags::NONE)),
                None => {
                    console.error(format!("Package '{arg}' not found"));
                    unknown += 1;
                }
            }
        }
        if unknown == 0 { Ok(request) } else { Err(unknown) }
    }

    /// The upgrade of apk itself, and of what else is to come first, when a newer one is to be had.
    pub(crate) fn intend_self(&self, db: &mut Database) -> Option<Request> {
        let mut first = vec![Dependency::on("apk-tools")];
        for dependency in &self.first {
            first.retain(|other| other.name != dependency.name);
            first.push(dependency.clone());
        }
        let (engine, mut newer) = (db.universe.engine(), Vec::new());
        for dependency in &first {
            let Some(name) = db.universe.find(&dependency.name) else { continue };
            db.universe.complete(name);
            let Some(installed) = db.installed_by_name(name) else { continue };
            let current = &db.package(installed).version;
            let fits = dependency
                .version
                .as_ref()
                .is_none_or(|(operator, version)| operator.accepts(engine, current, version));
            if fits != dependency.conflict && has_newer(db, name, current) {
                newer.push(name);
            }
        }
        let mut request = db.request(db.world.clone());
        request.self_upgrade = true;
        newer.iter().for_each(|name| request.mark(*name, Flags::UPGRADE.with(self.flags), Flags::NONE));
        (!newer.is_empty()).then_some(request)
    }

    fn world(&self, db: &mut Database, flags: Flags) -> Vec<Need> {
        let mut world = db.world.clone();
        if flags.contains(Flags::AVAILABLE) {
            world.iter_mut().for_each(release_checksum);
        }
        if self.prune {
            world.iter().for_each(|need| db.universe.complete(need.name));
            world.retain(|need| {
                let mut offers = db.universe.offers(need.name).iter();
                offers.any(|offer| db.universe.candidate(offer.package).sources != Sources::default())
            });
        }
        world
    }
}

/// Whether a repository has a newer package of a name.
fn has_newer(db: &Database, name: NameId, current: &str) -> bool {
    db.universe.offers(name).iter().any(|offer| {
        let candidate = db.universe.candidate(offer.package);
        candidate.name == name
            && candidate.sources != Sources::default()
            && db.universe.engine().compare_versions(&candidate.package.version, current) == Ordering::Greater
    })
}

/// A package that was given as a file may be replaced by one of a repository.
fn release_checksum(need: &mut Need) {
    if need.version.as_ref().is_some_and(|(operator, _)| operator.is_checksum()) {
        need.version = None;
        need.text = Rc::new(Dependency { version: None, ..(*need.text).clone() });
    }
}
