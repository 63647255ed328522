use std::io::SeekFrom;

use bstr::{BStr, ByteSlice};
use kernel::{Exit, Fd, OpenFlags, Process};
use vfs::{Errno, Mode};

use crate::frame::getopt::Options;
use crate::frame::stream::{self, CHUNK};
use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[-fuz] [-n N] [-s SIZE] FILE...

Overwrite FILEs, and remove them

	-f	Make them writable
	-s SIZE	This many bytes
	-n N	So many times (3)
	-z	And with zeros at last
	-u	And remove them";

const OPTIONS: Options = Options::new(USAGE, "fuzn:s:vx").at_least(1);

/// How a file is overwritten.
struct Plan {
    size: Option<u64>,
    passes: u64,
    zeros: bool,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut plan = Plan { size: None, passes: 3, zeros: opts.has('z') };
    if let Some(text) = opts.value('n') {
        match number::unsigned(text, 0, i32::MAX as u64, &[]) {
            Ok(passes) => plan.passes = passes,
            Err(message) => return Err(say::die(p, message).await),
        }
    }
    let mut status = 0;
    for file in &opts.operands {
        let Some(fd) = open(p, file.as_bstr(), opts.has('f')).await else {
            status = 1;
            continue;
        };
        if let Some(text) = opts.value('s') {
            match number::unsigned(text, 0, i64::MAX as u64, &[]) {
                Ok(size) => plan.size = Some(size),
                Err(_) => return Err(usage::misuse(p, USAGE, 1).await),
            }
        }
        let done = plan.overwrite(p, fd).await;
        stream::close(p, fd);
        let done = done.and_then(|()| if opts.has('u') { p.unlink(file) } else { Ok(()) });
        if let Err(errno) = done {
            say::errno(p, file, errno).await;
            status = 1;
        }
    }
    Ok(Exit(status))
}

async fn open(p: &mut Process, file: &BStr, force: bool) -> Option<Fd> {
    let mut opened = p.open(file, OpenFlags::WRONLY, Mode::default()).await;
    if force && opened == Err(Errno::EACCES) && p.chmod(file, Mode::new(0o666)).is_ok() {
        opened = p.open(file, OpenFlags::WRONLY, Mode::default()).await;
    }
    match opened {
        Ok(fd) => Some(fd),
        Err(errno) => {
            say::errno(p, bytes!("can't open '{}'", file), errno).await;
            None
        }
    }
}

impl Plan {
    async fn overwrite(&self, p: &mut Process, fd: Fd) -> Result<(), Errno> {
        let size = self.size.unwrap_or(p.fstat(fd)?.size);
        for pass in 0..self.passes + u64::from(self.zeros) {
            p.lseek(fd, SeekFrom::Start(0))?;
            let mut left = size;
            while left > 0 {
                let length = CHUNK.min(usize::try_from(left).unwrap_or(CHUNK));
                let mut block = vec![0; length];
                if pass < self.passes {
                    for word in block.chunks_mut(4) {
                        let random = p.random().to_le_bytes();
                        word.copy_from_slice(&random[..word.len()]);
                    }
                }
                p.write_all(fd, &block).await?;
                left -= length as u64;
            }
        }
        Ok(())
    }
}
