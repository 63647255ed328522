use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Fd, OpenFlags, Process};
use vfs::Mode;

use self::response::Head;
use self::url::{Scheme, Url};
use super::resolve;
use crate::frame::getopt::{Matches, Options};
use crate::frame::stream::{self, Lines, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{path, say};

mod response;
mod url;

pub(crate) const USAGE: &str = "[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]
	[--post-data STR | --post-file FILE] [-Y on/off]
	[-P DIR] [-U AGENT] [-T SEC] URL...

Fetch files over HTTP

	--spider	Only ask whether the file is there
	--header STR	Send this header too
	--post-data STR	Post this text
	--post-file FILE	Post what is in FILE
	-c	Go on with what is there
	-q	Without a word
	-P DIR	Into DIR
	-S	Print the server's headers
	-T SEC	Give up after that much silence
	-O FILE	Into FILE; - is standard output
	-o LOGFILE	Messages go to LOGFILE
	-U STR	The User-Agent header
	-Y on/off	Use a proxy";

const HEADER: char = '\u{80}';
const POST_DATA: char = '\u{81}';
const SPIDER: char = '\u{82}';
const NO_CHECK: char = '\u{83}';
const POST_FILE: char = '\u{84}';
const IGNORED: char = '\u{85}';

/// Time-outs, tries and proxies are taken and mean nothing here: loopback answers at once or never.
const OPTIONS: Options =
    Options::new(USAGE, "cqSO:o:P:Y:U:T:t:n::\u{80}:\u{81}:\u{84}:").at_least(1).long(&[
        ("continue", 'c'),
        ("quiet", 'q'),
        ("server-response", 'S'),
        ("output-document", 'O'),
        ("output-file", 'o'),
        ("directory-prefix", 'P'),
        ("proxy", 'Y'),
        ("user-agent", 'U'),
        ("timeout", 'T'),
        ("tries", 't'),
        ("header", HEADER),
        ("post-data", POST_DATA),
        ("post-file", POST_FILE),
        ("spider", SPIDER),
        ("no-check-certificate", NO_CHECK),
        ("passive-ftp", IGNORED),
        ("no-cache", IGNORED),
        ("no-verbose", IGNORED),
        ("no-clobber", IGNORED),
        ("no-host-directories", IGNORED),
        ("no-parent", IGNORED),
    ]);

/// Redirections that are followed.
const HOPS: usize = 10;

const STDERR: Fd = 2;

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if let Some(log) = opts.value('o') {
        match p.open(log, OpenFlags::OUTPUT, Mode::new(0o666)).await {
            Ok(fd) => drop(p.dup2(fd, STDERR)),
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", log), errno).await),
        }
    }
    for operand in &opts.operands {
        fetch(p, &opts, operand.as_bstr()).await?;
    }
    Ok(Exit(0))
}

/// A message that `-q` silences.
async fn tell(p: &mut Process, opts: &Matches, message: impl AsRef<[u8]>) {
    if !opts.has('q') {
        p.eprint(bytes!("{}\n", message)).await;
    }
}

async fn fetch(p: &mut Process, opts: &Matches, text: &BStr) -> Result<(), Exit> {
    let mut url = read_url(p, Url::read(text)).await?;
    let name = url.file_name();
    for _ in 0..HOPS {
        let fd = connect(p, opts, &url).await?;
        let target = Target::new(p, opts, &name);
        let request = request(p, opts, &url, &target).await?;
        if let Err(errno) = p.write_all(fd, &request).await {
            return Err(say::die_errno(p, "error getting response", errno).await);
        }
        let mut lines = Lines::new(fd);
        let head = head(p, opts, &mut lines).await?;
        match head.status {
            200..=206 => {
                let outcome = save(p, opts, &target, (fd, &mut lines), &head).await;
                stream::close(p, fd);
                return outcome;
            }
            300..=303 | 307 | 308 => {
                let location = head.header("location").unwrap_or_default();
                url = read_url(p, url.redirected(location)).await?;
            }
            _ => {
                let message = bytes!("server returned error: {}", head.line);
                return Err(say::die(p, message).await);
            }
        }
        stream::close(p, fd);
    }
    Err(say::die(p, "too many redirections").await)
}

async fn read_url(p: &mut Process, url: Result<Url, BString>) -> Result<Url, Exit> {
    match url {
        Ok(url) => Ok(url),
        Err(message) => Err(say::die(p, message).await),
    }
}

async fn connect(p: &mut Process, opts: &Matches, url: &Url) -> Result<Fd, Exit> {
    let addresses = resolve::addresses(p, url.host.as_bstr()).await;
    let Some(address) = addresses.first() else {
        return Err(say::die(p, bytes!("bad address '{}'", url.host)).await);
    };
    let place = resolve::with_port(address.as_bstr(), url.port);
    tell(p, opts, bytes!("Connecting to {} ({})", url.authority, place)).await;
    let fd = match resolve::connect(p, address.as_bstr(), url.port).await {
        Ok(fd) => fd,
        Err(errno) => {
            let shown = if address.contains(&b':') { BString::default() } else { bytes!(" ({})", address) };
            return Err(say::die_errno(p, bytes!("can't connect to remote host{}", shown), errno).await);
        }
    };
    match url.scheme {
        Scheme::Http => Ok(fd),
        Scheme::Https => Err(say::die(p, "TLS is not simulated").await),
        Scheme::Ftp => Err(say::die(p, "FTP is not simulated").await),
    }
}

