use bstr::{BStr, BString, ByteSlice};
use digest::{Digest, Hasher};
use vfs::{FileType, Follow, Ino, Node, Time, Tree};

use super::super::files::{Mode, Owner, Writer};
use crate::build::is_archive;
use crate::paths;

/// COPY and ADD: files of one or more inputs onto a base.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct CopyOp {
    /// Whether the first input is the base; else the base is empty.
    pub(in crate::buildkit) has_base: bool,
    /// What is copied.
    pub(in crate::buildkit) sources: Vec<CopySource>,
    /// Absolute destination; a final slash says that it is a directory.
    pub(in crate::buildkit) dest: String,
    /// `--chown`.
    pub(in crate::buildkit) chown: Option<String>,
    /// `--chmod`.
    pub(in crate::buildkit) chmod: Option<Mode>,
    /// `--parents`.
    pub(in crate::buildkit) parents: bool,
    /// `--exclude`.
    pub(in crate::buildkit) exclude: Vec<String>,
    /// Whether the words of 20.10 are spoken.
    pub(in crate::buildkit) old: bool,
}

/// One source of a copy.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct CopySource {
    /// Which input.
    pub(in crate::buildkit) input: usize,
    /// Its path there, perhaps a pattern.
    pub(in crate::buildkit) path: String,
    /// Whether an archive is unpacked.
    pub(in crate::buildkit) unpack: Unpack,
    /// Whether the input is an image or stage without a step of its own, for the words of errors.
    pub(in crate::buildkit) bare: bool,
}

/// What becomes of archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::buildkit) enum Unpack {
    /// They are copied.
    Never,
    /// Local tar archives are unpacked.
    Archives,
}

/// Where the links at the end of a path lead, which may be nowhere.
pub(in crate::buildkit) fn led_to(tree: &Tree, mut path: BString) -> BString {
    for _ in 0..MAX_LINKS {
        let target = tree.resolve(&path, Follow::No).ok().and_then(|ino| tree.read_link(ino).ok());
        let Some(target) = target else { break };
        path = match target.first() {
            Some(b'/') => paths::clean(target),
            _ => paths::clean([&paths::parent(&path)[..], b"/", target].concat()),
        };
    }
    path
}

/// Links that are followed before it counts as a circle.
const MAX_LINKS: usize = 40;

/// Why a copy failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::buildkit) enum CopyFailure {
    /// A source is missing; its path.
    Missing {
        /// The cleaned path.
        path: String,
        /// Whether it was to come from a bare image.
        bare: bool,
        /// The directory it should be in, if that is missing too.
        parent: Option<String>,
    },
    /// A file should take the place of a directory.
    OverDirectory(BString),
    /// A directory should take the place of something else.
    OverFile(BString),
    /// A directory of a path is none: its path, and the path below it that was to be looked at, if there is one.
    NotDirectory(BString, Option<BString>),
    /// Something else, told as it is.
    Other(String),
}

/// A file found for a source.
struct Found {
    path: BString,
    ino: Ino,
}

impl CopyOp {
    /// The content that is copied, as a digest: the base counts by its own key. `told` takes each file with its own digest.
    pub(in crate::buildkit) fn content_key(
        &self,
        inputs: &[&Tree],
        told: &mut dyn FnMut(BString, Digest),
    ) -> Result<Digest, CopyFailure> {
        let mut hasher = Hasher::new();
        for source in &self.sources {
            let tree = inputs[source.input];
            for found in self.find(source, tree)? {
                hasher.update(paths::base(&found.path));
                let top = found.path.as_slice();
                let mut tell =
                    |below: &BStr, digest| told([&top[1..], below.as_bytes()].concat().into(), digest);
                hash_tree(&mut hasher, tree, found.ino, &self.exclude_matcher()?, &mut tell);
            }
            hasher.update([0xff]);
        }
        Ok(hasher.finish())
    }

    /// What this copy is besides its content.
    pub(in crate::buildkit) fn settings_key(&self) -> String {
        let names: Vec<_> =
            self.sources.iter().map(|source| (&source.path, source.unpack != Unpack::Never)).collect();
        format!(
            "{names:?} {:?} {:?} {:?} {} {:?}",
            self.dest, self.chown, self.chmod, self.parents, self.exclude
        )
    }

