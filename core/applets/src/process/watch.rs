use bstr::BString;
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::stream::STDIN;
use crate::frame::table::Ended;
use crate::frame::{command, duration, say};
use crate::time::strftime;

pub(crate) const USAGE: &str = "[-n SEC] [-t] PROG ARGS

Run PROG again and again

	-n SEC	Seconds in between (2)
	-t	No header";

const OPTIONS: Options = Options::new(USAGE, "tn:").in_order().short_only().at_least(1);

/// Columns where there is no terminal.
const COLUMNS: u16 = 80;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let period = match duration::duration(opts.value('n').unwrap_or("2".into())) {
        Ok(period) => period,
        Err(message) => return Err(say::die(p, message).await),
    };
    let text = BString::from(bstr::join(" ", &opts.operands));
    let argv = ["sh".into(), "-c".into(), text.clone()];
    loop {
        say::print(p, "\x1b[H\x1b[J").await?;
        if !opts.has('t') {
            let columns = p.term_size(STDIN).map_or(COLUMNS, |(columns, _)| columns);
            let left = bytes!("Every {}s: {}", format!("{:.1}", period.as_secs_f64()), text);
            say::print(p, header(p, left, usize::from(columns))).await?;
        }
        say::flush(p).await?;
        if let Err(errno) = command::run(p, &argv).await {
            return Err(say::die_errno(p, "can't execute 'sh'", errno).await);
        }
        if p.sleep(period).await.is_err() {
            return Ok(Exit(0));
        }
    }
}

/// The text, cut where the time of day begins, which ends before the last column.
fn header(p: &Process, mut left: BString, columns: usize) -> BString {
    let time = strftime::strftime(b"%Y-%m-%d %H:%M:%S", p.now().secs());
    let at = columns.saturating_sub(time.len() + 1);
    left.resize(at, b' ');
    bytes!("{}{}\n\n", left, time)
}
