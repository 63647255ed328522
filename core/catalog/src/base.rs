//! The root file system of the base image.

use std::{collections::BTreeMap, rc::Rc};

use apk::{Checksum, StandIn, installed, script_archive};
use bstr::{BString, ByteSlice};
use vfs::{Content, Errno, Follow, Metadata, Node, Time, Tree};

use crate::{
    notes::Note,
    pack::{Damaged, Pack, Reader, Table},
    script_text,
};

/// The base image's paths, and the files whose bytes are known.
pub(crate) struct Base {
    tree: Table,
    files: Table,
}

/// What the installed database says.
struct Known {
    checksums: BTreeMap<BString, Checksum>,
    apk_version: Rc<str>,
}

/// A path of the base image.
struct BasePath {
    path: BString,
    kind: u8,
    mode: u32,
    uid: u32,
    gid: u32,
    size: u64,
    mtime: Time,
    target: BString,
}

/// ldd is a call of musl's loader, too short to carry a note.
const LDD: &str = "#!/bin/sh\nexec /lib/ld-musl-x86_64.so.1 --list \"$@\"\n";

impl BasePath {
    fn read(path: &[u8], value: &[u8]) -> Result<Self, Damaged> {
        let (&kind, rest) = value.split_first().ok_or(Damaged)?;
        let mut reader = Reader::new(rest);
        let small = |number: u64| u32::try_from(number).map_err(|_| Damaged);
        Ok(BasePath {
            path: path.into(),
            kind,
            mode: small(reader.number()?)?,
            uid: small(reader.number()?)?,
            gid: small(reader.number()?)?,
            size: reader.number()?,
            mtime: Time::from_secs(i64::try_from(reader.number()?).map_err(|_| Damaged)?),
            target: reader.text()?.into(),
        })
    }

    fn metadata(&self) -> Metadata {
        Metadata::new(self.mode, self.mtime).owned_by(self.uid, self.gid)
    }
}

impl Base {
    pub(crate) fn open(pack: &mut Pack) -> Result<Self, Damaged> {
        Ok(Base { tree: pack.table("base-tree")?, files: pack.table("base-files")? })
    }

    /// The bytes of a file that are known.
    pub(crate) fn file(&self, path: &str) -> Result<Option<Vec<u8>>, Damaged> {
        Ok(self.files.find(path.as_bytes())?.map(|(block, at)| block.value(at).to_vec()))
    }

    /// Builds the tree.
    pub(crate) fn build(&self) -> Result<Tree, Damaged> {
        let known = self.known()?;
        let mut paths = Vec::new();
        for (block, at) in self.tree.entries()? {
            paths.push(BasePath::read(block.key(at), block.value(at))?);
        }
        let root = paths.iter().find(|path| path.path == "/").ok_or(Damaged)?;
        let mut tree = Tree::new(root.metadata());
        for path in paths.iter().filter(|path| path.path != "/") {
            self.place(&mut tree, path, &known)?;
        }
        // Making entries has changed the times of their directories.
        for path in paths.iter().filter(|path| path.kind == b'd') {
            let set = |tree: &mut Tree| -> Result<(), Errno> {
                let ino = tree.resolve(&path.path, Follow::No)?;
                tree.set_metadata(ino, path.metadata())
            };
            set(&mut tree).map_err(|_| Damaged)?;
        }
        Ok(tree)
    }

    fn place(&self, tree: &mut Tree, path: &BasePath, known: &Known) -> Result<(), Damaged> {
        let slash = path.path.rfind_byte(b'/').ok_or(Damaged)?;
        let (folder, name) = (&path.path[..slash.max(1)], &path.path[slash + 1..]);
        let node = match path.kind {
            b'd' => Node::directory(),
            b'l' => Node::Symlink(path.target.clone()),
            b'f' => Node::File(self.content(path, known)?),
            _ => return Err(Damaged),
        };
        let dir = tree.resolve(folder, Follow::Yes).map_err(|_| Damaged)?;
        tree.create(dir, name, node, path.metadata(), path.mtime).map_err(|_| Damaged)?;
        Ok(())
    }

    fn content(&self, path: &BasePath, known: &Known) -> Result<Content, Damaged> {
        let text = path.path.to_str().map_err(|_| Damaged)?;
        if text == "/lib/apk/db/scripts.tar" {
            return self.scripts();
        }
        if text == "/usr/bin/ldd" {
            return Ok(LDD.into());
        }
        if let Some(bytes) = self.file(text)? {
            return Ok(bytes.into());
        }
        let program =
            (path.mode & 0o111 != 0).then(|| Note::of_executable(text, &known.apk_version).into_note());
        let checksum = known.checksums.get(&path.path).copied();
        Ok(StandIn { length: path.size, checksum, program }.content())
    }

    fn known(&self) -> Result<Known, Damaged> {
        let text = self.file("/lib/apk/db/installed")?.ok_or(Damaged)?;
        let mut known = Known { checksums: BTreeMap::new(), apk_version: "".into() };
        for package in installed::parse(&text).map_err(|_| Damaged)? {
            if &*package.package.name == "apk-tools" {
                known.apk_version = package.package.version.clone();
            }
            for directory in package.directories {
                for file in directory.files {
                    let path = [b"/", &directory.path[..], b"/", &file.name[..]].concat();
                    known.checksums.extend(file.checksum.map(|checksum| (BString::from(path), checksum)));
                }
            }
        }
        Ok(known)
    }

    /// The archive of scripts: the real names, sizes and times, with texts of ours.
    fn scripts(&self) -> Result<Content, Damaged> {
        let list = self.file("scripts")?.ok_or(Damaged)?;
        let mut scripts = Vec::new();
        for line in list.lines() {
            let line = line.to_str().map_err(|_| Damaged)?;
            let [name, size, mtime] = line.split(' ').collect::<Vec<_>>()[..] else { return Err(Damaged) };
            let size = size.parse().map_err(|_| Damaged)?;
            let kind = name.rsplit('.').next().unwrap_or_default();
            let text = script_text::of_base(name.starts_with("busybox-"), kind, size);
            scripts.push((name.to_owned(), text, mtime.parse().map_err(|_| Damaged)?));
        }
        let borrowed = scripts.iter().map(|(name, text, mtime)| (name.clone(), text.as_bytes(), *mtime));
        Ok(script_archive::write(borrowed).map_err(|_| Damaged)?.into())
    }
}
