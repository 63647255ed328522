//! The build context: loading it as docker's client does, and the size of the stream in which it would be sent.

use api::{BuildContext, DockerVersion};
use pattern::ignore::{self, Dialect, PatternMatcher, Visit};
use vfs::{Node, Tree, archive};

use crate::{Host, HostErrorKind, Select, failure::Failure};

/// Bytes of a tar block; an entry has a header of one, its content is padded to whole ones.
const BLOCK: u64 = 512;
/// Two empty blocks end an archive.
const TRAILER: u64 = 2 * BLOCK;
/// A name longer than this needs more than the header has place for (unless it splits at a slash).
const SHORT_NAME: usize = 100;
const PREFIX: usize = 155;
/// Hexadecimal digits of the name under which a Dockerfile from elsewhere travels.
const RANDOM_NAME: u64 = ".dockerfile.".len() as u64 + 20;

/// The patterns of a `.dockerignore`.
pub(crate) struct Ignore {
    matcher: PatternMatcher,
}

impl Ignore {
    /// Reads `.dockerignore` of a context folder; the Dockerfile and the file itself always travel.
    pub(crate) fn read(
        version: DockerVersion,
        host: &dyn Host,
        folder: &str,
        dockerfile: Option<&str>,
    ) -> Result<Ignore, Failure> {
        let dialect = match version {
            DockerVersion::V20_10 => Dialect::Docker20_10,
            DockerVersion::V29 => Dialect::Current,
        };
        let text = match host.read_file(&join(folder, ".dockerignore")) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind == HostErrorKind::NotFound => String::new(),
            Err(error) if error.kind == HostErrorKind::IsADirectory => {
                let path = join(&host.real_path(folder)?, ".dockerignore");
                return Err(Failure::client(format!("Error reading .dockerignore: read {path}: {error}")));
            }
            Err(error) => return Err(error.into()),
        };
        let mut patterns = ignore::read(&text);
        let plain =
            PatternMatcher::with_dialect(&patterns, dialect).map_err(|error| bad_pattern(version, error))?;
        if plain.matches(".dockerignore").map_err(|error| bad_pattern(version, error))? {
            patterns.push("!.dockerignore".to_owned());
        }
        if let Some(name) = dockerfile
            && plain.matches(name).map_err(|error| bad_pattern(version, error))?
        {
            patterns.push(format!("!{name}"));
        }
        Ok(Ignore {
            matcher: PatternMatcher::with_dialect(&patterns, dialect)
                .map_err(|error| bad_pattern(version, error))?,
        })
    }

    /// What to do with an entry: an excluded directory is still looked into when a `!` pattern may match below it.
    fn select(&self, path: &str, is_dir: bool) -> Select {
        match self.matcher.visit(path, is_dir) {
            Ok(Visit::Take) => Select::Include,
            Ok(Visit::Leave) => Select::Descend,
            _ => Select::Skip,
        }
    }
}

/// A pattern that cannot be read; docker says no more of it.
fn bad_pattern(version: DockerVersion, _: impl std::error::Error) -> Failure {
    Failure::client(checking_text(version, "syntax error in pattern"))
}

/// What is wrong with a context.
fn checking_text(version: DockerVersion, error: &str) -> String {
    let error_word = if version == DockerVersion::V20_10 { "error " } else { "" };
    format!("{error_word}checking context: {error}")
}

/// `folder/name`, without doubling the slash.
pub(crate) fn join(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.trim_end_matches('/'))
}

/// Loads a context folder.
pub(crate) fn load(
    version: DockerVersion,
    host: &dyn Host,
    folder: &str,
    ignore: &Ignore,
) -> Result<BuildContext, Failure> {
    let checking = |error: crate::HostError| match error.kind {
        HostErrorKind::Limit => Failure::client(format!("glasshull: {error}")),
        _ => Failure::client(checking_text(version, &error.message)),
    };
    let tree = host.load_dir(folder, &mut |path, is_dir| ignore.select(path, is_dir)).map_err(checking)?;
    let size = Size::of(&tree);
    Ok(BuildContext { tree, wire_bytes: size.bytes + TRAILER, entries: size.entries })
}

