//! Simple commands.

use std::borrow::Cow;

use bstr::BString;
use kernel::Process;

use super::frame::{Flags, Frame};
use super::redirect::SavedFds;
use super::{Machine, Outcome, Raise};
use crate::ast::{Assignment, Part, SimpleCommand, Word};
use crate::builtins::{self, Builtin};
use crate::parse;
use crate::state::{Fields, Opt, Variable};

/// A simple command after expansion and redirection.
pub(crate) struct Prepared {
    pub(crate) words: Fields,
    pub(crate) assignments: Vec<(BString, BString)>,
    pub(crate) saved: Option<SavedFds>,
    pub(crate) flags: Flags,
    /// `command` was in front: functions are passed over, and special builtins are not special.
    pub(crate) by_command: bool,
    /// The command as `jobs` shows it, under job control.
    pub(crate) text: BString,
    /// `command -p`: programs are looked for where the system's are.
    pub(crate) default_path: bool,
}

/// What was there before temporary assignments.
type Before = Vec<(BString, Option<Variable>)>;

impl Machine {
    pub(super) async fn simple(
        &mut self,
        p: &mut Process,
        command: &SimpleCommand,
        flags: Flags,
    ) -> Result<(), Raise> {
        self.begin_simple(p, command);
        let pipes = self.open_pipes.len();
        let words = self.command_words(p, &command.words).await?;
        Box::pin(self.full_command(p, command, words, flags, pipes)).await
    }

    /// A command with everything that one can have. Process substitutions end with it down to the first `pipes`.
    pub(super) async fn full_command(
        &mut self,
        p: &mut Process,
        command: &SimpleCommand,
        words: Fields,
        flags: Flags,
        pipes: usize,
    ) -> Result<(), Raise> {
        let mut saved = None;
        if !command.redirects.is_empty() {
            saved = match self.redirect(p, &command.redirects).await {
                Ok(saved) => saved,
                Err(raise) if is_special_call(&words) => return Err(raise),
                Err(raise) => {
                    self.redirect_failed(p, raise).await?;
                    return self.check_exit(flags);
                }
            };
        }
        let assignments = match self.prepare_assignments(p, command, &words, &saved).await {
            Ok(assignments) => assignments,
            Err(raise) => {
                self.restore_some(p, saved);
                return Err(raise);
            }
        };
        if self.open_pipes.len() > pipes && !words.is_empty() {
            self.frames.push(Frame::ClosePipes(pipes));
        }
        let text = match self.state.options.is_on(Opt::Monitor) {
            true => crate::text::of_simple(command),
            false => BString::default(),
        };
        let (by_command, default_path) = (false, false);
        let prepared = Prepared { words, assignments, saved, flags, by_command, text, default_path };
        if prepared.words.is_empty() {
            return self.assign_only(p, prepared);
        }
        self.dispatch(p, prepared).await
    }

    /// Expands the words; after `export` and the like, words that look like assignments are not split.
    async fn command_words(&mut self, p: &mut Process, words: &[Word]) -> Result<Fields, Raise> {
        let mut fields = self.take_fields();
        for (index, word) in words.iter().enumerate() {
            match declaration(word, index, &fields) {
                Some(assignment) => {
                    let mut field = (*assignment.name).clone();
                    field.push(b'=');
                    field.extend_from_slice(&self.expand_assignment(p, &assignment.value).await?);
                    fields.push(&field);
                }
                None => self.expand_fields(p, word, &mut fields).await?,
            }
        }
        Ok(fields)
    }

    /// Expands the assignments and traces the command.
    async fn prepare_assignments(
        &mut self,
        p: &mut Process,
        command: &SimpleCommand,
        words: &[BString],
        saved: &Option<SavedFds>,
    ) -> Result<Vec<(BString, BString)>, Raise> {
        let assignments = self.expand_assignments(p, command, words.is_empty()).await?;
        let nothing = words.is_empty() && assignments.is_empty();
        if self.state.options.is_on(Opt::XTrace) && !nothing {
            let fd = saved.as_ref().map_or(2, |saved| saved.copy_of(2));
            Box::pin(self.trace(p, &assignments, words, fd)).await?;
        }
        Ok(assignments)
    }

