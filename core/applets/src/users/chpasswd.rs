use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};

use super::crypt::Method;
use super::{account, passwd};
use crate::frame::getopt::Options;
use crate::frame::say;
use crate::frame::stream::{Lines, STDIN};
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[-me] [-c ALG]

Read lines USER:PASSWORD and change these passwords

	-e	The passwords are hashes
	-m	Hash with MD5
	-c ALG	The method: md5, sha256, sha512";

const OPTIONS: Options =
    Options::new(USAGE, "emc:").long(&[("encrypted", 'e'), ("md5", 'm'), ("crypt-method", 'c')]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    account::require_root(p).await?;
    let opts = OPTIONS.parse(p).await?;
    let named = if opts.has('m') { Some(BStr::new("md5")) } else { opts.value('c') };
    let method = account::method(named);
    let method = (!opts.has('e')).then_some(method);
    let mut lines = Lines::new(STDIN);
    while let Ok(Some(line)) = lines.next(p).await {
        enter(p, line.trim_end_with(|c| c == '\n').as_bstr(), method).await?;
    }
    Ok(Exit(0))
}

async fn enter(p: &mut Process, line: &BStr, method: Option<Method>) -> Result<(), Exit> {
    let Some((name, password)) = line.split_once_str(":") else {
        return Err(say::die(p, "missing new password").await);
    };
    let name = account::require_user(p, name.as_bstr()).await?.name;
    let hash = match method {
        Some(method) => method.fresh(p, password),
        None => password.into(),
    };
    passwd::set(p, name.as_bstr(), hash.as_bstr()).await?;
    say::error(p, bytes!("password for '{}' changed", name)).await;
    Ok(())
}
