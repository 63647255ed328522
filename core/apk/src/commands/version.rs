use std::{cmp::Ordering, rc::Rc};

use super::matching::{matching_names, sorted_names};
use crate::{
    command::{Command, Given, Section},
    commit::Outcome,
    engine::Engine,
    open::Needs,
    options::{GLOBAL, flag, value},
    package::Package,
    session::Session,
    transaction::tag_suffix,
    universe::{NameId, Sources, TagId},
    version,
};

pub(crate) const COMMAND: Command = Command {
    name: "version",
    section: Section::Miscellaneous,
    arguments: "[<ARGUMENTS>...]",
    summary: "Compare package versions or perform tests on version strings",
    groups: &[&GLOBAL],
    options: &[
        flag("a", "all", "Count repositories with a pin, too"),
        flag("c", "check", "Print the arguments that are no versions"),
        flag("I", "indexes", "Describe the indexes"),
        value("l", "limit", "LIMIT", "Only what compares as one of the characters <, = and >"),
        flag("t", "test", "Compare two versions"),
    ],
    drops_empty: false,
    needs: |given, _| {
        let alone = given.has("check") || given.has("test");
        Needs { state: !alone, repositories: !alone, any_arch: false, ..Needs::READ }
    },
    run: |session, given| Box::pin(async move { run(session, &given) }),
};

/// Width of the column of installed packages.
const COLUMN: usize = 39;

fn run(session: &mut Session<'_>, given: &Given) -> Outcome {
    let actions = ["check", "indexes", "test"];
    let action = given.options.iter().rev().map(|(name, _)| *name).find(|name| actions.contains(name));
    match action {
        Some("check") => session.check_versions(&given.args),
        Some("indexes") => session.describe_indexes(),
        Some("test") => session.compare_versions(&given.args),
        _ => session.compare_installed(given),
    }
}

fn symbol(order: Ordering) -> char {
    match order {
        Ordering::Less => '<',
        Ordering::Equal => '=',
        Ordering::Greater => '>',
    }
}

impl Session<'_> {
    fn check_versions(&mut self, args: &[String]) -> Outcome {
        let wrong: Vec<&String> = args.iter().filter(|arg| !self.engine.is_version(arg)).collect();
        wrong.iter().for_each(|arg| self.console.message(arg));
        wrong.len() as Outcome
    }

    fn describe_indexes(&mut self) -> Outcome {
        for source in &self.sources {
            if let Some(description) = &source.description {
                self.console.line(format!("{description} [{}]", source.url));
            }
        }
        0
    }

    fn compare_versions(&mut self, args: &[String]) -> Outcome {
        let [a, b] = args else { return 1 };
        self.console.line(symbol(self.engine.compare_versions(a, b)).to_string());
        0
    }

    fn compare_installed(&mut self, given: &Given) -> Outcome {
        let limit = match given.value("limit") {
            Some("") => None,
            Some(limit) => Some(limit),
            None if given.args.is_empty() && self.console.verbosity == 1 => Some("<"),
            None => None,
        };
        let names = match given.args.is_empty() {
            true => self.db.installed.iter().map(|i| self.db.universe.candidate(i.id).name).collect(),
            false => {
                let of = |arg: &String| matching_names(&mut self.db, arg).unwrap_or_default();
                given.args.iter().flat_map(of).collect::<Vec<NameId>>()
            }
        };
        let all_tags = given.has("all");
        let rows: Vec<_> = names.into_iter().filter_map(|name| self.newest(name, all_tags)).collect();
        let rows: Vec<_> = rows
            .into_iter()
            .filter(|(_, row)| {
                limit.is_none_or(|limit| row.order.is_some_and(|order| limit.contains(symbol(order))))
            })
            .collect();
        let width = rows.iter().map(|(_, row)| row.installed.label().len()).fold(COLUMN, usize::max);
        if self.console.verbosity > 0 {
            self.console.line(format!("{:width$}   Available:", "Installed:"));
        }
        let order = match given.args.is_empty() {
            true => {
                let mut order: Vec<NameId> = rows.iter().map(|(name, _)| *name).collect();
                order.sort_by(|&a, &b| {
                    crate::display_order(self.db.universe.text(a), self.db.universe.text(b))
                });
                order
            }
            false => sorted_names(&mut self.db, &given.args).items,
        };
        for name in order {
            let Some((_, row)) = rows.iter().find(|(other, _)| *other == name) else { continue };
            let line = match self.console.verbosity {
                ..=0 => self.db.universe.text(name).to_string(),
                _ => format!(
                    "{:width$} {} {} {}",
                    row.installed.label(),
                    row.order.map_or('?', symbol),
                    row.newest,
                    tag_suffix(&self.db, row.tag)
                ),
            };
            self.console.line(line);
        }
        0
    }

    /// How the installed package of a name stands to the newest that its pin allows.
    fn newest(&mut self, name: NameId, all_tags: bool) -> Option<(NameId, Row)> {
        self.db.universe.complete(name);
        let universe = &self.db.universe;
        let installed = universe.candidate(self.db.installed_by_name(name)?);
        let allowed = universe.tags()[usize::from(installed.installed.unwrap_or_default().0)].allowed;
        let mut newest = installed.package.version.clone();
        let mut sources = Sources::default();
        for offer in universe.offers(name) {
            let candidate = universe.candidate(offer.package);
            let counts = candidate.name == name
                && candidate.sources != Sources::default()
                && (all_tags || candidate.sources.meets(allowed));
            match version::compare(&candidate.package.version, &newest) {
                Ordering::Greater if counts => {
                    newest = candidate.package.version.clone();
                    sources = candidate.sources;
                }
                Ordering::Equal if counts => sources = sources.with(candidate.sources),
                _ => {}
            }
        }
        let tags = universe.tags().iter().enumerate().skip(1);
        let tag = tags.filter(|(_, tag)| tag.allowed.meets(sources)).map(|(i, _)| TagId(i as u8)).next();
        // The first 2.14 did not take the installed version for one to be had.
        let known = sources != Sources::default() || self.engine > Engine::V2_14_0;
        let order = known.then(|| version::compare(&installed.package.version, &newest));
        let newest = if known { newest } else { "".into() };
        let installed = installed.package.clone();
        Some((name, Row { installed, newest, order, tag: tag.unwrap_or_default() }))
    }
}

struct Row {
    installed: Rc<Package>,
    newest: Rc<str>,
    order: Option<Ordering>,
    tag: TagId,
}
