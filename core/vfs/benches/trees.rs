//! A tree of 100,000 files: its memory (the column `max alloc`, to be divided by 100,000), a snapshot of it, and the
//! change set after ten edits.

use divan::{AllocProfiler, Bencher, black_box};
use vfs::{Metadata, Time, Tree, diff};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const FILES: u32 = 100_000;

fn main() {
    divan::main();
}

fn path(number: u32) -> String {
    format!("dir{:03}/file{number:05}", number / 1000)
}

fn tree() -> Tree {
    let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
    for number in 0..FILES {
        if number % 1000 == 0 {
            let directory = format!("dir{:03}", number / 1000);
            tree.mkdir_all(directory, 0o755, Time::EPOCH).expect("an empty root takes it");
        }
        tree.write_file(path(number), "", 0o644, Time::EPOCH).expect("the directory is there");
    }
    tree
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn tree_of_100_000_empty_files() -> Tree {
    tree()
}

#[divan::bench]
fn snapshot(bencher: Bencher) {
    let tree = tree();
    bencher.bench(|| black_box(&tree).clone());
}

#[divan::bench]
fn change_set_of_10_edits(bencher: Bencher) {
    let old = tree();
    let mut new = old.clone();
    new.begin_layer();
    for number in (0..FILES).step_by(10_007) {
        new.write_file(path(number), "edited", 0o644, Time::EPOCH).expect("the file is there");
    }
    assert!(diff(&old, &new).changes().len() >= 10, "the edits are seen");
    bencher.bench(|| diff(black_box(&old), black_box(&new)));
}
