use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::cformat::Spec;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[-w] [-s SEP] [FIRST [INC]] LAST

Print the numbers from FIRST to LAST in steps of INC; both are 1 when not given

	-w	Pad with zeros to the same width
	-s SEP	What stands between the numbers";

const OPTIONS: Options = Options::new(USAGE, "ws:").in_order().operands(1, 3);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let numbers: Option<Vec<f64>> = opts.operands.iter().map(number).collect();
    let Some(numbers) = numbers else { return Err(usage::misuse(p, USAGE, 1).await) };
    let (first, step, last) = match numbers[..] {
        [last] => (1.0, 1.0, last),
        [first, last] => (first, 1.0, last),
        [first, step, last] => (first, step, last),
        _ => return Err(usage::misuse(p, USAGE, 1).await),
    };
    // The places of LAST do not count.
    let counted = opts.operands.len().saturating_sub(1);
    let precision = opts.operands[..counted].iter().map(decimals).max().unwrap_or(0);
    let width =
        if opts.has('w') { opts.operands.iter().map(|word| width(word, precision)).max() } else { None };
    let spec = Spec { zero: true, width: width.unwrap_or(0), precision: Some(precision), ..Spec::default() };
    let separator = opts.value('s').unwrap_or(b"\n".as_bstr()).to_owned();
    let mut index = 0.0;
    let mut value = first;
    while if step >= 0.0 { value <= last } else { value >= last } {
        if index > 0.0 {
            say::print(p, &separator).await?;
        }
        say::print(p, spec.float('f', value)).await?;
        p.tick(1).await;
        index += 1.0;
        value = first + index * step;
    }
    if index > 0.0 {
        say::print(p, "\n").await?;
    }
    Ok(Exit(0))
}

fn number(word: &BString) -> Option<f64> {
    word.to_str().ok()?.parse().ok()
}

fn decimals(word: &BString) -> usize {
    word.find_byte(b'.').map_or(0, |point| word.len() - point - 1)
}

/// How wide an operand is once it has `precision` decimals.
fn width(word: &BString, precision: usize) -> usize {
    let own = decimals(word);
    let point = usize::from(precision > 0 && own == 0);
    // Without places there is no point either.
    let cut = usize::from(precision == 0 && own > 0);
    word.len() + precision + point - own - cut
}
