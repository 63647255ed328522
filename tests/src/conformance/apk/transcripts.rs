//! `transcripts/apk-*.json`: sessions with a small repository made for the
//! purpose.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use apk::{
    Apk, Engine, Entry, EntryNode, FetchError, Mirror, Owner, Package, PackageContents, Payload, Repository,
    Script, ScriptKind, TextRepository,
};
use catalog::Catalog;
use kernel::{Loader, Program};
use serde_json::Value;
use vfs::{Mode, ProgramNote, Time};

use super::{machine::Machine, state};
use crate::conformance::{SuiteReport, items, strings, table};

const KEY: &str = "test@example.org-00000001.rsa.pub";
const HOST: &str = "https://dl-cdn.alpinelinux.org/alpine/";

pub(super) fn commands_2_14_0(data: &Path) -> SuiteReport {
    run(data, Engine::V2_14_0, Part::Commands)
}

pub(super) fn states_2_14_0(data: &Path) -> SuiteReport {
    run(data, Engine::V2_14_0, Part::States)
}

pub(super) fn commands_2_14_4(data: &Path) -> SuiteReport {
    run(data, Engine::V2_14_4, Part::Commands)
}

pub(super) fn states_2_14_4(data: &Path) -> SuiteReport {
    run(data, Engine::V2_14_4, Part::States)
}

pub(super) fn commands_2_14_9(data: &Path) -> SuiteReport {
    run(data, Engine::V2_14_9, Part::Commands)
}

pub(super) fn states_2_14_9(data: &Path) -> SuiteReport {
    run(data, Engine::V2_14_9, Part::States)
}

pub(super) fn commands_3_0_6(data: &Path) -> SuiteReport {
    run(data, Engine::V3_0_6, Part::Commands)
}

pub(super) fn states_3_0_6(data: &Path) -> SuiteReport {
    run(data, Engine::V3_0_6, Part::States)
}

/// What of a transcript a suite counts.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// Output and exit status of each command.
    Commands,
    /// What is left when a scenario is over: world, triggers, scripts, and each new stanza.
    States,
}

/// Each scenario in a fresh root, step by step.
fn run(data: &Path, engine: Engine, part: Part) -> SuiteReport {
    let version = engine.version();
    let title = if part == Part::Commands { "commands" } else { "states" };
    let mut report = SuiteReport::new(&format!("apk {title} {version}"));
    let stage = match Stage::new(&table(data, "transcripts/synthetic-repo.json"), engine) {
        Ok(stage) => stage,
        Err(error) => {
            report.broken("synthetic-repo.json", error);
            return report;
        }
    };
    let recorded = match engine {
        Engine::V2_14_4 => table(data, "transcripts/apk-2.14.4.alpine-3.20.3.json"),
        _ => table(data, &format!("transcripts/apk-{version}.root-3.20.3.json")),
    };
    for scenario in items(&recorded["scenarios"]) {
        let name = scenario["name"].as_str().unwrap_or_default();
        if let Err(error) = stage.play(name, scenario, part, &mut report) {
            report.broken(name, error);
        }
    }
    report
}

struct Stage {
    catalog: Catalog,
    /// The database of a fresh root.
    before: String,
    loader: Rc<SyntheticLoader>,
}

impl Stage {
    fn new(repositories: &Value, engine: Engine) -> Result<Self, String> {
        let catalog = Catalog::new().map_err(|error| error.to_string())?;
        let mirror: Rc<dyn Mirror> = Rc::new(SyntheticMirror::new(repositories)?);
        let loader = Rc::new(SyntheticLoader { mirror, engine, others: catalog.loader() });
        let before = Machine::new(&catalog, "3.20", loader.clone())?.text("/lib/apk/db/installed");
        Ok(Stage { catalog, before, loader })
    }

    fn play(&self, name: &str, scenario: &Value, part: Part, report: &mut SuiteReport) -> Result<(), String> {
        let mut machine = Machine::new(&self.catalog, "3.20", self.loader.clone())?;
        let key = format!("/etc/apk/keys/{KEY}");
        machine.root.write_file(&key, "key", 0o644, Time::from_secs(0)).map_err(|e| e.to_string())?;
        for (number, step) in items(&scenario["steps"]).enumerate() {
            let command = step["cmd"].as_str().unwrap_or_default();
            let case = format!("{name} {} {command}", number + 1);
            let text = step["combined"].as_str().unwrap_or_default();
            let expected = (step["rc"].as_u64().unwrap_or(999), without_times(text));
            let (status, output) = machine.run(command)?;
            if part == Part::Commands {
                report.check(&case, &expected, &(u64::from(status), without_times(&output)));
            }
        }
        if part == Part::States
            && let Some(state) = scenario["state"].as_str()
        {
            let actual = state::of(&mut machine, &self.before)?;
            report.check(name, &state::recorded(state), &actual);
        }
        Ok(())
    }
}

