use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::Errno;

use crate::frame::table::Ended;
use crate::frame::walk::{Links, Step, Walk};
use crate::frame::{number, say, usage};

pub(crate) const USAGE: &str = "[-R] [-v VERSION] [-p PROJID] [-+=AacDdijsStTu] FILE...

Change the attributes of FILEs on an ext file system

	-R	And what is in directories
	-v NUM	Set the generation number
	-p NUM	Set the project's number
	-+=	Take away, add, set attributes";

/// The letters of attributes.
const LETTERS: &[u8] = b"ASacDdIijsTtuFxCPVEeN";

#[derive(Default)]
struct Wanted {
    recurse: bool,
    version: bool,
    project: bool,
    add: BString,
    remove: BString,
    set: bool,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let args = p.args().to_vec();
    let mut wanted = Wanted::default();
    let mut rest = args[1..].iter();
    let mut files = Vec::new();
    while let Some(word) = rest.next() {
        match word.first() {
            Some(b'-' | b'+' | b'=') if files.is_empty() => {
                if let Some(key) = wanted.take(word) {
                    let Some(value) = rest.next() else { return Err(usage::misuse(p, USAGE, 1).await) };
                    if let Err(message) = number::unsigned(value.as_bstr(), 0, u64::from(u32::MAX), &[]) {
                        return Err(say::die(p, message).await);
                    }
                    wanted.version |= key == b'v';
                    wanted.project |= key == b'p';
                } else if !wanted.is_sound() {
                    return Err(usage::misuse(p, USAGE, 1).await);
                }
            }
            _ => files.push(word.clone()),
        }
    }
    if files.is_empty() {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    if wanted.add.iter().any(|letter| wanted.remove.contains(letter)) {
        return Err(say::die(p, "can't set and unset a flag").await);
    }
    if !(wanted.set || wanted.version || wanted.project) && wanted.add.is_empty() && wanted.remove.is_empty()
    {
        return Err(say::die(p, "must use -v, -p, =, - or +").await);
    }
    for file in &files {
        wanted.change(p, file.as_bstr()).await;
    }
    Ok(Exit(0))
}

impl Wanted {
    /// Takes an option word; the letter of one that has a value.
    fn take(&mut self, word: &BString) -> Option<u8> {
        let (sign, letters) = (word[0], &word[1..]);
        match (sign, letters) {
            (b'-', b"R") => self.recurse = true,
            (b'-', b"v" | b"p") => return letters.first().copied(),
            (b'-', _) => self.remove.extend_from_slice(letters),
            (b'=', _) => {
                self.set = true;
                self.add.extend_from_slice(letters);
            }
            _ => self.add.extend_from_slice(letters),
        }
        None
    }

    fn is_sound(&self) -> bool {
        self.add.iter().chain(self.remove.iter()).all(|letter| LETTERS.contains(letter))
    }

    /// No file system here has such attributes: each is refused as by one that has none.
    async fn change(&self, p: &mut Process, file: &BStr) {
        let mut walk = Walk::new(file, Links::Stay);
        while let Some(step) = walk.next(p) {
            match step {
                Step::Leave(..) => {}
                Step::Lost(path, errno) | Step::Unreadable(path, errno) => {
                    say::errno(p, bytes!("can't stat '{}'", path), errno).await;
                }
                Step::Enter(path, _) => {
                    if !self.recurse {
                        walk.skip();
                    }
                    self.refuse(p, &path).await;
                }
                Step::Other(path, _) => self.refuse(p, &path).await,
            }
        }
    }

    async fn refuse(&self, p: &mut Process, path: &BString) {
        let asked = [
            (self.version, "setting version"),
            (self.project, "getting project ID"),
            (true, if self.set { "setting flags" } else { "getting flags" }),
        ];
        for (_, what) in asked.iter().filter(|(asked, _)| *asked) {
            say::errno(p, bytes!("{} on {}", what, path), Errno::ENOTTY).await;
        }
    }
}