/// A context that has to carry a Dockerfile from elsewhere: two more entries, the last one neither padded nor followed
/// by a trailer, since docker's client does not finish that archive.
pub(crate) fn with_sent_dockerfile(context: BuildContext, text: &[u8]) -> BuildContext {
    let own = context.tree.read_file(".dockerignore").ok();
    let rule = RANDOM_NAME + 2;
    let base = context.wire_bytes - TRAILER;
    let (bytes, added) = match own {
        Some(own) => {
            let old = own.len() as u64;
            (base - padded(old) + padded(old + rule) + BLOCK + text.len() as u64, 1)
        }
        None => (base + BLOCK + padded(text.len() as u64) + BLOCK + ".dockerignore".len() as u64 + rule, 2),
    };
    BuildContext { wire_bytes: bytes, entries: context.entries + added, ..context }
}

/// The name under which a Dockerfile from elsewhere travels; docker draws its digits at random, here they follow from
/// the text.
pub(crate) fn sent_name(text: &[u8]) -> String {
    format!(".dockerfile.{}", &digest::sha256(text).hex()[..20])
}

/// A context that came as a tar archive on standard input.
pub(crate) fn from_archive(bytes: &[u8]) -> Result<BuildContext, Failure> {
    let tree = unpack(bytes)
        .map_err(|error| Failure::client(format!("Error response from daemon: {}", told(&error))))?;
    let entries = Size::of(&tree).entries;
    Ok(BuildContext { tree, wire_bytes: bytes.len() as u64, entries })
}

/// A context of one Dockerfile that came on standard input.
pub(crate) fn from_dockerfile(text: &[u8]) -> BuildContext {
    let mut tree = Tree::new(vfs::Metadata::new(0o755, vfs::Time::default()));
    let written = tree.write_file("Dockerfile", text.to_vec(), 0o600, vfs::Time::default());
    debug_assert!(written.is_ok(), "an empty root takes a file");
    BuildContext { tree, wire_bytes: BLOCK + padded(text.len() as u64) + TRAILER, entries: 1 }
}

/// Whether bytes begin like a tar archive, plain or compressed.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    const COMPRESSED: [&[u8]; 4] = [b"BZh", b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"];
    COMPRESSED.iter().any(|magic| bytes.starts_with(magic)) || bytes.get(257..262) == Some(b"ustar")
}

/// The tree of a tar archive, plain or compressed.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Tree, archive::ArchiveError> {
    archive::read_tree(bytes)
}

/// The plain bytes of an archive.
pub(crate) fn plain(bytes: &[u8]) -> Result<Vec<u8>, archive::ArchiveError> {
    archive::decompress(bytes, archive::Limits::default().bytes)
}

/// A tree as a plain tar archive.
pub(crate) fn pack(tree: &Tree) -> Result<Vec<u8>, archive::ArchiveError> {
    archive::write_tree(tree)
}

#[derive(Default)]
struct Size {
    bytes: u64,
    entries: u64,
}

impl Size {
    /// Entries and bytes of a tree as tar entries; hard links count once with content.
    fn of(tree: &Tree) -> Size {
        let mut seen = std::collections::BTreeSet::new();
        let mut size = Size::default();
        for visit in tree.walk().skip(1) {
            let content = match visit.inode.node() {
                Node::File(content) if seen.insert(visit.ino) => content.len(),
                _ => 0,
            };
            let name = visit.path.len() - 1 + usize::from(visit.inode.is_dir());
            size.entries += 1;
            size.bytes += BLOCK + padded(content) + extension(&visit.path[1..], name);
        }
        size
    }
}

fn padded(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK) * BLOCK
}

/// Bytes of the PAX entry that a long or non-ASCII name needs.
fn extension(path: &[u8], length: usize) -> u64 {
    let splits = || {
        let slash = |at: &usize| path[*at] == b'/' && *at <= PREFIX && length - at - 1 <= SHORT_NAME;
        (1..path.len()).any(|at| slash(&at))
    };
    if path.is_ascii() && (length <= SHORT_NAME || splits()) {
        return 0;
    }
    let record = length as u64 + "000 path=\n".len() as u64;
    BLOCK + padded(record)
}

/// Why the daemon could not unpack a context, in its words.
pub(crate) fn told(error: &archive::ArchiveError) -> String {
    match error {
        archive::ArchiveError::FileSystem { path, errno } => format!(
            "Error processing tar file(exit status 1): open /{}: {}",
            path.trim_start_matches('/'),
            errno.to_string().to_lowercase()
        ),
        other => other.to_string(),
    }
}
