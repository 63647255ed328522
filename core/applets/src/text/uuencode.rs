//! uuencode and uudecode.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::Mode;

use super::base64::{ALPHABET, Decoder, group_text};
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::{self, Lines, STDIN, STDOUT};
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-m] [FILE] STORED_FILENAME

Turn FILE (or stdin) into lines of text that uudecode turns back

	-m	As base64";

const OPTIONS: Options = Options::new(USAGE, "m").operands(1, 2);

/// The characters for 0 to 63, and the padding, of the traditional form.
const TRADITIONAL: &[u8; 65] = b"`!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`";

/// The bytes in a full line.
const LINE: usize = 45;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let base64 = opts.has('m');
    let (fd, mode) = match opts.operands.as_slice() {
        [file, _] => {
            let Some(fd) = stream::open_or_warn(p, file.as_bstr()).await else { return Err(Exit(1)) };
            let mode = p.fstat(fd).map_or(0o666, |stat| stat.mode.bits() & 0o777);
            (fd, mode)
        }
        _ => (STDIN, 0o666 & !p.umask().bits()),
    };
    let all = match stream::read_all(p, fd).await {
        Ok(all) => all,
        Err(errno) => return Err(say::die_errno(p, "read error", errno).await),
    };
    let name = &opts.operands[opts.operands.len() - 1];
    let kind = if base64 { "begin-base64" } else { "begin" };
    let mut text = bytes!("{} {} {}", kind, format!("{mode:o}"), name);
    for line in all.chunks(LINE) {
        text.push(b'\n');
        let alphabet = if base64 { ALPHABET } else { TRADITIONAL };
        if !base64 {
            text.push(TRADITIONAL[line.len()]);
        }
        for group in line.chunks(3) {
            text.extend_from_slice(&group_text(group, alphabet));
        }
    }
    text.extend_from_slice(if base64 { b"\n====\n" } else { b"\n`\nend\n" });
    say::print(p, text).await?;
    Ok(Exit(0))
}

/// uudecode.
pub(crate) mod decode {
    use super::*;

    pub(crate) const USAGE: &str = "[-o OUTFILE] [INFILE]

Turn the text of uuencode back into the file, named as it says unless -o is given";

    const OPTIONS: Options = Options::new(USAGE, "o:").operands(0, 1);

    pub(crate) async fn main(p: &mut Process) -> Ended {
        let opts = OPTIONS.parse(p).await?;
        let name = opts.operands.first().cloned().unwrap_or_else(|| "-".into());
        let fd = match stream::open(p, name.as_bstr()).await {
            Ok(fd) => fd,
            Err(errno) => return Err(say::die_errno(p, name, errno).await),
        };
        let mut lines = Lines::new(fd);
        let Some((base64, mode, stored)) = begin(p, &mut lines).await else {
            return Err(say::die(p, "no 'begin' line").await);
        };
        let target = opts.value('o').map_or(stored, BString::from);
        let bytes = if base64 { from_base64(p, &mut lines).await } else { traditional(p, &mut lines).await };
        // What was read before the input ran out is written all the same.
        let (bytes, whole) = bytes;
        let out = if target == "-" || target == "/dev/stdout" {
            STDOUT
        } else {
            match super::super::sort::create(p, target.as_bstr()).await {
                Ok(out) => {
                    // The mode that the text names, whatever umask says; the file is ours.
                    let _ = p.chmod(&target, Mode::new(mode));
                    out
                }
                Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", target), errno).await),
            }
        };
        if let Err(errno) = p.write_all(out, &bytes).await {
            return Err(say::die_errno(p, "write error", errno).await);
        }
        if whole { Ok(Exit(0)) } else { Err(say::die(p, "short file").await) }
    }

    /// The `begin` line: whether base64 follows, the mode, the name.
    async fn begin(p: &mut Process, lines: &mut Lines) -> Option<(bool, u32, BString)> {
        loop {
            let line = lines.next(p).await.ok()??;
            let line = line.trim_end_with(|c| matches!(c, '\n' | '\r')).as_bstr();
            let (base64, rest) = match (line.strip_prefix(b"begin-base64 "), line.strip_prefix(b"begin ")) {
                (Some(rest), _) => (true, rest),
                (None, Some(rest)) => (false, rest),
                (None, None) => continue,
            };
            let Some((mode, name)) = rest.split_once_str(" ") else { continue };
            let mode = mode.to_str().ok().and_then(|mode| u32::from_str_radix(mode, 8).ok());
            if let Some(mode) = mode {
                return Some((base64, mode & 0o777, BStr::new(name.trim_ascii()).to_owned()));
            }
        }
    }

    /// The bytes, and whether the end was there.
    async fn traditional(p: &mut Process, lines: &mut Lines) -> (Vec<u8>, bool) {
        let mut bytes = Vec::new();
        while let Ok(Some(line)) = lines.next(p).await {
            let line = line.trim_end_with(|c| matches!(c, '\n' | '\r'));
            if line == b"end" {
                return (bytes, true);
            }
            let value = |byte: u8| u32::from(byte.wrapping_sub(b' ') & 63);
            let Some((&length, text)) = line.split_first() else { continue };
            let length = value(length) as usize;
            let start = bytes.len();
            for group in text.chunks(4) {
                let bits =
                    (0..4).fold(0, |bits, at| bits << 6 | group.get(at).map_or(0, |byte| value(*byte)));
                bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
            }
            bytes.truncate(start + length);
        }
        (bytes, false)
    }

    async fn from_base64(p: &mut Process, lines: &mut Lines) -> (Vec<u8>, bool) {
        let mut decoder = Decoder::default();
        let mut bytes = Vec::new();
        while let Ok(Some(line)) = lines.next(p).await {
            if line.starts_with(b"====") {
                return (bytes, true);
            }
            bytes.extend(decoder.decode(&line));
        }
        (bytes, false)
    }
}
