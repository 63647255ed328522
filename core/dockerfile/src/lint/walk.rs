//! Follows the stages of a build as far as the rules need it.

use std::cell::RefCell;

use super::environment::Environment;
use super::globals::{build_arg, predefined, with_global_args};
use super::linter::Linter;
use super::plan::{Globals, Plan, Planned};
use super::{BaseImage, CheckError, Options, Scope, rules};
use crate::expand::{ExpandError, Expander};
use crate::instruction::{Arg, Command, Copy, CopySource, Env, Instruction, Onbuild};
use crate::{Dockerfile, Lines, Vintage, go_quote, parse_port};

/// The search path an image without one has.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What a stage hands on to stages based on it.
#[derive(Clone, Debug, Default)]
struct State {
    env: Environment,
    has_shell: bool,
    workdir_set: bool,
    /// Names of the ARGs declared so far.
    args: Vec<String>,
    onbuild: Vec<String>,
}

/// Where CMD, ENTRYPOINT and HEALTHCHECK were given before in this stage.
#[derive(Debug, Default)]
struct Given {
    /// The stage's number.
    index: usize,
    cmd: Option<Lines>,
    entrypoint: Option<Lines>,
    healthcheck: Option<Lines>,
}

struct Walk<'w> {
    plan: &'w Plan<'w>,
    options: &'w Options<'w>,
    expander: Expander,
    global_env: Environment,
}

/// Runs the rules that need variables, stages or the context.
pub(super) fn run(dockerfile: &Dockerfile, options: &Options<'_>, linter: &Linter) -> Result<(), CheckError> {
    let predefined = predefined(dockerfile, options);
    if let Ok((defaults, _)) = with_global_args(predefined.clone(), dockerfile, &[]) {
        rules::invalid_default_arg_in_from::check(linter, dockerfile, &defaults, options);
    }
    let (global_env, args) = with_global_args(predefined, dockerfile, options.build_args)?;
    let plan = Plan::new(dockerfile, &Globals { env: &global_env, args: &args }, options, linter)?;
    let every = options.scope == Scope::All && options.target.is_empty();
    let mut bases = Vec::new();
    for planned in &plan.stages {
        let known =
            (planned.parent.is_none() && planned.base != "scratch").then(|| (options.base)(&planned.base));
        let base = known.flatten();
        if let Some(base) = &base
            && (planned.reachable || every)
        {
            rules::invalid_base_image_platform::check(linter, planned, base, options);
        }
        bases.push(base);
    }
    let expander = Expander::new(dockerfile.escape, dockerfile.vintage);
    let walk = Walk { plan: &plan, options, expander, global_env };
    let mut states: Vec<Option<State>> = Vec::new();
    for (planned, base) in plan.stages.iter().zip(bases) {
        let parent = planned.parent.and_then(|index| states[index].clone());
        let state = match planned.reachable || every {
            true => Some(walk.stage(planned, parent, base, linter)?),
            false => None,
        };
        states.push(state);
    }
    Ok(())
}

