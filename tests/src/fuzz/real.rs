use std::{
    collections::BTreeSet,
    fs,
    os::unix::{fs::symlink, process::ExitStatusExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use vfs::Node;

use super::{Case, ENVIRONMENT, Outcome, plain, tree};
use crate::machine::Machine;

/// How long a case may run.
const PATIENCE: Duration = Duration::from_secs(5);

/// What each script finds: the environment's search path, a working directory, a limit of file sizes in blocks.
const SETTING: &str = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin; umask 022; ulimit -f 20000; cd /w; exec /bin/sh -c \"$1\"";

/// Where Debian's busybox-static is.
const DEBIAN: &str = "/bin/busybox";

/// Which busybox is the real one.
#[derive(Clone, Debug)]
pub enum Source {
    /// Debian's busybox-static: 1.35 with glibc.
    Debian,
    /// That of a root directory of Alpine, with its C library.
    Alpine(PathBuf),
}

/// A root directory that holds the real busybox, laid out as the simulated machine is.
pub struct Real {
    root: PathBuf,
    applets: BTreeSet<String>,
}

impl Source {
    /// Copies the program, and what it is linked with, into a root.
    fn install(&self, root: &Path) -> std::io::Result<()> {
        let place = root.join("bin/busybox");
        match self {
            Source::Debian => fs::copy(DEBIAN, place)?,
            Source::Alpine(from) => {
                let library = "lib/ld-musl-x86_64.so.1";
                fs::create_dir_all(root.join("lib"))?;
                fs::copy(from.join(library), root.join(library))?;
                fs::copy(from.join("bin/busybox"), place)?
            }
        };
        Ok(())
    }
}

impl Real {
    /// Lays out a new root: the machine's directories, files and links, with a real busybox as the program.
    ///
    /// # Errors
    /// No such busybox, or no room.
    pub fn prepare(root: &Path, machine: &Machine, source: &Source) -> Result<Real, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", root.display());
        fs::create_dir_all(root).map_err(failed)?;
        for visit in machine.root.walk() {
            let path = visit.path.to_string();
            let place = root.join(path.trim_start_matches('/'));
            match visit.inode.node() {
                Node::Directory(_) => fs::create_dir_all(&place).map_err(failed)?,
                Node::Symlink(target) => symlink(target.to_string(), &place).map_err(failed)?,
                Node::File(_) if path == "/bin/busybox" => {
                    source.install(root).map_err(|error| format!("{source:?}: {error}"))?;
                }
                Node::File(_) => {
                    let bytes = machine.root.read_file(&path).map_err(|errno| errno.to_string())?;
                    fs::write(&place, bytes).map_err(failed)?;
                }
                _ => {}
            }
        }
        let null = root.join("dev/null");
        let made = Command::new("mknod").args(["-m", "666"]).arg(&null).args(["c", "1", "3"]).status();
        match made {
            Ok(status) if status.success() => Ok(Real { root: root.to_path_buf(), applets: applets()? }),
            _ => Err(format!("{} cannot be made: the real side needs root", null.display())),
        }
    }

    /// Whether the real busybox has an applet of this name.
    pub fn has(&self, name: &str) -> bool {
        self.applets.contains(name)
    }

    /// Runs a case in an empty working directory.
    ///
    /// # Errors
    /// chroot that cannot be run.
    pub fn run(&self, case: &Case) -> Result<Outcome, String> {
        let folder = self.root.join(&tree::FOLDER[1..]);
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).map_err(failed)?;
        let began = Instant::now();
        // timeout(1) ends what the script has left running, too, and no file grows without end.
        let output = Command::new("timeout")
            .args(["-s", "KILL", &PATIENCE.as_secs().to_string(), "chroot"])
            .arg(&self.root)
            .args(["/bin/busybox", "sh", "-c", SETTING, "sh", &case.script])
            .env_clear()
            .envs(ENVIRONMENT.iter().copied())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("timeout: {error}"))?;
        let status = match began.elapsed() < PATIENCE {
            true => output.status.code().or(output.status.signal().map(|signal| 128 + signal)).unwrap_or(-1),
            false => return Ok(Outcome { status: "timed out".to_owned(), ..Outcome::default() }),
        };
        let (stdout, stderr) = (plain(&output.stdout), as_musl_says(&plain(&output.stderr)));
        Ok(Outcome { status: status.to_string(), stdout, stderr, tree: tree::of_folder(&folder) })
    }
}

/// What glibc's getopt says in the words of musl's, which Alpine has.
fn as_musl_says(text: &[u8]) -> Vec<u8> {
    let words: [(&str, &str, &str); 3] = [
        ("invalid option -- '", "'", "unrecognized option: "),
        ("option requires an argument -- '", "'", "option requires an argument: "),
        ("unrecognized option '--", "'", "unrecognized option: "),
    ];
    let Ok(text) = std::str::from_utf8(text) else { return text.to_vec() };
    let line = |line: &str| {
        for (before, after, musl) in words {
            if let Some((program, rest)) = line.split_once(before)
                && let Some((option, end)) = rest.split_once(after)
            {
                return format!("{program}{musl}{option}{end}");
            }
        }
        line.to_owned()
    };
    text.split_inclusive('\n').map(line).collect::<String>().into_bytes()
}

/// The applets of Debian's busybox: the same cases, whoever is asked.
pub(super) fn applets() -> Result<BTreeSet<String>, String> {
    let listed = Command::new(DEBIAN).arg("--list").output();
    let listed = listed.map_err(|error| format!("{DEBIAN}: {error}"))?;
    Ok(String::from_utf8_lossy(&listed.stdout).lines().map(str::to_owned).collect())
}
