use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use apk::{Dependency, Package, index, installed, name_chain};

use super::{
    Result,
    pack::{Pack, number, text},
    read_index,
    release::Release,
};

/// Names in a block of the table of names.
const NAMES: usize = 1536;
/// Packages in a block of the table of packages.
const PACKAGES: usize = 512;
/// Name, version, origin, licence, page, size, installed size, priority, time, checksum, needs,
/// provides, install-if.
const COLUMNS: usize = 13;
/// So many of the most used names have short numbers.
const FREQUENT: usize = 2048;
/// What the fields of build times count from, to be shorter.
const EPOCH: u64 = 1_500_000_000;

/// The packages of both repositories, `main` first.
pub(crate) struct Index {
    pub(crate) packages: Vec<Package>,
    main: usize,
    /// Packages whose checksum has to be the real one, since the base image has them.
    base: BTreeSet<String>,
    /// Bytes of the compressed indexes.
    pub(crate) sizes: [u64; 2],
}

/// Reads one text of a package.
type Field = fn(&Package) -> &str;

impl Index {
    pub(crate) fn read(folder: &Path, release: &Release) -> Result<Self> {
        let (text, size) = read_index(folder, &["main.apkindex"])?;
        let mut packages = index::parse(&text)?;
        let main = packages.len();
        let mut sizes = [size, 0];
        if release.community {
            let (text, size) = read_index(folder, &["community.apkindex", "community.derived.apkindex"])?;
            packages.extend(index::parse(&text)?);
            sizes[1] = size;
        }
        let base = installed::parse(&fs::read(folder.join(format!("{}.installed", release.base)))?)?;
        let base = base.iter().map(|installed| installed.package.name.to_string()).collect();
        Ok(Index { packages, main, base, sizes })
    }

    /// The package of `main` that is called `name`.
    pub(crate) fn of_main(&self, name: &str) -> Option<&Package> {
        self.packages[..self.main].iter().find(|package| &*package.name == name)
    }

    /// Whether some package is called `name`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.packages.iter().any(|package| &*package.name == name)
    }

    pub(crate) fn pack(&self, pack: &mut Pack) {
        let names = Names::of(self);
        let mut counts = Vec::new();
        number(&mut counts, self.main as u64);
        number(&mut counts, (self.packages.len() - self.main) as u64);
        number(&mut counts, PACKAGES as u64);
        pack.table("counts", 1, &[(b"packages".to_vec(), counts)]);
        pack.table("frequent", FREQUENT, &names.frequent_rows());
        pack.table("names", NAMES, &names.rows(self));
        pack.table("packages", 1, &self.blocks(&names));
    }

    /// One entry for every block of packages: column after column, each with its length.
    fn blocks(&self, names: &Names<'_>) -> Vec<(Vec<u8>, Vec<u8>)> {
        let block = |packages: &[Package]| {
            let mut columns: [Vec<u8>; COLUMNS] = Default::default();
            for (i, package) in packages.iter().enumerate() {
                self.append(&mut columns, package, i.checked_sub(1).map(|i| &packages[i]), names);
            }
            let mut value = Vec::new();
            number(&mut value, packages.len() as u64);
            columns.iter().for_each(|column| text(&mut value, column));
            (Vec::new(), value)
        };
        self.packages.chunks(PACKAGES).map(block).collect()
    }

    fn append(
        &self,
        columns: &mut [Vec<u8>; COLUMNS],
        package: &Package,
        previous: Option<&Package>,
        names: &Names<'_>,
    ) {
        let [name, version, origin, license, url, size, installed, priority, time, checksum, lists @ ..] =
            columns;
        number(name, names.numbers[&*package.name] as u64);
        let texts: [(&mut Vec<u8>, Field); 4] = [
            (version, |p| &p.version),
            (origin, |p| p.origin.as_deref().unwrap_or("")),
            (license, |p| &p.license),
            (url, |p| &p.url),
        ];
        for (column, field) in texts {
            // Zero: as before. Else the length plus one.
            match previous.is_some_and(|previous| field(previous) == field(package)) {
                true => number(column, 0),
                false => {
                    number(column, field(package).len() as u64 + 1);
                    column.extend(field(package).as_bytes());
                }
            }
        }
        number(size, package.size);
        // Up to 3.20, Alpine counts whole blocks.
        match package.installed_size % 4096 {
            0 => number(installed, package.installed_size / 4096 * 2),
            _ => number(installed, package.installed_size * 2 + 1),
        }
        number(priority, package.provider_priority.into());
        number(time, if package.build_time == 0 { 0 } else { package.build_time - EPOCH });
        match self.base.contains(&*package.name) {
            true => text(checksum, package.checksum.as_bytes()),
            false => text(checksum, &[]),
        }
        let dependencies = [&package.depends, &package.provides, &package.install_if];
        for (column, list) in lists.iter_mut().zip(dependencies) {
            number(column, list.len() as u64);
            list.iter().for_each(|dependency| names.write(column, dependency, package));
        }
    }
}

