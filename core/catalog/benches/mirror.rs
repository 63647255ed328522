//! What a caller of apk waits for: the indexes, a decision on many packages, a whole installation.

use std::rc::Rc;

use apk::{
    Database, Dependency, Engine, Repository, Sources, TagId, Walk,
    installed::{self, InstalledPackage},
    solver::solve,
};
use catalog::Catalog;
use divan::Bencher;
use kernel::{Env, Kernel, KernelConfig, Limits, SandboxSpec, SpawnSpec};
use vfs::{Time, Tree};

fn main() {
    divan::main();
}

const RELEASES: [(&str, Engine); 2] = [("3.20", Engine::V2_14_4), ("3.22", Engine::V2_14_9)];
const MANY: [&str; 5] = ["build-base", "python3-dev", "nodejs", "npm", "postgresql-dev"];

/// Opens a release's repositories.
fn open(catalog: &Catalog, release: &str) -> Vec<Rc<dyn Repository>> {
    let url = |name| format!("https://dl-cdn.alpinelinux.org/alpine/v{release}/{name}");
    let open = |name| catalog.mirror().open(&url(name), "x86_64").expect("the facts are intact");
    vec![open("main"), open("community")]
}

#[divan::bench(args = RELEASES.map(|(release, _)| release))]
fn open_main_and_community(bencher: Bencher<'_, '_>, release: &str) {
    bencher
        .with_inputs(|| Catalog::new().expect("the facts are intact"))
        .bench_local_values(|catalog| open(&catalog, release));
}

fn resolve(base: Vec<InstalledPackage>, repositories: &[Rc<dyn Repository>], engine: Engine) -> usize {
    let mut db = Database::new(Walk::NameTable, engine);
    db.read_world("alpine-baselayout alpine-keys apk-tools busybox libc-utils");
    db.add_installed(base);
    for (number, repository) in repositories.iter().enumerate() {
        let source = Sources::repository(number);
        db.universe.attach(Rc::clone(repository));
        db.universe.available = db.universe.available.with(source);
        db.universe.allow(TagId::default(), source);
    }
    db.universe.seal();
    let mut world = db.world.clone();
    world.extend(MANY.map(|name| db.universe.need(&Dependency::on(name))));
    let request = db.request(world);
    let solution = solve(&mut db.universe, request).expect("an answer");
    assert_eq!(solution.errors, 0);
    solution.changes.len()
}

#[divan::bench(args = RELEASES.map(|(release, _)| release))]
fn resolve_many(bencher: Bencher<'_, '_>, release: &str) {
    let engine = RELEASES.iter().find(|(name, _)| *name == release).expect("one of them").1;
    let fresh = || {
        let catalog = Catalog::new().expect("the facts are intact");
        let root = catalog.alpine_root_of(release).expect("facts that are intact").expect("a release");
        let base = root.read_file("/lib/apk/db/installed").expect("a database");
        (installed::parse(&base).expect("a database"), open(&catalog, release))
    };
    bencher
        .with_inputs(fresh)
        .bench_local_values(|(base, repositories)| resolve(base, &repositories, engine));
}

/// Runs a command in a root and gives the root back.
fn run(catalog: &Catalog, root: &Tree, command: &str) -> Tree {
    let mut kernel = Kernel::new(KernelConfig {
        clock: Time::from_secs(1_727_776_800),
        seed: 1,
        limits: Limits::default(),
        loader: catalog.loader(),
    });
    let sandbox = kernel.add_sandbox(SandboxSpec::new(root.clone())).expect("a sandbox");
    let mut spec = SpawnSpec::new(["/bin/sh", "-c", command]);
    spec.env = Env::from_strings(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]);
    let pid = kernel.spawn(sandbox, spec).expect("a shell");
    kernel.run();
    assert_eq!(kernel.exit_status(pid).map(|status| status.code()), Some(0), "{command}");
    kernel.tree(sandbox).expect("its tree")
}

/// With the indexes open and in the cache of no root.
#[divan::bench]
fn add_redis(bencher: Bencher<'_, '_>) {
    let catalog = Catalog::new().expect("the facts are intact");
    let root = catalog.alpine_root().expect("the facts are intact");
    run(&catalog, &root, "apk add redis");
    bencher.bench_local(|| run(&catalog, &root, "apk add redis"));
}
