//! `export`, `readonly`.

use bstr::{BString, ByteSlice};
use kernel::Process;

use super::options::Letters;
use super::{Done, status};
use crate::exec::{Machine, Raise};
use crate::parse::is_name;
use crate::quote::single_quoted;
use crate::state::Variable;

pub(super) fn export(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let mut letters = Letters::new(args, b"np");
    let mut exported = true;
    while let Some((letter, _)) = letters.next(m)? {
        exported = exported && letter != b'n';
    }
    let operands = letters.operands();
    if operands.is_empty() {
        list(m, "export", |variable| variable.exported);
        return status(0);
    }
    for operand in operands {
        let name = declare(m, operand)?;
        m.state.vars.set_export(&name, exported);
    }
    status(0)
}

pub(super) fn readonly(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let mut letters = Letters::new(args, b"p");
    while letters.next(m)?.is_some() {}
    let operands = letters.operands();
    if operands.is_empty() {
        list(m, "readonly", |variable| variable.read_only);
        return status(0);
    }
    for operand in operands {
        let name = declare(m, operand)?;
        m.state.vars.set_read_only(&name);
    }
    status(0)
}

/// Performs `name=value` if there is a value; gives the name.
fn declare(m: &mut Machine, operand: &BString) -> Result<BString, Raise> {
    let (name, value) = match operand.split_once_str("=") {
        Some((name, value)) => (name, Some(value)),
        None => (operand.as_slice(), None),
    };
    if !is_name(name) {
        return Err(m.raise_about(name, "bad variable name"));
    }
    if let Some(value) = value {
        m.assign(name, value)?;
    }
    Ok(name.into())
}

fn list(m: &mut Machine, word: &str, wanted: fn(&Variable) -> bool) {
    let mut out = Vec::new();
    for (name, variable) in m.state.vars.iter().filter(|(_, variable)| wanted(variable)) {
        out.extend_from_slice(word.as_bytes());
        out.push(b' ');
        out.extend_from_slice(name);
        if let Some(value) = &variable.value {
            out.push(b'=');
            out.extend_from_slice(&single_quoted(value));
        }
        out.push(b'\n');
    }
    m.out.extend_from_slice(&out);
}
