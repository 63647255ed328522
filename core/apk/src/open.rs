//! Opening the database: lock, state, repositories.

use bstr::ByteSlice;
use kernel::{Action, Fd, Lock, OpenFlags, Signal};
use vfs::{Device, Errno, FileType, Mode};

use crate::{
    index::FormatError,
    installed::{self},
    package::Package,
    script_archive,
    session::Session,
    settings::From,
    sources::{DEFAULT_MAX_AGE, Refresh},
    universe::{PackageId, Sources},
};
use std::{rc::Rc, time::Duration};

/// What a command needs of the database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needs {
    /// It changes something, which takes the lock.
    pub(crate) write: bool,
    /// Indexes that are old may be fetched.
    pub(crate) update: bool,
    /// `--force-refresh` always.
    pub(crate) refresh: bool,
    /// The installed packages, triggers and world.
    pub(crate) state: bool,
    /// Of those, the installed packages and triggers.
    pub(crate) installed: bool,
    /// The repositories.
    pub(crate) repositories: bool,
    /// Those of the root, too, not just those of the command line.
    pub(crate) configured: bool,
    /// `--arch` counts without `--root`.
    pub(crate) any_arch: bool,
}

impl Needs {
    /// To look things up.
    pub(crate) const READ: Needs = Needs {
        write: false,
        update: false,
        refresh: false,
        state: true,
        installed: true,
        repositories: true,
        configured: true,
        any_arch: true,
    };
    /// To change what is installed.
    pub(crate) const WRITE: Needs = Needs { write: true, update: true, any_arch: false, ..Needs::READ };
}

/// The architecture of the simulated machine.
pub(crate) const ARCH: &str = "x86_64";

/// Since 3.0: what is said of repositories with packages whose dependencies cannot be read.
pub(crate) const MALFORMED: &str = "The indexes contain broken packages which are not installable.";

/// Devices of a new root, with modes and numbers.
const DEVICES: [(&str, u32, u32, u32); 5] = [
    ("dev/null", 0o666, 1, 3),
    ("dev/zero", 0o666, 1, 5),
    ("dev/random", 0o666, 1, 8),
    ("dev/urandom", 0o666, 1, 9),
    ("dev/console", 0o600, 5, 1),
];

/// A failure whose cause has been printed; main adds its own line.
pub(crate) struct OpenError(pub(crate) String);

