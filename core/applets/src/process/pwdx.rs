use bstr::ByteSlice;
use kernel::{Exit, Process};

use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "PID...

Show the current directory of processes";

const OPTIONS: Options = Options::new(USAGE, "").at_least(1);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    for word in &opts.operands {
        let digits = word.strip_prefix(b"/proc/").unwrap_or(word);
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(say::die(p, bytes!("invalid process id: '{}'", word)).await);
        }
        match p.readlink(bytes!("/proc/{}/cwd", digits.as_bstr())) {
            Ok(directory) => say::print(p, bytes!("{}: {}\n", word, directory)).await?,
            Err(_) => {
                say::flush(p).await?;
                p.eprint(bytes!("{}: No such process\n", word)).await;
            }
        }
    }
    Ok(Exit(0))
}
