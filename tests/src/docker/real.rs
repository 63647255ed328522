use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{Answer, Case, Normalizer, notation};

/// A real daemon that is ours alone: everything in it but the base image is removed before each case.
pub struct Real {
    /// `DOCKER_HOST`.
    host: String,
    /// The client, of version 20.10 like the daemon.
    client: PathBuf,
    folder: tempfile::TempDir,
}

/// Leaves a daemon with nothing but the base image.
const CLEAN: &str = "\
for c in $(docker ps -aq); do docker rm -fv $c; done
for n in $(docker network ls -q -f type=custom); do docker network rm $n; done
for v in $(docker volume ls -q); do docker volume rm $v; done
for i in $(docker images --format '{{.Repository}}:{{.Tag}}' | grep -v '^alpine:3.20$' | grep -v none); do docker rmi -f $i; done
docker image prune -f
docker logout
";

impl Real {
    /// A daemon at `host`, asked through `client`.
    ///
    /// # Errors
    /// It does not answer, or has no `alpine:3.20`.
    pub fn new(host: &str, client: &Path) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let real = Real { host: host.to_owned(), client: client.to_path_buf(), folder };
        let bin = real.folder.path().join("bin");
        fs::create_dir_all(&bin).map_err(|error| error.to_string())?;
        std::os::unix::fs::symlink(client, bin.join("docker")).map_err(|error| error.to_string())?;
        match real.run("docker image inspect alpine:3.20 >/dev/null")?.status {
            0 => Ok(real),
            _ => Err(format!(
                "{host} has no alpine:3.20: import the mini root file system of Alpine 3.20.3 with CMD [\"/bin/sh\"]"
            )),
        }
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn run(&self, line: &str) -> Result<Answer, String> {
        let path = format!("{}/bin:/usr/sbin:/usr/bin:/sbin:/bin", self.folder.path().display());
        let project = self.project();
        fs::create_dir_all(&project).map_err(|error| error.to_string())?;
        let output = Command::new("/bin/sh")
            .args(["-c", &format!("exec 2>&1\n{line}")])
            .current_dir(&project)
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.folder.path())
            .env("DOCKER_HOST", &self.host)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", self.client.display()))?;
        let status = output.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(255);
        Ok(Answer { output: output.stdout, status })
    }

    /// The case with the daemon's answers in the place of what it expects.
    ///
    /// # Errors
    /// The shell cannot be started.
    pub fn record(&self, case: &Case) -> Result<Case, String> {
        self.run(CLEAN)?;
        // The case before may have left a folder.
        let _ = fs::remove_dir_all(self.project());
        let root = self.run("docker info -f '{{.DockerRootDir}}'")?.output;
        let root = String::from_utf8_lossy(&root).trim().to_owned();
        let project = self.project().display().to_string();
        let paths = [(root.as_str(), "/var/lib/docker"), (project.as_str(), "/root/project")];
        let mut normalizer = Normalizer::new(&paths);
        let mut recorded = case.clone();
        for step in &mut recorded.steps {
            step.expected = notation(&self.run(&step.line)?, &mut normalizer);
        }
        self.run(CLEAN)?;
        Ok(recorded)
    }
}
