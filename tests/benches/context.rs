//! A context of 10,000 files, read, hashed and copied into an image by the program, beside `tar c | sha256sum` of the same folder
//! in the same run. `GLASSHULL_BIN` names the program, else it is the release build.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

const FILES: usize = 10_000;
/// Files of one folder.
const FOLDER: usize = 100;
/// How many times as long as the pipe a build may take.
const ALLOWED: f64 = 3.0;
/// Rounds; the fastest of each counts.
const ROUNDS: usize = 7;

fn main() -> Result<(), String> {
    let program = program();
    if !program.exists() {
        println!("no {}: nothing to measure", program.display());
        return Ok(());
    }
    let scratch = tempfile::tempdir().map_err(told)?;
    let context = scratch.path().join("context");
    let bytes = fill(&context).map_err(told)?;
    println!("{FILES} files, {bytes} bytes");
    let mut fastest = [Duration::MAX; 3];
    for round in 0..ROUNDS {
        let pipe = timed(Command::new("sh").args(["-c", "tar c . | sha256sum"]).current_dir(&context))?;
        fastest[0] = fastest[0].min(pipe);
        for builder in [0, 1] {
            let home = scratch.path().join(format!("home-{round}-{builder}"));
            let took = timed(
                Command::new(&program)
                    .args(["docker", "build", "-q", "."])
                    .current_dir(&context)
                    .env("GLASSHULL_HOME", &home)
                    .env("DOCKER_BUILDKIT", builder.to_string()),
            )?;
            fastest[builder + 1] = fastest[builder + 1].min(took);
            fs::remove_dir_all(&home).map_err(told)?;
        }
    }
    println!("tar c | sha256sum {:>9.1} ms", millis(fastest[0]));
    let mut slow = Vec::new();
    for (name, took) in ["classic", "BuildKit"].into_iter().zip(&fastest[1..]) {
        let times = took.as_secs_f64() / fastest[0].as_secs_f64();
        println!("{name:<17} {:>9.1} ms, {times:.2} times as long", millis(*took));
        if times > ALLOWED {
            slow.push(format!("{name}: {times:.2} times, {ALLOWED} allowed"));
        }
    }
    if slow.is_empty() { Ok(()) } else { Err(slow.join("; ")) }
}

fn program() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::var_os("GLASSHULL_BIN").map_or_else(|| root.join("target/release/glasshull"), PathBuf::from)
}

/// Sources as a project has them: from empty files to some of 16 KB.
fn fill(context: &Path) -> std::io::Result<usize> {
    fs::create_dir_all(context)?;
    fs::write(context.join("Dockerfile"), "FROM scratch\nCOPY . /app\n")?;
    let mut bytes = 0;
    for number in 0..FILES {
        let folder = context.join(format!("src/module-{}", number / FOLDER));
        if number % FOLDER == 0 {
            fs::create_dir_all(&folder)?;
        }
        let line = format!("line of the file {number}\n");
        let text = line.repeat(number * 7919 % 16_384 / line.len());
        bytes += text.len();
        fs::write(folder.join(format!("file-{number}.txt")), text)?;
    }
    Ok(bytes)
}

fn timed(command: &mut Command) -> Result<Duration, String> {
    let began = Instant::now();
    let output = command.output().map_err(told)?;
    let took = began.elapsed();
    match output.status.success() {
        true => Ok(took),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}
