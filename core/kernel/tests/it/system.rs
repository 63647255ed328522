use kernel::{Exit, OpenFlags, Process, WaitFlags, WaitFor};
use vfs::{Errno, Mode};

use crate::world::{World, command, run, say, story};

async fn cat(p: &mut Process, path: &str) {
    let file = p.open(path, OpenFlags::RDONLY, Mode::new(0)).await.unwrap();
    let text = p.read_to_end(file).await.unwrap();
    p.close(file).unwrap();
    p.write_all(1, &text).await.unwrap();
}

#[test]
fn the_devices_of_a_container() {
    let story = run(|p| {
        Box::pin(async move {
            let names: Vec<String> =
                p.read_dir("/dev").unwrap().into_iter().map(|entry| entry.name.to_string()).collect();
            say(p, names.join(" ")).await;
            for (path, max) in [("/dev/null", 3), ("/dev/zero", 3), ("/dev/full", 2), ("/dev/urandom", 4)] {
                let fd = p.open(path, OpenFlags::RDWR, Mode::new(0)).await.unwrap();
                let bytes = p.read(fd, max).await.unwrap();
                let written = p.write(fd, b"abc").await.map_err(Errno::name);
                say(p, format!("{path} {bytes:?} {written:?}")).await;
            }
            let tty = p.open("/dev/tty", OpenFlags::RDWR, Mode::new(0)).await;
            assert_eq!(tty, Err(Errno::ENXIO));
            Exit(0)
        })
    });
    let expected = "\
out: core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero\\n
out: /dev/null [] Ok(3)\\n
out: /dev/zero [0, 0, 0] Ok(3)\\n
out: /dev/full [0, 0] Err(\\\"ENOSPC\\\")\\n
out: /dev/urandom [215, 13, 50, 89] Ok(3)\\n
exited with 0
";
    assert_eq!(story, expected);
}

#[test]
fn dev_stdout_is_the_stream_also_through_links_and_in_children() {
    let story = run(|p| {
        Box::pin(async move {
            p.symlink("/dev/stderr", "/tmp/error.log").unwrap();
            p.symlink("/proc", "/tmp/p").unwrap();
            p.fork(|mut c| async move {
                for path in ["/dev/stdout", "/tmp/error.log", "/dev/fd/1", "/tmp/p/self/fd/2"] {
                    let fd = c.open(path, OpenFlags::APPENDING, Mode::new(0o644)).await.unwrap();
                    c.write_all(fd, path.as_bytes()).await.unwrap();
                }
                let missing = c.open("/dev/fd/99", OpenFlags::RDONLY, Mode::new(0)).await;
                assert_eq!(missing, Err(Errno::ENOENT));
                Exit(0)
            })
            .unwrap();
            p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
            Exit(0)
        })
    });
    let expected =
        "out: /dev/stdout\nerr: /tmp/error.log\nout: /dev/fd/1\nerr: /tmp/p/self/fd/2\nexited with 0\n";
    assert_eq!(story, expected);
}

#[test]
fn proc_shows_processes_as_they_are_now() {
    let story = World::new()
        .file("/tmp/script", "#!/bin/show -e\n", 0o755)
        .toy("show", |p| {
            Box::pin(async move {
                cat(p, "/proc/self/cmdline").await;
                cat(p, "/proc/self/comm").await;
                let exe = p.readlink("/proc/self/exe").unwrap();
                let cwd = p.readlink("/proc/self/cwd").unwrap();
                say(p, format!("{exe} {cwd}")).await;
                cat(p, "/proc/self/environ").await;
                p.chdir("/proc/1").unwrap();
                cat(p, "comm").await;
                Exit(0)
            })
        })
        .toy("main", |p| {
            Box::pin(async move {
                p.fork(|mut c| async move {
                    c.chdir("/tmp").unwrap();
                    let env = [("A", "1"), ("B", "x y")].into_iter().collect();
                    c.exec("/tmp/script", &["name".into(), "arg".into()], &env).await.unwrap()
                })
                .unwrap();
                p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
                let dirs: Vec<String> =
                    p.read_dir("/proc").unwrap().into_iter().map(|e| e.name.to_string()).collect();
                let numbers: Vec<_> = dirs.iter().filter(|name| name.parse::<u32>().is_ok()).collect();
                say(p, format!("{numbers:?}")).await;
                let write = p.open("/proc/sys/vm/overcommit_memory", OpenFlags::OUTPUT, Mode::new(0)).await;
                assert_eq!(write, Err(Errno::EROFS));
                Exit(0)
            })
        })
        .run();
    let expected = "\
out: /bin/show\\x00-e\\x00/tmp/script\\x00arg\\x00
out: script\\n
out: /bin/show /tmp\\n
out: A=1\\x00B=x y\\x00
out: main\\n
out: [\\\"1\\\"]\\n
exited with 0
";
    assert_eq!(story, expected);
}

#[test]
fn the_mount_table_is_dockers() {
    let story = run(|p| {
        Box::pin(async move {
            cat(p, "/proc/mounts").await;
            Exit(0)
        })
    });
    let lines: Vec<&str> = story.trim_start_matches("out: ").split("\\n").collect();
    let expected = [
        "overlay / overlay rw,relatime 0 0",
        "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0",
        "tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0",
        "devpts /dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666 0 0",
        "sysfs /sys sysfs ro,nosuid,nodev,noexec,relatime 0 0",
        "mqueue /dev/mqueue mqueue rw,nosuid,nodev,noexec,relatime 0 0",
        "shm /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=65536k 0 0",
        "\nexited with 0\n",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_server_and_a_client_talk_over_loopback() {
    let world = World::new()
        .toy("main", |p| {
            Box::pin(async move {
                let listener = p.listen(80).unwrap();
                assert_eq!(p.listen(80), Err(Errno::EADDRINUSE));
                let peer = p.accept(listener).await.unwrap();
                let request = p.read_to_end(peer).await.unwrap();
                p.write_all(peer, b"you said ").await.unwrap();
                p.write_all(peer, &request).await.unwrap();
                p.close(peer).unwrap();
                p.sleep(std::time::Duration::from_secs(1)).await.unwrap();
                Exit(0)
            })
        })
        .toy("client", |p| {
            Box::pin(async move {
                assert_eq!(p.connect(81).await, Err(Errno::ECONNREFUSED));
                let peer = p.connect(80).await.unwrap();
                p.write_all(peer, b"hello").await.unwrap();
                p.shutdown_write(peer).unwrap();
                let answer = p.read_to_end(peer).await.unwrap();
                p.write_all(1, &answer).await.unwrap();
                Exit(0)
            })
        });
    let (mut kernel, sandbox) = world.boot();
    let main = kernel.spawn(sandbox, command("main")).unwrap();
    assert_eq!(kernel.run(), kernel::RunState::Idle);
    kernel.spawn(sandbox, command("client")).unwrap();
    let state = kernel.run();
    assert_eq!(story(&mut kernel, main, state), "out: you said hello\nexited with 0\n");
}

#[test]
fn the_same_seed_gives_the_same_numbers() {
    let numbers = |seed| {
        let mut world = World::new().toy("main", |p| {
            Box::pin(async move {
                let (a, b) = (p.random(), p.random());
                say(p, format!("{a} {b}")).await;
                Exit(0)
            })
        });
        world.seed = seed;
        world.run()
    };
    assert_eq!(numbers(7), "out: 1674306020 72105175\\n\nexited with 0\n");
    assert_eq!(numbers(7), numbers(7));
    assert_ne!(numbers(7), numbers(8));
}

#[test]
fn a_listing_of_ones_descriptors_has_its_own() {
    let story = run(|p| {
        Box::pin(async move {
            let names = |p: &mut Process| -> String {
                p.read_dir("/proc/self/fd")
                    .unwrap()
                    .into_iter()
                    .map(|entry| format!("{} ", entry.name))
                    .collect()
            };
            let listed = names(p);
            let itself = p.readlink("/proc/self/fd/3").unwrap();
            let file = p.open("/dev/null", OpenFlags::RDONLY, Mode::new(0)).await.unwrap();
            let after = p.readlink("/proc/self/fd/3").unwrap();
            p.close(file).unwrap();
            let gone = p.lstat("/proc/self/fd/3").map(drop);
            say(p, format!("{listed}{itself} {after} {gone:?}")).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: 0 1 2 3 /proc/1/fd /dev/null Err(ENOENT)\\n\nexited with 0\n");
}
