//! Two lists of layers, entry by entry, and the files that they make.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BString, ByteSlice};
use vfs::archive::{Entry, Limits, Reader};
use vfs::{ChangeSet, Content, Metadata, Time, Tree};

use super::Difference;

/// The entries of a layer here and of its counterpart; none where one side has no such layer.
pub(super) struct Pair {
    pub(super) ours: Option<Vec<Entry>>,
    pub(super) theirs: Option<Vec<Entry>>,
}

/// Reads the layers of both, the lowest first.
pub(super) fn read(ours: &[Content], theirs: &[Content]) -> Result<Vec<Pair>, String> {
    let side = |tars: &[Content], index: usize| tars.get(index).map(entries).transpose();
    (0..ours.len().max(theirs.len()))
        .map(|index| Ok(Pair { ours: side(ours, index)?, theirs: side(theirs, index)? }))
        .collect()
}

fn entries(tar: &Content) -> Result<Vec<Entry>, String> {
    let bytes = tar.to_vec();
    let mut reader = Reader::new(&bytes[..], Limits::default());
    let mut entries = Vec::new();
    while let Some(entry) = reader.next_entry().map_err(|error| error.to_string())? {
        entries.push(entry);
    }
    Ok(entries)
}

/// Entries that differ; times of the build are alike.
pub(super) fn compare(pairs: &[Pair], ours_began: Time, theirs_began: Time) -> Vec<Difference> {
    let mut found = Vec::new();
    for (number, pair) in pairs.iter().enumerate() {
        let (Some(ours), Some(theirs)) = (&pair.ours, &pair.theirs) else {
            let shown = |side: &Option<Vec<Entry>>| {
                side.as_ref().map(|entries| format!("{} entries", entries.len())).unwrap_or_default()
            };
            found.push(Difference {
                place: format!("layer {}", number + 1),
                here: shown(&pair.ours),
                daemon: shown(&pair.theirs),
            });
            continue;
        };
        layer(number + 1, ours, theirs, (ours_began, theirs_began), &mut found);
    }
    found
}

fn layer(number: usize, ours: &[Entry], theirs: &[Entry], began: (Time, Time), found: &mut Vec<Difference>) {
    let (a, b) = (by_name(ours), by_name(theirs));
    let order = |entries: &[Entry]| entries.iter().map(|entry| entry.header.name.clone()).collect::<Vec<_>>();
    let names: BTreeSet<&BString> = a.keys().chain(b.keys()).copied().collect();
    let mut differs = false;
    for name in names {
        let (left, right) = (a.get(name), b.get(name));
        let place = format!("layer {number} {name}");
        let row = match (left, right) {
            (Some(left), Some(right)) => {
                let left = &named(left, right);
                let alike = same_time(left.header.mtime, right.header.mtime, began);
                let (here, daemon) = (shown(left, alike), shown(right, alike));
                (here != daemon).then_some(Difference { place, here, daemon })
            }
            (left, right) => {
                differs = true;
                let text =
                    |entry: Option<&&Entry>| entry.map(|entry| shown(entry, false)).unwrap_or_default();
                Some(Difference { place, here: text(left), daemon: text(right) })
            }
        };
        found.extend(row);
    }
    if !differs && order(ours) != order(theirs) {
        let text = |entries: &[Entry]| bstr::join(" ", order(entries)).to_str_lossy().into_owned();
        found.push(Difference {
            place: format!("layer {number}: order"),
            here: text(ours),
            daemon: text(theirs),
        });
    }
}

/// The entries of a layer by their names.
pub(super) fn by_name(entries: &[Entry]) -> BTreeMap<&BString, &Entry> {
    entries.iter().map(|entry| (&entry.header.name, entry)).collect()
}

/// Our entry with the names that the daemon's host knows for its owner: here only root has one.
pub(super) fn named(ours: &Entry, theirs: &Entry) -> Entry {
    let mut entry = ours.clone();
    for (name, their, id) in [
        (&mut entry.header.uname, &theirs.header.uname, ours.header.uid),
        (&mut entry.header.gname, &theirs.header.gname, ours.header.gid),
    ] {
        if id != 0 {
            name.clone_from(their);
        }
    }
    entry
}

/// Whether two times say the same: they are equal, or both are of their own build.
fn same_time(ours: Time, theirs: Time, began: (Time, Time)) -> bool {
    ours == theirs || (ours >= began.0.truncated() && theirs >= began.1.truncated())
}

fn shown(entry: &Entry, without_time: bool) -> String {
    let header = &entry.header;
    let mut text = format!(
        "{:?} {:o} {}:{} ({}:{}) {} bytes",
        header.kind, header.mode, header.uid, header.gid, header.uname, header.gname, header.size
    );
    if !header.link.is_empty() {
        text += &format!(" -> {}", header.link);
    }
    if header.size > 0 {
        text += &format!(" {}", digest::sha256(entry.content.to_vec()).short());
    }
    if header.device != vfs::Device::default() {
        text += &format!(" {:?}", header.device);
    }
    for (name, value) in header.xattrs.iter() {
        text += &format!(" {}={}", name.as_bstr(), value.as_bstr());
    }
    if !without_time {
        text += &format!(" {}", header.mtime.rfc3339());
    }
    text
}

/// Files of the finished images that differ.
pub(super) fn files(ours: &[ChangeSet], theirs: &[ChangeSet]) -> Result<Vec<Difference>, String> {
    let (a, b) = (whole(ours)?, whole(theirs)?);
    let paths: BTreeSet<BString> =
        [&a, &b].into_iter().flat_map(Tree::walk).map(|visit| visit.path).collect();
    let differing =
        paths.into_iter().filter(|path| path != "/" && !simulator::same_file(&a, &b, path.as_bstr()));
    let there = |tree: &Tree, path: &BString| match tree.resolve(path, vfs::Follow::No) {
        Ok(ino) => tree.stat(ino).map_or(String::new(), |stat| {
            format!(
                "{:?} {:o} {}:{} {} bytes",
                stat.file_type,
                stat.mode.bits(),
                stat.uid,
                stat.gid,
                stat.size
            )
        }),
        Err(_) => String::new(),
    };
    Ok(differing
        .map(|path| Difference {
            here: there(&a, &path),
            daemon: there(&b, &path),
            place: path.to_str_lossy().into_owned(),
        })
        .collect())
}

fn whole(layers: &[ChangeSet]) -> Result<Tree, String> {
    let empty = Tree::new(Metadata::new(0o755, Time::EPOCH));
    layers.iter().try_fold(empty, |tree, changes| tree.apply(changes)).map_err(|errno| errno.to_string())
}
