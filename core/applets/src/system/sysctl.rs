use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::{FileType, Mode};

use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::walk::{Links, Step, Walk};
use crate::frame::{say, stream};

pub(crate) const USAGE: &str = "[-enq] { -a | -p [FILE]... | [-w] [KEY[=VALUE]]... }

Print or set the kernel's variables

	-a	All of them
	-e	Keys that do not exist are no error
	-n	Values without keys
	-p	Set those of FILEs (/etc/sysctl.conf)
	-q	Set without a word
	-w	Set";

const OPTIONS: Options = Options::new(USAGE, "neAapwq");

const ROOT: &str = "/proc/sys/";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has('a') || opts.has('A') {
        return all(p, &opts).await;
    }
    let mut settings = opts.operands.clone();
    if opts.has('p') {
        settings = files(p, &opts.operands).await?;
    }
    let mut status = 0;
    for setting in &settings {
        let done = match setting.split_once_str("=") {
            Some((key, value)) => set(p, &opts, key.trim_ascii().as_bstr(), value.trim_ascii()).await?,
            None => show(p, &opts, setting.as_bstr()).await?,
        };
        if !done {
            status = 1;
        }
    }
    Ok(Exit(status))
}

/// `kernel.ostype` and `kernel/ostype` name the same file.
fn path(key: &BStr) -> BString {
    bytes!("{}{}", ROOT, key.replace(".", "/"))
}

async fn unknown(p: &mut Process, opts: &Matches, key: &BStr) -> bool {
    if !opts.has('e') {
        say::error(p, bytes!("error: '{}' is an unknown key", key.replace(".", "/"))).await;
    }
    opts.has('e')
}

/// False when it could not be shown.
async fn show(p: &mut Process, opts: &Matches, key: &BStr) -> Result<bool, Exit> {
    let path = path(key);
    if !p.stat(&path).is_ok_and(|stat| stat.file_type == FileType::Regular) {
        return Ok(unknown(p, opts, key).await);
    }
    let text = stream::read_operand(p, path.as_bstr()).await.unwrap_or_default();
    let name = key.replace("/", ".");
    for line in text.lines() {
        let front = if opts.has('n') { BString::default() } else { bytes!("{} = ", name) };
        say::print(p, bytes!("{}{}\n", front, line)).await?;
    }
    Ok(true)
}

async fn set(p: &mut Process, opts: &Matches, key: &BStr, value: &[u8]) -> Result<bool, Exit> {
    let path = path(key);
    if p.stat(&path).is_err() {
        return Ok(unknown(p, opts, key).await);
    }
    let written = match p.open(&path, OpenFlags::WRONLY, Mode::default()).await {
        Ok(fd) => {
            let written = p.write_all(fd, value).await;
            stream::close(p, fd);
            written
        }
        Err(errno) => Err(errno),
    };
    match written {
        Ok(()) if opts.has('q') => Ok(true),
        Ok(()) => {
            say::print(p, bytes!("{} = {}\n", key.replace("/", "."), value)).await?;
            Ok(true)
        }
        Err(errno) => {
            say::errno(p, bytes!("error setting key '{}'", key.replace("/", ".")), errno).await;
            Ok(false)
        }
    }
}

/// The settings in files; `#` and `;` begin comments.
async fn files(p: &mut Process, names: &[BString]) -> Result<Vec<BString>, Exit> {
    let usual = [BString::from("/etc/sysctl.conf")];
    let mut settings = Vec::new();
    for name in if names.is_empty() { &usual } else { names } {
        match stream::read_operand(p, name.as_bstr()).await {
            Ok(text) => {
                let lines = text.lines().map(|line| line.trim_ascii());
                let meant = lines.filter(|line| {
                    !line.is_empty() && !line.starts_with_str("#") && !line.starts_with_str(";")
                });
                settings.extend(meant.map(BString::from));
            }
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", name), errno).await),
        }
    }
    Ok(settings)
}

async fn all(p: &mut Process, opts: &Matches) -> Ended {
    let mut walk = Walk::new(ROOT.into(), Links::Stay);
    while let Some(step) = walk.next(p) {
        if let Step::Other(path, _) = step {
            let key = path[ROOT.len()..].as_bstr().to_owned();
            show(p, opts, key.as_bstr()).await?;
        }
    }
    Ok(Exit(0))
}
