//! md5sum, sha1sum, sha256sum, sha512sum and sha3sum.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use sha1::digest::{Digest, DynDigest};
use vfs::Errno;

use crate::frame::getopt::Options;
use crate::frame::stream::{self, Lines};
use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[-c[sw]] [FILE]...

Print checksums, or compare with a list of them

	-c	Compare with the lists in FILEs
	-s	Print nothing, the exit status tells
	-w	Warn of lines that are none of a list";

/// The usage of sha3sum, which comes in several widths.
pub(crate) mod sha3 {
    pub(crate) use super::main;
    pub(crate) const USAGE: &str = "[-c[sw]] [-a BITS] [FILE]...

Print SHA3 checksums, or compare with a list of them

	-c	Compare with the lists in FILEs
	-s	Print nothing, the exit status tells
	-w	Warn of lines that are none of a list
	-a BITS	224 (default), 256, 384, 512";
}

const OPTIONS: Options = Options::new(USAGE, "scwbt");
const SHA3_OPTIONS: Options = Options::new(sha3::USAGE, "scwbta:");

/// A hash function by its name and, for SHA3, its width; `None` when there is none of that width.
fn hasher(name: &[u8], bits: u64) -> Option<Box<dyn DynDigest>> {
    Some(match name {
        b"md5sum" => Box::new(md5::Md5::new()),
        b"sha1sum" => Box::new(sha1::Sha1::new()),
        b"sha256sum" => Box::new(sha2::Sha256::new()),
        b"sha512sum" => Box::new(sha2::Sha512::new()),
        _ => match bits {
            224 => Box::new(::sha3::Sha3_224::new()),
            256 => Box::new(::sha3::Sha3_256::new()),
            384 => Box::new(::sha3::Sha3_384::new()),
            512 => Box::new(::sha3::Sha3_512::new()),
            _ => return None,
        },
    })
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let name = say::name(p);
    let is_sha3 = name == "sha3sum";
    let (options, text) = if is_sha3 { (SHA3_OPTIONS, sha3::USAGE) } else { (OPTIONS, USAGE) };
    let opts = options.parse(p).await?;
    let bits = match opts.value('a').map(|text| number::unsigned(text, 0, u64::from(u32::MAX), &[])) {
        None => 224,
        Some(Ok(bits)) => bits,
        Some(Err(message)) => return Err(say::die(p, message).await),
    };
    let Some(hasher) = hasher(&name, bits) else {
        return Err(say::die(p, format!("bad -a{bits}")).await);
    };
    if !opts.has('c') && (opts.has('s') || opts.has('w')) {
        return Err(usage::misuse(p, text, 1).await);
    }
    let mut sums = Sums { hasher, quiet: opts.has('s'), warn: opts.has('w') };
    let mut status = 0;
    for file in stream::or_stdin(opts.operands.clone()) {
        let good = if opts.has('c') { sums.check(p, &file).await? } else { sums.show(p, &file).await? };
        status |= u8::from(!good);
    }
    Ok(Exit(status))
}

struct Sums {
    hasher: Box<dyn DynDigest>,
    quiet: bool,
    warn: bool,
}

impl Sums {
    /// The sum of a file in hexadecimal; `None` when it cannot be read, which has been said.
    async fn sum(&mut self, p: &mut Process, file: &BStr) -> Option<String> {
        let fd = stream::open_or_warn(p, file).await?;
        self.hasher.reset();
        let outcome = self.feed(p, fd).await;
        stream::close(p, fd);
        if let Err(errno) = outcome {
            say::errno(p, bytes!("can't read '{}'", file), errno).await;
            return None;
        }
        let mut sum = vec![0; self.hasher.output_size()];
        // The buffer has the size that was asked for.
        self.hasher.finalize_into_reset(&mut sum).ok()?;
        let digits = sum.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Some(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect())
    }

    async fn feed(&mut self, p: &mut Process, fd: kernel::Fd) -> Result<(), Errno> {
        loop {
            let chunk = p.read(fd, stream::CHUNK).await?;
            if chunk.is_empty() {
                return Ok(());
            }
            self.hasher.update(&chunk);
        }
    }

    async fn show(&mut self, p: &mut Process, file: &BString) -> Result<bool, Exit> {
        let Some(sum) = self.sum(p, file.as_bstr()).await else { return Ok(false) };
        say::print(p, bytes!("{}  {}\n", sum, file)).await?;
        Ok(true)
    }

    /// Compares with a list; whether all was well.
    async fn check(&mut self, p: &mut Process, list: &BString) -> Result<bool, Exit> {
        let fd = match stream::open(p, list.as_bstr()).await {
            Ok(fd) => fd,
            Err(errno) => return Err(say::die_errno(p, list, errno).await),
        };
        let mut lines = Lines::new(fd);
        let (mut total, mut failed) = (0u64, 0u64);
        while let Ok(Some(line)) = lines.next(p).await {
            total += 1;
            let line = line.strip_suffix(b"\n").unwrap_or(&line).as_bstr();
            failed += u64::from(!self.check_line(p, line).await?);
        }
        stream::close(p, fd);
        if failed > 0 && !self.quiet {
            say::error(p, format!("WARNING: {failed} of {total} computed checksums did NOT match")).await;
        }
        if total == 0 {
            say::error(p, bytes!("{}: no checksum lines found", list)).await;
        }
        Ok(failed == 0 && total > 0)
    }

    async fn check_line(&mut self, p: &mut Process, line: &BStr) -> Result<bool, Exit> {
        let Some((expected, rest)) = line.split_once_str(" ") else {
            if self.warn {
                say::error(p, "invalid format").await;
            }
            return Ok(false);
        };
        let file = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"*")).unwrap_or(rest).as_bstr();
        let sum = self.sum(p, file).await;
        let good = sum.is_some_and(|sum| sum.as_bytes() == expected);
        if !self.quiet {
            let verdict = if good { "OK" } else { "FAILED" };
            say::print(p, bytes!("{}: {}\n", file, verdict)).await?;
        }
        Ok(good)
    }
}
