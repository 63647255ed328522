use std::collections::BTreeMap;

use api::NamedContext;
use dockerfile::expand::Expander;
use dockerfile::instruction::{Command, Instruction};
use dockerfile::{Dockerfile, Stage, Vintage};

use super::globals::Globals;
use super::plan::{Base, Names, Source, Wanted, froms, reachable};
use super::state::{FrontError, State};
use super::{Front, Outline};
use crate::buildkit::ops::Op;

impl Outline {
    /// Reads the stages of a Dockerfile as far as the target needs them.
    ///
    /// # Errors
    /// A target that is none, a base that cannot be read: in Docker's words.
    pub(in crate::buildkit) fn new(
        dockerfile: Dockerfile,
        request: &api::SolveRequest,
        platform: Option<&oci::Platform>,
    ) -> Result<Self, FrontError> {
        let wanted = request.target.as_deref().unwrap_or_default();
        let vintage = dockerfile.vintage;
        let target = match dockerfile.last_stage(wanted) {
            Some(stage) if !wanted.is_empty() => stage.index,
            _ => match dockerfile.target(wanted).map_err(|error| FrontError::new(error.message))? {
                Some(stage) => stage.index,
                None => return Err(no_stages(vintage)),
            },
        };
        let own = dockerfile.stages.get(target).and_then(Stage::name);
        let target_name = own.unwrap_or("default").to_owned();
        let globals = Globals::new(&dockerfile, &target_name, platform, &request.build_args)?;
        let mut bases = Vec::new();
        let mut platforms = Vec::new();
        for (index, stage) in dockerfile.stages.iter().enumerate() {
            let lines = stage.instruction.lines;
            let found = base(&dockerfile, index, &globals, &request.named_contexts);
            let (base, platform) = found.map_err(|error| error.at(lines))?;
            bases.push(base);
            platforms.push(platform);
        }
        let names = Names::new(&dockerfile.stages, &request.named_contexts);
        let needed = reachable(&dockerfile, &names, &bases, target);
        for index in &needed {
            check_froms(&dockerfile.stages[*index], &names, vintage)?;
        }
        let outline = Outline { dockerfile, target, globals, names, bases, platforms, needed };
        outline.check_circles()?;
        Ok(outline)
    }

    /// Stages that need one another in a circle, a stage itself included: told of the first from which one comes to it.
    fn check_circles(&self) -> Result<(), FrontError> {
        let mut visited = vec![false; self.bases.len()];
        for (index, stage) in self.dockerfile.stages.iter().enumerate() {
            if self.leads_to_circle(index, &mut visited) {
                let name = stage.name().map_or_else(|| format!("stage-{index}"), str::to_owned);
                let message = format!("circular dependency detected on stage: {name}");
                return Err(FrontError::new(message).at(stage.instruction.lines));
            }
        }
        Ok(())
    }

    fn leads_to_circle(&self, start: usize, visited: &mut [bool]) -> bool {
        if std::mem::replace(&mut visited[start], true) {
            return false;
        }
        let mut path = vec![(start, self.needs(start))];
        while let Some((_, needed)) = path.last_mut() {
            match needed.pop() {
                None => drop(path.pop()),
                Some(next) if path.iter().any(|(stage, _)| *stage == next) => return true,
                Some(next) if std::mem::replace(&mut visited[next], true) => {}
                Some(next) => path.push((next, self.needs(next))),
            }
        }
        false
    }

    /// The stages that a stage stands on or takes files from.
    fn needs(&self, index: usize) -> Vec<usize> {
        let base = match self.bases[index] {
            Base::Stage(base) => Some(base),
            _ => None,
        };
        let instructions = &self.dockerfile.stages[index].instructions;
        let named = instructions.iter().flat_map(froms);
        let sources = named.filter_map(|from| self.names.by_name_or_index(&from).ok().flatten());
        base.into_iter().chain(sources).collect()
    }

