//! Users and groups of the root by name, as archives name them.

use std::collections::BTreeMap;

use crate::{contents::Owner, session::Session};

/// The numbers of a root's users and groups.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids {
    users: BTreeMap<String, u32>,
    groups: BTreeMap<String, u32>,
}

impl Ids {
    pub(crate) fn user(&self, owner: &Owner) -> u32 {
        resolve(&self.users, owner)
    }

    pub(crate) fn group(&self, owner: &Owner) -> u32 {
        resolve(&self.groups, owner)
    }
}

/// apk falls back on the number in the archive.
fn resolve(ids: &BTreeMap<String, u32>, owner: &Owner) -> u32 {
    match owner {
        Owner::Id(id) => *id,
        Owner::Named(name, id) => ids.get(&name.to_string()).copied().unwrap_or(*id),
    }
}

impl Session<'_> {
    /// Reads `/etc/passwd` and `/etc/group`.
    pub(crate) async fn ids(&mut self) -> Ids {
        let users = self.lines("etc/passwd").await;
        let groups = self.lines("etc/group").await;
        Ids { users: table(&users), groups: table(&groups) }
    }
}

/// `name:password:number:...`, the first of a name counting.
fn table(lines: &[String]) -> BTreeMap<String, u32> {
    let mut ids = BTreeMap::new();
    for line in lines {
        let mut columns = line.split(':');
        if let (Some(name), Some(id)) = (columns.next(), columns.nth(1).and_then(|id| id.parse().ok())) {
            ids.entry(name.to_owned()).or_insert(id);
        }
    }
    ids
}
