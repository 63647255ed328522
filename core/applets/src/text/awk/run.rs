//! Running the program: jumps, calls, and the instructions that talk to the outside.

use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::{ExitStatus, Process, WaitFlags, WaitFor};
use vfs::Errno;

use super::code::{Function, Op, Place, Source, Special, Target, Var};
use super::format;
use super::input::Input;
use super::machine::{Fault, Frame, Machine, Outcome, fault};
use super::streams::{Begin, Separator};
use super::value::{Cell, Value};
use crate::frame::say;

/// How deeply functions may call each other.
const DEEPEST: usize = 100_000;
/// The bytes that are put together for one step of fuel.
const STEP_BYTES: usize = 512;
/// The instructions between two payments of fuel.
const PAY_EVERY: u32 = 256;

impl Machine {
    /// Runs a piece of program from `start` to its end.
    pub(super) async fn run(&mut self, p: &mut Process, input: &mut Input, start: u32) -> Outcome<()> {
        self.at = start as usize;
        self.stack.clear();
        self.frames.clear();
        self.locals.clear();
        self.loops.clear();
        self.base = 0;
        let program = Rc::clone(&self.program);
        let mut unpaid = 0;
        loop {
            let op = program.ops[self.at];
            self.at += 1;
            unpaid += 1;
            if unpaid == PAY_EVERY {
                p.tick(PAY_EVERY / 8 + (std::mem::take(&mut self.joined) / STEP_BYTES) as u32).await;
                unpaid = 0;
            }
            match op {
                Op::Jump(target) => self.at = target as usize,
                Op::JumpIfFalse(target) => {
                    if !self.pop().is_true() {
                        self.at = target as usize;
                    }
                }
                Op::JumpIfTrue(target) => {
                    if self.pop().is_true() {
                        self.at = target as usize;
                    }
                }
                Op::RangeJump(range, target) if self.ranges[range as usize] => self.at = target as usize,
                Op::RangeJump(..) => {}
                Op::LoopNext(var, target) => self.next_key(var, target)?,
                Op::Call { function, arguments } => self.call(function, arguments)?,
                Op::Return if self.frames.is_empty() => return Ok(()),
                Op::Return => self.give_back(),
                Op::End => {
                    p.tick(1 + unpaid / 8).await;
                    return Ok(());
                }
                Op::Next => return Err(Fault::Next),
                Op::NextFile => return Err(Fault::NextFile),
                Op::Exit { status } => {
                    if status {
                        self.exit_status = format::int(self.pop().number()) as u8;
                    }
                    return Err(Fault::Exit);
                }
                Op::Print { .. } | Op::Printf { .. } => self.output(p, op).await?,
                Op::Getline { source, place } => self.getline(p, input, source, place).await?,
                Op::Function { which, arguments } if is_outside(which, arguments) => {
                    self.call_outside(p, which, arguments).await?;
                }
                op => self.compute(op)?,
            }
        }
    }

    fn next_key(&mut self, var: Var, target: u32) -> Outcome<()> {
        match self.loops.last_mut().and_then(Iterator::next) {
            Some(key) => self.store(Place::Var(var), Value::User(key)),
            None => {
                self.at = target as usize;
                Ok(())
            }
        }
    }

    fn call(&mut self, function: u32, arguments: u32) -> Outcome<()> {
        let program = Rc::clone(&self.program);
        let definition = &program.functions[function as usize];
        let Some(start) = definition.start else { return fault("Call to undefined function") };
        if self.frames.len() >= DEEPEST {
            return Err(Fault::Bare("out of memory".into()));
        }
        let mut values = self.pop_many(arguments);
        values.resize(definition.parameters as usize, Value::Uninit);
        self.frames.push(Frame { return_to: self.at, base: self.base, loops: self.loops.len() });
        self.base = self.locals.len();
        self.locals.extend(values.into_iter().map(|value| match value {
            Value::Array(array) => Cell { value: Value::Uninit, array: Some(array) },
            value => Cell { value, array: None },
        }));
        self.at = start as usize;
        Ok(())
    }

