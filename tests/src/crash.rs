//! Calls of the program that are killed at random moments: the store opens after each, what was reported done is there,
//! and `fsck` finds nothing damaged.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::random::Random;

/// How a run went.
#[derive(Debug, Default)]
pub struct Report {
    /// Calls that were killed before they ended.
    pub killed: usize,
    /// Calls that ended before they could be killed.
    pub ended: usize,
    /// Of the killed ones: those that had said what they had done.
    pub told: usize,
    /// Times that a killed call left files that nothing names.
    pub leftovers: usize,
}

/// A folder with worlds and contexts.
struct Scratch<'a> {
    program: &'a Path,
    folder: &'a Path,
}

impl Scratch<'_> {
    fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command.args(words).current_dir(self.folder).env("GLASSHULL_HOME", self.home());
        command.env("DOCKER_BUILDKIT", "0").stdin(Stdio::null());
        command
    }

    fn output(&self, words: &[&str]) -> Result<Output, String> {
        self.command(words).output().map_err(|error| format!("{}: {error}", self.program.display()))
    }

    /// What a call prints, which must succeed.
    fn told(&self, words: &[&str]) -> Result<String, String> {
        let output = self.output(words)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match output.status.success() {
            true => Ok(text(&output.stdout)),
            false => Err(format!("{words:?}: {}{}", text(&output.stdout), text(&output.stderr))),
        }
    }

    fn dockerfile(&self, text: &str) -> Result<(), String> {
        fs::write(self.folder.join("Dockerfile"), text).map_err(|error| error.to_string())
    }

    /// Names of images and containers, with ids.
    fn names(&self) -> Result<BTreeMap<String, String>, String> {
        let images = self.told(&["images", "--no-trunc", "--format", "{{.Repository}} {{.ID}}"])?;
        let containers = self.told(&["ps", "-a", "--no-trunc", "--format", "box/{{.Names}} {{.ID}}"])?;
        let pair = |line: &str| line.split_once(' ').map(|(name, id)| (name.to_owned(), id.to_owned()));
        Ok(images.lines().chain(containers.lines()).filter_map(pair).collect())
    }
}

/// A call with what must be there once it has said that it is done.
struct Call {
    words: Vec<String>,
    /// A name that exists afterwards, or is gone.
    leaves: Option<(String, bool)>,
}

fn next(random: &mut Random, number: usize, scratch: &Scratch<'_>) -> Result<Call, String> {
    let image = format!("image{}", random.below(6));
    let call = |words: &[&str], leaves: Option<(&str, bool)>| Call {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        leaves: leaves.map(|(name, is_there)| (name.to_owned(), is_there)),
    };
    Ok(match random.below(10) {
        0..=3 => {
            let line = format!("RUN for i in 1 2 3 4 5; do echo {number} $i >>/f$i; done");
            scratch.dockerfile(&format!("FROM alpine\n{line}\n{line}\n"))?;
            call(&["build", "-q", "-t", &image, "."], Some((&image, true)))
        }
        4 | 5 => call(&["load", "-q", "-i", "saved.tar"], Some(("saved", true))),
        6 => call(&["commit", "box", &image], Some((&image, true))),
        7 => call(&["rmi", "saved"], Some(("saved", false))),
        8 => call(&["image", "prune", "-f"], None),
        _ => call(&["prune", "--keep", "3"], None),
    })
}

/// Kills `times` calls of `program` at random moments.
///
/// # Errors
/// A sentence that says what was lost or damaged.
pub fn kill(program: &Path, folder: &Path, times: usize, seed: u64) -> Result<Report, String> {
    let (scratch, mut random) = (Scratch { program, folder }, Random::new(seed, 0));
    scratch.dockerfile("FROM alpine\nRUN echo saved >/saved && rm /etc/motd\n")?;
    scratch.told(&["build", "-q", "-t", "saved", "."])?;
    scratch.told(&["save", "-o", "saved.tar", "saved"])?;
    scratch.told(&["run", "--name", "box", "saved", "sh", "-c", "echo x >/x"])?;
    let mut report = Report::default();
    // Moments lie within the time that calls take on this machine.
    let mut longest = Duration::from_millis(100);
    let mut before = scratch.names()?;
    while report.killed < times {
        let number = report.killed + report.ended;
        if number > times * 20 {
            return Err("calls end before they can be killed".to_owned());
        }
        let call = next(&mut random, number, &scratch)?;
        let moment = longest.mul_f64(random.below(1000) as f64 / 1000.0);
        let began = Instant::now();
        let ended = run_until(&scratch, &call, moment)?;
        match ended.status {
            Some(_) => {
                report.ended += 1;
                longest = (longest + began.elapsed()) / 2;
            }
            None => report.killed += 1,
        }
        let is_done = ended.status == Some(true) || (ended.status.is_none() && !ended.stdout.is_empty());
        report.told += usize::from(ended.status.is_none() && is_done);
        before =
            verify(&scratch, &call, &before, is_done).map_err(|error| format!("call {number}: {error}"))?;
        let found = scratch.told(&["fsck"]).map_err(|error| format!("call {number}: {error}"))?;
        report.leftovers += usize::from(found != "Clean\n");
        if number % 10 == 9 {
            scratch.told(&["fsck", "--repair"])?;
            let found = scratch.told(&["fsck"])?;
            if found != "Clean\n" {
                return Err(format!("call {number}: after the repair: {found}"));
            }
        }
    }
    Ok(report)
}

