use kernel::{Exit, ExitStatus, OpenFlags, Signal, WaitFlags, WaitFor};
use vfs::{Errno, FileType, Mode};

use crate::world::{World, run, say};

#[test]
fn an_endless_writer_ends_by_sigpipe_when_its_reader_goes() {
    let story = World::new()
        .toy("yes", |p| {
            Box::pin(async move {
                loop {
                    p.print("y\n").await.unwrap();
                }
            })
        })
        .toy("head", |p| {
            Box::pin(async move {
                let bytes = p.read(0, 2).await.unwrap();
                p.print(bytes).await.unwrap();
                Exit(0)
            })
        })
        .toy("main", |p| {
            Box::pin(async move {
                let (r, w) = p.pipe().unwrap();
                let yes = p
                    .fork(|mut c| async move {
                        c.dup2(w, 1).unwrap();
                        c.close(w).unwrap();
                        c.close(r).unwrap();
                        c.execvp(&["yes".into()]).await.unwrap()
                    })
                    .unwrap();
                p.close(w).unwrap();
                p.fork(|mut c| async move {
                    c.dup2(r, 0).unwrap();
                    c.close(r).unwrap();
                    c.execvp(&["head".into()]).await.unwrap()
                })
                .unwrap();
                p.close(r).unwrap();
                let (pid, status) = p.wait(WaitFor::Pid(yes), WaitFlags::Block).await.unwrap();
                assert_eq!(status, ExitStatus::Signaled(Signal::PIPE));
                say(p, format!("{pid} {status}")).await;
                let other = p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
                say(p, format!("{} {}", other.0, other.1)).await;
                let nobody = p.wait(WaitFor::Any, WaitFlags::Block).await;
                assert_eq!(nobody, Err(Errno::ECHILD));
                Exit(3)
            })
        })
        .run();
    assert_eq!(story, "out: y\\n\nout: 2 killed by SIGPIPE\\n\nout: 3 exited with 0\\n\nexited with 3\n");
}

#[test]
fn a_writer_that_ignores_sigpipe_gets_epipe() {
    let story = run(|p| {
        Box::pin(async move {
            p.signal_action(Signal::PIPE, kernel::Action::Ignore).unwrap();
            let (r, w) = p.pipe().unwrap();
            p.close(r).unwrap();
            let error = p.write(w, b"x").await.unwrap_err();
            say(p, error.to_string()).await;
            Exit(0)
        })
    });
    assert_eq!(story, "out: Broken pipe\\n\nexited with 0\n");
}

#[test]
fn a_pipe_holds_64_kib_and_then_its_writer_waits() {
    let story = run(|p| {
        Box::pin(async move {
            let (r, w) = p.pipe().unwrap();
            p.set_nonblocking(w, true).unwrap();
            let first = p.write(w, &[b'x'; 100_000]).await.unwrap();
            let second = p.write(w, b"x").await;
            say(p, format!("{first} {}", second.unwrap_err().name())).await;
            let read = p.read(r, 5000).await.unwrap().len();
            let third = p.write(w, &[b'x'; 4096]).await.unwrap();
            say(p, format!("{read} {third}")).await;
            p.set_nonblocking(w, false).unwrap();
            p.write(w, &[b'x'; 4096]).await.unwrap();
            Exit(0)
        })
    });
    assert_eq!(story, "out: 65536 EAGAIN\\n\nout: 5000 4096\\n\nDeadlock\n");
}

#[test]
fn a_fifo_joins_two_processes_and_open_waits_for_the_other_side() {
    let story = run(|p| {
        Box::pin(async move {
            p.mknod("/tmp/f", FileType::Fifo, Mode::new(0o644), Default::default()).unwrap();
            p.fork(|mut c| async move {
                let fd = c.open("/tmp/f", OpenFlags::OUTPUT, Mode::new(0)).await.unwrap();
                c.write_all(1, b"writer opened\n").await.unwrap();
                c.write_all(fd, b"through the fifo").await.unwrap();
                Exit(0)
            })
            .unwrap();
            p.sleep(std::time::Duration::from_secs(1)).await.unwrap();
            say(p, "reader comes").await;
            let fd = p.open("/tmp/f", OpenFlags::RDONLY, Mode::new(0)).await.unwrap();
            let all = p.read_to_end(fd).await.unwrap();
            p.write_all(1, &all).await.unwrap();
            Exit(0)
        })
    });
    let expected = "out: reader comes\\n\nout: writer opened\\n\nout: through the fifo\nexited with 0\n";
    assert_eq!(story, expected);
}

#[test]
fn output_through_a_duplicate_keeps_the_stream_of_its_description() {
    let story = run(|p| {
        Box::pin(async move {
            p.eprint("one").await;
            p.dup2(1, 2).unwrap();
            p.eprint("two").await;
            p.print("buffered ").await.unwrap();
            p.print("to the end").await.unwrap();
            p.write_all(1, b"at once").await.unwrap();
            Exit(0)
        })
    });
    assert_eq!(story, "err: one\nout: two\nout: at once\nout: buffered to the end\nexited with 0\n");
}
