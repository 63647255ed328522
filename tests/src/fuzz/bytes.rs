//! Hostile bytes for every parser of what comes from elsewhere: seeds that are sound, changed at random. None may panic, or
//! take long.

mod build;

use std::{
    cell::RefCell,
    panic::{self, AssertUnwindSafe},
    rc::Rc,
    time::{Duration, Instant},
};

use docker::Persona;
use oci::{ImageConfig, Index, Manifest, docker_archive, layer};
use simulator::{
    Options, Simulator,
    machine::FolderHost,
    session::{Entry, Player, Session, from_text, to_token},
};
use vfs::{
    Content, Metadata, Time, Tree,
    archive::{EntryKind, Header, Limits, Writer, decompress, read_tree},
};

use crate::random::Random;

/// How long one input may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Small budgets, so that inputs meet them.
const LIMITS: Limits = Limits { entries: 1000, bytes: 1 << 20 };

/// A parser with inputs that it takes.
pub struct Target {
    /// Its name for `--target`.
    pub name: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    parse: fn(&[u8]),
    /// Puts right what a change broke and what would hide everything behind it.
    mend: fn(&mut [u8]),
}

/// All parsers.
pub const TARGETS: &[Target] = &[
    Target { name: "tar", seeds: tars, parse: parse_tar, mend: mend_tar },
    Target { name: "gzip", seeds: gzips, parse: parse_compressed, mend: |_| {} },
    Target { name: "zstd", seeds: zstds, parse: parse_compressed, mend: |_| {} },
    Target { name: "oci-json", seeds: documents, parse: parse_document, mend: |_| {} },
    Target { name: "docker-archive", seeds: archives, parse: parse_archive, mend: mend_tar },
    Target { name: "template", seeds: templates, parse: parse_template, mend: |_| {} },
    Target { name: "token", seeds: tokens, parse: parse_token, mend: |_| {} },
    Target { name: "dockerfile", seeds: build::dockerfiles, parse: build::parse_dockerfile, mend: |_| {} },
    Target { name: "dockerignore", seeds: build::ignores, parse: build::parse_ignore, mend: |_| {} },
    Target { name: "reference", seeds: build::references, parse: build::parse_reference, mend: |_| {} },
    Target { name: "json-form", seeds: build::json_forms, parse: build::parse_json_form, mend: |_| {} },
];

/// Runs the cases `numbers` of every target whose name is wanted, for at most `time` each; gives how many inputs were
/// tried.
///
/// # Errors
/// The first input that panics or takes long, with its target and number.
pub fn run(
    seed: u64,
    numbers: std::ops::Range<u64>,
    wanted: Option<&str>,
    time: Option<Duration>,
) -> Result<usize, String> {
    let mut tried = 0;
    for target in TARGETS.iter().filter(|target| wanted.is_none_or(|name| name == target.name)) {
        let seeds = (target.seeds)();
        let started = Instant::now();
        for number in numbers.clone().take_while(|_| time.is_none_or(|time| started.elapsed() < time)) {
            let mut random = Random::new(seed, number);
            let input = changed(&mut random, &seeds, target.mend);
            let began = Instant::now();
            let done = panic::catch_unwind(AssertUnwindSafe(|| (target.parse)(&input)));
            let place = format!("{} case {number} of seed {seed}", target.name);
            if done.is_err() {
                return Err(format!("{place} panics: {:?}", bstr::BStr::new(&input)));
            }
            if began.elapsed() > PATIENCE {
                return Err(format!("{place} takes {} s", began.elapsed().as_secs()));
            }
            tried += 1;
        }
    }
    Ok(tried)
}

fn changed(random: &mut Random, seeds: &[Vec<u8>], mend: fn(&mut [u8])) -> Vec<u8> {
    let mut input = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(input.len() + 1);
        let len = random.below(40).min(input.len() - at);
        match random.below(8) {
            0 | 1 if at < input.len() => input[at] ^= 1 << random.below(8),
            2 => drop(input.drain(at..at + len)),
            3 => {
                let copy = input[at..at + len].to_vec();
                let to = random.below(input.len() + 1);
                input.splice(to..to, copy);
            }
            4 => input.truncate(at),
            5 => {
                let word: &[u8] = random.of(WORDS);
                let end = (at + word.len()).min(input.len());
                input.splice(at..end, word.iter().copied());
            }
            6 => {
                let word: &[u8] = random.of(WORDS);
                input.splice(at..at, word.iter().copied());
            }
            _ => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
        }
    }
    if !random.one_in(4) {
        mend(&mut input);
    }
    input
}

