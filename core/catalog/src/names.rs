//! The names that a repository mentions, with small numbers.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    ops::Range,
    rc::Rc,
};

use apk::TextTable;

use crate::pack::{Damaged, Pack, Reader};

/// Kinds of names that have a number: none first.
const PREFIXES: [&str; 7] = ["", "so:", "cmd:", "pc:", "py3.10:", "py3.11:", "py3.12:"];

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
    table: OnceCell<TextTable>,
    shared: RefCell<BTreeMap<usize, Rc<str>>>,
}

impl Names {
    /// Reads the names of packages.
    pub(crate) fn open(pack: &mut Pack, counts: &Counts) -> Result<Self, Damaged> {
        if counts.names > 1 << 20 || counts.named > counts.names {
            return Err(Damaged);
        }
        let mut names = Names {
            first: counts.before,
            text: String::with_capacity(counts.names * 20),
            ends: Vec::with_capacity(counts.names),
            table: OnceCell::new(),
            shared: RefCell::default(),
        };
        names.in_turn(pack, "packages", counts.named)?;
        Ok(names)
    }

    /// Adds what packages provide: the names of the packages, and how many new names each provides.
    pub(crate) fn add_provided(
        &mut self,
        pack: &mut Pack,
        before: Option<&Names>,
        owners: impl Iterator<Item = (u32, usize)>,
    ) -> Result<(), Damaged> {
        let columns = ["kinds", "shared", "rests"].map(|name| pack.column(&format!("provided-{name}")));
        let [kinds, shared, rests] = columns;
        let (kinds, shared, rests) = (kinds?, shared?, rests?);
        let [mut kinds, mut shared] = [&kinds, &shared].map(|column| Reader::new(column.value(0)));
        let mut rests = rests.lines()?;
        let mut previous = 0..0;
        for (owner, count) in owners {
            for _ in 0..count {
                let prefix = PREFIXES.get(kinds.size()?).ok_or(Damaged)?;
                let length = shared.size()?;
                let start = self.text.len();
                self.text.push_str(prefix);
                match length % 2 {
                    0 => self.push_start(before, owner as usize, length / 2)?,
                    _ => self.push_again(&previous, length / 2)?,
                }
                self.text.push_str(rests.next().ok_or(Damaged)?);
                previous = start + prefix.len()..self.text.len();
                self.ends.push(self.text.len() as u32);
            }
        }
        Ok(())
    }

    /// Adds the start of a name.
    fn push_start(&mut self, before: Option<&Names>, name: usize, length: usize) -> Result<(), Damaged> {
        match name.checked_sub(self.first) {
            Some(place) if place < self.ends.len() => self.push_again(&self.range(place), length),
            Some(_) => Err(Damaged),
            None => {
                let text = before.and_then(|before| before.text(name)).ok_or(Damaged)?;
                self.text.push_str(text.get(..length).ok_or(Damaged)?);
                Ok(())
            }
        }
    }

    /// Adds the start of a text that is there.
    fn push_again(&mut self, range: &Range<usize>, length: usize) -> Result<(), Damaged> {
        let end = range.start.checked_add(length).filter(|end| *end <= range.end).ok_or(Damaged)?;
        if !self.text.is_char_boundary(end) {
            return Err(Damaged);
        }
        self.text.extend_from_within(range.start..end);
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
        let mut shared = Reader::new(columns[0].value(0));
        let mut rests = columns[1].lines()?;
        let mut previous = 0..0;
        for _ in 0..count {
            let length = shared.size()?;
            let start = self.text.len();
            self.push_again(&previous, length)?;
            self.text.push_str(rests.next().ok_or(Damaged)?);
            previous = start..self.text.len();
            self.ends.push(self.text.len() as u32);
        }
        Ok(())
    }

    fn range(&self, place: usize) -> Range<usize> {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        start..self.ends[place] as usize
    }

    fn at(&self, place: usize) -> &str {
        &self.text[self.range(place)]
    }

    /// The text of a name.
    pub(crate) fn text(&self, number: usize) -> Option<&str> {
        let place = number.checked_sub(self.first)?;
        (place < self.ends.len()).then(|| self.at(place))
    }

    /// The text of a name, always the same one.
    pub(crate) fn shared(&self, number: usize) -> Option<Rc<str>> {
        let place = number.checked_sub(self.first)?;
        if place >= self.ends.len() {
            return None;
        }
        Some(self.shared.borrow_mut().entry(place).or_insert_with(|| self.at(place).into()).clone())
    }

    /// Made for the first who looks for a name.
    fn table(&self) -> &TextTable {
        self.table.get_or_init(|| {
            let mut table = TextTable::with_room(self.ends.len());
            let mut start = 0;
            for (place, &end) in (0..).zip(&self.ends) {
                let text = &self.text[start as usize..end as usize];
                table.insert(place, |_| text);
                start = end;
            }
            table
        })
    }

    /// The number of a name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let place = self.table().find(name, |place| self.at(place as usize))?;
        Some(self.first + place as usize)
    }
}
