//! What `-i` and `-v` show before anything is changed.

use std::cmp::Ordering;

use crate::{
    console::{Console, Listing, Stream},
    database::Database,
    package::display_order,
    session::Session,
    solver::{Change, Solution},
    transaction::UNITS,
    version,
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
        let verbosity = self.console.verbosity;
        let asks = self.settings.interactive;
        if self.settings.simulate || !(verbosity > 1 || asks) {
            return true;
        }
        let mut changes = solution.changes.clone();
        let name = |db: &Database, change: &Change| {
            change.old.or(change.new).map(|id| db.package(id).name.clone()).unwrap_or_default()
        };
        changes.sort_by(|a, b| display_order(&name(&self.db, a), &name(&self.db, b)));
        let gone = |change: &Change| change.new.is_none();
        let mut shown = list(&self.db, &mut self.console, &changes, "REMOVED", gone);
        let older = |change: &Change| order(&self.db, change) == Some(Ordering::Less);
        shown |= list(&self.db, &mut self.console, &changes, "DOWNGRADED", older);
        if shown || asks || verbosity > 2 {
            shown |= self.preview_rest(&changes);
        }
        if !shown || !asks {
            return true;
        }
        self.console.write(Stream::Out, "Do you want to continue [Y/n]? ");
        self.flush().await;
        let answer = self.process.read(0, 1).await.unwrap_or_default();
        matches!(answer.first(), None | Some(b'y' | b'Y' | b'\n'))
    }

    fn preview_rest(&mut self, changes: &[Change]) -> bool {
        let (db, console) = (&self.db, &mut self.console);
        let newer = |change: &Change| {
            change.new != change.old && matches!(order(db, change), Some(Ordering::Greater | Ordering::Equal))
        };
        let new = |change: &Change| change.old.is_none();
        let mut shown =
            list_titled(db, console, changes, "The following NEW packages will be installed", new);
        shown |= list(db, console, changes, "upgraded", newer);
        shown |= list(db, console, changes, "reinstalled", |change| change.reinstall);
        let size = |id: Option<crate::PackageId>| id.map_or(0, |id| db.package(id).installed_size as i64);
        let coming = changes.iter().filter(|change| change.new != change.old).filter_map(|change| change.new);
        let download: u64 = coming.map(|id| db.package(id).size).sum();
        if download > 0 {
            console.message(format!("Need to download {} of packages.", human_size(download)));
        }
        let growth: i64 = changes.iter().map(|change| size(change.new) - size(change.old)).sum();
        let effect = match growth < 0 {
            true => "disk space will be freed",
            false => "additional disk space will be used",
        };
        let amount = human_size(growth.unsigned_abs());
        console.message(format!("After this operation, {amount} of {effect}."));
        shown
    }
}

/// How the new version stands to the old one; `None` when there are not both.
fn order(db: &Database, change: &Change) -> Option<Ordering> {
    let (old, new) = (change.old?, change.new?);
    Some(version::compare(&db.package(new).version, &db.package(old).version))
}

fn list(
    db: &Database,
    console: &mut Console,
    changes: &[Change],
    fate: &str,
    wanted: impl Fn(&Change) -> bool,
) -> bool {
    let title = format!("The following packages will be {fate}");
    list_titled(db, console, changes, &title, wanted)
}

/// A heading and the names of the changes that are meant; whether there are any.
fn list_titled(
    db: &Database,
    console: &mut Console,
    changes: &[Change],
    title: &str,
    wanted: impl Fn(&Change) -> bool,
) -> bool {
    let mut listing = Listing::new(console.width);
    let mut any = false;
    for change in changes.iter().filter(|change| wanted(change)) {
        if !std::mem::replace(&mut any, true) {
            listing.start_below(&format!("{title}:"), 2);
        }
        if let Some(id) = change.new.or(change.old) {
            listing.item(&db.package(id).name);
        }
    }
    listing.end();
    console.write(Stream::Out, listing.into_text());
    any
}
