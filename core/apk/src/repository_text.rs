use std::{collections::BTreeMap, rc::Rc};

use crate::{
    contents::PackageContents,
    index::{self, FormatError},
    mirror::{FetchError, Repository, Waiting},
    name_order,
    package::Package,
};

type Contents = dyn Fn(&Package) -> Result<PackageContents, FetchError>;

/// A repository made of the text of an index, and a way to the packages' contents.
pub struct TextRepository {
    description: String,
    key: String,
    packages: Vec<Rc<Package>>,
    providers: BTreeMap<Rc<str>, Vec<usize>>,
    waiting: BTreeMap<Rc<str>, Vec<usize>>,
    places: BTreeMap<Rc<str>, u32>,
    contents: Box<Contents>,
}

impl TextRepository {
    /// Reads `text`. `key` is the file name of the key that signs it.
    pub fn new(
        text: &[u8],
        description: &str,
        key: &str,
        contents: impl Fn(&Package) -> Result<PackageContents, FetchError> + 'static,
    ) -> Result<Self, FormatError> {
        let mut repository = TextRepository {
            description: description.to_owned(),
            key: key.to_owned(),
            packages: index::parse(text)?.into_iter().map(Rc::new).collect(),
            providers: BTreeMap::new(),
            waiting: BTreeMap::new(),
            places: BTreeMap::new(),
            contents: Box::new(contents),
        };
        repository.look_up();
        Ok(repository)
    }

    fn look_up(&mut self) {
        let mut chains: BTreeMap<u32, u32> = BTreeMap::new();
        for (number, package) in self.packages.iter().enumerate() {
            let lists = package.depends.iter().chain(&package.provides).chain(&package.install_if);
            for name in std::iter::once(&package.name).chain(lists.map(|dependency| &dependency.name)) {
                self.places.entry(name.clone()).or_insert_with(|| {
                    let next = chains.entry(name_order::chain(name)).or_default();
                    *next += 1;
                    *next - 1
                });
            }
            let provided = package.provides.iter().map(|dependency| &dependency.name);
            for name in std::iter::once(&package.name).chain(provided) {
                let list = self.providers.entry(name.clone()).or_default();
                if list.last() != Some(&number) {
                    list.push(number);
                }
            }
            for dependency in &package.install_if {
                self.waiting.entry(dependency.name.clone()).or_default().push(number);
            }
        }
    }
}

impl Repository for TextRepository {
    fn description(&self) -> String {
        self.description.clone()
    }

    fn package_count(&self) -> usize {
        self.packages.len()
    }

    fn signing_key(&self) -> String {
        self.key.clone()
    }

    fn index_size(&self) -> u64 {
        1024 + 100 * self.packages.len() as u64
    }

    fn providers(&self, name: &str) -> Vec<Rc<Package>> {
        let numbers = self.providers.get(name).into_iter().flatten();
        numbers.map(|&number| self.packages[number].clone()).collect()
    }

    fn completed_by(&self, name: &str, visit: &mut dyn FnMut(Waiting<'_>)) {
        for &number in self.waiting.get(name).into_iter().flatten() {
            let package = &self.packages[number];
            let provided = package.provides.iter().map(|dependency| &*dependency.name);
            let names: Vec<&str> = std::iter::once(&*package.name).chain(provided).collect();
            let rule = package.install_if.iter().filter(|dependency| !dependency.conflict);
            let rule: Vec<&str> = rule.map(|dependency| &*dependency.name).collect();
            visit(Waiting { names: &names, rule: &rule });
        }
    }

    fn mention(&self, name: &str) -> Option<u32> {
        self.places.get(name).copied()
    }

    fn all(&self) -> Vec<Rc<Package>> {
        self.packages.clone()
    }

    fn contents(&self, package: &Package) -> Result<PackageContents, FetchError> {
        (self.contents)(package)
    }
}
