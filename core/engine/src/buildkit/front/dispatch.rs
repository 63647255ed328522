use dockerfile::instruction::{Command, Instruction};

use super::Front;
use super::state::{FrontError, State, shown};
use crate::buildkit::ops::Op;
use crate::buildkit::ops::make::{Made, MakeOp};

impl Front<'_> {
    /// Turns one instruction into what it does to a stage.
    pub(super) fn dispatch(
        &mut self,
        state: &mut State,
        instruction: &Instruction,
    ) -> Result<(), FrontError> {
        let mut command = instruction.command.clone();
        let snapshot = state.env.clone();
        let lookup =
            |name: &str| snapshot.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        command.expand_words(&mut |word| self.expander.word(word, &lookup))?;
        match &command {
            Command::Run(run) => self.run(state, instruction, run),
            Command::Copy(copy) => self.copy(state, instruction, copy),
            Command::Add(add) => self.add_files(state, instruction, add),
            Command::Workdir(workdir) => {
                self.workdir(state, instruction, &workdir.path);
                Ok(())
            }
            Command::Arg(arg) => self.arg(state, arg),
            Command::From(_) => Err(FrontError::new("FROM isn't allowed as an ONBUILD trigger")),
            other => self.metadata(state, other),
        }
    }

    /// The name of an instruction's step.
    pub(super) fn step_name(&self, state: &mut State, instruction: &Instruction) -> String {
        let text = shown(self.expander, state, &instruction.original);
        state.naming.next(&text)
    }

    fn workdir(&mut self, state: &mut State, instruction: &Instruction, path: &str) {
        use bstr::ByteSlice;
        if path.is_empty() {
            return;
        }
        let name = shown(self.expander, state, &instruction.original);
        let path = crate::paths::clean(state.absolute(path)).to_str_lossy().into_owned();
        state.config().working_dir.clone_from(&path);
        if path == "/" {
            state.naming.done += 1;
            state.commit("WORKDIR /", false);
            return;
        }
        let name = state.naming.next(&name);
        let user = Some(state.image.config.user.clone()).filter(|user| !user.is_empty());
        let op =
            MakeOp { has_base: state.node.is_some(), path: path.clone(), what: Made::Directory, owner: user };
        let inputs = state.node.into_iter().collect();
        let ignore_cache = std::mem::replace(&mut state.ignore_cache, false);
        self.step(state, Op::Make(op), inputs, name, instruction.lines);
        state.ignore_cache = ignore_cache;
        state.commit(&format!("WORKDIR {path}"), true);
    }

    fn arg(&mut self, state: &mut State, arg: &dockerfile::instruction::Arg) -> Result<(), FrontError> {
        let mut words = Vec::new();
        for pair in &arg.args {
            let lookup = |name: &str| state.variable(name);
            let key = self.expander.word(&pair.key, &lookup)?;
            let default = match &pair.default {
                Some(default) => Some(self.expander.word(default, &lookup)?),
                None => None,
            };
            let given = self.request.build_args.iter().rfind(|(name, _)| *name == key);
            let given = given.map(|(_, value)| value.clone());
            let value = given.clone().or_else(|| default.clone());
            let noted = if self.old { &default } else { &value };
            words.push(match noted {
                Some(value) => format!("{key}={value}"),
                None => key.clone(),
            });
            let value = value.or_else(|| self.outline.globals.get(&key));
            if let Some(value) = &value {
                state.set_env(&key, value);
            }
            state.args.push((key, value));
        }
        state.commit(&format!("ARG {}", words.join(" ")), false);
        Ok(())
    }
}
