//! factor.

use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};

use super::input::Input;
use crate::frame::table::Ended;
use crate::frame::{say, usage};

pub(crate) const USAGE: &str = "[NUMBER]...

Print the prime factors of each NUMBER (or of those in stdin)";

pub(crate) async fn main(p: &mut Process) -> Ended {
    // There are no options: a minus makes a word that is no number.
    let words = p.args()[1..].to_vec();
    if !words.is_empty() {
        for word in words {
            factor(p, word.as_bstr()).await?;
        }
        return Ok(Exit(0));
    }
    let mut input = Input::new(Vec::new());
    while let Some(line) = input.line(p).await {
        for word in line.fields_with(|c| c.is_ascii_whitespace()) {
            factor(p, word.as_bstr()).await?;
        }
    }
    Ok(Exit(0))
}

async fn factor(p: &mut Process, word: &BStr) -> Result<(), Exit> {
    let text = word.trim_ascii();
    let number: Option<u64> = text.to_str().ok().and_then(|text| text.parse().ok());
    let Some(number) = number else { return Err(usage::misuse(p, USAGE, 1).await) };
    let mut line = format!("{number}:");
    let mut left = number;
    let mut divisor = 2;
    while left > 1 {
        // Each step is a division; a large prime takes 2^31 of them, which burn fuel as they should.
        if divisor & 0xffff == 1 {
            p.tick(1 << 10).await;
        }
        if divisor > left / divisor {
            divisor = left;
        }
        while left % divisor == 0 {
            left /= divisor;
            line.push_str(&format!(" {divisor}"));
            if left == 1 {
                break;
            }
        }
        divisor += if divisor == 2 { 1 } else { 2 };
    }
    say::print(p, line + "\n").await
}
