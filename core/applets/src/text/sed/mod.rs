use bstr::{BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::Mode;

use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{say, stream, usage};

mod delimited;
mod editor;
mod input;
mod output;
mod parse;
mod script;
mod substitute;

use editor::Editor;
use input::Input;
use output::Sink;
use script::Script;

pub(crate) const USAGE: &str = "[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...
or: sed [-i[SFX]] [-nrE] CMD [FILE]...

	-e CMD	Add CMD to the script
	-f FILE	Add the contents of FILE to the script
	-i[SFX]	Change the files themselves, keeping
		the old ones under names with SFX, if given
	-n	Print only what the script prints
	-r,-E	Extended regular expressions

Without -e and -f the first operand is the script.
The other operands are the input files (else stdin).";

const OPTIONS: Options = Options::new(USAGE, "i::rEne:f:").long(&[
    ("in-place", 'i'),
    ("regexp-extended", 'r'),
    ("quiet", 'n'),
    ("silent", 'n'),
    ("expression", 'e'),
    ("file", 'f'),
]);

pub(crate) async fn main(p: &mut Process) -> Ended {
    // Configure scripts look for these words.
    if p.args().get(1).is_some_and(|word| word == "--version") {
        say::print(p, "This is not GNU sed version 4.0\n").await?;
        return Ok(Exit(0));
    }
    let opts = OPTIONS.parse(p).await?;
    let mut files = opts.operands.clone();
    let text = script_text(p, &opts, &mut files).await?;
    let extended = opts.has('r') || opts.has('E');
    let mut script = match parse::parse(&text, extended) {
        Ok(script) => script,
        Err(message) => return Err(say::die(p, message).await),
    };
    script.quiet |= opts.has('n');
    let mut sinks = Vec::new();
    for name in &script.files {
        match p.open(name, OpenFlags::OUTPUT, Mode::new(0o666)).await {
            Ok(fd) => sinks.push(Sink::file(fd)),
            Err(errno) => return Err(say::die_errno(p, name, errno).await),
        }
    }
    if opts.has('i') {
        if files.is_empty() {
            return Err(say::die(p, "-i requires an argument").await);
        }
        let suffix = opts.value('i').unwrap_or_default().to_owned();
        return in_place(p, script, sinks, files, suffix).await;
    }
    let mut editor = Editor::new(script, Sink::stdout(), sinks);
    let mut input = Input::new(stream::or_stdin(files));
    let ended = editor.run(p, &mut input).await;
    editor.close(p).await?;
    ended?;
    Ok(Exit(u8::from(input.failed())))
}

/// The script: all -e and -f in order, else the first operand.
async fn script_text(
    p: &mut Process,
    opts: &Matches,
    files: &mut Vec<BString>,
) -> Result<Vec<BString>, Exit> {
    let mut parts = Vec::new();
    for (key, value) in opts.given() {
        let value = value.unwrap_or_default();
        match key {
            'e' => parts.push(value.to_owned()),
            'f' => match stream::read_operand(p, value).await {
                Ok(text) => {
                    let text = text.strip_suffix(b"\n").unwrap_or(&text);
                    parts.push(text.into());
                }
                Err(errno) => return Err(say::die_errno(p, value, errno).await),
            },
            _ => {}
        }
    }
    if parts.is_empty() {
        if files.is_empty() {
            return Err(usage::misuse(p, USAGE, 1).await);
        }
        parts.push(files.remove(0));
    }
    Ok(parts)
}

/// -i: each file is input of its own, and is replaced by what it becomes.
async fn in_place(
    p: &mut Process,
    script: Script,
    sinks: Vec<Sink>,
    files: Vec<BString>,
    suffix: BString,
) -> Ended {
    let mut status = 0;
    let mut editor = Editor::new(script, Sink::stdout(), sinks);
    for file in files {
        let stat = match p.stat(&file) {
            Ok(stat) => stat,
            Err(errno) => {
                say::errno(p, &file, errno).await;
                status = 1;
                continue;
            }
        };
        let mut input = Input::new(vec![file.clone()]);
        let scratch = scratch_name(p, &file);
        let flags = OpenFlags::OUTPUT | OpenFlags::EXCL;
        let fd = match p.open(&scratch, flags, Mode::new(0o600)).await {
            Ok(fd) => fd,
            Err(errno) => return Err(say::die_errno(p, &file, errno).await),
        };
        editor.restart(Sink::file(fd));
        editor.run(p, &mut input).await?;
        editor.flush(p).await?;
        // The new file takes the place and the looks of the old one.
        let kept = p
            .close(fd)
            .and_then(|()| p.chmod(&scratch, stat.mode))
            .and_then(|()| p.chown(&scratch, Some(stat.uid), Some(stat.gid), vfs::Follow::Yes))
            .and_then(|()| if suffix.is_empty() { Ok(()) } else { p.rename(&file, backup(&file, &suffix)) })
            .and_then(|()| p.rename(&scratch, &file));
        if let Err(errno) = kept {
            return Err(say::die_errno(p, &file, errno).await);
        }
    }
    editor.close(p).await?;
    Ok(Exit(status))
}

fn backup(file: &BString, suffix: &BString) -> BString {
    bytes!("{}{}", file, suffix)
}

/// A name beside the file that nothing has, as mkstemp makes it.
fn scratch_name(p: &mut Process, file: &BString) -> BString {
    let directory = file.rfind_byte(b'/').map_or(&b""[..], |slash| &file[..=slash]);
    loop {
        let letters: Vec<u8> = (0..6).map(|_| b'a' + (p.random() % 26) as u8).collect();
        let name = bytes!("{}sed{}", directory, letters);
        if p.lstat(&name).is_err() {
            return name;
        }
    }
}
