use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use digest::Digest;
use oci::{BlobError, Blobs, Index, Manifest, layout};
use simulator::Parts;

/// How the names of files begin that are being written.
pub(super) const TEMPORARY: &str = ".writing";

/// Files in one folder, each named by the digest of its bytes.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Folder(path)
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.0.join(digest.hex())
    }

    /// Writes a file unless it is there.
    pub(super) fn write(&self, digest: &Digest, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(digest);
        if path.exists() {
            return Ok(());
        }
        fs::create_dir_all(&self.0)?;
        write_whole(&path, bytes)
    }

    /// The bytes of a file; none where it is missing or is not what its name says.
    pub(super) fn get(&self, digest: &Digest) -> Option<Vec<u8>> {
        fs::read(self.path(digest)).ok().filter(|bytes| digest::sha256(bytes) == *digest)
    }

    pub(super) fn has(&self, digest: &Digest) -> bool {
        self.path(digest).exists()
    }

    /// How many files there are.
    pub(super) fn count(&self) -> io::Result<usize> {
        Ok(self.entries()?.len())
    }

    /// Bytes of all files.
    pub(super) fn bytes(&self) -> io::Result<u64> {
        self.entries()?.iter().map(|entry| Ok(entry.metadata()?.len())).sum()
    }

    /// Bytes of those of these files that are there.
    pub(super) fn bytes_of(&self, files: &BTreeSet<Digest>) -> io::Result<u64> {
        files.iter().map(|digest| Ok(self.size(digest)?.unwrap_or(0))).sum()
    }

    /// Bytes of a file; none if it is not there.
    pub(super) fn size(&self, digest: &Digest) -> io::Result<Option<u64>> {
        match fs::metadata(self.path(digest)) {
            Ok(found) => Ok(Some(found.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Everything in the folder; nothing where there is no folder.
    pub(super) fn entries(&self) -> io::Result<Vec<fs::DirEntry>> {
        match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            found => found?.collect(),
        }
    }

    /// Removes a file, if it is there.
    pub(super) fn remove(&self, digest: &Digest) -> io::Result<()> {
        match fs::remove_file(self.path(digest)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes all files but these.
    pub(super) fn keep_only(&self, wanted: &BTreeSet<Digest>) -> io::Result<()> {
        let names: BTreeSet<String> = wanted.iter().map(Digest::hex).collect();
        for entry in self.entries()? {
            if !entry.file_name().to_str().is_some_and(|name| names.contains(name)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Parts for Folder {
    fn read(&self, part: &Digest) -> Result<Vec<u8>, String> {
        fs::read(self.path(part)).map_err(|error| error.to_string())
    }
}

/// An OCI image layout in a folder.
pub(super) struct Layout {
    root: PathBuf,
    blobs: Folder,
}

impl Layout {
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        let blobs = root.join("blobs").join("sha256");
        fs::create_dir_all(&blobs)?;
        let marker = root.join(layout::MARKER);
        if !marker.exists() {
            write_whole(&marker, layout::MARKER_JSON.as_bytes())?;
        }
        Ok(Layout { root: root.to_owned(), blobs: Folder::new(blobs) })
    }

    /// Writes the index, when it differs.
    pub(super) fn finish(&self, index: &Index) -> io::Result<()> {
        let (path, json) = (self.root.join(layout::INDEX), index.to_json());
        if fs::read(&path).is_ok_and(|old| old == json) {
            return Ok(());
        }
        write_whole(&path, &json)
    }

    /// Removes the blobs that no image of the index needs.
    pub(super) fn forget_unused(&self, index: &Index) -> io::Result<()> {
        let mut wanted = BTreeSet::new();
        for descriptor in &index.manifests {
            wanted.insert(descriptor.digest);
            let json = fs::read(self.blobs.path(&descriptor.digest))?;
            let manifest = Manifest::from_json(&json).map_err(io::Error::other)?;
            wanted.insert(manifest.config.digest);
            wanted.extend(manifest.layers.iter().map(|layer| layer.digest));
        }
        self.blobs.keep_only(&wanted)
    }
}

impl Blobs for Layout {
    fn has(&self, digest: &Digest) -> bool {
        self.blobs.path(digest).exists()
    }

    fn size(&self, digest: &Digest) -> Result<Option<u64>, BlobError> {
        self.blobs.size(digest).map_err(|error| BlobError(error.to_string()))
    }

    fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, BlobError> {
        match fs::read(self.blobs.path(digest)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(BlobError(error.to_string())),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<Digest, BlobError> {
        let digest = digest::sha256(bytes);
        self.blobs.write(&digest, bytes).map_err(|error| BlobError(error.to_string()))?;
        Ok(digest)
    }
}

/// Writes a file beside its place, syncs it, and renames it there: others see the old one or the whole new one.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
