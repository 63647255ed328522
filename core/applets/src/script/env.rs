use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::command;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]

Print the environment, or run PROG in a changed one

	-, -i	Begin with an empty environment
	-0	End each line with NUL
	-u NAME	Remove the variable";

const OPTIONS: Options = Options::new(USAGE, "iu:0")
    .long(&[("ignore-environment", 'i'), ("null", '0'), ("unset", 'u')])
    .in_order();

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let mut words = &opts.operands[..];
    let dash = words.first().is_some_and(|word| word == "-");
    if dash {
        words = &words[1..];
    }
    if dash || opts.has('i') {
        p.env_mut().clear();
    }
    for name in opts.values('u') {
        p.env_mut().remove(name);
    }
    while let Some((name, value)) = words.first().and_then(|word| word.split_once_str("=")) {
        p.env_mut().set(name, value);
        words = &words[1..];
    }
    if !words.is_empty() {
        return Ok(command::exec(p, words).await);
    }
    let end: &[u8] = if opts.has('0') { b"\0" } else { b"\n" };
    let lines: Vec<_> = p.env().iter().map(|(name, value)| bytes!("{}={}{}", name, value, end)).collect();
    for line in lines {
        say::print(p, &line).await?;
    }
    Ok(Exit(0))
}
