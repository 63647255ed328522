//! Commands in a container made of the base image.

use catalog::Catalog;
use kernel::{Env, Kernel, KernelConfig, Limits, SandboxSpec, SpawnSpec};
use vfs::{Time, Tree};

/// 2026-11-23 07:06:14 UTC
pub const NOW: i64 = 1_795_417_574;

/// A command's output, status, and the file system it leaves.
pub struct Ran {
    pub output: String,
    pub status: u8,
    pub root: Tree,
}

/// Runs a command line with the base image's shell.
pub fn run(catalog: &Catalog, root: Tree, command: &str) -> Ran {
    run_words(catalog, root, &["/bin/sh", "-c", command])
}

pub fn run_words(catalog: &Catalog, root: Tree, words: &[&str]) -> Ran {
    let mut kernel = Kernel::new(KernelConfig {
        clock: Time::from_secs(NOW),
        seed: 1,
        limits: Limits::default(),
        loader: catalog.loader(),
    });
    let sandbox = kernel.add_sandbox(SandboxSpec::new(root)).expect("the base image has all mount points");
    let mut spec = SpawnSpec::new(words.iter().copied());
    spec.env = Env::from_strings(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]);
    let pid = kernel.spawn(sandbox, spec).expect("the program is there");
    kernel.run();
    let output: Vec<u8> = kernel.take_output().into_iter().flat_map(|output| Vec::from(output.bytes)).collect();
    Ran {
        output: String::from_utf8_lossy(&output).into_owned(),
        status: kernel.exit_status(pid).map_or(255, |status| status.code()),
        root: kernel.tree(sandbox).expect("the sandbox is there"),
    }
}

#[test]
fn add_redis() {
    let catalog = Catalog::new().unwrap();
    let t=std::time::Instant::now();
    let root = catalog.alpine_root().unwrap();
    println!("base {:?}", t.elapsed());
    let ran = run_words(&catalog, root.clone(), &["/sbin/apk","add","--update","redis"]);
    println!("{} -> {} {:?}", ran.output, ran.status, t.elapsed());
    let ran = run(&catalog, ran.root, "cat /etc/apk/world; ls -la /var/cache/apk /lib/apk/db; tail -5 /etc/passwd; timeout 2 redis-server; redis-server & sleep 1; kill $!; wait; ls -l /usr/bin/redis-server /etc/redis.conf; node; apk add nodejs && node; apk del redis nodejs; apk info -W /bin/busybox");
    println!("{} -> {} {:?}", ran.output, ran.status, t.elapsed());
    panic!();
}
