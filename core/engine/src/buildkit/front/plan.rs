use std::collections::{BTreeMap, BTreeSet};

use api::NamedContext;
use dockerfile::instruction::{Command, Instruction};
use dockerfile::{Dockerfile, Stage};

/// What a stage stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::buildkit) enum Base {
    /// Nothing.
    Scratch,
    /// An earlier stage.
    Stage(usize),
    /// An image, as written.
    Image(String),
}

/// What asks for an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::buildkit) enum Source {
    /// `FROM`
    From,
    /// `COPY --from`
    Copy,
    /// `RUN --mount=from=`
    Mount,
}

/// An image that is looked up before anything is built.
#[derive(Clone, Debug)]
pub(in crate::buildkit) struct Wanted {
    /// Its name, as written.
    pub(in crate::buildkit) name: String,
    /// The lines that ask for it.
    pub(in crate::buildkit) lines: dockerfile::Lines,
    /// The platform that is asked for.
    pub(in crate::buildkit) platform: Option<String>,
    /// What asks.
    pub(in crate::buildkit) source: Source,
}

/// The names of stages; the last one of a name counts.
#[derive(Clone, Debug, Default)]
pub(in crate::buildkit) struct Names {
    by_name: BTreeMap<String, usize>,
    count: usize,
}

impl Names {
    /// The names of a Dockerfile's first stages; a context of that name takes a stage's place.
    pub(super) fn new(stages: &[Stage], contexts: &BTreeMap<String, NamedContext>) -> Self {
        let named =
            stages.iter().enumerate().filter_map(|(index, stage)| Some((stage.name()?.to_owned(), index)));
        let named = named.filter(|(name, _)| !contexts.contains_key(name));
        Names { by_name: named.collect(), count: stages.len() }
    }

    /// The stage called `name`.
    pub(super) fn by_name(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.to_lowercase()).copied()
    }

    /// The stage that `--from` names, by name or number. The error is Docker's.
    pub(super) fn by_name_or_index(&self, text: &str) -> Result<Option<usize>, String> {
        if let Some(index) = self.by_name(text) {
            return Ok(Some(index));
        }
        match text.parse::<i64>() {
            Err(_) => Ok(None),
            Ok(index) => match usize::try_from(index) {
                Ok(index) if index < self.count => Ok(Some(index)),
                _ => Err(format!("invalid stage index {text}")),
            },
        }
    }
}

/// The `--from`s of an instruction, as written.
pub(super) fn froms(instruction: &Instruction) -> Vec<String> {
    match &instruction.command {
        Command::Copy(copy) => copy.from.iter().cloned().collect(),
        Command::Run(run) => match run.mounts(&|word| Ok(word.to_owned())) {
            Ok(mounts) => {
                mounts.into_iter().map(|mount| mount.from).filter(|from| !from.is_empty()).collect()
            }
            Err(_) => Vec::new(),
        },
        Command::Onbuild(onbuild) => {
            let trigger = dockerfile::instruction::parse_one(&onbuild.trigger, dockerfile::Vintage::Current);
            trigger.map(|trigger| froms(&trigger)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The stages that `target` needs, itself among them.
pub(super) fn reachable(
    dockerfile: &Dockerfile,
    names: &Names,
    bases: &[Base],
    target: usize,
) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut pending = vec![target];
    while let Some(index) = pending.pop() {
        if !found.insert(index) {
            continue;
        }
        if let Base::Stage(base) = bases[index] {
            pending.push(base);
        }
        for instruction in &dockerfile.stages[index].instructions {
            let stages =
                froms(instruction).into_iter().filter_map(|from| names.by_name_or_index(&from).ok()?);
            pending.extend(stages);
        }
    }
    found
}
