//! `shift`.

use std::rc::Rc;

use bstr::BString;
use kernel::Process;

use super::{Done, status};
use crate::exec::Machine;

pub(super) fn run(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let count = match args.get(1) {
        Some(text) => m.number_argument(text)? as usize,
        None => 1,
    };
    if count > m.state.params.len() {
        return status(1);
    }
    Rc::make_mut(&mut m.state.params).drop_front(count);
    m.state.getopts = Default::default();
    status(0)
}
