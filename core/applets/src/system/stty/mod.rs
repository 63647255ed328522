mod change;
mod modes;
mod show;

use bstr::BString;
use kernel::{Exit, Fd, OpenFlags, Process};
use vfs::Mode as Permissions;

use crate::frame::say;
use crate::frame::stream::STDIN;
use crate::frame::table::Ended;
use crate::frame::usage;

pub(crate) const USAGE: &str = "[-a|g] [-F DEVICE] [SETTING]...

Print or change settings of a terminal; without arguments what is not as in a sane one

	-F DEVICE	This one, not standard input
	-a		Print all
	-g		Print them as arguments for stty";

/// What the words in front of the settings ask for.
#[derive(Default)]
struct Asked {
    all: bool,
    saved: bool,
    device: Option<BString>,
    settings: Vec<BString>,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let asked = parse(p).await?;
    if asked.all && asked.saved {
        return Err(say::die(p, "-a and -g are mutually exclusive").await);
    }
    if (asked.all || asked.saved) && !asked.settings.is_empty() {
        return Err(say::die(p, "modes may not be set when -a or -g is used").await);
    }
    let (fd, name) = match &asked.device {
        None => (STDIN, BString::from("standard input")),
        Some(device) => (open(p, device).await?, device.clone()),
    };
    let mut termios = match p.termios(fd) {
        Ok(termios) => termios,
        Err(errno) => return Err(say::die_errno(p, name, errno).await),
    };
    let size = p.term_size(fd).unwrap_or((80, 24));
    if asked.settings.is_empty() {
        let text = match (asked.all, asked.saved) {
            (true, _) => show::everything(termios, size),
            (_, true) => show::saved(termios),
            _ => show::changed(termios, size),
        };
        say::print(p, text).await?;
        return Ok(Exit(0));
    }
    let mut words = asked.settings.iter();
    while let Some(word) = words.next() {
        change::setting(p, fd, &mut termios, word, &mut words).await?;
    }
    match p.set_termios(fd, termios) {
        Ok(()) => Ok(Exit(0)),
        Err(errno) => Err(say::die_errno(p, name, errno).await),
    }
}

/// `-a`, `-g` and `-F DEVICE` in front of or between the settings, which may begin with a dash too.
async fn parse(p: &mut Process) -> Result<Asked, Exit> {
    let mut asked = Asked::default();
    let args = p.args().to_vec();
    let mut words = args.into_iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_slice() {
            b"-a" | b"--all" => asked.all = true,
            b"-g" | b"--save" => asked.saved = true,
            b"-ag" | b"-ga" => (asked.all, asked.saved) = (true, true),
            b"-F" | b"--file" => match words.next() {
                Some(device) => asked.device = Some(device),
                None => return Err(usage::misuse(p, USAGE, 1).await),
            },
            _ => match word.strip_prefix(b"-F").or_else(|| word.strip_prefix(b"--file=")) {
                Some(device) => asked.device = Some(device.into()),
                None => asked.settings.push(word),
            },
        }
    }
    Ok(asked)
}

async fn open(p: &mut Process, device: &BString) -> Result<Fd, Exit> {
    match p.open(device, OpenFlags::RDONLY | OpenFlags::NONBLOCK, Permissions::default()).await {
        Ok(fd) => Ok(fd),
        Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", device), errno).await),
    }
}
