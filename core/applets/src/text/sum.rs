//! cksum and sum.

use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};
use vfs::Errno;

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{say, stream};

pub(crate) const USAGE: &str = "[-rs] [FILE]...

Print a checksum and the number of blocks of FILEs (or stdin)

	-r	The sum of BSD, blocks of 1024 bytes
	-s	The sum of System V, blocks of 512 bytes";

const OPTIONS: Options = Options::new(USAGE, "sr");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let system_v = opts.last_of(&['s', 'r']) == Some('s');
    let named = !opts.operands.is_empty();
    let many = opts.operands.len() > 1;
    let mut status = 0;
    for file in stream::or_stdin(opts.operands.clone()) {
        let mut sum = Sum { checksum: 0, length: 0, system_v };
        if !feed(p, file.as_bstr(), |chunk| sum.add(chunk)).await {
            status = 1;
            continue;
        }
        let line = match (system_v, many || (named && system_v)) {
            (true, _) => bytes!("{} {}\n", sum.system_v(), file),
            (false, true) => bytes!("{} {}\n", sum.bsd(), file),
            (false, false) => bytes!("{} \n", sum.bsd()),
        };
        say::print(p, line).await?;
    }
    Ok(Exit(status))
}

/// Hands all of a file to `add`; false when it cannot be read, which has been said.
async fn feed(p: &mut Process, file: &BStr, mut add: impl FnMut(&[u8])) -> bool {
    let Some(fd) = stream::open_or_warn(p, file).await else { return false };
    let failed: Option<Errno> = loop {
        match p.read(fd, stream::CHUNK).await {
            Ok(chunk) if chunk.is_empty() => break None,
            Ok(chunk) => add(&chunk),
            Err(errno) => break Some(errno),
        }
    };
    stream::close(p, fd);
    if let Some(errno) = failed {
        say::errno(p, file, errno).await;
    }
    failed.is_none()
}

struct Sum {
    checksum: u32,
    length: u64,
    system_v: bool,
}

impl Sum {
    fn add(&mut self, chunk: &[u8]) {
        self.length += chunk.len() as u64;
        for &byte in chunk {
            self.checksum = if self.system_v {
                self.checksum.wrapping_add(u32::from(byte))
            } else {
                let rotated = self.checksum >> 1 | (self.checksum & 1) << 15;
                (rotated + u32::from(byte)) & 0xffff
            };
        }
    }

    fn bsd(&self) -> String {
        format!("{:05} {:5}", self.checksum, self.length.div_ceil(1024))
    }

    fn system_v(&self) -> String {
        let folded = (self.checksum & 0xffff) + (self.checksum >> 16);
        let folded = (folded & 0xffff) + (folded >> 16);
        format!("{folded} {}", self.length.div_ceil(512))
    }
}

/// cksum.
pub(crate) mod cksum {
    use super::*;

    pub(crate) const USAGE: &str = "FILE...

Print the CRC32 checksum and the length of FILEs (or stdin)";

    const OPTIONS: Options = Options::new(USAGE, "");

    pub(crate) async fn main(p: &mut Process) -> Ended {
        let opts = OPTIONS.parse(p).await?;
        let named = !opts.operands.is_empty();
        let mut status = 0;
        for file in stream::or_stdin(opts.operands.clone()) {
            let mut crc = 0;
            let mut length = 0u64;
            let read = feed(p, file.as_bstr(), |chunk| {
                length += chunk.len() as u64;
                crc = chunk.iter().fold(crc, |crc, byte| step(crc, *byte));
            });
            if !read.await {
                status = 1;
                continue;
            }
            // POSIX appends the length, least byte first, without leading zeros.
            let bytes = length.to_le_bytes();
            let used = 8 - length.leading_zeros() as usize / 8;
            let sum = !bytes[..used].iter().fold(crc, |crc, byte| step(crc, *byte));
            let line = if named {
                bytes!("{} {} {}\n", sum.to_string(), length.to_string(), file)
            } else {
                format!("{sum} {length}\n").into()
            };
            say::print(p, line).await?;
        }
        Ok(Exit(status))
    }

    /// The CRC of POSIX: polynomial 0x04c11db7, most significant bit first.
    const TABLE: [u32; 256] = table();

    const fn table() -> [u32; 256] {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut value = (index as u32) << 24;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 0x8000_0000 != 0 { value << 1 ^ 0x04c1_1db7 } else { value << 1 };
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    }

    fn step(crc: u32, byte: u8) -> u32 {
        crc << 8 ^ TABLE[(crc >> 24) as usize ^ usize::from(byte)]
    }
}
