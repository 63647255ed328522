use crate::{
    command::{Command, Given, Section},
    commit::Outcome,
    console::Stream,
    dependency::Dependency,
    install::{join, split},
    open::Needs,
    options::{GLOBAL, SOURCE, flag},
    preview::human_size,
    reverse::{Extent, NeededBy, Relation, completed_by, relation},
    session::Session,
    solver::need_accepts,
    universe::PackageId,
};

pub(crate) const COMMAND: Command = Command {
    name: "info",
    section: Section::Queries,
    arguments: "PACKAGES...",
    summary: "Give detailed information about packages or repositories",
    groups: &[&GLOBAL, &SOURCE],
    options: &[
        flag("a", "all", "Everything that is known"),
        flag("L", "contents", "The files"),
        flag("R", "depends", "What the package needs"),
        flag("d", "description", "The description"),
        flag("", "install-if", "What installs the package by itself"),
        flag("e", "installed", "Whether the packages are installed"),
        flag("", "license", "The licence"),
        flag("P", "provides", "What the package provides"),
        flag("r", "rdepends", "Who needs the package"),
        flag("", "replaces", "Whose files the package may take over"),
        flag("", "rinstall-if", "What the package installs by itself"),
        flag("s", "size", "The installed size"),
        flag("t", "triggers", "The directories that run the package's trigger"),
        flag("w", "webpage", "The web page"),
        flag("W", "who-owns", "Whose the files are"),
    ],
    drops_empty: false,
    needs: |given, _| Needs {
        repositories: !(given.has("installed") || given.has("who-owns")),
        ..Needs::READ
    },
    run: |session, given| Box::pin(async move { run(session, &given) }),
};

