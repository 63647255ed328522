//! Runs `fixtures/*.txt`: scripts of file system calls, each followed by what it gives, indented by two blanks.
//! A `===` line starts afresh. Set `BLESS` to write what is given now, and read the difference before you commit it.

use std::fmt::Write as _;
use std::path::Path;

use vfs::{Access, ChangeKind, Cred, Errno, Follow, Metadata, Mode, Mounts, Node, Place, Time, Tree};

struct World {
    mounts: Mounts,
    base: Tree,
    cred: Cred,
    clock: i64,
}

type Outcome = Result<String, Errno>;

impl World {
    fn new() -> Self {
        let tree = Tree::new(Metadata::new(0o755, Time::from_secs(0)));
        World { mounts: Mounts::new(tree.clone()), base: tree, cred: Cred::ROOT, clock: 0 }
    }

    fn now(&self) -> Time {
        Time::from_secs(self.clock)
    }

    fn find(&self, path: &str, follow: Follow) -> Result<vfs::Walk, Errno> {
        let root = self.mounts.root();
        self.mounts.walk(&self.cred, root, root, path, follow)
    }

    fn place(&self, path: &str, follow: Follow) -> Result<Place, Errno> {
        self.find(path, follow)?.target.ok_or(Errno::ENOENT)
    }

    fn tree(&mut self, place: Place) -> &mut Tree {
        self.mounts.tree_mut(place.mount).expect("a place has a mount")
    }

    fn make(&mut self, path: &str, node: Node, mode: u32) -> Outcome {
        let now = self.now();
        let at = self.find(path, Follow::Create)?;
        if at.target.is_none() && at.trailing_slash && !matches!(node, Node::Directory(_)) {
            return Err(Errno::ENOENT);
        }
        self.tree(at.parent).create(at.parent.ino, &at.name, node, Metadata::new(mode, now), now)?;
        Ok(String::new())
    }

    fn write(&mut self, path: &str, text: &str) -> Outcome {
        let now = self.now();
        let at = self.find(path, Follow::Yes)?;
        match at.target {
            Some(file) => self.tree(file).set_content(file.ino, text.into(), now)?,
            None => {
                let (node, meta) = (Node::File(text.into()), Metadata::new(0o644, now));
                self.tree(at.parent).create(at.parent.ino, &at.name, node, meta, now)?;
            }
        }
        Ok(String::new())
    }

