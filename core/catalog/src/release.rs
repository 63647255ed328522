//! A release of Alpine: what its image is made of and what its repositories hold.

use std::{cell::OnceCell, rc::Rc};

use bstr::ByteSlice;
use vfs::Time;

use crate::{
    base::Base,
    contents::Contents,
    pack::{Damaged, Pack, Reader},
    packages::{Packages, Section},
    parts::{Missing, Parts, Piece},
};

/// What is known about a release. All but the base image is read when it is asked for.
pub(crate) struct Release {
    name: &'static str,
    parts: Parts,
    pub(crate) info: Info,
    pub(crate) base: Base,
    packages: [OnceCell<Rc<Packages>>; 2],
    contents: OnceCell<Rc<Contents>>,
}

/// Why facts cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoFacts {
    /// Their file is not what this version reads.
    Damaged(Damaged),
    /// Their file is not there.
    Missing(Missing),
}

impl From<Damaged> for NoFacts {
    fn from(damaged: Damaged) -> Self {
        NoFacts::Damaged(damaged)
    }
}

impl From<Missing> for NoFacts {
    fn from(missing: Missing) -> Self {
        NoFacts::Missing(missing)
    }
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
    fn open(name: &'static str, parts: &Parts) -> Result<Self, NoFacts> {
        let mut pack = Pack::open(&parts.get(name, Piece::Base)?)?;
        Ok(Release {
            name,
            parts: parts.clone(),
            info: Info::open(&mut pack)?,
            base: Base::open(&mut pack)?,
            packages: Default::default(),
            contents: OnceCell::new(),
        })
    }

    /// Sees to it that all files are there that a repository needs; those that are not are noted.
    pub(crate) fn has_files(&self, section: Section) -> Result<(), Missing> {
        let pieces: &[Piece] = match section {
            Section::Main => &[Piece::Main, Piece::Contents],
            Section::Community => &[Piece::Main, Piece::Contents, Piece::Community],
        };
        let missing =
            pieces.iter().filter_map(|piece| self.parts.get(self.name, *piece).err()).collect::<Vec<_>>();
        missing.into_iter().next().map_or(Ok(()), Err)
    }

    /// A repository's packages.
    pub(crate) fn packages(&self, section: Section) -> Result<Rc<Packages>, NoFacts> {
        let opened = &self.packages[section as usize];
        if let Some(opened) = opened.get() {
            return Ok(Rc::clone(opened));
        }
        let (piece, before) = match section {
            Section::Main => (Piece::Main, None),
            Section::Community => (Piece::Community, Some(self.packages(Section::Main)?)),
        };
        let mut pack = Pack::open(&self.parts.get(self.name, piece)?)?;
        let packages = Rc::new(Packages::open(&mut pack, before)?);
        Ok(Rc::clone(opened.get_or_init(|| packages)))
    }

    /// What packages hold.
    pub(crate) fn contents(&self) -> Result<Rc<Contents>, NoFacts> {
        if let Some(opened) = self.contents.get() {
            return Ok(Rc::clone(opened));
        }
        let mut pack = Pack::open(&self.parts.get(self.name, Piece::Contents)?)?;
        let contents = Rc::new(Contents::open(&mut pack)?);
        Ok(Rc::clone(self.contents.get_or_init(|| contents)))
    }
}

/// The releases, each opened when it is asked for.
pub(crate) struct Releases {
    parts: Parts,
    opened: [OnceCell<Rc<Release>>; RELEASES.len()],
}

/// The release that images and repositories without a version mean.
pub(crate) const LATEST: &str = "3.20";

/// Release, version of its image.
const RELEASES: [(&str, &str); 5] =
    [(LATEST, "3.20.3"), ("3.18", "3.18.9"), ("3.19", "3.19.4"), ("3.21", "3.21.2"), ("3.22", "3.22.2")];

impl Releases {
    pub(crate) fn new(parts: Parts) -> Self {
        Releases { parts, opened: Default::default() }
    }

    /// Their names, such as `3.20`, with the versions of their images, the latest first.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
        RELEASES.into_iter()
    }

    /// A release by its name.
    pub(crate) fn get(&self, name: &str) -> Result<Rc<Release>, NoFacts> {
        let place = RELEASES.iter().position(|(known, _)| *known == name).ok_or(Missing::Unknown)?;
        let opened = &self.opened[place];
        if let Some(opened) = opened.get() {
            return Ok(Rc::clone(opened));
        }
        let release = Rc::new(Release::open(RELEASES[place].0, &self.parts)?);
        Ok(Rc::clone(opened.get_or_init(|| release)))
    }
}
