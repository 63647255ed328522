//! Images that go to real docker, skopeo and umoci and come back.

mod daemon;
mod fixtures;
mod from_docker;
mod layouts;
mod tree;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use daemon::Daemon;

/// What was compared.
#[derive(Debug, Default)]
pub struct Report {
    /// What agrees.
    pub passed: Vec<String>,
    /// What does not, with both sides.
    pub failed: Vec<String>,
    /// Tools that are not there, with the reason.
    pub skipped: Vec<String>,
}

impl Report {
    fn equal(&mut self, what: &str, ours: &str, theirs: &str) {
        if ours == theirs {
            self.passed.push(what.to_owned());
            return;
        }
        let (ours, theirs): (Vec<_>, Vec<_>) = (ours.lines().collect(), theirs.lines().collect());
        let only = |side: &str, here: &[&str], there: &[&str]| {
            let missing = here.iter().filter(|line| !there.contains(line)).take(8);
            missing.map(|line| format!("\n        {side}: {line}")).collect::<String>()
        };
        let text = only("ours", &ours, &theirs) + &only("theirs", &theirs, &ours);
        self.failed.push(format!("{what}:{text}"));
    }

    fn done(&mut self, what: &str, result: Result<String, String>) {
        match result {
            Ok(_) => self.passed.push(what.to_owned()),
            Err(error) => self.failed.push(format!("{what}: {error}")),
        }
    }
}

/// A place where both sides leave their files.
struct Bench<'a> {
    program: &'a Path,
    folder: &'a Path,
}

impl Bench<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A path as a word of a command line.
    fn word(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    /// Our program, with a world of its own by name.
    fn ours(&self, world: &str, words: &[&str]) -> Result<String, String> {
        let mut command = Command::new(self.program);
        command.env("GLASSHULL_HOME", self.path(world)).env("DOCKER_BUILDKIT", "0");
        output(command.args(words).current_dir(self.folder))
    }

    fn tool(&self, name: &str, words: &[&str]) -> Result<String, String> {
        output(Command::new(name).args(words).current_dir(self.folder))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        fs::write(self.path(name), bytes).map_err(|error| format!("{name}: {error}"))
    }
}

/// What a command prints; an exit status other than 0 is an error.
fn output(command: &mut Command) -> Result<String, String> {
    let named = command.get_program().to_string_lossy().into_owned();
    let words: Vec<String> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{named}: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned()),
        false => {
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(format!("{named} {}: {}", words.join(" "), errors.trim_end()))
        }
    }
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Builds the images with `program` and exchanges them with every tool that is installed.
///
/// # Errors
/// Our own program fails.
pub fn run(program: &Path, folder: &Path) -> Result<Report, String> {
    let bench = Bench { program, folder };
    let mut report = Report::default();
    fixtures::build(&bench)?;
    for tool in ["skopeo", "umoci"] {
        if !is_there(tool) {
            report.skipped.push(format!("{tool} is not installed"));
        }
    }
    if is_there("skopeo") {
        layouts::compare(&bench, &mut report)?;
    }
    match Daemon::start(&folder.join("docker")) {
        Ok(daemon) => {
            to_docker(&bench, &daemon, &mut report)?;
            from_docker::compare(&bench, &daemon, &mut report)?;
        }
        Err(reason) => report.skipped.push(format!("docker: {reason}")),
    }
    Ok(report)
}

/// Real docker loads what we save: the same ids, the same files; and what it saves again loads here.
fn to_docker(bench: &Bench<'_>, docker: &Daemon, report: &mut Report) -> Result<(), String> {
    report.done("docker load accepts five images", docker.call(&["load", "-i", &bench.word("saved.tar")]));
    for name in fixtures::NAMES {
        let ours = bench.ours("home", &["inspect", "-f", "{{.Id}}", name])?;
        let theirs = docker.call(&["inspect", "-f", "{{.Id}}", name]).unwrap_or_else(|error| error);
        report.equal(&format!("the id of {name} in docker"), &ours, &theirs);
        let theirs = docker.listing(bench, name).unwrap_or_else(|error| error);
        report.equal(
            &format!("the files of {name} in docker"),
            &fixtures::listing(bench, "home", name)?,
            &theirs,
        );
    }
    let words: Vec<&str> = ["save", "-o", "again.tar"].into_iter().chain(fixtures::NAMES).collect();
    docker.call_in(bench.folder, &words)?;
    report.done("what docker saved again loads here", bench.ours("again", &["load", "-i", "again.tar"]));
    for name in fixtures::NAMES {
        let id = |world: &str| bench.ours(world, &["inspect", "-f", "{{.Id}}", name]);
        report.equal(
            &format!("the id of {name} after both ways"),
            &id("home")?,
            &id("again").unwrap_or_default(),
        );
    }
    Ok(())
}
