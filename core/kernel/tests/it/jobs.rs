use std::time::Duration;

use kernel::{Action, BlockedOn, Exit, Pid, PidTarget, RunState, Signal, WaitFlags, WaitFor};
use vfs::Errno;

use crate::world::{World, command, run, say, story};

#[test]
fn an_orphan_is_adopted_by_process_1() {
    let story = run(|p| {
        Box::pin(async move {
            p.fork(|mut child| async move {
                child
                    .fork(|mut grandchild| async move {
                        let first = grandchild.ppid();
                        grandchild.sleep(Duration::from_secs(1)).await.unwrap();
                        let second = grandchild.ppid();
                        say(&mut grandchild, format!("{first} {second}")).await;
                        Exit(7)
                    })
                    .unwrap();
                child.sleep(Duration::from_millis(1)).await.unwrap();
                Exit(0)
            })
            .unwrap();
            for _ in 0..2 {
                let (pid, status) = p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
                say(p, format!("{pid} {status}")).await;
            }
            Exit(0)
        })
    });
    assert_eq!(story, "out: 2 exited with 0\\n\nout: 2 1\\n\nout: 3 exited with 7\\n\nexited with 0\n");
}

#[test]
fn the_end_of_process_1_ends_the_sandbox() {
    let story = run(|p| {
        Box::pin(async move {
            p.fork(|mut c| async move {
                c.sleep(Duration::from_secs(1)).await.unwrap();
                say(&mut c, "never").await;
                Exit(0)
            })
            .unwrap();
            p.tick(5000).await;
            Exit(4)
        })
    });
    assert_eq!(story, "exited with 4\n");
}

#[test]
fn processes_that_wait_for_one_another_are_a_deadlock() {
    let world = World::new().toy("main", |p| {
        Box::pin(async move {
            let (r, _w) = p.pipe().unwrap();
            p.fork(move |mut c| async move {
                c.read(r, 1).await.unwrap();
                Exit(0)
            })
            .unwrap();
            p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
            Exit(0)
        })
    });
    let (mut kernel, sandbox) = world.boot();
    let main = kernel.spawn(sandbox, command("main")).unwrap();
    assert_eq!(kernel.run(), RunState::Deadlock);
    let blocked: Vec<_> = kernel.blocked().into_iter().map(|(id, on)| (id.pid, on)).collect();
    assert_eq!(blocked, [(Pid(1), BlockedOn::Child), (Pid(2), BlockedOn::Pipe)]);
    kernel.kill_sandbox(sandbox);
    assert_eq!(kernel.exit_status(main).unwrap().code(), 137);
    assert_eq!(kernel.run(), RunState::Exited);
}

#[test]
fn waiting_without_hanging_and_for_one_of_many() {
    let story = run(|p| {
        Box::pin(async move {
            let slow = p
                .fork(|mut c| async move {
                    c.sleep(Duration::from_secs(2)).await.unwrap();
                    Exit(2)
                })
                .unwrap();
            let fast = p.fork(|_| async { Exit(1) }).unwrap();
            assert_eq!(p.wait(WaitFor::Any, WaitFlags::NoHang).await, Err(Errno::EAGAIN));
            assert_eq!(p.wait(WaitFor::Pid(Pid(99)), WaitFlags::Block).await, Err(Errno::ECHILD));
            let first = p.wait(WaitFor::Pid(slow), WaitFlags::Block).await.unwrap().1;
            let second = p.wait(WaitFor::Any, WaitFlags::NoHang).await.unwrap();
            assert_eq!(second.0, fast);
            say(p, format!("{first}, {}", second.1)).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: exited with 2, exited with 1\\n\nexited with 0\n");
}

#[test]
fn ignored_sigchld_leaves_no_zombies() {
    let story = run(|p| {
        Box::pin(async move {
            p.signal_action(Signal::CHLD, Action::Ignore).unwrap();
            p.fork(|_| async { Exit(0) }).unwrap();
            let nobody = p.wait(WaitFor::Any, WaitFlags::Block).await;
            say(p, nobody.unwrap_err().to_string()).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: No child process\\n\nexited with 0\n");
}

#[test]
fn a_signal_to_a_group_reaches_its_members_alone() {
    let story = run(|p| {
        Box::pin(async move {
            let mut members = Vec::new();
            for group in [0, 0, 2] {
                let pid = p
                    .fork(|mut c| async move {
                        c.pause().await;
                        Exit(0)
                    })
                    .unwrap();
                let group = if group == 2 { Pid(2) } else { Pid(0) };
                p.setpgid(pid, group).unwrap();
                members.push(pid);
            }
            p.kill(PidTarget::from_number(-2), Signal::HUP).unwrap();
            for _ in 0..2 {
                let (pid, status) = p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
                say(p, format!("{pid} {status}")).await;
            }
            assert_eq!(p.kill(PidTarget::from_number(-2), None), Err(Errno::ESRCH));
            assert_eq!(p.kill(PidTarget::Process(Pid(3)), None), Ok(()));
            Exit(0)
        })
    });
    assert_eq!(story, "out: 2 killed by SIGHUP\\n\nout: 4 killed by SIGHUP\\n\nexited with 0\n");
}

#[test]
fn a_second_initial_process_does_not_end_the_sandbox() {
    let world = World::new()
        .toy("main", |p| {
            Box::pin(async move {
                let bytes = p.read(0, 100).await.unwrap();
                p.write_all(1, &bytes).await.unwrap();
                Exit(0)
            })
        })
        .toy("two", |p| Box::pin(async move { Exit(p.pid().0 as u8) }));
    let (mut kernel, sandbox) = world.boot();
    let mut spec = command("main");
    spec.stdin = kernel::Stdin::Attached;
    let main = kernel.spawn(sandbox, spec).unwrap();
    assert_eq!(kernel.run(), RunState::Idle);
    let exec = kernel.spawn(sandbox, command("two")).unwrap();
    assert_eq!(kernel.run_until_exit(exec), RunState::Exited);
    assert_eq!(kernel.exit_status(exec).unwrap().code(), 2);
    kernel.feed(main, b"typed");
    let state = kernel.run();
    assert_eq!(story(&mut kernel, main, state), "out: typed\nexited with 0\n");
}
