//! What else an index says of packages, as columns; `core/catalog/src/details.rs` reads them.

use apk::Package;

use super::{
    index::Index,
    pack::{Pack, number},
};

/// What the fields of build times count from, to be shorter.
const EPOCH: u64 = 1_500_000_000;
/// Beginnings of pages that stand as one byte each, from 3 on.
const STARTS: [&str; 4] = ["https://github.com/", "https://gitlab.com/", "https://www.", "https://"];

/// Writes the columns of a repository.
pub(crate) fn pack(packages: &[Package], index: &Index, pack: &mut Pack) {
    texts(packages, pack, "versions", |package| &package.version, |version, _| version.to_owned());
    let origin: Field = |package| package.about().origin.as_deref().unwrap_or_default();
    texts(packages, pack, "origins", origin, |origin, package| match *origin == *package.name {
        true => "\x02".to_owned(),
        false => origin.to_owned(),
    });
    texts(packages, pack, "licenses", |package| &package.about().license, |license, _| license.to_owned());
    texts(packages, pack, "pages", |package| &package.about().url, page);
    sizes(packages, pack);
    let mut times = Vec::new();
    let mut last = None;
    for package in packages {
        match last == Some(package.about().build_time) {
            true => number(&mut times, 0),
            false if package.about().build_time == 0 => number(&mut times, 1),
            false => number(&mut times, package.about().build_time - EPOCH + 2),
        }
        last = Some(package.about().build_time);
    }
    pack.column("times", times);
    let mut priorities = Vec::new();
    let mut checksums = Vec::new();
    for (place, package) in packages.iter().enumerate() {
        if package.provider_priority != 0 {
            number(&mut priorities, place as u64);
            number(&mut priorities, package.provider_priority.into());
        }
        if index.is_base(&package.name) {
            number(&mut checksums, place as u64);
            checksums.extend(package.checksum.as_bytes());
        }
    }
    pack.column("priorities", priorities);
    pack.column("checksums", checksums);
}

/// Reads one text of a package.
type Field = fn(&Package) -> &str;

/// A line for each package: nothing where the text is as before, a byte 1 where there is none.
fn texts(
    packages: &[Package],
    pack: &mut Pack,
    name: &str,
    field: Field,
    spell: fn(&str, &Package) -> String,
) {
    let mut column = Vec::new();
    let mut last = None;
    for package in packages {
        let text = field(package);
        if last != Some(text) {
            column.extend(if text.is_empty() { "\x01".to_owned() } else { spell(text, package) }.as_bytes());
        }
        column.push(b'\n');
        last = Some(text);
    }
    pack.column(name, column);
}

/// A page, with the name of the source package as a byte 2 and usual beginnings as one byte.
fn page(page: &str, package: &Package) -> String {
    let start = STARTS.iter().zip('\x03'..).find(|(start, _)| page.starts_with(**start));
    let (start, rest) = match start {
        Some((start, byte)) => (byte.to_string(), &page[start.len()..]),
        None => (String::new(), page),
    };
    let origin = package.about().origin.as_deref().filter(|origin| origin.len() > 2);
    start + &origin.map_or(rest.to_owned(), |origin| rest.replacen(origin, "\x02", 1))
}

/// Sizes as how many bits they have, the download compared with the installation, and those bits
/// without the first.
fn sizes(packages: &[Package], pack: &mut Pack) {
    let [mut installed, mut downloads] = <[Vec<u8>; 2]>::default();
    let mut bits = Bits::default();
    for package in packages {
        // Up to 3.20, Alpine counts whole blocks.
        let size = match package.installed_size % 4096 {
            0 => package.installed_size / 4096 * 2,
            _ => package.installed_size * 2 + 1,
        };
        installed.push(length(size) as u8);
        downloads.push((64 + length(package.size) - length(package.installed_size)) as u8);
        for size in [size, package.size] {
            bits.push(size, length(size).saturating_sub(1));
        }
    }
    pack.column("installed-lengths", installed);
    pack.column("download-lengths", downloads);
    pack.column("size-bits", bits.bytes);
}

/// How many bits a number has.
fn length(value: u64) -> u32 {
    u64::BITS - value.leading_zeros()
}

/// Bits, the lowest of a byte first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn push(&mut self, value: u64, length: u32) {
        for bit in 0..length {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= ((value >> bit & 1) as u8) << (self.count % 8);
            self.count += 1;
        }
    }
}
