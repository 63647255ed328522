//! A release of Alpine: what its image is made of and what its repositories hold.

use std::{cell::OnceCell, rc::Rc};

use bstr::ByteSlice;
use vfs::Time;

use crate::{
    base::Base,
    contents::Contents,
    pack::{Damaged, Pack, Reader},
    packages::{Packages, Section},
};

/// What is known about a release.
pub(crate) struct Release {
    pub(crate) info: Info,
    pub(crate) base: Base,
    pub(crate) packages: Packages,
    pub(crate) contents: Contents,
}

/// What there is to say about a release as a whole.
pub(crate) struct Info {
    /// When its image was made.
    pub(crate) created: Time,
    /// What the indexes say of themselves; nothing where there is none.
    descriptions: [String; 2],
    sizes: [u64; 2],
}

impl Info {
    fn open(pack: &mut Pack) -> Result<Self, Damaged> {
        let table = pack.table("info")?;
        let text = |key: &str| -> Result<String, Damaged> {
            let (block, at) = table.find(key.as_bytes())?.ok_or(Damaged)?;
            Ok(block.value(at).to_str().map_err(|_| Damaged)?.to_owned())
        };
        let (block, at) = table.find(b"numbers")?.ok_or(Damaged)?;
        let mut numbers = Reader::new(block.value(at));
        let created = i64::try_from(numbers.number()?).map_err(|_| Damaged)?;
        Ok(Info {
            created: Time::from_secs(created),
            descriptions: [text("main")?, text("community")?],
            sizes: [numbers.number()?, numbers.number()?],
        })
    }

    /// What an index says of itself; `None` when it is not known.
    pub(crate) fn description(&self, section: Section) -> Option<&str> {
        Some(self.descriptions[section as usize].as_str()).filter(|text| !text.is_empty())
    }

    /// Bytes of the compressed text of the facts, which is near the size of the real index.
    pub(crate) fn index_size(&self, section: Section) -> u64 {
        self.sizes[section as usize]
    }
}

impl Release {
    fn open(pack: &'static [u8]) -> Result<Self, Damaged> {
        let mut pack = Pack::open(pack)?;
        Ok(Release {
            info: Info::open(&mut pack)?,
            base: Base::open(&mut pack)?,
            packages: Packages::open(&mut pack)?,
            contents: Contents::open(&mut pack)?,
        })
    }
}

/// The embedded releases, each opened when it is asked for.
pub(crate) struct Releases(Vec<Embedded>);

struct Embedded {
    name: &'static str,
    image: &'static str,
    pack: &'static [u8],
    opened: OnceCell<Rc<Release>>,
}

/// The release that images and repositories without a version mean.
pub(crate) const LATEST: &str = "3.20";

/// Release, version of its image, facts. The browser gets those of the latest release alone.
const PACKS: &[(&str, &str, &[u8])] = &[
    (LATEST, "3.20.3", include_bytes!("../data/alpine-3.20.pack")),
    #[cfg(not(target_family = "wasm"))]
    ("3.18", "3.18.9", include_bytes!("../data/alpine-3.18.pack")),
    #[cfg(not(target_family = "wasm"))]
    ("3.19", "3.19.4", include_bytes!("../data/alpine-3.19.pack")),
    #[cfg(not(target_family = "wasm"))]
    ("3.21", "3.21.2", include_bytes!("../data/alpine-3.21.pack")),
    #[cfg(not(target_family = "wasm"))]
    ("3.22", "3.22.2", include_bytes!("../data/alpine-3.22.pack")),
];

impl Releases {
    pub(crate) fn embedded() -> Self {
        let embedded = |&(name, image, pack): &(&'static str, &'static str, &'static [u8])| Embedded {
            name,
            image,
            pack,
            opened: OnceCell::new(),
        };
        Releases(PACKS.iter().map(embedded).collect())
    }

    /// Their names, such as `3.20`, with the versions of their images, the latest first.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
        self.0.iter().map(|release| (release.name, release.image))
    }

    /// A release by its name; `None` when there are no facts about it.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Rc<Release>>, Damaged> {
        let Some(embedded) = self.0.iter().find(|release| release.name == name) else { return Ok(None) };
        if let Some(opened) = embedded.opened.get() {
            return Ok(Some(Rc::clone(opened)));
        }
        let release = Rc::new(Release::open(embedded.pack)?);
        Ok(Some(Rc::clone(embedded.opened.get_or_init(|| release))))
    }
}
