//! Which stages there are, what each is based on, and which the target needs.

use std::collections::BTreeSet;

use super::environment::Environment;
use super::linter::Linter;
use super::{CheckError, Options, rules};
use crate::expand::{Expander, Expansion};
use crate::instruction::{Command, Instruction};
use crate::{Case, Dockerfile, Stage, go_quote, suggest, with_suggestion};

/// A chain of stages that copy from one another is followed this far; each link costs stack.
const DEPTH_LIMIT: usize = 256;

/// A stage with its variables resolved.
pub(super) struct Planned<'d> {
    pub(super) stage: &'d Stage,
    /// The base, expanded.
    pub(super) base: String,
    /// The earlier stage of that name.
    pub(super) parent: Option<usize>,
    /// Whether the target needs it.
    pub(super) reachable: bool,
    /// Its platform, if FROM says one.
    pub(super) platform: Option<super::Platform>,
}

/// The stages of a file.
pub(super) struct Plan<'d> {
    pub(super) stages: Vec<Planned<'d>>,
}

/// What the bases are resolved with.
pub(super) struct Globals<'g> {
    pub(super) env: &'g Environment,
    /// Names of the global ARGs, set or not.
    pub(super) args: &'g [String],
}

impl<'d> Plan<'d> {
    pub(super) fn new(
        dockerfile: &'d Dockerfile,
        globals: &Globals<'_>,
        options: &Options<'_>,
        linter: &Linter,
    ) -> Result<Self, CheckError> {
        let mut plan = Self { stages: Vec::new() };
        for stage in &dockerfile.stages {
            let linter = linter.with_comments(&stage.instruction.comments);
            let planned = plan.resolve(stage, dockerfile, globals, options, &linter)?;
            plan.stages.push(planned);
        }
        let target = plan.target(options.target)?;
        plan.check_sources(dockerfile)?;
        plan.check_circles()?;
        plan.reach(target);
        Ok(plan)
    }