    /// Expands `name=value` words, each seeing those before it; with a command they are undone again.
    async fn expand_assignments(
        &mut self,
        p: &mut Process,
        command: &SimpleCommand,
        keep: bool,
    ) -> Result<Vec<(BString, BString)>, Raise> {
        let several = command.assignments.len() > 1;
        let traces = self.state.options.is_on(Opt::XTrace);
        let mut before = Before::new();
        let mut assignments = Vec::new();
        for assignment in &command.assignments {
            let value = self.expand_assignment(p, &assignment.value).await?;
            if !keep && several {
                before
                    .push(((*assignment.name).clone(), self.state.vars.variable(&assignment.name).cloned()));
            }
            if keep || several {
                self.assign_at((&assignment.name).into(), &value)?;
            }
            if !keep || traces {
                assignments.push(((*assignment.name).clone(), value));
            }
        }
        self.put_back(p, Frame::Variables(before));
        Ok(assignments)
    }

    fn assign_only(&mut self, p: &mut Process, prepared: Prepared) -> Result<(), Raise> {
        self.restore_some(p, prepared.saved);
        self.state.status = self.state.substitution_status.unwrap_or(0);
        self.check_exit(prepared.flags)
    }

    /// Finds out what the first word names and runs it.
    pub(crate) async fn dispatch(&mut self, p: &mut Process, mut command: Prepared) -> Result<(), Raise> {
        while command.words[0] == "command"
            && (command.by_command || !self.state.functions.contains_key(&command.words[0]))
        {
            let Some(prefix) = builtins::command_prefix(&command.words) else { break };
            command.words.drop_front(prefix.words);
            command.by_command = true;
            command.default_path |= prefix.default_path;
        }
        let name = &command.words[0];
        if !command.by_command
            && let Some(body) = self.state.functions.get(name)
        {
            let body = body.clone();
            return self.call_function(p, body, command);
        }
        match builtins::find(name) {
            Some(builtin) if builtin.pushes_frames => self.run_framed(p, builtin, command).await,
            Some(builtin) => self.run_builtin(p, builtin, command).await,
            None => Box::pin(self.external(p, command)).await,
        }
    }

    fn call_function(
        &mut self,
        p: &mut Process,
        body: crate::ast::NodeRef,
        command: Prepared,
    ) -> Result<(), Raise> {
        let base = self.frames.len();
        if let Some(saved) = command.saved {
            self.frames.push(Frame::Restore(saved));
        }
        let result = self.assign_temporarily(&command.assignments, true);
        let result = result.and_then(|before| {
            if !before.is_empty() {
                self.frames.push(Frame::Variables(before));
            }
            self.call(body, command.words, command.flags)
        });
        if result.is_err() {
            self.put_back_to(p, base);
        }
        result
    }

    /// Runs a builtin that ends at once.
    async fn run_builtin(
        &mut self,
        p: &mut Process,
        builtin: &'static Builtin,
        command: Prepared,
    ) -> Result<(), Raise> {
        let special = builtin.special && !command.by_command;
        let replaces_shell = builtin.name == "exec" && command.words.len() > 1;
        let before = if special && replaces_shell {
            // The program gets them.
            self.assign_temporarily(&command.assignments, true).map(|_| Before::new())
        } else if special {
            self.assign_all(&command.assignments).map(|()| Before::new())
        } else {
            self.assign_temporarily(&command.assignments, false)
        };
        let before = match before {
            Ok(before) => before,
            Err(raise) => {
                self.restore_some(p, command.saved);
                return Err(raise);
            }
        };
        let name = self.state.command_name.replace(Cow::Owned(command.words[0].clone()));
        let result = builtin.run(self, p, &command.words).await;
        let result = self.deliver_output(p, builtin.name, result).await;
        self.state.command_name = name;
        self.put_back(p, Frame::Variables(before));
        let has_operands = command.words.iter().skip(1).any(|word| word != "--");
        let keeps_redirects = builtin.name == "exec" && !has_operands;
        match command.saved {
            Some(saved) if keeps_redirects => {
                self.script_fd = self.script_fd.filter(|fd| !saved.has(*fd));
                saved.forget(p);
            }
            saved => self.restore_some(p, saved),
        }
        self.finish_builtin(result, special, command.flags)
    }

    /// Takes the status of a builtin; an error of one that is not special has been told and is over.
    pub(super) fn finish_builtin(
        &mut self,
        result: Result<Outcome, Raise>,
        special: bool,
        flags: Flags,
    ) -> Result<(), Raise> {
        match result {
            Ok(Outcome::Status(status)) => self.state.status = status,
            Ok(Outcome::Frames) => return Ok(()),
            Err(Raise::Error { status, .. }) if !special => self.state.status = status,
            Err(raise) => return Err(raise),
        }
        self.check_exit(flags)
    }