    /// The files that a source names.
    fn find(&self, source: &CopySource, tree: &Tree) -> Result<Vec<Found>, CopyFailure> {
        let cleaned = paths::clean(format!("/{}", source.path));
        if has_wildcards(&source.path) && self.parents {
            return self.find_deep(source, tree, cleaned.as_bstr());
        }
        if has_wildcards(&source.path) {
            let matches = |path: &BStr| {
                pattern::filepath_match(&cleaned.to_str_lossy(), &path.to_str_lossy())
                    .map_err(|_| CopyFailure::Other(format!("syntax error in pattern: {}", source.path)))
            };
            let mut found = Vec::new();
            for visit in tree.walk().skip(1) {
                if matches(visit.path.as_bstr())? {
                    let ino = tree.resolve(&visit.path, Follow::Yes).unwrap_or(visit.ino);
                    found.push(Found { path: visit.path, ino });
                }
            }
            return Ok(found);
        }
        match tree.resolve(&cleaned, Follow::Yes) {
            Ok(ino) => Ok(vec![Found { path: cleaned, ino }]),
            Err(_) => {
                let parent = paths::parent(&cleaned);
                let parent = tree.resolve(&parent, Follow::Yes).is_err().then(|| parent.to_string());
                let path = led_to(tree, cleaned);
                Err(CopyFailure::Missing { path: path.to_string(), bare: source.bare, parent })
            }
        }
    }

    /// `--parents` with a pattern: `**` stands for any number of directories, and a directory that matches for all in it.
    fn find_deep(&self, source: &CopySource, tree: &Tree, cleaned: &BStr) -> Result<Vec<Found>, CopyFailure> {
        let bad = |_| CopyFailure::Other(format!("syntax error in pattern: {}", source.path));
        let pattern = cleaned[1..].as_bstr().to_string();
        let matcher = pattern::ignore::PatternMatcher::new(&[pattern]).map_err(bad)?;
        let mut found: Vec<Found> = Vec::new();
        for visit in tree.walk().skip(1) {
            let is_below = found.last().is_some_and(|last| {
                visit.path.strip_prefix(&last.path[..]).is_some_and(|rest| rest.starts_with(b"/"))
            });
            if !is_below && matcher.matches(&visit.path[1..].to_str_lossy()).unwrap_or(false) {
                let ino = tree.resolve(&visit.path, Follow::Yes).unwrap_or(visit.ino);
                found.push(Found { path: visit.path, ino });
            }
        }
        Ok(found)
    }

    /// Whether a directory stands for all that is in it, also for what it is called: `d/.` and `d/`.
    fn exclude_matcher(&self) -> Result<Option<pattern::ignore::PatternMatcher>, CopyFailure> {
        if self.exclude.is_empty() {
            return Ok(None);
        }
        pattern::ignore::PatternMatcher::new(&self.exclude)
            .map(Some)
            .map_err(|error| CopyFailure::Other(error.to_string()))
    }

    /// Carries the copy out on `base`.
    pub(in crate::buildkit) fn run(
        &self,
        base: &Tree,
        inputs: &[&Tree],
        now: Time,
    ) -> Result<Tree, CopyFailure> {
        let owner = self.chown.as_deref().map(|spec| Owner::parse(base, spec));
        let mut writer =
            Writer { tree: base.clone(), owner, mode: self.chmod.clone(), now, takes_top: !self.old };
        let exclude = self.exclude_matcher()?;
        if self.parents && self.dest.ends_with('/') {
            // It is there also when nothing matches.
            writer.directories(self.dest.as_bytes().as_bstr())?;
        }
        for source in &self.sources {
            let tree = inputs[source.input];
            for found in self.find(source, tree)? {
                self.copy(&mut writer, tree, source, &found, exclude.as_ref())?;
            }
        }
        Ok(writer.tree)
    }

    fn copy(
        &self,
        writer: &mut Writer,
        tree: &Tree,
        source: &CopySource,
        found: &Found,
        exclude: Option<&pattern::ignore::PatternMatcher>,
    ) -> Result<(), CopyFailure> {
        let is_dir = tree.inode(found.ino).is_some_and(|inode| inode.is_dir());
        if source.unpack == Unpack::Archives
            && let Ok(content) = tree.content(found.ino)
            && is_archive(content)
        {
            // 20.10 leaves the owners of an archive as they are.
            let owner = if self.old { writer.owner.take() } else { None };
            let done = writer.unpack(content, self.dest.as_bytes());
            writer.owner = owner.or(writer.owner);
            return done.map_err(|failure| match failure {
                CopyFailure::Other(text) if self.old => {
                    CopyFailure::Other(format!("Error processing tar file(exit status 1): {text}"))
                }
                other => other,
            });
        }
        if self.parents {
            return self.copy_with_parents(writer, tree, source, found, exclude);
        }
        let dest = BString::from(self.dest.as_str());
        if is_dir {
            return writer.directory(tree, found.ino, dest.as_bstr(), exclude, b"/".as_bstr());
        }
        let into = dest.ends_with(b"/") || writer.is_directory(dest.as_bstr());
        let path = if into { paths::join(&[&dest, paths::base(&found.path)]) } else { paths::clean(&dest) };
        writer.file(tree, found.ino, path.as_bstr())
    }

