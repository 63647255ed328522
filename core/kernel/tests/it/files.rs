use std::io::SeekFrom;

use kernel::{Exit, MountSpec, OpenFlags, Process, SandboxSpec, TimeChange, WaitFlags, WaitFor};
use vfs::{Errno, FileType, Follow, Metadata, Mode, Time, Tree};

use crate::world::{World, command, run, say, story};

const PLAIN: Mode = Mode::new(0o666);

#[test]
fn an_unlinked_file_lives_while_it_is_open() {
    let story = run(|p| {
        Box::pin(async move {
            let file = p.open("/tmp/f", OpenFlags::RDWR | OpenFlags::CREAT, PLAIN).await.unwrap();
            p.write_all(file, b"still here").await.unwrap();
            p.unlink("/tmp/f").unwrap();
            assert_eq!(p.stat("/tmp/f").unwrap_err(), Errno::ENOENT);
            p.lseek(file, SeekFrom::Start(0)).unwrap();
            let text = p.read_to_end(file).await.unwrap();
            let links = p.fstat(file).unwrap().nlink;
            p.write_all(1, &text).await.unwrap();
            say(p, format!(" {links}")).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: still here\nout:  0\\n\nexited with 0\n");
}

#[test]
fn unlinked_inodes_are_gone_from_the_tree_once_unused() {
    let world = World::new().toy("main", |p| {
        Box::pin(async move {
            for name in ["/tmp/open", "/tmp/closed"] {
                let file = p.open(name, OpenFlags::OUTPUT, PLAIN).await.unwrap();
                p.unlink(name).unwrap();
                if name == "/tmp/closed" {
                    p.close(file).unwrap();
                }
            }
            p.mkdir("/tmp/cwd", Mode::new(0o755)).unwrap();
            p.chdir("/tmp/cwd").unwrap();
            p.rmdir("/tmp/cwd").unwrap();
            assert_eq!(p.getcwd(), Err(Errno::ENOENT));
            assert_eq!(p.mkdir("below", PLAIN), Err(Errno::ENOENT));
            p.pause().await;
            Exit(0)
        })
    });
    let before = world.root.inode_count();
    let (mut kernel, sandbox) = world.boot();
    let mountpoints = 3;
    kernel.spawn(sandbox, command("main")).unwrap();
    kernel.run();
    let program = 1;
    let count = |kernel: &kernel::Kernel| kernel.tree(sandbox).unwrap().inode_count() - before - mountpoints;
    // The open file and the working directory.
    assert_eq!(count(&kernel), 2);
    kernel.kill_sandbox(sandbox);
    assert_eq!(count(&kernel) + program, 1);
}

#[test]
fn appending_descriptors_never_overwrite_each_other() {
    let story = run(|p| {
        Box::pin(async move {
            let first = p.open("/tmp/log", OpenFlags::APPENDING, PLAIN).await.unwrap();
            let second = p.open("/tmp/log", OpenFlags::APPENDING, PLAIN).await.unwrap();
            let plain = p.open("/tmp/log", OpenFlags::WRONLY, PLAIN).await.unwrap();
            p.write_all(first, b"one ").await.unwrap();
            p.write_all(second, b"two ").await.unwrap();
            p.write_all(first, b"three").await.unwrap();
            p.write_all(plain, b"ONE").await.unwrap();
            let file = p.open("/tmp/log", OpenFlags::RDONLY, PLAIN).await.unwrap();
            let text = p.read_to_end(file).await.unwrap();
            p.write_all(1, &text).await.unwrap();
            Exit(0)
        })
    });
    assert_eq!(story, "out: ONE two three\nexited with 0\n");
}

#[test]
fn a_forked_child_shares_offsets_and_a_reopened_file_does_not() {
    let story = run(|p| {
        Box::pin(async move {
            let file = p.open("/tmp/f", OpenFlags::OUTPUT, PLAIN).await.unwrap();
            p.fork(move |mut c| async move {
                c.write_all(file, b"child ").await.unwrap();
                Exit(0)
            })
            .unwrap();
            p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
            p.write_all(file, b"parent ").await.unwrap();
            let own = p.open(format!("/proc/self/fd/{file}"), OpenFlags::WRONLY, PLAIN).await.unwrap();
            p.write_all(own, b"CHILD").await.unwrap();
            let file = p.open("/tmp/f", OpenFlags::RDONLY, PLAIN).await.unwrap();
            let text = p.read_to_end(file).await.unwrap();
            p.write_all(1, &text).await.unwrap();
            Exit(0)
        })
    });
    assert_eq!(story, "out: CHILD parent \nexited with 0\n");
}

async fn attempt(p: &mut Process, path: &str, flags: OpenFlags) {
    let outcome = p.open(path, flags, PLAIN).await;
    let shown = outcome.map_or_else(|errno| errno.name().to_owned(), |fd| format!("{fd}"));
    say(p, format!("{path}: {shown}")).await;
}

#[test]
fn open_refuses_as_linux_does() {
    let story = World::new()
        .file("/tmp/f", "", 0o644)
        .toy("main", |p| {
            Box::pin(async move {
                p.symlink("loop", "/tmp/loop").unwrap();
                p.symlink("new", "/tmp/dangling").unwrap();
                let create = OpenFlags::CREAT | OpenFlags::WRONLY;
                attempt(p, "/tmp", OpenFlags::WRONLY).await;
                attempt(p, "/tmp/f", create | OpenFlags::EXCL).await;
                attempt(p, "/tmp/f/", OpenFlags::RDONLY).await;
                attempt(p, "/tmp/f", OpenFlags::DIRECTORY | OpenFlags::RDONLY).await;
                attempt(p, "/tmp/new/", create).await;
                attempt(p, "/tmp/nodir/f", create).await;
                attempt(p, "/tmp/loop", OpenFlags::RDONLY).await;
                attempt(p, "/tmp/dangling", create | OpenFlags::EXCL).await;
                attempt(p, "/tmp/dangling", OpenFlags::NOFOLLOW | OpenFlags::RDONLY).await;
                attempt(p, "/tmp/dangling", create).await;
                attempt(p, "/tmp/new", OpenFlags::RDONLY).await;
                Exit(0)
            })
        })
        .run();
    let expected = "\
out: /tmp: EISDIR\\n
out: /tmp/f: EEXIST\\n
out: /tmp/f/: ENOTDIR\\n
out: /tmp/f: ENOTDIR\\n
out: /tmp/new/: EISDIR\\n
out: /tmp/nodir/f: ENOENT\\n
out: /tmp/loop: ELOOP\\n
out: /tmp/dangling: EEXIST\\n
out: /tmp/dangling: ELOOP\\n
out: /tmp/dangling: 3\\n
out: /tmp/new: 4\\n
exited with 0
";
    assert_eq!(story, expected);
}

#[test]
fn exec_closes_what_it_is_told_to() {
    let story = World::new()
        .toy("show", |p| {
            Box::pin(async move {
                let open = p.descriptors();
                say(p, format!("{open:?}")).await;
                Exit(0)
            })
        })
        .toy("main", |p| {
            Box::pin(async move {
                let flags = OpenFlags::RDONLY | OpenFlags::CLOEXEC;
                let closed = p.open("/", flags, PLAIN).await.unwrap();
                p.dup_from(closed, 10).unwrap();
                p.dup2(closed, 7).unwrap();
                p.set_cloexec(7, true).unwrap();
                p.execvp(&["show".into()]).await.unwrap()
            })
        })
        .run();
    assert_eq!(story, "out: [0, 1, 2, 10]\\n\nexited with 0\n");
}

#[test]
fn a_mode_is_masked_and_a_group_inherited() {
    let story = run(|p| {
        Box::pin(async move {
            p.set_umask(Mode::new(0o027));
            p.mkdir("/tmp/d", Mode::new(0o777)).unwrap();
            p.chmod("/tmp/d", Mode::new(0o2777)).unwrap();
            p.chown("/tmp/d", Some(5), Some(50), Follow::Yes).unwrap();
            p.mkdir("/tmp/d/e", Mode::new(0o777)).unwrap();
            p.mknod("/tmp/d/f", FileType::Regular, PLAIN, Default::default()).unwrap();
            for path in ["/tmp/d", "/tmp/d/e", "/tmp/d/f"] {
                let stat = p.stat(path).unwrap();
                say(p, format!("{:o} {} {}", stat.st_mode(), stat.uid, stat.gid)).await;
            }
            Exit(0)
        })
    });
    let expected = "out: 42777 5 50\\n\nout: 42750 0 50\\n\nout: 100640 0 50\\n\nexited with 0\n";
    assert_eq!(story, expected);
}

#[test]
fn times_are_virtual_and_can_be_set() {
    let story = run(|p| {
        Box::pin(async move {
            p.mkdir("/tmp/d", PLAIN).unwrap();
            p.sleep(std::time::Duration::from_secs(10)).await.unwrap();
            p.utimens("/tmp/d", TimeChange::Keep, TimeChange::At(Time::from_secs(1)), Follow::Yes).unwrap();
            let stat = p.stat("/tmp/d").unwrap();
            say(p, format!("{} {} {}", stat.atime.secs(), stat.mtime.secs(), stat.ctime.secs())).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: 1700000000 1 1700000010\\n\nexited with 0\n");
}

fn volume(target: &str, read_only: bool) -> MountSpec {
    MountSpec {
        shows: None,
        target: target.into(),
        tree: Tree::new(Metadata::new(0o755, Time::EPOCH)),
        read_only,
        fs_type: "ext4".into(),
        source: "/dev/vda1".into(),
    }
}

#[test]
fn volumes_keep_what_is_written_and_stay_out_of_the_root() {
    let world = World::new().toy("main", |p| {
        Box::pin(async move {
            let file = p.open("/data/f", OpenFlags::OUTPUT, PLAIN).await.unwrap();
            p.write_all(file, b"kept").await.unwrap();
            let results = [
                p.mkdir("/fixed/d", PLAIN),
                p.rename("/data/f", "/tmp/f"),
                p.link("/data/f", "/tmp/f"),
                p.rmdir("/data"),
                p.mkdir("/data", PLAIN),
            ];
            let names: Vec<_> = results.iter().map(|result| result.unwrap_err().name()).collect();
            say(p, names.join(" ")).await;
            Exit(0)
        })
    });
    let mut spec = SandboxSpec::new(world.root.clone());
    spec.mounts = vec![volume("/data", false), volume("/fixed", true)];
    let (mut kernel, _) = world.boot();
    let sandbox = kernel.add_sandbox(spec).unwrap();
    let main = kernel.spawn(sandbox, command("main")).unwrap();
    let state = kernel.run();
    assert_eq!(story(&mut kernel, main, state), "out: EROFS EXDEV EXDEV EBUSY EEXIST\\n\nexited with 0\n");
    let kept = kernel.mount_tree(sandbox, "/data").unwrap().read_file("/f").unwrap();
    assert_eq!(kept, b"kept");
    assert_eq!(kernel.tree(sandbox).unwrap().read_file("/data/f"), Err(Errno::ENOENT));
}

#[test]
fn a_read_only_root_refuses_changes_but_dev_does_not() {
    let world = World::new().file("/etc/f", "", 0o644).toy("main", |p| {
        Box::pin(async move {
            attempt(p, "/etc/f", OpenFlags::WRONLY).await;
            attempt(p, "/etc/new", OpenFlags::OUTPUT).await;
            let chmod = p.chmod("/etc/f", PLAIN).unwrap_err();
            let unlink = p.unlink("/etc/f").unwrap_err();
            let access = p.access("/etc/f", false, true, false).unwrap_err();
            say(p, format!("{} {} {}", chmod.name(), unlink.name(), access.name())).await;
            attempt(p, "/dev/null", OpenFlags::WRONLY).await;
            attempt(p, "/dev/shm/f", OpenFlags::OUTPUT).await;
            Exit(0)
        })
    });
    let spec = SandboxSpec { read_only: true, ..SandboxSpec::new(world.root.clone()) };
    let (mut kernel, _) = world.boot();
    let sandbox = kernel.add_sandbox(spec).unwrap();
    let main = kernel.spawn(sandbox, command("main")).unwrap();
    let state = kernel.run();
    let expected = "\
out: /etc/f: EROFS\\n
out: /etc/new: EROFS\\n
out: EROFS EROFS EROFS\\n
out: /dev/null: 3\\n
out: /dev/shm/f: 4\\n
exited with 0
";
    assert_eq!(story(&mut kernel, main, state), expected);
}