/// Prints a topic of a package.
type Show = fn(&mut Session<'_>, PackageId);

/// The topics in the order in which they are shown, with whether they need an installed package.
const TOPICS: [(&str, bool, Show); 12] = [
    ("description", false, |s, id| s.fact(id, "description", |p| p.about().description().to_owned())),
    ("webpage", false, |s, id| s.fact(id, "webpage", |p| p.about().url.clone())),
    ("size", false, |s, id| s.fact(id, "installed size", |p| human_size(p.installed_size))),
    ("depends", false, |s, id| s.dependencies(id, "depends on", |p| p.depends.clone())),
    ("provides", false, |s, id| s.dependencies(id, "provides", |p| p.provides.clone())),
    ("rdepends", true, |s, id| s.required_by(id)),
    ("contents", true, |s, id| s.contents(id)),
    ("triggers", true, |s, id| s.triggers(id)),
    ("install-if", false, |s, id| s.dependencies(id, "has auto-install rule", |p| p.install_if.clone())),
    ("rinstall-if", true, |s, id| s.auto_installs(id)),
    ("replaces", true, |s, id| s.replaces(id)),
    ("license", false, |s, id| s.fact(id, "license", |p| p.about().license.clone())),
];

fn run(session: &mut Session<'_>, given: &Given) -> Outcome {
    match given.options.last().map(|(name, _)| *name) {
        Some("installed") => return session.exist(&given.args),
        Some("who-owns") => return session.who_owns(&given.args),
        _ => {}
    }
    if given.args.is_empty() {
        session.list_installed();
        return 0;
    }
    let mut wanted: Vec<&str> = given.options.iter().map(|(name, _)| *name).collect();
    wanted.retain(|name| !matches!(*name, "installed" | "who-owns"));
    if wanted.is_empty() {
        wanted = vec!["description", "webpage", "size"];
    }
    let found = super::matching::sorted_packages(&mut session.db, &given.args);
    for id in found.items {
        let installed = session.db.universe.candidate(id).installed.is_some();
        for (topic, needs_installed, show) in TOPICS {
            if (wanted.contains(&topic) || wanted.contains(&"all")) && (installed || !needs_installed) {
                show(session, id);
                session.console.line("");
            }
        }
    }
    found.unknown.len() as Outcome
}

impl Session<'_> {
    fn print(&mut self, text: impl Into<String>) {
        self.console.write(Stream::Out, text);
    }

    fn heading(&mut self, id: PackageId, what: &str) {
        let package = self.db.package(id);
        let (label, name) = (package.label(), package.name.clone());
        match self.console.verbosity {
            1 => self.print(format!("{label} {what}:\n")),
            2.. => self.print(format!("{name}: ")),
            _ => {}
        }
    }

    fn separator(&self) -> &'static str {
        if self.console.verbosity > 1 { " " } else { "\n" }
    }

    fn fact(&mut self, id: PackageId, what: &str, fact: fn(&crate::Package) -> String) {
        let package = self.db.package(id).clone();
        let text = fact(&package);
        match self.console.verbosity > 1 {
            true => self.print(format!("{}: {text}", package.name)),
            false => self.print(format!("{} {what}:\n{text}\n", package.label())),
        }
    }

    fn dependencies(&mut self, id: PackageId, what: &str, list: fn(&crate::Package) -> Vec<Dependency>) {
        self.heading(id, what);
        let separator = self.separator();
        for dependency in list(&self.db.package(id).clone()) {
            self.print(format!("{}{separator}", dependency.with_tag()));
        }
    }

    fn required_by(&mut self, id: PackageId) {
        self.heading(id, "is required by");
        let separator = self.separator();
        for dependent in dependents(self, id, Interest::Installed) {
            let label = self.db.package(dependent).label();
            self.print(format!("{label}{separator}"));
        }
    }

    fn contents(&mut self, id: PackageId) {
        let name = self.db.package(id).name.clone();
        if self.console.verbosity == 1 {
            self.heading(id, "contains");
        }
        let prefix = if self.console.verbosity > 1 { format!("{name}: ") } else { String::new() };
        let Some(installed) = self.db.entry(id) else { return };
        let mut text = String::new();
        for directory in &installed.record.directories {
            for file in &directory.files {
                text += &format!("{prefix}{}\n", join(&directory.path, &file.name));
            }
        }
        self.print(text);
    }

    fn triggers(&mut self, id: PackageId) {
        let name = self.db.package(id).name.clone();
        if self.console.verbosity == 1 {
            self.heading(id, "triggers");
        }
        let prefix = if self.console.verbosity > 1 { format!("{name}: trigger ") } else { String::new() };
        let Some(installed) = self.db.entry(id) else { return };
        let text: String = installed.triggers.iter().map(|trigger| format!("{prefix}{trigger}\n")).collect();
        self.print(text);
    }

    fn auto_installs(&mut self, id: PackageId) {
        self.heading(id, "affects auto-installation of");
        let separator = self.separator();
        let name = self.db.universe.candidate(id).name;
        for completed in completed_by(&mut self.db.universe, name, &Extent::Known) {
            let Some(other) = self.db.installed_by_name(completed) else { continue };
            let candidate = self.db.universe.candidate(other);
            if candidate.install_if.iter().any(|need| need.name == name) {
                let label = candidate.package.label();
                self.print(format!("{label}{separator}"));
            }
        }
    }

    fn replaces(&mut self, id: PackageId) {
        self.heading(id, "replaces");
        let separator = self.separator();
        let replaces = self.db.entry(id).map(|installed| installed.record.replaces.clone());
        for dependency in replaces.unwrap_or_default() {
            self.print(format!("{dependency}{separator}"));
        }
    }

    fn describe_briefly(&mut self, id: PackageId, at_least: i32) {
        let package = self.db.package(id).clone();
        if self.console.verbosity.max(at_least) < 1 {
            return;
        }
        let text = match self.console.verbosity {
            ..=1 => package.name.to_string(),
            2 => package.label(),
            _ => format!("{} - {}", package.label(), package.about().description()),
        };
        self.console.line(text);
    }

    fn list_installed(&mut self) {
        let ids: Vec<PackageId> = self.db.sorted_installed().iter().map(|installed| installed.id).collect();
        ids.into_iter().for_each(|id| self.describe_briefly(id, 1));
    }

    /// `-e`: the installed ones among the arguments; counts the others.
    fn exist(&mut self, args: &[String]) -> Outcome {
        let mut missing = 0;
        for arg in args {
            let Some(dependency) = Dependency::parse(arg).filter(|_| !arg.contains([' ', '\n'])) else {
                continue;
            };
            let need = self.db.universe.need(&dependency);
            let offers = self.db.universe.offers(need.name).to_vec();
            let installed = |id| self.db.universe.candidate(id).installed.is_some();
            match offers.iter().find(|offer| installed(offer.package)) {
                None => missing += Outcome::from(!need.conflict),
                Some(offer) if need_accepts(&self.db.universe, &need, offer) => {
                    self.describe_briefly(offer.package, 0);
                }
                Some(_) => missing += 1,
            }
        }
        missing
    }

    fn who_owns(&mut self, args: &[String]) -> Outcome {
        let owners = self.file_owners();
        let owner_of = |path: &[u8]| {
            let (folder, name) = split(path.strip_prefix(b"/").unwrap_or(path));
            owners.get(&join(folder, name)).copied()
        };
        let (mut missing, mut names) = (0, Vec::new());
        for arg in args {
            let path = match arg.starts_with('/') {
                true => arg.clone(),
                false => format!("{}/{arg}", self.process.cwd().to_string().trim_end_matches('/')),
            };
            let mut owner = owner_of(path.as_bytes()).map(|owner| (owner, ""));
            if owner.is_none()
                && let Ok(target) = self.process.readlink(&path)
                && target.starts_with(b"/")
            {
                owner = owner_of(&target).map(|owner| (owner, "symlink target "));
            }
            match owner {
                None => {
                    self.console.error(format!("{path}: Could not find owner package"));
                    missing += 1;
                }
                Some((owner, _)) if self.console.verbosity < 1 => {
                    let name = self.db.package(owner).name.to_string();
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                Some((owner, via)) => {
                    let label = self.db.package(owner).label();
                    self.console.line(format!("{path} {via}is owned by {label}"));
                }
            }
        }
        if !names.is_empty() {
            self.console.line(names.join(" "));
        }
        missing
    }
}

/// Whose dependencies count.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Interest {
    Installed,
    Everything,
}

/// Packages with a dependency that `id` fulfils, each once, in apk's order.
pub(crate) fn dependents(session: &mut Session<'_>, id: PackageId, interest: Interest) -> Vec<PackageId> {
    if interest == Interest::Everything {
        session.db.universe.complete_all();
    }
    let universe = &session.db.universe;
    let needed_by = NeededBy::of(universe);
    let candidate = universe.candidate(id);
    let names = std::iter::once(candidate.name).chain(candidate.provides.iter().map(|need| need.name));
    let mut found: Vec<PackageId> = Vec::new();
    for offer in names.flat_map(|name| needed_by.get(name)).flat_map(|name| universe.offers(*name)) {
        let dependent = universe.candidate(offer.package);
        let counts = interest == Interest::Everything || dependent.installed.is_some();
        if !counts || found.contains(&offer.package) {
            continue;
        }
        if dependent
            .depends
            .iter()
            .any(|need| relation(universe, Some(offer.package), need, id) == Relation::Satisfied)
        {
            found.push(offer.package);
        }
    }
    found
}
