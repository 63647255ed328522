use api::{ApiError, EventKind};
use digest::Digest;
use dockerfile::{Command, Dockerfile, Stage};

use super::ops;
use super::steps::{Build, Outcome, failed};

/// The instructions of a build, cut at its target and with the labels of the command line at the end.
pub(super) struct Plan {
    pub(super) dockerfile: Dockerfile,
    /// `--label`s, sorted, each a step of its own.
    pub(super) labels: Vec<(String, String)>,
}

/// Numbers the steps.
struct Counter {
    done: u32,
    total: u32,
}

impl Plan {
    fn total(&self) -> u32 {
        let steps = self.dockerfile.step_count(self.dockerfile.stages.len()) + self.labels.len();
        u32::try_from(steps).unwrap_or(u32::MAX)
    }
}

impl Build<'_> {
    /// Runs all steps and gives the last image.
    pub(super) fn run(&mut self, plan: &Plan) -> Result<Digest, ApiError> {
        let mut counter = Counter { done: 0, total: plan.total() };
        for instruction in &plan.dockerfile.global_args {
            self.start_step(&mut counter, &instruction.original, instruction.lines.first, None);
            if let Command::Arg(arg) = &instruction.command {
                ops::arg::declare_global(self, arg)?;
            }
            self.emit(EventKind::StepFinished { image: None, shown: false });
        }
        let Some(last) = plan.dockerfile.stages.len().checked_sub(1) else {
            return Err(failed("unexpected EOF"));
        };
        for (index, stage) in plan.dockerfile.stages.iter().enumerate() {
            let labels: &[_] = if index == last { &plan.labels } else { &[] };
            self.run_stage(&mut counter, stage, labels)?;
        }
        let names = self.args.unconsumed();
        if !names.is_empty() {
            self.emit(EventKind::BuildArgsUnconsumed { names });
        }
        self.stage.image.ok_or_else(|| failed("No image was generated. Is your Dockerfile empty?"))
    }

    fn run_stage(&mut self, counter: &mut Counter, stage: &Stage, labels: &[(String, String)]) -> Outcome {
        self.stages.check_free(stage.name()).map_err(failed)?;
        let index = u32::try_from(self.stages.current()).ok();
        self.start_step(counter, &stage.instruction.original, stage.instruction.lines.first, index);
        ops::from::dispatch(self, stage)?;
        self.finish_step(true);
        for instruction in &stage.instructions {
            self.start_step(counter, &instruction.original, instruction.lines.first, index);
            self.dispatch(&instruction.command)?;
            self.finish_step(true);
        }
        for (key, value) in labels {
            self.start_step(counter, &format!("LABEL {key}={value}"), 0, index);
            let pair =
                dockerfile::instruction::KeyValue { key: key.clone(), value: value.clone(), delimited: true };
            let label = dockerfile::instruction::Label { pairs: vec![pair] };
            let result = self.dispatch_expanded(&Command::Label(label));
            self.clean_up(result)?;
            self.finish_step(true);
        }
        self.stages.push(stage.name(), self.stage.image);
        Ok(())
    }

    fn start_step(&mut self, counter: &mut Counter, text: &str, line: usize, stage: Option<u32>) {
        counter.done += 1;
        let (step, total) = (counter.done, counter.total);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        self.emit(EventKind::StepStarted { step, total, text: text.to_owned(), line, stage });
    }

    /// Expands an instruction's words and carries it out, with its containers removed as the request says.
    pub(super) fn dispatch(&mut self, command: &Command) -> Outcome {
        let result = self.expand(command).and_then(|command| self.dispatch_expanded(&command));
        self.clean_up(result)
    }

    fn expand(&self, command: &Command) -> Result<Command, ApiError> {
        let mut command = command.clone();
        let variables = self.variables();
        let settings = &self.stage.settings;
        command
            .expand_words(&mut |word| settings.expand(&variables, word))
            .map_err(|error: dockerfile::expand::ExpandError| failed(error.to_string()))?;
        Ok(command)
    }

    fn clean_up(&mut self, result: Outcome) -> Outcome {
        let request = self.request;
        if request.force_remove || request.remove && result.is_ok() {
            self.remove_containers();
        }
        result?;
        if let Some(committed) = self.committed.take() {
            self.emit(committed);
        }
        Ok(())
    }

    fn dispatch_expanded(&mut self, command: &Command) -> Outcome {
        let settings = &mut self.stage.settings;
        let comment = match command {
            Command::Add(add) => return ops::add::dispatch(self, add),
            Command::Arg(arg) => return ops::arg::dispatch(self, arg),
            Command::Copy(copy) => return ops::copy::dispatch(self, copy),
            Command::Maintainer(maintainer) => return ops::maintainer::dispatch(self, maintainer),
            Command::Run(run) => return ops::run::dispatch(self, run),
            Command::Workdir(workdir) => {
                let comment = ops::workdir::apply(settings, workdir).map_err(failed)?;
                let config = settings.noted_in_one(&comment);
                return self.commit_noted(config, &comment);
            }
            Command::Healthcheck(healthcheck) => {
                let remark = ops::healthcheck::overridden(settings);
                let before = settings.config.healthcheck.clone();
                let comment = ops::healthcheck::apply(settings, healthcheck);
                ops::healthcheck::inherit(settings, before);
                if let Some(text) = remark {
                    self.emit(EventKind::Noted { text });
                }
                comment
            }
            Command::Expose(expose) => {
                let variables = self.variables();
                ops::expose::apply(&mut self.stage.settings, &variables, expose).map_err(failed)?
            }
            Command::Cmd(cmd) => ops::cmd::apply(settings, cmd),
            Command::Entrypoint(entrypoint) => ops::entrypoint::apply(settings, entrypoint),
            Command::Env(env) => ops::env::apply(settings, env),
            Command::Label(label) => ops::label::apply(settings, label),
            Command::Onbuild(onbuild) => ops::onbuild::apply(settings, onbuild),
            Command::Shell(shell) => ops::shell::apply(settings, shell),
            Command::Stopsignal(stopsignal) => {
                ops::stopsignal::apply(settings, stopsignal).map_err(failed)?
            }
            Command::User(user) => ops::user::apply(settings, user),
            Command::Volume(volume) => ops::volume::apply(settings, volume).map_err(failed)?,
            Command::From(_) => return Err(failed("FROM isn't allowed as an ONBUILD trigger")),
        };
        self.note(&comment)
    }
}
