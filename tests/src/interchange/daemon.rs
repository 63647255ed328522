use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{Bench, is_there, output, tree};

/// How long a daemon may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A real docker daemon of our own, with its files in one folder and no network. It ends with this value.
pub(super) struct Daemon {
    child: Child,
    socket: PathBuf,
    root: PathBuf,
}

impl Daemon {
    /// Starts one; the error says why there is none.
    pub(super) fn start(folder: &Path) -> Result<Daemon, String> {
        for program in ["dockerd", "docker"] {
            if !is_there(program) {
                return Err(format!("{program} is not installed"));
            }
        }
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let log = fs::File::create(folder.join("log")).map_err(|error| error.to_string())?;
        let socket = folder.join("socket");
        let child = Command::new("dockerd")
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
            .stdout(log.try_clone().map_err(|error| error.to_string())?)
            .stderr(log)
            .spawn()
            .map_err(|error| format!("dockerd: {error}"))?;
        let mut daemon = Daemon { child, socket, root: folder.to_owned() };
        let began = Instant::now();
        while daemon.call(&["version"]).is_err() {
            let ended = daemon.child.try_wait().is_ok_and(|status| status.is_some());
            if ended || began.elapsed() > PATIENCE {
                let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
                return Err(format!("dockerd: {}", log.lines().last().unwrap_or("it does not answer")));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(daemon)
    }

    pub(super) fn call(&self, words: &[&str]) -> Result<String, String> {
        self.call_in(&self.root, words)
    }

    pub(super) fn call_in(&self, folder: &Path, words: &[&str]) -> Result<String, String> {
        let mut command = Command::new("docker");
        command.arg("-H").arg(format!("unix://{}", self.socket.display())).args(words);
        output(command.current_dir(folder).env("DOCKER_BUILDKIT", "0"))
    }

    /// The files of an image, a line for each.
    pub(super) fn listing(&self, bench: &Bench<'_>, image: &str) -> Result<String, String> {
        let id = self.call(&["create", "--network", "none", image, "true"])?;
        let exported = self.call_in(bench.folder, &["export", "-o", "listed.tar", &id]);
        self.call(&["rm", "-v", &id])?;
        exported?;
        tree::of_tar(&bench.path("listed.tar"))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // A daemon that is asked to end unmounts what it has mounted.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let began = Instant::now();
        while began.elapsed() < PATIENCE && self.child.try_wait().is_ok_and(|status| status.is_none()) {
            thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
