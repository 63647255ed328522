//! strings.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say, stream, usage};

pub(crate) const USAGE: &str = "[-fo] [-t o|d|x] [-n LEN] [FILE]...

Print the runs of printable characters in FILEs (or stdin)

	-f		Begin with the name of the file
	-o		Begin with the octal offset
	-t o|d|x	Begin with the offset, octal, decimal or hexadecimal
	-n LEN		Only runs of LEN characters or more (4)";

const OPTIONS: Options = Options::new(USAGE, "afon:t:");

struct Strings {
    least: usize,
    names: bool,
    radix: Option<u8>,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let least = match opts.value('n').map(|text| number::unsigned(text, 1, i32::MAX as u64, &[])) {
        None => 4,
        Some(Ok(least)) => least as usize,
        Some(Err(message)) => return Err(say::die(p, message).await),
    };
    let radix = match opts.value('t').map(|text| text.as_bytes()) {
        Some([radix @ (b'o' | b'd' | b'x')]) => Some(*radix),
        Some(_) => return Err(usage::misuse(p, USAGE, 1).await),
        None => opts.has('o').then_some(b'o'),
    };
    let strings = Strings { least, names: opts.has('f'), radix };
    let mut status = 0;
    for file in stream::or_stdin(opts.operands.clone()) {
        match stream::open(p, file.as_bstr()).await {
            Ok(fd) => {
                strings.search(p, fd, file.as_bstr()).await?;
                stream::close(p, fd);
            }
            Err(errno) => {
                say::errno(p, &file, errno).await;
                status = 1;
            }
        }
    }
    Ok(Exit(status))
}

impl Strings {
    async fn search(&self, p: &mut Process, fd: kernel::Fd, name: &BStr) -> Result<(), Exit> {
        let mut run = BString::default();
        let mut offset = 0u64;
        // A read that fails ends the file, as stdio has it.
        while let Ok(chunk) = p.read(fd, stream::CHUNK).await {
            for &byte in &chunk {
                if matches!(byte, b'\t' | b' '..=b'~') {
                    run.push(byte);
                } else {
                    self.print(p, &run, offset, name).await?;
                    run.clear();
                }
                offset += 1;
            }
            if chunk.is_empty() {
                break;
            }
        }
        self.print(p, &run, offset, name).await
    }

    async fn print(&self, p: &mut Process, run: &BString, end: u64, name: &BStr) -> Result<(), Exit> {
        if run.len() < self.least {
            return Ok(());
        }
        let start = end - run.len() as u64;
        let mut line = if self.names { bytes!("{}: ", name) } else { BString::default() };
        match self.radix {
            Some(b'o') => line.extend_from_slice(format!("{start:7o} ").as_bytes()),
            Some(b'd') => line.extend_from_slice(format!("{start:7} ").as_bytes()),
            Some(_) => line.extend_from_slice(format!("{start:7x} ").as_bytes()),
            None => {}
        }
        say::print(p, bytes!("{}{}\n", line, run)).await
    }
}
