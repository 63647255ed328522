//! nl.

use kernel::{Exit, Process};

use super::input::Input;
use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{number, say};

pub(crate) const USAGE: &str = "[OPTIONS] [FILE]...

Print FILEs (or stdin) with the numbers of their lines

	-b STYLE	Which lines have one - a: all, t: those not empty, n: none
	-i N		The step from number to number
	-s STRING	What follows the number
	-v N		The first number
	-w N		The width of the numbers";

const OPTIONS: Options = Options::new(USAGE, "pw:s:v:i:b:").long(&[
    ("body-numbering", 'b'),
    ("line-increment", 'i'),
    ("number-separator", 's'),
    ("starting-line-number", 'v'),
    ("number-width", 'w'),
]);

/// The widest number that is honoured.
const WIDEST: usize = 64 * 1024;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut numbers = [6, 1, 1];
    for (place, key) in numbers.iter_mut().zip(['w', 'v', 'i']) {
        match opts.value(key).map(|text| number::signed(text, i64::from(i32::MIN), i64::from(i32::MAX), &[]))
        {
            None => {}
            Some(Ok(value)) => *place = value,
            Some(Err(message)) => return Err(say::die(p, message).await),
        }
    }
    let [width, mut current, step] = numbers;
    let width = usize::try_from(width).unwrap_or(0).min(WIDEST);
    let separator = opts.value('s').map_or_else(|| "\t".into(), ToOwned::to_owned);
    let style = opts.value('b').and_then(|style| style.first().copied()).unwrap_or(b't');
    let mut input = Input::new(opts.operands.clone());
    while let Some(line) = input.line(p).await {
        let body = line.strip_suffix(b"\n").unwrap_or(&line);
        let numbered = style == b'a' || (style == b't' && !body.is_empty());
        let head = if numbered {
            let head = bytes!("{}{}", format!("{current:width$}"), separator);
            current += step;
            head
        } else {
            " ".repeat(width + separator.len()).into()
        };
        say::print(p, bytes!("{}{}\n", head, body)).await?;
    }
    Ok(Exit(input.status()))
}
