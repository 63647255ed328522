use std::rc::Rc;

use crate::OpenFlags;
use crate::file::{FileKind, OpenFile};
use crate::machine::Machine;
use crate::output::Output;
use crate::pipe::{Pipe, ReadEnd, WriteEnd};
use crate::sandbox::Sandbox;
use crate::signal_delivery::Origin;
use crate::tty::Tty;

/// The host's end of an initial process's standard input.
pub(crate) enum Input {
    Pipe(WriteEnd),
    Terminal(Rc<Tty>),
}

impl Input {
    /// A pipe from outside and the description of its reading end.
    pub(crate) fn pipe(machine: &Machine) -> (Input, Rc<OpenFile>) {
        let pipe = Pipe::outside(machine.serial());
        let input = Input::Pipe(WriteEnd::new(&pipe));
        let kind = FileKind::Pipe { reader: Some(ReadEnd::new(&pipe)), writer: None, node: None };
        (input, OpenFile::new(kind, OpenFlags::RDONLY, format!("pipe:[{}]", pipe.id)))
    }

    pub(crate) fn feed(&self, machine: &Machine, sandbox: &Sandbox, bytes: &[u8]) {
        match self {
            // Without a reader the bytes are lost, as docker loses them.
            Input::Pipe(end) => drop(end.0.try_write(bytes)),
            Input::Terminal(tty) => {
                let typed = tty.type_in(bytes);
                if !typed.echo.is_empty() {
                    let bytes = tty.render(&typed.echo).into();
                    let output = Output { pid: tty.owner, stream: Tty::STREAM, bytes, at: machine.now.get() };
                    machine.emit(sandbox, output);
                }
                for signal in typed.signals {
                    sandbox.signal_group(tty.foreground.get(), signal, Origin::Inside);
                }
            }
        }
    }

    pub(crate) fn close(self) {
        if let Input::Terminal(tty) = self {
            tty.close();
        }
    }
}
