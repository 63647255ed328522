//! Random edits: the change set of two trees turns one into the other, and archives keep what they are given.

use std::collections::BTreeMap;

use bstr::ByteSlice;
use proptest::prelude::*;
use vfs::archive::{read_tree, write_tree};
use vfs::{Follow, Ino, Metadata, Mode, Node, Time, Tree};

#[derive(Clone, Debug)]
enum Edit {
    Mkdir(String),
    Write(String, u8),
    Append(String, u8),
    Symlink(String, String),
    Fifo(String),
    Remove(String),
    RemoveAll(String),
    Rename(String, String),
    Link(String, String),
    Chmod(String, u16),
    Touch(String),
}

/// Few names and three levels, so that edits meet often.
fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "a-b", "c"]), 1..4)
        .prop_map(|parts| format!("/{}", parts.join("/")))
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        3 => path().prop_map(Edit::Mkdir),
        3 => (path(), any::<u8>()).prop_map(|(path, byte)| Edit::Write(path, byte)),
        1 => (path(), any::<u8>()).prop_map(|(path, byte)| Edit::Append(path, byte)),
        1 => (path(), path()).prop_map(|(target, path)| Edit::Symlink(target, path)),
        1 => path().prop_map(Edit::Fifo),
        1 => path().prop_map(Edit::Remove),
        1 => path().prop_map(Edit::RemoveAll),
        2 => (path(), path()).prop_map(|(from, to)| Edit::Rename(from, to)),
        2 => (path(), path()).prop_map(|(from, to)| Edit::Link(from, to)),
        1 => (path(), 0..0o7777_u16).prop_map(|(path, mode)| Edit::Chmod(path, mode)),
        1 => path().prop_map(Edit::Touch),
    ]
}

/// Does an edit; one that the file system refuses changes nothing.
fn apply(tree: &mut Tree, edit: &Edit, now: Time) {
    let _refused = match edit {
        Edit::Mkdir(path) => make(tree, path, Node::directory(), now),
        Edit::Write(path, byte) => tree.write_file(path, vec![*byte; 5], 0o644, now).map(drop),
        Edit::Append(path, byte) => tree.resolve(path, Follow::Yes).and_then(|ino| {
            let end = tree.stat(ino)?.size;
            tree.write(ino, end, &[*byte], now)
        }),
        Edit::Symlink(target, path) => tree.symlink(target, path, now).map(drop),
        Edit::Fifo(path) => make(tree, path, Node::Fifo, now),
        Edit::Remove(path) => tree.walk_path(path, Follow::Remove).and_then(|at| {
            let gone =
                tree.unlink(at.parent, &at.name, now).or_else(|_| tree.rmdir(at.parent, &at.name, now))?;
            tree.reap(gone);
            Ok(())
        }),
        Edit::RemoveAll(path) => tree.remove_all(path, now),
        Edit::Rename(from, to) => tree.walk_path(from, Follow::Remove).and_then(|from| {
            let to = tree.walk_path(to, Follow::Remove)?;
            let gone = tree.rename(from.parent, &from.name, to.parent, &to.name, now)?;
            gone.into_iter().for_each(|ino| tree.reap(ino));
            Ok(())
        }),
        Edit::Link(from, to) => tree.resolve(from, Follow::No).and_then(|ino| {
            let to = tree.walk_path(to, Follow::Create)?;
            tree.link(ino, to.parent, &to.name, now)
        }),
        Edit::Chmod(path, mode) => tree
            .resolve(path, Follow::Yes)
            .and_then(|ino| tree.set_mode(ino, Mode::new(u32::from(*mode)), now)),
        Edit::Touch(path) => tree.resolve(path, Follow::Yes).and_then(|ino| tree.touch(ino)),
    };
}

fn make(tree: &mut Tree, path: &str, node: Node, now: Time) -> Result<(), vfs::Errno> {
    let at = tree.walk_path(path, Follow::Create)?;
    tree.create(at.parent, &at.name, node, Metadata::new(0o755, now), now).map(drop)
}

