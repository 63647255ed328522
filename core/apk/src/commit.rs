//! Carrying out what the solver decided.

use std::rc::Rc;

use bstr::BString;

use crate::{
    contents::{PackageContents, ScriptKind},
    database::Installed,
    directories::{self, Directories, agreed},
    installed::{Broken, FileOrder, InstalledPackage},
    progress::{self, Progress},
    script_archive,
    scripts::Hook,
    session::Session,
    solver::{Change, Request, Solution, SolveError, report, solve},
    transaction::{Totals, announcement, can_fetch, long_summary, summary},
    triggers::fired,
    universe::{PackageId, Sources},
};

/// How a command ends: apk's own number, before it becomes an exit status.
pub(crate) type Outcome = i64;

/// A failure that has been printed.
pub(crate) const FAILED: Outcome = -1;

impl Session<'_> {
    /// Answers a request; the reasons for having no answer are printed.
    pub(crate) fn answer(&mut self, mut request: Request) -> Result<Solution, Outcome> {
        self.check_tags(&request.world)?;
        request.force_broken_world |= self.settings.force.broken_world;
        match solve(&mut self.db.universe, request) {
            Ok(solution) if solution.errors == 0 => Ok(solution),
            Ok(solution) => {
                report(&mut self.db.universe, &solution, &mut self.console);
                Err(solution.errors.into())
            }
            Err(error @ SolveError::TooDeep) => {
                self.console.error(error.to_string());
                Err(FAILED)
            }
        }
    }

    fn check_tags(&mut self, world: &[crate::Need]) -> Result<(), Outcome> {
        let unknown = self.db.unknown_tags(world);
        if self.settings.force.broken_world || unknown.is_empty() {
            return Ok(());
        }
        unknown.iter().for_each(|warning| self.console.warning(warning));
        self.console.error(
            "Not committing changes due to missing repository tags. Use --force-broken-world to override.",
        );
        Err(FAILED)
    }

    /// Makes the changes of a solution, and writes the new state.
    pub(crate) async fn carry_out(&mut self, solution: &Solution) -> Outcome {
        if !self.preview(solution).await || !self.run_hooks(Hook::PreCommit).await {
            return FAILED;
        }
        let mut directories = Directories::of(&self.db);
        if self.follow_all_directories {
            directories.follow_all();
        }
        let total = solution.changes.iter().filter(|change| change.is_effective()).count();
        self.progress = Progress::of(&self.db, solution);
        let (mut errors, mut done) = (0, 0);
        for change in &solution.changes {
            let mut failed = self.was_broken(change);
            if let Some(line) = announcement(&self.db, change) {
                self.console.message(format!("({}/{total}) {line}", done + 1));
                self.show_progress(0).await;
                self.flush().await;
                let reinstalls = change.reinstall && change.new.is_some_and(|new| can_fetch(&self.db, new));
                if !self.settings.simulate && (change.old != change.new || reinstalls) {
                    failed = !self.replace_package(change, &mut directories).await;
                }
            }
            if !failed {
                self.set_pin(change);
            }
            errors += u32::from(failed);
            done += usize::from(change.is_effective());
            self.progress.done += progress::weight(&self.db, change);
        }
        self.show_progress(0).await;
        self.update_directories(&directories);
        self.run_triggers(solution, &directories).await;
        self.finish(solution, errors).await
    }

    /// Writes the world and the database, and says how it went.
    async fn finish(&mut self, solution: &Solution, errors: u32) -> Outcome {
        self.db.world = solution.world.clone();
        if !self.settings.simulate
            && let Err(errno) = self.write_state().await
        {
            self.console.error(format!("Unable to write the database: {errno}"));
            return FAILED;
        }
        self.run_hooks(Hook::PostCommit).await;
        if !self.self_upgrading {
            let totals = self.totals(solution);
            let summary = match self.console.verbosity > 1 {
                true => long_summary(&self.db, totals, errors),
                false => summary(self.engine, totals, errors),
            };
            self.console.message(summary);
        }
        errors.into()
    }

    fn totals(&self, solution: &Solution) -> Totals {
        match self.settings.simulate && self.engine.counts_simulated() {
            true => Totals::after(&self.db, solution),
            false => Totals::of(&self.db),
        }
    }

    fn was_broken(&self, change: &Change) -> bool {
        let broken = |id| self.db.entry(id).is_some_and(|i| i.record.broken.files || i.record.broken.script);
        change.old.is_some_and(broken)
    }

    fn set_pin(&mut self, change: &Change) {
        let Some(new) = change.new else { return };
        if self.db.universe.candidate(new).installed.is_none() {
            return;
        }
        self.db.universe.candidate_mut(new).installed = Some(change.new_tag);
        let name = self.db.universe.tags()[usize::from(change.new_tag.0)].name.clone();
        if let Some(installed) = self.db.entry_mut(new) {
            installed.record.tag = Some(name).filter(|name| !name.is_empty());
        }
    }

    /// Installs, replaces or removes one package; whether all went well.
    async fn replace_package(&mut self, change: &Change, directories: &mut Directories) -> bool {
        let version = |id: PackageId| BString::from(&*self.db.package(id).version);
        let arguments: Vec<BString> = match (change.old, change.new) {
            (Some(old), Some(new)) => vec![version(new), version(old)],
            (old, new) => old.or(new).map(version).into_iter().collect(),
        };
        match (change.old, change.new) {
            (Some(old), None) => {
                self.run_script(old, ScriptKind::PreDeinstall, &arguments).await;
                self.purge_files(old, directories).await;
                self.run_script(old, ScriptKind::PostDeinstall, &arguments).await;
                self.forget(old);
                true
            }
            (old, Some(new)) => self.install(old, new, &arguments, directories).await,
            (None, None) => true,
        }
    }

    async fn install(
        &mut self,
        old: Option<PackageId>,
        new: PackageId,
        arguments: &[BString],
        directories: &mut Directories,
    ) -> bool {
        let (before, after) = match old {
            Some(_) => (ScriptKind::PreUpgrade, ScriptKind::PostUpgrade),
            None => (ScriptKind::PreInstall, ScriptKind::PostInstall),
        };
        self.enter(new);
        if self.db.package(new).installed_size != 0 {
            let contents = match self.fetch_package(new).await {
                Ok(contents) => contents,
                Err(error) => {
                    let label = self.db.package(new).label();
                    self.console.error(format!("{label}: {error}"));
                    self.forget(new);
                    return false;
                }
            };
            self.describe(new, &contents);
            self.run_script(new, before, arguments).await;
            self.install_files(new, &contents, directories).await;
        }
        if let Some(old) = old.filter(|old| *old != new) {
            self.purge_files(old, directories).await;
            self.forget(old);
        }
        self.run_script(new, after, arguments).await;
        let broken = self.db.entry(new).map(|installed| installed.record.broken).unwrap_or_default();
        !broken.files && !broken.script
    }

    /// Adds a package to the installed ones, or takes it up again for reinstallation.
    fn enter(&mut self, id: PackageId) {
        self.db.trigger_order.retain(|other| *other != id);
        let package = self.db.package(id).clone();
        if self.db.entry(id).is_none() {
            self.db.installed.push(Installed {
                id,
                record: InstalledPackage::new(package),
                triggers: Vec::new(),
                scripts: Default::default(),
                fresh: true,
            });
            self.db.universe.candidate_mut(id).installed = Some(Default::default());
        }
        if let Some(installed) = self.db.entry_mut(id) {
            installed.fresh = true;
            installed.triggers.clear();
            installed.record.broken = Broken::default();
        }
    }

    fn forget(&mut self, id: PackageId) {
        self.db.installed.retain(|installed| installed.id != id);
        self.db.trigger_order.retain(|other| *other != id);
        self.db.universe.candidate_mut(id).installed = None;
    }

    /// What the package file says besides the index.
    fn describe(&mut self, id: PackageId, contents: &PackageContents) {
        if !contents.triggers.is_empty() {
            self.db.trigger_order.push(id);
        }
        let Some(installed) = self.db.entry_mut(id) else { return };
        installed.triggers = contents.triggers.clone();
        installed.scripts =
            contents.scripts.iter().map(|script| (script.kind, script.text.clone())).collect();
        installed.record.replaces = contents.replaces.clone();
        installed.record.replaces_priority = contents.replaces_priority;
    }

    /// Has directories that follow the packages' wishes do so.
    fn update_directories(&mut self, directories: &Directories) {
        let mut errors = 0;
        for path in directories.following() {
            let owned = self.db.installed.iter().flat_map(|installed| &installed.record.directories);
            let Some(wanted) = agreed(owned.filter(|directory| directory.path == path)) else { continue };
            let path = self.path(&path);
            let Ok(stat) = self.process.lstat(&path) else { continue };
            if !directories::matches(&stat, wanted) {
                let mode = vfs::Mode::new(wanted.mode.into());
                let changed = self.process.chmod(&path, mode);
                let owner = (Some(wanted.uid), Some(wanted.gid));
                let given = self.process.chown(&path, owner.0, owner.1, vfs::Follow::Yes);
                errors += u32::from(changed.and(given).is_err());
            }
        }
        if errors > 0 {
            self.console.error(format!("{errors} errors updating directory permissions"));
        }
    }

    async fn run_triggers(&mut self, solution: &Solution, directories: &Directories) {
        let fired = fired(self, directories);
        for id in solution.changes.iter().filter_map(|change| change.new) {
            if let Some((_, hits)) = fired.iter().find(|(package, _)| *package == id) {
                self.run_script(id, ScriptKind::Trigger, hits).await;
            }
        }
    }

    async fn write_state(&mut self) -> Result<(), vfs::Errno> {
        let world: String = self.db.world.iter().map(|need| need.text.with_tag() + "\n").collect();
        // An empty world is an empty line.
        let world = if world.is_empty() { "\n".to_owned() } else { world };
        self.replace("etc/apk/world", world.as_bytes()).await?;
        let records = self.db.sorted_installed().into_iter().map(|installed| &installed.record);
        let order = match self.engine.is_third() {
            true => FileOrder::ByName,
            false => FileOrder::AsPackaged,
        };
        let text = crate::installed::write(records, order);
        let now = u64::try_from(self.process.now().secs()).unwrap_or(0);
        let moment = (!self.engine.dates_scripts_by_package()).then_some(now);
        self.replace("lib/apk/db/installed", &text).await?;
        let archive = script_archive::write_installed(&self.db.installed, moment, self.engine);
        self.replace("lib/apk/db/scripts.tar", &archive.map_err(|_| vfs::Errno::ENAMETOOLONG)?).await?;
        self.write_cached_packages().await?;
        let triggers = self.triggers_text();
        self.replace("lib/apk/db/triggers", &triggers).await
    }

    /// Remembers, in an explicit cache, packages that no repository has.
    pub(crate) async fn write_cached_packages(&mut self) -> Result<(), vfs::Errno> {
        if !self.cache.active || self.engine.is_third() {
            return Ok(());
        }
        let mut text = String::new();
        for installed in self.db.sorted_installed() {
            let sources = self.db.universe.candidate(installed.id).sources;
            let package = &installed.record.package;
            let homeless = sources == Sources::default() && package.installed_size == 0;
            if sources == Sources::CACHE || homeless {
                crate::index::write_header(package, &mut text);
                text.push('\n');
            }
        }
        let path = [&self.cache.dir[..], b"/installed"].concat();
        self.write_new(&path, text.as_bytes(), text.len() as u64, vfs::Mode::new(0o644)).await
    }

    /// Gets a package from the first repository that has it.
    async fn fetch_package(&mut self, id: PackageId) -> Result<PackageContents, String> {
        const NO_SOURCE: &str = "could not find a repo which provides this package \
                                 (check repositories file and run 'apk update')";
        if let Some(contents) = self.given_files.remove(&id) {
            if self.cache.active {
                let package = Rc::clone(self.db.package(id));
                self.cache_package(&package).await;
            }
            return Ok(contents);
        }
        let candidate = self.db.universe.candidate(id);
        let usable = candidate.sources.0 & self.db.universe.available.0 & !Sources::CACHE.0;
        let package = Rc::clone(&candidate.package);
        if usable == 0 && candidate.sources.meets(Sources::CACHE) && self.cache.active {
            // The file in the cache stands for the package of the repository whose index is there, too.
            let source = candidate.sources.without(Sources::CACHE).0.trailing_zeros() as usize;
            let repository =
                source.checked_sub(1).and_then(|number| self.db.universe.repositories().get(number));
            let repository = repository.ok_or_else(|| NO_SOURCE.to_owned())?;
            return repository.contents(&package).map_err(|error| error.to_string());
        }
        if usable == 0 {
            return Err(NO_SOURCE.to_owned());
        }
        let number = usable.trailing_zeros() as usize - 1;
        let url = self.sources[number].url.clone();
        let repository = self.fetch_index(&url).await.map_err(|error| error.to_string())?;
        if self.cache.active && !(self.engine.is_third() && self.settings.no_cache) {
            self.cache_package(&package).await;
        }
        repository.contents(&package).map_err(|error| error.to_string())
    }

    /// The name of a package's file in the cache.
    pub(crate) fn cached_name(&self, package: &crate::Package) -> String {
        let short: String =
            package.checksum.as_bytes()[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}.{short}.apk", package.label())
    }

    /// Keeps a downloaded package.
    pub(crate) async fn cache_package(&mut self, package: &crate::Package) {
        let path = [&self.cache.dir[..], b"/", self.cached_name(package).as_bytes()].concat();
        let stand_in =
            crate::StandIn { length: package.size, checksum: Some(package.checksum), program: None };
        let written = self.write_new(&path, &stand_in.head(), stand_in.length, vfs::Mode::new(0o644)).await;
        if let Err(errno) = written {
            self.console.warning(format!("{}: unable to cache: {errno}", package.label()));
        }
    }
}
