use bstr::{BString, ByteSlice};
use kernel::{Exit, Process};
use vfs::FileType;

use crate::frame::table::Ended;
use crate::frame::usage::BANNER;
use crate::frame::{path, say};

/// busybox has no usage text for it: what looks like an option is a directory.
pub(crate) const USAGE: &str = "";

/// A directory whose entries are being printed.
struct Open {
    path: BString,
    names: std::iter::Peekable<std::vec::IntoIter<BString>>,
}

#[derive(Default)]
struct Tree {
    directories: u64,
    files: u64,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let mut operands = p.args()[1..].to_vec();
    if operands.len() == 1 && operands[0] == "--help" {
        p.eprint(format!("{BANNER}\n\nNo help available\n")).await;
        return Ok(Exit(0));
    }
    if operands.is_empty() {
        operands.push(".".into());
    }
    let mut tree = Tree::default();
    for operand in operands {
        tree.print(p, operand).await?;
    }
    let counts = format!("\n{} directories, {} files\n", tree.directories, tree.files);
    say::print(p, counts).await?;
    Ok(Exit(0))
}

impl Tree {
    async fn print(&mut self, p: &mut Process, operand: BString) -> Result<(), Exit> {
        say::print(p, &operand).await?;
        let mut open: Vec<Open> = Vec::new();
        enter(p, operand, &mut open).await?;
        while let Some(top) = open.last_mut() {
            p.tick(1).await;
            let Some(name) = top.names.next() else {
                open.pop();
                continue;
            };
            let file = path::join(top.path.as_bstr(), name.as_bstr());
            let mut line = BString::default();
            let (top, above) =
                open.split_last_mut().map_or((None, &mut [][..]), |(top, above)| (Some(top), above));
            for level in above {
                let last = level.names.peek().is_none();
                line.extend_from_slice(if last { "    " } else { "│   " }.as_bytes());
            }
            let last = top.is_none_or(|top| top.names.peek().is_none());
            line.extend_from_slice(if last { "└── " } else { "├── " }.as_bytes());
            line.extend_from_slice(&name);
            say::print(p, line).await?;
            match p.lstat(&file).map(|stat| stat.file_type) {
                Ok(FileType::Directory) => {
                    self.directories += 1;
                    enter(p, file, &mut open).await?;
                }
                Ok(FileType::Symlink) => {
                    self.files += 1;
                    let target = p.readlink(&file).unwrap_or_default();
                    say::print(p, bytes!(" -> {}\n", target)).await?;
                }
                _ => {
                    self.files += 1;
                    say::print(p, "\n").await?;
                }
            }
        }
        Ok(())
    }
}

/// Ends the line of a directory and goes into it.
async fn enter(p: &mut Process, directory: BString, open: &mut Vec<Open>) -> Result<(), Exit> {
    match p.read_dir(&directory) {
        Ok(entries) => {
            say::print(p, "\n").await?;
            let names: Vec<BString> =
                entries.into_iter().map(|entry| entry.name).filter(|name| !name.starts_with(b".")).collect();
            open.push(Open { path: directory, names: names.into_iter().peekable() });
            Ok(())
        }
        Err(_) => say::print(p, " [error opening dir]\n").await,
    }
}
