mod operands;

use std::io::SeekFrom;

use bstr::BString;
use kernel::{Exit, Fd, OpenFlags, Process};
use vfs::{Errno, FileType, Mode, Time};

use crate::frame::human::human;
use crate::frame::stream::{STDIN, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{say, usage};
use operands::{Operands, Report, Wrong};

pub(crate) const USAGE: &str = "[if=FILE] [of=FILE] [ibs=N obs=N/bs=N] [count=N] [skip=N] [seek=N]
	[conv=notrunc|noerror|sync|fsync]
	[iflag=skip_bytes|count_bytes|fullblock|direct] [oflag=seek_bytes|append|direct]

Copy by blocks, and convert

	if=FILE		Read FILE instead of standard input
	of=FILE		Write FILE instead of standard output
	bs=N		Read and write N bytes at a time
	ibs=N		Read N bytes at a time
	obs=N		Write N bytes at a time
	count=N		Copy N blocks only
	skip=N		Skip N blocks of the input
	seek=N		Skip N blocks of the output
	conv=notrunc	Keep what is behind the copy
	conv=noerror	Go on after errors of reading
	conv=sync	Fill blocks up with zeros
	conv=fsync	Write through at the end
	conv=swab	Swap each two bytes
	iflag=skip_bytes	skip counts bytes
	iflag=count_bytes	count counts bytes
	iflag=fullblock	Read until a block is full
	iflag=direct	Read past the cache
	oflag=seek_bytes	seek counts bytes
	oflag=append	Append
	oflag=direct	Write past the cache
	status=noxfer	Do not tell the speed
	status=none	Tell nothing

N may have c (1), w (2), b (512), kB (1000), k (1024), MB, M, GB or G behind it";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let operands = match operands::read(&p.args()[1..]) {
        Ok(operands) => operands,
        Err(Wrong::Usage) => return Err(usage::misuse(p, USAGE, 1).await),
        Err(Wrong::Message(message)) => return Err(say::die(p, message).await),
    };
    let started = p.now();
    let report = operands.report;
    let mut copy = open(p, operands).await?;
    let result = copy.run(p).await;
    p.hold_memory(copy.held, 0);
    let exit = match result {
        Ok(()) => Exit(0),
        Err(Stopped::Dead(exit)) => return Err(exit),
        Err(Stopped::Unwritable) => Exit(1),
    };
    copy.tell(p, report, started).await;
    Ok(exit)
}

/// Why a copy ended early; the message is out.
enum Stopped {
    /// Without the counts.
    Dead(Exit),
    /// The output took no more: the counts are told.
    Unwritable,
}

struct Copy {
    operands: Operands,
    input: (Fd, BString),
    output: (Fd, BString),
    /// Bytes gathered for a block of the output.
    gathered: Vec<u8>,
    held: u64,
    read: (u64, u64),
    written: (u64, u64),
    bytes_read: u64,
    bytes_written: u64,
    previous: usize,
}

async fn open(p: &mut Process, operands: Operands) -> Result<Copy, Exit> {
    let mut input = (STDIN, BString::from("standard input"));
    if let Some(name) = &operands.input {
        match p.open(name, OpenFlags::RDONLY, Mode::default()).await {
            Ok(fd) => input = (fd, name.clone()),
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", name), errno).await),
        }
    }
    let mut output = (STDOUT, BString::from("standard output"));
    if let Some(name) = &operands.output {
        let mut flags = OpenFlags::WRONLY | OpenFlags::CREAT;
        if operands.seek == 0 && !operands.keep_rest {
            flags |= OpenFlags::TRUNC;
        }
        if operands.append {
            flags |= OpenFlags::APPEND;
        }
        match p.open(name, flags, Mode::new(0o666)).await {
            Ok(fd) => output = (fd, name.clone()),
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", name), errno).await),
        }
    }
    let held = (operands.input_block + operands.output_block) as u64;
    p.hold_memory(0, held);
    Ok(Copy {
        operands,
        input,
        output,
        gathered: Vec::new(),
        held,
        read: (0, 0),
        written: (0, 0),
        bytes_read: 0,
        bytes_written: 0,
        previous: 0,
    })
}

impl Copy {
    async fn run(&mut self, p: &mut Process) -> Result<(), Stopped> {
        self.skip(p).await?;
        self.seek(p).await?;
        while let Some(most) = self.next_size() {
            let Some(mut block) = self.block(p, most).await? else { break };
            self.swap(p, &mut block).await?;
            if block.len() == self.operands.input_block {
                self.read.0 += 1;
            } else {
                self.read.1 += 1;
                if self.operands.fill {
                    block.resize(self.operands.input_block, 0);
                }
            }
            if self.operands.input_block == self.operands.output_block {
                self.write(p, &block).await?;
                continue;
            }
            self.gathered.extend_from_slice(&block);
            while self.gathered.len() >= self.operands.output_block {
                let rest = self.gathered.split_off(self.operands.output_block);
                let full = std::mem::replace(&mut self.gathered, rest);
                self.write(p, &full).await?;
            }
        }
        let rest = std::mem::take(&mut self.gathered);
        if rest.is_empty() { Ok(()) } else { self.write(p, &rest).await }
    }