    fn run(&mut self, line: &str) -> Outcome {
        self.clock += 1;
        let now = self.now();
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["mkdir", path] => return self.make(path, Node::directory(), 0o755),
            ["mkdir", path, mode] => {
                return self.make(path, Node::directory(), octal(mode));
            }
            ["write", path, text] => return self.write(path, text),
            ["symlink", target, path] => return self.make(path, Node::Symlink(target.into()), 0o777),
            ["rm", path] => {
                let at = self.find(path, Follow::Remove)?;
                self.tree(at.parent).unlink(at.parent.ino, &at.name, now)?;
            }
            ["rmdir", path] => {
                let at = self.find(path, Follow::Remove)?;
                self.tree(at.parent).rmdir(at.parent.ino, &at.name, now)?;
            }
            ["rename", from, to] => {
                let (from, to) = (self.find(from, Follow::Remove)?, self.find(to, Follow::Remove)?);
                self.mounts.rename(&from, &to, now)?;
            }
            ["link", from, to] => {
                let (from, to) = (self.place(from, Follow::No)?, self.find(to, Follow::Create)?);
                self.tree(from).link(from.ino, to.parent.ino, &to.name, now)?;
            }
            ["chmod", mode, path] => {
                let at = self.place(path, Follow::Yes)?;
                self.tree(at).set_mode(at.ino, Mode::new(octal(mode)), now)?;
            }
            ["chown", uid, path] => {
                let at = self.place(path, Follow::Yes)?;
                self.tree(at).set_owner(at.ino, Some(number(uid) as u32), None, now)?;
            }
            ["touch", path] => {
                let at = self.place(path, Follow::Yes)?;
                self.tree(at).touch(at.ino)?;
            }
            ["truncate", path, len] => {
                let at = self.place(path, Follow::Yes)?;
                self.tree(at).truncate(at.ino, number(len), now)?;
            }
            ["cat", path] => {
                let at = self.place(path, Follow::Yes)?;
                return Ok(String::from_utf8_lossy(&self.tree(at).content(at.ino)?.to_vec()).into_owned());
            }
            ["as", uid] => self.cred = Cred::new(number(uid) as u32, number(uid) as u32),
            ["access", what, path] => {
                let at = self.place(path, Follow::Yes)?;
                let bits = what
                    .bytes()
                    .map(|b| match b {
                        b'r' => 4,
                        b'w' => 2,
                        _ => 1,
                    })
                    .sum();
                self.mounts.access(&self.cred, at, Access::from_bits(bits))?;
            }
            ["may-remove", path] => {
                let at = self.find(path, Follow::No)?;
                self.mounts.may_remove(&self.cred, at.parent, at.target.ok_or(Errno::ENOENT)?)?;
            }
            ["mount", path, ref options @ ..] => {
                let at = self.place(path, Follow::Yes)?;
                let tree = Tree::new(Metadata::new(0o755, now));
                let options = vfs::MountOptions { read_only: options == ["ro"], ..Default::default() };
                self.mounts.mount(at, tree, options)?;
            }
            ["bind", source, path] => {
                let (source, at) = (self.place(source, Follow::Yes)?, self.place(path, Follow::Yes)?);
                self.mounts.bind(at, source, Default::default())?;
            }
            ["where", path] => {
                let at = self.place(path, Follow::Yes)?;
                return Ok(self.mounts.path_of(at, self.mounts.root()).expect("sound script").to_string());
            }
            ["long", what, count] => {
                let piece = if what == "name" {
                    "n".repeat(number(count) as usize)
                } else {
                    "./".repeat(number(count) as usize)
                };
                return self.place(&format!("/{piece}"), Follow::Yes).map(|_| "found".to_owned());
            }
            ["base"] => {
                self.base = self.mounts.tree(vfs::MountId::ROOT).expect("sound script").clone();
                self.mounts = Mounts::new(self.base.clone());
            }
            ["diff"] => return Ok(self.diff()),
            ["tree"] => return Ok(show(self.mounts.tree(vfs::MountId::ROOT).expect("sound script"))),
            _ => panic!("unknown call: {line}"),
        }
        Ok(String::new())
    }

    fn diff(&self) -> String {
        let new = self.mounts.tree(vfs::MountId::ROOT).expect("sound script");
        let changes = vfs::diff(&self.base, new);
        assert_eq!(
            show(&self.base.apply(&changes).expect("sound script")),
            show(new),
            "the changes do not make the new tree"
        );
        let lines = changes.differences(&self.base).map(|(change, difference)| {
            let opaque = matches!(change.kind, ChangeKind::Put { opaque: true, .. });
            format!("{difference:?} {}{}", change.path, if opaque { " opaque" } else { "" })
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Every path with kind, mode, owner, links, and content or target.
fn show(tree: &Tree) -> String {
    let mut text = String::new();
    for visit in tree.walk() {
        let stat = tree.stat(visit.ino).expect("sound script");
        let (letter, mode, owner) = (stat.file_type.letter(), stat.mode, stat.uid);
        write!(text, "{letter}{mode:?} {owner} {} {}", stat.nlink, visit.path).expect("sound script");
        match visit.inode.node() {
            Node::File(content) => {
                writeln!(text, " {}", String::from_utf8_lossy(&content.to_vec())).expect("sound script")
            }
            Node::Symlink(target) => writeln!(text, " -> {target}").expect("sound script"),
            _ => text.push('\n'),
        }
    }
    text
}

fn number(word: &str) -> u64 {
    word.parse().expect("a number in the script")
}

fn octal(word: &str) -> u32 {
    u32::from_str_radix(word, 8).expect("an octal number in the script")
}

fn transcript(script: &str) -> String {
    let mut world = World::new();
    let mut text = String::new();
    for line in script.lines().filter(|line| !line.starts_with("  ")) {
        writeln!(text, "{line}").expect("sound script");
        if line.starts_with("===") {
            world = World::new();
        } else if !line.is_empty() && !line.starts_with('#') {
            let outcome = world.run(line).unwrap_or_else(|errno| errno.name().to_owned());
            for line in outcome.lines() {
                writeln!(text, "  {line}").expect("sound script");
            }
        }
    }
    text
}

#[test]
fn scripts_give_what_they_say() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let bless = std::env::var_os("BLESS").is_some();
    let mut seen = 0;
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let script = std::fs::read_to_string(&path).unwrap();
        let given = transcript(&script);
        if bless {
            std::io::Write::write_all(
                &mut std::fs::OpenOptions::new().write(true).truncate(true).open(&path).unwrap(),
                given.as_bytes(),
            )
            .unwrap();
        } else {
            assert_eq!(given, script, "{}", path.display());
        }
        seen += 1;
    }
    assert!(seen >= 3, "fixtures are missing");
}
