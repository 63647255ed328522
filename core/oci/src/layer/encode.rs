use std::collections::BTreeMap;
use std::io::{self, Write};

use bstr::{BStr, BString, ByteSlice};
use vfs::archive::{EntryKind, Header, Writer};
use vfs::{ChangeKind, ChangeSet, Content, Ino, Stat, Time, Xattrs};

use super::{LayerStyle, OPAQUE, WHITEOUT};

/// Writes the layer's uncompressed tar into `out`, byte for byte as the builder of that style.
///
/// # Errors
/// Those of `out`.
pub fn write<W: Write>(changes: &ChangeSet, style: LayerStyle, out: W) -> io::Result<()> {
    let mut encoder = Encoder {
        changes,
        style,
        writer: Writer::new(out),
        first_names: BTreeMap::new(),
        first_whiteout: None,
        deleted_at: first_deletion(changes),
        opaque: None,
    };
    for change in changes.changes().iter().filter(|change| change.path != "/") {
        let name = BStr::new(&change.path[1..]);
        match change.kind {
            ChangeKind::Delete => encoder.delete(name)?,
            ChangeKind::Put { ino, opaque } => encoder.put(name, ino, opaque)?,
        }
    }
    encoder.writer.finish().map(drop)
}

struct Encoder<'a, W> {
    changes: &'a ChangeSet,
    style: LayerStyle,
    writer: Writer<W>,
    /// The name under which an inode was written, for hard links.
    first_names: BTreeMap<Ino, BString>,
    /// The path that the first whiteout stands for.
    first_whiteout: Option<BString>,
    deleted_at: Time,
    /// The opaque directory that was met last, with a slash.
    opaque: Option<BString>,
}

impl<W: Write> Encoder<'_, W> {
    fn delete(&mut self, name: &BStr) -> io::Result<()> {
        let at = name.rfind_byte(b'/').map_or(0, |at| at + 1);
        let whiteout = [&name[..at], WHITEOUT, &name[at..]].concat();
        let mut header = Header::new(whiteout, EntryKind::Regular, 0);
        match self.style {
            LayerStyle::Docker20_10 => {
                if self.opaque.as_ref().is_some_and(|dir| name.starts_with(dir)) {
                    return Ok(());
                }
                header.mode = 0o600;
                header.mtime = self.deleted_at;
                header.name_root();
                // overlayfs makes one whiteout and links it; docker sees the link before it sees the whiteout.
                match &self.first_whiteout {
                    Some(first) => header.link.clone_from(first),
                    None => self.first_whiteout = Some(name.to_owned()),
                }
            }
            LayerStyle::BuildKit { .. } => {}
            LayerStyle::Docker29 { taken } => header.mtime = taken.truncated(),
        }
        self.writer.entry(&header, &Content::default())
    }

    fn put(&mut self, name: &BStr, ino: Ino, opaque: bool) -> io::Result<()> {
        let tree = self.changes.source();
        let (Ok(stat), Some(inode)) = (tree.stat(ino), tree.inode(ino)) else { return Ok(()) };
        let Some(mut header) = Header::of(name, &stat, inode) else { return Ok(()) };
        self.spell(&mut header, &stat);
        if header.kind != EntryKind::Directory {
            match self.first_names.get(&ino) {
                Some(first) => {
                    header.kind = EntryKind::HardLink;
                    header.link.clone_from(first);
                }
                None => drop(self.first_names.insert(ino, name.to_owned())),
            }
        }
        let empty = Content::default();
        self.writer.entry(&header, inode.content().unwrap_or(&empty))?;
        if opaque && self.style == LayerStyle::Docker20_10 {
            self.opaque = Some(header.name.clone());
            header.name.extend_from_slice(OPAQUE);
            let marker = Header {
                kind: EntryKind::Regular,
                mode: header.mode & 0o777,
                mtime: Time::EPOCH,
                xattrs: Xattrs::default(),
                ..header
            };
            self.writer.entry(&marker, &empty)?;
        }
        Ok(())
    }

    fn spell(&self, header: &mut Header, stat: &Stat) {
        match self.style {
            LayerStyle::Docker20_10 => {
                header.mode = stat.st_mode();
                header.name_root();
            }
            LayerStyle::BuildKit { rewrite: Some(latest) } => header.mtime = header.mtime.min(latest),
            LayerStyle::BuildKit { rewrite: None } | LayerStyle::Docker29 { .. } => {}
        }
    }
}

/// When the whiteout was made that all deletions share: the earliest time of a directory that lost an entry.
fn first_deletion(changes: &ChangeSet) -> Time {
    let tree = changes.source();
    let deleted = changes.changes().iter().filter(|change| change.kind == ChangeKind::Delete);
    let times = deleted.filter_map(|change| {
        let at = change.path.rfind_byte(b'/')?;
        let dir = if at == 0 { BStr::new("/") } else { BStr::new(&change.path[..at]) };
        let inode = match changes.get(dir).map(|change| change.kind) {
            Some(ChangeKind::Put { ino, .. }) => tree.inode(ino),
            _ => tree.get(dir),
        };
        Some(inode?.metadata().mtime)
    });
    times.min().unwrap_or(Time::EPOCH).truncated()
}