    /// How many stages BuildKit counts: each `--from` of an image adds one, so does each `--mount`.
    pub(in crate::buildkit) fn stage_count(&self) -> usize {
        let more = |instruction: &Instruction| match &instruction.command {
            Command::Run(run) if self.dockerfile.vintage == Vintage::Current => {
                usize::from(!run.mount_flags.is_empty())
            }
            Command::Run(run) => run.mount_flags.iter().filter(|flag| flag.contains("type=cache")).count(),
            _ => froms(instruction)
                .iter()
                .filter(|from| matches!(self.names.by_name_or_index(from), Ok(None)))
                .count(),
        };
        let all = self.dockerfile.stages.iter().flat_map(|stage| &stage.instructions);
        self.dockerfile.stages.len() + all.map(more).sum::<usize>()
    }

    /// The images that are looked up before anything is built, in order.
    pub(in crate::buildkit) fn images(&self) -> Vec<Wanted> {
        let mut found: Vec<Wanted> = Vec::new();
        for index in &self.needed {
            let lines = self.dockerfile.stages[*index].instruction.lines;
            if let Base::Image(name) = &self.bases[*index] {
                let (name, platform) = (name.clone(), self.platforms[*index].clone());
                found.push(Wanted { name, lines, platform, source: Source::From });
            }
        }
        for index in &self.needed {
            for instruction in &self.dockerfile.stages[*index].instructions {
                let source = match instruction.command {
                    Command::Run(_) => Source::Mount,
                    _ => Source::Copy,
                };
                for name in froms(instruction) {
                    if matches!(self.names.by_name_or_index(&name), Ok(None)) {
                        found.push(Wanted { name, lines: instruction.lines, platform: None, source });
                    }
                }
            }
        }
        let mut names = std::collections::BTreeSet::new();
        found.retain(|wanted| names.insert(wanted.name.clone()));
        found
    }
}

fn no_stages(vintage: Vintage) -> FrontError {
    match vintage {
        Vintage::Docker20_10 => FrontError::new("unexpected EOF"),
        Vintage::Current => FrontError::new("dockerfile contains no stages to build"),
    }
}

fn check_froms(stage: &Stage, names: &Names, vintage: Vintage) -> Result<(), FrontError> {
    for instruction in &stage.instructions {
        for from in froms(instruction) {
            // 20.10 takes it for an image of that name.
            if from.contains('$') && vintage == Vintage::Current {
                let message = "variable expansion is not supported for --from, define a new stage with FROM using ARG from \
                     global scope as a workaround";
                return Err(FrontError::nowhere(message));
            }
            names.by_name_or_index(&from).map_err(FrontError::nowhere)?;
        }
    }
    Ok(())
}

fn base(
    dockerfile: &Dockerfile,
    index: usize,
    globals: &Globals,
    contexts: &BTreeMap<String, NamedContext>,
) -> Result<(Base, Option<String>), FrontError> {
    let stage = &dockerfile.stages[index];
    let expander = Expander::new(dockerfile.escape, dockerfile.vintage);
    let expand = |word: &str| expander.word(word, &|name| globals.get(name));
    let name = expand(&stage.from.image)?;
    if name.is_empty() {
        return Err(FrontError::new(format!("base name ({}) should not be blank", stage.from.image)));
    }
    let platform = match &stage.from.platform {
        Some(platform) => {
            let platform = expand(platform)?;
            let parsed = crate::platform::parse(&platform);
            let parsed = parsed.map_err(|error| {
                FrontError::nowhere(format!("failed to parse platform {platform}: {error}"))
            })?;
            Some(parsed.to_string())
        }
        None => None,
    };
    let earlier = Names::new(&dockerfile.stages[..index], contexts);
    let base = match earlier.by_name(&name) {
        Some(stage) => Base::Stage(stage),
        None if name == "scratch" => Base::Scratch,
        None => {
            let parsed = crate::Reference::parse_normalized(&name);
            parsed.map_err(|error| {
                FrontError::new(format!(
                    "failed to parse stage name {}: {error}",
                    dockerfile::go_quote(&name)
                ))
            })?;
            Base::Image(name)
        }
    };
    Ok((base, platform))
}