/// What parsers trip over.
const WORDS: &[&[u8]] = &[
    b"../",
    b"/",
    b"\0",
    b"\xff\xfe",
    b"77777777777\0",
    b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    b"99999999999999999999",
    b"-1",
    b"9223372036854775807",
    b"{{",
    b"}}",
    b"[[[[[[[[",
    b"{\"a\":",
    b"null",
    b"1e999",
    b"\"\\ud800\"",
    b".wh.",
    b".wh..wh..opq",
    b"manifest.json",
    b"(((((((((",
    b"|",
    b"%!s(",
    b"sha256:",
    b"SCHILY.xattr.",
];

fn entry(writer: &mut Writer<Vec<u8>>, name: &str, kind: EntryKind, link: &str, content: &[u8]) {
    let mut header = Header::new(name, kind, 0o644);
    header.link = link.into();
    header.size = content.len() as u64;
    header.xattrs.set("user.x", "y");
    let written = writer.entry(&header, &Content::from(content.to_vec()));
    debug_assert!(written.is_ok(), "a vector takes everything");
}

fn tars() -> Vec<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    entry(&mut writer, "d/", EntryKind::Directory, "", b"");
    entry(&mut writer, "d/f", EntryKind::Regular, "", b"some text\n");
    entry(&mut writer, "d/hard", EntryKind::HardLink, "d/f", b"");
    entry(&mut writer, "soft", EntryKind::Symlink, "d", b"");
    entry(&mut writer, "soft/below", EntryKind::Regular, "", b"x");
    entry(&mut writer, &"long/".repeat(60), EntryKind::Directory, "", b"");
    entry(&mut writer, "d/.wh.gone", EntryKind::Regular, "", b"");
    entry(&mut writer, "d/.wh..wh..opq", EntryKind::Regular, "", b"");
    entry(&mut writer, "null", EntryKind::CharDevice, "", b"");
    vec![writer.finish().unwrap_or_default()]
}

fn parse_tar(input: &[u8]) {
    let tree = read_tree(input);
    let layer = layer::decode(input, LIMITS);
    if let Ok(tree) = tree {
        let packed = vfs::archive::write_tree(&tree).expect("memory takes everything");
        read_tree(&packed).expect("what we write we read");
    }
    if let Ok(changes) = layer {
        let base = Tree::new(Metadata::new(0o755, Time::EPOCH));
        drop(base.apply(&changes));
    }
}

/// Makes the checksums of all headers right again.
fn mend_tar(input: &mut [u8]) {
    for block in input.chunks_exact_mut(512).filter(|block| block[257..262] == *b"ustar") {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
}

fn gzips() -> Vec<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let written = std::io::Write::write_all(&mut encoder, &tars()[0]);
    debug_assert!(written.is_ok(), "a vector takes everything");
    vec![encoder.finish().unwrap_or_default(), include_bytes!("seeds/bomb.gz").to_vec()]
}

fn zstds() -> Vec<Vec<u8>> {
    vec![include_bytes!("seeds/text.zst").to_vec(), include_bytes!("seeds/frames.zst").to_vec()]
}

fn parse_compressed(input: &[u8]) {
    if let Ok(plain) = decompress(input, LIMITS.bytes) {
        assert!(plain.len() as u64 <= LIMITS.bytes.max(input.len() as u64), "the limit holds");
    }
}

fn documents() -> Vec<Vec<u8>> {
    let id = digest::sha256("");
    let descriptor = format!(
        "{{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"{id}\",\"size\":1,\
         \"annotations\":{{\"a\":\"b\"}},\"platform\":{{\"os\":\"linux\",\"architecture\":\"amd64\"}}}}"
    );
    let config = format!(
        "{{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":\"2024-01-01T00:00:00.5Z\",\"config\":{{\"Env\":[\"A=b\"],\
         \"Cmd\":[\"x\"],\"ExposedPorts\":{{\"80/tcp\":{{}}}},\"Healthcheck\":{{\"Test\":[\"NONE\"],\"Interval\":5}}}},\
         \"history\":[{{\"created_by\":\"x\",\"empty_layer\":true}}],\"rootfs\":{{\"type\":\"layers\",\"diff_ids\":[\"{id}\"]}}}}"
    );
    vec![
        format!("{{\"schemaVersion\":2,\"manifests\":[{descriptor}]}}").into(),
        format!("{{\"schemaVersion\":2,\"config\":{descriptor},\"layers\":[{descriptor}]}}").into(),
        config.into(),
    ]
}

