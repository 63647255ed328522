//! How applets end that a container has no use for.

use bstr::{BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::Mode;

use super::getopt::Options;
use super::table::{Applet, Ended, leave};
use super::{absent, say, stream};

/// What it comes to.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// Nothing to tell.
    Silent(u8),
    /// One message; `{1}`, `{2}` are operands and `{release}` the kernel's.
    Says(&'static str, u8),
    /// A text on standard output.
    Prints(&'static str, u8),
    /// It opens its first operand, or this file where there is none, which is mostly not there.
    Opens(&'static str),
    /// It opens this file, which is mostly not there.
    Needs(&'static str),
    /// The simulation ends here, for want of this.
    Lacks(&'static str),
}

/// An applet with its options, its least number of operands, and its answer.
pub(super) struct Refusal {
    pub(super) applet: Applet,
    pub(super) options: &'static str,
    pub(super) least: usize,
    pub(super) answer: Answer,
}

/// Runs the refusal by whose name the process goes.
pub(super) async fn refuse(p: &mut Process) -> Exit {
    let ended = answer(p).await;
    leave(p, ended).await
}

async fn answer(p: &mut Process) -> Ended {
    let name = say::name(p);
    let Some(row) = absent::ABSENT.iter().find(|row| row.applet.name == name) else { return Ok(Exit(127)) };
    let options = Options::new(row.applet.usage, row.options).short_only().at_least(row.least);
    let operands = options.parse(p).await?.operands;
    match row.answer {
        Answer::Silent(status) => Ok(Exit(status)),
        Answer::Says(text, status) => {
            let text = filled(p, text, &operands);
            say::error(p, text).await;
            Ok(Exit(status))
        }
        Answer::Prints(text, status) => {
            say::print(p, text).await?;
            Ok(Exit(status))
        }
        Answer::Opens(usual) | Answer::Needs(usual) => {
            let named = operands.into_iter().next().filter(|_| matches!(row.answer, Answer::Opens(_)));
            let name = named.unwrap_or_else(|| usual.into());
            if name.is_empty() {
                return Ok(Exit(0));
            }
            match p.open(&name, OpenFlags::RDONLY, Mode::default()).await {
                Ok(fd) => {
                    stream::close(p, fd);
                    Err(say::die(p, bytes!("{}: what this does to it is not simulated", name)).await)
                }
                Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", name), errno).await),
            }
        }
        Answer::Lacks(what) => Err(say::die(p, format!("not simulated: {what}")).await),
    }
}

fn filled(p: &Process, text: &str, operands: &[BString]) -> BString {
    let operand = |at: usize| operands.get(at).cloned().unwrap_or_default();
    let text = text.as_bytes().replace("{1}", operand(0)).replace("{2}", operand(1));
    text.replace("{release}", p.uname().release).into()
}
