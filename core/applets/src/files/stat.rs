use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{FileType, Follow, Stat, Time};

use super::mode;
use crate::frame::cformat::Spec;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::time::strftime::strftime;
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-ltf] [-c FMT] FILE...

Show what is known of files, or of the file systems they are on

	-c FMT	In this format
	-f	File systems
	-L	Follow links
	-t	In one line

Of files FMT may have %a %A (mode) %b %B (blocks) %d %D (device) %f (raw mode)
%F (kind) %g %G (group) %h (links) %i (inode) %n %N (name) %o (I/O block) %s (size)
%t %T (device number) %u %U (user) %x %X (access) %y %Y (modification) %z %Z (change);
of file systems %a %b %c %d %f (free and all blocks and nodes) %i %l %n %s %S %t %T";

const OPTIONS: Options = Options::new(USAGE, "Lftc:").long(&[("format", 'c')]).at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let database = Database::read(p).await;
    let mut status = 0;
    for file in &opts.operands {
        let text = if opts.has('f') {
            super::stat_fs::show(p, file.as_bstr(), opts.value('c'), opts.has('t'))
        } else {
            let follow = if opts.has('L') { Follow::Yes } else { Follow::No };
            About::of(p, file.as_bstr(), follow, &database)
                .map(|about| show(&about, opts.value('c'), opts.has('t')))
        };
        match text {
            Ok(text) => say::print(p, text).await?,
            Err(errno) => {
                let what =
                    if opts.has('f') { "can't read file system information for" } else { "can't stat" };
                say::errno(p, bytes!("{} '{}'", what, file), errno).await;
                status = 1;
            }
        }
    }
    Ok(Exit(status))
}

/// All that the formats show of a file.
struct About<'a> {
    name: &'a BStr,
    stat: Stat,
    device: u64,
    target: Option<BString>,
    database: &'a Database,
}

impl<'a> About<'a> {
    fn of(
        p: &mut Process,
        name: &'a BStr,
        follow: Follow,
        database: &'a Database,
    ) -> Result<Self, vfs::Errno> {
        let stat = if follow == Follow::Yes { p.stat(name)? } else { p.lstat(name)? };
        let device = p.device(name, follow).unwrap_or(0);
        let target = if stat.file_type == FileType::Symlink { p.readlink(name).ok() } else { None };
        Ok(Self { name, stat, device, target, database })
    }

    fn user(&self) -> String {
        self.database.user_of(self.stat.uid).map_or("UNKNOWN".into(), |user| user.name.to_string())
    }

    fn group(&self) -> String {
        self.database.group_of(self.stat.gid).map_or("UNKNOWN".into(), |group| group.name.to_string())
    }

    fn quoted_name(&self) -> BString {
        match &self.target {
            Some(target) => bytes!("'{}' -> '{}'", self.name, target),
            None => self.name.to_owned(),
        }
    }

    fn letters(&self) -> String {
        format!("{}{}", self.stat.file_type.letter(), mode::letters(self.stat.mode.bits()))
    }
}

const DEFAULT: &str = "  File: %N
  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F
Device: %Dh/%dd\tInode: %-10i  Links: %h
Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Access: %x
Modify: %y
Change: %z
";

const DEVICE: &str = "  File: %N
  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F
Device: %Dh/%dd\tInode: %-10i  Links: %-5h Device type: %t,%T
Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Access: %x
Modify: %y
Change: %z
";

const TERSE: &str = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %o\n";

fn show(about: &About<'_>, format: Option<&BStr>, terse: bool) -> BString {
    if let Some(format) = format {
        let mut text = expand(format, |letter, spec| field(about, letter, spec));
        text.push(b'\n');
        return text;
    }
    let device = matches!(about.stat.file_type, FileType::CharDevice | FileType::BlockDevice);
    let format = match (terse, device) {
        (true, _) => TERSE,
        (_, true) => DEVICE,
        _ => DEFAULT,
    };
    expand(format.into(), |letter, spec| field(about, letter, spec))
}