/// Versions of virtual packages are the time of the run.
pub(super) fn without_times(text: &str) -> String {
    let is_time = |time: &str| {
        let digits =
            |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
        time.split_once('.').is_some_and(|(date, clock)| digits(date, 8) && digits(clock, 6))
    };
    let word = |word: &str| match word.trim_matches(['(', ')']).rsplit('=').next() {
        Some(time) if is_time(time) => word.replace(time, "TIME"),
        _ => word.to_owned(),
    };
    text.lines().map(|line| line.split(' ').map(word).collect::<Vec<_>>().join(" ") + "\n").collect()
}

struct SyntheticLoader {
    mirror: Rc<dyn Mirror>,
    engine: Engine,
    others: Rc<dyn Loader>,
}

impl Loader for SyntheticLoader {
    fn load(&self, note: &ProgramNote) -> Option<Rc<dyn Program>> {
        match note.text().starts_with(b"apk") {
            true => Some(Rc::new(Apk::new(Rc::clone(&self.mirror), self.engine))),
            false => self.others.load(note),
        }
    }
}

struct SyntheticMirror(BTreeMap<String, Rc<dyn Repository>>);

impl SyntheticMirror {
    fn new(value: &Value) -> Result<Self, String> {
        let mut repositories: BTreeMap<String, Rc<dyn Repository>> = BTreeMap::new();
        for (path, index) in value["index"].as_object().into_iter().flatten() {
            let packages = value["packages"][format!("{path}/x86_64")].clone();
            // The folder of upgrades had the files of those that it leaves as they are.
            let others = value["packages"]["v3.20/main/x86_64"].clone();
            let contents = move |package: &Package| {
                let is_it =
                    |other: &&Value| other["name"] == *package.name && other["ver"] == *package.version;
                let found = items(&packages).find(is_it).or_else(|| items(&others).find(is_it));
                found.map(contents).ok_or(FetchError::Gone)
            };
            let text = index["APKINDEX"].as_str().unwrap_or_default();
            let description = index["DESCRIPTION"].as_str().unwrap_or_default();
            let repository = TextRepository::new(text.as_bytes(), description, KEY, contents);
            repositories.insert(path.clone(), Rc::new(repository.map_err(|error| error.to_string())?));
        }
        Ok(SyntheticMirror(repositories))
    }
}

impl Mirror for SyntheticMirror {
    fn open(&self, url: &str, _arch: &str) -> Result<Rc<dyn Repository>, FetchError> {
        let nowhere = if url.contains(':') { FetchError::Lookup } else { FetchError::NotFound };
        let path = url.strip_prefix(HOST).ok_or(nowhere)?;
        self.0.get(path.trim_end_matches('/')).cloned().ok_or(FetchError::NotFound)
    }
}

/// What a definition of a package says of its contents.
fn contents(package: &Value) -> PackageContents {
    let mut entries: Vec<Entry> = Vec::new();
    for file in items(&package["files"]) {
        let path = file["name"].as_str().unwrap_or_default().trim_end_matches('/');
        for (end, _) in path.match_indices('/') {
            if !entries.iter().any(|entry| entry.path == path[..end]) {
                entries.push(entry(&path[..end], 0o755, file, EntryNode::Directory));
            }
        }
        let mode = |default: u64| file["mode"].as_u64().unwrap_or(default) as u32;
        let entry = match file["type"].as_str() {
            Some("d") => entry(path, mode(0o755), file, EntryNode::Directory),
            Some("l") => {
                let target = file["link"].as_str().unwrap_or_default();
                entry(path, mode(0o777), file, EntryNode::Symlink(target.into()))
            }
            _ => {
                let data = file["data"].as_str().unwrap_or_default();
                entry(path, mode(0o644), file, EntryNode::File(Payload::Bytes(data.into())))
            }
        };
        entries.retain(|other| other.path != entry.path);
        entries.push(entry);
    }
    let scripts = package["scripts"].as_object().into_iter().flatten().filter_map(|(kind, text)| {
        let kind = ScriptKind::parse(kind.trim_start_matches('.').as_bytes())?;
        Some(Script { kind, text: text.as_str()?.into() })
    });
    let words = |key: &str| match &package[key] {
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        list => strings(list),
    };
    PackageContents {
        entries,
        scripts: scripts.collect(),
        triggers: words("triggers").into_iter().map(Into::into).collect(),
        replaces: words("replaces").iter().filter_map(|word| apk::Dependency::parse(word)).collect(),
        replaces_priority: package["replaces_priority"].as_u64().unwrap_or(0) as u32,
    }
}

fn entry(path: &str, mode: u32, file: &Value, node: EntryNode) -> Entry {
    let owner = |key: &str, number: &str| {
        let number = file[number].as_u64().unwrap_or(0) as u32;
        file[key].as_str().map_or(Owner::Id(number), |name| Owner::Named(name.into(), number))
    };
    // Directories that are not told are those of root.
    let named = file["name"].as_str().is_some_and(|name| name.trim_end_matches('/') == path);
    let (user, group) = match named {
        true => (owner("uname", "uid"), owner("gname", "gid")),
        false => (Owner::Id(0), Owner::Id(0)),
    };
    Entry {
        path: path.into(),
        mode: Mode::new(mode),
        owner: user,
        group,
        mtime: Time::from_secs(1_700_000_000),
        node,
        checksum: None,
    }
}
