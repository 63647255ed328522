//! Opening the configured repositories, through the cache or not.

use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::Network;
use vfs::{Errno, Mode};

use crate::{
    checksum::Checksum,
    console::Stream,
    contents::PackageContents,
    engine::Engine,
    mirror::{FetchError, Repository, Waiting},
    package::Package,
    session::{Session, Source},
    universe::{Sources, TagId},
};

/// Repositories beyond this many are passed over.
const MAX_REPOSITORIES: usize = 31;
/// Seconds for which an index counts as fresh unless told otherwise.
pub(crate) const DEFAULT_MAX_AGE: i64 = 4 * 60 * 60;
/// On user-defined networks, Docker answers for names here.
const DOCKER_NAME_SERVER: &str = "127.0.0.11";
/// What a cached index begins with here; its address follows.
const CACHED_INDEX: &[u8] = b"glasshull index of ";

/// What is said where the file of `--repositories-file` is not there.
const STARTUP_DIRECTORY: &str =
    "NOTE: --repositories-file is relative to the startup directory since apk 2.12.0_rc2\n";

/// In place of a repository that could not be read.
struct Nothing;

impl Repository for Nothing {
    fn description(&self) -> String {
        String::new()
    }
    fn package_count(&self) -> usize {
        0
    }
    fn signing_key(&self) -> String {
        String::new()
    }
    fn index_size(&self) -> u64 {
        0
    }
    fn providers(&self, _: &str) -> Vec<Rc<Package>> {
        Vec::new()
    }
    fn completed_by(&self, _: &str, _: &mut dyn FnMut(Waiting<'_>)) {}
    fn mention(&self, _: &str) -> Option<u32> {
        None
    }
    fn all(&self) -> Vec<Rc<Package>> {
        Vec::new()
    }
    fn contents(&self, _: &Package) -> Result<PackageContents, FetchError> {
        Err(FetchError::Gone)
    }
}

/// Whether indexes that have grown old are fetched again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refresh {
    /// They are not.
    Never,
    /// When they are older than so many seconds.
    OlderThan(i64),
    /// In any case.
    Always,
}

type Opened = Result<Rc<dyn Repository>, FetchError>;

impl Session<'_> {
    /// Opens what a line of a repositories file names.
    pub(crate) async fn add_repository(&mut self, line: &str, refresh: Refresh) {
        // Blanks are part of an address, up to 2.14.
        let line = if self.engine.is_third() { line.trim_end() } else { line };
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let (tag, url) = match line.strip_prefix('@').and_then(|rest| rest.split_once([' ', '\t'])) {
            Some((tag, url)) => (self.db.universe.tag(tag), url.trim_start()),
            None => (TagId::default(), line),
        };
        if let Some(known) = self.sources.iter().position(|source| source.url == url) {
            let source = Sources::repository(known);
            if source.meets(self.db.universe.available) {
                self.db.universe.allow(tag, source);
            }
            return;
        }
        if self.sources.len() < MAX_REPOSITORIES {
            self.open_repository(url, tag, refresh).await;
        }
    }

    async fn open_repository(&mut self, url: &str, tag: TagId, refresh: Refresh) {
        let source = Sources::repository(self.sources.len());
        let remote = is_remote(url);
        if !remote || !self.settings.no_network {
            self.db.universe.available = self.db.universe.available.with(source);
        }
        let mut update_error = None;
        let mut action = "opening";
        let opened = if !remote {
            self.open_index(url)
        } else if self.settings.no_cache {
            action = "fetching";
            self.say_fetching(url);
            self.fetch_index(url).await
        } else {
            action = "opening from cache";
            update_error = self.update(url, refresh).await.err();
            self.open_cached(url).await
        };
        if opened.is_err() || update_error.is_some() {
            self.count_trouble(opened.is_err(), remote);
            let (action, error) = match (&opened, update_error) {
                (Err(_), Some(error)) => ("updating and opening", error),
                (Ok(_), Some(error)) => ("updating", error),
                (Err(error), None) => (action, error.clone()),
                (Ok(_), None) => return,
            };
            let address = if self.engine.is_third() && remote { self.index_url(url) } else { url.to_owned() };
            let error = match error {
                FetchError::Temporary if self.engine.is_third() => {
                    "DNS: transient error (try again later)".to_owned()
                }
                error => error.to_string(),
            };
            self.console.warning(format!("{action} {}: {error}", masked(&address)));
        }
        match opened {
            Ok(repository) => {
                let description = Some(repository.description());
                self.db.universe.allow(tag, source);
                self.db.universe.attach(repository);
                self.sources.push(Source { url: url.to_owned(), description });
            }
            Err(_) => {
                self.db.universe.available = self.db.universe.available.without(source);
                // apk counted it a second time here, up to 2.14.
                self.unavailable += u8::from(remote && !self.engine.is_third());
                self.db.universe.attach(Rc::new(Nothing));
                self.sources.push(Source { url: url.to_owned(), description: None });
            }
        }
    }

