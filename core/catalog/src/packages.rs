//! The packages of a release: columns of the pack, turned into descriptions when asked for.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use apk::{Checksum, Dependency, Package};

use crate::pack::{Damaged, Pack, Reader, Table};

/// The packer counts build times from here.
const EPOCH: u64 = 1_500_000_000;

/// Which of the two repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Main,
    Community,
}

/// What is known of a name.
pub(crate) struct NameFacts {
    /// How many names of the same chain of apk's table each repository mentions earlier.
    pub(crate) places: [Option<u32>; 2],
    /// Packages that are called so or provide it, by number.
    pub(crate) providers: Vec<usize>,
    /// Packages that wait for it to be installed.
    pub(crate) waiting: Vec<usize>,
}

/// Both repositories of a release. Packages are numbered, those of `main` first.
pub(crate) struct Packages {
    names: Table,
    packages: Table,
    frequent: Vec<usize>,
    counts: [usize; 2],
    per_block: usize,
    known: RefCell<BTreeMap<usize, Rc<Package>>>,
    unpacked: RefCell<BTreeMap<usize, Rc<Vec<Row>>>>,
}

/// A package of an unpacked block.
struct Row {
    name: usize,
    texts: [Rc<str>; 4],
    numbers: [u64; 4],
    checksum: Option<Checksum>,
    lists: [Vec<Reference>; 3],
}

/// A dependency whose name is still a number.
struct Reference {
    name: usize,
    rest: Option<Rc<str>>,
}

impl Packages {
    pub(crate) fn open(pack: &mut Pack) -> Result<Self, Damaged> {
        let counts = pack.table("counts")?.block(0)?;
        let mut reader = Reader::new(counts.value(0));
        let counts = [reader.size()?, reader.size()?];
        let per_block = reader.size()?.max(1);
        let frequent = pack.table("frequent")?.block(0)?;
        let number = |at| Reader::new(frequent.value(at)).size();
        Ok(Packages {
            names: pack.table("names")?,
            frequent: (0..frequent.len()).map(number).collect::<Result<_, _>>()?,
            packages: pack.table("packages")?,
            counts,
            per_block,
            known: RefCell::default(),
            unpacked: RefCell::default(),
        })
    }

    /// How many packages a repository has.
    pub(crate) fn count(&self, section: Section) -> usize {
        self.counts[section as usize]
    }

    /// The numbers of a repository's packages.
    pub(crate) fn range(&self, section: Section) -> std::ops::Range<usize> {
        match section {
            Section::Main => 0..self.counts[0],
            Section::Community => self.counts[0]..self.counts[0] + self.counts[1],
        }
    }

    /// What is known of a name; `None` when no package mentions it.
    pub(crate) fn name(&self, name: &str) -> Result<Option<NameFacts>, Damaged> {
        let Some((block, at)) = self.names.find(name.as_bytes())? else { return Ok(None) };
        let mut reader = Reader::new(block.value(at));
        let mut place = || Ok(reader.number()?.checked_sub(1).map(|place| place as u32));
        let places = [place()?, place()?];
        let mut list = || -> Result<Vec<usize>, Damaged> {
            let mut last = 0;
            (0..reader.number()?)
                .map(|_| {
                    last += reader.size()?;
                    Ok(last)
                })
                .collect()
        };
        Ok(Some(NameFacts { places, providers: list()?, waiting: list()? }))
    }

    /// A package by its number.
    pub(crate) fn get(&self, number: usize) -> Result<Rc<Package>, Damaged> {
        if let Some(package) = self.known.borrow().get(&number) {
            return Ok(package.clone());
        }
        let rows = self.rows(number / self.per_block)?;
        let row = rows.get(number % self.per_block).ok_or(Damaged)?;
        let package = Rc::new(self.describe(row)?);
        self.known.borrow_mut().insert(number, package.clone());
        Ok(package)
    }

    fn rows(&self, number: usize) -> Result<Rc<Vec<Row>>, Damaged> {
        if let Some(rows) = self.unpacked.borrow().get(&number) {
            return Ok(rows.clone());
        }
        let rows = Rc::new(read_rows(self.packages.block(number)?.value(0), &self.frequent)?);
        self.unpacked.borrow_mut().insert(number, rows.clone());
        Ok(rows)
    }

