//! Projects that are built here and by a real daemon, which must agree.

mod base;
mod fixture;

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

use crate::dockerd::Dockerd;
pub use base::write as write_base;
pub use fixture::{Fixture, read};

/// What came of a fixture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its name.
    pub name: String,
    /// What differs, as `compare` tells it; none where nothing does.
    pub difference: Option<String>,
    /// Whether our image, with the daemon's times and ids in it, has the daemon's id; none where no image was built.
    pub same_id: Option<bool>,
}

/// Builds each fixture with `program` (`glasshull`) and with a daemon whose state is in `scratch`.
///
/// # Errors
/// The daemon does not start; something cannot be written.
pub fn run(fixtures: &[Fixture], program: &Path, scratch: &Path) -> Result<Vec<Verdict>, String> {
    let daemon = Dockerd::start(&scratch.join("daemon"))?;
    let bench = Bench { program, home: scratch.join("home"), daemon: &daemon };
    let archive = scratch.join("base.tar");
    base::write(&archive).map_err(|error| format!("the base image: {error}"))?;
    let path = archive.display().to_string();
    daemon.docker(&["import", &path, "base"])?;
    bench.glasshull(&["import", &path, "base"])?;
    fixtures
        .iter()
        .enumerate()
        .map(|(number, fixture)| {
            let folder = scratch.join(format!("project-{number}"));
            fixture.write(&folder).map_err(|error| format!("{}: {error}", fixture.name))?;
            let verdict = bench.verdict(fixture, &folder)?;
            fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", fixture.name))?;
            Ok(verdict)
        })
        .collect()
}

struct Bench<'a> {
    program: &'a Path,
    home: std::path::PathBuf,
    daemon: &'a Dockerd,
}

impl Bench<'_> {
    fn glasshull(&self, arguments: &[&str]) -> Result<(Vec<u8>, i32), String> {
        let output = Command::new(self.program)
            .args(arguments)
            .env("DOCKER_HOST", self.daemon.host())
            .env("GLASSHULL_HOME", &self.home)
            .env_remove("GLASSHULL_DOCKER_VERSION")
            .output()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        match output.status.code() {
            Some(code @ (0 | 1)) => Ok((output.stdout, code)),
            _ => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    fn verdict(&self, fixture: &Fixture, folder: &Path) -> Result<Verdict, String> {
        let folder = folder.display().to_string();
        let mut words = vec!["compare", folder.as_str(), "--json", "--"];
        words.extend(fixture.flags.iter().map(String::as_str));
        let (json, _) = self.glasshull(&words).map_err(|error| format!("{}: {error}", fixture.name))?;
        let report: BTreeMap<String, Value> =
            serde_json::from_slice(&json).map_err(|error| format!("{}: {error}", fixture.name))?;
        let same_id = report.get("identity").and_then(|identity| identity.get("image_id")?.as_bool());
        Ok(Verdict { name: fixture.name.clone(), difference: difference(&report), same_id })
    }
}

/// The exit statuses if they differ, and all rows.
fn difference(report: &BTreeMap<String, Value>) -> Option<String> {
    let mut told = Vec::new();
    if let Some([here, daemon]) = report.get("exit").and_then(Value::as_array).map(Vec::as_slice)
        && here != daemon
    {
        told.push(format!("exit: here {here}, daemon {daemon}"));
    }
    for name in ["output", "config", "history", "layers", "files"] {
        for row in report.get(name).and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
            told.push(format!("{name}: {}\n  - {}\n  + {}", text("place"), text("here"), text("daemon")));
        }
    }
    (!told.is_empty()).then(|| told.join("\n"))
}