    fn count_trouble(&mut self, unreadable: bool, remote: bool) {
        match unreadable {
            true => self.unavailable += u8::from(remote),
            false => self.stale += u8::from(remote),
        }
    }

    /// The address of a repository's index.
    pub(crate) fn index_url(&self, url: &str) -> String {
        let slash = if url.ends_with('/') { "" } else { "/" };
        format!("{url}{slash}{}/APKINDEX.tar.gz", self.arch)
    }

    /// Where the cache keeps a repository's index.
    pub(crate) fn cached_index(&self, url: &str) -> BString {
        let hex = |bytes: &[u8]| bytes[..4].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let short = match self.engine {
            Engine::V2_14_0 => hex(Checksum::of(url).as_bytes()),
            engine if engine.is_third() => digest::sha256(self.index_url(url)).hex()[..8].to_owned(),
            _ => hex(Checksum::of(self.index_url(url)).as_bytes()),
        };
        [&self.cache.dir[..], format!("/APKINDEX.{short}.tar.gz").as_bytes()].concat().into()
    }

    /// Asks the network for a repository.
    pub(crate) async fn fetch_index(&mut self, url: &str) -> Opened {
        match self.can_look_up(url).await {
            true => self.open_index(url),
            false => Err(FetchError::Temporary),
        }
    }

    /// Whether there is somebody who can be asked for the address of a host: outside of a network, and where the only
    /// name servers are on this very machine, there is not. Docker's own one is.
    pub(crate) async fn can_look_up(&mut self, url: &str) -> bool {
        if self.process.network() == Network::None {
            return false;
        }
        let host = url.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
        let listed = |line: &String| line.split_whitespace().skip(1).any(|name| name == host);
        if self.system_lines("/etc/hosts").await.iter().any(listed) {
            return true;
        }
        let lines = self.system_lines("/etc/resolv.conf").await;
        let servers = lines.iter().filter_map(|line| line.strip_prefix("nameserver ")).map(str::trim);
        let is_deaf = |server: &str| server.starts_with("127.") && server != DOCKER_NAME_SERVER;
        let mut servers = servers.peekable();
        servers.peek().is_none() || !servers.all(is_deaf)
    }

    /// The lines of a file of the system that apk runs on, whatever its root; none when it cannot be read.
    async fn system_lines(&mut self, path: &str) -> Vec<String> {
        let bytes = self.read(path).await.unwrap_or_default();
        bytes.lines().map(|line| line.to_str_lossy().into_owned()).collect()
    }

    fn open_index(&mut self, url: &str) -> Opened {
        let repository = self.mirror.open(url, &self.arch)?;
        match self.settings.allow_untrusted || self.trusts(&repository.signing_key()) {
            true => Ok(repository),
            false => Err(FetchError::Untrusted),
        }
    }

    /// Whether the root has a key of this file name.
    pub(crate) fn trusts(&mut self, key: &str) -> bool {
        let keys = self.settings.keys_dir.clone().unwrap_or_else(|| "etc/apk/keys".to_owned());
        let file = match keys.starts_with('/') {
            true => format!("{keys}/{key}").into(),
            false => self.path(format!("{keys}/{key}")),
        };
        !key.is_empty() && !key.contains('/') && self.process.stat(file).is_ok()
    }

