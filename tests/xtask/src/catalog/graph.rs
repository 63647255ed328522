//! Who needs and provides what in a repository, as columns; `core/catalog/src/graph.rs` reads them.

use std::collections::{BTreeMap, BTreeSet};

use apk::{Dependency, Package};

use super::{
    names::Names,
    pack::{Pack, number},
};

/// So many of the most needed names have codes of one byte.
const FREQUENT: usize = 128;
/// How far away a package is at most whose code is a distance.
const NEAR: i64 = 32;
/// The first code of the most needed names, and of those that are looked up in the list of others.
const CODES: [u8; 2] = [64, 192];
/// Stands before a name that no code is left for.
const SPELLED: u8 = 255;

/// A repository that is being written.
pub(crate) struct Graph<'i> {
    packages: &'i [Package],
    names: &'i Names<'i>,
    frequent: Vec<usize>,
    others: Vec<usize>,
    texts: BTreeMap<String, u64>,
    text_column: Vec<u8>,
}

impl<'i> Graph<'i> {
    /// Writes the columns of a repository whose names are known by now.
    pub(crate) fn pack(packages: &'i [Package], names: &'i Names<'i>, pack: &mut Pack) {
        let mut graph = Graph {
            packages,
            names,
            frequent: Vec::new(),
            others: Vec::new(),
            texts: BTreeMap::new(),
            text_column: Vec::new(),
        };
        graph.rank();
        let list = |numbers: &[usize]| {
            let mut column = Vec::new();
            let mut last = 0;
            for value in numbers {
                number(&mut column, (value - last) as u64);
                last = *value;
            }
            column
        };
        let mut frequent = graph.frequent.clone();
        frequent.sort_unstable();
        graph.frequent = frequent;
        pack.column("frequent", list(&graph.frequent));
        pack.column("others", list(&graph.others));
        graph.lists(pack, "depends", |package| &package.depends);
        graph.lists(pack, "install-if", |package| &package.install_if);
        graph.provides(pack);
        pack.column("texts", graph.text_column);
    }

    /// Finds the names that are needed, and orders them by how often.
    fn rank(&mut self) {
        let mut uses: BTreeMap<usize, usize> = BTreeMap::new();
        for (place, package) in self.packages.iter().enumerate() {
            for dependency in package.depends.iter().chain(&package.install_if) {
                let name = self.names.number(&dependency.name);
                if self.near(place, name).is_none() {
                    *uses.entry(name).or_default() += 1;
                }
            }
        }
        let mut by_use: Vec<(usize, usize)> = uses.into_iter().map(|(name, count)| (count, name)).collect();
        by_use.sort_by_key(|(count, name)| (usize::MAX - count, *name));
        let (frequent, others) = by_use.split_at(FREQUENT.min(by_use.len()));
        self.frequent = frequent.iter().map(|(_, name)| *name).collect();
        self.others = others.iter().map(|(_, name)| *name).collect::<BTreeSet<_>>().into_iter().collect();
    }

    /// The code of a package that stands near in the index.
    fn near(&self, place: usize, name: usize) -> Option<u8> {
        let range = -NEAR..NEAR;
        range.clone().zip(0..).find_map(|(distance, code)| {
            let other = usize::try_from(i64::try_from(place).ok()? + distance).ok()?;
            let other = self.packages.get(other)?;
            (self.names.number(&other.name) == name).then_some(code)
        })
    }

    fn lists(&mut self, pack: &mut Pack, name: &str, list: fn(&Package) -> &Vec<Dependency>) {
        let mut columns: [Vec<u8>; 3] = Default::default();
        for (place, package) in self.packages.iter().enumerate() {
            number(&mut columns[0], list(package).len() as u64);
            for dependency in list(package) {
                self.reference(&mut columns[1], place, dependency);
                let rest = self.rest(dependency, package);
                number(&mut columns[2], rest);
            }
        }
        for (column, suffix) in columns.into_iter().zip(["counts", "names", "rests"]) {
            pack.column(&format!("{name}-{suffix}"), column);
        }
    }

    fn reference(&self, column: &mut Vec<u8>, place: usize, dependency: &Dependency) {
        let name = self.names.number(&dependency.name);
        if let Some(code) = self.near(place, name) {
            return column.push(code);
        }
        if let Ok(code) = self.frequent.binary_search(&name) {
            return column.push(CODES[0] + code as u8);
        }
        let other = self.others.binary_search(&name).unwrap_or(usize::MAX);
        if other < usize::from(SPELLED - CODES[1]) << 8 {
            return column.extend([CODES[1] + (other >> 8) as u8, other as u8]);
        }
        column.push(SPELLED);
        number(column, name as u64);
    }

    /// What follows a name: nothing, the package's own version, or a text by its number.
    fn rest(&mut self, dependency: &Dependency, package: &Package) -> u64 {
        let whole = dependency.to_string();
        let rest = whole.replacen(&*dependency.name, "", 1);
        if rest.is_empty() {
            return 0;
        }
        if rest == format!("={}", package.version) {
            return 1;
        }
        let next = self.texts.len() as u64 + 2;
        let column = &mut self.text_column;
        *self.texts.entry(rest).or_insert_with_key(|rest| {
            column.extend(rest.as_bytes());
            column.push(b'\n');
            next
        })
    }

    /// Names that are new are told in this order: they need no number.
    fn provides(&mut self, pack: &mut Pack) {
        let mut columns: [Vec<u8>; 3] = Default::default();
        let mut next = self.names.first_provided;
        for package in self.packages {
            number(&mut columns[0], package.provides.len() as u64);
            for dependency in &package.provides {
                let name = self.names.number(&dependency.name);
                match name == next {
                    true => {
                        columns[1].push(0);
                        next += 1;
                    }
                    false => number(&mut columns[1], name as u64 + 1),
                }
                let rest = self.rest(dependency, package);
                number(&mut columns[2], rest);
            }
        }
        for (column, suffix) in columns.into_iter().zip(["counts", "names", "rests"]) {
            pack.column(&format!("provides-{suffix}"), column);
        }
    }
}