    fn give_back(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.locals.truncate(self.base);
            self.loops.truncate(frame.loops);
            self.base = frame.base;
            self.at = frame.return_to;
        }
    }

    // Output.

    async fn output(&mut self, p: &mut Process, op: Op) -> Outcome<()> {
        let (arguments, target, formatted) = match op {
            Op::Printf { arguments, target } => (arguments, target, true),
            Op::Print { arguments, target } => (arguments, target, false),
            _ => return Ok(()),
        };
        let name = if target == Target::Stdout { None } else { Some(self.pop_text()) };
        let text = if formatted { self.formatted(arguments)? } else { self.printed(arguments) };
        let begin = match target {
            Target::Stdout => {
                return match p.print(&text).await {
                    Ok(()) => Ok(()),
                    Err(errno) => Err(self.write_failed(p, errno).await),
                };
            }
            Target::Truncate => Begin::Truncate,
            Target::Append => Begin::Append,
            Target::Command => Begin::Command,
        };
        let name = name.unwrap_or_else(|| Rc::from([]));
        match self.streams.write(p, &name, begin, &text).await {
            Ok(()) => Ok(()),
            Err(errno) => Err(Fault::Bare(bytes!("can't open '{}': {}", name.as_bstr(), errno.to_string()))),
        }
    }

    async fn write_failed(&mut self, p: &mut Process, errno: Errno) -> Fault {
        p.discard_output();
        say::errno(p, "write error", errno).await;
        Fault::Said
    }

    fn printed(&mut self, arguments: u32) -> Vec<u8> {
        let mut text = Vec::new();
        if arguments == 0 {
            text.extend_from_slice(self.record.text(&self.settings.ofs, &self.settings.convfmt));
        }
        let first = self.stack.len().saturating_sub(arguments as usize);
        for (index, value) in self.stack[first..].iter().enumerate() {
            if index > 0 {
                text.extend_from_slice(&self.settings.ofs);
            }
            text.extend_from_slice(&value.text(&self.settings.ofmt));
        }
        self.stack.truncate(first);
        text.extend_from_slice(&self.settings.ors);
        text
    }

    fn formatted(&mut self, arguments: u32) -> Outcome<Vec<u8>> {
        let values = self.pop_many(arguments);
        let Some((format, values)) = values.split_first() else { return Ok(Vec::new()) };
        let convfmt = &self.settings.convfmt;
        format::sprintf(&format.text(convfmt), values, convfmt).map_err(|message| Fault::At(message.into()))
    }

    // Input.

    pub(super) fn separator(&mut self) -> Outcome<Separator> {
        Ok(match &*self.settings.rs {
            [] => Separator::Paragraph,
            [byte] => Separator::Byte(*byte),
            text => {
                let value = Value::string(text);
                Separator::Regex(self.pattern(&value)?)
            }
        })
    }

    async fn getline(
        &mut self,
        p: &mut Process,
        input: &mut Input,
        source: Source,
        place: Option<Place>,
    ) -> Outcome<()> {
        let has_subscript = matches!(place, Some(Place::Field | Place::Element(_)));
        // A file stands above the subscript, a command below it.
        let name = match source {
            Source::Main => None,
            Source::File => Some(self.pop_text()),
            Source::Command => {
                let subscript = if has_subscript { Some(self.pop()) } else { None };
                let name = self.pop_text();
                self.stack.extend(subscript);
                Some(name)
            }
        };
        let record = match name {
            None => Ok(input.record(p, self).await?),
            Some(name) => self.read_stream(p, &name, source == Source::Command).await?,
        };
        let result = match record {
            Ok(Some(text)) => {
                match place {
                    Some(place) => self.store(place, Value::User(text))?,
                    None => self.record.set(text),
                }
                1.0
            }
            other => {
                if has_subscript {
                    self.pop();
                }
                match other {
                    Err(errno) => {
                        *self.special(Special::Errno) = Value::Num(f64::from(errno.code()));
                        -1.0
                    }
                    Ok(_) => 0.0,
                }
            }
        };
        self.push(Value::Num(result));
        Ok(())
    }

    async fn read_stream(
        &mut self,
        p: &mut Process,
        name: &[u8],
        command: bool,
    ) -> Outcome<Result<Option<Rc<[u8]>>, Errno>> {
        let separator = self.separator()?;
        if command {
            self.streams.flush(p, None).await;
        }
        let reader = match self.streams.reader(p, name, command).await {
            Ok(reader) => reader,
            Err(errno) => return Ok(Err(errno)),
        };
        Ok(reader.record(p, &separator).await)
    }

    // Functions.

    async fn call_outside(&mut self, p: &mut Process, which: Function, count: u32) -> Outcome<()> {
        let arguments = self.pop_many(count);
        let convfmt = Rc::clone(&self.settings.convfmt);
        let text = |index: usize| -> BString {
            arguments
                .get(index)
                .map_or_else(BString::default, |value| value.text(&convfmt).into_owned().into())
        };
        let now = p.now().secs();
        let result = match which {
            Function::System => self.system(p, text(0)).await,
            Function::Close => {
                // A failed flush shows at the end.
                let _ = p.flush().await;
                f64::from(self.streams.close(p, &text(0)).await)
            }
            Function::Fflush => {
                let name = text(0);
                if name.is_empty() {
                    // The same.
                    let _ = p.flush().await;
                    self.streams.flush(p, None).await;
                } else {
                    self.streams.flush(p, Some(&name)).await;
                }
                0.0
            }
            Function::Systime => now as f64,
            Function::Srand => f64::from(self.random.seed(now as u32)),
            _ => {
                let seconds = arguments.get(1).map_or(now, |value| format::long(value.number()));
                let format = if count == 0 { "%a %b %e %H:%M:%S %Z %Y".into() } else { text(0) };
                let value = Value::string(crate::time::strftime::strftime(&format, seconds));
                self.push(value);
                return Ok(());
            }
        };
        self.push(Value::Num(result));
        Ok(())
    }

    async fn system(&mut self, p: &mut Process, command: BString) -> f64 {
        // A failed flush shows at the end.
        let _ = p.flush().await;
        self.streams.flush(p, None).await;
        let started = p.spawn(&["sh".into(), "-c".into(), command]).await;
        let Ok(pid) = started else { return 127.0 };
        match p.wait(WaitFor::Pid(pid), WaitFlags::default()).await {
            Ok((_, ExitStatus::Exited(status))) => f64::from(status),
            _ => 0.0,
        }
    }
}

/// Whether a function needs more than its arguments.
fn is_outside(which: Function, arguments: u32) -> bool {
    match which {
        Function::System | Function::Close | Function::Fflush => true,
        Function::Systime | Function::Strftime => true,
        Function::Srand => arguments == 0,
        _ => false,
    }
}
