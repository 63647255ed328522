//! A shell at a terminal.

use kernel::{Kernel, ProcessId};

use crate::world::boot;

/// Types a line and gives what the terminal shows until the next prompt.
fn type_in(kernel: &mut Kernel, pid: ProcessId, keys: &str) -> String {
    kernel.feed(pid, keys.as_bytes());
    kernel.run();
    let shown: Vec<u8> = kernel.take_output().into_iter().flat_map(|output| output.bytes.to_vec()).collect();
    String::from_utf8(shown).unwrap()
}

#[test]
fn a_prompt_reads_and_runs_lines() {
    let (mut kernel, pid) = boot(&["/bin/sh"]);
    assert_eq!(type_in(&mut kernel, pid, ""), "/w # ");
    assert_eq!(type_in(&mut kernel, pid, "echo hi\n"), "echo hi\r\nhi\r\n/w # ");
    assert_eq!(type_in(&mut kernel, pid, "if true\n"), "if true\r\n> ");
    assert_eq!(type_in(&mut kernel, pid, "then echo y; fi\n"), "then echo y; fi\r\ny\r\n/w # ");
    assert_eq!(
        type_in(&mut kernel, pid, "echo )\n"),
        "echo )\r\n/bin/sh: syntax error: unexpected \")\"\r\n/w # "
    );
    assert_eq!(
        type_in(&mut kernel, pid, "cd /nope\n"),
        "cd /nope\r\n/bin/sh: cd: can't cd to /nope: No such file or directory\r\n/w # "
    );
    assert_eq!(
        type_in(&mut kernel, pid, "cd; set -u; echo $x\n"),
        "cd; set -u; echo $x\r\n/bin/sh: x: parameter not set\r\n~ # "
    );
    assert_eq!(type_in(&mut kernel, pid, "sleep 100\u{3}"), "sleep 100^C\r\n~ # ");
    assert_eq!(type_in(&mut kernel, pid, "exit 3\n"), "exit 3\r\n");
    assert_eq!(kernel.exit_status(pid).map(|status| status.code()), Some(3));
}

/// A shell that has shown its first prompt, and what it shows for each line typed.
fn session(argv: &[&str], keys: &[&str]) -> String {
    let (mut kernel, pid) = boot(argv);
    let shown: String =
        std::iter::once(&"").chain(keys).map(|keys| type_in(&mut kernel, pid, keys)).collect();
    let status = kernel.exit_status(pid).map(|status| status.code());
    format!("{}{status:?}", shown.replace('\r', ""))
}

#[test]
fn jobs_stop_and_go_on() {
    let keys = [
        "cat | cat\n",
        "one\n",
        "\u{1a}",
        "echo $? $-\n",
        "jobs -l\n",
        "bg\n",
        "\n",
        "fg\n",
        "two\n\u{4}",
        "jobs\n",
    ];
    assert_eq!(
        session(&["/bin/sh"], &keys),
        "/w # cat | cat\none\none\n^Z[1]+  Stopped                    cat | cat\n/w # echo $? $-\n148 smi\n\
         /w # jobs -l\n[1]+  2 Stopped                  cat\n      3                          | cat\n\
         /w # bg\n[1] cat | cat\n/w # \n[1]+  Stopped (tty input)        cat | cat\n/w # fg\ncat | cat\ntwo\ntwo\n/w # jobs\n/w # None"
    );
}

#[test]
fn a_shell_warns_once_of_stopped_jobs() {
    let keys = ["cat\n", "\u{1a}", "exit\n", "exit\n"];
    assert_eq!(
        session(&["/bin/sh"], &keys),
        "/w # cat\n^Z[1]+  Stopped                    cat\n/w # exit\nYou have stopped jobs.\n/w # exit\nSome(0)"
    );
}

#[test]
fn job_control_of_a_script_at_a_terminal() {
    let script = "set -m; sleep 3 & kill -STOP %1; sleep 1; jobs -l; wait %1; echo w $?; fg; echo f $?; jobs
        sh -c 'kill -STOP $$; exit 5'; echo st $?; jobs; bg; sleep 1; jobs; true | sh -c 'kill -TSTP $$; exit 6'
        echo $?; jobs -l; fg; echo $?; jobs";
    assert_eq!(
        session(&["/bin/sh", "-c", script], &[]),
        "[1]+  2 Stopped (signal)         sleep 3\nw 147\nsleep 3\nf 0\nst 147\n\
         [1]+  Stopped (signal)           sh -c \"kill -STOP $$; exit 5\"\n[1] sh -c \"kill -STOP $$; exit 5\"\n\
         [1]+  Done(5)                    sh -c \"kill -STOP $$; exit 5\"\n148\n[1]+  6 Stopped                  true\n      \
         7                          | sh -c \"kill -TSTP $$; exit 6\"\ntrue | sh -c \"kill -TSTP $$; exit 6\"\n6\nSome(0)"
    );
}

#[test]
fn an_interactive_shell_reads_what_env_names() {
    let keys = ["echo 'a=1' > rc; ENV=/w/r${x-c} sh\n", "echo $a\n", "exit\n", "ENV=/w/rc sh -c 'echo $a'\n"];
    assert_eq!(
        session(&["/bin/sh"], &keys),
        "/w # echo 'a=1' > rc; ENV=/w/r${x-c} sh\n/w # echo $a\n1\n/w # exit\n/w # ENV=/w/rc sh -c 'echo $a'\n\n/w # None"
    );
}

/// What a shell with `-i -c` and this standard input prints, then its status. It has no terminal.
fn command_with_prompt(script: &str, stdin: &str) -> (String, String, String) {
    let stdin = kernel::Stdin::Bytes(stdin.into());
    let got = crate::world::run(&["/bin/sh", "-i", "-c", script], kernel::Limits::default(), stdin);
    let told = got.stderr.to_string();
    let told = told.strip_prefix("/bin/sh: can't access tty; job control turned off\n").unwrap_or(&told);
    (got.status, got.stdout.to_string(), told.to_owned())
}

/// As busybox 1.36.1 has it.
#[test]
fn an_error_in_the_text_of_c_leads_to_a_prompt() {
    for (script, stdin, status, stdout, stderr) in [
        ("echo a", "echo in\n", "0", "a\n", ""),
        ("echo ${x?bad}; echo after", "", "2", "/w # ", "x: bad\n\n"),
        ("echo ${x?bad}; echo after", "echo in; pwd\n", "0", "/w # in\n/w\n/w # ", "x: bad\n\n"),
        ("echo ${x?bad}; echo after", "false\n", "1", "/w # /w # ", "x: bad\n\n"),
        ("readonly r=1; r=2; echo no", "echo $r\nexit 7\n", "7", "/w # 1\n/w # ", "r: is read only\n"),
        ("set -e; false; echo no", "echo in\n", "1", "", ""),
        ("(echo ${x?sub}); echo still", "echo in\n", "0", "still\n", "x: sub\n"),
        ("trap 'echo bye' EXIT; echo ${x?bad}", "echo in\n", "0", "/w # in\n/w # bye\n", "x: bad\n\n"),
    ] {
        let (got, shown, told) = command_with_prompt(script, stdin);
        assert_eq!((got.as_str(), shown.as_str()), (status, stdout), "{script}");
        assert_eq!(told.replace("/bin/sh: ", ""), stderr, "{script}");
    }
}
