use bstr::{BString, ByteSlice};
use kernel::{Exit, OpenFlags, Process};
use vfs::{Errno, FileType, Mode};

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::walk::{Links, Step, Walk};
use crate::frame::{say, stream};

/// The program has no help of busybox's form.
pub(crate) const USAGE: &str = "";

const FRESH: char = 'f';
const VERBOSE: char = 'v';
const OPTIONS: Options = Options::new(USAGE, "fv").long(&[("fresh", FRESH), ("verbose", VERBOSE)]);

/// Certificates of the package, those of the user, the list of the package's (a `!` turns one off).
const PACKAGED: &str = "/usr/share/ca-certificates";
const LOCAL: &str = "/usr/local/share/ca-certificates";
const LIST: &str = "/etc/ca-certificates.conf";
/// Where programs look.
const LINKS: &str = "/etc/ssl/certs";
const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Bundles all certificates and links each by its name. The links by hash, which OpenSSL makes, are left out.
pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has(FRESH) {
        remove_links(p);
    }
    let mut files = Vec::new();
    let list = stream::read_operand(p, LIST.into()).await.unwrap_or_default();
    for line in
        list.lines().filter(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b"!"))
    {
        files.push(bytes!("{}/{}", PACKAGED, line));
    }
    let mut walk = Walk::new(LOCAL.into(), Links::Operands);
    while let Some(step) = walk.next(p) {
        if let Step::Other(path, stat) = step
            && stat.file_type == FileType::Regular
            && path.ends_with(b".crt")
        {
            files.push(path);
        }
    }
    let mut bundle = BString::default();
    for file in &files {
        match stream::read_operand(p, file.as_bstr()).await {
            Ok(text) => {
                bundle.extend_from_slice(&text);
                if !text.ends_with(b"\n") {
                    bundle.push(b'\n');
                }
            }
            Err(errno) => p.eprint(bytes!("WARNING: {}: {}\n", file, errno.to_string())).await,
        }
        if let Err(errno) = link(p, file) {
            return Err(say::die_errno(p, file, errno).await);
        }
    }
    if !files.is_empty() {
        write(p, &bundle).await?;
    }
    Ok(Exit(0))
}

/// `ca-cert-NAME.pem`
fn link(p: &mut Process, file: &BString) -> Result<(), Errno> {
    let name = crate::frame::path::last_part(file.as_bstr());
    let name = name.strip_suffix(b".crt").unwrap_or(name).replace(" ", "_").replace(",", "_");
    let link = bytes!("{}/ca-cert-{}.pem", LINKS, name);
    match p.symlink(file, &link) {
        Err(Errno::EEXIST) => Ok(()),
        other => other,
    }
}

fn remove_links(p: &mut Process) {
    for entry in p.read_dir(LINKS).unwrap_or_default() {
        let path = bytes!("{}/{}", LINKS, entry.name);
        if p.readlink(&path).is_ok() {
            // Another may have been faster.
            let _ = p.unlink(&path);
        }
    }
}

async fn write(p: &mut Process, bundle: &[u8]) -> Result<(), Exit> {
    let fresh = bytes!("{}.new", BUNDLE);
    let written = match p.open(&fresh, OpenFlags::OUTPUT, Mode::new(0o644)).await {
        Ok(fd) => {
            let written = p.write_all(fd, bundle).await;
            stream::close(p, fd);
            written
        }
        Err(errno) => Err(errno),
    };
    match written.and_then(|()| p.rename(&fresh, BUNDLE)) {
        Ok(()) => Ok(()),
        Err(errno) => Err(say::die_errno(p, BUNDLE, errno).await),
    }
}
