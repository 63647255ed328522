//! Images in an OCI layout.

use oci::layer::{self, LayerStyle};
use oci::layout::{read_image, write_image};
use oci::{Blobs, ConfigStyle, Descriptor, ImageConfig, Manifest, MemoryBlobs, Platform};
use vfs::archive::Limits;
use vfs::{Metadata, Time, Tree};

/// The manifest that BuildKit v0.32 wrote for a build with `rewrite-timestamp`.
const MANIFEST: &str = include_str!("fixtures/manifest/ocirep-whiteout.848c6ac406fd.json");

#[test]
fn buildkits_manifest_is_reproduced_byte_for_byte() {
    let manifest = Manifest::from_json(MANIFEST.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(manifest.to_json()).unwrap(), MANIFEST);
    assert_eq!(digest::sha256(manifest.to_json()).short(), "848c6ac406fd");
}

fn stored() -> (MemoryBlobs, Descriptor) {
    let now = Time::from_secs(1_700_000_000);
    let base = Tree::new(Metadata::new(0o755, now));
    let mut tree = base.clone();
    tree.write_file("/f", "text", 0o644, now).expect("the root is there");
    let tar = layer::to_vec(&vfs::diff(&base, &tree), LayerStyle::BuildKit { rewrite: None });
    let mut config = ImageConfig::new(ConfigStyle::Oci);
    config.rootfs.diff_ids.push(digest::sha256(&tar));
    let mut blobs = MemoryBlobs::default();
    let platform = Platform::of(&config);
    let descriptor = write_image(&mut blobs, &config.to_json(), platform, [&tar[..]], Some("t:latest"))
        .expect("memory takes everything");
    (blobs, descriptor)
}

#[test]
fn an_image_survives_the_round_trip() {
    let (blobs, descriptor) = stored();
    assert_eq!(descriptor.annotations["org.opencontainers.image.ref.name"], "t:latest");
    assert_eq!(blobs.0.len(), 3);
    let platform = Platform { os: "linux".into(), architecture: "amd64".into(), ..Platform::default() };
    let image = read_image(&blobs, &descriptor, &platform, Limits::default()).unwrap();
    let tree = Tree::new(Metadata::new(0o755, Time::EPOCH)).apply(&image.layers[0]).unwrap();
    assert_eq!(tree.read_file("/f").unwrap(), b"text");
}

#[test]
fn damage_is_found() {
    let (mut blobs, descriptor) = stored();
    let layer = blobs.0.iter().find(|(_, bytes)| bytes.len() > 1024).map(|(digest, _)| *digest).unwrap();
    blobs.0.get_mut(&layer).unwrap()[600] ^= 1;
    let error = read_image(&blobs, &descriptor, &Platform::default(), Limits::default()).unwrap_err();
    assert_eq!(error, oci::layout::LayoutError::Damaged(layer, digest::sha256(&blobs.0[&layer])));
    blobs.0.remove(&layer);
    assert!(!blobs.has(&layer));
    let error = read_image(&blobs, &descriptor, &Platform::default(), Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), format!("blob {layer} is missing"));
}
