use std::collections::{BTreeMap, BTreeSet};

use bstr::{BString, ByteSlice};
use vfs::{FileType, Stat};

use crate::{
    checksum::Checksum,
    command::{Command, Given, Section},
    commit::Outcome,
    directories::{agreed, matches},
    install::{FileOwners, join, split},
    installed::Access,
    open::Needs,
    options::{GLOBAL, flag, value},
    protect::{ProtectedPaths, Protection},
    session::Session,
};

pub(crate) const COMMAND: Command = Command {
    name: "audit",
    section: Section::Miscellaneous,
    arguments: "[<PATH>...]",
    summary: "Audit system for changes",
    groups: &[&GLOBAL],
    options: &[
        flag("", "backup", "What a backup needs: protected files that differ (as without any option)"),
        flag("", "check-permissions", "Owner and mode, too"),
        flag("", "details", "Show what was and what is"),
        flag("", "full", "Everything that is in no package"),
        flag("", "ignore-busybox-symlinks", "Not the links to busybox"),
        flag("", "packages", "Only the names of packages with changed files"),
        value("", "protected-paths", "FILE", "Take the protected paths from FILE"),
        flag("r", "recursive", "Look into directories that are in no package"),
        flag("", "system", "What differs from the packages"),
    ],
    drops_empty: false,
    needs: |_, _| Needs { repositories: false, any_arch: false, ..Needs::READ },
    run: |session, given| Box::pin(run(session, given)),
};

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Backup,
    System,
    Full,
}

/// What `--full` takes for protected unless told otherwise.
const FULL: &str =
    "+etc\n@etc/init.d\n-dev\n-home\n-lib/apk\n-lib/rc/cache\n-proc\n-root\n-run\n-sys\n-tmp\n-var\n";

struct Audit {
    mode: Mode,
    recursive: bool,
    check_permissions: bool,
    packages_only: bool,
    details: bool,
    ignore_busybox: bool,
    owners: FileOwners,
    directories: BTreeMap<BString, Access>,
    /// Directories that some package has something in or below.
    known: BTreeSet<BString>,
    seen_directories: BTreeSet<BString>,
    seen_files: BTreeSet<BString>,
    named: BTreeSet<BString>,
}

async fn run(session: &mut Session<'_>, given: Given) -> Outcome {
    let mode = given.options.iter().fold(Mode::Backup, |mode, (option, _)| match *option {
        "backup" => Mode::Backup,
        "system" => Mode::System,
        "full" => Mode::Full,
        _ => mode,
    });
    if let Some(file) = given.value("protected-paths") {
        match session.read(file).await {
            Ok(rules) => session.protected = ProtectedPaths::of(&rules.to_str_lossy()),
            Err(errno) => {
                session.console.error(format!("unable to read protected path file: {file}: {errno}"));
                return -1;
            }
        }
    } else if mode == Mode::Full {
        session.protected = ProtectedPaths::of(FULL);
    }
    let mut audit = Audit::new(session, mode, &given);
    match given.args.is_empty() {
        true => session.audit_tree(&mut audit, BString::default()).await,
        false => {
            for arg in &given.args {
                match arg.strip_prefix('/') {
                    Some(path) => session.audit_tree(&mut audit, path.trim_end_matches('/').into()).await,
                    None => session.console.warning(format!("{arg}: relative path skipped.\n")),
                }
            }
        }
    }
    if mode != Mode::Backup {
        session.audit_missing(&mut audit);
    }
    0
}

impl Audit {
    fn new(session: &Session<'_>, mode: Mode, given: &Given) -> Self {
        let mut wishes: BTreeMap<BString, Vec<_>> = BTreeMap::new();
        let mut known = BTreeSet::new();
        for directory in session.db.installed.iter().flat_map(|i| &i.record.directories) {
            wishes.entry(directory.path.clone()).or_default().push(directory);
            let mut path = &directory.path[..];
            while known.insert(BString::from(path)) && !path.is_empty() {
                path = split(path).0;
            }
        }
        let agreed = |(path, list): (BString, Vec<_>)| agreed(list.into_iter()).map(|access| (path, access));
        Audit {
            mode,
            recursive: given.has("recursive"),
            check_permissions: given.has("check-permissions"),
            packages_only: given.has("packages"),
            details: given.has("details"),
            ignore_busybox: given.has("ignore-busybox-symlinks"),
            owners: session.file_owners(),
            directories: wishes.into_iter().filter_map(agreed).collect(),
            known,
            seen_directories: BTreeSet::new(),
            seen_files: BTreeSet::new(),
            named: BTreeSet::new(),
        }
    }
}

