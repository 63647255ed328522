//! The names of a repository as columns; `core/catalog/src/names.rs` reads them.

use std::collections::BTreeMap;

use apk::Package;

use super::pack::{Pack, number};

/// Kinds of names that have a number: none first.
const PREFIXES: [&str; 7] = ["", "so:", "cmd:", "pc:", "py3.10:", "py3.11:", "py3.12:"];

/// The names that a repository mentions and those before it have not: its packages, what they
/// provide, others.
pub(crate) struct Names<'i> {
    numbers: BTreeMap<&'i str, usize>,
    /// Number of the first name that is no package's.
    pub(crate) first_provided: usize,
}

impl<'i> Names<'i> {
    /// Numbers the names of a repository after those of the one before, and writes them.
    pub(crate) fn pack(packages: &'i [Package], before: Option<&Names<'i>>, pack: &mut Pack) -> Self {
        let mut names = Names {
            numbers: before.map(|names| names.numbers.clone()).unwrap_or_default(),
            first_provided: 0,
        };
        let first = names.numbers.len();
        names.packages(packages, pack);
        names.first_provided = names.numbers.len();
        names.provided(packages, pack);
        names.others(packages, pack);
        let mut counts = Vec::new();
        for count in [packages.len(), first, names.first_provided - first, names.numbers.len() - first] {
            number(&mut counts, count as u64);
        }
        pack.column("counts", counts);
        names
    }

    pub(crate) fn number(&self, name: &str) -> usize {
        self.numbers[name]
    }

    /// Gives a name the next number; `false` if it has one.
    fn add(&mut self, name: &'i str) -> bool {
        let next = self.numbers.len();
        *self.numbers.entry(name).or_insert(next) == next
    }

    /// The new names of packages, each by what it shares with the one before; the others by number.
    fn packages(&mut self, packages: &'i [Package], pack: &mut Pack) {
        let mut column = Column::default();
        let mut known = Vec::new();
        let mut last = 0;
        for (place, package) in packages.iter().enumerate() {
            if self.add(&package.name) {
                column.add(&package.name);
            } else {
                number(&mut known, (place - last) as u64);
                number(&mut known, self.number(&package.name) as u64);
                last = place;
            }
        }
        pack.column("named-before", known);
        column.pack(pack, "packages");
    }

    /// What packages provide: its kind, and the rest by what it shares with the one before, or with
    /// the name of the package.
    fn provided(&mut self, packages: &'i [Package], pack: &mut Pack) {
        let [mut kinds, mut shared, mut rests] = <[Vec<u8>; 3]>::default();
        let mut previous = "";
        for package in packages {
            for dependency in &package.provides {
                if !self.add(&dependency.name) {
                    continue;
                }
                let kind = (1..PREFIXES.len()).find(|&kind| dependency.name.starts_with(PREFIXES[kind]));
                let kind = kind.unwrap_or(0);
                let stem = &dependency.name[PREFIXES[kind].len()..];
                kinds.push(kind as u8);
                let [own, other] = [&*package.name, previous].map(|text| shared_with(stem, text));
                // Even: with the package's name.
                number(&mut shared, (own.max(other) * 2 + usize::from(other > own)) as u64);
                rests.extend(&stem.as_bytes()[own.max(other)..]);
                rests.push(b'\n');
                previous = stem;
            }
        }
        pack.column("provided-kinds", kinds);
        pack.column("provided-shared", shared);
        pack.column("provided-rests", rests);
    }

    fn others(&mut self, packages: &'i [Package], pack: &mut Pack) {
        let needed = packages.iter().flat_map(|package| package.depends.iter().chain(&package.install_if));
        let mut names: Vec<&str> = needed.map(|dependency| &*dependency.name).collect();
        names.sort_unstable();
        let mut column = Column::default();
        for name in names {
            if self.add(name) {
                column.add(name);
            }
        }
        column.pack(pack, "unmet");
    }
}

fn shared_with(text: &str, other: &str) -> usize {
    let shared = text.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    (0..=shared).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Texts by what each shares with the one before.
#[derive(Default)]
struct Column<'i> {
    previous: &'i str,
    shared: Vec<u8>,
    rests: Vec<u8>,
}

impl<'i> Column<'i> {
    fn add(&mut self, text: &'i str) {
        let shared = shared_with(text, self.previous);
        number(&mut self.shared, shared as u64);
        self.rests.extend(&text.as_bytes()[shared..]);
        self.rests.push(b'\n');
        self.previous = text;
    }

    fn pack(self, pack: &mut Pack, name: &str) {
        pack.column(&format!("{name}-shared"), self.shared);
        pack.column(&format!("{name}-rests"), self.rests);
    }
}
