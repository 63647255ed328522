//! Who needs and provides what in a repository.

use std::cell::OnceCell;

use crate::{
    names::{Counts, Names},
    pack::{Damaged, Pack, Reader},
};

/// How far away a package is at most whose code is a distance.
const NEAR: usize = 32;
/// The first code of the most needed names, and of those that are looked up in the list of others.
const CODES: [u8; 2] = [64, 192];
/// Stands before a name that no code is left for.
const SPELLED: u8 = 255;
/// A name that is not mentioned.
const NEVER: u32 = u32::MAX;

/// A name with what may follow it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reference {
    pub(crate) name: u32,
    rest: u32,
}

/// What follows the name of a dependency.
pub(crate) enum Rest<'g> {
    Nothing,
    /// `=` and the version of the package itself.
    OwnVersion,
    Text(&'g str),
}

/// A list for each of many things.
#[derive(Debug, Default)]
pub(crate) struct Lists<T> {
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Lists<T> {
    pub(crate) fn of(&self, place: usize) -> &[T] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.items[start..self.ends[place] as usize]
    }
}

impl Lists<u32> {
    /// Turns lists around: for each of `count` names the places of the lists that have it, and of those that are `named` so.
    fn inverse(count: usize, named: &[u32], lists: &Lists<Reference>) -> Self {
        let mut ends = vec![0u32; count + 1];
        for name in named.iter().copied().chain(lists.items.iter().map(|reference| reference.name)) {
            ends[name as usize + 1] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total;
        }
        let mut items = vec![0; total as usize];
        // Each end counts up from the start of its list.
        let mut add = |name: u32, place: u32| {
            let next = &mut ends[name as usize];
            items[*next as usize] = place;
            *next += 1;
        };
        let mut start = 0;
        for (place, &end) in (0..).zip(&lists.ends) {
            if let Some(own) = named.get(place as usize) {
                add(*own, place);
            }
            for reference in &lists.items[start..end as usize] {
                add(reference.name, place);
            }
            start = end as usize;
        }
        ends.pop();
        Lists { ends, items }
    }
}

/// A repository's names and packages, the latter numbered in index order.
pub(crate) struct Graph {
    pub(crate) names: Names,
    /// The name of each package.
    pub(crate) named: Vec<u32>,
    pub(crate) depends: Lists<Reference>,
    pub(crate) provides: Lists<Reference>,
    pub(crate) install_if: Lists<Reference>,
    rests: (String, Vec<u32>),
    providers: OnceCell<Lists<u32>>,
    waiting: OnceCell<Lists<u32>>,
    mentions: OnceCell<Vec<u32>>,
    total: usize,
}

impl Graph {
    /// Reads a repository; `before` has the names whose numbers come first.
    pub(crate) fn open(pack: &mut Pack, before: Option<&Names>) -> Result<Self, Damaged> {
        let counts = Counts::open(pack)?;
        let mut names = Names::open(pack, &counts)?;
        let named = named(pack, &counts)?;
        let (provides, new) = provides(pack, &counts)?;
        names.add_provided(pack, before, named.iter().copied().zip(new))?;
        names.finish(pack, &counts)?;
        let codes = Codes::open(pack)?;
        let depends = codes.lists(pack, "depends", &named)?;
        let install_if = codes.lists(pack, "install-if", &named)?;
        let rests = texts(pack)?;
        let total = counts.total();
        if named.iter().any(|&name| name as usize >= total) {
            return Err(Damaged);
        }
        for list in [&depends, &provides, &install_if] {
            let sound =
                |item: &Reference| (item.name as usize) < total && item.rest as usize <= rests.1.len() + 1;
            if !list.items.iter().all(sound) {
                return Err(Damaged);
            }
        }
        Ok(Graph {
            names,
            named,
            depends,
            provides,
            install_if,
            rests,
            providers: OnceCell::new(),
            waiting: OnceCell::new(),
            mentions: OnceCell::new(),
            total,
        })
    }

    /// Where each name is mentioned first.
    fn mentions(&self) -> &[u32] {
        self.mentions.get_or_init(|| {
            let mut mentions = vec![NEVER; self.total];
            let mut next = 0;
            let mut mention = |name: u32| {
                let first = &mut mentions[name as usize];
                *first = (*first).min(next);
                next += 1;
            };
            for (place, &own) in self.named.iter().enumerate() {
                mention(own);
                for list in [&self.depends, &self.provides, &self.install_if] {
                    list.of(place).iter().for_each(|reference| mention(reference.name));
                }
            }
            mentions
        })
    }

    /// Packages that have or provide a name, some perhaps more than once in a row.
    pub(crate) fn providers(&self, name: usize) -> &[u32] {
        let providers = || Lists::inverse(self.total, &self.named, &self.provides);
        if name < self.total { self.providers.get_or_init(providers).of(name) } else { &[] }
    }

    /// Packages that wait for a name.
    pub(crate) fn waiting(&self, name: usize) -> &[u32] {
        let waiting = || Lists::inverse(self.total, &[], &self.install_if);
        if name < self.total { self.waiting.get_or_init(waiting).of(name) } else { &[] }
    }

