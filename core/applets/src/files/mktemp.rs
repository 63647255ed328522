use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::{Errno, Mode};

use crate::frame::getopt::Options;
use crate::frame::path;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-dt] [-p DIR] [TEMPLATE]

Make a temporary file and print its name. The XXXXXX at the end of TEMPLATE
are replaced; without TEMPLATE it is tmp.XXXXXX with -t.

	-d	A directory
	-q	No message when it fails
	-t	TEMPLATE is in the base directory
	-p DIR	That is the base directory (implies -t)
	-u	Make nothing, print a name

The base directory is that of -p, else $TMPDIR, else /tmp";

const OPTIONS: Options = Options::new(USAGE, "dqtp:u").operands(0, 1);
const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// How many names are tried.
const TRIES: usize = 100;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let template = match opts.operands.first() {
        Some(template) => template.clone(),
        None => "tmp.XXXXXX".into(),
    };
    let based = opts.has('t') || opts.has('p') || opts.operands.is_empty();
    let template = if based {
        let base = opts.value('p').or_else(|| p.env().get("TMPDIR").filter(|value| !value.is_empty()));
        path::join(base.unwrap_or("/tmp".into()), template.as_bstr())
    } else {
        template
    };
    match make(p, template.as_bstr(), opts.has('d'), opts.has('u')).await {
        Ok(name) => {
            say::print(p, bytes!("{}\n", name)).await?;
            Ok(Exit(0))
        }
        Err(_) if opts.has('q') => Err(Exit(1)),
        Err(errno) => {
            let message = bytes!("{}: {}\n", say::name(p), errno.to_string());
            p.eprint(message).await;
            Err(Exit(1))
        }
    }
}

/// Makes the file or directory under the first free name; `dry` makes nothing.
async fn make(p: &mut Process, template: &BStr, directory: bool, dry: bool) -> Result<BString, Errno> {
    let stem = template.strip_suffix(b"XXXXXX").ok_or(Errno::EINVAL)?;
    for _ in 0..TRIES {
        let mut name = BString::from(stem);
        for _ in 0..6 {
            name.push(LETTERS[p.random() as usize % LETTERS.len()]);
        }
        if dry {
            return Ok(name);
        }
        let made = if directory {
            p.mkdir(&name, Mode::new(0o700))
        } else {
            let flags = OpenFlags::RDWR | OpenFlags::CREAT | OpenFlags::EXCL;
            match p.open(&name, flags, Mode::new(0o600)).await {
                Ok(fd) => p.close(fd),
                Err(errno) => Err(errno),
            }
        };
        match made {
            Err(Errno::EEXIST) => {}
            Err(errno) => return Err(errno),
            Ok(()) => return Ok(name),
        }
    }
    Err(Errno::EEXIST)
}
