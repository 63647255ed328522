use std::time::Duration;

use kernel::{Action, Exit, Process, RunState, Signal, WaitFlags, WaitFor};
use vfs::{Errno, Time};

use crate::world::{World, command, run, say, story};

async fn sleeper(mut c: Process, millis: u64, name: &str) -> Exit {
    c.sleep(Duration::from_millis(millis)).await.unwrap();
    say(&mut c, name).await;
    Exit(0)
}

#[test]
fn sleepers_wake_in_the_order_of_their_times_and_no_time_passes_outside() {
    let story = run(|p| {
        Box::pin(async move {
            let before = p.now();
            p.fork(|c| sleeper(c, 86_400_000, "a day")).unwrap();
            p.fork(|c| sleeper(c, 1_000, "a second")).unwrap();
            p.fork(|c| sleeper(c, 1, "a millisecond")).unwrap();
            while p.wait(WaitFor::Any, WaitFlags::Block).await.is_ok() {}
            let hours = p.now().since(before).as_secs() / 3600;
            say(p, format!("{hours} hours")).await;
            Exit(0)
        })
    });
    assert_eq!(
        story,
        "out: a millisecond\\n\nout: a second\\n\nout: a day\\n\nout: 24 hours\\n\nexited with 0\n"
    );
}

#[test]
fn work_takes_time_so_a_timeout_ends_an_endless_loop() {
    let story = run(|p| {
        Box::pin(async move {
            let busy = p
                .fork(|mut c| async move {
                    loop {
                        c.tick(1).await;
                    }
                })
                .unwrap();
            p.sleep(Duration::from_secs(5)).await.unwrap();
            p.kill(kernel::PidTarget::Process(busy), Signal::TERM).unwrap();
            let (_, status) = p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
            let seconds = p.uptime().as_secs();
            say(p, format!("{status} after {seconds} s")).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: killed by SIGTERM after 5 s\\n\nexited with 0\n");
}

#[test]
fn two_busy_processes_share_the_time() {
    let story = run(|p| {
        Box::pin(async move {
            for name in ["a", "b"] {
                p.fork(move |mut c| async move {
                    for turn in 0..2 {
                        c.tick(1500).await;
                        say(&mut c, format!("{name}{turn}")).await;
                    }
                    Exit(0)
                })
                .unwrap();
            }
            while p.wait(WaitFor::Any, WaitFlags::Block).await.is_ok() {}
            Exit(0)
        })
    });
    assert_eq!(story, "out: a0\\n\nout: b0\\n\nout: a1\\n\nout: b1\\n\nexited with 0\n");
}

#[test]
fn an_alarm_interrupts_and_an_uncaught_one_kills() {
    let story = run(|p| {
        Box::pin(async move {
            p.signal_action(Signal::ALRM, Action::Catch).unwrap();
            p.alarm(Some(Duration::from_secs(100)));
            let left = p.alarm(Some(Duration::from_secs(2))).unwrap().as_secs();
            let slept = p.sleep(Duration::from_secs(9)).await;
            assert_eq!(slept, Err(Errno::EINTR));
            let signal = p.take_signal().unwrap();
            say(p, format!("{left} {signal} {}", p.uptime().as_secs())).await;
            p.fork(|mut c| async move {
                c.signal_action(Signal::ALRM, Action::Default).unwrap();
                c.alarm(Some(Duration::from_secs(1)));
                c.pause().await;
                Exit(0)
            })
            .unwrap();
            let (_, status) = p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
            say(p, status.to_string()).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: 100 SIGALRM 2\\n\nout: killed by SIGALRM\\n\nexited with 0\n");
}

#[test]
fn the_host_can_run_a_server_for_a_while() {
    let world = World::new().toy("main", |p| {
        Box::pin(async move {
            loop {
                p.sleep(Duration::from_secs(60)).await.unwrap();
                say(p, "tick").await;
            }
        })
    });
    let (mut kernel, sandbox) = world.boot();
    let main = kernel.spawn(sandbox, command("main")).unwrap();
    let state = kernel.run_until(Time::from_secs(1_700_000_150));
    assert_eq!(state, RunState::TimeReached);
    assert_eq!(kernel.now(), Time::from_secs(1_700_000_150));
    assert_eq!(story(&mut kernel, main, state), "out: tick\\n\nout: tick\\n\nTimeReached\n");
}
