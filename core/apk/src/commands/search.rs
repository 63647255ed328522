use std::{cmp::Ordering, collections::BTreeSet};

use super::{
    info::{Interest, dependents},
    matching::sorted_packages,
};
use crate::{
    command::{Command, Given, Section},
    commit::Outcome,
    glob,
    open::Needs,
    options::{GLOBAL, SOURCE, flag},
    package::Package,
    session::Session,
    universe::PackageId,
    version,
};

pub(crate) const COMMAND: Command = Command {
    name: "search",
    section: Section::Queries,
    arguments: "PATTERN...",
    summary: "Search for packages by name or description",
    groups: &[&GLOBAL, &SOURCE],
    options: &[
        flag("a", "all", "All versions, not only the newest"),
        flag("d", "description", "Search descriptions, too"),
        flag("ex", "exact", "Whole names only"),
        flag("", "has-origin", "Packages built from the named sources"),
        flag("o", "origin", "Show the source packages"),
        flag("r", "rdepends", "Show who needs the packages"),
    ],
    drops_empty: false,
    needs: |_, _| Needs { state: false, ..Needs::READ },
    run: |session, given| Box::pin(async move { run(session, &given) }),
};

fn run(session: &mut Session<'_>, given: &Given) -> Outcome {
    let by_origin = given.has("has-origin");
    let by_description = given.has("description");
    let exact = given.has("exact") || by_origin;
    let wrap = |pattern: &String| if exact { pattern.clone() } else { format!("*{pattern}*") };
    let patterns: Vec<String> = given.args.iter().map(wrap).collect();
    let args = if by_origin || by_description { &[] } else { patterns.as_slice() };
    let mut found = sorted_packages(&mut session.db, args).items;
    if !(given.has("all") || by_origin || by_description) {
        found = newest(session, found);
    }
    let mut shown = BTreeSet::new();
    for id in found {
        let package = session.db.package(id).clone();
        let meant = match (by_description, by_origin) {
            (true, _) => patterns
                .iter()
                .any(|p| glob::matches(p, package.about().description()) || glob::matches(p, &package.name)),
            (_, true) => package.about().origin.as_deref().is_some_and(|o| patterns.iter().any(|p| p == o)),
            _ => true,
        };
        if meant {
            session.show_found(id, given, &mut shown);
        }
    }
    0
}

/// Of each name the newest version.
fn newest(session: &Session<'_>, found: Vec<PackageId>) -> Vec<PackageId> {
    let mut newest: Vec<PackageId> = Vec::new();
    for id in found {
        let package = session.db.package(id);
        match newest.last_mut() {
            Some(last) if session.db.package(*last).name == package.name => {
                if version::compare(&package.version, &session.db.package(*last).version) == Ordering::Greater
                {
                    *last = id;
                }
            }
            _ => newest.push(id),
        }
    }
    newest
}

impl Session<'_> {
    /// Without headings, a package is shown once.
    fn show_found(&mut self, id: PackageId, given: &Given, shown: &mut BTreeSet<PackageId>) {
        if !given.has("rdepends") {
            let line = self.found_line(&self.db.package(id).clone(), given);
            return self.console.line(line);
        }
        if self.console.verbosity > 0 {
            let label = self.db.package(id).label();
            self.console.line(format!("{label} is required by:"));
        }
        for dependent in dependents(self, id, Interest::Everything) {
            if !shown.insert(dependent) && self.console.verbosity < 1 {
                continue;
            }
            let line = self.found_line(&self.db.package(dependent).clone(), given);
            self.console.line(line);
        }
    }

    fn found_line(&self, package: &Package, given: &Given) -> String {
        let origin = given.has("origin");
        let name =
            if origin { package.about().origin.as_deref().unwrap_or(&package.name) } else { &package.name };
        match self.console.verbosity {
            ..=0 => name.to_owned(),
            2.. if !origin => format!("{name}-{} - {}", package.version, package.about().description()),
            _ => format!("{name}-{}", package.version),
        }
    }
}
