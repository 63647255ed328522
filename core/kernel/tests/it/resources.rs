//! Limits of a process, locks, datagrams.

use std::time::Duration;

use kernel::{Action, Exit, Lock, OpenFlags, Process, Resource, Rlimit, Signal, WaitFlags, WaitFor};
use vfs::{Errno, Mode};

use crate::world::run;

async fn say(p: &mut Process, text: impl AsRef<str>) {
    p.print(format!("{}\n", text.as_ref())).await.expect("output is captured");
}

#[test]
fn a_soft_limit_may_move_below_the_hard_one_that_only_sinks() {
    let main = run(|p| {
        Box::pin(async move {
            let mut told = String::new();
            for (soft, hard) in [(5, 10), (11, 10), (10, 10), (8, 11), (8, 8), (9, 9)] {
                let answer = p.set_rlimit(Resource::Files, Rlimit { soft, hard });
                told += &format!("{answer:?} ");
            }
            say(p, told).await;
            let child = p.fork(|mut c| async move {
                let mut last = c.dup(0);
                while last.is_ok() {
                    last = c.dup(0);
                }
                Exit(c.descriptors().len() as u8 + u8::from(last == Err(Errno::EMFILE)))
            });
            let ended = p.wait(WaitFor::Pid(child.unwrap()), WaitFlags::Block).await.unwrap().1;
            say(p, ended.to_string()).await;
            Exit(0)
        })
    });
    let expected =
        "out: Ok(()) Err(EINVAL) Ok(()) Err(EPERM) Ok(()) Err(EPERM) \\nexited with 9\\n\nexited with 0\n";
    assert_eq!(main, expected);
}

#[test]
fn a_file_grows_to_the_limit_and_then_the_writer_dies() {
    let main = run(|p| {
        Box::pin(async move {
            p.set_rlimit(Resource::FileSize, Rlimit { soft: 10, hard: 10 }).unwrap();
            let fd = p.open("/tmp/f", OpenFlags::OUTPUT, Mode::new(0o644)).await.unwrap();
            let first = p.write(fd, b"123456").await;
            let second = p.write(fd, b"123456").await;
            let third = p
                .fork(move |mut c| async move {
                    let _ = c.write(fd, b"x").await;
                    Exit(0)
                })
                .unwrap();
            let third = p.wait(WaitFor::Pid(third), WaitFlags::Block).await.unwrap().1;
            p.signal_action(Signal::XFSZ, Action::Ignore).unwrap();
            let fourth = (p.write(fd, b"x").await, p.truncate("/tmp/f", 11), p.truncate("/tmp/f", 4));
            say(p, format!("{first:?} {second:?} {third} {fourth:?}")).await;
            Exit(0)
        })
    });
    assert_eq!(
        main,
        "out: Ok(6) Ok(4) killed by SIGXFSZ (Err(EFBIG), Err(EFBIG), Ok(()))\\n\nexited with 0\n"
    );
}

#[test]
fn work_beyond_the_limit_is_signalled_each_second_and_then_killed() {
    let main = run(|p| {
        Box::pin(async move {
            let child = p
                .fork(|mut c| async move {
                    c.set_rlimit(Resource::Cpu, Rlimit { soft: 1, hard: 3 }).unwrap();
                    c.signal_action(Signal::XCPU, Action::Catch).unwrap();
                    loop {
                        c.tick(100).await;
                        if c.take_signal().is_some() {
                            let seconds = c.cpu_time().as_secs();
                            say(&mut c, format!("told at {seconds}")).await;
                            c.flush().await.unwrap();
                        }
                    }
                })
                .unwrap();
            let ended = p.wait(WaitFor::Pid(child), WaitFlags::Block).await.unwrap().1;
            say(p, ended.to_string()).await;
            Exit(0)
        })
    });
    assert_eq!(main, "out: told at 1\\n\nout: told at 2\\n\nout: killed by SIGKILL\\n\nexited with 0\n");
}

#[test]
fn a_lock_belongs_to_the_description_and_goes_with_it() {
    let main = run(|p| {
        Box::pin(async move {
            let fd = p.open("/tmp/lock", OpenFlags::OUTPUT, Mode::new(0o644)).await.unwrap();
            p.flock(fd, Lock::Exclusive, false).await.unwrap();
            let child = p
                .fork(move |mut c| async move {
                    let other = c.open("/tmp/lock", OpenFlags::RDONLY, Mode::default()).await.unwrap();
                    let at_once = c.flock(other, Lock::Shared, true).await;
                    c.close(fd).unwrap();
                    let before = c.now();
                    let waited = c.flock(other, Lock::Shared, false).await;
                    let seconds = c.now().since(before).as_secs_f64();
                    say(&mut c, format!("{at_once:?} {waited:?} after {seconds:.0}")).await;
                    Exit(0)
                })
                .unwrap();
            p.sleep(Duration::from_secs(2)).await.unwrap();
            p.close(fd).unwrap();
            p.wait(WaitFor::Pid(child), WaitFlags::Block).await.unwrap();
            Exit(0)
        })
    });
    assert_eq!(main, "out: Err(EAGAIN) Ok(()) after 2\\n\nexited with 0\n");
}

#[test]
fn datagrams_keep_their_bounds_and_know_where_nobody_is() {
    let main = run(|p| {
        Box::pin(async move {
            let server = p.bind_datagram(514).unwrap();
            let client = p.bind_datagram(0).unwrap();
            let taken = p.bind_datagram(514);
            p.connect_datagram(client, 514).unwrap();
            p.write(client, b"one").await.unwrap();
            p.write(client, b"two").await.unwrap();
            let one = p.receive_from(server, 2).await;
            let two = p.receive_from(server, 100).await;
            p.close(server).unwrap();
            let lost = (p.write(client, b"x").await, p.write(client, b"x").await);
            say(p, format!("{taken:?} {one:?} {two:?} {lost:?}")).await;
            let log = p.bind_datagram_at("/tmp/log", Mode::new(0o666)).unwrap();
            let again = p.bind_datagram_at("/tmp/log", Mode::new(0o666));
            let writer = p.connect_datagram_at("/tmp/log").unwrap();
            p.write(writer, b"hello").await.unwrap();
            let heard = p.read(log, 100).await;
            p.close(log).unwrap();
            let gone = (p.connect_datagram_at("/tmp/log"), p.write(writer, b"x").await);
            say(p, format!("{again:?} {heard:?} {gone:?}")).await;
            Exit(0)
        })
    });
    let expected = "\
out: Err(EADDRINUSE) Ok((Some(32768), [111, 110])) Ok((Some(32768), [116, 119, 111])) (Ok(1), Err(ECONNREFUSED))\\nErr(EADDRINUSE) Ok([104, 101, 108, 108, 111]) (Err(ECONNREFUSED), Err(ECONNREFUSED))\\n
exited with 0
";
    assert_eq!(main, expected);
}
