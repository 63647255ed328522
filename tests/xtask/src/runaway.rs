use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use clap::Args;

use crate::{crash, shell::root};

/// What runs away: each command after a `$`, then all that is said, then the status in brackets.
const CASES: &str = "tests/runaway.txt";
/// Longer than any of them takes on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Args)]
pub(crate) struct Options {
    /// The program that runs them, instead of one built as this one is
    #[arg(long)]
    program: Option<PathBuf>,
}

/// Runs each command in a machine of its own and compares; says how long the slowest took.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let program = options.program.clone().map_or_else(crash::program, Ok)?;
    let text = fs::read_to_string(root().join(CASES)).map_err(|error| format!("{CASES}: {error}"))?;
    let mut slowest = (Duration::ZERO, "");
    let mut count = 0;
    for case in text.split("\n$ ").skip(1) {
        let (command, expected) = case.split_once('\n').ok_or("a command without an answer")?;
        let began = Instant::now();
        let output = Command::new(&program)
            .args(["sh", "-c", &format!("exec 2>&1; {command}")])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let took = began.elapsed();
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        let status = output.status.code().unwrap_or(-1);
        let actual = format!("{said}[{status}]\n");
        if actual.trim_end() != expected.trim_end() || took > PATIENCE {
            return Err(format!("{command}: after {took:?}\n{actual}"));
        }
        slowest = slowest.max((took, command));
        count += 1;
    }
    let (took, command) = slowest;
    println!(
        "runaway: {count} commands end as on Linux or by a named limit; the slowest, {command:?}, after {:.1} s",
        took.as_secs_f64()
    );
    Ok(())
}
