//! The commands, one file each.

mod add;
mod del;
mod fix;
mod upgrade;

pub(crate) use self::{
    add::Add,
    del::{Del, explain_kept},
    fix::Fix,
    upgrade::Upgrade,
};
use crate::{database::Database, glob, universe::NameId};

/// The names that an argument means; `None` when there is no such name. Patterns have a `*`.
fn matching_names(db: &mut Database, arg: &str) -> Option<Vec<NameId>> {
    if !arg.contains('*') {
        let name = db.universe.find(arg)?;
        db.universe.complete(name);
        return Some(vec![name]);
    }
    db.universe.complete_all();
    let mut names: Vec<NameId> =
        db.universe.name_ids().filter(|&name| glob::matches(arg, db.universe.text(name))).collect();
    names.sort_by(|&a, &b| db.universe.table_order(a, b));
    Some(names)
}
