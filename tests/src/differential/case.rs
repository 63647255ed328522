use std::{
    fs, io,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

/// One recorded session: a line of `classic-20.10.jsonl` and its like.
#[derive(Clone, Debug)]
pub struct Case {
    /// The line.
    pub json: Value,
}

/// What a session printed and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Standard output, undecodable bytes replaced.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Exit status; -1 for a killed one.
    pub exit: i64,
}

/// Where sessions are replayed.
#[derive(Clone, Debug)]
pub struct Replay {
    /// A folder that holds `docker`.
    pub bin: PathBuf,
    /// A state directory with the base images, copied for each case.
    pub home: PathBuf,
    /// Variables under which the sessions run.
    pub environment: &'static [(&'static str, &'static str)],
}

/// Seconds that a session may take before it is killed.
const TIMEOUT: &str = "60";

impl Case {
    /// All cases of a file; lines that are no JSON are left out.
    ///
    /// # Errors
    /// What reading the file gives.
    pub fn read_all(path: &Path) -> io::Result<Vec<Case>> {
        let text = fs::read_to_string(path)?;
        Ok(text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .map(|json| Case { json })
            .collect())
    }

    /// A text field; empty when absent.
    pub fn text(&self, key: &str) -> &str {
        self.json[key].as_str().unwrap_or_default()
    }

    /// A recorded stream; one that is no UTF-8 is recorded in base64.
    fn stream(&self, key: &str) -> String {
        match self.json[key]["base64"].as_str().map(|text| BASE64_STANDARD.decode(text)) {
            Some(Ok(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
            _ => self.text(key).to_owned(),
        }
    }

    /// Variables of this case alone. Cases whose name says so were recorded with the image store switched off.
    fn environment(&self) -> Vec<(String, String)> {
        let own = self.json["environment"].as_object().into_iter().flatten();
        let mut all: Vec<(String, String)> =
            own.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect();
        if self.text("name").ends_with("graphdriver") {
            all.push(("GLASSHULL_IMAGE_STORE".to_owned(), "graphdriver".to_owned()));
        }
        all
    }

    /// What the real docker answered.
    pub fn recorded(&self) -> Outcome {
        Outcome {
            stdout: self.stream("stdout"),
            stderr: self.stream("stderr"),
            exit: self.json["exit"].as_i64().unwrap_or(-1),
        }
    }

    /// Replays the session and returns what it printed, with the case's folder shown as `/case`.
    ///
    /// # Errors
    /// What laying out the folder or starting the shell gives.
    pub fn replay(&self, replay: &Replay) -> io::Result<Outcome> {
        let scratch = tempfile::tempdir()?;
        let case = scratch.path().join("case");
        lay_out(&self.json["files"], &case.join("context"))?;
        self.restore_big_file(&case.join("context"))?;
        lay_out(&self.json["beside_context"], &case)?;
        copy_tree(&replay.home, &scratch.path().join("home"))?;
        let prepare = self.text("prepare");
        if !prepare.is_empty() {
            if prepare.contains("cp Dockerfile") {
                // The last state of the Dockerfile lay beside the context.
                fs::copy(case.join("context/Dockerfile"), case.join("Dockerfile"))?;
            }
            self.shell(prepare, "", scratch.path(), replay)?;
        }
        // The recording shows the builder as an assignment before the command; it was exported.
        let command = self.text("command").replace("/usr/bin/docker", "docker");
        let assigned =
            ["DOCKER_BUILDKIT=0 ", "DOCKER_BUILDKIT=1 "].iter().find_map(|word| command.strip_prefix(word));
        let command = assigned.unwrap_or(&command);
        let mut outcome = self.shell(command, self.text("stdin"), scratch.path(), replay)?;
        let place = case.to_string_lossy().into_owned();
        outcome.stdout = outcome.stdout.replace(&place, "/case");
        outcome.stderr = outcome.stderr.replace(&place, "/case");
        Ok(outcome)
    }

    fn shell(&self, script: &str, stdin: &str, scratch: &Path, replay: &Replay) -> io::Result<Outcome> {
        let path = format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", replay.bin.display());
        let input = scratch.join("stdin");
        fs::write(&input, stdin)?;
        let output = Command::new("timeout")
            .args([TIMEOUT, "bash", "-c", script])
            .current_dir(scratch.join("case"))
            .env_clear()
            .env("PATH", path)
            .env("HOME", scratch)
            .env("LANG", "C.UTF-8")
            .envs(replay.environment.iter().copied())
            .envs(self.environment())
            .env("GLASSHULL_HOME", scratch.join("home"))
            .stdin(Stdio::from(fs::File::open(&input)?))
            .output()?;
        Ok(Outcome {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            exit: output.status.code().map_or(-1, i64::from),
        })
    }

    /// A context file that was left out of the recording to save space: the note says its name and size, and only
    /// the size matters.
    fn restore_big_file(&self, context: &Path) -> io::Result<()> {
        let rest = self.text("note").strip_prefix("context file ");
        let Some((name, rest)) = rest.and_then(|rest| rest.split_once(": ")) else { return Ok(()) };
        let Some(bytes) = rest.split_once(" bytes").and_then(|(bytes, _)| bytes.parse().ok()) else {
            return Ok(());
        };
        fs::write(context.join(name), vec![0; bytes])
    }
}

/// Copies a folder with all that is in it.
///
/// # Errors
/// What the file system gives.
pub fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name() == "lock" {
            // A linked lock would be one lock for all cases.
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else if fs::hard_link(entry.path(), &target).is_err() {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Makes the files of a case. Every file and folder has mtime 1700000000.
fn lay_out(files: &Value, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut made = vec![folder.to_path_buf()];
    for (name, entry) in files.as_object().into_iter().flatten() {
        let path = folder.join(name);
        let parents: Vec<_> = path.ancestors().skip(1).take_while(|parent| *parent != folder).collect();
        made.extend(parents.into_iter().map(Path::to_path_buf));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        lay_out_entry(entry, &path)?;
        made.push(path);
    }
    made.sort_by_key(|path| std::cmp::Reverse(path.components().count()));
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let (links, others): (Vec<_>, Vec<_>) = made.into_iter().partition(|path| path.is_symlink());
    for path in others {
        fs::File::open(path)?.set_modified(time)?;
    }
    if links.is_empty() {
        return Ok(());
    }
    Command::new("touch").args(["-h", "-d", "@1700000000"]).args(links).status().map(drop)
}

fn lay_out_entry(entry: &Value, path: &Path) -> io::Result<()> {
    if let Some(target) = entry["link"].as_str() {
        return symlink(target, path);
    }
    let mode = entry["mode"].as_str().and_then(|mode| u32::from_str_radix(mode, 8).ok());
    if entry.get("dir").is_some() {
        fs::create_dir_all(path)?;
        return mode.map_or(Ok(()), |mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)));
    }
    let bytes = match (entry, &entry["text"], &entry["base64"]) {
        (Value::String(text), ..) | (_, Value::String(text), _) => text.clone().into_bytes(),
        (_, _, Value::String(text)) => BASE64_STANDARD.decode(text).map_err(io::Error::other)?,
        _ => {
            let letter = entry["repeat"].as_str().unwrap_or_default();
            letter.repeat(entry["bytes"].as_u64().unwrap_or(0) as usize).into_bytes()
        }
    };
    fs::write(path, bytes)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode.unwrap_or(0o644)))
}
