//! Which steps would have to be done anew if an instruction were edited.

use std::collections::BTreeSet;

use dockerfile::instruction::{Command, Instruction, RunForm};
use dockerfile::{Dockerfile, Stage};
use serde::Serialize;

use super::explain::ExplainedStep;

/// An edit that may come next, and what it would cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NextEdit {
    /// First line of the instruction that is edited; none for files.
    pub line: Option<usize>,
    /// The instruction; empty for files.
    pub text: String,
    /// The files of which one is edited; empty for a line.
    pub files: Vec<String>,
    /// First lines of the instructions that are done anew.
    pub invalidates: Vec<usize>,
    /// First lines of those that are, if the files that they copy from another stage come out otherwise.
    pub may_invalidate: Vec<usize>,
}

/// Whose rules count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builder {
    /// An image for each instruction: whatever follows stands on it.
    Classic,
    /// Instructions count for what uses them.
    BuildKit,
}

/// What is different when an instruction is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Edited {
    /// The files below: every step is done anew.
    Base,
    /// Variables of these names.
    Variables(Vec<String>),
    /// The user.
    User,
    /// The shell.
    Shell,
    /// Nothing but the image's configuration.
    Config,
}

/// An edit of each instruction that the build reached.
pub(super) fn of_lines(file: &Dockerfile, builder: Builder, steps: &[ExplainedStep]) -> Vec<NextEdit> {
    let done: BTreeSet<usize> = steps.iter().map(|step| step.line).collect();
    let mut edits = Vec::new();
    for stage in &file.stages {
        for (at, instruction) in stage.instructions.iter().enumerate() {
            let mut spread = Spread { file, builder, certain: BTreeSet::new(), perhaps: BTreeSet::new() };
            let edited = match builder {
                Builder::Classic => Edited::Base,
                Builder::BuildKit => effect(&instruction.command),
            };
            if edited == Edited::Base {
                spread.certain.insert(instruction.lines.first);
            }
            spread.through(stage, at + 1, edited);
            let only_done = |lines: &BTreeSet<usize>| lines.intersection(&done).copied().collect::<Vec<_>>();
            let invalidates = only_done(&spread.certain);
            let may = &spread.perhaps - &spread.certain;
            edits.push(NextEdit {
                line: Some(instruction.lines.first),
                text: instruction.original.clone(),
                files: Vec::new(),
                invalidates,
                may_invalidate: only_done(&may),
            });
        }
    }
    edits
}

/// What an edit of an instruction changes, to BuildKit.
fn effect(command: &Command) -> Edited {
    match command {
        Command::Run(_) | Command::Copy(_) | Command::Add(_) | Command::Workdir(_) | Command::From(_) => {
            Edited::Base
        }
        Command::Env(env) => Edited::Variables(env.pairs.iter().map(|pair| pair.key.clone()).collect()),
        Command::Arg(arg) => Edited::Variables(arg.args.iter().map(|pair| pair.key.clone()).collect()),
        Command::User(_) => Edited::User,
        Command::Shell(_) => Edited::Shell,
        _ => Edited::Config,
    }
}

struct Spread<'f> {
    file: &'f Dockerfile,
    builder: Builder,
    certain: BTreeSet<usize>,
    perhaps: BTreeSet<usize>,
}

impl Spread<'_> {
    /// Goes through a stage from an instruction on, and through what stands on the stage.
    fn through(&mut self, stage: &Stage, from: usize, mut edited: Edited) {
        for instruction in stage.instructions.iter().skip(from) {
            if edited != Edited::Base && notices(&edited, instruction) {
                edited = Edited::Base;
            }
            if edited == Edited::Base && self.is_step(instruction) {
                self.certain.insert(instruction.lines.first);
            }
        }
        for later in &self.file.stages[stage.index + 1..] {
            if names(stage, &later.from.image) {
                self.through(later, 0, edited.clone());
            }
            let copies = |instruction: &&Instruction| takes_from(&instruction.command, stage);
            if edited == Edited::Base
                && let Some(at) = later.instructions.iter().position(|instruction| copies(&instruction))
            {
                let below = later.instructions[at..].iter().filter(|instruction| self.is_step(instruction));
                let below: Vec<usize> = below.map(|instruction| instruction.lines.first).collect();
                self.perhaps.extend(below);
            }
        }
    }

    /// Whether the builder has a step for an instruction.
    fn is_step(&self, instruction: &Instruction) -> bool {
        self.builder == Builder::Classic || effect(&instruction.command) == Edited::Base
    }
}

/// Whether a step of BuildKit depends on what was edited.
fn notices(edited: &Edited, instruction: &Instruction) -> bool {
    let is_run = matches!(instruction.command, Command::Run(_));
    match edited {
        Edited::Base => true,
        Edited::Variables(names) => {
            let is_step = effect(&instruction.command) == Edited::Base;
            let mentions = |name: &String| {
                let text = &instruction.original;
                text.contains(&format!("${name}")) || text.contains(&format!("${{{name}"))
            };
            is_run || is_step && names.iter().any(mentions)
        }
        Edited::User => is_run || matches!(instruction.command, Command::Workdir(_)),
        Edited::Shell => {
            matches!(&instruction.command, Command::Run(run) if matches!(run.form, RunForm::Shell(_)))
        }
        Edited::Config => false,
    }
}

/// Whether `name` is a stage's name or number.
fn names(stage: &Stage, name: &str) -> bool {
    stage.name() == Some(name.to_lowercase().as_str()) || name == stage.index.to_string()
}

fn takes_from(command: &Command, stage: &Stage) -> bool {
    match command {
        Command::Copy(copy) => copy.from.as_ref().is_some_and(|from| names(stage, from)),
        Command::Run(run) => run.mount_flags.iter().any(|flag| {
            flag.split(',').filter_map(|field| field.strip_prefix("from=")).any(|from| names(stage, from))
        }),
        _ => false,
    }
}