impl Walk<'_> {
    fn stage(
        &self,
        planned: &Planned<'_>,
        parent: Option<State>,
        base: Option<BaseImage>,
        linter: &Linter,
    ) -> Result<State, CheckError> {
        let mut state = parent.unwrap_or_else(|| initial(base));
        let mut given = Given { index: planned.stage.index, ..Given::default() };
        let lines = planned.stage.instruction.lines;
        for trigger in std::mem::take(&mut state.onbuild) {
            let parsed = Onbuild { trigger }.instruction(Vintage::Current);
            let mut instruction = parsed.map_err(|error| CheckError::at(error.message, lines))?;
            instruction.lines = lines;
            self.instruction(&mut state, &mut given, instruction, linter)?;
        }
        for instruction in &planned.stage.instructions {
            let linter = linter.with_comments(&instruction.comments);
            self.instruction(&mut state, &mut given, instruction.clone(), &linter)?;
        }
        Ok(state)
    }

    fn instruction(
        &self,
        state: &mut State,
        given: &mut Given,
        mut instruction: Instruction,
        linter: &Linter,
    ) -> Result<(), CheckError> {
        let lines = instruction.lines;
        self.expand(state, &mut instruction, linter)?;
        let name = &*instruction.keyword;
        match &instruction.command {
            Command::Env(env) => set_env(state, env, name, lines, linter),
            Command::Label(label) => {
                rules::legacy_key_value_format::check(linter, lines, name, &label.pairs);
            }
            Command::Arg(arg) => self.declare(state, arg, lines, linter)?,
            Command::Workdir(workdir) => {
                if !state.workdir_set {
                    rules::workdir_relative_path::check(linter, lines, &workdir.path);
                }
                state.workdir_set = true;
            }
            Command::Cmd(cmd) => {
                rules::multiple_instructions_disallowed::check(linter, lines, name, &mut given.cmd);
                rules::json_args_recommended::check(linter, lines, name, &cmd.form, state.has_shell);
            }
            Command::Entrypoint(entrypoint) => {
                rules::multiple_instructions_disallowed::check(linter, lines, name, &mut given.entrypoint);
                rules::json_args_recommended::check(linter, lines, name, &entrypoint.form, state.has_shell);
            }
            Command::Healthcheck(_) => {
                rules::multiple_instructions_disallowed::check(linter, lines, name, &mut given.healthcheck);
            }
            Command::Shell(_) => state.has_shell = true,
            Command::Onbuild(onbuild) => state.onbuild.push(onbuild.trigger.clone()),
            Command::Expose(expose) => self.expose(state, &expose.ports, lines, linter)?,
            Command::Copy(copy) if copy.from.is_some() => self.copy_from(copy, given.index, lines)?,
            Command::Copy(copy) => self.sources("Copy", &copy.sources, lines, linter)?,
            Command::Add(add) => self.sources("Add", &add.sources, lines, linter)?,
            _ => {}
        }
        Ok(())
    }

    /// Stages are built in order: a later one cannot be copied from.
    fn copy_from(&self, copy: &Copy, current: usize, lines: Lines) -> Result<(), CheckError> {
        let from = copy.from.as_deref().unwrap_or_default();
        match self.plan.source(from) {
            Some(index) if index >= current => {
                let (from, current) = (go_quote(from), go_quote(&self.plan.display_name(current)));
                let message = format!(
                    "cannot copy from stage {from}, it needs to be defined before current stage {current}"
                );
                Err(CheckError::at(message, lines))
            }
            _ => Ok(()),
        }
    }

    /// Expands the words of the instruction; each that has unknown variables is reported.
    fn expand(
        &self,
        state: &State,
        instruction: &mut Instruction,
        linter: &Linter,
    ) -> Result<(), CheckError> {
        let lines = instruction.lines;
        let known = |error: ExpandError| CheckError::at(error.to_string(), lines);
        let word = |expander: &Expander, word: &str| {
            let expanded = expander.expand(word, &|name| state.env.get(name));
            let unset = expanded.as_ref().map_or_else(|error| &error.unset, |found| &found.unset);
            rules::undefined_var::check(linter, lines, unset, &state.args, &state.env);
            expanded.map(|found| found.text)
        };
        instruction.command.expand_words(&mut |text| word(&self.expander, text)).map_err(known)?;
        let heredocs = Expander::for_heredoc(Vintage::Current);
        instruction.command.expand_heredocs(&mut |text| word(&heredocs, text)).map_err(known)?;
        if let Command::Run(run) = &instruction.command {
            let failed: RefCell<Option<ExpandError>> = RefCell::default();
            let value = |text: &str| {
                word(&self.expander, text).map_err(|error| {
                    failed.replace(Some(error)).map_or_else(String::new, |old| old.to_string())
                })
            };
            let mounts = run.mounts(&value);
            if let Err(message) = mounts {
                let message = failed.take().map_or(message, |error| error.to_string());
                return Err(CheckError::at(message, lines));
            }
        }
        Ok(())
    }

    fn declare(&self, state: &mut State, arg: &Arg, lines: Lines, linter: &Linter) -> Result<(), CheckError> {
        for pair in &arg.args {
            rules::secrets_used_in_arg_or_env::check(linter, lines, "ARG", &pair.key);
            let value = match (build_arg(self.options.build_args, &pair.key), &pair.default) {
                (Some(given), _) => Some(given),
                (None, None) => self.global_env.get(&pair.key),
                (None, Some(default)) => {
                    let expanded = self.expander.expand(default, &|name| state.env.get(name));
                    let unset = expanded.as_ref().map_or_else(|error| &error.unset, |found| &found.unset);
                    rules::undefined_var::check(linter, lines, unset, &state.args, &state.env);
                    Some(expanded.map_err(|error| CheckError::at(error.to_string(), lines))?.text)
                }
            };
            if let Some(value) = value {
                state.env.set(&pair.key, &value);
            }
            state.args.push(pair.key.clone());
        }
        Ok(())
    }

    fn expose(
        &self,
        state: &State,
        ports: &[String],
        lines: Lines,
        linter: &Linter,
    ) -> Result<(), CheckError> {
        for port in ports {
            let expanded = self.expander.expand(port, &|name| state.env.get(name));
            for spec in expanded.map_err(|error| CheckError::at(error.to_string(), lines))?.words {
                let parsed = parse_port(&spec, Vintage::Current);
                let parsed = parsed.map_err(|error| CheckError::at(error.to_string(), lines))?;
                rules::expose_proto_casing::check(linter, lines, &spec, &parsed);
                rules::expose_invalid_format::check(linter, lines, &spec, &parsed);
            }
        }
        Ok(())
    }

    fn sources(
        &self,
        verb: &str,
        sources: &[CopySource],
        lines: Lines,
        linter: &Linter,
    ) -> Result<(), CheckError> {
        let Some(ignore) = self.options.ignore else { return Ok(()) };
        for source in sources {
            if let CopySource::Path(path) = source
                && !(verb == "Add" && is_remote(path))
            {
                let checked = rules::copy_ignored_file::check(linter, lines, verb, path, ignore);
                checked.map_err(|error| CheckError::at(error.to_string(), lines))?;
            }
        }
        Ok(())
    }
}

fn is_remote(path: &str) -> bool {
    path.starts_with("http://")
        || path.starts_with("https://")
        || crate::GitRef::parse(path).is_ok_and(|git| git.is_some())
}

fn initial(base: Option<BaseImage>) -> State {
    let base = base.unwrap_or_else(|| BaseImage {
        env: vec![("PATH".to_owned(), DEFAULT_PATH.to_owned())],
        ..BaseImage::default()
    });
    let mut state = State { has_shell: base.has_shell, onbuild: base.onbuild, ..State::default() };
    for (name, value) in &base.env {
        state.env.set(name, value);
    }
    state
}

fn set_env(state: &mut State, env: &Env, name: &str, lines: Lines, linter: &Linter) {
    rules::legacy_key_value_format::check(linter, lines, name, &env.pairs);
    for pair in &env.pairs {
        rules::secrets_used_in_arg_or_env::check(linter, lines, "ENV", &pair.key);
        state.env.set(&pair.key, &pair.value);
    }
}
