//! What a change is called, and the line that ends a transaction.

use crate::{
    console::Console,
    database::Database,
    directories::Directories,
    engine::Engine,
    solver::{Change, Solution},
    universe::{PackageId, TagId},
};
use std::cmp::Ordering;

const MIB: u64 = 1024 * 1024;
pub(crate) const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];

/// Whether a package can be fetched now.
pub(crate) fn can_fetch(db: &Database, id: PackageId) -> bool {
    db.universe.candidate(id).sources.meets(db.universe.available)
}

/// The line that announces a change, without its `(1/2)`; `None` when nothing happens.
pub(crate) fn announcement(db: &Database, change: &Change) -> Option<String> {
    let package = |id: PackageId| db.package(id);
    let named = |verb: &str, id: PackageId, versions: String| {
        format!("{verb} {}{} ({versions})", package(id).name, tag_suffix(db, change.new_tag))
    };
    let single = |verb: &str, id: PackageId| named(verb, id, package(id).version.to_string());
    match (change.old, change.new) {
        (None, None) => None,
        (None, Some(new)) => Some(single("Installing", new)),
        (Some(old), None) => Some(single("Purging", old)),
        (Some(old), Some(new)) if old == new => {
            let verb = match () {
                () if change.reinstall && can_fetch(db, new) => "Reinstalling",
                () if change.reinstall => "[APK unavailable, skipped] Reinstalling",
                () if change.old_tag != change.new_tag => "Updating pinning",
                () => return None,
            };
            Some(single(verb, new))
        }
        (Some(old), Some(new)) => {
            let verb =
                match db.universe.engine().compare_versions(&package(new).version, &package(old).version) {
                    Ordering::Less => "Downgrading",
                    Ordering::Equal => "Replacing",
                    Ordering::Greater => "Upgrading",
                };
            Some(named(verb, new, format!("{} -> {}", package(old).version, package(new).version)))
        }
    }
}

/// `@tag`, or nothing for the default.
pub(crate) fn tag_suffix(db: &Database, tag: TagId) -> String {
    match &*db.universe.tags()[usize::from(tag.0)].name {
        "" => String::new(),
        name => format!("@{name}"),
    }
}

/// Says what would be done.
pub(crate) fn simulate(db: &Database, solution: &Solution, console: &mut Console) {
    let total = solution.changes.iter().filter(|change| change.is_effective()).count();
    let lines = solution.changes.iter().filter_map(|change| announcement(db, change));
    for (number, line) in lines.enumerate() {
        console.message(format!("({}/{total}) {line}", number + 1));
    }
}

/// A size as the last line of a transaction has it: in MiB, since 3.0 in the unit that leaves less
/// than five digits, with a tenth from MiB on.
pub(crate) fn size(bytes: u64, engine: Engine) -> String {
    if !engine.is_third() {
        return format!("{} MiB", bytes / MIB);
    }
    let (mut whole, mut scale, mut unit) = (bytes, 1, 0);
    while whole >= 10_000 && unit + 1 < UNITS.len() {
        (whole, scale, unit) = (whole / 1024, scale * 1024, unit + 1);
    }
    match unit {
        0 | 1 => format!("{whole} {}", UNITS[unit]),
        _ => {
            let tenths = (u128::from(bytes) * 20 / scale).div_ceil(2);
            format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
        }
    }
}

/// What the last line of a transaction counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Totals {
    bytes: u64,
    packages: usize,
}

impl Totals {
    /// What is installed.
    pub(crate) fn of(db: &Database) -> Self {
        Totals { bytes: db.installed_bytes(), packages: db.installed.len() }
    }

    /// What would be installed.
    pub(crate) fn after(db: &Database, solution: &Solution) -> Self {
        let kept = || solution.changes.iter().filter_map(|change| change.new);
        Totals { bytes: kept().map(|id| db.package(id).installed_size).sum(), packages: kept().count() }
    }
}

/// `OK: 11 MiB in 15 packages`.
pub(crate) fn summary(engine: Engine, totals: Totals, errors: u32) -> String {
    format!("{} {} in {} packages", verdict(errors), size(totals.bytes, engine), totals.packages)
}

/// `OK: 15 packages, 99 dirs, 120 files, 11 MiB`, as `-v` has it.
pub(crate) fn long_summary(db: &Database, totals: Totals, errors: u32) -> String {
    let owned = || db.installed.iter().flat_map(|installed| &installed.record.directories);
    let files: usize = owned().map(|directory| directory.files.len()).sum();
    let dirs = Directories::of(db).all().count();
    let (verdict, size) = (verdict(errors), size(totals.bytes, db.universe.engine()));
    format!("{verdict} {} packages, {dirs} dirs, {files} files, {size}", totals.packages)
}

fn verdict(errors: u32) -> String {
    match errors {
        0 => "OK:".to_owned(),
        1 => "1 error;".to_owned(),
        n => format!("{n} errors;"),
    }
}