    fn name_text(&self, number: usize) -> Result<String, Damaged> {
        let (block, at) = self.names.entry(number)?;
        String::from_utf8(block.key(at).to_vec()).map_err(|_| Damaged)
    }

    fn describe(&self, row: &Row) -> Result<Package, Damaged> {
        let [version, origin, license, url] = &row.texts;
        let [size, installed_size, priority, time] = row.numbers;
        let name = self.name_text(row.name)?;
        let checksum = row.checksum.unwrap_or_else(|| Checksum::of(format!("{name}-{version}")));
        let mut package = Package::new(&name, version, checksum);
        package.arch = Some("x86_64".into());
        package.size = size;
        package.installed_size = installed_size;
        package.url = url.clone();
        package.license = license.clone();
        package.origin = (!origin.is_empty()).then(|| origin.clone());
        package.provider_priority = u32::try_from(priority).map_err(|_| Damaged)?;
        package.build_time = if time == 0 { 0 } else { time + EPOCH };
        let list = |references: &[Reference]| {
            references
                .iter()
                .map(|reference| self.dependency(reference, version))
                .collect::<Result<_, Damaged>>()
        };
        let [depends, provides, install_if] = &row.lists;
        package.depends = list(depends)?;
        package.provides = list(provides)?;
        package.install_if = list(install_if)?;
        Ok(package)
    }

    fn dependency(&self, reference: &Reference, version: &str) -> Result<Dependency, Damaged> {
        let name = self.name_text(reference.name)?;
        let word = match reference.rest.as_deref() {
            None => return Ok(Dependency::on(&name)),
            Some("=") => format!("{name}={version}"),
            Some(rest) => match rest.strip_prefix('!') {
                Some(rest) => format!("!{name}{rest}"),
                None => format!("{name}{rest}"),
            },
        };
        Dependency::parse(&word).ok_or(Damaged)
    }
}

fn read_rows(value: &[u8], frequent: &[usize]) -> Result<Vec<Row>, Damaged> {
    let mut block = Reader::new(value);
    let count = block.size()?;
    let mut column = || block.text().map(Reader::new);
    let mut names = column()?;
    let mut texts = [column()?, column()?, column()?, column()?];
    let mut numbers = [column()?, column()?, column()?, column()?];
    let mut checksums = column()?;
    let mut lists = [column()?, column()?, column()?];
    let mut rows: Vec<Row> = Vec::with_capacity(count.min(1 << 16));
    let nothing: Rc<str> = "".into();
    for _ in 0..count {
        let mut row = Row {
            name: names.size()?,
            texts: std::array::from_fn(|_| nothing.clone()),
            numbers: [0; 4],
            checksum: None,
            lists: Default::default(),
        };
        for (i, column) in texts.iter_mut().enumerate() {
            row.texts[i] = match column.size()? {
                0 => rows.last().ok_or(Damaged)?.texts[i].clone(),
                length => std::str::from_utf8(column.take(length - 1)?).map_err(|_| Damaged)?.into(),
            };
        }
        for (number, column) in row.numbers.iter_mut().zip(&mut numbers) {
            *number = column.number()?;
        }
        let installed = row.numbers[1];
        row.numbers[1] = if installed.is_multiple_of(2) { installed / 2 * 4096 } else { installed / 2 };
        row.checksum = checksums.text()?.try_into().ok().map(Checksum::from_bytes);
        for (list, column) in row.lists.iter_mut().zip(&mut lists) {
            *list = read_list(column, frequent)?;
        }
        rows.push(row);
    }
    Ok(rows)
}

fn read_list(column: &mut Reader<'_>, frequent: &[usize]) -> Result<Vec<Reference>, Damaged> {
    let mut list = Vec::new();
    for _ in 0..column.size()? {
        let number = column.size()?;
        let short = number / 2;
        let name = frequent.get(short).copied().unwrap_or(short.saturating_sub(frequent.len()));
        let rest = if number % 2 == 1 { Some(column.utf8()?.into()) } else { None };
        list.push(Reference { name, rest });
    }
    Ok(list)
}