fn run(tree: &mut Tree, edits: &[Edit], clock: &mut i64) {
    for edit in edits {
        *clock += 1;
        apply(tree, edit, Time::from_secs(*clock));
    }
}

fn new_tree() -> Tree {
    Tree::new(Metadata::new(0o755, Time::EPOCH))
}

/// Everything that can be seen but inode numbers and change times; names of one inode share a group number.
fn show(tree: &Tree) -> Vec<String> {
    let mut groups: BTreeMap<Ino, usize> = BTreeMap::new();
    let line = |visit: vfs::Visit<'_>| {
        let stat = tree.stat(visit.ino).expect("it was visited");
        let count = groups.len();
        let group = *groups.entry(visit.ino).or_insert(count);
        let content = visit.inode.content().map(vfs::Content::to_vec);
        let target = tree.read_link(visit.ino).ok();
        let (mode, nlink, mtime) = (stat.st_mode(), stat.nlink, stat.mtime);
        format!("{} {group} {mode:o} {nlink} {mtime:?} {content:?} {target:?}", visit.path)
    };
    tree.walk().map(line).collect()
}

/// Every entry is known to its inode, every link is an entry, and no inode is lost.
fn assert_sound(tree: &Tree) {
    let mut seen = BTreeMap::new();
    for visit in tree.walk().skip(1) {
        let paths = tree.paths_of(visit.ino);
        assert!(paths.contains(&visit.path), "{} is not among {paths:?}", visit.path);
        seen.insert(visit.ino, paths.len());
    }
    assert_eq!(tree.inode_count(), seen.len() + 1, "inodes without names");
    for (ino, links) in seen {
        let inode = tree.inode(ino).expect("it was visited");
        assert!(inode.is_dir() || tree.stat(ino).expect("it was visited").nlink as usize == links);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn changes_turn_the_old_tree_into_the_new(before in prop::collection::vec(edit(), 0..40), after in prop::collection::vec(edit(), 0..12)) {
        let (mut old, mut clock) = (new_tree(), 0);
        run(&mut old, &before, &mut clock);
        let kept = show(&old);
        let mut new = old.clone();
        run(&mut new, &after, &mut clock);
        assert_sound(&new);
        let changes = vfs::diff(&old, &new);
        prop_assert_eq!(show(&old.apply(&changes).unwrap()), show(&new));
        prop_assert_eq!(show(&old), kept);
        prop_assert!(changes.changes().is_sorted_by(|a, b| a.path.replace("/", "\0") < b.path.replace("/", "\0")));
    }

    #[test]
    fn trees_that_do_not_descend_from_each_other(one in prop::collection::vec(edit(), 0..30), two in prop::collection::vec(edit(), 0..30)) {
        let (mut old, mut new, mut clock) = (new_tree(), new_tree(), 0);
        run(&mut old, &one, &mut clock);
        run(&mut new, &two, &mut clock);
        let changes = vfs::diff(&old, &new);
        prop_assert_eq!(show(&old.apply(&changes).unwrap()), show(&new));
    }

    #[test]
    fn archives_keep_trees(edits in prop::collection::vec(edit(), 0..40)) {
        let (mut tree, mut clock) = (new_tree(), 0);
        run(&mut tree, &edits, &mut clock);
        let again = read_tree(&write_tree(&tree).unwrap()).unwrap();
        prop_assert_eq!(&show(&again)[1..], &show(&tree)[1..]);
    }

    #[test]
    fn readers_of_archives_do_not_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..2048), flag in any::<u8>()) {
        let _broken = read_tree(&bytes);
        if bytes.len() >= 512 {
            bytes[156] = flag;
            bytes[148..156].fill(b' ');
            let sum: u32 = bytes[..512].iter().map(|byte| u32::from(*byte)).sum();
            bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
            let _broken = read_tree(&bytes);
        }
    }
}
