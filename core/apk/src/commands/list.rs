use std::{cmp::Ordering, rc::Rc};

use super::matching::{sorted_names, sorted_offers};
use crate::{
    command::{Command, Given, Section},
    commit::Outcome,
    engine::Engine,
    open::Needs,
    options::{GLOBAL, SOURCE, flag},
    package::Package,
    reverse::NeededBy,
    session::Session,
    universe::{NameId, PackageId, Sources},
    version,
};

pub(crate) const COMMAND: Command = Command {
    name: "list",
    section: Section::Queries,
    arguments: "[<PACKAGES>...]",
    summary: "List packages matching a pattern or other criteria",
    groups: &[&GLOBAL, &SOURCE],
    options: &[
        flag("a", "available", "Packages that a repository has"),
        flag("I", "installed", "Installed packages"),
        flag("d", "depends", "Packages that need what is named"),
        flag("o", "origin", "Packages built from the named sources"),
        flag("O", "orphaned", "Installed packages that no repository has"),
        flag("P", "providers", "Packages that provide what is named"),
        flag("u", "upgradable", "Newer versions of installed packages"),
        flag("", "upgradeable", "The same"),
    ],
    drops_empty: false,
    // Since 2.14.6, what is installed is listed without a look at the repositories.
    needs: |given, engine| Needs {
        configured: !(given.has("installed") && engine >= Engine::V2_14_6),
        ..Needs::READ
    },
    run: |session, given| Box::pin(async move { run(session, &given) }),
};

#[derive(Default)]
struct Filter {
    available: bool,
    installed: bool,
    orphaned: bool,
    upgradable: bool,
    origins: Option<Vec<String>>,
    providers: bool,
}

impl Filter {
    fn of(given: &Given) -> Self {
        let mut filter = Filter { providers: given.has("providers"), ..Filter::default() };
        for (option, _) in &given.options {
            match *option {
                "available" => (filter.available, filter.orphaned) = (true, false),
                "installed" => filter.installed = true,
                "orphaned" => (filter.installed, filter.orphaned) = (true, true),
                "upgradable" | "upgradeable" => {
                    (filter.available, filter.upgradable) = (true, true);
                    (filter.orphaned, filter.installed) = (false, false);
                }
                "origin" => filter.origins = Some(given.args.clone()),
                _ => {}
            }
        }
        filter
    }
}

fn run(session: &mut Session<'_>, given: &Given) -> Outcome {
    let filter = Filter::of(given);
    let args = if filter.origins.is_some() { &[] } else { given.args.as_slice() };
    let names = sorted_names(&mut session.db, args).items;
    if !given.has("depends") {
        names.into_iter().for_each(|name| session.list_name(name, &filter));
        return 0;
    }
    session.db.universe.complete_all();
    let needed_by = NeededBy::of(&session.db.universe);
    for name in names {
        needed_by.get(name).iter().for_each(|&dependent| session.list_name(dependent, &filter));
    }
    0
}

impl Session<'_> {
    fn list_name(&mut self, name: NameId, filter: &Filter) {
        for id in sorted_offers(&self.db, name) {
            if (filter.providers || self.db.universe.candidate(id).name == name) && self.passes(id, filter) {
                let provided = if filter.providers { Some(name) } else { None };
                self.list_package(id, provided);
            }
        }
    }

    fn passes(&self, id: PackageId, filter: &Filter) -> bool {
        let candidate = self.db.universe.candidate(id);
        let of_origin = |origins: &Vec<String>| {
            candidate
                .package
                .about()
                .origin
                .as_deref()
                .is_some_and(|origin| origins.iter().any(|o| o == origin))
        };
        filter.origins.as_ref().is_none_or(of_origin)
            && (!filter.installed || candidate.installed.is_some())
            && (!filter.orphaned || self.is_orphaned(candidate.name))
            && (!filter.available || candidate.sources != Sources::CACHE)
            && (!filter.upgradable || self.upgrades(id).is_some())
    }

    fn is_orphaned(&self, name: NameId) -> bool {
        let offers = self.db.universe.offers(name).iter();
        let sources = offers.fold(Sources::default(), |all, offer| {
            all.with(self.db.universe.candidate(offer.package).sources)
        });
        sources.without(Sources::CACHE) == Sources::default()
    }

    /// The installed package of which this is a newer version.
    fn upgrades(&self, id: PackageId) -> Option<Rc<Package>> {
        let candidate = self.db.universe.candidate(id);
        let installed = self.db.universe.candidate(self.db.installed_by_name(candidate.name)?);
        let tag = installed.installed.unwrap_or_default();
        let allowed = self.db.universe.tags()[usize::from(tag.0)].allowed;
        let newer = version::compare(&installed.package.version, &candidate.package.version);
        (candidate.sources.meets(allowed) && newer == Ordering::Less).then(|| installed.package.clone())
    }

    fn list_package(&mut self, id: PackageId, provided: Option<NameId>) {
        let candidate = self.db.universe.candidate(id);
        let package = candidate.package.clone();
        let mut line = provided.map(|name| format!("<{}> ", self.db.universe.text(name))).unwrap_or_default();
        if self.console.verbosity <= 0 {
            self.console.line(format!("{line}{}", package.name));
            return;
        }
        let (arch, origin) = (package.arch.as_deref(), package.about().origin.as_deref());
        line += &format!(
            "{} {} {{{}}} ({})",
            package.label(),
            arch.unwrap_or_default(),
            origin.unwrap_or(&package.name),
            package.about().license
        );
        if candidate.installed.is_some() {
            line += " [installed]";
        } else if let Some(old) = self.upgrades(id) {
            line += &format!(" [upgradable from: {}]", old.label());
        }
        if self.console.verbosity > 1 {
            line += &format!("\n  {}\n", package.about().description());
        }
        if self.console.verbosity > 2 {
            line += &format!("  <{}>\n", package.about().url);
        }
        self.console.line(line);
    }
}
