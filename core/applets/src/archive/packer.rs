//! What gzip, bzip2, unxz and their kin do with files.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::Mode;

use super::codec::{self, Codec};
use crate::frame::getopt::Matches;
use crate::frame::say;
use crate::frame::stream::{self, STDIN, STDOUT};
use crate::frame::table::Ended;

/// The direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// Compress, at a level.
    Pack(Codec, u32),
    /// Decompress.
    Unpack(Codec),
    /// Decompress what the first bytes tell: zcat.
    UnpackAny,
}

/// A run over files.
pub(super) struct Packer {
    work: Work,
    to_stdout: bool,
    test: bool,
    keep: bool,
    force: bool,
    verbose: bool,
}

/// The level of `-1` to `-9`, the last one given.
pub(super) fn level(opts: &Matches, usual: u32) -> u32 {
    let digit = opts.last_of(&['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    digit.and_then(|digit| digit.to_digit(10)).unwrap_or(usual)
}

impl Packer {
    pub(super) fn new(work: Work, opts: &Matches) -> Self {
        let test = opts.has('t') && !matches!(work, Work::Pack(..));
        Self {
            work,
            to_stdout: opts.has('c') || work == Work::UnpackAny,
            test,
            keep: opts.has('k'),
            force: opts.has('f'),
            verbose: opts.has('v'),
        }
    }

    /// The same for the applets that only print.
    pub(super) fn to_stdout(work: Work, opts: &Matches) -> Self {
        Self { to_stdout: true, ..Self::new(work, opts) }
    }

    /// All operands; standard input when there is none.
    pub(super) async fn run(&self, p: &mut Process, operands: Vec<BString>) -> Ended {
        let mut status = 0;
        for name in stream::or_stdin(operands) {
            let done = if name == "-" {
                self.through(p, STDIN, Some(STDOUT)).await?
            } else {
                self.file(p, name.as_bstr()).await?
            };
            if !done {
                status = 1;
            }
        }
        Ok(Exit(status))
    }

    /// One file; false when it could not be done, with the reason printed.
    async fn file(&self, p: &mut Process, name: &BStr) -> Result<bool, Exit> {
        let stat = match p.stat(name) {
            Ok(stat) => stat,
            Err(errno) => return refused(p, bytes!("{}: {}", name, errno.to_string())).await,
        };
        let beside = !self.to_stdout && !self.test;
        let fresh = if beside { self.new_name(name) } else { Some(name.to_owned()) };
        let Some(fresh) = fresh else {
            return refused(p, bytes!("{}: unknown suffix - ignored", name)).await;
        };
        let input = match p.open(name, OpenFlags::RDONLY, Mode::default()).await {
            Ok(fd) => fd,
            Err(errno) => return refused(p, bytes!("{}: {}", name, errno.to_string())).await,
        };
        let output = if beside {
            if self.force {
                // When it cannot be removed, opening the new one tells why.
                let _ = p.unlink(&fresh);
            }
            match p.open(&fresh, OpenFlags::WRONLY | OpenFlags::CREAT | OpenFlags::EXCL, stat.mode).await {
                Ok(fd) => fd,
                Err(errno) => {
                    stream::close(p, input);
                    return refused(p, bytes!("can't open '{}': {}", fresh, errno.to_string())).await;
                }
            }
        } else {
            STDOUT
        };
        let done = self.through(p, input, (!self.test).then_some(output)).await?;
        stream::close(p, input);
        if beside {
            stream::close(p, output);
            if done && self.verbose {
                self.tell(p, name, fresh.as_bstr(), stat.size).await;
            }
            let unwanted = if done { name } else { fresh.as_bstr() };
            if !(done && self.keep)
                && let Err(errno) = p.unlink(unwanted)
            {
                return refused(p, bytes!("can't remove file '{}': {}", unwanted, errno.to_string())).await;
            }
        }
        Ok(done)
    }

    /// busybox's line of `-v`: the part that is left is right only when decompressing.
    async fn tell(&self, p: &mut Process, name: &BStr, fresh: &BStr, size: u64) {
        let percent = match (self.work, p.stat(fresh)) {
            (Work::Unpack(_), Ok(stat)) if stat.size > 0 => size.saturating_mul(100) / stat.size,
            _ => 100,
        };
        p.eprint(bytes!("{}: {}% - replaced with {}\n", name, percent.to_string(), fresh)).await;
    }

    /// The name of the result; none when the suffix does not tell it.
    fn new_name(&self, name: &BStr) -> Option<BString> {
        let suffixes: &[(&str, &str)] = match self.work {
            Work::Pack(Codec::Gzip, _) => return Some(bytes!("{}.gz", name)),
            Work::Pack(..) => return Some(bytes!("{}.bz2", name)),
            Work::Unpack(Codec::Gzip) | Work::UnpackAny => &[(".gz", ""), (".tgz", ".tar"), (".Z", "")],
            Work::Unpack(Codec::Bzip2) => &[(".bz2", "")],
            Work::Unpack(Codec::Xz) => &[(".xz", "")],
            Work::Unpack(Codec::Lzma) => &[(".lzma", "")],
        };
        let cut = |(old, new): &(&str, &str)| Some(bytes!("{}{}", name.strip_suffix(old.as_bytes())?, new));
        suffixes.iter().find_map(cut)
    }

    /// From one descriptor to another; without an output the data are only tested.
    async fn through(&self, p: &mut Process, from: i32, to: Option<i32>) -> Result<bool, Exit> {
        let input = match stream::read_all(p, from).await {
            Ok(input) => input,
            Err(errno) => return refused(p, bytes!("read error: {}", errno.to_string())).await,
        };
        let held = input.len() as u64;
        p.hold_memory(0, held);
        let (output, fault) = self.convert(&input, p.limits().memory);
        p.hold_memory(held, 0);
        if let Some(to) = to.filter(|_| !self.test)
            && let Err(errno) = p.write_all(to, &output).await
        {
            return Err(say::die_errno(p, "write error", errno).await);
        }
        match fault {
            None => Ok(true),
            Some("") => Ok(false),
            Some(fault) => refused(p, fault.into()).await,
        }
    }

    fn convert(&self, input: &[u8], limit: u64) -> (Vec<u8>, Option<&'static str>) {
        let codec = match self.work {
            Work::Pack(Codec::Gzip, level) => return (codec::gzip(input, level), None),
            Work::Pack(_, level) => return (codec::bzip2(input, level), None),
            Work::Unpack(codec) => codec,
            Work::UnpackAny if input.len() < 2 => return (Vec::new(), Some("short read")),
            Work::UnpackAny => match Codec::detect(input) {
                Some(codec) => codec,
                None => return (Vec::new(), Some("no gzip/bzip2/xz magic")),
            },
        };
        let decoded = codec.decode(input, limit);
        (decoded.bytes, decoded.fault)
    }
}

async fn refused(p: &mut Process, message: BString) -> Result<bool, Exit> {
    say::error(p, message).await;
    Ok(false)
}
