use std::{cell::OnceCell, fmt, rc::Rc};

/// What a package says of itself that no decision depends on (apk-tools' index letters in brackets).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// One line of description (`T`); `None` where a stanza has no such line.
    pub description: Option<Rc<str>>,
    /// Home page (`U`).
    pub url: String,
    /// Licence (`L`).
    pub license: String,
    /// Name of the source package (`o`).
    pub origin: Option<Rc<str>>,
    /// Maintainer (`m`).
    pub maintainer: Option<Rc<str>>,
    /// Seconds since 1970 (`t`).
    pub build_time: u64,
    /// Commit of the recipe (`c`).
    pub commit: Option<Rc<str>>,
}

impl About {
    /// The description; empty where not known.
    pub fn description(&self) -> &str {
        self.description.as_deref().unwrap_or_default()
    }
}

/// An [`About`] that is worked out when somebody asks: an index has many more packages than are looked at.
#[derive(Clone, Default)]
pub struct Deferred {
    known: OnceCell<Box<About>>,
    source: Option<Rc<dyn Fn() -> About>>,
}

impl Deferred {
    /// To be had from `source`.
    pub fn new(source: impl Fn() -> About + 'static) -> Self {
        Deferred { known: OnceCell::new(), source: Some(Rc::new(source)) }
    }

    pub(crate) fn get(&self) -> &About {
        self.known.get_or_init(|| Box::new(self.source.as_ref().map(|source| source()).unwrap_or_default()))
    }

    pub(crate) fn get_mut(&mut self) -> &mut About {
        let about = self.known.take().unwrap_or_else(|| Box::new(self.get().clone()));
        self.known = OnceCell::from(about);
        self.known.get_mut().expect("it has just been filled")
    }
}

impl PartialEq for Deferred {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Deferred {}

impl fmt::Debug for Deferred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}
