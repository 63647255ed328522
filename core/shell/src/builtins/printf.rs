//! `printf`.

use applets::printf::{Piece, format};
use bstr::{BString, ByteSlice};
use kernel::Process;

use super::{Done, status};
use crate::exec::Machine;

pub(super) fn run(m: &mut Machine, _: &mut Process, args: &[BString]) -> Done {
    let args = if args.get(1).is_some_and(|arg| arg == "--") { &args[2..] } else { &args[1..] };
    let Some((template, values)) = args.split_first() else {
        m.complain_as_applet("usage: printf FORMAT [ARGUMENT...]");
        return status(2);
    };
    let mut failed = 0;
    for piece in format(template.as_bstr(), values) {
        match piece {
            Piece::Text(text) => m.out.extend_from_slice(&text),
            Piece::Error(text) => {
                m.complain_as_applet(&text);
                failed = 1;
            }
        }
    }
    status(failed)
}
