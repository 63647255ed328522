use std::{cmp::Ordering, rc::Rc};

use crate::{
    about::{About, Deferred},
    checksum::Checksum,
    dependency::Dependency,
    version,
};

/// What an index or the installed database says of a package (apk-tools' index letters in brackets).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Identity: SHA-1 of the package's control part (`C`).
    pub checksum: Checksum,
    /// Name (`P`).
    pub name: Rc<str>,
    /// Version (`V`).
    pub version: Rc<str>,
    /// Architecture (`A`).
    pub arch: Option<Rc<str>>,
    /// Bytes of the package file (`S`).
    pub size: u64,
    /// Bytes when installed (`I`).
    pub installed_size: u64,
    /// Rank among the providers of a virtual name (`k`).
    pub provider_priority: u32,
    /// What it needs (`D`).
    pub depends: Vec<Dependency>,
    /// Further names it goes by (`p`).
    pub provides: Vec<Dependency>,
    /// It is installed by itself when all of these are (`i`).
    pub install_if: Vec<Dependency>,
    /// The rest.
    pub about: Deferred,
}

impl Package {
    /// A package that so far has only an identity.
    pub fn new(name: &str, version: &str, checksum: Checksum) -> Self {
        Package {
            checksum,
            name: name.into(),
            version: version.into(),
            arch: None,
            size: 0,
            installed_size: 0,
            provider_priority: 0,
            depends: Vec::new(),
            provides: Vec::new(),
            install_if: Vec::new(),
            about: Deferred::default(),
        }
    }

    /// What no decision depends on.
    pub fn about(&self) -> &About {
        self.about.get()
    }

    pub(crate) fn about_mut(&mut self) -> &mut About {
        self.about.get_mut()
    }

    /// `name-version`, as messages show it.
    pub fn label(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}

/// The order in which apk lists names: letters of either case together, then by byte.
pub fn display_order(a: &str, b: &str) -> Ordering {
    let folded = |text: &str| text.bytes().map(|b| b.to_ascii_lowercase()).collect::<Vec<_>>();
    folded(a).cmp(&folded(b)).then_with(|| a.cmp(b))
}

/// [`display_order`] of the names, then the versions.
pub(crate) fn display_order_packages(a: &Package, b: &Package) -> Ordering {
    display_order(&a.name, &b.name).then_with(|| version::compare(&a.version, &b.version))
}
