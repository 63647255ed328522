//! The doors to the outside: where packages come from.

use std::rc::Rc;

use thiserror::Error;

use crate::{contents::PackageContents, package::Package};

/// Why a repository cannot be read, in the words apk uses for it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FetchError {
    /// No network.
    #[error("temporary error (try again later)")]
    Temporary,
    /// No such host.
    #[error("DNS lookup error")]
    Lookup,
    /// A path that is not there, on this machine or on the server.
    #[error("No such file or directory")]
    NotFound,
    /// The index is signed by a key that the root does not trust.
    #[error("UNTRUSTED signature")]
    Untrusted,
    /// A repository that exists, but not here.
    #[error("glasshull: this repository is not simulated")]
    NotSimulated,
    /// A repository whose facts have not been loaded yet.
    #[error("glasshull: this repository has not been loaded")]
    NotLoaded,
    /// A package that the index lists and the server has not.
    #[error("package mentioned in index not found (try 'apk update')")]
    Gone,
    /// A file that is no index.
    #[error("BAD archive")]
    BadArchive,
}

/// A host of repositories.
pub trait Mirror {
    /// The repository at a URL such as `https://dl-cdn.alpinelinux.org/alpine/v3.20/main`.
    fn open(&self, url: &str, arch: &str) -> Result<Rc<dyn Repository>, FetchError>;
}

/// A package that waits for others.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'w> {
    /// The names by which it goes, its own first.
    pub names: &'w [&'w str],
    /// The names that it waits for, but for those whose absence it waits for.
    pub rule: &'w [&'w str],
}

/// A repository: an index and the packages it lists.
pub trait Repository {
    /// The index's description, such as `v3.20.3-38-g9b1fa8a1b5a`.
    fn description(&self) -> String;
    /// How many packages the index lists.
    fn package_count(&self) -> usize;
    /// File name, in `/etc/apk/keys`, of the key that signs it.
    fn signing_key(&self) -> String;
    /// Bytes of `APKINDEX.tar.gz`.
    fn index_size(&self) -> u64;
    /// Packages that are called `name` or provide it, in index order.
    fn providers(&self, name: &str) -> Vec<Rc<Package>>;
    /// Visits the packages that are installed by themselves when (among others) `name` is.
    fn completed_by(&self, name: &str, visit: &mut dyn FnMut(Waiting<'_>));
    /// Where the index mentions a name first: a number that is the lower, the earlier; `None` when it never does.
    fn mention(&self, name: &str) -> Option<u32>;
    /// Every package, in index order.
    fn all(&self) -> Vec<Rc<Package>>;
    /// What a package of this repository holds.
    fn contents(&self, package: &Package) -> Result<PackageContents, FetchError>;
}
