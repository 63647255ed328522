//! What `-i` and `-v` show before anything is changed.

use std::cmp::Ordering;

use crate::{
    console::{Console, Listing, Stream},
    database::Database,
    package::display_order,
    session::Session,
    solver::{Change, Solution},
    transaction::{UNITS, size, tag_suffix},
    universe::{Offer, PackageId, Sources},
};

/// A size in the unit that leaves less than five digits.
pub(crate) fn human_size(bytes: u64) -> String {
    let (mut size, mut unit) = (bytes, 0);
    while size >= 10_000 && unit < UNITS.len() {
        (size, unit) = (size / 1024, unit + 1);
    }
    format!("{size} {}", UNITS[unit.min(UNITS.len() - 1)])
}

impl Session<'_> {
    /// Shows what is to be done, as far as that is wanted, and asks; whether to go on.
    pub(crate) async fn preview(&mut self, solution: &Solution) -> bool {
        let (asks, simulates) = (self.settings.interactive, self.settings.simulate);
        if simulates && !self.engine.is_third() {
            return true;
        }
        let shown = show(&self.db, &mut self.console, solution, asks);
        if !shown || !asks || simulates {
            return true;
        }
        self.console.write(Stream::Out, "Do you want to continue [Y/n]? ");
        self.flush().await;
        let answer = self.process.read(0, 1).await.unwrap_or_default();
        matches!(answer.first(), None | Some(b'y' | b'Y' | b'\n'))
    }
}

/// Lists what is to be done, where that is wanted; whether any of it deserves a question.
pub(crate) fn show(db: &Database, console: &mut Console, solution: &Solution, asks: bool) -> bool {
    let verbosity = console.verbosity;
    if !(verbosity > 1 || asks) {
        return false;
    }
    let mut changes = solution.changes.clone();
    let name =
        |change: &Change| change.old.or(change.new).map(|id| db.package(id).name.clone()).unwrap_or_default();
    changes.sort_by(|a, b| display_order(&name(a), &name(b)));
    let mut preview =
        Preview { details: db.universe.engine().is_third() && verbosity > 1, db, console, changes };
    if db.universe.engine().is_third() {
        preview.orphans();
    }
    let mut shown = preview.list("The following packages will be REMOVED", |_, change| change.new.is_none());
    shown |= preview.list("The following packages will be DOWNGRADED", |db, change| {
        order(db, change) == Some(Ordering::Less)
    });
    if shown || asks || verbosity > 2 {
        shown |= preview.rest();
    }
    shown
}

struct Preview<'p> {
    db: &'p Database,
    console: &'p mut Console,
    /// By name.
    changes: Vec<Change>,
    /// Since 3.0, `-v` shows versions.
    details: bool,
}

impl Preview<'_> {
    /// What stays although no repository has anything by its name.
    fn orphans(&mut self) {
        let hides_virtual = self.console.verbosity < 2;
        let details = std::mem::take(&mut self.details);
        let title = "NOTE: Consider running apk upgrade with --prune and/or --available.\n\
                     The following packages are no longer available from a repository";
        self.list(title, |db, change| {
            let Some(new) = change.new else { return false };
            let name = db.universe.candidate(new).name;
            let known = |offer: &Offer| {
                db.universe.candidate(offer.package).sources.without(Sources::CACHE) != Sources::default()
            };
            let hidden = hides_virtual && db.universe.text(name).starts_with('.');
            !hidden && !db.universe.offers(name).iter().any(known)
        });
        self.details = details;
    }

    fn rest(&mut self) -> bool {
        let mut shown =
            self.list("The following NEW packages will be installed", |_, change| change.old.is_none());
        shown |= self.list("The following packages will be upgraded", |db, change| {
            change.new != change.old && matches!(order(db, change), Some(Ordering::Greater | Ordering::Equal))
        });
        shown |= self.list("The following packages will be reinstalled", |_, change| change.reinstall);
        let db = self.db;
        let size = |id: Option<PackageId>| id.map_or(0, |id| db.package(id).installed_size as i64);
        let coming = self.changes.iter().filter(|change| change.new != change.old);
        let download: u64 = coming.filter_map(|change| change.new).map(|id| db.package(id).size).sum();
        if download > 0 {
            let amount = self.amount(download);
            self.console.message(format!("Need to download {amount} of packages."));
        }
        let growth: i64 = self.changes.iter().map(|change| size(change.new) - size(change.old)).sum();
        let effect = match growth < 0 {
            true => "disk space will be freed",
            false => "additional disk space will be used",
        };
        let amount = self.amount(growth.unsigned_abs());
        self.console.message(format!("After this operation, {amount} of {effect}."));
        shown
    }

    fn amount(&self, bytes: u64) -> String {
        match self.db.universe.engine() {
            third if third.is_third() => size(bytes, third),
            _ => human_size(bytes),
        }
    }

    /// A heading and the changes that are meant; whether there are any.
    fn list(&mut self, title: &str, wanted: impl Fn(&Database, &Change) -> bool) -> bool {
        let mut listing = Listing::new(self.console.width);
        let mut any = false;
        for change in self.changes.iter().filter(|change| wanted(self.db, change)) {
            if !std::mem::replace(&mut any, true) {
                listing.start_below(&format!("{title}:"), 2);
            }
            match (self.details, change.new.or(change.old)) {
                (true, Some(id)) => listing.line(&self.detail(change, id)),
                (false, Some(id)) => listing.item(&self.db.package(id).name),
                (_, None) => {}
            }
        }
        listing.end();
        self.console.write(Stream::Out, listing.into_text());
        any
    }

    fn detail(&self, change: &Change, id: PackageId) -> String {
        let version = |id: PackageId| self.db.package(id).version.clone();
        let versions = match (change.old, change.new) {
            (Some(old), Some(new)) if !change.reinstall => format!("{} -> {}", version(old), version(new)),
            (Some(old), _) => version(old).to_string(),
            _ => version(id).to_string(),
        };
        format!("  {}{} ({versions})", self.db.package(id).name, tag_suffix(self.db, change.new_tag))
    }
}

/// How the new version stands to the old one; `None` when there are not both.
fn order(db: &Database, change: &Change) -> Option<Ordering> {
    let (old, new) = (change.old?, change.new?);
    Some(db.universe.engine().compare_versions(&db.package(new).version, &db.package(old).version))
}
