use std::time::Duration;

use kernel::Fd;

use crate::{console::Console, options::Parsed, progress};

/// What the options of all commands say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) root: Option<String>,
    pub(crate) arch: Option<String>,
    pub(crate) cache_dir: Option<String>,
    /// Seconds.
    pub(crate) cache_max_age: Option<i64>,
    /// `-U`: in place of a number of seconds.
    pub(crate) update_cache: bool,
    pub(crate) repositories: Vec<String>,
    pub(crate) repositories_file: Option<String>,
    pub(crate) keys_dir: Option<String>,
    pub(crate) from: Option<From>,
    pub(crate) allow_untrusted: bool,
    pub(crate) no_cache: bool,
    pub(crate) no_network: bool,
    pub(crate) interactive: bool,
    pub(crate) progress: bool,
    /// Where else the progress is written.
    pub(crate) progress_fd: Option<Fd>,
    pub(crate) purge: bool,
    pub(crate) simulate: bool,
    pub(crate) clean_protected: bool,
    pub(crate) no_scripts: bool,
    pub(crate) no_commit_hooks: bool,
    /// `apk add --initdb`: make a database where there is none.
    pub(crate) create: bool,
    /// `--wait`: for how long, while somebody else has the database's lock.
    pub(crate) lock_wait: Duration,
    pub(crate) force: Force,
}

/// The `--force` options.
#[derive(Clone, Debug, Default)]
pub(crate) struct Force {
    pub(crate) binary_stdout: bool,
    pub(crate) broken_world: bool,
    pub(crate) missing_repositories: bool,
    pub(crate) non_repository: bool,
    pub(crate) overwrite: bool,
    pub(crate) refresh: bool,
}

/// Where commands look things up (`--from`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Nowhere,
    Repositories,
    Installed,
    System,
}

/// How reading the options ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Run,
    /// `--help`, or an option that is wrong.
    Usage,
    Version,
    PrintArch,
    /// An option that has no simulation.
    NotSimulated(&'static str),
}

impl Settings {
    /// Takes the shared options out of `parsed`; what is left belongs to the command.
    pub(crate) fn take(&mut self, parsed: &mut Parsed, console: &mut Console) -> Verdict {
        let mut verdict = Verdict::Run;
        let mut left = Vec::new();
        for (name, argument) in std::mem::take(&mut parsed.options) {
            match name {
                "help" => verdict = Verdict::Usage,
                "version" => return Verdict::Version,
                "print-arch" => return Verdict::PrintArch,
                "quiet" => console.verbosity -= 1,
                "verbose" => console.verbosity += 1,
                "overlay-from-stdin" => return Verdict::NotSimulated(name),
                // There is no server whose certificate could be wrong or who could be slow.
                "no-check-certificate" | "timeout" | "force-old-apk" => {}
                _ => {
                    if !self.switch(name) && !self.assign(name, &argument, &mut verdict) {
                        left.push((name, argument));
                    }
                }
            }
        }
        parsed.options = left;
        verdict
    }

    fn switch(&mut self, name: &str) -> bool {
        let (target, to) = match name {
            "allow-untrusted" => (&mut self.allow_untrusted, true),
            "clean-protected" => (&mut self.clean_protected, true),
            "force-binary-stdout" => (&mut self.force.binary_stdout, true),
            "force-broken-world" => (&mut self.force.broken_world, true),
            "force-missing-repositories" => (&mut self.force.missing_repositories, true),
            "force-non-repository" => (&mut self.force.non_repository, true),
            "force-overwrite" => (&mut self.force.overwrite, true),
            "force-refresh" => (&mut self.force.refresh, true),
            "interactive" => (&mut self.interactive, true),
            "no-cache" => (&mut self.no_cache, true),
            "no-commit-hooks" => (&mut self.no_commit_hooks, true),
            "no-interactive" => (&mut self.interactive, false),
            "no-network" => (&mut self.no_network, true),
            "no-progress" => (&mut self.progress, false),
            "no-scripts" => (&mut self.no_scripts, true),
            "progress" => (&mut self.progress, true),
            "purge" => (&mut self.purge, true),
            "simulate" => (&mut self.simulate, true),
            "initramfs-diskless-boot" => {
                self.force.overwrite = true;
                self.force.broken_world = true;
                self.force.non_repository = true;
                self.no_commit_hooks = true;
                (&mut self.create, true)
            }
            "force" => {
                self.force.overwrite = true;
                self.force.broken_world = true;
                self.force.binary_stdout = true;
                (&mut self.force.non_repository, true)
            }
            _ => return false,
        };
        *target = to;
        true
    }

    fn assign(&mut self, name: &str, argument: &str, verdict: &mut Verdict) -> bool {
        let minutes = || leading_number(argument) * 60;
        match name {
            "root" => self.root = Some(argument.to_owned()),
            "arch" => self.arch = Some(argument.to_owned()),
            "cache-dir" => self.cache_dir = Some(argument.to_owned()),
            "cache-max-age" => (self.cache_max_age, self.update_cache) = (Some(minutes()), false),
            "update-cache" => self.update_cache = true,
            "wait" => {
                let seconds = u64::try_from(leading_number(argument)).unwrap_or(0);
                self.lock_wait = Duration::from_secs(seconds);
            }
            // The last one given is looked at first.
            "repository" => self.repositories.insert(0, argument.to_owned()),
            "repositories-file" => self.repositories_file = Some(argument.to_owned()),
            "keys-dir" => self.keys_dir = Some(argument.to_owned()),
            "progress-fd" => self.progress_fd = progress::descriptor(argument),
            "from" => match argument {
                "none" => self.from = Some(From::Nowhere),
                "repositories" => self.from = Some(From::Repositories),
                "installed" => self.from = Some(From::Installed),
                "system" => self.from = Some(From::System),
                _ => *verdict = Verdict::Usage,
            },
            _ => return false,
        }
        true
    }
}

/// As `atoi` reads it.
fn leading_number(text: &str) -> i64 {
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(i, c)| !(c.is_ascii_digit() || (*i == 0 && matches!(c, '-' | '+'))))
        .map_or(text.len(), |(i, _)| i);
    text[..end].parse().unwrap_or(0)
}