impl Front<'_> {
    /// Turns the stages that are needed into operations, and gives the target's state.
    pub(in crate::buildkit) fn build(&mut self) -> Result<State, FrontError> {
        let outline = self.outline;
        // Only stages below the target can be needed by it, but a later one can be named by `--from`.
        let mut pending = vec![outline.target];
        while let Some(index) = pending.last().copied() {
            let missing = self.missing(index);
            if missing.is_empty() {
                pending.pop();
                if !self.states.contains_key(&index) {
                    let state = self.stage(index)?;
                    self.states.insert(index, state);
                }
            } else {
                pending.extend(missing.into_iter().rev());
            }
        }
        self.states
            .get(&outline.target)
            .cloned()
            .ok_or_else(|| FrontError::new("no build stage in current context"))
    }

    /// Stages that a stage needs and that are not made yet.
    fn missing(&self, index: usize) -> Vec<usize> {
        let mut needed = self.outline.needs(index);
        needed.retain(|stage| !self.states.contains_key(stage));
        needed
    }

    fn stage(&mut self, index: usize) -> Result<State, FrontError> {
        let stage = self.outline.dockerfile.stages[index].clone();
        let mut state = match &self.outline.bases[index] {
            Base::Scratch => State::scratch(),
            Base::Stage(base) => self.states.get(base).cloned().unwrap_or_else(State::scratch),
            Base::Image(_) => State::scratch(),
        };
        state.cmd_set = false;
        state.naming = self.naming(index, &stage);
        state.ignore_cache = self.ignores_cache(&stage);
        state.platform = self.outline.platforms[index].clone();
        if let Base::Image(name) = &self.outline.bases[index] {
            let name = name.clone();
            self.begin_on_image(&mut state, &name, &stage)?;
        }
        self.run_triggers(&mut state, &stage)?;
        for instruction in &stage.instructions {
            self.dispatch(&mut state, instruction).map_err(|error| error.at(instruction.lines))?;
        }
        Ok(state)
    }

    fn ignores_cache(&self, stage: &Stage) -> bool {
        let is_named = |name: &String| stage.name().is_some_and(|own| own == name.to_lowercase());
        self.request.no_cache || self.request.no_cache_filter.iter().any(is_named)
    }

    fn naming(&self, index: usize, stage: &Stage) -> super::state::Naming {
        let own = match stage.name() {
            Some(name) => name.to_owned(),
            None => format!("stage-{index}"),
        };
        let from = usize::from(matches!(self.outline.bases[index], Base::Image(_)));
        let steps = stage.instructions.iter().filter(|instruction| counts(&instruction.command)).count();
        super::state::Naming {
            stage: if self.stage_count > 1 { own } else { String::new() },
            total: from + steps,
            platform: (self.request.platforms.len() > 1).then(|| self.request.platforms[0].clone()),
            ..Default::default()
        }
    }

    fn begin_on_image(&mut self, state: &mut State, name: &str, stage: &Stage) -> Result<(), FrontError> {
        if let Some(node) = self.named_context(name) {
            if let Op::Local(local) = self.graph.op_mut(node) {
                local.is_base = true;
            }
            state.node = Some(node);
            return Ok(());
        }
        let Some(resolved) = self.images.get(name).cloned() else {
            return Err(FrontError::new(format!("{name}: not found")).at(stage.instruction.lines));
        };
        let shown = match resolved.context {
            Some(context) => context,
            None => state.naming.next(&format!("FROM {}", resolved.shown)),
        };
        let id = self.add(Op::Image(resolved.op), Vec::new(), shown);
        state.node = Some(id);
        state.image = resolved.config;
        state.adopt_env();
        Ok(())
    }

    fn run_triggers(&mut self, state: &mut State, stage: &Stage) -> Result<(), FrontError> {
        let triggers = state.image.config.on_build.take().unwrap_or_default();
        if !self.old {
            // Counted only once the base has been named.
            state.naming.total += triggers.len();
        }
        state.naming.in_trigger = !self.old;
        for trigger in triggers {
            let parsed = dockerfile::instruction::parse_one(&trigger, self.outline.dockerfile.vintage);
            let mut instruction = parsed.map_err(|error| FrontError::new(error.message))?;
            instruction.lines = stage.instruction.lines;
            self.dispatch(state, &instruction).map_err(|error| error.at(stage.instruction.lines))?;
        }
        state.naming.in_trigger = false;
        Ok(())
    }
}

/// Whether an instruction is a numbered step.
fn counts(command: &Command) -> bool {
    matches!(command, Command::Run(_) | Command::Copy(_) | Command::Add(_) | Command::Workdir(_))
}