/// The names that packages have, provide or need, sorted.
struct Names<'i> {
    sorted: Vec<&'i str>,
    numbers: BTreeMap<&'i str, usize>,
    frequent: Vec<usize>,
    frequent_numbers: BTreeMap<usize, usize>,
}

/// The names of a package in the order in which apk meets them.
fn mentions(package: &Package) -> impl Iterator<Item = &str> {
    let lists = package.depends.iter().chain(&package.provides).chain(&package.install_if);
    std::iter::once(&*package.name).chain(lists.map(|dependency| &*dependency.name))
}

impl<'i> Names<'i> {
    fn of(index: &'i Index) -> Self {
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for name in index.packages.iter().flat_map(mentions) {
            *uses.entry(name).or_default() += 1;
        }
        let sorted: Vec<&str> = uses.keys().copied().collect();
        let numbers: BTreeMap<&str, usize> = sorted.iter().enumerate().map(|(i, name)| (*name, i)).collect();
        let mut by_use: Vec<(usize, &str)> = uses.iter().map(|(name, count)| (*count, *name)).collect();
        by_use.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let frequent: Vec<usize> = by_use.iter().take(FREQUENT).map(|(_, name)| numbers[name]).collect();
        let frequent_numbers = frequent.iter().enumerate().map(|(i, number)| (*number, i)).collect();
        Names { sorted, numbers, frequent, frequent_numbers }
    }

    fn frequent_rows(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let row = |name: &usize| {
            let mut value = Vec::new();
            number(&mut value, *name as u64);
            (Vec::new(), value)
        };
        self.frequent.iter().map(row).collect()
    }

    /// A dependency: twice the name's number, plus one when more than the name follows.
    fn write(&self, out: &mut Vec<u8>, dependency: &Dependency, package: &Package) {
        let name = self.numbers[&*dependency.name];
        let short = self.frequent_numbers.get(&name).copied().unwrap_or(name + FREQUENT);
        let plain = !dependency.conflict && dependency.version.is_none();
        number(out, short as u64 * 2 + u64::from(!plain));
        if !plain {
            let whole = dependency.to_string();
            let rest = whole.replacen(&*dependency.name, "", 1);
            // A single `=` stands for the package's own version.
            let own = rest == format!("={}", package.version);
            text(out, if own { b"=" } else { rest.as_bytes() });
        }
    }

    fn rows(&self, index: &Index) -> Vec<(Vec<u8>, Vec<u8>)> {
        let places = [&index.packages[..index.main], &index.packages[index.main..]].map(chain_places);
        let mut providers: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        let mut completed: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for (i, package) in index.packages.iter().enumerate() {
            let provided = package.provides.iter().map(|dependency| &*dependency.name);
            for name in std::iter::once(&*package.name).chain(provided) {
                providers.entry(name).or_default().insert(i);
            }
            for dependency in &package.install_if {
                completed.entry(&dependency.name).or_default().insert(i);
            }
        }
        let row = |name: &&str| {
            let mut value = Vec::new();
            for places in &places {
                number(&mut value, places.get(name).map_or(0, |place| place + 1));
            }
            for list in [providers.get(name), completed.get(name)] {
                let list: Vec<usize> = list.into_iter().flatten().copied().collect();
                number(&mut value, list.len() as u64);
                let mut last = 0;
                for package in list {
                    number(&mut value, (package - last) as u64);
                    last = package;
                }
            }
            (name.as_bytes().to_vec(), value)
        };
        self.sorted.iter().map(row).collect()
    }
}

/// How many names of the same chain of apk's name table a repository mentions before each name.
fn chain_places(packages: &[Package]) -> BTreeMap<&str, u64> {
    let mut chains: BTreeMap<u32, u64> = BTreeMap::new();
    let mut places = BTreeMap::new();
    for name in packages.iter().flat_map(mentions) {
        places.entry(name).or_insert_with(|| {
            let next = chains.entry(name_chain(name)).or_default();
            *next += 1;
            *next - 1
        });
    }
    places
}
