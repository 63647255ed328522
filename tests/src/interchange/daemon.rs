use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Bench, is_there, output, tree};
use crate::dockerd::Dockerd;

/// A real docker daemon of our own that works in its folder.
pub(super) struct Daemon {
    dockerd: Dockerd,
    root: PathBuf,
}

impl Daemon {
    /// Starts one; the error says why there is none.
    pub(super) fn start(folder: &Path) -> Result<Daemon, String> {
        if let Some(missing) = ["dockerd", "docker"].into_iter().find(|program| !is_there(program)) {
            return Err(format!("{missing} is not installed"));
        }
        Ok(Daemon { dockerd: Dockerd::start(folder)?, root: folder.to_owned() })
    }

    pub(super) fn call(&self, words: &[&str]) -> Result<String, String> {
        self.call_in(&self.root, words)
    }

    pub(super) fn call_in(&self, folder: &Path, words: &[&str]) -> Result<String, String> {
        let mut command = Command::new("docker");
        command.arg("-H").arg(self.dockerd.host()).args(words);
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
