//! `set`.

use std::rc::Rc;

use bstr::{BString, ByteSlice};
use kernel::Process;

use super::{Done, status};
use crate::exec::{Machine, Raise};
use crate::quote::single_quoted;
use crate::state::Opt;

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    if args.len() == 1 {
        list_variables(m);
        return status(0);
    }
    match m.set_options(p, &args[1..])? {
        Rest::Params(params) => {
            m.state.params = Rc::new(params.to_vec().into());
            m.state.getopts = Default::default();
            status(0)
        }
        Rest::Nothing => status(0),
        Rest::Failed => status(1),
    }
}

/// What follows the options of `set`.
enum Rest<'a> {
    /// Nothing: the positional parameters stay.
    Nothing,
    /// New positional parameters.
    Params(&'a [BString]),
    /// An unknown name, which has been complained about.
    Failed,
}

fn list_variables(m: &mut Machine) {
    let mut out = Vec::new();
    let known: Vec<(&BString, &BString)> =
        m.state.vars.iter().filter_map(|(name, variable)| Some((name, variable.value.as_ref()?))).collect();
    let funcname = BString::from("FUNCNAME");
    let place = known.partition_point(|(name, _)| **name < funcname);
    let computed = m.computed_funcname().map(|value| (&funcname, value));
    for (name, value) in known[..place].iter().chain(&computed).chain(&known[place..]) {
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(&single_quoted(value));
        out.push(b'\n');
    }
    m.out.extend_from_slice(&out);
}

impl Machine {
    /// Performs `-e`, `+e`, `-o name`; gives what follows.
    fn set_options<'a>(&mut self, p: &mut Process, args: &'a [BString]) -> Result<Rest<'a>, Raise> {
        let mut rest = args;
        while let Some((word, after)) = rest.split_first() {
            let on = match word.as_slice() {
                b"--" => return Ok(Rest::Params(after)),
                b"-" => {
                    self.state.options.set(Opt::XTrace, false);
                    self.state.options.set(Opt::Verbose, false);
                    return Ok(if after.is_empty() { Rest::Nothing } else { Rest::Params(after) });
                }
                [b'-', ..] => true,
                [b'+', ..] => false,
                _ => return Ok(Rest::Params(rest)),
            };
            rest = after;
            for letter in &word[1..] {
                if *letter == b'o' {
                    match self.named_option(p, rest, on)? {
                        Some(after) => rest = after,
                        None => return Ok(Rest::Failed),
                    }
                } else {
                    self.letter_option(p, *letter, on)?;
                }
            }
        }
        Ok(Rest::Nothing)
    }

    fn letter_option(&mut self, p: &mut Process, letter: u8, on: bool) -> Result<(), Raise> {
        let sign = if on { '-' } else { '+' };
        let option = Opt::from_letter(letter).filter(|option| !matches!(option, Opt::Command));
        let Some(option) = option else {
            return Err(self.raise(format!("illegal option {sign}{}", char::from(letter))));
        };
        self.switch(p, option, on);
        Ok(())
    }

    fn switch(&mut self, p: &mut Process, option: Opt, on: bool) {
        if option != Opt::Monitor {
            self.state.options.set(option, on);
        } else if on && !self.state.has_terminal {
            self.complain("can't access tty; job control turned off");
        } else {
            self.set_job_control(p, on);
        }
    }

    fn named_option<'a>(
        &mut self,
        p: &mut Process,
        rest: &'a [BString],
        on: bool,
    ) -> Result<Option<&'a [BString]>, Raise> {
        let Some((name, after)) = rest.split_first() else {
            self.list_options(on);
            return Ok(Some(rest));
        };
        let sign = if on { '-' } else { '+' };
        let Some(option) = Opt::from_name(name) else {
            self.complain(format!("illegal option {sign}o {}", name.as_bstr()));
            return Ok(None);
        };
        self.switch(p, option, on);
        Ok(Some(after))
    }

    /// `set -o` for reading, `set +o` for the shell.
    fn list_options(&mut self, readable: bool) {
        for (name, on) in self.state.options.named() {
            let line = if readable {
                format!("{name:<16}{}\n", if on { "on" } else { "off" })
            } else {
                format!("set {}o {name}\n", if on { '-' } else { '+' })
            };
            self.out.extend_from_slice(line.as_bytes());
        }
    }
}
