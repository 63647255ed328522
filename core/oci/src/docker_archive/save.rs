use std::collections::BTreeMap;
use std::io::{self, Write};

use bstr::BString;
use digest::Digest;
use vfs::archive::{EntryKind, Header, Writer};
use vfs::{Content, Time};

use super::legacy::LegacyImage;
use super::{Item, MANIFEST};
use crate::{ImageConfig, Reference, to_json};

/// An image to save.
#[derive(Clone, Debug)]
pub struct SavedImage {
    /// The config's bytes: their digest is the image's id.
    pub config_json: Vec<u8>,
    /// The same, read.
    pub config: ImageConfig,
    /// The names to save it under; those without tag are left out.
    pub names: Vec<Reference>,
    /// The plain tars of its layers, lowest first.
    pub layers: Vec<Content>,
}

/// Writes the archive of `docker save` of 20.10 at the time `now`, byte for byte.
///
/// # Errors
/// Those of `out`.
pub fn save<W: Write>(images: &[SavedImage], now: Time, out: W) -> io::Result<()> {
    let mut archive = Archive { now, files: BTreeMap::new(), layers: BTreeMap::new() };
    let mut items = Vec::new();
    let mut repositories: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for image in images {
        let (item, top) = archive.image(image);
        for name in &image.names {
            if let (Some(tag), Some(top)) = (name.tag(), &top) {
                repositories.entry(name.familiar_name()).or_default().insert(tag.to_owned(), top.clone());
            }
        }
        items.push(item);
    }
    if !repositories.is_empty() {
        archive.add("repositories", with_newline(to_json(&repositories)), Time::EPOCH);
    }
    archive.add(MANIFEST, with_newline(to_json(&items)), Time::EPOCH);
    archive.write(out)
}

/// Go's encoder ends documents with a newline.
fn with_newline(mut json: Vec<u8>) -> Vec<u8> {
    json.push(b'\n');
    json
}

enum File {
    Directory,
    Bytes(Content),
    Link(String),
}

struct Archive {
    now: Time,
    files: BTreeMap<String, (File, Time)>,
    /// Where a layer's tar is.
    layers: BTreeMap<Digest, String>,
}

impl Archive {
    /// Adds an image; gives its item and the folder of its top layer.
    fn image(&mut self, image: &SavedImage) -> (Item, Option<String>) {
        let created = image.config.created.unwrap_or(Time::EPOCH).truncated();
        let config = format!("{}.json", digest::sha256(&image.config_json).hex());
        let mut layers = Vec::new();
        let mut top = None;
        let diff_ids = &image.config.rootfs.diff_ids;
        for (legacy, (tar, diff_id)) in
            LegacyImage::chain(&image.config).iter().zip(image.layers.iter().zip(diff_ids))
        {
            let folder = legacy.folder();
            let path = format!("{folder}/layer.tar");
            if !self.files.contains_key(&folder) {
                self.layer(&folder, legacy, tar, *diff_id, created);
            }
            layers.push(path);
            top = Some(folder);
        }
        self.add(&config, image.config_json.clone(), created);
        let tags = image.names.iter().filter(|name| name.tag().is_some()).map(Reference::familiar);
        let repo_tags = Some(tags.collect::<Vec<_>>()).filter(|tags| !tags.is_empty());
        (Item { config, repo_tags, layers }, top)
    }

    fn layer(
        &mut self,
        folder: &str,
        legacy: &LegacyImage<'_>,
        tar: &Content,
        diff_id: Digest,
        created: Time,
    ) {
        let path = format!("{folder}/layer.tar");
        let first = self.layers.get(&diff_id).cloned();
        let (file, time) = match &first {
            Some(first) => {
                // Docker sets the time of the link, and so of what it leads to.
                if let Some((_, time)) = self.files.get_mut(first) {
                    *time = created;
                }
                (File::Link(format!("../{first}")), self.now.truncated())
            }
            None => (File::Bytes(tar.clone()), created),
        };
        self.files.insert(folder.to_owned(), (File::Directory, created));
        self.add(&format!("{folder}/VERSION"), b"1.0".to_vec(), created);
        self.add(&format!("{folder}/json"), legacy.to_json(), created);
        self.layers.entry(diff_id).or_insert_with(|| path.clone());
        self.files.insert(path, (file, time));
    }

    fn add(&mut self, path: &str, bytes: Vec<u8>, time: Time) {
        self.files.insert(path.to_owned(), (File::Bytes(bytes.into()), time));
    }

    fn write<W: Write>(self, out: W) -> io::Result<()> {
        let mut writer = Writer::new(out);
        for (path, (file, time)) in self.files {
            let (name, kind, mode) = match &file {
                File::Directory => (format!("{path}/"), EntryKind::Directory, 0o040_755),
                File::Bytes(_) => (path, EntryKind::Regular, 0o100_644),
                File::Link(_) => (path, EntryKind::Symlink, 0o120_777),
            };
            let mut header = Header::new(name, kind, mode);
            header.mtime = time;
            header.name_root();
            let mut content = Content::default();
            match file {
                File::Directory => {}
                File::Bytes(bytes) => content = bytes,
                File::Link(target) => header.link = BString::from(target),
            }
            writer.entry(&header, &content)?;
        }
        writer.finish().map(drop)
    }
}
