use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;
use crate::time::strftime::strftime_in;
use crate::time::zone::Zone;

pub(crate) const USAGE: &str = "

Print the time and how long the machine runs";

const OPTIONS: Options = Options::new(USAGE, "");

pub(crate) async fn main(p: &mut Process) -> Ended {
    OPTIONS.parse(p).await?;
    let zone = Zone::of(p.env().get("TZ"));
    let clock = strftime_in(b"%H:%M:%S", p.now().secs(), &zone);
    let minutes = p.uptime().as_secs() / 60;
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let days = match days {
        0 => String::new(),
        1 => "1 day, ".to_owned(),
        _ => format!("{days} days, "),
    };
    let time = if hours > 0 { format!("{hours:2}:{rest:02}") } else { format!("{rest} min") };
    // Nobody is logged in, and nothing waits for the processor.
    let line = format!(" {clock} up {days}{time},  0 users,  load average: 0.00, 0.00, 0.00\n");
    say::print(p, line).await?;
    Ok(Exit(0))
}