    fn resolve(
        &self,
        stage: &'d Stage,
        dockerfile: &Dockerfile,
        globals: &Globals<'_>,
        options: &Options<'_>,
        linter: &Linter,
    ) -> Result<Planned<'d>, CheckError> {
        let lines = stage.instruction.lines;
        let expand = |word: &str| -> Result<Expansion, CheckError> {
            let expander = Expander::new(dockerfile.escape, dockerfile.vintage);
            let expanded = expander.expand(word, &|name| globals.env.get(name));
            let unset = expanded.as_ref().map_or_else(|error| &error.unset, |found| &found.unset);
            rules::undefined_arg_in_from::check(linter, lines, unset, globals);
            expanded.map_err(|error| CheckError::at(error.to_string(), lines))
        };
        let base = expand(&stage.from.image)?.text;
        if base.is_empty() {
            let message = format!("base name ({}) should not be blank", stage.from.image);
            return Err(CheckError::at(message, lines));
        }
        let mut platform = None;
        if let Some(written) = &stage.from.platform {
            let expanded = expand(written)?;
            rules::redundant_target_platform::check(linter, lines, written, &expanded, globals.env);
            rules::from_platform_flag_const_disallowed::check(linter, stage, &expanded, options);
            platform = Some(
                parse_platform(written, &expanded, globals, options)
                    .map_err(|message| CheckError::at(message, lines))?,
            );
        }
        let parent = self.named(&base).filter(|_| base == base.to_lowercase());
        Ok(Planned { stage, base, parent, reachable: false, platform })
    }

    /// The last stage of this name so far.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        let name = name.to_lowercase();
        self.stages.iter().rposition(|planned| planned.stage.name() == Some(&*name))
    }

    fn target(&self, name: &str) -> Result<usize, CheckError> {
        if name.is_empty() {
            return Ok(self.stages.len() - 1);
        }
        self.named(name).ok_or_else(|| {
            let message = format!("target stage {} could not be found", go_quote(name));
            let names = self.stages.iter().filter_map(|planned| planned.stage.name());
            CheckError::new(with_suggestion(message, name, names, Case::Sensitive))
        })
    }

    /// `COPY --from` must be a name without variables, or the number of a stage.
    fn check_sources(&self, dockerfile: &Dockerfile) -> Result<(), CheckError> {
        let expander = Expander::new(dockerfile.escape, dockerfile.vintage);
        let instructions = self.stages.iter().flat_map(|planned| &planned.stage.instructions);
        for from in instructions.filter_map(copy_from) {
            let expanded = expander.word(from, &|_| None);
            if expanded.map_err(|error| CheckError::new(error.to_string()))? != from {
                return Err(CheckError::new(
                    "variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround",
                ));
            }
            if let Ok(index) = from.parse::<i64>()
                && usize::try_from(index).map_or(true, |index| index >= self.stages.len())
            {
                return Err(CheckError::new(format!("invalid stage index {index}")));
            }
        }
        Ok(())
    }

    /// Stages that copy from one another in a circle, a stage from itself included.
    fn check_circles(&self) -> Result<(), CheckError> {
        let mut visited = vec![false; self.stages.len()];
        for (index, planned) in self.stages.iter().enumerate() {
            if self.circle(index, &mut visited, &mut Vec::new()) {
                let name = self.display_name(index);
                let message = format!("circular dependency detected on stage: {name}");
                return Err(CheckError::at(message, planned.stage.instruction.lines));
            }
        }
        Ok(())
    }

    fn circle(&self, index: usize, visited: &mut [bool], path: &mut Vec<usize>) -> bool {
        if path.contains(&index) {
            return true;
        }
        if std::mem::replace(&mut visited[index], true) || path.len() > DEPTH_LIMIT {
            return false;
        }
        path.push(index);
        let found = self.sources(index).into_iter().any(|source| self.circle(source, visited, path));
        path.pop();
        found
    }

    /// The stages that the instructions of one take files from.
    fn sources(&self, index: usize) -> Vec<usize> {
        let instructions = &self.stages[index].stage.instructions;
        let copied = instructions.iter().filter_map(copy_from).map(str::to_owned);
        let names: BTreeSet<String> = copied.chain(instructions.iter().flat_map(mounts_from)).collect();
        names.iter().filter_map(|name| self.source(name)).collect()
    }

    /// The name of a stage, `stage-N` for one without.
    pub(super) fn display_name(&self, index: usize) -> String {
        let name = self.stages[index].stage.name();
        name.map_or_else(|| format!("stage-{index}"), str::to_owned)
    }

    fn reach(&mut self, target: usize) {
        let mut pending = vec![target];
        while let Some(index) = pending.pop() {
            if std::mem::replace(&mut self.stages[index].reachable, true) {
                continue;
            }
            pending.extend(self.stages[index].parent);
            pending.extend(self.sources(index));
        }
    }

    /// The stage that `--from` names, by number or name.
    pub(super) fn source(&self, from: &str) -> Option<usize> {
        match from.parse::<usize>() {
            Ok(index) => (index < self.stages.len()).then_some(index),
            Err(_) => self.named(from),
        }
    }
}

fn copy_from(instruction: &Instruction) -> Option<&str> {
    match &instruction.command {
        Command::Copy(copy) => copy.from.as_deref(),
        _ => None,
    }
}

fn mounts_from(instruction: &Instruction) -> Vec<String> {
    let Command::Run(run) = &instruction.command else { return Vec::new() };
    let mounts = run.mounts(&|value| Ok(value.to_owned())).unwrap_or_default();
    mounts.into_iter().map(|mount| mount.from).filter(|from| !from.is_empty()).collect()
}

fn parse_platform(
    written: &str,
    expanded: &Expansion,
    globals: &Globals<'_>,
    options: &Options<'_>,
) -> Result<super::Platform, String> {
    let names = || globals.env.names();
    let hint = expanded.unset.iter().find_map(|name| suggest(name, names(), Case::Sensitive));
    let hint = hint.map(|name| format!(" (did you mean {name}?)")).unwrap_or_default();
    if expanded.text.is_empty() {
        return Err(format!("empty platform value from expression {written}{hint}"));
    }
    let parsed = (options.parse_platform)(&expanded.text);
    parsed.map_err(|error| format!("failed to parse platform {written}: {error}{hint}"))
}
