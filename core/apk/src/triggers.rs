//! Directories whose change runs a package's trigger script.

use std::cmp::Reverse;

use bstr::{BString, ByteSlice};

use crate::{
    checksum::Checksum, directories::Directories, glob::matches_path, name_order, session::Session,
    universe::PackageId,
};

impl Session<'_> {
    /// Reads `/lib/apk/db/triggers`: a checksum and patterns a line.
    pub(crate) async fn read_triggers(&mut self) {
        for line in self.lines("lib/apk/db/triggers").await {
            let mut words = line.split(' ').filter(|word| !word.is_empty());
            let checksum = words.next().and_then(Checksum::parse);
            let id = checksum.and_then(|checksum| self.db.universe.by_checksum(&checksum));
            let Some(id) = id else { continue };
            if let Some(installed) = self.db.entry_mut(id) {
                installed.triggers = words.map(BString::from).collect();
                if !installed.triggers.is_empty() && !self.db.trigger_order.contains(&id) {
                    self.db.trigger_order.push(id);
                }
            }
        }
    }

    /// The text of the triggers file.
    pub(crate) fn triggers_text(&self) -> BString {
        let mut text = BString::default();
        for installed in self.db.trigger_order.iter().filter_map(|id| self.db.entry(*id)) {
            text.extend_from_slice(installed.record.package.checksum.to_string().as_bytes());
            for pattern in &installed.triggers {
                text.push(b' ');
                text.extend_from_slice(pattern);
            }
            text.push(b'\n');
        }
        text
    }
}

/// Packages whose trigger has to run, with the directories that are its arguments.
pub(crate) fn fired(session: &Session<'_>, directories: &Directories) -> Vec<(PackageId, Vec<BString>)> {
    let mut watched: Vec<(&BString, bool, usize)> = directories.all().collect();
    // apk walks its table of directories, which works like that of names.
    watched.sort_by_key(|(path, _, met)| (name_order::chain_of_bytes(path), Reverse(*met)));
    let mut fired = Vec::new();
    for id in &session.db.trigger_order {
        let Some(installed) = session.db.entry(*id) else { continue };
        let matches = |path: &[u8]| {
            let absolute = [b"/", path].concat();
            let mut patterns = installed.triggers.iter().filter(|pattern| pattern.starts_with(b"/"));
            patterns.any(|pattern| matches_path(pattern, &absolute))
        };
        let hits: Vec<BString> = watched
            .iter()
            .filter(|(path, modified, _)| (installed.fresh || *modified) && matches(path))
            .map(|(path, _, _)| BString::from([b"/", path.as_bytes()].concat()))
            .collect();
        if !hits.is_empty() {
            fired.push((*id, hits));
        }
    }
    fired
}