    /// Where the index mentions a name first; `None` when it never does.
    pub(crate) fn mention(&self, name: usize) -> Option<u32> {
        self.mentions().get(name).copied().filter(|&mention| mention != NEVER)
    }

    /// Whether a name is to be absent.
    pub(crate) fn is_conflict(&self, reference: Reference) -> bool {
        matches!(self.rest(reference), Rest::Text(rest) if rest.starts_with('!'))
    }

    /// What follows a name.
    pub(crate) fn rest(&self, reference: Reference) -> Rest<'_> {
        let (text, ends) = &self.rests;
        match reference.rest as usize {
            0 => Rest::Nothing,
            1 => Rest::OwnVersion,
            place => {
                let start = if place == 2 { 0 } else { ends[place - 3] as usize + 1 };
                Rest::Text(&text[start..ends[place - 2] as usize])
            }
        }
    }
}

/// The names of packages: new ones in turn, others as listed.
fn named(pack: &mut Pack, counts: &Counts) -> Result<Vec<u32>, Damaged> {
    let column = pack.column("named-before")?;
    let mut reader = Reader::new(column.value(0));
    let mut named = Vec::with_capacity(counts.packages.min(1 << 20));
    let mut next = counts.before as u32;
    while !reader.is_empty() {
        let place = named.last().map_or(0, |(place, _)| *place) + reader.size()?;
        named.push((place, reader.size()? as u32));
    }
    let mut listed = named.into_iter().peekable();
    let all = (0..counts.packages).map(|place| {
        if let Some((_, name)) = listed.next_if(|(listed, _)| *listed == place) {
            return name;
        }
        next += 1;
        next - 1
    });
    Ok(all.collect())
}

/// What each package provides, and how many names of that are new.
fn provides(pack: &mut Pack, counts: &Counts) -> Result<(Lists<Reference>, Vec<usize>), Damaged> {
    let columns = ["counts", "names", "rests"].map(|suffix| pack.column(&format!("provides-{suffix}")));
    let [lengths, names, rests] = columns;
    let (lengths, names, rests) = (lengths?, names?, rests?);
    let mut readers = [&lengths, &names, &rests].map(|column| Reader::new(column.value(0)));
    let mut next = counts.first_provided() as u32;
    let mut lists = Lists::default();
    let mut new = Vec::with_capacity(counts.packages);
    for _ in 0..counts.packages {
        let before = next;
        for _ in 0..readers[0].size()? {
            let name = match readers[1].small()? {
                0 => {
                    next += 1;
                    next - 1
                }
                number => number - 1,
            };
            lists.items.push(Reference { name, rest: readers[2].small()? });
        }
        lists.ends.push(lists.items.len() as u32);
        new.push((next - before) as usize);
    }
    Ok((lists, new))
}

/// The short forms of names that packages need.
struct Codes {
    frequent: Vec<u32>,
    others: Vec<u32>,
}

impl Codes {
    fn open(pack: &mut Pack) -> Result<Self, Damaged> {
        let mut list = |name| -> Result<Vec<u32>, Damaged> {
            let column = pack.column(name)?;
            let mut reader = Reader::new(column.value(0));
            let mut list = Vec::new();
            while !reader.is_empty() {
                let last = list.last().copied().unwrap_or(0u32);
                list.push(last.checked_add(reader.small()?).ok_or(Damaged)?);
            }
            Ok(list)
        };
        Ok(Codes { frequent: list("frequent")?, others: list("others")? })
    }

    fn lists(&self, pack: &mut Pack, name: &str, named: &[u32]) -> Result<Lists<Reference>, Damaged> {
        let columns = ["counts", "names", "rests"].map(|suffix| pack.column(&format!("{name}-{suffix}")));
        let [lengths, names, rests] = columns;
        let (lengths, names, rests) = (lengths?, names?, rests?);
        let mut readers = [&lengths, &names, &rests].map(|column| Reader::new(column.value(0)));
        let mut lists = Lists::default();
        lists.ends.reserve(named.len());
        for place in 0..named.len() {
            for _ in 0..readers[0].size()? {
                let name = self.name(&mut readers[1], place, named)?;
                lists.items.push(Reference { name, rest: readers[2].small()? });
            }
            lists.ends.push(lists.items.len() as u32);
        }
        Ok(lists)
    }

    fn name(&self, reader: &mut Reader<'_>, place: usize, named: &[u32]) -> Result<u32, Damaged> {
        let code = reader.byte()?;
        let name = match code {
            SPELLED => return reader.small(),
            code if code >= CODES[1] => {
                let other = usize::from(code - CODES[1]) << 8 | usize::from(reader.byte()?);
                self.others.get(other)
            }
            code if code >= CODES[0] => self.frequent.get(usize::from(code - CODES[0])),
            code => (place + usize::from(code)).checked_sub(NEAR).and_then(|place| named.get(place)),
        };
        name.copied().ok_or(Damaged)
    }
}

/// The texts that follow names, each with its end.
fn texts(pack: &mut Pack) -> Result<(String, Vec<u32>), Damaged> {
    let column = pack.column("texts")?;
    let ends = column.line_ends(0);
    let text = std::str::from_utf8(column.value(0)).map_err(|_| Damaged)?.to_owned();
    Ok((text, ends))
}