impl Session<'_> {
    async fn audit_tree(&mut self, audit: &mut Audit, top: BString) {
        audit.seen_directories.insert(top.clone());
        let mut pending = vec![self.audit_entries(&top)];
        while let Some(entries) = pending.last_mut() {
            let Some(path) = entries.pop() else {
                pending.pop();
                continue;
            };
            let absolute = self.path(&path);
            let Ok(stat) = self.process.lstat(&absolute) else { continue };
            if stat.file_type != FileType::Directory {
                self.audit_file(audit, &path, &stat).await;
            } else if self.audit_directory(audit, &path, &stat) {
                let below = self.audit_entries(&path);
                pending.push(below);
            }
        }
    }

    /// What is in a directory, the first to be looked at last.
    fn audit_entries(&mut self, folder: &BString) -> Vec<BString> {
        let absolute = self.path(folder);
        let mut paths: Vec<BString> = self.names(absolute).iter().map(|name| join(folder, name)).collect();
        paths.reverse();
        paths
    }

    /// Reports a directory; whether to look into it.
    fn audit_directory(&mut self, audit: &mut Audit, path: &BString, stat: &Stat) -> bool {
        let protection = self.protected.of_path(path);
        let (compare, enter) = match audit.mode {
            Mode::Backup => (!protection.is_none(), self.protected.reaches_below(path)),
            Mode::System if !audit.known.contains(path) => return false,
            Mode::System => (true, true),
            Mode::Full => (protection == Protection::Unprotected, true),
        };
        let mut reason = None;
        if compare {
            audit.seen_directories.insert(path.clone());
            let wanted = audit.directories.get(path);
            reason = match (audit.known.contains(path), wanted) {
                (false, _) => Some(if audit.recursive { 'd' } else { 'D' }),
                (true, Some(wanted)) if audit.check_permissions && !matches(stat, *wanted) => Some('m'),
                _ => None,
            };
        }
        if let Some(reason) = reason {
            let recorded = audit.directories.get(path).map(|access| State::recorded(*access, None));
            let states = [recorded, Some(State::of(stat, None))];
            self.report_audit(
                audit,
                &Finding { reason, path: &[&path[..], b"/"].concat(), owner: None, states },
            );
        }
        enter && reason != Some('D')
    }

    async fn audit_file(&mut self, audit: &mut Audit, path: &BString, stat: &Stat) {
        let protection = self.protected.of_path(path);
        audit.seen_files.insert(path.clone());
        let owned = audit.owners.contains_key(path);
        let link = stat.file_type == FileType::Symlink;
        let mut reason = None;
        let passed_over = match (audit.mode, protection) {
            (Mode::Full, Protection::Unprotected) => false,
            (Mode::Full, Protection::SymlinksOnly) => link,
            (Mode::Full, _) => true,
            (Mode::Backup, Protection::Changed) => false,
            (Mode::Backup, Protection::SymlinksOnly) => !link,
            (Mode::Backup, Protection::All) => {
                reason = Some('A');
                false
            }
            (Mode::Backup, _) => true,
            (Mode::System, protection) => !owned || !protection.is_none(),
        };
        let aside = audit.mode == Mode::Backup && (!owned || reason.is_some()) && path.ends_with(b".apk-new");
        if passed_over || aside {
            return;
        }
        if !owned && audit.ignore_busybox && link {
            let absolute = self.path(path);
            let target = self.process.readlink(absolute).unwrap_or_default();
            if ["/bin/busybox", "/bin/bbsuid", "/bin/busybox-extras"].iter().any(|name| target == *name) {
                return;
            }
        }
        let is_compared = reason.is_none();
        if is_compared {
            reason = self.difference(audit, path, stat).await;
        }
        let Some(reason) = reason else { return };
        let owner = audit.owners.get(path).copied();
        let recorded = owner.and_then(|owner| self.recorded_state(owner, path));
        // apk sums up what it compares.
        let checksum = match is_compared && audit.details {
            true => self.checksum_on_disk(path, recorded).await,
            false => None,
        };
        let states = [recorded, Some(State::of(stat, checksum))];
        self.report_audit(audit, &Finding { reason, path, owner, states });
    }

    /// The checksum of a file or of a link's target; that of the real file where an untouched stand-in is in its place.
    async fn checksum_on_disk(&mut self, path: &BString, recorded: Option<State>) -> Option<Checksum> {
        let absolute = self.path(path);
        let recorded = recorded.and_then(|state| state.checksum);
        if let Some(checksum) = recorded
            && self.is_unchanged(&absolute, checksum).await
        {
            return recorded;
        }
        if let Ok(target) = self.process.readlink(&absolute) {
            return Some(Checksum::of(target));
        }
        self.read(&absolute).await.ok().map(Checksum::of)
    }

    /// What the database says of a file.
    fn recorded_state(&self, owner: crate::PackageId, path: &BString) -> Option<State> {
        let (folder, name) = split(path);
        let directories = self.db.entry(owner).map(|installed| &installed.record.directories)?;
        let directory = directories.iter().find(|directory| directory.path == folder)?;
        let file = directory.files.iter().find(|file| file.name == name)?;
        Some(State::recorded(file.access, file.checksum))
    }

    async fn difference(&mut self, audit: &Audit, path: &BString, stat: &Stat) -> Option<char> {
        let Some(owner) = audit.owners.get(path).copied() else { return Some('A') };
        let (folder, name) = split(path);
        let place = (BString::from(folder), BString::from(name));
        let absolute = self.path(path);
        match self.recorded_checksum(owner, &place) {
            Some(checksum) if !self.is_unchanged(&absolute, checksum).await => return Some('U'),
            None if stat.file_type == FileType::Symlink => return Some('U'),
            _ => {}
        }
        let directories = self.db.entry(owner).map(|installed| &installed.record.directories)?;
        let directory = directories.iter().find(|directory| directory.path == place.0)?;
        let access = directory.files.iter().find(|file| file.name == place.1)?.access;
        (audit.check_permissions && !matches(stat, access)).then_some('M')
    }

    /// Files of packages that are gone.
    fn audit_missing(&mut self, audit: &mut Audit) {
        let missing: Vec<(BString, crate::PackageId)> = audit
            .owners
            .iter()
            .filter(|(path, _)| {
                !audit.seen_files.contains(*path)
                    && audit.seen_directories.contains(split(path).0)
                    && self.protected.of_path(path) != Protection::Ignored
            })
            .map(|(path, owner)| (path.clone(), *owner))
            .collect();
        for (path, owner) in missing {
            let states = [self.recorded_state(owner, &path), None];
            self.report_audit(audit, &Finding { reason: 'X', path: &path, owner: Some(owner), states });
        }
    }

    fn report_audit(&mut self, audit: &mut Audit, finding: &Finding<'_>) {
        let (reason, path) = (finding.reason, finding.path.as_bstr());
        if audit.packages_only {
            let Some(package) = finding.owner.map(|owner| self.db.package(owner).clone()) else { return };
            if audit.named.insert(package.label().into()) {
                let quiet = self.console.verbosity < 1;
                self.console.line(if quiet { package.name.to_string() } else { package.label() });
            }
        } else if self.console.verbosity < 1 {
            self.console.line(path.to_string());
        } else {
            let states = finding.states.iter().zip(['-', '+']).filter(|_| audit.details);
            for (state, sign) in states.filter_map(|(state, sign)| Some((state.as_ref()?, sign))) {
                self.console.line(format!("{sign} {}", state.spell()));
            }
            self.console.line(format!("{reason} {path}"));
        }
    }
}

/// A path that differs.
struct Finding<'p> {
    reason: char,
    path: &'p [u8],
    owner: Option<crate::PackageId>,
    /// As the database has it, and as it is.
    states: [Option<State>; 2],
}

/// What `--details` shows of a path.
#[derive(Clone, Copy)]
struct State {
    mode: u32,
    uid: u32,
    gid: u32,
    checksum: Option<Checksum>,
}

impl State {
    fn recorded(access: Access, checksum: Option<Checksum>) -> Self {
        State { mode: access.mode.into(), uid: access.uid, gid: access.gid, checksum }
    }

    fn of(stat: &Stat, checksum: Option<Checksum>) -> Self {
        State { mode: stat.mode.bits(), uid: stat.uid, gid: stat.gid, checksum }
    }

    fn spell(&self) -> String {
        let State { mode, uid, gid, checksum } = self;
        // Without the two characters that say that it is a SHA-1.
        let hash = checksum.map(|checksum| format!(" hash={}", &checksum.to_hex()[2..])).unwrap_or_default();
        format!("mode={mode:o} uid={uid} gid={gid}{hash}")
    }
}
