use bstr::BString;
use kernel::{Exit, Process, SandboxSpec, SpawnError};
use vfs::{Errno, Mode, Time};

use crate::world::{World, command, executable, say, story};

/// Says its name and arguments.
fn interpreters() -> World {
    World::new().toy("sh", |p| {
        Box::pin(async move {
            let words: Vec<String> = p.args().iter().map(|word| format!("[{word}]")).collect();
            say(p, words.concat()).await;
            Exit(0)
        })
    })
}

async fn try_exec(p: &mut Process, path: &str) {
    let env = p.env().clone();
    let argv: Vec<BString> = vec!["name".into(), "a b".into()];
    let outcome = p.exec(path, &argv, &env).await;
    say(p, format!("{path}: {}", outcome.unwrap_err().name())).await;
}

#[test]
fn a_script_runs_its_interpreter_with_one_argument_and_its_own_path() {
    let story = interpreters()
        .file("/tmp/s", "#! /bin/sh  -e -x \t\necho hi\n", 0o755)
        .file("/tmp/outer", "#!/tmp/s\n", 0o755)
        .toy("main", |p| {
            Box::pin(async move {
                try_exec(p, "/tmp/outer").await;
                Exit(1)
            })
        })
        .run();
    assert_eq!(story, "out: [/bin/sh][-e -x][/tmp/s][/tmp/outer][a b]\\n\nexited with 0\n");
}

#[test]
fn exec_tells_what_is_wrong_with_a_file() {
    let mut world = interpreters()
        .file("/tmp/crlf", "#!/bin/sh\r\n", 0o755)
        .file("/tmp/loop", "#!/tmp/loop\n", 0o755)
        .file("/tmp/text", "echo hi\n", 0o755)
        .file("/tmp/plain", "#!/bin/sh\n", 0o644)
        .file("/tmp/noone", "#!/bin/nosuch\n", 0o755)
        .toy("main", |p| {
            Box::pin(async move {
                for path in ["crlf", "loop", "text", "plain", "noone", "missing", "../tmp", "text/x"] {
                    try_exec(p, &format!("/tmp/{path}")).await;
                }
                try_exec(p, "/tmp/gcc").await;
                Exit(1)
            })
        });
    world.root.write_file("/tmp/gcc", executable("gcc"), 0o755, Time::EPOCH).unwrap();
    let expected = "\
out: /tmp/crlf: ENOENT\\n
out: /tmp/loop: ELOOP\\n
out: /tmp/text: ENOEXEC\\n
out: /tmp/plain: EACCES\\n
out: /tmp/noone: ENOENT\\n
out: /tmp/missing: ENOENT\\n
out: /tmp/../tmp: EACCES\\n
out: /tmp/text/x: ENOTDIR\\n
err: glasshull: /tmp/gcc: this program is not simulated\\n
exited with 126
";
    assert_eq!(world.run(), expected);
}

#[test]
fn an_endless_chain_of_execs_needs_no_stack() {
    let mut world = World::new().toy("main", |p| {
        Box::pin(async move {
            let argv = p.args().to_vec();
            p.execvp(&argv).await.unwrap()
        })
    });
    world.limits.fuel = 500_000;
    let expected = "LimitHit(LimitHit { sandbox: SandboxId(0), limit: Fuel, value: 500000 })\n";
    assert_eq!(world.run(), expected);
}

#[test]
fn spawning_tells_what_docker_has_to_tell() {
    let mut world = interpreters().file("/tmp/plain", "", 0o644).file("/tmp/text", "echo hi\n", 0o755).file(
        "/tmp/noone",
        "#!/bin/nosuch -x\n",
        0o755,
    );
    world.root.write_file("/bin/npm", executable("npm"), 0o755, Time::EPOCH).unwrap();
    let (mut kernel, sandbox) = world.boot();
    let path = BString::from;
    let mut refused = |words: &str| kernel.spawn(sandbox, command(words)).unwrap_err();
    assert_eq!(refused("nosuch -v"), SpawnError::NotInPath { name: path("nosuch") });
    assert_eq!(refused("/nosuch"), SpawnError::NotFound { path: path("/nosuch"), errno: Errno::ENOENT });
    assert_eq!(refused("/tmp"), SpawnError::NotExecutable { path: path("/tmp") });
    assert_eq!(refused("/tmp/plain"), SpawnError::NotExecutable { path: path("/tmp/plain") });
    assert_eq!(refused("/tmp/text"), SpawnError::BadFormat { path: path("/tmp/text") });
    assert_eq!(refused("npm"), SpawnError::NotSimulated { path: path("/bin/npm") });
    let (script, interpreter) = (path("/tmp/noone"), path("/bin/nosuch"));
    let expected = SpawnError::BadInterpreter { path: script, interpreter, errno: Errno::ENOENT };
    assert_eq!(refused("/tmp/noone"), expected);
    let mut spec = command("sh");
    spec.cwd = path("/nowhere");
    let expected = SpawnError::WorkingDirectory { path: path("/nowhere"), errno: Errno::ENOENT };
    assert_eq!(kernel.spawn(sandbox, spec), Err(expected));
    let main = kernel.spawn(sandbox, command("sh -c x")).unwrap();
    assert_eq!(main.pid, kernel::Pid(1));
    let state = kernel.run();
    assert_eq!(story(&mut kernel, main, state), "out: [sh][-c][x]\\n\nexited with 0\n");
}

#[test]
fn programs_of_another_user_are_kept_out() {
    let world = interpreters().file("/bin/private", "#!/bin/sh\n", 0o700).toy("main", |p| {
        Box::pin(async move {
            p.setgid(1000).unwrap();
            p.setuid(1000).unwrap();
            try_exec(p, "/bin/private").await;
            let mkdir = p.mkdir("/tmp/x", Mode::new(0o755)).unwrap_err();
            let back = p.setuid(0).unwrap_err();
            say(p, format!("{mkdir} / {back}")).await;
            Exit(0)
        })
    });
    let expected =
        "out: /bin/private: EACCES\\n\nout: Permission denied / Operation not permitted\\n\nexited with 0\n";
    assert_eq!(world.run(), expected);
}

#[test]
fn a_sandbox_needs_no_directories_of_its_own() {
    let world = World::new();
    let (mut kernel, _) = world.boot();
    let empty = vfs::Tree::new(vfs::Metadata::new(0o755, Time::EPOCH));
    let sandbox = kernel.add_sandbox(SandboxSpec::new(empty)).unwrap();
    let tree = kernel.tree(sandbox).unwrap();
    let paths: Vec<String> = tree.entries(tree.root()).map(|(name, _)| name.to_string()).collect();
    assert_eq!(paths, ["dev", "proc", "sys"]);
}
