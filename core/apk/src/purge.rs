//! Removing the files of a package.

use std::collections::BTreeSet;

use bstr::BString;

use crate::{
    directories::{Directories, parent},
    install::join,
    installed::OwnedDirectory,
    session::Session,
    universe::PackageId,
};

impl Session<'_> {
    /// Removes what a package owns, but changed files in protected places, and directories that
    /// nobody else has something in. The package is still in the list of installed ones.
    pub(crate) async fn purge_files(&mut self, id: PackageId, directories: &mut Directories) {
        let Some(installed) = self.db.entry_mut(id) else { return };
        let owned = std::mem::take(&mut installed.record.directories);
        for directory in &owned {
            directories.set_modified(&directory.path);
            for file in &directory.files {
                let relative = join(&directory.path, &file.name);
                let path = self.path(&relative);
                let keep = !self.settings.purge
                    && !self.protected.of_path(&directory.path).is_none()
                    && match file.checksum {
                        Some(checksum) => !self.is_unchanged(&path, checksum).await,
                        None => true,
                    };
                if !keep {
                    // It may be gone already.
                    let _ = self.process.unlink(&path);
                }
                if self.console.verbosity >= 3 {
                    self.console.message(relative.to_string());
                }
            }
        }
        self.remove_empty(&owned, directories);
    }

    fn remove_empty(&mut self, owned: &[OwnedDirectory], directories: &mut Directories) {
        let others = self.db.installed.iter().flat_map(|installed| &installed.record.directories);
        let mut needed: BTreeSet<BString> = BTreeSet::new();
        for directory in others {
            let mut path = &directory.path[..];
            while !path.is_empty() && needed.insert(path.into()) {
                path = parent(path);
            }
        }
        let mut unneeded: BTreeSet<BString> = BTreeSet::new();
        for directory in owned {
            let mut path = &directory.path[..];
            while !path.is_empty() && !needed.contains(path) {
                unneeded.insert(path.into());
                path = parent(path);
            }
        }
        // Deeper paths sort after those they are in.
        for path in unneeded.iter().rev() {
            directories.set_modified(path);
            let path = self.path(path);
            // Whatever somebody else put there keeps it.
            let _ = self.process.rmdir(path);
        }
    }
}
