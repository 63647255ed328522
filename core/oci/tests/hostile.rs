//! Archives that mean harm: each ends in one clear error within a limit that it names.

use std::io::{self, Read, Write};

use oci::docker_archive::load;
use oci::{ConfigStyle, Descriptor, ImageConfig, Index, layer};
use vfs::Content;
use vfs::archive::{EntryKind, Header, Limits, Writer, decompress, read_tree};

const LIMITS: Limits = Limits { entries: 1000, bytes: 1 << 20 };

fn tar<'a>(entries: impl IntoIterator<Item = (&'a str, EntryKind, &'a [u8])>) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    for (name, kind, bytes) in entries {
        let mut header = Header::new(name, kind, 0o644);
        let is_file = kind == EntryKind::Regular;
        if is_file {
            header.size = bytes.len() as u64;
        } else {
            header.link = bytes.into();
        }
        let content = if is_file { Content::from(bytes.to_vec()) } else { Content::default() };
        writer.entry(&header, &content).expect("memory takes everything");
    }
    writer.finish().expect("memory takes everything")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

use EntryKind::{HardLink, Regular, Symlink};

#[test]
fn a_layer_stays_in_its_place() {
    let error = |bytes: &[u8]| layer::decode(bytes, LIMITS).unwrap_err().to_string();
    assert_eq!(error(&tar([("a/../../x", Regular, &b""[..])])), "\"a/../../x\" is outside of \"/\"");
    for target in ["/etc", "../../etc"] {
        let escape =
            tar([("d", Symlink, target.as_bytes()), ("d/passwd", Regular, b"root::0:0::/:/bin/sh\n")]);
        let changes = layer::decode(&escape[..], LIMITS).unwrap();
        let paths: Vec<String> = changes.changes().iter().map(|change| change.path.to_string()).collect();
        assert_eq!(paths, ["/d", "/etc/passwd"], "a link leads within the layer");
    }
    assert_eq!(error(&tar([("l", HardLink, &b"../../etc/passwd"[..])])), "l: No such file or directory");
    assert_eq!(
        error(&tar([("a", Symlink, &b"b"[..]), ("b", Symlink, b"a"), ("a/x", Regular, b"")])),
        "a/x: Symbolic link loop"
    );
}

#[test]
fn bombs_meet_the_limits() {
    let megabytes = vec![0; 3 << 20];
    assert_eq!(
        decompress(&gzip(&megabytes), LIMITS.bytes).unwrap_err().to_string(),
        "the archive exceeds the limit of 1048576 bytes"
    );
    let error = |bytes: &[u8]| layer::decode(bytes, LIMITS).unwrap_err().to_string();
    assert_eq!(
        error(&tar([("big", Regular, &megabytes[..])])),
        "the archive exceeds the limit of 1048576 bytes"
    );
    let names: Vec<String> = (0..=LIMITS.entries).map(|number| format!("f{number}")).collect();
    let many = tar(names.iter().map(|name| (name.as_str(), Regular, &b""[..])));
    assert_eq!(error(&many), "the archive exceeds the limit of 1000 entries");
}

/// An archive of empty files that is written while it is read, so that it takes no memory itself.
struct Endless {
    written: u64,
    block: Vec<u8>,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            let name = format!("d{}/f{}", self.written / 1000, self.written);
            let mut header = tar([(name.as_str(), Regular, &b""[..])]);
            header.truncate(512);
            (self.block, self.at, self.written) = (header, 0, self.written + 1);
        }
        let count = buffer.len().min(self.block.len() - self.at);
        buffer[..count].copy_from_slice(&self.block[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// The limit of what is loaded, imported and added: an archive that goes on for ever is read no further.
#[test]
fn a_million_entries_are_the_end() {
    let mut archive = Endless { written: 0, block: Vec::new(), at: 0 };
    let error = layer::decode(&mut archive, Limits::default()).unwrap_err().to_string();
    assert_eq!(error, "the archive exceeds the limit of 1000000 entries");
    assert_eq!(archive.written, 1_000_001);
}

/// 4 GiB are declared, and nothing is there.
#[test]
fn a_declared_size_reserves_nothing() {
    let mut header = tar([("huge", Regular, &b""[..])]);
    header.truncate(512);
    header[124..136].copy_from_slice(b"40000000000\0");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert_eq!(
        read_tree(&header).unwrap_err().to_string(),
        "the archive exceeds the limit of 1073741824 bytes"
    );
}

fn config(layers: usize, tar: &[u8]) -> Vec<u8> {
    let mut config = ImageConfig::new(ConfigStyle::Docker);
    config.rootfs.diff_ids = vec![digest::sha256(tar); layers];
    config.to_json()
}

/// One layer that is named many times, by one image or by many.
#[test]
fn names_for_the_same_bytes_count_each_time() {
    let layer = tar([("f", Regular, &[7; 100_000][..])]);
    let archive = |images: usize, layers: usize| {
        let item = format!(
            "{{\"Config\":\"c\",\"RepoTags\":null,\"Layers\":[{}]}}",
            vec!["\"l\""; layers].join(",")
        );
        let manifest = format!("[{}]", vec![item; images].join(","));
        let config = config(layers, &layer);
        tar([
            ("c", Regular, &config[..]),
            ("l", Regular, &layer),
            ("manifest.json", Regular, manifest.as_bytes()),
        ])
    };
    assert_eq!(load(&archive(1, 3), LIMITS).unwrap().len(), 1);
    let error = |images, layers| load(&archive(images, layers), LIMITS).unwrap_err().to_string();
    assert_eq!(error(1, 126), "max depth exceeded");
    assert_eq!(error(1, 12), "the archive exceeds the limit of 1048576 bytes");
    assert_eq!(error(1000, 1), "the archive exceeds the limit of 1048576 bytes");
    let aliases = tar([("a", Symlink, &b"b"[..]), ("b", Symlink, b"a"), ("manifest.json", Symlink, b"a")]);
    assert_eq!(load(&aliases, LIMITS).unwrap_err().to_string(), "open manifest.json: Symbolic link loop");
    let deep = format!(r#"[{{"Config":"c","Other":{}"#, "[".repeat(100_000));
    let deep = tar([("manifest.json", Regular, deep.as_bytes())]);
    assert_eq!(
        load(&deep, LIMITS).unwrap_err().to_string(),
        "EOF while parsing a list at line 1 column 100023"
    );
}

#[test]
fn indexes_within_indexes_end() {
    let mut blobs: Vec<(String, Vec<u8>)> = Vec::new();
    let mut below = Index::new(Vec::new()).to_json();
    for _ in 0..6 {
        let path = oci::layout::blob_path(&digest::sha256(&below));
        let next =
            Index::new(vec![Descriptor::of("application/vnd.oci.image.index.v1+json", &below)]).to_json();
        blobs.push((path, std::mem::replace(&mut below, next)));
    }
    blobs.push(("index.json".to_owned(), below));
    let layout = tar(blobs.iter().map(|(path, bytes)| (path.as_str(), Regular, &bytes[..])));
    assert_eq!(load(&layout, LIMITS).unwrap_err().to_string(), "more than 4 indexes within each other");
}
