//! The main input: the operands, one after the other, with the assignments among them.

use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::Process;
use vfs::Errno;

use super::code::{Place, SPECIALS, Special, Var};
use super::lexer::unescaped;
use super::machine::{Fault, Machine, Outcome};
use super::streams::Reader;
use super::value::Value;
use crate::frame::stream;

/// Where the main input stands.
#[derive(Default)]
pub(super) struct Input {
    /// The operand before the next one.
    operand: u32,
    /// Whether a file was among the operands so far.
    any: bool,
    open: Option<Reader>,
    ended: bool,
}

impl Input {
    /// The next record of the main input, counted in NR and FNR; `None` at its end.
    pub(super) async fn record(
        &mut self,
        p: &mut Process,
        machine: &mut Machine,
    ) -> Outcome<Option<Rc<[u8]>>> {
        loop {
            if self.open.is_none() && !self.next_file(p, machine).await? {
                return Ok(None);
            }
            let separator = machine.separator()?;
            let Some(reader) = &mut self.open else { return Ok(None) };
            match reader.record(p, &separator).await {
                Ok(Some(text)) => {
                    for special in [Special::Nr, Special::Fnr] {
                        let count = machine.special(special);
                        *count = Value::Num(count.number() + 1.0);
                    }
                    return Ok(Some(text));
                }
                Ok(None) => self.skip_file(p),
                Err(errno) => return Err(Fault::At(errno.to_string().into())),
            }
        }
    }

    /// Leaves the file that is being read.
    pub(super) fn skip_file(&mut self, p: &mut Process) {
        if let Some(reader) = self.open.take() {
            stream::close(p, reader.fd);
        }
    }

    async fn next_file(&mut self, p: &mut Process, machine: &mut Machine) -> Outcome<bool> {
        if self.ended {
            return Ok(false);
        }
        let count = machine.special(Special::Argc).number();
        let array = machine.array(Var::Global(Special::Argv.slot()));
        let mut file = None;
        while f64::from(self.operand) + 1.0 < count {
            self.operand += 1;
            let key = self.operand.to_string();
            if !array.borrow().contains(key.as_bytes()) {
                continue;
            }
            let word = array.borrow_mut().element(key.as_bytes()).shared(b"%.6g");
            if word.is_empty() || machine.assign(&word)? {
                continue;
            }
            file = Some(word);
            break;
        }
        let name: Rc<[u8]> = match file {
            Some(name) => name,
            None if self.any => {
                self.ended = true;
                return Ok(false);
            }
            None => Rc::from(&b"-"[..]),
        };
        self.any = true;
        match stream::open(p, name.as_bstr()).await {
            Ok(fd) => self.open = Some(Reader::new(fd)),
            Err(errno) => return Err(missing(&name, errno)),
        }
        *machine.special(Special::Fnr) = Value::Num(0.0);
        *machine.special(Special::Filename) = Value::User(name);
        Ok(true)
    }
}

fn missing(name: &[u8], errno: Errno) -> Fault {
    Fault::Bare(bytes!("{}: {}", name.as_bstr(), errno.to_string()))
}

impl Machine {
    /// `NAME=VALUE` sets a variable; false for anything else.
    pub(super) fn assign(&mut self, word: &[u8]) -> Outcome<bool> {
        let Some((name, value)) = assignment(word) else { return Ok(false) };
        let slot = self.program.globals.iter().position(|known| known == &name);
        let value = Value::user(unescaped(value));
        match slot {
            // A variable that the program does not name cannot be asked for.
            None => {}
            Some(slot) => match SPECIALS.get(slot) {
                Some((_, special)) => self.set_special(*special, value)?,
                None => self.store(Place::Var(Var::Global(slot as u32)), value)?,
            },
        }
        Ok(true)
    }
}

/// The name and value of an assignment.
pub(super) fn assignment(word: &[u8]) -> Option<(BString, &[u8])> {
    let (name, value) = word.split_once_str("=")?;
    let first = name.first().filter(|byte| byte.is_ascii_alphabetic() || **byte == b'_');
    let good = first.is_some() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    good.then(|| (name.into(), value))
}
