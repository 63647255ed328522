//! `test`, `[`, `[[`.

use applets::test::{Style, evaluate};
use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::Machine;

pub(super) fn run(m: &mut Machine, p: &mut Process, args: &[BString]) -> Done {
    let mut words = &args[1..];
    let closing = match args[0].as_slice() {
        b"[" => Some("]"),
        b"[[" => Some("]]"),
        _ => None,
    };
    if let Some(closing) = closing {
        match words.split_last() {
            Some((last, before)) if last == closing => words = before,
            _ => return complain(m, format!("missing {closing}").as_bytes()),
        }
    }
    match evaluate(p, words, Style { double: args[0] == "[[" }) {
        Ok(holds) => status(u8::from(!holds)),
        Err(text) => complain(m, &text),
    }
}

fn complain(m: &mut Machine, text: &[u8]) -> Done {
    m.complain_as_applet(text);
    status(2)
}