async fn head(p: &mut Process, opts: &Matches, lines: &mut Lines) -> Result<Head, Exit> {
    let head = match Head::read(p, lines).await {
        Ok(Some(head)) => head,
        Ok(None) => return Err(say::die(p, "error getting response: Invalid argument").await),
        Err(errno) => return Err(say::die_errno(p, "error getting response", errno).await),
    };
    if opts.has('S') {
        let blank = BString::default();
        for line in std::iter::once(&head.line).chain(&head.headers).chain([&blank]) {
            p.eprint(bytes!("  {}\n", line)).await;
        }
    }
    Ok(head)
}

/// Where the body goes.
struct Target {
    path: BString,
    /// Bytes that are there already and wanted.
    have: u64,
    stdout: bool,
    named: bool,
}

impl Target {
    fn new(p: &mut Process, opts: &Matches, name: &BString) -> Self {
        let named = opts.value('O').map(BStr::to_owned);
        let path = match (&named, opts.value('P')) {
            (Some(path), _) => path.clone(),
            (None, Some(directory)) => path::join(directory, name.as_bstr()),
            (None, None) => name.clone(),
        };
        let stdout = path == "-" && named.is_some();
        let have = if opts.has('c') && !stdout { p.stat(&path).map_or(0, |stat| stat.size) } else { 0 };
        Self { stdout, have, named: named.is_some(), path }
    }

    async fn open(&self, p: &mut Process, partial: bool) -> Result<Fd, Exit> {
        if self.stdout {
            return Ok(STDOUT);
        }
        let flags = if partial {
            OpenFlags::APPENDING
        } else if self.named || self.have > 0 {
            OpenFlags::OUTPUT
        } else {
            OpenFlags::WRONLY | OpenFlags::CREAT | OpenFlags::EXCL
        };
        match p.open(&self.path, flags, Mode::new(0o666)).await {
            Ok(fd) => Ok(fd),
            Err(errno) => Err(say::die_errno(p, bytes!("can't open '{}'", self.path), errno).await),
        }
    }
}

async fn request(p: &mut Process, opts: &Matches, url: &Url, target: &Target) -> Result<Vec<u8>, Exit> {
    let post = match (opts.value(POST_DATA), opts.value(POST_FILE)) {
        (Some(text), _) => Some(text.to_vec()),
        (_, Some(file)) => match stream::read_operand(p, file).await {
            Ok(text) => Some(text),
            Err(errno) => return Err(say::die_errno(p, bytes!("can't open '{}'", file), errno).await),
        },
        _ => None,
    };
    let method = if post.is_some() { "POST" } else { "GET" };
    let agent = opts.value('U').unwrap_or("Wget".into());
    let mut lines = vec![
        bytes!("{} {} HTTP/1.1", method, url.path),
        bytes!("Host: {}", url.authority),
        bytes!("User-Agent: {}", agent),
        BString::from("Accept: */*"),
        BString::from("Connection: close"),
    ];
    if let Some(user) = &url.user {
        lines.push(bytes!("Authorization: Basic {}", base64(user)));
    }
    if target.have > 0 {
        lines.push(bytes!("Range: bytes={}-", target.have.to_string()));
    }
    lines.extend(opts.values(HEADER).map(BStr::to_owned));
    if let Some(post) = &post {
        if !opts.values(HEADER).any(|header| header.to_ascii_lowercase().starts_with(b"content-type:")) {
            lines.push(BString::from("Content-Type: application/x-www-form-urlencoded"));
        }
        lines.push(bytes!("Content-Length: {}", post.len().to_string()));
    }
    let mut text = bstr::join("\r\n", lines);
    text.extend_from_slice(b"\r\n\r\n");
    text.extend(post.unwrap_or_default());
    Ok(text)
}

async fn save(
    p: &mut Process,
    opts: &Matches,
    target: &Target,
    (from, lines): (Fd, &mut Lines),
    head: &Head,
) -> Result<(), Exit> {
    if opts.has(SPIDER) {
        tell(p, opts, "remote file exists").await;
        return Ok(());
    }
    let to = target.open(p, head.status == 206).await?;
    let begun =
        if target.stdout { "writing to stdout".into() } else { bytes!("saving to '{}'", target.path) };
    tell(p, opts, begun).await;
    let body = match head.body(p, from, lines).await {
        Ok(body) => body,
        Err(errno) => return Err(say::die_errno(p, "read error", errno).await),
    };
    let written = p.write_all(to, &body).await;
    if !target.stdout {
        stream::close(p, to);
    }
    if let Err(errno) = written {
        return Err(say::die_errno(p, "write error", errno).await);
    }
    tell(p, opts, progress(target.path.as_bstr(), target.have + body.len() as u64)).await;
    let ended = if target.stdout { "written to stdout".into() } else { bytes!("'{}' saved", target.path) };
    tell(p, opts, ended).await;
    Ok(())
}

/// The bar of a transfer that is complete.
fn progress(path: &BStr, size: u64) -> BString {
    let name = path::last_part(path);
    let shown = &name[..name.len().min(20)];
    let pad = " ".repeat(20 - shown.len());
    let (amount, unit) = scaled(size);
    let bar = "*".repeat(32);
    bytes!("{}{} 100% |{}| {}  0:00:00 ETA", shown, pad, bar, format!("{amount:5}{unit}").trim_end())
}

/// Five digits and a unit of 1024.
fn scaled(mut size: u64) -> (u64, &'static str) {
    for unit in ["", "k", "M", "G"] {
        if size < 100_000 {
            return (size, unit);
        }
        size /= 1024;
    }
    (size, "T")
}

/// RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let at = |index: usize| usize::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for index in 0..4 {
            let digit = char::from(ALPHABET[bits >> (18 - 6 * index) & 63]);
            text.push(if index <= chunk.len() { digit } else { '=' });
        }
    }
    text
}
