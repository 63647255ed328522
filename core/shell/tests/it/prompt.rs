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
