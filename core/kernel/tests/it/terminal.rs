use kernel::{Exit, Kernel, Process, ProcessId, RunState, SpawnSpec, Stdin};

use crate::world::{Run, World, command, say, story};

fn on_terminal(main: Run) -> (Kernel, ProcessId) {
    let (mut kernel, sandbox) = World::new().toy("main", main).boot();
    let spec = SpawnSpec { tty: true, stdin: Stdin::Attached, ..command("main") };
    let main = kernel.spawn(sandbox, spec).unwrap();
    (kernel, main)
}

async fn echo_lines(p: &mut Process) -> Exit {
    loop {
        let line = p.read(0, 100).await.unwrap();
        if line.is_empty() {
            return Exit(0);
        }
        say(p, format!("<{}>", line.escape_ascii())).await;
    }
}

#[test]
fn a_terminal_echoes_edits_and_gives_lines() {
    let (mut kernel, main) = on_terminal(|p| {
        Box::pin(async move {
            assert!(p.isatty(0) && p.isatty(1) && p.isatty(2) && !p.isatty(3));
            echo_lines(p).await
        })
    });
    assert_eq!(kernel.run(), RunState::Idle);
    kernel.feed(main, b"helq\x7flo\rpart");
    assert_eq!(kernel.run(), RunState::Idle);
    kernel.feed(main, b"\x04\x04");
    let state = kernel.run();
    let expected = "\
out: helq\\x08 \\x08lo\\r\\npart
out: <hello\\\\n>\\r\\n
out: <part>\\r\\n
exited with 0
";
    assert_eq!(story(&mut kernel, main, state), expected);
}

#[test]
fn ctrl_c_interrupts_the_foreground_and_process_1_may_survive() {
    let (mut kernel, main) = on_terminal(|p| {
        Box::pin(async move {
            let child = p
                .fork(|mut c| async move {
                    c.pause().await;
                    Exit(0)
                })
                .unwrap();
            let ended = p.wait(kernel::WaitFor::Pid(child), kernel::WaitFlags::Block).await.unwrap();
            say(p, ended.1.to_string()).await;
            Exit(1)
        })
    });
    assert_eq!(kernel.run(), RunState::Idle);
    kernel.feed(main, b"x\x03");
    let state = kernel.run();
    assert_eq!(story(&mut kernel, main, state), "out: x^C\nout: killed by SIGINT\\r\\n\nexited with 1\n");
}

#[test]
fn a_raw_terminal_gives_keys_as_they_come() {
    let (mut kernel, main) = on_terminal(|p| {
        Box::pin(async move {
            let settings = p.term_settings(0).unwrap();
            let raw = kernel::TermSettings { canonical: false, echo: false, signals: false, ..settings };
            p.set_term_settings(0, raw).unwrap();
            echo_lines(p).await
        })
    });
    assert_eq!(kernel.run(), RunState::Idle);
    kernel.feed(main, b"a\x03\r");
    assert_eq!(kernel.run(), RunState::Idle);
    kernel.close_stdin(main);
    let state = kernel.run();
    assert_eq!(story(&mut kernel, main, state), "out: <a\\\\x03\\\\n>\\r\\n\nexited with 0\n");
}

#[test]
fn the_terminal_has_names() {
    let (mut kernel, main) = on_terminal(|p| {
        Box::pin(async move {
            let link = p.readlink("/proc/self/fd/0").unwrap();
            let tty = p.open("/dev/tty", kernel::OpenFlags::RDWR, vfs::Mode::new(0)).await.unwrap();
            p.write_all(tty, b"\n").await.unwrap();
            let mode = p.fstat(0).unwrap().st_mode();
            say(p, format!("{link} {mode:o}")).await;
            Exit(0)
        })
    });
    let state = kernel.run();
    assert_eq!(story(&mut kernel, main, state), "out: \\r\\n\nout: /dev/pts/0 20620\\r\\n\nexited with 0\n");
}

#[test]
fn a_background_reader_stops_until_it_is_in_the_foreground() {
    let (mut kernel, main) = on_terminal(|p| {
        Box::pin(async move {
            let child = p
                .fork(|mut c| async move {
                    c.setpgid(kernel::Pid(0), kernel::Pid(0)).unwrap();
                    let line = c.read(0, 100).await.unwrap();
                    say(&mut c, format!("child got {}", line.len())).await;
                    Exit(0)
                })
                .unwrap();
            p.sleep(std::time::Duration::from_secs(1)).await.unwrap();
            say(p, "to the foreground").await;
            p.set_foreground(0, child).unwrap();
            p.kill(kernel::PidTarget::Group(child), kernel::Signal::CONT).unwrap();
            p.wait(kernel::WaitFor::Any, kernel::WaitFlags::Block).await.unwrap();
            Exit(0)
        })
    });
    kernel.feed(main, b"typed\r");
    let state = kernel.run();
    let expected = "out: typed\\r\\n\nout: to the foreground\\r\\n\nout: child got 6\\r\\n\nexited with 0\n";
    assert_eq!(story(&mut kernel, main, state), expected);
}
