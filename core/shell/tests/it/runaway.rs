//! Scripts that run away, or look as if they did: each ends as on Linux, or by a limit that is named.

use kernel::{Limits, Stdin};

use crate::world::run;

/// Smaller than the real limits, so that this is quick.
fn limits() -> Limits {
    Limits { fuel: 400_000, memory: 8 << 20, processes: 200, ..Limits::default() }
}

fn ends(script: &str, status: &str, stdout: &str, stderr: &str) {
    let got = run(&["/bin/sh", "-c", script], limits(), Stdin::Null);
    assert_eq!((got.status.as_str(), got.stdout.to_string().as_str()), (status, stdout), "{script}");
    assert_eq!(got.stderr, stderr, "{script}");
}

fn hits(script: &str, limit: &str, value: u64) {
    let got = run(&["/bin/sh", "-c", script], limits(), Stdin::Null);
    let expected = format!("LimitHit(LimitHit {{ sandbox: SandboxId(0), limit: {limit}, value: {value} }})");
    assert_eq!(got.status, expected, "{script}");
}

#[test]
fn what_ends_on_linux_ends_here() {
    ends("yes | head -1", "0", "y\n", "");
    ends("(sleep 100; echo x) & wait", "0", "x\n", "");
    ends("trap 'echo got; exit 3' TERM; kill $$; echo no", "3", "got\n", "");
    ends(&format!("echo a{}", " | cat".repeat(99)), "0", "a\n", "");
    ends("mkfifo p; echo hi >p & cat p", "0", "hi\n", "");
    ends("f() { [ $1 = 0 ] || f $(($1-1)); }; f 10000; echo $?", "0", "0\n", "");
    ends("timeout 1 sh -c 'while :; do :; done'; echo $?", "0", "143\n", "Terminated\n");
    // The container ends with its first process.
    ends("b() { b | b & }; b", "0", "", "");
}

#[test]
fn what_would_not_end_meets_a_limit() {
    hits("while :; do :; done", "Fuel", 400_000);
    hits("cat /dev/zero | tr a b | wc -c", "Fuel", 400_000);
    hits("echo a >f; cat f >>f", "Fuel", 400_000);
    hits("b() { b | b; }; b", "Processes", 200);
    hits("cat /dev/zero >f", "Memory", 8 << 20);
    hits("x=x; while :; do x=$x$x; done", "Memory", 8 << 20);
    ends("f() { f; }; f", "2", "", "/bin/sh: calls nested too deep (limit 12000)\n");
}