    /// Runs a builtin that evaluates commands: what it needs put back afterwards stands in frames below its own.
    async fn run_framed(
        &mut self,
        p: &mut Process,
        builtin: &'static Builtin,
        command: Prepared,
    ) -> Result<(), Raise> {
        let base = self.frames.len();
        self.frames.push(Frame::CheckExit(command.flags));
        if let Some(saved) = command.saved {
            self.frames.push(Frame::Restore(saved));
        }
        if command.by_command {
            self.frames.push(Frame::Catch);
        }
        self.frames
            .push(Frame::CommandName(self.state.command_name.replace(Cow::Owned(command.words[0].clone()))));
        let assigned = match command.by_command {
            true => self.assign_temporarily(&command.assignments, false).map(|before| {
                // Below the frame that ends errors: they are undone in any case.
                self.frames.insert(base + 1, Frame::Variables(before));
            }),
            false => self.assign_all(&command.assignments),
        };
        let result = match assigned {
            Ok(()) => builtin.run_with(self, p, &command.words, command.flags).await,
            Err(raise) => Err(raise),
        };
        match self.deliver_output(p, builtin.name, result).await {
            Ok(Outcome::Frames) => Ok(()),
            Ok(Outcome::Status(status)) => {
                self.put_back_to(p, base);
                self.state.status = status;
                self.check_exit(command.flags)
            }
            Err(Raise::Error { status, .. }) if command.by_command => {
                self.put_back_to(p, base);
                self.state.status = status;
                self.check_exit(command.flags)
            }
            Err(raise) => Err(raise),
        }
    }

    /// Writes what a builtin has printed, and the message of its error.
    pub(super) async fn deliver_output(
        &mut self,
        p: &mut Process,
        name: &str,
        result: Result<Outcome, Raise>,
    ) -> Result<Outcome, Raise> {
        if self.out.is_empty() && self.err.is_empty() && result.is_ok() {
            return result;
        }
        let written = self.flush_output(p).await;
        match (result, written) {
            (Ok(Outcome::Status(_)), Err(errno)) => {
                if name == "echo" {
                    let text = self.applet_message(format!("write error: {errno}"));
                    p.eprint(&text).await;
                }
                Ok(Outcome::Status(1))
            }
            (Err(Raise::Error { mut message, status }), _) => {
                if !message.is_empty() {
                    message.push(b'\n');
                    p.eprint(&message).await;
                }
                Err(Raise::Error { message: BString::default(), status })
            }
            (result, _) => result,
        }
    }

    /// Writes out what builtins have printed.
    pub(super) async fn flush_output(&mut self, p: &mut Process) -> Result<(), vfs::Errno> {
        let out = std::mem::take(&mut self.out);
        let err = std::mem::take(&mut self.err);
        // Standard output is buffered until the builtin ends; complaints are not.
        if !err.is_empty() {
            p.eprint(&err).await;
        }
        if out.is_empty() { Ok(()) } else { p.write_all(1, &out).await }
    }

    fn assign_all(&mut self, assignments: &[(BString, BString)]) -> Result<(), Raise> {
        assignments.iter().try_for_each(|(name, value)| self.assign(name, value))
    }

    /// Assigns for the time of one command; gives what was there before.
    fn assign_temporarily(
        &mut self,
        assignments: &[(BString, BString)],
        export: bool,
    ) -> Result<Before, Raise> {
        let mut before = Before::new();
        for (name, value) in assignments {
            before.push((name.clone(), self.state.vars.variable(name).cloned()));
            if let Err(raise) = self.assign(name, value) {
                for (name, variable) in before.into_iter().rev() {
                    self.state.vars.restore(&name, variable);
                }
                return Err(raise);
            }
            if export {
                self.state.vars.set_export(name, true);
            }
        }
        Ok(before)
    }

    pub(super) fn restore_some(&mut self, p: &mut Process, saved: Option<SavedFds>) {
        if let Some(saved) = saved {
            self.restore(p, saved);
        }
    }

    /// Takes frames off down to `base` and undoes them.
    pub(super) fn put_back_to(&mut self, p: &mut Process, base: usize) {
        while self.frames.len() > base {
            if let Some(frame) = self.frames.pop() {
                self.put_back(p, frame);
            }
        }
    }
}

/// The word as an assignment that the command named by the fields before it makes.
pub(super) fn declaration(word: &Word, index: usize, fields: &[BString]) -> Option<Assignment> {
    if index == 0 {
        return None;
    }
    let Some(Part::Literal(text)) = word.parts.first() else { return None };
    if !text.contains(&b'=') {
        return None;
    }
    let name = fields.iter().find(|field| *field != "command")?;
    if builtins::declares(name) { parse::assignment(word) } else { None }
}

/// Whether the words call a special builtin, whose redirection errors end the script.
fn is_special_call(words: &[BString]) -> bool {
    words.first().is_some_and(|name| builtins::is_special(name))
}
