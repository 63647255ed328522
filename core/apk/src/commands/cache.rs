use bstr::{BString, ByteSlice};

use crate::{
    command::{Command, Given, Section},
    commit::Outcome,
    dependency::Dependency,
    open::Needs,
    options::{GLOBAL, flag},
    session::Session,
    solver::{Flags, solve},
    transaction::can_fetch,
    universe::Sources,
};

pub(crate) const COMMAND: Command = Command {
    name: "cache",
    section: Section::System,
    arguments: "sync | clean | purge | download",
    summary: "Manage the local package cache",
    groups: &[&GLOBAL],
    options: &[
        flag("", "add-dependencies", "Together with what the world needs"),
        flag("a", "available", "Replace what no repository has any more"),
        flag("l", "latest", "Take the newest versions"),
        flag("u", "upgrade", "Prefer newer versions"),
        flag("s", "simulate", "Only say what would be done"),
    ],
    drops_empty: false,
    needs: |_, _| Needs { any_arch: false, ..Needs::READ },
    run: |session, given| Box::pin(run(session, given)),
};

/// What apk returns for actions that it does not know: `-EINVAL`.
const INVALID: Outcome = -22;

async fn run(session: &mut Session<'_>, given: Given) -> Outcome {
    session.settings.simulate |= given.has("simulate");
    let (clean, download) = match given.args.first().map(String::as_str) {
        Some("sync") => (true, true),
        Some("clean") => (true, false),
        Some("purge") => {
            session.settings.purge = true;
            (true, false)
        }
        Some("download") => (false, true),
        _ => return INVALID,
    };
    if clean {
        session.clean_cache();
    }
    match download && session.cache.active {
        true => session.fill_cache(&given).await,
        false => 0,
    }
}

impl Session<'_> {
    fn clean_cache(&mut self) {
        let folder = self.cache.dir.clone();
        for name in self.names(&folder) {
            if self.is_wanted_in_cache(&name) {
                continue;
            }
            if self.console.verbosity >= 2 {
                self.console.message(format!("deleting {name}"));
            }
            if !self.settings.simulate {
                let path = [&folder[..], b"/", &name[..]].concat();
                // Directories are let be when they are not empty.
                let _ = self.process.unlink(&path).or_else(|_| self.process.rmdir(&path));
            }
        }
    }

    fn is_wanted_in_cache(&self, name: &BString) -> bool {
        if self.cache.active {
            if name == "installed" {
                return true;
            }
            for id in self.db.universe.package_ids() {
                let candidate = self.db.universe.candidate(id);
                if self.cached_name(&candidate.package).as_bytes() == name.as_bytes() {
                    let homeless = candidate.sources.without(Sources::CACHE) == Sources::default();
                    let installed = candidate.installed.is_some();
                    return !self.settings.purge && (installed || !homeless);
                }
            }
        }
        let index = |source: &crate::session::Source| self.cached_index(&source.url);
        self.sources.iter().any(|source| index(source).ends_with(&[b"/", &name[..]].concat()))
    }

    /// Downloads what the world, or the named packages, need.
    async fn fill_cache(&mut self, given: &Given) -> Outcome {
        let named = &given.args[1..];
        let mut world = match named.is_empty() || given.has("add-dependencies") {
            true => self.db.world.clone(),
            false => Vec::new(),
        };
        for arg in named {
            let Some(dependency) = Dependency::parse(arg) else {
                self.console.error(format!("bad dependency: {arg}"));
                return INVALID;
            };
            world.push(self.db.universe.need(&dependency));
        }
        let mut request = self.db.request(world);
        for (option, flag) in
            [("available", Flags::AVAILABLE), ("latest", Flags::LATEST), ("upgrade", Flags::UPGRADE)]
        {
            if given.has(option) {
                request.flags = request.flags.with(flag);
            }
        }
        let Ok(solution) = solve(&mut self.db.universe, request) else {
            self.console.error("Unable to select packages. Run apk fix.");
            return INVALID;
        };
        for id in solution.changes.iter().filter_map(|change| change.new) {
            let package = self.db.package(id).clone();
            let path = [&self.cache.dir[..], b"/", self.cached_name(&package).as_bytes()].concat();
            let wanted = package.installed_size > 0 && can_fetch(&self.db, id);
            if wanted && self.process.stat(path).is_err() {
                let arch = package.arch.as_deref().unwrap_or(&self.arch).to_owned();
                let sources = self.db.universe.candidate(id).sources.0 & self.db.universe.available.0 & !1;
                let number = (sources.trailing_zeros() as usize).saturating_sub(1);
                let Some(source) = self.sources.get(number) else { continue };
                let url = source.url.trim_end_matches('/').to_owned();
                self.console.message(format!("fetch {url}/{arch}/{}.apk", package.label()));
                if !self.settings.simulate {
                    self.cache_package(&package).await;
                }
            }
        }
        0
    }
}
