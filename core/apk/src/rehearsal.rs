//! A run that only says what it would do, on indexes given as text: for scenarios and tests.
//!
//! It differs from a simulated run (`apk -s`) in one respect, as the test build of apk-tools does:
//! packages are walked in the order in which they were added.

use crate::{
    commands::{Add, Del, Fix, Upgrade, explain_kept},
    console::{Console, Stream},
    database::Database,
    dependency::Dependency,
    engine::Engine,
    index::{self, FormatError},
    installed,
    open::{ARCH, MALFORMED},
    preview::show,
    solver::{Flags, Request, Solution, report, solve},
    transaction::{Totals, long_summary, simulate, summary},
    universe::{Sources, Walk},
};
use std::rc::Rc;

/// A repository of a rehearsal.
#[derive(Clone, Debug)]
pub enum Shelf<'a> {
    /// A normal one, with the pin it serves.
    Repository(Option<&'a str>, &'a [u8]),
    /// What the cache remembers of packages that are in no repository.
    Cache(&'a [u8]),
}

/// The stage for one command.
#[derive(Clone, Debug, Default)]
pub struct Rehearsal<'a> {
    /// Text of the installed database.
    pub installed: &'a [u8],
    /// Text of the world.
    pub world: &'a str,
    /// The repositories, in order.
    pub shelves: Vec<Shelf<'a>>,
    /// `date.time` of virtual packages.
    pub timestamp: &'a str,
    /// Which version of apk.
    pub engine: Engine,
}

/// A command with its options as words, as at the prompt.
impl Rehearsal<'_> {
    /// Runs a command line and returns what it prints.
    pub fn run(&self, words: &[&str]) -> Result<String, FormatError> {
        let (options, operands): (Vec<&str>, Vec<&str>) = split(words);
        let mut db = self.database(options.contains(&"--no-network"))?;
        let mut console = Console::default();
        console.verbosity += i32::from(options.contains(&"-v"));
        if db.universe.has_malformed() {
            console.warning(MALFORMED);
        }
        let stage = Stage { options: &options, timestamp: self.timestamp, engine: self.engine };
        if let Some((command, args)) = operands.split_first() {
            let args: Vec<String> = args.iter().map(|arg| arg.to_string()).collect();
            stage.run(command, &args, &mut db, &mut console);
        }
        Ok(console.take().into_iter().map(|(_, text)| text).collect())
    }

    fn database(&self, offline: bool) -> Result<Database, FormatError> {
        let mut db = Database::new(Walk::AsAdded, self.engine);
        db.universe.set_machine(ARCH);
        db.read_world(self.world);
        db.add_installed(installed::parse(self.installed)?);
        for (number, shelf) in self.shelves.iter().enumerate() {
            let source = Sources::repository(number);
            match shelf {
                Shelf::Cache(text) => {
                    for package in index::parse(text)? {
                        let id = db.universe.add(Rc::new(package), Sources::default());
                        db.universe.candidate_mut(id).cached_only = true;
                    }
                }
                Shelf::Repository(tag, text) => {
                    let tag = tag.map(|tag| db.universe.tag(tag)).unwrap_or_default();
                    for package in index::parse(text)? {
                        db.universe.add(Rc::new(package), source);
                    }
                    if !offline {
                        db.universe.available = db.universe.available.with(source);
                    }
                    db.universe.allow(tag, source);
                }
            }
        }
        Ok(db)
    }
}

/// Options that take a value, which follows them as the next word.
const WITH_VALUE: [&str; 3] = ["-t", "--virtual", "--preupgrade-depends"];

fn split<'w>(words: &[&'w str]) -> (Vec<&'w str>, Vec<&'w str>) {
    let (mut options, mut operands) = (Vec::new(), Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.starts_with('-') {
            true => options.push(*word),
            false => operands.push(*word),
        }
        if WITH_VALUE.contains(word) {
            options.extend(words.next());
        }
    }
    (options, operands)
}

struct Stage<'a> {
    engine: Engine,
    options: &'a [&'a str],
    timestamp: &'a str,
}

