//! Layers that real builders wrote, read and written again byte for byte.

use std::io::Read;
use std::path::Path;

use oci::layer::{self, LayerStyle};
use vfs::archive::{Limits, decompress};
use vfs::{Change, ChangeKind, ChangeSet, Metadata, Time, Tree};

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/layer").join(name);
    let mut bytes = Vec::new();
    let mut file = std::fs::OpenOptions::new().read(true).open(path).expect("the fixture is there");
    file.read_to_end(&mut bytes).expect("the fixture can be read");
    decompress(&bytes, 1 << 20).expect("the fixture is gzip")
}

/// A whiteout in a tar has a time, a deletion in a change set has none: it is taken from the directory, which the
/// source of a decoded layer does not know.
fn with_deletion_time(changes: &ChangeSet, time: Time) -> ChangeSet {
    let mut source = changes.source().clone();
    source.set_times(source.root(), None, Some(time), time).expect("a tree has a root");
    ChangeSet::new(changes.changes().to_vec(), source)
}

#[test]
fn layers_of_docker_20_10_are_reproduced_byte_for_byte() {
    for (name, deleted_at) in [
        ("docker20.10-1.tar.gz", 0),
        ("docker20.10-2.tar.gz", 0),
        ("docker20.10-3.tar.gz", 0),
        ("docker20.10-4.tar.gz", 0o15301017551),
        ("docker20.10-two-whiteouts.tar.gz", 0o15301017604),
    ] {
        let tar = fixture(name);
        let changes = layer::decode(&tar[..], Limits::default()).unwrap();
        let changes = with_deletion_time(&changes, Time::from_secs(deleted_at));
        let written = layer::to_vec(&changes, LayerStyle::Docker20_10);
        assert!(written == tar, "{name} differs");
        let digest = layer::digest(&changes, LayerStyle::Docker20_10);
        assert_eq!((digest.diff_id, digest.len), (digest::sha256(&tar), tar.len() as u64));
    }
}

/// The layer of `COPY . /d/` with a file, a directory, an executable, a link: recorded from docker 20.10.24.
#[test]
fn the_layer_of_a_copy_has_dockers_diff_id() {
    let made = Time::from_secs(0o15300764210);
    let then = Time::from_secs(1_700_000_000);
    let base = Tree::new(Metadata::new(0o755, made));
    let mut tree = base.clone();
    tree.mkdir_all("/d/a", 0o755, then).unwrap();
    tree.mkdir_all("/d/z", 0o755, then).unwrap();
    tree.write_file("/d/Dockerfile", "FROM scratch\nCOPY . /d/\n", 0o644, then).unwrap();
    tree.write_file("/d/a/x", "x", 0o755, then).unwrap();
    tree.write_file("/d/b", "bb\n", 0o644, then).unwrap();
    tree.symlink("b", "/d/l", then).unwrap();
    let dir = tree.resolve("/d", vfs::Follow::Yes).unwrap();
    tree.set_times(dir, None, Some(made), made).unwrap();
    let layer = layer::digest(&vfs::diff(&base, &tree), LayerStyle::Docker20_10);
    assert_eq!(
        layer.diff_id.to_string(),
        "sha256:6727916ebd0907be06b71bb10d15c8ec0616447e3cd46bfb30e3c6885334723b"
    );
    assert_eq!(layer.len, 6144);
}

/// `RUN rm -rf /d && mkdir /d && touch /d/opaque` over a `/d/new`: recorded from BuildKit v0.32.
#[test]
fn buildkit_spells_an_opaque_directory_with_whiteouts() {
    let (then, epoch) = (Time::from_secs(1_800_000_000), Time::from_secs(1_700_000_000));
    let mut base = Tree::new(Metadata::new(0o755, then));
    base.mkdir_all("/d", 0o755, then).unwrap();
    base.write_file("/d/new", "", 0o644, then).unwrap();
    let mut tree = base.clone();
    tree.remove_all("/d", then).unwrap();
    tree.mkdir_all("/d", 0o755, then).unwrap();
    tree.write_file("/d/opaque", "", 0o644, then).unwrap();
    let changes = vfs::diff(&base, &tree);
    let style = LayerStyle::BuildKit { rewrite: Some(epoch) };
    assert_eq!(
        layer::digest(&changes, style).diff_id.to_string(),
        "sha256:7e964783690065f309bca42ff7f061260ada21fa6fc4bbabc90f099f535dfe3e"
    );
    let decoded = layer::decode(&layer::to_vec(&changes, style)[..], Limits::default()).unwrap();
    let again = base.apply(&decoded).unwrap();
    let paths: Vec<String> = again.walk().map(|visit| visit.path.to_string()).collect();
    assert_eq!(paths, ["/", "/d", "/d/opaque"]);
}

#[test]
fn an_empty_layer_is_two_zero_blocks() {
    let tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    assert_eq!(
        layer::digest(&vfs::diff(&tree, &tree), LayerStyle::BuildKit { rewrite: None }).diff_id.to_string(),
        "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
    );
}

#[test]
fn hostile_layers_are_refused() {
    let error = |bytes: &[u8]| layer::decode(bytes, Limits::default()).unwrap_err().to_string();
    assert_eq!(error(b"not a tar"), "unexpected EOF");
    assert_eq!(error(&[7; 512]), "archive/tar: invalid tar header");
    let tar = fixture("docker20.10-1.tar.gz");
    assert_eq!(error(&tar[..600]), "unexpected EOF");
    let limits = Limits { entries: 3, bytes: 1 << 20 };
    assert_eq!(
        layer::decode(&tar[..], limits).unwrap_err().to_string(),
        "the archive exceeds the limit of 3 entries"
    );
}

#[test]
fn whiteouts_are_deletions_and_opaque_marks() {
    let tar = fixture("docker20.10-2.tar.gz");
    let changes = layer::decode(&tar[..], Limits::default()).unwrap();
    let opaque = |change: &&Change| matches!(change.kind, ChangeKind::Put { opaque: true, .. });
    let paths: Vec<String> =
        changes.changes().iter().filter(opaque).map(|change| change.path.to_string()).collect();
    assert_eq!(paths, ["/file", "/lower"]);
}
