use std::cmp::Ordering;

use vfs::{Errno, Mode, Time};

use super::matching::matching_names;
use crate::{
    command::{Command, Given, Section},
    commit::Outcome,
    console::Stream,
    database::world_set,
    dependency::Dependency,
    help,
    open::Needs,
    options::{GLOBAL, SOURCE, flag, value},
    package_file::fetched_head,
    session::Session,
    solver::{Request, report, solve},
    transaction::can_fetch,
    universe::{NameId, PackageId},
    version,
};

pub(crate) const COMMAND: Command = Command {
    name: "fetch",
    section: Section::Repositories,
    arguments: "PACKAGES...",
    summary: "Download packages from repositories to a local directory",
    groups: &[&GLOBAL, &SOURCE],
    options: &[
        value("", "built-after", "TIME", "Only packages built after TIME"),
        flag("l", "link", "Link packages of local repositories"),
        flag("R", "recursive", "What the packages need, too"),
        value("o", "output", "DIR", "Write to DIR"),
        flag("", "simulate", "Only say what would be done"),
        flag("s", "stdout", "Write the packages to standard output"),
        flag("", "url", "Print addresses"),
        flag("w", "world", "Everything that the world needs"),
    ],
    drops_empty: false,
    needs: |given, _| Needs { state: given.has("world"), installed: false, ..Needs::READ },
    run: |session, given| Box::pin(run(session, given)),
};

async fn run(session: &mut Session<'_>, given: Given) -> Outcome {
    let built_after = match given.value("built-after").map(moment) {
        None => 0,
        Some(Some(moment)) => moment,
        Some(None) => {
            session.console.write(Stream::Out, help::usage(session.engine, Some(&COMMAND)));
            return 1;
        }
    };
    if given.has("stdout") {
        session.console.verbosity = 0;
    }
    session.settings.simulate |= given.has("simulate");
    let chosen = match given.has("recursive") || given.has("world") {
        true => with_dependencies(session, &given),
        false => newest_of_all(session, &given.args),
    };
    let mut chosen = match chosen {
        Ok(chosen) => chosen,
        Err(_) if session.engine.is_third() && given.has("recursive") => return 0,
        Err(errors) => return errors,
    };
    chosen.retain(|&id| session.db.package(id).about().build_time > built_after || built_after == 0);
    let name = |session: &Session<'_>, id: PackageId| session.db.package(id).name.clone();
    chosen.sort_by(|&a, &b| crate::display_order(&name(session, a), &name(session, b)));
    chosen.dedup();
    let mut errors = 0;
    for id in chosen {
        errors += Outcome::from(!session.fetch_file(id, &given).await);
    }
    errors
}

/// Seconds since 1970, or a date and a time of day (UTC).
fn moment(text: &str) -> Option<u64> {
    let date = || Time::parse_rfc3339(&format!("{}Z", text.replacen(' ', "T", 1)));
    text.parse().ok().or_else(|| u64::try_from(date()?.secs()).ok())
}

/// `-R`: what the solver would install.
fn with_dependencies(session: &mut Session<'_>, given: &Given) -> Result<Vec<PackageId>, Outcome> {
    let mut world = if given.has("world") { session.db.world.clone() } else { Vec::new() };
    for arg in &given.args {
        let Some(names) = matching_names(&mut session.db, arg) else {
            session.console.message(format!("{arg}: unable to select package (or its dependencies)"));
            return Err(2);
        };
        for name in names {
            let wanted = Dependency::on(&session.db.universe.text(name).clone());
            let need = session.db.universe.need(&wanted);
            world_set(&mut world, need);
        }
    }
    let request = Request { world, download_only: true, ..Request::default() };
    match solve(&mut session.db.universe, request) {
        Ok(solution) if solution.errors == 0 => {
            Ok(solution.changes.iter().filter_map(|change| change.new).collect())
        }
        Ok(solution) => {
            report(&mut session.db.universe, &solution, &mut session.console);
            Err(1)
        }
        Err(error) => {
            session.console.error(error.to_string());
            Err(1)
        }
    }
}

fn newest_of_all(session: &mut Session<'_>, args: &[String]) -> Result<Vec<PackageId>, Outcome> {
    let mut chosen: Vec<PackageId> = Vec::new();
    let mut errors = 0;
    for arg in args {
        let names = matching_names(&mut session.db, arg);
        let found: Vec<PackageId> =
            names.iter().flatten().filter_map(|&name| newest(session, name)).collect();
        if found.is_empty() && !arg.contains('*') {
            session.console.message(format!("{arg}: unable to select package (or its dependencies)"));
            errors += 1;
        }
        chosen.extend(found);
    }
    if errors > 0 { Err(errors) } else { Ok(chosen) }
}

/// The newest package of a name, those of the very name first.
fn newest(session: &Session<'_>, name: NameId) -> Option<PackageId> {
    let universe = &session.db.universe;
    let mut best: Option<PackageId> = None;
    for offer in universe.offers(name) {
        let candidate = universe.candidate(offer.package);
        let better = best.is_none_or(|best| {
            let best = universe.candidate(best);
            (candidate.name == name && best.name != name)
                || version::compare(&candidate.package.version, &best.package.version) == Ordering::Greater
        });
        if better {
            best = Some(offer.package);
        }
    }
    best
}

impl Session<'_> {
    async fn fetch_file(&mut self, id: PackageId, given: &Given) -> bool {
        let package = self.db.package(id).clone();
        let sources = self.db.universe.candidate(id).sources.0 & self.db.universe.available.0;
        let source = self.sources.get((sources.trailing_zeros() as usize).wrapping_sub(1));
        let Some(url) = source.map(|source| source.url.clone()).filter(|_| can_fetch(&self.db, id)) else {
            let text = "could not find a repo which provides this package \
                        (check repositories file and run 'apk update')";
            self.console.error(format!("{}: {text}", package.label()));
            return false;
        };
        let file = format!("{}.apk", package.label());
        let folder = given.value("output");
        let path = folder.map_or(file.clone(), |folder| format!("{folder}/{file}"));
        let to_stdout = given.has("stdout");
        if !to_stdout && self.process.stat(&path).is_ok_and(|stat| stat.size == package.size) {
            return true;
        }
        let arch = package.arch.as_deref().unwrap_or(&self.arch);
        let line = match given.has("url") {
            true => format!("{}/{arch}/{file}", url.trim_end_matches('/')),
            false => format!("Downloading {}", package.label()),
        };
        self.console.message(line);
        if self.settings.simulate {
            return true;
        }
        let head = fetched_head(&package, &url);
        let written = match (self.fetch_index(&url).await, to_stdout) {
            (Err(error), _) => Err(error.to_string()),
            (Ok(_), true) => {
                self.flush().await;
                let mut bytes = head;
                bytes.resize(package.size as usize, 0);
                self.process.write_all(1, &bytes).await.map_err(|errno| errno.to_string())
            }
            // apk opens the folder first and does not look at what came of it.
            (Ok(_), false) if folder.is_some_and(|folder| self.process.stat(folder).is_err()) => {
                Err(Errno::EBADF.to_string())
            }
            (Ok(_), false) => self
                .write_new(path.as_bytes(), &head, package.size, Mode::new(0o644))
                .await
                .map_err(|errno| errno.to_string()),
        };
        if let Err(error) = &written {
            self.console.error(format!("{}: {error}", package.label()));
        }
        written.is_ok()
    }
}
