//! An image as a file to take away.

use oci::{Index, MemoryBlobs, layout};
use simulator::Simulator;
use vfs::Content;
use vfs::archive::{EntryKind, Header, Writer};

/// An image as a tar of an OCI image layout, for `skopeo copy oci-archive:FILE` and `docker load` of today. The same
/// image gives the same bytes.
///
/// # Errors
/// There is no such image; a sentence.
pub(crate) fn of_image(simulator: &Simulator, name: &str) -> Result<Vec<u8>, String> {
    let mut blobs = MemoryBlobs::default();
    let index: Index = simulator.export_image(name, &mut blobs).map_err(|error| error.0)?;
    let mut files = vec![
        (layout::MARKER.to_owned(), layout::MARKER_JSON.as_bytes().to_vec()),
        (layout::INDEX.to_owned(), index.to_json()),
    ];
    files.extend(blobs.0.into_iter().map(|(digest, bytes)| (layout::blob_path(&digest), bytes)));
    pack(files).map_err(|error| error.to_string())
}

fn pack(files: Vec<(String, Vec<u8>)>) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    for folder in ["blobs/", "blobs/sha256/"] {
        writer.entry(&Header::new(folder, EntryKind::Directory, 0o755), &Content::default())?;
    }
    for (path, bytes) in files {
        writer.entry(&Header::new(path, EntryKind::Regular, 0o644), &Content::from(bytes))?;
    }
    writer.finish()
}
