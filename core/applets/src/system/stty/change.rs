//! One setting after the other.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Fd, Process, Termios};

use super::modes::{self, CHARACTERS, TIME};
use super::show::CHARACTERS_KEPT;
use crate::frame::{number, say};

/// Settings that stand for several flags, as other settings.
const COMBINED: [(&str, &str); 18] = [
    ("evenp", "parenb -parodd cs7"),
    ("parity", "parenb -parodd cs7"),
    ("oddp", "parenb parodd cs7"),
    ("-evenp", "-parenb cs8"),
    ("-parity", "-parenb cs8"),
    ("-oddp", "-parenb cs8"),
    ("nl", "-icrnl -onlcr"),
    ("-nl", "icrnl -inlcr -igncr onlcr -ocrnl -onlret"),
    ("cbreak", "-icanon"),
    ("-cbreak", "icanon"),
    ("pass8", "-parenb -istrip cs8"),
    ("-pass8", "parenb istrip cs7"),
    ("litout", "-parenb -istrip -opost cs8"),
    ("-litout", "parenb istrip opost cs7"),
    ("crt", "echoe echoctl echoke"),
    ("dec", "echoe echoctl echoke -ixany"),
    ("tabs", "tab0"),
    ("-tabs", "tab3"),
];

/// Applies the setting `word`, which may take more of the words that follow.
pub(super) async fn setting(
    p: &mut Process,
    fd: Fd,
    termios: &mut Termios,
    word: &BString,
    words: &mut impl Iterator<Item = &BString>,
) -> Result<(), Exit> {
    if flag(termios, word.as_bstr()) || whole(termios, word.as_bstr()) {
        return Ok(());
    }
    if let Some((_, settings)) = COMBINED.iter().find(|(name, _)| *name == word) {
        for name in settings.split(' ') {
            flag(termios, name.into());
        }
        return Ok(());
    }
    match word.as_slice() {
        b"size" => {
            let (columns, rows) = p.term_size(fd).unwrap_or((80, 24));
            return say::print(p, format!("{rows} {columns}\n")).await;
        }
        b"speed" => return say::print(p, format!("{}\n", modes::speed(*termios))).await,
        _ => {}
    }
    if let Some(index) = character(word) {
        let text = argument(p, word, words).await?;
        termios.characters[index] = byte(p, word, text.as_bstr()).await?;
        return Ok(());
    }
    match word.as_slice() {
        b"rows" | b"cols" | b"columns" => {
            let text = argument(p, word, words).await?;
            let side = parsed(p, text.as_bstr(), u64::from(u16::MAX)).await? as u16;
            let (columns, rows) = p.term_size(fd).unwrap_or((80, 24));
            let size = if word == "rows" { (columns, side) } else { (side, rows) };
            // It is a terminal.
            let _ = p.set_term_size(fd, size);
            Ok(())
        }
        b"ispeed" | b"ospeed" => {
            let text = argument(p, word, words).await?;
            speed(p, termios, text.as_bstr()).await
        }
        b"line" => {
            let text = argument(p, word, words).await?;
            match parsed(p, text.as_bstr(), 255).await? {
                0 => Ok(()),
                _ => Err(say::die(p, "line: other line disciplines are not simulated").await),
            }
        }
        _ if word.starts_with(b"-") => Err(say::die(p, bytes!("invalid argument '{}'", word)).await),
        _ => match saved(word.as_bstr()) {
            Some(restored) => {
                *termios = restored;
                Ok(())
            }
            None => speed(p, termios, word.as_bstr()).await,
        },
    }
}

/// A flag or a value of a field by its name; a dash turns a flag off.
fn flag(termios: &mut Termios, word: &BStr) -> bool {
    let (name, on) = word.strip_prefix(b"-").map_or((word.as_bytes(), true), |name| (name, false));
    let Some(mode) = modes::all().find(|mode| mode.name.as_bytes() == name && (on || mode.field == 0)) else {
        return false;
    };
    mode.set(termios, on);
    true
}

/// The settings that change nearly everything.
fn whole(termios: &mut Termios, word: &BStr) -> bool {
    match word.as_bytes() {
        b"sane" => modes::make_sane(termios),
        b"raw" | b"-cooked" => {
            termios.input = 0;
            for name in ["-opost", "-isig", "-icanon", "-xcase"] {
                flag(termios, name.into());
            }
            termios.characters[TIME] = 0;
            termios.characters[6] = 1;
        }
        b"cooked" | b"-raw" => {
            for name in ["brkint", "ignpar", "istrip", "icrnl", "ixon", "opost", "isig", "icanon"] {
                flag(termios, name.into());
            }
        }
        b"ek" => (termios.characters[2], termios.characters[3]) = (0x7f, 0x15),
        _ => return false,
    }
    true
}

fn character(word: &BString) -> Option<usize> {
    if word == "time" {
        return Some(TIME);
    }
    CHARACTERS.iter().find(|(name, ..)| *name == word).map(|(_, index, _)| *index)
}

async fn argument(
    p: &mut Process,
    word: &BString,
    words: &mut impl Iterator<Item = &BString>,
) -> Result<BString, Exit> {
    match words.next() {
        Some(text) => Ok(text.clone()),
        None => Err(say::die(p, bytes!("{} requires an argument", word)).await),
    }
}

/// `^X`, `^?`, `undef`, one character, or its number.
async fn byte(p: &mut Process, name: &BString, text: &BStr) -> Result<u8, Exit> {
    let is_number = name == "min" || name == "time";
    match text.as_bytes() {
        [single] if !is_number => Ok(*single),
        b"undef" | b"^-" if !is_number => Ok(0),
        b"^?" if !is_number => Ok(0x7f),
        [b'^', letter] if !is_number => Ok(letter & 0x1f),
        _ => Ok(parsed(p, text, 255).await? as u8),
    }
}

async fn parsed(p: &mut Process, text: &BStr, most: u64) -> Result<u64, Exit> {
    match number::unsigned(text, 0, most, &[]) {
        Ok(value) => Ok(value),
        Err(message) => Err(say::die(p, message).await),
    }
}

async fn speed(p: &mut Process, termios: &mut Termios, text: &BStr) -> Result<(), Exit> {
    let baud = parsed(p, text, u64::from(u32::MAX)).await?;
    match modes::set_speed(termios, baud) {
        true => Ok(()),
        false => Err(say::die(p, bytes!("invalid argument '{}'", text)).await),
    }
}

/// What `-g` printed.
fn saved(text: &BStr) -> Option<Termios> {
    let words = text.split_str(":").map(|word| u32::from_str_radix(word.to_str().ok()?, 16).ok());
    let words: Vec<u32> = words.collect::<Option<_>>()?;
    let (&[input, output, control, local], rest) = words.split_first_chunk::<4>()?;
    if rest.len() != CHARACTERS_KEPT {
        return None;
    }
    let mut termios = Termios { input, output, control, local, ..Termios::default() };
    for (kept, value) in termios.characters.iter_mut().zip(rest) {
        *kept = u8::try_from(*value).ok()?;
    }
    Some(termios)
}
