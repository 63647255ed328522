use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{FileType, Follow, Mode};

use super::copy::{Copier, How};
use super::mkdir::Maker;
use super::{mode, owner};
use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{command, path, say, usage};
use crate::users::database::Database;

pub(crate) const USAGE: &str = "[-cdDsp] [-o USER] [-g GRP] [-m MODE] [-t DIR] [SOURCE]... DEST

Copy files and set their owner and mode

	-c	Nothing more than that
	-d	Make directories
	-D	Make the directories above DEST
	-s	Run strip on the copies
	-p	Keep the times
	-o USER	Their user
	-g GRP	Their group
	-m MODE	Their mode (755)
	-t DIR	Copy all SOURCEs into DIR";

const OPTIONS: Options = Options::new(USAGE, "cvb::Ddpsg:m:o:t:").at_least(1).long(&[
    ("directory", 'd'),
    ("preserve-timestamps", 'p'),
    ("strip", 's'),
    ("group", 'g'),
    ("mode", 'm'),
    ("owner", 'o'),
    ("target-directory", 't'),
    ("verbose", 'v'),
]);

struct Install {
    opts: Matches,
    mode: Mode,
    uid: Option<u32>,
    gid: Option<u32>,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let database = Database::read(p).await;
    // What is no mode becomes all bits, as -1 does in chmod(2).
    let read = |text| mode::parse(text, 0o755, p.umask().bits(), false).unwrap_or(0o7777);
    let mode = Mode::new(opts.value('m').map_or(0o755, read));
    let mut ids = (None, None);
    if let Some(name) = opts.value('o') {
        ids.0 = owner::user_id(&database, name);
        if ids.0.is_none() {
            return Err(say::die(p, bytes!("unknown user {}", name)).await);
        }
    }
    if let Some(name) = opts.value('g') {
        ids.1 = owner::group_id(&database, name);
        if ids.1.is_none() {
            return Err(say::die(p, bytes!("unknown group {}", name)).await);
        }
    }
    let install = Install { opts, mode, uid: ids.0, gid: ids.1 };
    if install.opts.has('d') { install.directories(p).await } else { install.files(p).await }
}

impl Install {
    async fn directories(&self, p: &mut Process) -> Ended {
        let mut status = 0;
        for operand in &self.opts.operands {
            let made = self.make_directory(p, operand.as_bstr(), self.mode).await?;
            if !(made && self.own(p, operand.as_bstr()).await) {
                status = 1;
            }
        }
        Ok(Exit(status))
    }

    async fn files(&self, p: &mut Process) -> Ended {
        let mut sources = self.opts.operands.clone();
        let into = self.opts.value('t').map(BStr::to_owned);
        let target = match &into {
            Some(directory) => directory.clone(),
            None if sources.len() < 2 => return Err(usage::misuse(p, USAGE, 1).await),
            None => sources.pop().unwrap_or_default(),
        };
        let is_directory =
            into.is_some() || p.stat(&target).is_ok_and(|stat| stat.file_type == FileType::Directory);
        let mut all = true;
        for source in &sources {
            let to = if is_directory {
                path::join(target.as_bstr(), path::last_part(source.as_bstr()))
            } else {
                target.clone()
            };
            all &= self.one(p, source.as_bstr(), to).await?;
        }
        Ok(Exit(u8::from(!all)))
    }

    async fn one(&self, p: &mut Process, source: &BStr, to: BString) -> Result<bool, Exit> {
        if self.opts.has('D') {
            self.make_directory(p, path::parent(to.as_bstr()), Mode::new(0o755)).await?;
        }
        let how = How {
            follow_operands: true,
            force: true,
            preserve: self.opts.has('p'),
            verbose: self.opts.has('v'),
            ..How::default()
        };
        if !Copier::new(how).copy(p, source, to.as_bstr()).await? {
            return Ok(false);
        }
        let mut done = true;
        if self.opts.has('s') {
            say::flush(p).await?;
            let argv = ["strip".into(), "-p".into(), to.clone()];
            match command::run(p, &argv).await {
                Ok(status) => done &= status.is_success(),
                Err(errno) => {
                    say::errno(p, "strip", errno).await;
                    done = false;
                }
            }
        }
        done &= self.own(p, to.as_bstr()).await;
        if let Err(errno) = p.chmod(&to, self.mode) {
            say::errno(p, bytes!("can't change {} of {}", "permissions", to), errno).await;
            done = false;
        }
        Ok(done)
    }

    async fn own(&self, p: &mut Process, file: &BStr) -> bool {
        if self.uid.is_none() && self.gid.is_none() {
            return true;
        }
        match p.chown(file, self.uid, self.gid, Follow::No) {
            Ok(()) => true,
            Err(errno) => {
                say::errno(p, bytes!("can't change {} of {}", "ownership", file), errno).await;
                false
            }
        }
    }

    async fn make_directory(&self, p: &mut Process, directory: &BStr, mode: Mode) -> Result<bool, Exit> {
        let maker = Maker { parents: true, mode: Some(mode), verbose: self.opts.has('v') };
        match maker.make(p, directory).await? {
            Ok(()) => Ok(true),
            Err((failed, errno)) => {
                say::errno(p, bytes!("can't create directory '{}'", failed), errno).await;
                Ok(false)
            }
        }
    }
}