impl Stage<'_> {
    fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|option| names.contains(option))
    }

    /// The values of an option that may be given often.
    fn values(&self, option: &str) -> impl Iterator<Item = &str> {
        self.options.windows(2).filter(move |pair| pair[0] == option).map(|pair| pair[1])
    }

    fn flag(&self, names: &[&str], flag: Flags) -> Flags {
        if self.has(names) { flag } else { Flags::NONE }
    }

    fn run(&self, command: &str, args: &[String], db: &mut Database, console: &mut Console) {
        let request = match command {
            "add" => self.add().intend(db, args, console),
            "del" => Del { with_dependents: self.has(&["-r", "--rdepends"]) }.intend(db, args, console).ok(),
            "fix" => self.fix().intend(db, args, console).ok(),
            "upgrade" => {
                let upgrade = self.upgrade();
                if args.is_empty() && self.self_upgrade(&upgrade, db, console) {
                    return;
                }
                upgrade.intend(db, args, console).ok()
            }
            _ => {
                console.error(format!("'{command}' cannot be rehearsed"));
                None
            }
        };
        let Some(solution) = request.and_then(|request| self.answer(db, request, console)) else { return };
        if command == "del" {
            explain_kept(db, args, &solution, console);
        }
        if self.engine.is_third() {
            show(db, console, &solution, false);
        }
        simulate(db, &solution, console);
        let totals = match self.engine.counts_simulated() {
            true => Totals::after(db, &solution),
            false => Totals::of(db),
        };
        console.message(match console.verbosity > 1 {
            true => long_summary(db, totals, 0),
            false => summary(self.engine, totals, 0),
        });
    }

    fn add(&self) -> Add {
        let bundle = self.options.iter().position(|option| ["-t", "--virtual"].contains(option));
        Add {
            bundle: bundle.and_then(|at| self.options.get(at + 1)).map(|name| name.to_string()),
            flags: self
                .flag(&["-l", "--latest"], Flags::LATEST)
                .with(self.flag(&["-u", "--upgrade"], Flags::UPGRADE)),
            timestamp: self.timestamp.to_owned(),
            pid: 1,
        }
    }

    fn fix(&self) -> Fix {
        Fix {
            flags: self
                .flag(&["-r", "--reinstall"], Flags::REINSTALL)
                .with(self.flag(&["-u", "--upgrade"], Flags::UPGRADE)),
            with_dependencies: self.has(&["-d", "--depends"]),
            xattrs: false,
        }
    }

    fn upgrade(&self) -> Upgrade {
        Upgrade {
            flags: self
                .flag(&["-a", "--available"], Flags::AVAILABLE)
                .with(self.flag(&["-l", "--latest"], Flags::LATEST)),
            ignore: self.has(&["--ignore"]),
            prune: self.has(&["--prune"]),
            first: self.values("--preupgrade-depends").filter_map(Dependency::parse).collect(),
        }
    }

    /// Rehearses the upgrade of apk itself; whether that is all.
    fn self_upgrade(&self, upgrade: &Upgrade, db: &mut Database, console: &mut Console) -> bool {
        let only = self.has(&["--self-upgrade-only", "--preupgrade-only"]);
        let Some(request) = upgrade.intend_self(db) else { return only };
        match solve(&mut db.universe, request) {
            Ok(solution) if solution.errors == 0 => {
                if only && solution.changes.iter().any(|change| change.is_effective()) {
                    console.message(self.engine.self_upgrade_heading());
                    simulate(db, &solution, console);
                    if self.engine.is_third() {
                        console.message(summary(self.engine, Totals::after(db, &solution), 0));
                    }
                }
            }
            _ => console.warning("Failed to perform initial self-upgrade, continuing with full upgrade."),
        }
        only
    }

    fn answer(&self, db: &mut Database, mut request: Request, console: &mut Console) -> Option<Solution> {
        request.force_broken_world = self.has(&["-f", "--force", "--force-broken-world"]);
        match solve(&mut db.universe, request) {
            Ok(solution) if solution.errors == 0 => Some(solution),
            Ok(solution) => {
                report(&mut db.universe, &solution, console);
                None
            }
            Err(error) => {
                console.write(Stream::Err, format!("ERROR: {error}\n"));
                None
            }
        }
    }
}