    fn say_fetching(&mut self, url: &str) {
        if !self.engine.is_third() {
            self.console.message(format!("fetch {}", masked(&self.index_url(url))));
        }
    }

    /// Brings the cached index up to date.
    async fn update(&mut self, url: &str, refresh: Refresh) -> Result<(), FetchError> {
        let file = self.cached_index(url);
        match refresh {
            Refresh::Never => return Ok(()),
            Refresh::OlderThan(max_age) => {
                let now = self.process.now();
                let fresh = |stat: vfs::Stat| now.secs() - stat.mtime.secs() <= max_age;
                if self.process.stat(&file).is_ok_and(fresh) {
                    return Ok(());
                }
            }
            Refresh::Always => {}
        }
        self.say_fetching(url);
        if self.settings.simulate {
            return Ok(());
        }
        let repository = self.fetch_index(url).await?;
        let head = [CACHED_INDEX, url.as_bytes(), b"\n"].concat();
        let length = repository.index_size().max(head.len() as u64);
        let written = self.write_new(&file, &head, length, Mode::new(0o644)).await;
        self.cache.updated = true;
        written.map_err(|_| FetchError::NotFound)
    }

    async fn open_cached(&mut self, url: &str) -> Opened {
        let file = self.cached_index(url);
        let bytes = self.read_head(&file).await.map_err(|_| FetchError::NotFound)?;
        let head = bytes.lines().next().unwrap_or_default();
        let cached = head.strip_prefix(CACHED_INDEX).and_then(|url| url.to_str().ok());
        self.open_index(cached.ok_or(FetchError::BadArchive)?)
    }

    /// Everything that `/etc/apk/repositories` and its like name.
    pub(crate) async fn add_configured_repositories(&mut self, refresh: Refresh) {
        let lines = match self.settings.repositories_file.clone() {
            Some(file) => {
                let bytes = self.read(&file).await.unwrap_or_else(|_| {
                    self.console.error(format!("failed to read repositories: {file}"));
                    if self.console.verbosity > 0 && !self.engine.is_third() {
                        self.console.write(Stream::Err, STARTUP_DIRECTORY);
                    }
                    Vec::new()
                });
                bytes.lines().map(|line| line.to_str_lossy().into_owned()).collect()
            }
            None => {
                let mut lines = self.lines("etc/apk/repositories").await;
                let folder = self.path("etc/apk/repositories.d");
                for name in self.names(&folder).into_iter().filter(|name| name.ends_with(b".list")) {
                    lines.extend(self.lines(&format!("etc/apk/repositories.d/{name}")).await);
                }
                lines
            }
        };
        for line in lines {
            self.add_repository(&line, refresh).await;
        }
    }

    /// Finds the directory for downloads, making the usual one.
    pub(crate) fn find_cache(&mut self) -> Result<(), Errno> {
        let chosen = self.settings.cache_dir.clone().unwrap_or_else(|| "etc/apk/cache".to_owned());
        let chosen = self.path(chosen.trim_start_matches('/'));
        if self.process.stat(&chosen).is_ok_and(|stat| stat.file_type == vfs::FileType::Directory) {
            (self.cache.dir, self.cache.active) = (chosen, true);
            return Ok(());
        }
        self.cache.dir = self.path("var/cache/apk");
        if self.process.stat(&self.cache.dir).is_err() {
            for part in ["var/cache", "var/cache/apk"] {
                let path = self.path(part);
                // The first may be there; that the second is not shows below.
                let _ = self.process.mkdir(path, Mode::new(0o755));
            }
        }
        self.process.stat(&self.cache.dir).map(|_| ())
    }
}

/// Whether a repository is not a local directory.
fn is_remote(url: &str) -> bool {
    match url.split_once(':') {
        Some(("file" | "test", _)) => false,
        Some((scheme, _)) => !scheme.contains('/'),
        None => false,
    }
}

/// An address without its password.
pub(crate) fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.split_once('@').and_then(|(user, _)| user.split_once(':')) {
        Some((user, password)) => rest
            .split_at_checked(user.len() + 1 + password.len())
            .map_or_else(|| url.to_owned(), |(_, tail)| format!("{scheme}://{user}:*{tail}")),
        None => url.to_owned(),
    }
}
