use kernel::{Exit, Process};

use super::route;
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-ral] [-tuwx] [-enWp]

Show the sockets that listen, and the routes

	-r	Routes
	-a	All sockets
	-l	Those that listen
	-t	TCP
	-u	UDP
	-w	Raw
	-x	Unix
	-e	More of each
	-n	Numbers for names
	-W	Wide
	-p	Their processes";

const OPTIONS: Options = Options::new(USAGE, "laentuwxrWp");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has('r') {
        say::print(p, route::table(p, route::Columns::Netstat, opts.has('n'))).await?;
        return Ok(Exit(0));
    }
    let which = match (opts.has('a'), opts.has('l')) {
        (true, _) => "(servers and established)",
        (_, true) => "(only servers)",
        _ => "(w/o servers)",
    };
    let all = !['t', 'u', 'w', 'x'].into_iter().any(|kind| opts.has(kind));
    let mut text = String::new();
    if all || opts.has('t') || opts.has('u') || opts.has('w') {
        let (local, foreign) = if opts.has('W') { (51, 51) } else { (23, 23) };
        text.push_str(&format!("Active Internet connections {which}\n"));
        text.push_str(&format!(
            "Proto Recv-Q Send-Q {:local$} {:foreign$} State       ",
            "Local Address", "Foreign Address"
        ));
        text.push_str(if opts.has('e') { "User       Inode      " } else { "" });
        text.push_str(if opts.has('p') { "PID/Program name    \n" } else { "\n" });
    }
    if (all || opts.has('t')) && (opts.has('a') || opts.has('l')) {
        // Connections are not listed: the simulated ones have no addresses.
        for port in p.listening() {
            let local = format!(":::{port}");
            text.push_str(&format!("tcp        0      0 {local:23} {:23} LISTEN      \n", ":::*"));
        }
    }
    if all || opts.has('x') {
        text.push_str(&format!("Active UNIX domain sockets {which}\n"));
        text.push_str("Proto RefCnt Flags       Type       State         I-Node ");
        text.push_str(if opts.has('p') { "PID/Program name    Path\n" } else { "Path\n" });
    }
    say::print(p, text).await?;
    Ok(Exit(0))
}
