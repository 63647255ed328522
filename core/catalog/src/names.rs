//! The names that a repository mentions, with small numbers.

use std::{cell::RefCell, rc::Rc};

use crate::pack::{Damaged, Pack, Reader};

/// Kinds of names that have a number: none first.
const PREFIXES: [&str; 7] = ["", "so:", "cmd:", "pc:", "py3.10:", "py3.11:", "py3.12:"];
/// A slot of the search table that is empty.
const EMPTY: u32 = u32::MAX;

/// How many names of each sort a repository has.
pub(crate) struct Counts {
    /// All of its packages, whether or not their names are new.
    pub(crate) packages: usize,
    /// Names of the repository before, whose numbers come first.
    pub(crate) before: usize,
    /// New names of packages.
    named: usize,
    /// New names.
    names: usize,
}

impl Counts {
    pub(crate) fn open(pack: &mut Pack) -> Result<Self, Damaged> {
        let column = pack.column("counts")?;
        let mut reader = Reader::new(column.value(0));
        Ok(Counts {
            packages: reader.size()?,
            before: reader.size()?,
            named: reader.size()?,
            names: reader.size()?,
        })
    }

    /// The number of the first name that is no package's.
    pub(crate) fn first_provided(&self) -> usize {
        self.before + self.named
    }

    /// How many numbers there are, with those of the repository before.
    pub(crate) fn total(&self) -> usize {
        self.before + self.names
    }
}

/// The new names of a repository. A number counts those of the repository before as well.
pub(crate) struct Names {
    first: usize,
    text: String,
    ends: Vec<u32>,
    /// Numbers of names by their hash; a name is in the first free slot from its own on.
    slots: Vec<u32>,
    shared: RefCell<Vec<Option<Rc<str>>>>,
}

impl Names {
    /// Reads the names; `named` gives the names of packages by their place, of which those of
    /// `before` are not new.
    pub(crate) fn open(pack: &mut Pack, counts: &Counts) -> Result<Self, Damaged> {
        if counts.names > 1 << 20 || counts.named > counts.names {
            return Err(Damaged);
        }
        let mut names = Names {
            first: counts.before,
            text: String::with_capacity(counts.names * 20),
            ends: Vec::with_capacity(counts.names),
            slots: vec![EMPTY; (counts.names * 2).next_power_of_two()],
            shared: RefCell::new(vec![None; counts.names]),
        };
        names.in_turn(pack, "packages", counts.named)?;
        Ok(names)
    }

    /// Adds what packages provide: `owners` gives the name of a package by its place, and how many
    /// new names it provides.
    pub(crate) fn add_provided<'o>(
        &mut self,
        pack: &mut Pack,
        owners: impl Iterator<Item = (&'o str, usize)>,
    ) -> Result<(), Damaged> {
        let columns =
            [pack.column("provided-kinds")?, pack.column("provided-shared")?, pack.column("provided-rests")?];
        let [mut kinds, mut shared, mut rests] =
            columns.each_ref().map(|column| Reader::new(column.value(0)));
        let mut previous = 0..0;
        for (owner, count) in owners {
            for _ in 0..count {
                let prefix = PREFIXES.get(kinds.size()?).ok_or(Damaged)?;
                let length = shared.size()?;
                let rest = rests.line()?;
                let start = self.text.len();
                self.text.push_str(prefix);
                match length % 2 {
                    0 => self.text.push_str(owner.get(..length / 2).ok_or(Damaged)?),
                    _ => {
                        let end = previous.start + length / 2;
                        if end > previous.end || !self.text.is_char_boundary(end) {
                            return Err(Damaged);
                        }
                        self.text.extend_from_within(previous.start..end);
                    }
                }
                self.text.push_str(rest);
                previous = start + prefix.len()..self.text.len();
                self.end();
            }
        }
        Ok(())
    }

    /// Adds the names that are needed and that nothing has; ends the list.
    pub(crate) fn finish(&mut self, pack: &mut Pack, counts: &Counts) -> Result<(), Damaged> {
        let left = counts.names.checked_sub(self.ends.len()).ok_or(Damaged)?;
        self.in_turn(pack, "unmet", left)
    }

    /// Names by what each shares with the one before.
    fn in_turn(&mut self, pack: &mut Pack, name: &str, count: usize) -> Result<(), Damaged> {
        let columns = [pack.column(&format!("{name}-shared"))?, pack.column(&format!("{name}-rests"))?];
        let [mut shared, mut rests] = columns.each_ref().map(|column| Reader::new(column.value(0)));
        let mut previous = 0..0;
        for _ in 0..count {
            let length = shared.size()?;
            let start = self.text.len();
            let end = previous.start + length;
            if end > previous.end || !self.text.is_char_boundary(end) {
                return Err(Damaged);
            }
            self.text.extend_from_within(previous.start..end);
            self.text.push_str(rests.line()?);
            previous = start..self.text.len();
            self.end();
        }
        Ok(())
    }

    fn end(&mut self) {
        let place = self.ends.len();
        self.ends.push(self.text.len() as u32);
        let mask = self.slots.len() - 1;
        let mut slot = hash(self.at(place)) as usize & mask;
        while self.slots[slot] != EMPTY {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = place as u32;
    }

    fn at(&self, place: usize) -> &str {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[place] as usize]
    }

    /// The text of a name.
    pub(crate) fn text(&self, number: usize) -> Option<&str> {
        let place = number.checked_sub(self.first)?;
        (place < self.ends.len()).then(|| self.at(place))
    }

    /// The text of a name, always the same one.
    pub(crate) fn shared(&self, number: usize) -> Option<Rc<str>> {
        let place = number.checked_sub(self.first)?;
        let mut shared = self.shared.borrow_mut();
        let known = shared.get_mut(place)?;
        Some(known.get_or_insert_with(|| self.at(place).into()).clone())
    }

    /// The number of a name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash(name) as usize & mask;
        while self.slots[slot] != EMPTY {
            let place = self.slots[slot] as usize;
            if self.at(place) == name {
                return Some(self.first + place);
            }
            slot = (slot + 1) & mask;
        }
        None
    }
}

/// A quick hash of a short text (Fowler, Noll, Vo, eight bytes at a time).
fn hash(text: &str) -> u64 {
    let (blocks, tail) = text.as_bytes().as_chunks::<8>();
    let last = tail.iter().fold(text.len() as u64, |word, &byte| word << 8 | u64::from(byte));
    let words = blocks.iter().map(|block| u64::from_le_bytes(*block)).chain([last]);
    let mixed = words.fold(0xcbf2_9ce4_8422_2325u64, |hash, word| {
        (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    });
    mixed ^ (mixed >> 32)
}
