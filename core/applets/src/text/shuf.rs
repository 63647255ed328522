//! shuf.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{self, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]

Print lines in a random order

	-n NUM	At most NUM lines
	-o FILE	Write to FILE
	-z	Lines end with NUL
	-e	The ARGs are the lines
	-i L-H	The numbers from L to H are the lines";

const OPTIONS: Options = Options::new(USAGE, "ei:n:o:z");

/// The most lines that `-i` makes.
const MOST_NUMBERS: u64 = 10_000_000;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has('e') && opts.has('i') {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let end = if opts.has('z') { 0 } else { b'\n' };
    let mut lines = lines(p, &opts, end).await?;
    let most = match opts.value('n').map(|text| number::unsigned(text, 0, i32::MAX as u64, &[])) {
        None => lines.len(),
        Some(Ok(most)) => lines.len().min(most as usize),
        Some(Err(message)) => return Err(say::die(p, message).await),
    };
    for index in 0..most {
        let left = u64::try_from(lines.len() - index).unwrap_or(1);
        let chosen = index + (u64::from(p.random()) % left) as usize;
        lines.swap(index, chosen);
    }
    p.tick(u32::try_from(lines.len()).unwrap_or(u32::MAX)).await;
    if let Some(name) = opts.value('o') {
        match super::sort::create(p, name).await {
            // The descriptor was just opened, so it can be copied.
            Ok(fd) => p.dup2(fd, STDOUT).unwrap_or_default(),
            Err(errno) => return Err(say::die_errno(p, name, errno).await),
        };
    }
    for line in &lines[..most] {
        say::print(p, bytes!("{}{}", line, [end])).await?;
    }
    Ok(Exit(0))
}

async fn lines(p: &mut Process, opts: &Matches, end: u8) -> Result<Vec<BString>, Exit> {
    if opts.has('e') {
        return Ok(opts.operands.clone());
    }
    if opts.operands.len() > usize::from(!opts.has('i')) {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    if let Some(range) = opts.value('i') {
        let Some((low, high)) = bounds(range) else {
            return Err(say::die(p, bytes!("bad range '{}'", range)).await);
        };
        if high - low >= MOST_NUMBERS {
            return Err(say::die(p, "out of memory").await);
        }
        return Ok((low..=high).map(|number| number.to_string().into()).collect());
    }
    let name = opts.operands.first().cloned().unwrap_or_else(|| "-".into());
    let text = match stream::read_operand(p, name.as_bstr()).await {
        Ok(text) => text,
        Err(errno) => return Err(say::die_errno(p, name, errno).await),
    };
    let body = text.strip_suffix(&[end]).unwrap_or(&text);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    Ok(body.split(|byte| *byte == end).map(BString::from).collect())
}

fn bounds(range: &BStr) -> Option<(u64, u64)> {
    let (low, high) = range.split_once_str("-")?;
    let number = |text: &[u8]| number::unsigned(text.as_bstr(), 0, u64::MAX, &[]).ok();
    let (low, high) = (number(low)?, number(high)?);
    (low <= high).then_some((low, high))
}
