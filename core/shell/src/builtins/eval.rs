//! `eval`.

use std::rc::Rc;

use bstr::BString;
use kernel::{LocalBoxFuture, Process};

use super::{Done, status};
use crate::exec::{Flags, Frame, Input, InputKind, Machine, Outcome};

pub(super) fn run<'f>(
    m: &'f mut Machine,
    _: &'f mut Process,
    args: &'f [BString],
    flags: Flags,
) -> LocalBoxFuture<'f, Done> {
    let text = bstr::join(" ", &args[1..]);
    Box::pin(async move {
        if text.is_empty() {
            return status(0);
        }
        m.enter_call()?;
        m.frames.push(Frame::LeaveCall);
        let flags = Flags { last: false, ..flags };
        let input = Input::text(Rc::new(text.into()), m.state.line, InputKind::Eval, flags);
        m.frames.push(Frame::Input(Box::new(input)));
        Ok(Outcome::Frames)
    })
}
