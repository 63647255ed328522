//! What the dynamic section of a program says, or for a packaged program the package.

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice};
use kernel::Process;

use crate::frame::{path, stream};

/// A dynamic object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Object {
    /// The libraries that it names, in order.
    pub(super) needed: Vec<BString>,
    pub(super) soname: BString,
    /// `ET_DYN` or `ET_EXEC`
    pub(super) kind: &'static str,
}

/// The libraries that each installed file's package asks for, and what it provides, by the file's path.
pub(super) type Packages = BTreeMap<BString, (Vec<BString>, Vec<BString>)>;

const DATABASE: &str = "/lib/apk/db/installed";

/// Reads apk's database (`D:` asks, `p:` provides, `F:` is a directory and `R:` a file in it).
pub(super) async fn packages(p: &mut Process) -> Packages {
    let text = stream::read_operand(p, DATABASE.into()).await.unwrap_or_default();
    let mut files = Packages::new();
    for package in text.split_str("\n\n") {
        let (mut asks, mut provides) = (Vec::new(), Vec::new());
        let mut directory = BString::default();
        for line in package.lines() {
            let Some((key, value)) = line.split_once_str(":") else { continue };
            let libraries = || value.split_str(" ").filter_map(library).collect::<Vec<BString>>();
            match key {
                b"D" => asks = libraries(),
                b"p" => provides = libraries(),
                b"F" => directory = value.into(),
                b"R" => {
                    let file = bytes!("/{}", path::join(directory.as_bstr(), value.as_bstr()));
                    files.insert(file, (asks.clone(), provides.clone()));
                }
                _ => {}
            }
        }
    }
    files
}

/// `so:libz.so.1=1.3.1`
fn library(word: &[u8]) -> Option<BString> {
    let name = word.strip_prefix(b"so:")?;
    Some(name.split_str("=").next()?.into())
}

/// The dynamic object in a file; none when it is no such thing.
pub(super) fn of(content: &[u8], p: &mut Process, file: &BString, packages: &Packages) -> Option<Object> {
    if !content.starts_with(b"\x7fELF") {
        return None;
    }
    if let Some(object) = parse(content) {
        return Some(object);
    }
    let real = real_path(p, file);
    let (asks, provides) = packages.get(&real)?;
    let name = path::last_part(real.as_bstr());
    let soname = provides.iter().find(|provided| name.starts_with(provided)).cloned().unwrap_or_default();
    Some(Object { needed: asks.clone(), soname, kind: "ET_DYN" })
}

/// The path in the database's spelling.
fn real_path(p: &mut Process, file: &BString) -> BString {
    let mut path = match file.starts_with(b"/") {
        true => file.clone(),
        false => path::join(p.cwd().as_bstr(), file.as_bstr()),
    };
    for _ in 0..16 {
        let Ok(target) = p.readlink(&path) else { break };
        path = if target.starts_with(b"/") {
            target
        } else {
            path::join(path::parent(path.as_bstr()), target.as_bstr())
        };
    }
    path
}

/// A little-endian file of 64 bits with a dynamic section.
fn parse(content: &[u8]) -> Option<Object> {
    let word = |at: usize, len: usize| {
        let bytes = content.get(at..at.checked_add(len)?)?;
        let value = bytes.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        usize::try_from(value).ok()
    };
    if content.get(4..6)? != [2, 1] {
        return None;
    }
    let kind = if word(16, 2)? == 2 { "ET_EXEC" } else { "ET_DYN" };
    let (table, size, count) = (word(32, 8)?, word(54, 2)?, word(56, 2)?);
    let segments: Vec<[usize; 4]> = (0..count)
        .map_while(|index| {
            let at = table.checked_add(index.checked_mul(size)?)?;
            // Kind, place in the file, address, size in the file.
            Some([word(at, 4)?, word(at + 8, 8)?, word(at + 16, 8)?, word(at + 32, 8)?])
        })
        .collect();
    let dynamic = segments.iter().find(|segment| segment[0] == 2)?;
    let entries: Vec<(usize, usize)> = (0..dynamic[3] / 16)
        .map_while(|index| {
            let at = dynamic[1].checked_add(index * 16)?;
            Some((word(at, 8)?, word(at + 8, 8)?))
        })
        .take_while(|(tag, _)| *tag != 0)
        .collect();
    let (_, address) = *entries.iter().find(|(tag, _)| *tag == 5)?;
    let load = segments.iter().find(|s| s[0] == 1 && (s[2]..s[2].saturating_add(s[3])).contains(&address))?;
    let strings = load[1].checked_add(address - load[2])?;
    let string = |offset: usize| {
        let rest = content.get(strings.checked_add(offset)?..)?;
        Some(BString::from(rest.split_str("\0").next()?))
    };
    let needed = entries.iter().filter(|(tag, _)| *tag == 1).filter_map(|(_, offset)| string(*offset));
    let soname = entries.iter().find(|(tag, _)| *tag == 14).and_then(|(_, offset)| string(*offset));
    Some(Object { needed: needed.collect(), soname: soname.unwrap_or_default(), kind })
}
