//! The files of facts: what the program brings along, and what is brought to it later.

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use crate::pack::{Damaged, Pack};

/// A piece of the facts about a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Piece {
    /// The base image.
    Base,
    /// The index of `main`.
    Main,
    /// The index of `community`.
    Community,
    /// Files and scripts of packages.
    Contents,
}

impl Piece {
    fn name(self) -> &'static str {
        match self {
            Piece::Base => "base",
            Piece::Main => "main",
            Piece::Community => "community",
            Piece::Contents => "contents",
        }
    }
}

/// A file of facts cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// There is no such file.
    Unknown,
    /// It was not supplied yet; that it is wanted has been noted.
    Wanted,
}

type File = Rc<Cow<'static, [u8]>>;

/// The files of facts. Clones share what is supplied to one of them.
#[derive(Clone, Default)]
pub struct Parts(Rc<Store>);

#[derive(Default)]
struct Store {
    supplied: RefCell<BTreeMap<String, File>>,
    wanted: RefCell<BTreeSet<String>>,
}

thread_local! {
    static SHARED: Parts = Parts::default();
}

macro_rules! embedded {
    ($($release:literal: $($piece:literal)*;)*) => {
        &[$($((
            concat!("alpine-", $release, "-", $piece),
            include_bytes!(concat!("../data/alpine-", $release, "-", $piece, ".pack")),
        )),*),*]
    };
}

/// What the program brings along.
#[cfg(not(target_family = "wasm"))]
const EMBEDDED: &[(&str, &[u8])] = embedded! {
    "3.18": "base" "main" "community" "contents";
    "3.19": "base" "main" "contents";
    "3.20": "base" "main" "community" "contents";
    "3.21": "base" "main" "contents";
    "3.22": "base" "main" "community" "contents";
};
/// What the module brings along: the base images, and all of the latest release.
#[cfg(all(target_family = "wasm", not(feature = "lean")))]
const EMBEDDED: &[(&str, &[u8])] = embedded! {
    "3.18": "base";
    "3.19": "base";
    "3.20": "base" "main" "community" "contents";
    "3.21": "base";
    "3.22": "base";
};
/// What the module brings along: the base image of the latest release.
#[cfg(all(target_family = "wasm", feature = "lean"))]
const EMBEDDED: &[(&str, &[u8])] = embedded! {
    "3.20": "base";
};

/// The files that there are, in the order in which they are of use.
const NAMES: [&str; 18] = [
    "alpine-3.20-base",
    "alpine-3.20-main",
    "alpine-3.20-contents",
    "alpine-3.20-community",
    "alpine-3.18-base",
    "alpine-3.18-main",
    "alpine-3.18-contents",
    "alpine-3.18-community",
    "alpine-3.19-base",
    "alpine-3.19-main",
    "alpine-3.19-contents",
    "alpine-3.21-base",
    "alpine-3.21-main",
    "alpine-3.21-contents",
    "alpine-3.22-base",
    "alpine-3.22-main",
    "alpine-3.22-contents",
    "alpine-3.22-community",
];

impl Parts {
    /// The store of [`crate::Catalog::new`]: what is supplied to it reaches every world of this thread.
    pub fn shared() -> Self {
        SHARED.with(Parts::clone)
    }

    /// The names of all files, those first that are needed first. `NAME.pack` is the file.
    pub fn names() -> &'static [&'static str] {
        &NAMES
    }

    /// Whether a file is there.
    pub fn has(&self, name: &str) -> bool {
        EMBEDDED.iter().any(|(embedded, _)| *embedded == name) || self.0.supplied.borrow().contains_key(name)
    }

    /// Brings a file.
    ///
    /// # Errors
    /// It is none of the files, or not what this version reads.
    pub fn supply(&self, name: &str, file: Vec<u8>) -> Result<(), Damaged> {
        let file = Rc::new(Cow::Owned(file));
        if !NAMES.contains(&name) {
            return Err(Damaged);
        }
        Pack::open(&file)?;
        self.0.wanted.borrow_mut().remove(name);
        self.0.supplied.borrow_mut().insert(name.to_owned(), file);
        Ok(())
    }

    /// The files that were missed since this was asked last. What missed them has failed, and works
    /// once they are supplied.
    pub fn take_wanted(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.wanted.borrow_mut()).into_iter().collect()
    }

    pub(crate) fn get(&self, release: &str, piece: Piece) -> Result<File, Missing> {
        let name = format!("alpine-{release}-{}", piece.name());
        if let Some((_, bytes)) = EMBEDDED.iter().find(|(embedded, _)| *embedded == name) {
            return Ok(Rc::new(Cow::Borrowed(*bytes)));
        }
        if let Some(file) = self.0.supplied.borrow().get(&name) {
            return Ok(Rc::clone(file));
        }
        if !NAMES.contains(&name.as_str()) {
            return Err(Missing::Unknown);
        }
        self.0.wanted.borrow_mut().insert(name);
        Err(Missing::Wanted)
    }
}
