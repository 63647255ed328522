//! The questions about files that `test` asks.

use bstr::{BStr, BString, ByteSlice};
use kernel::Process;
use vfs::{FileType, Follow, Mode, Stat};

/// `-LETTER OPERAND`.
pub(crate) fn unary(p: &mut Process, letter: u8, operand: &BStr) -> Result<bool, BString> {
    Ok(match letter {
        b'z' => operand.is_empty(),
        b'n' => !operand.is_empty(),
        b'h' | b'L' => p.lstat(operand).is_ok_and(|stat| stat.file_type == FileType::Symlink),
        b'r' => p.access(operand, true, false, false).is_ok(),
        b'w' => p.access(operand, false, true, false).is_ok(),
        b'x' => p.access(operand, false, false, true).is_ok(),
        b't' => {
            let fd = operand.to_str().ok().and_then(|text| text.trim().parse().ok());
            p.isatty(fd.ok_or_else(|| bytes!("{}: bad number", operand))?)
        }
        _ => {
            let cred = p.cred();
            p.stat(operand).is_ok_and(|stat| match letter {
                b'O' => stat.uid == cred.uid,
                b'G' => stat.gid == cred.gid,
                _ => about(&stat, letter),
            })
        }
    })
}

/// What an inode alone answers.
fn about(stat: &Stat, letter: u8) -> bool {
    match letter {
        b'e' => true,
        b'f' => stat.file_type == FileType::Regular,
        b'd' => stat.file_type == FileType::Directory,
        b'c' => stat.file_type == FileType::CharDevice,
        b'b' => stat.file_type == FileType::BlockDevice,
        b'p' => stat.file_type == FileType::Fifo,
        b'S' => stat.file_type == FileType::Socket,
        b's' => stat.size > 0,
        b'u' => stat.mode.has(Mode::SETUID),
        b'g' => stat.mode.has(Mode::SETGID),
        b'k' => stat.mode.has(Mode::STICKY),
        _ => false,
    }
}

/// `-nt -ot -ef`.
pub(crate) fn binary(p: &mut Process, left: &BStr, op: &BStr, right: &BStr) -> bool {
    let (Ok(first), Ok(second)) = (p.stat(left), p.stat(right)) else { return false };
    match &**op {
        b"-nt" => first.mtime > second.mtime,
        b"-ot" => first.mtime < second.mtime,
        _ => first.ino == second.ino && p.device(left, Follow::Yes) == p.device(right, Follow::Yes),
    }
}
