//! dos2unix and unix2dos.

use bstr::{BStr, ByteSlice};
use kernel::{Exit, Fd, OpenFlags, Process};
use vfs::{Errno, Mode};

use crate::frame::getopt::Options;
use crate::frame::stream::{self, STDIN, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{say, usage};

pub(crate) const USAGE: &str = "[-ud] [FILE]

Give FILE the line ends of Unix; stdin to stdout when there is none

	-u	As dos2unix
	-d	As unix2dos";

/// The same for the other direction.
pub(crate) mod unix2dos {
    pub(crate) use super::main;
    pub(crate) const USAGE: &str = "[-ud] [FILE]

Give FILE the line ends of DOS; stdin to stdout when there is none

	-u	As dos2unix
	-d	As unix2dos";
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let named_dos = say::name(p) == "unix2dos";
    let text = if named_dos { unix2dos::USAGE } else { USAGE };
    let opts = Options::new(text, "du").parse(p).await?;
    if opts.has('d') && opts.has('u') {
        return Err(usage::misuse(p, text, 1).await);
    }
    let to_dos = opts.last_of(&['d', 'u']).map_or(named_dos, |key| key == 'd');
    if opts.operands.is_empty() {
        return match stream::read_all(p, STDIN).await {
            Ok(all) => {
                say::print(p, convert(&all, to_dos)).await?;
                Ok(Exit(0))
            }
            Err(errno) => Err(say::die_errno(p, "standard input", errno).await),
        };
    }
    for file in &opts.operands {
        in_place(p, file.as_bstr(), to_dos).await?;
    }
    Ok(Exit(0))
}

fn convert(text: &[u8], to_dos: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            b'\r' => {}
            b'\n' if to_dos => out.extend_from_slice(b"\r\n"),
            byte => out.push(byte),
        }
    }
    out
}

/// Writes the result to a file beside it, which then takes its place, with its mode and owner.
async fn in_place(p: &mut Process, file: &BStr, to_dos: bool) -> Result<(), Exit> {
    let Some(fd) = stream::open_or_warn(p, file).await else { return Err(Exit(1)) };
    let outcome = replace(p, fd, file, to_dos).await;
    stream::close(p, fd);
    match outcome {
        Ok(()) => Ok(()),
        Err(errno) => Err(say::die_errno(p, file, errno).await),
    }
}

async fn replace(p: &mut Process, fd: Fd, file: &BStr, to_dos: bool) -> Result<(), Errno> {
    let stat = p.fstat(fd)?;
    let all = stream::read_all(p, fd).await?;
    // The link stays a link: what it leads to is replaced.
    let mut target = bstr::BString::from(file);
    while let Ok(next) = p.readlink(&target) {
        let directory = crate::frame::path::parent(target.as_bstr()).to_owned();
        target = if next.starts_with(b"/") { next } else { bytes!("{}/{}", directory, next) };
    }
    let scratch = bytes!("{}{}", target, format!("{:06x}", p.random() & 0xff_ffff));
    let flags = OpenFlags::WRONLY | OpenFlags::CREAT | OpenFlags::EXCL;
    let out = p.open(&scratch, flags, Mode::new(0o600)).await?;
    let written = p.write_all(out, &convert(&all, to_dos)).await;
    if out != STDOUT {
        stream::close(p, out);
    }
    written?;
    p.chmod(&scratch, stat.mode)?;
    p.chown(&scratch, Some(stat.uid), Some(stat.gid), vfs::Follow::Yes)?;
    p.rename(&scratch, &target)
}