    /// `--parents`: the source's own directories are made below the destination; those before `./` are not.
    fn copy_with_parents(
        &self,
        writer: &mut Writer,
        tree: &Tree,
        source: &CopySource,
        found: &Found,
        exclude: Option<&pattern::ignore::PatternMatcher>,
    ) -> Result<(), CopyFailure> {
        let skipped = source.path.split_once("/./").map_or(0, |(before, _)| {
            paths::clean(format!("/{before}")).split_str("/").filter(|part| !part.is_empty()).count()
        });
        let parts: Vec<&[u8]> = found.path[1..].split_str("/").collect();
        let kept = &parts[skipped.min(parts.len())..];
        let below = BString::from([b"/", &kept.join(&b'/')[..]].concat());
        let mut dest = paths::clean(&self.dest);
        let mut original = BString::from("/");
        for part in &parts[..skipped.min(parts.len())] {
            original = paths::join(&[&original, part]);
        }
        for (number, part) in kept.iter().enumerate() {
            dest = paths::join(&[&dest, part]);
            original = paths::join(&[&original, part]);
            let ino = tree.resolve(&original, Follow::Yes).unwrap_or(found.ino);
            let is_dir = tree.inode(ino).is_some_and(|inode| inode.is_dir());
            if number + 1 < kept.len() {
                writer.make_like(tree, ino, dest.as_bstr())?;
            } else if is_dir {
                writer.make_like(tree, ino, dest.as_bstr())?;
                writer.directory(tree, ino, dest.as_bstr(), exclude, below.as_bstr())?;
            } else if !excluded(exclude, &below[1..], false) {
                writer.file(tree, ino, dest.as_bstr())?;
            }
        }
        Ok(())
    }
}

/// Everything in a tree but its times, as a digest.
pub(in crate::buildkit) fn tree_key(tree: &Tree) -> Digest {
    let mut hasher = Hasher::new();
    hash_tree(&mut hasher, tree, tree.root(), &None, &mut |_, _| {});
    hasher.finish()
}

/// Whether `--exclude` leaves a path out.
pub(in crate::buildkit) fn excluded(
    exclude: Option<&pattern::ignore::PatternMatcher>,
    path: &[u8],
    is_dir: bool,
) -> bool {
    let Some(exclude) = exclude else { return false };
    !matches!(exclude.visit(&path.to_str_lossy(), is_dir), Ok(pattern::ignore::Visit::Take))
}

/// Whether a path has characters of patterns.
fn has_wildcards(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// Everything about a file or directory that a copy takes over, times left out; `told` takes the digest of each file.
fn hash_tree(
    hasher: &mut Hasher,
    tree: &Tree,
    ino: Ino,
    exclude: &Option<pattern::ignore::PatternMatcher>,
    told: &mut dyn FnMut(&BStr, Digest),
) {
    for visit in tree.walk_from(ino, "") {
        let Ok(stat) = tree.stat(visit.ino) else { continue };
        if !visit.path.is_empty() && excluded(exclude.as_ref(), &visit.path[1..], visit.inode.is_dir()) {
            continue;
        }
        hasher.update(&visit.path);
        let is_top = visit.path.is_empty() && stat.file_type == FileType::Directory;
        let mode = if is_top { 0 } else { stat.st_mode() };
        let mut own = Hasher::new();
        own.update(format!("\0{mode} {} {} ", stat.uid, stat.gid));
        match visit.inode.node() {
            Node::Symlink(target) => own.update(target),
            Node::File(content) => {
                own.update(format!("{} ", content.len()));
                content.chunks().for_each(|chunk| own.update(&chunk));
            }
            _ => {}
        }
        let digest = own.finish();
        hasher.update(digest.as_bytes());
        if stat.file_type != FileType::Directory {
            told(visit.path.as_bstr(), digest);
        }
    }
}
