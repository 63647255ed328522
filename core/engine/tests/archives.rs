//! ADD of archives, against what docker 20.10.24 made of the same ones.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![allow(clippy::disallowed_methods, reason = "recorded archives lie beside the test")]

mod toy;

use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use api::{BuildContext, BuildRequest, DockerVersion, ImportRequest, Unwatched};
use engine::{Engine, Runtime};
use vfs::{Metadata, Tree};

fn context(dockerfile: &str) -> Tree {
    let mut tree = Tree::new(Metadata::new(0o755, toy::START));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/archives");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut bytes = Vec::new();
        std::fs::OpenOptions::new().read(true).open(&path).unwrap().read_to_end(&mut bytes).unwrap();
        tree.write_file(name, bytes, 0o644, toy::START).unwrap();
    }
    tree.write_file("Dockerfile", dockerfile.as_bytes().to_vec(), 0o644, toy::START).unwrap();
    tree
}

/// Builds on the toy base and lists what is at and below `/x`, or says why that cannot be done.
fn build(instructions: &str) -> String {
    let mut engine = Engine::new(DockerVersion::V20_10, toy::START, 7);
    let mut runtime = Runtime::new(
        Rc::new(toy::Toys),
        Rc::new(registry::MemoryRegistry::new("docker.io")),
        kernel::Limits::default(),
    );
    let base = ImportRequest {
        tar: None,
        rootfs: toy::rootfs(),
        reference: Some("alpine".into()),
        message: String::new(),
        changes: Vec::new(),
        platform: None,
        source: "-".into(),
    };
    engine.import(&base).unwrap();
    let tree = context(&format!("FROM alpine\n{instructions}"));
    let request = BuildRequest {
        network: "none".into(),
        ..BuildRequest::new(BuildContext { tree, wire_bytes: 3072, entries: 2 })
    };
    match engine.build(&mut runtime, &request, &mut Unwatched) {
        Ok(reply) => listing(&engine.image_tree(&reply.image).unwrap()),
        Err(error) => error.message,
    }
}

/// Mode, names, owner, time (`now` for those of the build) and path of each entry.
fn listing(tree: &Tree) -> String {
    let lines = tree.walk().filter(|visit| visit.path.starts_with(b"/x")).map(|visit| {
        let stat = tree.stat(visit.ino).unwrap();
        let time = if stat.mtime < toy::START { stat.mtime.secs().to_string() } else { "now".to_owned() };
        format!(
            "{}{:o} {} {}:{} {time} {}\n",
            visit.inode.file_type().letter(),
            stat.mode.bits(),
            stat.nlink,
            stat.uid,
            stat.gid,
            visit.path
        )
    });
    lines.collect()
}

const NEW: &str = "d755 5 0:0 now /x
d755 3 0:0 now /x/a
d755 2 0:0 now /x/a/b
-644 1 1000:1001 1000000000 /x/a/b/f
d750 2 1000:1001 1000000000 /x/d
-644 2 1000:1001 1000000000 /x/d/h
l777 1 1000:1001 1000000000 /x/d/l
-644 2 1000:1001 1000000000 /x/d/x
d711 2 1000:1001 1000000000 /x/e
";

#[test]
fn every_compression_of_20_10_is_unpacked() {
    for name in ["tree.tgz", "tree.tar.bz2", "tree.tar.xz"] {
        assert_eq!(build(&format!("ADD {name} /x/")), NEW, "{name}");
    }
    assert_eq!(build("ADD --chown=5:6 tree.tgz /x"), NEW, "owners are the archive's");
}

#[test]
fn what_is_no_tar_is_copied() {
    for name in ["plain.bz2", "plain.xz"] {
        assert_eq!(
            build(&format!("ADD {name} /x/")),
            format!("d755 2 0:0 now /x\n-644 1 0:0 now /x/{name}\n")
        );
    }
    assert!(build("COPY tree.tgz /x/").ends_with(" /x/tree.tgz\n"), "COPY never unpacks");
}

#[test]
fn an_archive_joins_directories_and_replaces_the_rest() {
    assert_eq!(
        build("ADD tree.tgz /x/\nADD over.tgz /x/"),
        "d755 1 0:0 now /x\n-644 1 1000:1001 1000000000 /x/a\nd750 2 1000:1001 1000000000 /x/d\n\
         -644 2 1000:1001 1000000000 /x/d/h\nl777 1 1000:1001 1000000000 /x/d/l\n-644 2 1000:1001 1000000000 /x/d/x\n\
         d711 2 1000:1001 1000000000 /x/e\nd755 2 0:0 now /x/p\n-644 1 1000:1001 1000000000 /x/p/q\n"
    );
}

#[test]
fn broken_archives_end_the_build() {
    let told = "failed to copy files: Error processing tar file(exit status 1): ";
    assert_eq!(build("ADD broken.tgz /x/"), format!("{told}unexpected EOF"));
    assert_eq!(build("ADD badlink.tgz /x/"), format!("{told}link /nosuch /hl: no such file or directory"));
    let pivot = build("ADD tree.tgz /etc/passwd");
    assert!(pivot.starts_with(&format!("{told}Error setting up pivot dir: mkdir /")), "{pivot}");
    assert!(pivot.ends_with("/merged/etc/passwd/.pivot_root: not a directory"), "{pivot}");
}
