use std::time::Duration;

use kernel::{Action, Exit, PidTarget, Process, RunState, Signal, WaitFlags, WaitFor};
use vfs::Errno;

use crate::world::{World, command, run, say, story};

#[test]
fn a_caught_signal_interrupts_a_read_and_is_then_taken() {
    let story = run(|p| {
        Box::pin(async move {
            p.signal_action(Signal::USR1, Action::Catch).unwrap();
            let parent = p.pid();
            p.fork(move |mut c| async move {
                c.kill(PidTarget::Process(parent), Signal::USR1).unwrap();
                Exit(0)
            })
            .unwrap();
            let (r, _w) = p.pipe().unwrap();
            let error = p.read(r, 1).await.unwrap_err();
            let taken = p.take_signal();
            let more = p.take_signal();
            say(p, format!("{error} {taken:?} {more:?}")).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: Interrupted system call Some(SIGUSR1) None\\n\nexited with 0\n");
}

async fn main_of_the_container(p: &mut Process) -> Exit {
    p.kill(PidTarget::OwnGroup, Signal::TERM).unwrap();
    p.kill(PidTarget::Process(p.pid()), Signal::KILL).unwrap();
    say(p, "unharmed from inside").await;
    p.pause().await;
    let signal = p.take_signal().unwrap();
    say(p, format!("got {signal}")).await;
    p.pause().await;
    Exit(0)
}

#[test]
fn process_1_gets_only_what_it_handles_but_the_host_can_kill_it() {
    let world = World::new().toy("main", |p| {
        Box::pin(async move {
            p.signal_action(Signal::INT, Action::Catch).unwrap();
            main_of_the_container(p).await
        })
    });
    let (mut kernel, sandbox) = world.boot();
    let main = kernel.spawn(sandbox, command("main")).unwrap();
    assert_eq!(kernel.run(), RunState::Idle);
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        kernel.signal(main, signal).unwrap();
    }
    assert_eq!(kernel.run(), RunState::Idle);
    kernel.signal(main, Signal::KILL).unwrap();
    let state = kernel.run();
    let expected = "out: unharmed from inside\\n\nout: got SIGINT\\n\nkilled by SIGKILL\n";
    assert_eq!(story(&mut kernel, main, state), expected);
    assert_eq!(kernel.signal(main, Signal::TERM), Err(Errno::ESRCH));
}

#[test]
fn default_actions_terminate_ignore_stop_and_continue() {
    let story = run(|p| {
        Box::pin(async move {
            let child = p
                .fork(|mut c| async move {
                    for turn in 0.. {
                        c.sleep(Duration::from_secs(1)).await.unwrap();
                        say(&mut c, format!("turn {turn}")).await;
                    }
                    Exit(0)
                })
                .unwrap();
            let target = PidTarget::Process(child);
            p.kill(target, Signal::WINCH).unwrap();
            p.sleep(Duration::from_millis(1500)).await.unwrap();
            p.kill(target, Signal::STOP).unwrap();
            p.sleep(Duration::from_secs(100)).await.unwrap();
            say(p, "continue").await;
            p.kill(target, Signal::CONT).unwrap();
            p.sleep(Duration::from_millis(500)).await.unwrap();
            p.kill(target, Signal::from_name("SIGQUIT").unwrap()).unwrap();
            let (_, status) = p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
            say(p, status.to_string()).await;
            Exit(0)
        })
    });
    let expected =
        "out: turn 0\\n\nout: continue\\n\nout: turn 1\\n\nout: killed by SIGQUIT\\n\nexited with 0\n";
    assert_eq!(story, expected);
}

#[test]
fn exec_keeps_ignored_signals_and_forgets_caught_ones() {
    let story = World::new()
        .toy("show", |p| {
            Box::pin(async move {
                let of = |p: &Process, signal| p.get_signal_action(signal);
                let shown = format!("{:?} {:?}", of(p, Signal::HUP), of(p, Signal::INT));
                say(p, shown).await;
                Exit(0)
            })
        })
        .toy("main", |p| {
            Box::pin(async move {
                p.signal_action(Signal::HUP, Action::Ignore).unwrap();
                p.signal_action(Signal::INT, Action::Catch).unwrap();
                assert_eq!(p.signal_action(Signal::KILL, Action::Ignore), Err(Errno::EINVAL));
                p.execvp(&["show".into()]).await.unwrap()
            })
        })
        .run();
    assert_eq!(story, "out: Ignore Default\\n\nexited with 0\n");
}

#[test]
fn a_process_that_kills_itself_does_no_more() {
    let story = run(|p| {
        Box::pin(async move {
            p.fork(|mut c| async move {
                c.kill(PidTarget::Process(c.pid()), Signal::ABRT).unwrap();
                say(&mut c, "never").await;
                Exit(0)
            })
            .unwrap();
            let (_, status) = p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
            say(p, format!("{status}: {}", status.code())).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: killed by SIGABRT: 134\\n\nexited with 0\n");
}

#[test]
fn a_signal_interrupts_one_call_and_then_lets_a_write_go_on() {
    let story = run(|p| {
        Box::pin(async move {
            p.signal_action(Signal::USR1, Action::Catch).unwrap();
            let (r, w) = p.pipe().unwrap();
            let parent = p.pid();
            p.fork(move |mut c| async move {
                c.kill(PidTarget::Process(parent), Signal::USR1).unwrap();
                c.sleep(Duration::from_secs(1)).await.unwrap();
                c.close(w).unwrap();
                c.read_to_end(r).await.unwrap();
                Exit(0)
            })
            .unwrap();
            p.write_all(w, &[0; 200_000]).await.unwrap();
            p.close(w).unwrap();
            let late = p.has_signal();
            say(p, format!("{late} {}", p.uptime().as_secs())).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: true 1\\n\nexited with 0\n");
}

#[test]
fn sleeping_for_ever_waits_for_the_outside() {
    let world = World::new().toy("main", |p| {
        Box::pin(async move {
            p.sleep(Duration::MAX).await.unwrap();
            Exit(0)
        })
    });
    let (mut kernel, sandbox) = world.boot();
    let main = kernel.spawn(sandbox, command("main")).unwrap();
    let start = kernel.now();
    assert_eq!(kernel.run(), RunState::Idle);
    assert!(kernel.now().since(start) < Duration::from_secs(1));
    kernel.signal(main, Signal::KILL).unwrap();
    assert_eq!(kernel.run(), RunState::Exited);
    assert_eq!(kernel.spawn(sandbox, command("main")), Err(kernel::SpawnError::SandboxEnded));
}