    async fn die(&self, p: &mut Process, name: &BString, errno: Errno) -> Stopped {
        Stopped::Dead(say::die_errno(p, name, errno).await)
    }

    async fn skip(&mut self, p: &mut Process) -> Result<(), Stopped> {
        let unit = if self.operands.skip_bytes { 1 } else { self.operands.input_block };
        let mut left = self.operands.skip;
        let far = i64::try_from(left.saturating_mul(unit as u64)).unwrap_or(i64::MAX);
        if left == 0 || p.lseek(self.input.0, SeekFrom::Current(far)).is_ok() {
            return Ok(());
        }
        while left > 0 {
            match p.read(self.input.0, unit).await {
                Ok(block) if block.is_empty() => break,
                Ok(_) => left -= 1,
                Err(errno) => return Err(self.die(p, &self.input.1, errno).await),
            }
        }
        Ok(())
    }

    async fn seek(&mut self, p: &mut Process) -> Result<(), Stopped> {
        if self.operands.seek == 0 {
            return Ok(());
        }
        let unit = if self.operands.seek_bytes { 1 } else { self.operands.output_block as u64 };
        let far = self.operands.seek.saturating_mul(unit).min(i64::MAX as u64);
        let (fd, name) = &self.output;
        if self.operands.output.is_some()
            && !self.operands.keep_rest
            && let Err(errno) = p.ftruncate(*fd, far)
        {
            let kind = p.fstat(*fd).map(|stat| stat.file_type);
            if matches!(kind, Err(_) | Ok(FileType::Regular | FileType::Directory)) {
                return Err(self.die(p, name, errno).await);
            }
        }
        match p.lseek(*fd, SeekFrom::Current(i64::try_from(far).unwrap_or(i64::MAX))) {
            Ok(_) => Ok(()),
            Err(errno) => Err(self.die(p, name, errno).await),
        }
    }

    /// How much to read next; `None` when `count` is reached.
    fn next_size(&self) -> Option<usize> {
        let block = self.operands.input_block;
        match self.operands.count {
            None => Some(block),
            Some(count) if self.operands.count_bytes => {
                let left = usize::try_from(count.saturating_sub(self.bytes_read)).unwrap_or(usize::MAX);
                (left > 0).then_some(left.min(block))
            }
            Some(count) => (self.read.0 + self.read.1 < count).then_some(block),
        }
    }

    /// A block of the input; `None` at its end.
    async fn block(&mut self, p: &mut Process, most: usize) -> Result<Option<Vec<u8>>, Stopped> {
        p.tick(1).await;
        let mut block = Vec::new();
        loop {
            match p.read(self.input.0, most - block.len()).await {
                Ok(part) if part.is_empty() => break,
                Ok(part) => block.extend_from_slice(&part),
                Err(errno) if self.operands.ignore_errors => {
                    say::errno(p, &self.input.1, errno).await;
                    let far = i64::try_from(self.operands.input_block).unwrap_or(i64::MAX);
                    if let Err(errno) = p.lseek(self.input.0, SeekFrom::Current(far)) {
                        return Err(self.die(p, &self.input.1, errno).await);
                    }
                    return Ok(Some(Vec::new()));
                }
                Err(errno) => return Err(self.die(p, &self.input.1, errno).await),
            }
            if !self.operands.full_blocks || block.len() == most {
                break;
            }
        }
        self.bytes_read += block.len() as u64;
        Ok((!block.is_empty()).then_some(block))
    }

    /// `conv=swab`: only the last block may have an odd length.
    async fn swap(&mut self, p: &mut Process, block: &mut [u8]) -> Result<(), Stopped> {
        if !self.operands.swap {
            return Ok(());
        }
        if self.previous % 2 == 1 {
            let message = format!("can't swab {} byte buffer", self.previous);
            return Err(Stopped::Dead(say::die(p, message).await));
        }
        self.previous = block.len();
        for pair in block.chunks_exact_mut(2) {
            pair.swap(0, 1);
        }
        Ok(())
    }

    async fn write(&mut self, p: &mut Process, block: &[u8]) -> Result<(), Stopped> {
        if let Err(errno) = p.write_all(self.output.0, block).await {
            say::errno(p, bytes!("error writing '{}'", self.output.1), errno).await;
            return Err(Stopped::Unwritable);
        }
        self.bytes_written += block.len() as u64;
        if block.len() == self.operands.output_block {
            self.written.0 += 1;
        } else {
            self.written.1 += 1;
        }
        Ok(())
    }

    async fn tell(&self, p: &mut Process, report: Report, started: Time) {
        if report == Report::None {
            return;
        }
        let ((read, parts), (written, halves)) = (self.read, self.written);
        let mut text = format!("{read}+{parts} records in\n{written}+{halves} records out\n");
        if report == Report::All {
            // Nothing takes no time at all on a real machine.
            let micros = (p.now().since(started).as_micros() as u64).max(1);
            let bytes = self.bytes_written;
            let speed = (bytes as f64 / (micros as f64 / 1e6)) as u64;
            text.push_str(&format!(
                "{bytes} bytes ({}B) copied, {}.{:06} seconds, {}B/s\n",
                human(bytes),
                micros / 1_000_000,
                micros % 1_000_000,
                human(speed)
            ));
        }
        p.eprint(text).await;
    }
}
