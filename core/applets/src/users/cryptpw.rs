use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};

use super::account;
use crate::frame::getopt::Options;
use crate::frame::stream::{Lines, STDIN};
use crate::frame::table::Ended;
use crate::frame::{number, say};

pub(crate) const USAGE: &str = "[-P FD] [-m TYPE] [-S SALT] [PASSWORD] [SALT]

Print the hash of PASSWORD, or of a line of standard input

	-P FD	Read it there
	-m TYPE	The method: des, md5, sha256, sha512
	-S SALT	The salt; random without";

const OPTIONS: Options = Options::new(USAGE, "sP:S:m:a:").operands(0, 2).long(&[
    ("stdin", 's'),
    ("password-fd", 'P'),
    ("salt", 'S'),
    ("method", 'm'),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let method = account::method(opts.value('m').or(opts.value('a')));
    let fd = match opts.value('P').map(|text| number::unsigned(text, 0, 1 << 20, &[])) {
        None => STDIN,
        Some(Ok(fd)) => i32::try_from(fd).unwrap_or(STDIN),
        Some(Err(message)) => return Err(say::die(p, message).await),
    };
    let password = match opts.operands.first() {
        Some(password) => password.clone(),
        None => match Lines::new(fd).next(p).await {
            Ok(Some(line)) => line.trim_end_with(|c| c == '\n').into(),
            Ok(None) => BString::default(),
            Err(errno) => return Err(say::die_errno(p, "can't read", errno).await),
        },
    };
    let salt = opts.value('S').map(|salt| salt.to_owned()).or_else(|| opts.operands.get(1).cloned());
    let hash = match salt {
        Some(salt) => method.hash(&password, &salt),
        None => method.fresh(p, &password),
    };
    say::print(p, bytes!("{}\n", hash)).await?;
    Ok(Exit(0))
}
