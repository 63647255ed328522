use kernel::{Exit, Limit, LimitHit, OpenFlags, RunState, WaitFlags, WaitFor};
use vfs::{Errno, Mode};

use crate::world::{Run, World, command, run};

/// Runs `main` until it uses up a budget, and tells which.
fn limit_of(change: impl FnOnce(&mut World), main: Run) -> (Limit, u64) {
    let mut world = World::new().toy("main", main);
    change(&mut world);
    let (mut kernel, sandbox) = world.boot();
    let pid = kernel.spawn(sandbox, command("main")).unwrap();
    let RunState::LimitHit(LimitHit { limit, value, .. }) = kernel.run() else { panic!("no limit was hit") };
    assert_eq!(kernel.exit_status(pid).unwrap().code(), 137);
    assert_eq!(kernel.run(), RunState::Exited);
    (limit, value)
}

#[test]
fn an_endless_loop_uses_up_the_fuel() {
    let hit = limit_of(
        |_| {},
        |p| {
            Box::pin(async move {
                loop {
                    p.tick(1).await;
                }
            })
        },
    );
    assert_eq!(hit, (Limit::Fuel, 12_000_000));
}

#[test]
fn a_fork_bomb_ends_at_the_number_of_processes() {
    let hit = limit_of(
        |_| {},
        |p| {
            Box::pin(async move {
                loop {
                    let bomb = p.fork(|mut c| async move {
                        while c
                            .fork(|mut c| async move {
                                c.pause().await;
                                Exit(0)
                            })
                            .is_ok()
                        {
                            c.tick(1).await;
                        }
                        Exit(0)
                    });
                    if bomb.is_err() {
                        return Exit(1);
                    }
                    p.tick(1).await;
                }
            })
        },
    );
    assert_eq!(hit, (Limit::Processes, 512));
}

#[test]
fn copying_zeros_into_a_file_uses_up_the_memory() {
    let hit = limit_of(
        |_| {},
        |p| {
            Box::pin(async move {
                let zero = p.open("/dev/zero", OpenFlags::RDONLY, Mode::new(0)).await.unwrap();
                let file = p.open("/f", OpenFlags::OUTPUT, Mode::new(0o644)).await.unwrap();
                loop {
                    let bytes = p.read(zero, 65536).await.unwrap();
                    p.write_all(file, &bytes).await.unwrap();
                }
            })
        },
    );
    assert_eq!(hit, (Limit::Memory, 268_435_456));
}

#[test]
fn deleting_gives_memory_back() {
    let story = World::new()
        .toy("main", |p| {
            Box::pin(async move {
                for _ in 0..40 {
                    let file = p.open("/f", OpenFlags::OUTPUT, Mode::new(0o644)).await.unwrap();
                    p.write_all(file, &vec![1; 8 << 20]).await.unwrap();
                    p.close(file).unwrap();
                    p.unlink("/f").unwrap();
                }
                Exit(0)
            })
        })
        .run();
    assert_eq!(story, "exited with 0\n");
}

#[test]
fn directories_count_as_memory() {
    let hit = limit_of(
        |world| world.limits.memory = 1 << 20,
        |p| {
            Box::pin(async move {
                for number in 0.. {
                    p.mkdir(format!("/tmp/{number}"), Mode::new(0o755)).unwrap();
                    p.tick(1).await;
                }
                Exit(0)
            })
        },
    );
    assert_eq!(hit, (Limit::Memory, 1 << 20));
}

#[test]
fn output_file_size_and_depth_have_limits() {
    let output = limit_of(
        |_| {},
        |p| {
            Box::pin(async move {
                loop {
                    p.print([b'y'; 1000]).await.unwrap();
                }
            })
        },
    );
    assert_eq!(output, (Limit::Output, 16 << 20));
    let size = limit_of(
        |_| {},
        |p| {
            Box::pin(async move {
                let file = p.open("/f", OpenFlags::OUTPUT, Mode::new(0o644)).await.unwrap();
                p.ftruncate(file, 1 << 40).unwrap_err();
                p.tick(5000).await;
                Exit(0)
            })
        },
    );
    assert_eq!(size, (Limit::FileSize, 1 << 30));
    let depth = limit_of(
        |_| {},
        |p| {
            Box::pin(async move {
                while p.descend().is_ok() {}
                p.tick(5000).await;
                Exit(0)
            })
        },
    );
    assert_eq!(depth, (Limit::Depth, 200));
}

#[test]
fn too_many_descriptors_are_an_ordinary_error() {
    let story = run(|p| {
        Box::pin(async move {
            let error = loop {
                if let Err(error) = p.dup(1) {
                    break error;
                }
            };
            assert_eq!((error, p.descriptors().len()), (Errno::EMFILE, 1024));
            Exit(0)
        })
    });
    assert_eq!(story, "exited with 0\n");
}

#[test]
fn another_sandbox_lives_on() {
    let world = World::new()
        .toy("main", |p| {
            Box::pin(async move {
                loop {
                    p.tick(1).await;
                }
            })
        })
        .toy("calm", |p| {
            Box::pin(async move {
                p.sleep(std::time::Duration::from_secs(3600)).await.unwrap();
                p.fork(|_| async { Exit(0) }).unwrap();
                p.wait(WaitFor::Any, WaitFlags::Block).await.unwrap();
                Exit(5)
            })
        });
    let root = world.root.clone();
    let (mut kernel, first) = world.boot();
    let second = kernel.add_sandbox(kernel::SandboxSpec::new(root)).unwrap();
    kernel.spawn(first, command("main")).unwrap();
    let calm = kernel.spawn(second, command("calm")).unwrap();
    let RunState::LimitHit(hit) = kernel.run() else { panic!("no limit was hit") };
    assert_eq!(hit.to_string(), "the simulation's budget of 12000000 steps is used up");
    assert_eq!(hit.sandbox, first);
    assert_eq!(kernel.run(), RunState::Exited);
    assert_eq!(kernel.exit_status(calm).unwrap().code(), 5);
}
