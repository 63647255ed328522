use std::{rc::Rc, time::Duration};

use crate::{
    checksum::Checksum,
    command::{Command, Given, Section},
    commit::{FAILED, Outcome},
    console::Console,
    database::{Database, world_set},
    dependency::{Dependency, Operator},
    engine::Engine,
    open::Needs,
    options::{COMMIT, GLOBAL, flag, value},
    package::Package,
    session::Session,
    solver::{Flags, Request},
    universe::{Need, Sources},
};

pub(crate) const COMMAND: Command = Command {
    name: "add",
    section: Section::Packages,
    arguments: "CONSTRAINTS...",
    summary: "Add packages to WORLD and commit changes",
    groups: &[&GLOBAL, &COMMIT],
    options: &[
        flag("", "initdb", "Make a package database where there is none"),
        flag("l", "latest", "Take the newest version, even where another one would do"),
        flag("", "no-chown", "Leave the files to whoever runs apk"),
        flag("u", "upgrade", "Take newer versions of what is installed"),
        value("t", "virtual", "NAME", "Make a package NAME that needs all of the others"),
    ],
    drops_empty: true,
    needs: |_, _| Needs::WRITE,
    run: |session, given| Box::pin(run(session, given)),
};

async fn run(session: &mut Session<'_>, given: Given) -> Outcome {
    session.no_chown = given.has("no-chown");
    let flag = |option: &str, flag: Flags| if given.has(option) { flag } else { Flags::NONE };
    let add = Add {
        bundle: given.value("virtual").map(str::to_owned),
        flags: flag("latest", Flags::LATEST).with(flag("upgrade", Flags::UPGRADE)),
        timestamp: timestamp(session, given.value("virtual").unwrap_or_default()),
        pid: session.process.pid().0,
    };
    let third = session.engine.is_third();
    let process = &mut *session.process;
    let mut is_file = |arg: &String| arg.contains(".apk") && (!third || process.stat(arg.as_str()).is_ok());
    let files: Vec<bool> = given.args.iter().map(&mut is_file).collect();
    let mut args = given.args;
    for (arg, _) in args.iter_mut().zip(files).filter(|(_, is_file)| *is_file) {
        match session.take_file(arg).await {
            Some(wanted) => *arg = wanted,
            None => return FAILED,
        }
    }
    let Some(request) = add.intend(&mut session.db, &args, &mut session.console) else { return FAILED };
    match session.answer(request) {
        Ok(solution) => session.carry_out(&solution).await,
        Err(outcome) => outcome,
    }
}

/// The time that a virtual package gets for its version: a later one than that of the installed package of its name. The
/// simulation is so fast that both could be made in one second.
fn timestamp(session: &Session<'_>, name: &str) -> String {
    let mut time = session.process.now();
    loop {
        let utc = time.utc();
        let stamp = format!(
            "{:04}{:02}{:02}.{:02}{:02}{:02}",
            utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second
        );
        let is_it = |package: &Package| *package.name == *name && *package.version == *stamp;
        if !session.db.installed.iter().any(|installed| is_it(&installed.record.package)) {
            return stamp;
        }
        time = time + Duration::from_secs(1);
    }
}

/// The options of `apk add` that bear on what is wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Add {
    /// `--virtual`: a name for the whole set.
    pub(crate) bundle: Option<String>,
    /// `--latest`, `--upgrade`.
    pub(crate) flags: Flags,
    /// The version of a virtual package that is given none: `date.time` in UTC.
    pub(crate) timestamp: String,
    /// The process id, which goes into a virtual package's checksum.
    pub(crate) pid: u32,
}

impl Add {
    /// What the world is to be. The error has been printed when there is none.
    pub(crate) fn intend(
        &self,
        db: &mut Database,
        args: &[String],
        console: &mut Console,
    ) -> Option<Request> {
        let mut world = db.world.clone();
        let mut bundle = match &self.bundle {
            Some(spec) => Some(self.bundle(spec, args, console)?),
            None => None,
        };
        let mut names = Vec::new();
        for arg in args {
            let suits = |dep: &Dependency| dep.suits(db.universe.engine());
            let parsed =
                parse_argument(arg).filter(suits).filter(|dep| bundle.is_none() || dep.tag.is_none());
            let Some(dependency) = parsed else {
                console.error(malformed(arg, bundle.is_some(), db.universe.engine()));
                return None;
            };
            match &mut bundle {
                Some(package) => set_dependency(&mut package.depends, dependency),
                None => {
                    let need = db.universe.need(&dependency);
                    names.push(need.name);
                    world_set(&mut world, need);
                }
            }
        }
        if let Some(package) = bundle {
            let tag = self.bundle.as_deref().and_then(bundle_dependency).and_then(|parsed| parsed.tag);
            let need = self.admit_bundle(db, package, tag);
            names.push(need.name);
            world_set(&mut world, need);
        }
        let mut request = db.request(world);
        for name in names {
            request.mark(name, self.flags, self.flags);
        }
        Some(request)
    }

    fn bundle(&self, spec: &str, args: &[String], console: &mut Console) -> Option<Package> {
        let parsed = bundle_dependency(spec);
        let version = parsed.as_ref().and_then(|dependency| match &dependency.version {
            None => Some(self.timestamp.as_str().into()),
            Some((Operator::EQUAL, version)) => Some(version.clone()),
            Some(_) => None,
        });
        let (Some(parsed), Some(version)) = (parsed, version) else {
            console.error(format!("{spec}: bad package specifier"));
            return None;
        };
        if args.is_empty() {
            console.warning("creating empty virtual package");
        }
        let name: &str = &parsed.name;
        let version: Rc<str> = version;
        let identity = [&self.pid.to_le_bytes()[..], name.as_bytes(), b"\0", version.as_bytes()].concat();
        let mut package = Package::new(name, &version, Checksum::of(identity));
        package.about_mut().description = Some("virtual meta package".into());
        package.arch = Some("noarch".into());
        Some(package)
    }

    fn admit_bundle(&self, db: &mut Database, package: Package, tag: Option<Rc<str>>) -> Need {
        let package = Rc::new(package);
        let wanted = Dependency {
            version: Some((Operator::EQUAL, package.version.clone())),
            tag,
            ..Dependency::on(&package.name)
        };
        db.universe.add_late(package, Sources::CACHE);
        db.universe.need(&wanted)
    }
}

/// What `--virtual` names: the first word of its argument.
fn bundle_dependency(spec: &str) -> Option<Dependency> {
    let word = spec.split([' ', '\n']).next().unwrap_or_default();
    Dependency::parse(word).filter(|dependency| !dependency.conflict)
}

fn parse_argument(arg: &str) -> Option<Dependency> {
    let one_word = !arg.contains([' ', '\n']);
    one_word.then(|| Dependency::parse(arg)).flatten()
}

fn malformed(arg: &str, of_bundle: bool, engine: Engine) -> String {
    let (kind, format) = match of_bundle {
        true if engine.is_third() => ("package", "name([<>~=]version)"),
        false => ("world", "name(@tag)([<>~=]version)"),
        true => ("child", "name([<>~=]version)"),
    };
    format!("'{arg}' is not a valid {kind} dependency, format is {format}")
}

fn set_dependency(list: &mut Vec<Dependency>, dependency: Dependency) {
    match list.iter_mut().find(|other| other.name == dependency.name) {
        Some(other) => *other = dependency,
        None => list.push(dependency),
    }
}
