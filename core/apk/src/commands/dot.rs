use std::collections::{BTreeMap, BTreeSet};

use super::matching::{matching_names, sorted_offers};
use crate::{
    command::{Command, Given, Section},
    commit::Outcome,
    console::Stream,
    engine::Engine,
    open::Needs,
    options::{GLOBAL, SOURCE, flag},
    session::Session,
    solver::need_accepts,
    universe::{NameId, PackageId},
};

pub(crate) const COMMAND: Command = Command {
    name: "dot",
    section: Section::Queries,
    arguments: "PATTERN...",
    summary: "Render dependencies as graphviz graphs",
    groups: &[&GLOBAL, &SOURCE],
    options: &[
        flag("", "errors", "Only what is missing or in a circle"),
        flag("", "installed", "Only installed packages"),
    ],
    drops_empty: true,
    // Since 2.14.6, what is installed is drawn without a look at the repositories.
    needs: |given, engine| {
        let installed = given.has("installed");
        let configured = !(installed && engine >= Engine::V2_14_6);
        Needs { state: installed, configured, ..Needs::READ }
    },
    run: |session, given| Box::pin(async move { run(session, &given) }),
};

/// Deeper chains are cut, as everywhere.
const MAX_DEPTH: usize = 4_000;

#[derive(Clone, Copy, PartialEq)]
enum Visit {
    /// Being drawn; so often it was met again meanwhile.
    Open(u32),
    Done,
}

struct Graph<'s, 'p> {
    session: &'s mut Session<'p>,
    errors_only: bool,
    installed_only: bool,
    visits: BTreeMap<PackageId, Visit>,
    missing: BTreeSet<NameId>,
    text: String,
}

fn run(session: &mut Session<'_>, given: &Given) -> Outcome {
    let args = if given.args.is_empty() { vec!["*".to_owned()] } else { given.args.clone() };
    let names: Vec<NameId> =
        args.iter().flat_map(|arg| matching_names(&mut session.db, arg).unwrap_or_default()).collect();
    let mut graph = Graph {
        errors_only: given.has("errors"),
        installed_only: given.has("installed"),
        session,
        visits: BTreeMap::new(),
        missing: BTreeSet::new(),
        text: String::new(),
    };
    for name in names {
        for id in sorted_offers(&graph.session.db, name) {
            graph.draw(id, 0);
        }
    }
    let text = graph.text;
    if text.is_empty() {
        return 1;
    }
    let graph = format!("digraph \"apkindex\" {{\n  rankdir=LR;\n  node [shape=box];\n{text}}}\n");
    session.console.write(Stream::Out, graph);
    0
}

impl Graph<'_, '_> {
    fn is_left_out(&self, id: PackageId) -> bool {
        self.installed_only && self.session.db.universe.candidate(id).installed.is_none()
    }

    /// Draws a package and what it needs; how many circles it closes.
    fn draw(&mut self, id: PackageId, depth: usize) -> u32 {
        if self.is_left_out(id) || depth > MAX_DEPTH {
            return 0;
        }
        match self.visits.get_mut(&id) {
            Some(Visit::Done) => return 0,
            Some(Visit::Open(met)) => {
                *met += 1;
                return 1;
            }
            None => {}
        }
        self.visits.insert(id, Visit::Open(0));
        let mut circles = 0;
        let candidate = self.session.db.universe.candidate(id).clone();
        let label = candidate.package.label();
        let draws_conflicts = self.session.engine < Engine::V2_14_6;
        for need in candidate.depends.iter().filter(|need| !need.conflict || draws_conflicts) {
            let universe = &mut self.session.db.universe;
            universe.complete(need.name);
            let name = universe.text(need.name).clone();
            if universe.offers(need.name).is_empty() {
                if self.missing.insert(need.name) {
                    self.text +=
                        &format!("  \"{name}\" [style=dashed, color=red, fontcolor=red, shape=octagon];\n");
                }
                self.text += &format!("  \"{label}\" -> \"{name}\" [color=red];\n");
                continue;
            }
            for offer in universe.offers(need.name).to_vec() {
                let fits = need_accepts(&self.session.db.universe, need, &offer);
                if !fits || self.is_left_out(offer.package) {
                    continue;
                }
                let closed = self.draw(offer.package, depth + 1);
                circles += closed;
                if closed > 0 || !self.errors_only {
                    let other = self.session.db.universe.candidate(offer.package);
                    let color = if closed > 0 { "color=red," } else { "" };
                    let via = match other.name == need.name {
                        true => String::new(),
                        false => format!("arrowhead=inv,label=\"{name}\","),
                    };
                    self.text += &format!("  \"{label}\" -> \"{}\"[{color}{via}];\n", other.package.label());
                }
            }
        }
        let met = match self.visits.insert(id, Visit::Done) {
            Some(Visit::Open(met)) => met,
            _ => 0,
        };
        circles.saturating_sub(met)
    }
}