struct Ended {
    /// Whether it succeeded; none if it was killed.
    status: Option<bool>,
    stdout: Vec<u8>,
}

fn run_until(scratch: &Scratch<'_>, call: &Call, moment: Duration) -> Result<Ended, String> {
    let words: Vec<&str> = call.words.iter().map(String::as_str).collect();
    let failed = |error: std::io::Error| error.to_string();
    let mut command = scratch.command(&words);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(failed)?;
    thread::sleep(moment);
    let status = child.try_wait().map_err(failed)?;
    if status.is_none() {
        child.kill().map_err(failed)?;
        child.wait().map_err(failed)?;
    }
    let mut stdout = Vec::new();
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_end(&mut stdout).map_err(failed)?;
    }
    Ok(Ended { status: status.map(|status| status.success()), stdout })
}

/// What was there before the call and is not its own matter is there; what it reported is done.
fn verify(
    scratch: &Scratch<'_>,
    call: &Call,
    before: &BTreeMap<String, String>,
    is_done: bool,
) -> Result<BTreeMap<String, String>, String> {
    let after = scratch.names()?;
    let own = call.leaves.as_ref().map(|(name, _)| name.as_str());
    for (name, id) in before {
        // A name that moved leaves its image behind without one; what is then pruned is not lost.
        if Some(name.as_str()) != own && name != "<none>" && after.get(name) != Some(id) {
            return Err(format!("{:?} lost {name}", call.words));
        }
    }
    match &call.leaves {
        Some((name, is_there)) if is_done && after.contains_key(name) != *is_there => {
            Err(format!("{:?} said that it was done, and {name} is not as it says", call.words))
        }
        _ => Ok(after),
    }
}

/// Lets a disk of two megabytes run full, in a mount namespace of its own. None where that is not allowed.
///
/// # Errors
/// A sentence that says what was lost or damaged.
pub fn fill(program: &Path, folder: &Path) -> Result<Option<usize>, String> {
    let may = Command::new("unshare").args(["-m", "true"]).output();
    if !may.is_ok_and(|output| output.status.success()) {
        return Ok(None);
    }
    let home = folder.join("home");
    fs::create_dir_all(&home).map_err(|error| error.to_string())?;
    fs::write(folder.join("Dockerfile"), FILLER).map_err(|error| error.to_string())?;
    let output = Command::new("unshare")
        .args(["-m", "sh", "-euc", FILL, "fill"])
        .arg(program)
        .current_dir(folder)
        .env("GLASSHULL_HOME", &home)
        .env("DOCKER_BUILDKIT", "0")
        .output()
        .map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (told, errors) = (text(&output.stdout), text(&output.stderr));
    match told.lines().last().and_then(|line| line.strip_prefix("images ")?.parse().ok()) {
        Some(images) if output.status.success() => Ok(Some(images)),
        _ => Err(format!("a full disk: {told}{errors}")),
    }
}

const FILLER: &str =
    "FROM alpine\nARG N\nRUN for i in $(seq 3000); do echo \"$N $i\"; done >/f; sha256sum /f >/g\n";

/// Builds until the disk is full, then: the error names the reason, the images that were made are all there, nothing is
/// damaged, and with room again the next build succeeds.
const FILL: &str = r#"
mount --make-rprivate / && mount -t tmpfs -o size=12m tmpfs "$GLASSHULL_HOME"
n=0
while "$1" build -q --build-arg N=$n -t i$n . >/dev/null 2>errors; do n=$((n + 1)); [ $n -lt 200 ]; done
grep -q 'No space left on device' errors || { cat errors; echo "the error does not say why"; exit 1; }
[ "$("$1" images -q | wc -l)" = $((n + 1)) ] || { echo "images were lost"; exit 1; }
"$1" run --rm i0 cat /g >/dev/null 2>&1 || true
"$1" fsck || { echo "the store is damaged"; exit 1; }
mount -o remount,size=40m "$GLASSHULL_HOME"
"$1" build -q --build-arg N=$n -t i$n . >/dev/null
"$1" run --rm i$n cat /g | grep -q ' /f$'
"$1" fsck --repair >/dev/null && [ "$("$1" fsck)" = Clean ]
echo "images $((n + 1))"
"#;
