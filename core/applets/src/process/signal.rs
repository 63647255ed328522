//! Signals as commands name them.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process, Signal};

use crate::frame::say;
use crate::frame::table::Ended;

/// `9`, `KILL`, `SIGKILL`, in any case.
pub(super) fn named(text: &BStr) -> Option<Signal> {
    let text = text.to_str().ok()?;
    if let Ok(number) = text.parse() {
        return Signal::from_number(number);
    }
    let upper = text.to_ascii_uppercase();
    Signal::from_name(upper.strip_prefix("SIG").unwrap_or(&upper))
}

/// The signal of `-SIG` or `-s SIG` in front, and the other words. None is the signal 0, which only asks.
pub(super) async fn chosen<'a>(
    p: &mut Process,
    words: &'a [BString],
) -> Result<(Option<Signal>, &'a [BString]), Exit> {
    let Some((first, rest)) = words.split_first().filter(|(first, _)| first.starts_with(b"-")) else {
        return Ok((Some(Signal::TERM), words));
    };
    let (name, rest) = match rest.split_first() {
        _ if first == "--" => return Ok((Some(Signal::TERM), rest)),
        Some((name, rest)) if first == "-s" => (name.as_bstr(), rest),
        _ => (first[1..].as_bstr(), rest),
    };
    let rest = rest.strip_prefix(&[BString::from("--")]).unwrap_or(rest);
    match named(name) {
        Some(signal) => Ok((Some(signal), rest)),
        None if name == "0" => Ok((None, rest)),
        None => Err(say::die(p, bytes!("bad signal name '{}'", name)).await),
    }
}

/// `-l`: all signals, or each one's other name.
pub(super) async fn list(p: &mut Process, words: &[BString]) -> Ended {
    if words.is_empty() {
        for number in 1..=31 {
            if let Some(name) = Signal::from_number(number).and_then(Signal::name) {
                say::print(p, format!("{number:2}) {name}\n")).await?;
            }
        }
        say::print(p, "35) RTMIN\n64) RTMAX\n").await?;
        return Ok(Exit(0));
    }
    for word in words {
        let number = word.to_str().ok().and_then(|word| word.parse::<u32>().ok());
        let shown = match number {
            Some(number) => {
                let name = Signal::from_number(number & 0x7f).and_then(Signal::name);
                name.map_or_else(|| number.to_string(), ToOwned::to_owned)
            }
            None => match named(word.as_bstr()) {
                Some(signal) => signal.number().to_string(),
                None => return Err(say::die(p, bytes!("unknown signal '{}'", word)).await),
            },
        };
        say::print(p, format!("{shown}\n")).await?;
    }
    Ok(Exit(0))
}
