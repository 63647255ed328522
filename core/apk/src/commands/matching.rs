//! Which names and packages arguments mean. Arguments with a `*` are patterns.

use crate::{
    database::Database,
    glob,
    package::{display_order, display_order_packages},
    universe::{NameId, PackageId},
};

/// The names that an argument means, in the order of apk's table; `None` when there is no such name.
pub(crate) fn matching_names(db: &mut Database, arg: &str) -> Option<Vec<NameId>> {
    if !arg.contains('*') {
        let name = db.universe.find(arg)?;
        db.universe.complete(name);
        return Some(vec![name]);
    }
    db.universe.complete_all();
    let mut names: Vec<NameId> =
        db.universe.name_ids().filter(|&name| glob::matches(arg, db.universe.text(name))).collect();
    db.universe.sort_as_table(&mut names);
    Some(names)
}

/// What arguments mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found<T> {
    /// In display order.
    pub(crate) items: Vec<T>,
    /// Arguments that mean nothing.
    pub(crate) unknown: Vec<String>,
}

fn walks_all(args: Option<&[String]>) -> bool {
    args.is_none_or(|args| args.iter().any(|arg| arg.contains('*')))
}

fn matches_any(args: Option<&[String]>, name: &str) -> bool {
    args.is_none_or(|args| args.iter().any(|arg| glob::matches(arg, name)))
}

/// The names that arguments mean; all names when there are none.
pub(crate) fn sorted_names(db: &mut Database, args: &[String]) -> Found<NameId> {
    let args = Some(args).filter(|args| !args.is_empty());
    let mut found = Found { items: Vec::new(), unknown: Vec::new() };
    for arg in args.into_iter().flatten() {
        match db.universe.find(arg) {
            Some(name) => found.items.push(name),
            None if !arg.contains('*') => found.unknown.push(arg.clone()),
            None => {}
        }
    }
    if walks_all(args) {
        db.universe.complete_all();
        found.items = db.universe.name_ids().collect();
    }
    found.items.iter().for_each(|&name| db.universe.complete(name));
    found.items.retain(|&name| matches_any(args, db.universe.text(name)));
    found.items.sort_by(|&a, &b| display_order(db.universe.text(a), db.universe.text(b)));
    found
}

/// The packages that are called as arguments say, or provide that; all packages when there are none.
pub(crate) fn sorted_packages(db: &mut Database, args: &[String]) -> Found<PackageId> {
    let args = Some(args).filter(|args| !args.is_empty());
    let mut found = Found { items: Vec::new(), unknown: Vec::new() };
    if walks_all(args) {
        db.universe.complete_all();
        found.items = db.universe.package_ids().collect();
    }
    for arg in args.into_iter().flatten().filter(|arg| !arg.contains('*')) {
        let Some(name) = db.universe.find(arg) else {
            found.unknown.push(arg.clone());
            continue;
        };
        db.universe.complete(name);
        for offer in db.universe.offers(name) {
            if !found.items.contains(&offer.package) && !walks_all(args) {
                found.items.push(offer.package);
            }
        }
    }
    found.items.retain(|&id| {
        let candidate = db.universe.candidate(id);
        let provides = &candidate.package.provides;
        matches_any(args, &candidate.package.name)
            || provides.iter().any(|provided| matches_any(args, &provided.name))
    });
    found.items.sort_by(|&a, &b| display_order_packages(db.package(a), db.package(b)));
    found
}

/// The packages under a name, older versions first.
pub(crate) fn sorted_offers(db: &Database, name: NameId) -> Vec<PackageId> {
    let mut packages: Vec<PackageId> = db.universe.offers(name).iter().map(|offer| offer.package).collect();
    packages.sort_by(|&a, &b| display_order_packages(db.package(a), db.package(b)));
    packages
}
