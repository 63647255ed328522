//! Modes as chmod, mkdir -m and install -m write them.

use bstr::BStr;
use kernel::Process;
use vfs::{Errno, Mode};

const SETUID: u32 = 0o4000;
const SETGID: u32 = 0o2000;
const STICKY: u32 = 0o1000;

/// The mode that `text` makes of `old`: octal, or clauses `[ugoa]*([-+=]([rwxXst]*|[ugo]))+`. Without a who the bits
/// of `umask` are left alone. `None` when it is no mode (busybox `bb_parse_mode`).
pub fn parse(text: &BStr, old: u32, umask: u32, directory: bool) -> Option<u32> {
    if text.first().is_some_and(u8::is_ascii_digit) {
        let digits = std::str::from_utf8(text).ok()?;
        return u32::from_str_radix(digits, 8).ok().filter(|mode| *mode <= 0o7777);
    }
    let mut mode = old;
    for clause in text.split(|byte| *byte == b',') {
        mode = apply(clause, mode, umask, directory)?;
    }
    Some(mode)
}

fn apply(clause: &[u8], mut mode: u32, umask: u32, directory: bool) -> Option<u32> {
    let letters = clause.iter().take_while(|byte| b"ugoa".contains(byte)).count();
    let mut who = 0;
    for letter in &clause[..letters] {
        who |= match letter {
            b'u' => SETUID | 0o700,
            b'g' => SETGID | 0o070,
            b'o' => 0o007,
            _ => 0o7777,
        };
    }
    let who = if letters == 0 { 0o7777 & !umask } else { who };
    let cleared = if letters == 0 { 0o7777 } else { who };
    let mut rest = &clause[letters..];
    if rest.is_empty() && letters > 0 {
        return None;
    }
    while let Some((&operator, after)) = rest.split_first() {
        if !b"+-=".contains(&operator) {
            return None;
        }
        let end = after.iter().position(|byte| b"+-=".contains(byte)).unwrap_or(after.len());
        if operator == b'=' {
            mode &= !cleared;
        }
        let bits = permissions(&after[..end], mode, directory)? & who;
        mode = if operator == b'-' { mode & !bits } else { mode | bits };
        rest = &after[end..];
    }
    Some(mode)
}

/// The bits of a permission list, for everybody; a single `u`, `g` or `o` copies.
fn permissions(letters: &[u8], mode: u32, directory: bool) -> Option<u32> {
    let copied = match letters {
        b"u" => Some(mode >> 6),
        b"g" => Some(mode >> 3),
        b"o" => Some(mode),
        _ => None,
    };
    if let Some(bits) = copied {
        return Some((bits & 7) * 0o111);
    }
    letters.iter().try_fold(0, |bits, letter| {
        Some(
            bits | match letter {
                b'r' => 0o444,
                b'w' => 0o222,
                b'x' => 0o111,
                b'X' if directory || mode & 0o111 != 0 => 0o111,
                b'X' => 0,
                b's' => SETUID | SETGID,
                b't' => STICKY,
                _ => return None,
            },
        )
    })
}

/// The mode of `mkfifo -m` and `mknod -m`: over `a=rw`. What is no mode is left to the system call to refuse.
pub(crate) fn for_node(p: &Process, text: Option<&BStr>) -> Result<Mode, Errno> {
    let Some(text) = text else { return Ok(Mode::new(0o666)) };
    parse(text, 0o666, p.umask().bits(), false).map(Mode::new).ok_or(Errno::EINVAL)
}

/// `rwxr-xr-x` with `s`, `S`, `t`, `T`.
pub fn letters(mode: u32) -> String {
    let mut text = String::with_capacity(9);
    for (shift, special, set) in [(6, SETUID, 's'), (3, SETGID, 's'), (0, STICKY, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => set,
            (true, false) => set.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chmod(old: u32, text: &str) -> String {
        parse(text.into(), old, 0o022, false).map_or("-".into(), |mode| format!("{mode:o}"))
    }

    #[test]
    fn modes_as_busybox_reads_them() {
        let from_nothing: Vec<_> = ["o+t", "a+t", "+t", "o+s", "a+s", "u+s", "+s", "u=s", "+x", "+w"]
            .map(|text| chmod(0, text))
            .into();
        assert_eq!(from_nothing, ["0", "1000", "1000", "0", "6000", "4000", "6000", "4000", "111", "200"]);
        let from_all: Vec<_> =
            ["u=rwx", "g=rx", "o=", "a=r", "=r", "u=", "ug="].map(|text| chmod(0o7777, text)).into();
        assert_eq!(from_all, ["3777", "5757", "7770", "444", "444", "3077", "1007"]);
        assert_eq!(chmod(0o4750, "o=u"), "4757");
        assert_eq!(chmod(0o750, "a=g"), "0");
        assert_eq!(chmod(0o751, "u+rw-x,g=x+r"), "651");
        assert_eq!(chmod(0o651, "u+x+w=r"), "451");
        assert_eq!(chmod(0o640, "a+X"), "640");
        assert_eq!(parse("a+X".into(), 0o600, 0o022, true), Some(0o711));
        assert_eq!(chmod(0o640, ","), "640");
        for bad in ["8", "77777", "u", "ugo", "u+r,x", "go+ugo", "u+z"] {
            assert_eq!(chmod(0o640, bad), "-", "{bad}");
        }
    }

    #[test]
    fn letters_show_special_bits() {
        assert_eq!(letters(0o7777), "rwsrwsrwt");
        assert_eq!(letters(0o7000), "--S--S--T");
        assert_eq!(letters(0o640), "rw-r-----");
    }
}
