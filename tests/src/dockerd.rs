//! A real Docker daemon of our own, for comparisons: its own state, its own socket, no network.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// How long the daemon may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(100);

/// A daemon that ends with this value.
pub struct Dockerd {
    process: Child,
    socket: PathBuf,
}

impl Dockerd {
    /// Whether this machine has a daemon and its client, and lets us run them.
    pub fn is_possible() -> bool {
        let answers = |program: &str| {
            let version =
                Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            version.is_ok_and(|status| status.success())
        };
        // The daemon needs root, who alone may look into this folder.
        fs::read_dir("/root").is_ok() && answers("dockerd") && answers("docker")
    }

    /// Starts a daemon with all its state under `folder` and waits until it answers.
    ///
    /// # Errors
    /// It does not start or does not answer; the end of its log.
    pub fn start(folder: &Path) -> Result<Dockerd, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(failed)?;
        let (socket, log) = (folder.join("docker.sock"), folder.join("log"));
        let output = File::create(&log).map_err(failed)?;
        let process = Command::new("dockerd")
            .arg("--data-root")
            .arg(folder.join("data"))
            .arg("--exec-root")
            .arg(folder.join("exec"))
            .arg("--pidfile")
            .arg(folder.join("pid"))
            .arg("-H")
            .arg(format!("unix://{}", socket.display()))
            .args(["--bridge=none", "--iptables=false", "--ip6tables=false"])
            .stdin(Stdio::null())
            .stdout(output.try_clone().map_err(failed)?)
            .stderr(output)
            .spawn()
            .map_err(|error| format!("dockerd: {error}"))?;
        let mut daemon = Dockerd { process, socket };
        let began = Instant::now();
        while daemon.docker(&["version"]).is_err() {
            let has_ended = !matches!(daemon.process.try_wait(), Ok(None));
            if has_ended || began.elapsed() > PATIENCE {
                let text = fs::read_to_string(&log).unwrap_or_default();
                let end: Vec<&str> = text.lines().rev().take(5).collect();
                return Err(format!("dockerd does not answer:\n{}", end.join("\n")));
            }
            sleep(LOOK);
        }
        Ok(daemon)
    }

    /// What `DOCKER_HOST` has to be.
    pub fn host(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    /// Runs the real client.
    ///
    /// # Errors
    /// What it complains of.
    pub fn docker(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output = Command::new("docker")
            .arg("-H")
            .arg(self.host())
            .args(arguments)
            .output()
            .map_err(|error| format!("docker: {error}"))?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }
}

impl Drop for Dockerd {
    /// Asks it to end, so that it takes its mounts away, and waits for that.
    fn drop(&mut self) {
        let pid = self.process.id().to_string();
        // A daemon that is gone already needs no signal.
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let began = Instant::now();
        while began.elapsed() < PATIENCE && !matches!(self.process.try_wait(), Ok(Some(_)) | Err(_)) {
            sleep(LOOK);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
