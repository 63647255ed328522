//! comm.

use std::cmp::Ordering;

use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::{self, Lines};
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-123] FILE1 FILE2

Print which lines two sorted files have, and which both

	-1	Not those of FILE1 alone
	-2	Not those of FILE2 alone
	-3	Not those of both";

const OPTIONS: Options = Options::new(USAGE, "123").operands(2, 2);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut left = open(p, opts.operands[0].as_bstr()).await?;
    let mut right = open(p, opts.operands[1].as_bstr()).await?;
    let hidden = ['1', '2', '3'].map(|key| opts.has(key));
    let mut a = line(p, &mut left).await;
    let mut b = line(p, &mut right).await;
    loop {
        let order = match (&a, &b) {
            (None, None) => return Ok(Exit(0)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.cmp(b),
        };
        let column = match order {
            Ordering::Less => 0,
            Ordering::Greater => 1,
            Ordering::Equal => 2,
        };
        let text = if order.is_gt() { &b } else { &a };
        if let (Some(text), false) = (text, hidden[column]) {
            let tabs = hidden[..column].iter().filter(|hidden| !**hidden).count();
            say::print(p, bytes!("{}{}\n", "\t".repeat(tabs), text)).await?;
        }
        if order.is_le() {
            a = line(p, &mut left).await;
        }
        if order.is_ge() {
            b = line(p, &mut right).await;
        }
    }
}

async fn open(p: &mut Process, name: &BStr) -> Result<Lines, Exit> {
    match stream::open(p, name).await {
        Ok(fd) => Ok(Lines::new(fd)),
        Err(errno) => Err(say::die_errno(p, name, errno).await),
    }
}

async fn line(p: &mut Process, lines: &mut Lines) -> Option<BString> {
    p.tick(1).await;
    let mut line = lines.next(p).await.ok().flatten()?;
    if line.ends_with(b"\n") {
        line.pop();
    }
    Some(line)
}