impl Session<'_> {
    /// Opens the database for a command.
    pub(crate) async fn open(&mut self, needs: Needs) -> Result<(), OpenError> {
        let write = needs.write && !self.settings.simulate;
        let root = self.path("");
        if self.settings.create && write {
            // That it is not there shows at once.
            let _ = self.process.mkdir(&root, Mode::new(0o755));
        }
        self.process.stat(&root).map_err(|errno| self.failed("Unable to open root", errno))?;
        let write_arch = self.find_arch(needs).await;
        if write {
            self.lock().await.map_err(|errno| self.failed("Unable to lock database", errno))?;
            if write_arch {
                let (path, line) = (self.path("etc/apk/arch"), format!("{}\n", self.arch));
                // A root without /etc/apk fails below, when its world is read.
                let _ = self.write_new(&path, line.as_bytes(), line.len() as u64, Mode::new(0o644)).await;
            }
            if self.settings.root.as_deref().is_some_and(|root| !root.trim_end_matches('/').is_empty()) {
                // For the scripts, where it may be mounted; here as in a container without the right to.
                let _ = self.process.mkdir(self.path("proc"), Mode::new(0o555));
            }
        }
        self.read_protected_paths().await;
        if self.find_cache().is_err() && write {
            return Err(OpenError(Errno::EACCES.to_string()));
        }
        let from = self.settings.from.unwrap_or(From::System);
        let arch = self.arch.clone();
        self.db.universe.set_machine(&arch);
        if needs.state {
            let installed = needs.installed && !matches!(from, From::Nowhere | From::Repositories);
            self.read_state(installed).await?;
        }
        if needs.repositories {
            let configured = needs.configured && !matches!(from, From::Nowhere | From::Installed);
            self.open_repositories(needs, write, configured).await;
        }
        if self.db.universe.has_malformed() {
            self.console.warning(MALFORMED);
        }
        self.db.universe.seal();
        Ok(())
    }

    fn failed(&mut self, what: &str, errno: Errno) -> OpenError {
        let error = if self.engine.is_third() { errno.to_string() } else { error_text(errno) };
        self.console.error(format!("{what}: {error}"));
        OpenError(error)
    }

    /// Settles the architecture; whether it has to be written down.
    async fn find_arch(&mut self, needs: Needs) -> bool {
        let rooted = self.settings.root.is_some();
        if let Some(arch) = self.settings.arch.clone().filter(|_| rooted || needs.any_arch) {
            self.arch = arch;
            return rooted;
        }
        let path = self.path("etc/apk/arch");
        match self.read(path).await {
            Ok(text) => {
                self.arch = text.to_str_lossy().trim().to_owned();
                false
            }
            Err(_) => {
                self.arch = ARCH.to_owned();
                true
            }
        }
    }

    async fn lock(&mut self) -> Result<(), Errno> {
        let path = self.path("lib/apk/db/lock");
        let flags = OpenFlags::RDWR | OpenFlags::CREAT | OpenFlags::CLOEXEC;
        let mut opened = self.process.open(&path, flags, Mode::new(0o600)).await;
        if opened == Err(Errno::ENOENT) && self.settings.create {
            self.create_database().await?;
            opened = self.process.open(&path, flags, Mode::new(0o600)).await;
        }
        // The open descriptor holds the lock until the end.
        let fd = opened?;
        match self.process.flock(fd, Lock::Exclusive, true).await {
            Err(Errno::EAGAIN) if self.settings.lock_wait > Duration::ZERO => self.wait_for_lock(fd).await,
            taken => taken,
        }
    }

    /// `--wait`: an alarm interrupts the wait.
    async fn wait_for_lock(&mut self, fd: Fd) -> Result<(), Errno> {
        self.console.message("Waiting for repository lock");
        self.flush().await;
        self.process.signal_action(Signal::ALRM, Action::Catch)?;
        self.process.alarm(Some(self.settings.lock_wait));
        let taken = self.process.flock(fd, Lock::Exclusive, false).await;
        self.process.alarm(None);
        while self.process.take_signal().is_some() {}
        self.process.signal_action(Signal::ALRM, Action::Default)?;
        taken
    }

    /// `--initdb`: the directories and files of an empty database.
    async fn create_database(&mut self) -> Result<(), Errno> {
        let folders = [
            ("tmp", 0o1777),
            ("dev", 0o755),
            ("etc", 0o755),
            ("etc/apk", 0o755),
            ("lib", 0o755),
            ("lib/apk", 0o755),
            ("lib/apk/db", 0o755),
            ("var", 0o755),
            ("var/cache", 0o755),
            ("var/cache/apk", 0o755),
            ("var/cache/misc", 0o755),
        ];
        for (folder, mode) in folders {
            let path = self.path(folder);
            match self.process.mkdir(path, Mode::new(mode)) {
                Ok(()) | Err(Errno::EEXIST) => {}
                Err(errno) => return Err(errno),
            }
        }
        for (name, mode, major, minor) in DEVICES {
            // Not everybody may make devices.
            let device = Device { major, minor };
            let _ = self.process.mknod(self.path(name), FileType::CharDevice, Mode::new(mode), device);
        }
        for file in ["etc/apk/world", "lib/apk/db/installed"] {
            let path = self.path(file);
            self.write_new(&path, b"", 0, Mode::new(0o644)).await?;
        }
        Ok(())
    }

    async fn read_protected_paths(&mut self) {
        if self.protected_given {
            return;
        }
        let folder = self.path("etc/apk/protected_paths.d");
        for name in self.names(folder).into_iter().filter(|name| name.ends_with(b".list")) {
            for rule in self.lines(&format!("etc/apk/protected_paths.d/{name}")).await {
                self.protected.add(&rule);
            }
        }
    }

    async fn read_state(&mut self, with_installed: bool) -> Result<(), OpenError> {
        let unreadable = "Unable to read database state";
        let world = self.path("etc/apk/world");
        let world = match self.read(world).await {
            Ok(world) => world,
            Err(errno) => return Err(self.failed(unreadable, errno)),
        };
        self.db.read_world(world.to_str_lossy().trim());
        if !with_installed {
            return Ok(());
        }
        let path = self.path("lib/apk/db/installed");
        let text = self.read(path).await.unwrap_or_default();
        match installed::parse(&text) {
            Ok(packages) => {
                if !self.engine.is_third() && installed::has_unknown_fields(&text) {
                    self.console.warning("This apk-tools is OLD! Some packages are not installable.");
                }
                self.db.add_installed(packages);
            }
            Err(error) => {
                self.explain_damage(&error);
                let text = "database file format error".to_owned();
                self.console.error(format!("{unreadable}: {text}"));
                return Err(OpenError(text));
            }
        }
        self.read_triggers().await;
        let path = self.path("lib/apk/db/scripts.tar");
        let archive = self.read(path).await.unwrap_or_default();
        for (checksum, kind, script) in script_archive::read(&archive) {
            let id = self.db.universe.by_checksum(&checksum);
            if let Some(installed) = id.and_then(|id| self.db.entry_mut(id)) {
                installed.scripts.insert(kind, script);
            }
        }
        Ok(())
    }

    /// apk has words for damage to lists of files alone.
    fn explain_damage(&mut self, error: &FormatError) {
        match error {
            FormatError::Field { field: 'f', .. } => {
                self.console.error("This apk-tools is too old to handle installed packages");
            }
            FormatError::Field { line, field } if "FMRaZ".contains(*field) => {
                self.console.error(format!("FDB format error (line {line}, entry '{field}')"));
            }
            _ => {}
        }
    }

    async fn open_repositories(&mut self, needs: Needs, write: bool, configured: bool) {
        let refresh = match () {
            () if !(write && needs.update) || self.settings.no_network => Refresh::Never,
            () if self.settings.force.refresh => Refresh::Always,
            () if needs.refresh && self.engine.updates_by_age() => Refresh::OlderThan(0),
            () if needs.refresh => Refresh::Always,
            () if self.settings.update_cache => Refresh::OlderThan(self.engine.update_cache_age()),
            () => Refresh::OlderThan(self.settings.cache_max_age.unwrap_or(DEFAULT_MAX_AGE)),
        };
        if self.cache.active {
            self.read_cached_packages().await;
        }
        for url in self.settings.repositories.clone() {
            self.add_repository(&url, refresh).await;
        }
        if configured {
            self.add_configured_repositories(refresh).await;
        }
        if self.cache.active {
            self.note_cached_packages();
        }
        if self.cache.updated {
            // Whoever needs the list finds none if it cannot be written.
            let _ = self.write_cached_packages().await;
        }
    }

    /// Packages whose files are in an explicit cache can be had without a network.
    fn note_cached_packages(&mut self) {
        let folder = self.cache.dir.clone();
        for file in self.names(&folder) {
            let parts = file.to_str().ok().and_then(|file| file.strip_suffix(".apk")?.rsplit_once('.'));
            let Some((label, _)) = parts else { continue };
            let name = label.rsplitn(3, '-').last().unwrap_or_default();
            let Some(name) = self.db.universe.find(name) else { continue };
            self.db.universe.complete(name);
            let offers = self.db.universe.offers(name).iter().map(|offer| offer.package);
            let cached = |id: &PackageId| self.cached_name(self.db.package(*id)).as_bytes() == &file[..];
            let cached: Vec<PackageId> = offers.filter(cached).collect();
            for id in cached {
                let candidate = self.db.universe.candidate_mut(id);
                candidate.sources = candidate.sources.with(Sources::CACHE);
            }
        }
    }

    /// Packages that are kept in the cache and that no repository has.
    async fn read_cached_packages(&mut self) {
        let path = [&self.cache.dir[..], b"/installed"].concat();
        let text = self.read(path).await.unwrap_or_default();
        for package in crate::index::parse(&text).unwrap_or_default() {
            let package: Rc<Package> = Rc::new(package);
            let id = self.db.universe.add(package, Sources::default());
            self.db.universe.candidate_mut(id).cached_only = true;
        }
    }
}

/// apk's words for some system errors, the C library's for the others.
pub(crate) fn error_text(errno: Errno) -> String {
    match errno {
        Errno::EIO => "IO ERROR".to_owned(),
        Errno::EAGAIN => "temporary error (try again later)".to_owned(),
        other => other.to_string(),
    }
}
