use std::{collections::BTreeMap, fs, path::Path};

use super::{Result, index::Index, pack::Pack, release::Release};

/// Packages in a block.
const BLOCK: usize = 32;

/// The release all of whose facts are kept. Of the others as much is as fits in what a release may take.
const PRIMARY: &str = "v3.20";

/// Which files' checksums are kept. They say something only of the very version of the index.
#[derive(Clone, Copy, PartialEq)]
enum Sums {
    All,
    /// Of programs, libraries and settings, not of what programs read: documents, pictures, modules of interpreters.
    OfPrograms,
    None,
}

impl Sums {
    fn keeps(self, path: &str) -> bool {
        let is_read = path.starts_with("/usr/share/")
            || path.ends_with(".pyc")
            || ["/node_modules/", "/perl5/"].iter().any(|part| path.contains(part));
        self == Sums::All || self == Sums::OfPrograms && !is_read
    }
}

/// Lists of real files, of the release itself or the nearest one that has a list.
///
/// A value is lines of `letter path [rest]` as in the facts, paths without their leading slash and
/// without what they share with the line before (a byte `0x20 + n`, at most 0x5e shared).
pub(crate) fn pack(facts: &Path, release: &Release, index: &Index, pack: &mut Pack) -> Result<()> {
    let text = fs::read_to_string(facts.join("files.tsv"))?;
    let own: u32 = release.name.trim_start_matches("v3.").parse()?;
    let names: BTreeMap<&str, &str> =
        index.packages.iter().map(|package| (&*package.name, &*package.version)).collect();
    let mut best: BTreeMap<&str, (u32, Vec<Vec<&str>>)> = BTreeMap::new();
    let mut current: Option<&mut Vec<Vec<&str>>> = None;
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            ["P", name, version, release, arch] => {
                current = consider(&mut best, &names, own, [name, version, release, arch]);
            }
            _ => {
                if let Some(list) = &mut current {
                    list.push(columns);
                }
            }
        }
    }
    let rows: Vec<_> = best
        .into_iter()
        .map(|(name, (distance, list))| {
            let sums = match distance {
                0 if release.name == PRIMARY => Sums::All,
                0 => Sums::OfPrograms,
                _ => Sums::None,
            };
            (name.as_bytes().to_vec(), encode(&list, sums))
        })
        .collect();
    pack.table("files", BLOCK, &rows);
    Ok(())
}

/// Starts a list, if the package is in the index and this is its nearest release so far.
fn consider<'b, 't>(
    best: &'b mut BTreeMap<&'t str, (u32, Vec<Vec<&'t str>>)>,
    names: &BTreeMap<&str, &str>,
    own: u32,
    [name, version, release, arch]: [&'t str; 4],
) -> Option<&'b mut Vec<Vec<&'t str>>> {
    let wanted = names.get(name)?;
    let minor: u32 = release.strip_prefix("3.")?.parse().ok()?;
    let exact = *wanted == version && arch == "x86_64";
    // Another architecture is worse than any other release.
    let distance = if exact { 0 } else { 1 + minor.abs_diff(own) + if arch == "x86_64" { 0 } else { 100 } };
    let entry = best.entry(name).or_insert((u32::MAX, Vec::new()));
    (distance < entry.0).then(|| {
        *entry = (distance, Vec::new());
        &mut entry.1
    })
}

fn encode(list: &[Vec<&str>], sums: Sums) -> Vec<u8> {
    let mut out = Vec::new();
    let mut previous = "";
    for columns in list {
        let Some((letter, rest)) = columns.split_first() else { continue };
        let Some((path, rest)) = rest.split_first() else { continue };
        // The checksum of a link is that of its target.
        let kept = match *letter {
            "F" if sums.keeps(path) => rest,
            "F" | "L" => &rest[..rest.len().saturating_sub(1)],
            _ => rest,
        };
        let path = path.strip_prefix('/').unwrap_or(path);
        let shared = path.bytes().zip(previous.bytes()).take_while(|(a, b)| a == b).count().min(0x5e);
        let shared = (0..=shared).rev().find(|&at| path.is_char_boundary(at)).unwrap_or(0);
        out.extend(letter.as_bytes());
        out.push(0x20 + shared as u8);
        out.extend(&path.as_bytes()[shared..]);
        for column in kept {
            out.push(b'\t');
            out.extend(column.as_bytes());
        }
        out.push(b'\n');
        previous = path;
    }
    out
}