/// Replaces `%` with flags, width, precision and a letter by what `field` gives; escapes are not read.
pub(super) fn expand(format: &BStr, field: impl Fn(u8, Spec) -> BString) -> BString {
    let mut text = BString::default();
    let mut rest = format.as_bytes();
    while let Some(at) = rest.find_byte(b'%') {
        text.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        let mut spec = Spec::default();
        while let Some((flag, after)) = rest.split_first().filter(|(byte, _)| b"-+0# ".contains(byte)) {
            match flag {
                b'-' => spec.left = true,
                b'0' => spec.zero = true,
                b'+' => spec.plus = true,
                b'#' => spec.alternate = true,
                _ => spec.space = true,
            }
            rest = after;
        }
        spec.width = number(&mut rest).unwrap_or(0);
        if rest.first() == Some(&b'.') {
            rest = &rest[1..];
            spec.precision = Some(number(&mut rest).unwrap_or(0));
        }
        let Some((&letter, after)) = rest.split_first() else {
            text.push(b'%');
            break;
        };
        rest = after;
        match letter {
            b'%' => text.push(b'%'),
            _ => text.extend_from_slice(&field(letter, spec)),
        }
    }
    text.extend_from_slice(rest);
    text
}

fn number(rest: &mut &[u8]) -> Option<usize> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let value = rest[..digits].to_str().ok()?.parse().ok();
    *rest = &rest[digits..];
    value
}

fn field(about: &About<'_>, letter: u8, spec: Spec) -> BString {
    let stat = &about.stat;
    let text = |text: &str| spec.string(text.as_bytes());
    match letter {
        b'n' => spec.string(about.name),
        b'N' => spec.string(&about.quoted_name()),
        b'd' => spec.unsigned(about.device),
        b'D' => spec.radix('x', about.device),
        b'i' => spec.unsigned(stat.ino.0),
        b'a' => spec.radix('o', stat.mode.bits().into()),
        b'A' => text(&about.letters()),
        b'f' => spec.radix('x', stat.st_mode().into()),
        b'F' => text(kind(stat)),
        b'h' => spec.unsigned(stat.nlink.into()),
        b'u' => spec.unsigned(stat.uid.into()),
        b'U' => text(&about.user()),
        b'g' => spec.unsigned(stat.gid.into()),
        b'G' => text(&about.group()),
        b't' => spec.radix('x', stat.rdev.major.into()),
        b'T' => spec.radix('x', stat.rdev.minor.into()),
        b's' => spec.unsigned(stat.size),
        b'B' => spec.unsigned(512),
        b'b' => spec.unsigned(stat.blocks),
        b'o' => spec.unsigned(4096),
        b'x' => spec.string(&whole(stat.atime)),
        b'X' => spec.signed(stat.atime.secs()),
        b'y' => spec.string(&whole(stat.mtime)),
        b'Y' => spec.signed(stat.mtime.secs()),
        b'z' => spec.string(&whole(stat.ctime)),
        b'Z' => spec.signed(stat.ctime.secs()),
        other => spec.byte(other),
    }
}

fn whole(time: Time) -> BString {
    let date = strftime(b"%Y-%m-%d %H:%M:%S", time.secs());
    bytes!("{}.{} +0000", date, format!("{:09}", time.nanos()))
}

/// The kind of a file in words (busybox `file_type`).
fn kind(stat: &Stat) -> &'static str {
    match stat.file_type {
        FileType::Regular if stat.size == 0 => "regular empty file",
        FileType::Regular => "regular file",
        FileType::Directory => "directory",
        FileType::Symlink => "symbolic link",
        FileType::CharDevice => "character special file",
        FileType::BlockDevice => "block special file",
        FileType::Fifo => "fifo",
        FileType::Socket => "socket",
    }
}