fn parse_document(input: &[u8]) {
    drop(Index::from_json(input));
    drop(Manifest::from_json(input));
    if let Ok(config) = ImageConfig::from_json(input) {
        let again = config.to_json();
        let read = ImageConfig::from_json(&again).expect("what we write we read");
        assert_eq!(read.to_json(), again, "a config survives");
    }
}

fn archives() -> Vec<Vec<u8>> {
    let packed = include_bytes!("../../../core/oci/tests/fixtures/archive/docker20.10-one.tar.gz");
    vec![decompress(packed, 1 << 24).unwrap_or_default()]
}

fn parse_archive(input: &[u8]) {
    drop(docker_archive::load(input, LIMITS));
}

fn templates() -> Vec<Vec<u8>> {
    [
        "{{.ID}}: {{.Repository}}",
        "table {{.ID}}\t{{upper .Tag}}",
        "{{json .}}",
        "{{range $i, $e := split .Repository \"l\"}}{{$i}}={{$e}} {{else}}none{{end}}",
        "{{if and (eq .Tag \"latest\") (not .Digest)}}{{printf \"%-10q|%5.2f|%x\" .Tag 1.5 \"a\"}}{{else if .Size}}x{{end}}",
        "{{with $x := .Tag}}{{len $x}}{{slice $x 1 2}}{{index $x 0}}{{end}}",
        "{{- /* comment */ -}} {{println (join (split .Tag \"\") \"-\") | title}}",
        "{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

thread_local! {
    /// A world with an image, made when first needed.
    static WORLD: Rc<RefCell<Option<Simulator>>> = Rc::default();
}

fn parse_template(input: &[u8]) {
    let text = String::from_utf8_lossy(input).into_owned();
    let world = WORLD.with(Rc::clone);
    let mut world = world.borrow_mut();
    let host = || FolderHost::new(Tree::new(Metadata::new(0o755, Time::EPOCH)), "/".to_owned(), Time::EPOCH);
    let call = |simulator: &mut Simulator, words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        docker::run(&words, Persona::Docker, simulator, &mut host())
    };
    let simulator = world.get_or_insert_with(|| {
        let mut simulator = Simulator::new(Options::default()).expect("the embedded facts are whole");
        call(&mut simulator, &["pull", "-q", "alpine"]);
        simulator
    });
    call(simulator, &["images", "--format", &text]);
    call(simulator, &["inspect", "--format", &text, "alpine"]);
}

fn tokens() -> Vec<Vec<u8>> {
    let file = |path: &str| Entry::WriteFile {
        path: path.to_owned(),
        text: "FROM alpine\n".to_owned(),
        base64: None,
        mode: Some(0o755),
        time: Some(Time::from_secs(1_700_000_000)),
    };
    let journal = vec![
        file("Dockerfile"),
        Entry::MakeFolder { path: String::new(), mode: None, time: Some(Time(5)) },
        Entry::Link { path: "a/l".to_owned(), target: "../Dockerfile".to_owned(), time: None },
        file("a/l"),
        Entry::RemoveFile { path: "a".to_owned() },
        Entry::Run { line: "docker images".to_owned(), typed: None },
    ];
    let session =
        Session { version: 1, lesson: "x".to_owned(), project: Some("/home/p".to_owned()), journal };
    vec![to_token(&session).into_bytes(), serde_json::to_vec(&session).unwrap_or_default()]
}

fn parse_token(input: &[u8]) {
    let Ok(session) = from_text(&String::from_utf8_lossy(input)) else { return };
    let Ok(mut player) = Player::new(session.project.as_deref()) else { return };
    // What lines do is bounded by the kernel's budgets, and tried elsewhere.
    for entry in session.journal.iter().filter(|entry| !matches!(entry, Entry::Run { .. })) {
        drop(player.play(entry, &mut |_, _| {}));
    }
    assert_eq!(from_text(&to_token(&session)).ok(), Some(session), "a token survives");
}

#[cfg(test)]
mod tests {
    #[test]
    fn some_hostile_bytes() {
        assert_eq!(super::run(1, 0..150, None, None), Ok(150 * super::TARGETS.len()));
    }
}
