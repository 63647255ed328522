use bstr::{BStr, BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::{Errno, FileType};

use crate::frame::getopt::{Matches, Options};
use crate::frame::table::Ended;
use crate::frame::{path, say};

pub(crate) const USAGE: &str = "[-Radlpv] [FILE]...

List the attributes of FILEs on an ext file system

	-R	And what is in directories
	-a	Names that begin with a dot too
	-d	Directories themselves
	-l	The attributes' long names
	-p	The projects' numbers
	-v	The generation numbers";

const OPTIONS: Options = Options::new(USAGE, "Radlvp");

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    let operands = if opts.operands.is_empty() { vec![".".into()] } else { opts.operands.clone() };
    for operand in operands {
        match p.lstat(&operand) {
            Ok(stat) if stat.file_type == FileType::Directory && !opts.has('d') => {
                directory(p, &opts, operand).await?;
            }
            Ok(_) => refuse(p, operand.as_bstr()).await,
            Err(errno) => say::errno(p, bytes!("can't stat '{}'", operand), errno).await,
        }
    }
    Ok(Exit(0))
}

async fn directory(p: &mut Process, opts: &Matches, first: BString) -> Result<(), Exit> {
    let mut waiting = vec![first];
    while let Some(directory) = waiting.pop() {
        let entries = match p.read_dir(&directory) {
            Ok(entries) => entries,
            Err(errno) => {
                say::errno(p, bytes!("can't open '{}'", directory), errno).await;
                continue;
            }
        };
        for entry in entries {
            if entry.name.starts_with(b".") && !opts.has('a') {
                continue;
            }
            let file = path::join(directory.as_bstr(), entry.name.as_bstr());
            refuse(p, file.as_bstr()).await;
            if entry.file_type == FileType::Directory && opts.has('R') {
                say::print(p, bytes!("\n{}:\n", file)).await?;
                waiting.push(file);
            }
        }
    }
    Ok(())
}

/// No file system here has such attributes.
async fn refuse(p: &mut Process, file: &BStr) {
    say::errno(p, bytes!("reading {}", file), Errno::ENOTTY).await;
}
