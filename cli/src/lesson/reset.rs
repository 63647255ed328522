use super::{current, print, write};
use crate::check::open;

/// Writes the files of the start over those in the folder; what else is there stays.
pub(super) fn run() -> Result<bool, String> {
    let (mut diary, path, mut entry) = current()?;
    let folder = open(&entry.lesson)?;
    write(&path, &folder.start())?;
    entry.hints = 0;
    diary.note(&path, entry)?;
    print("The files are as at the start of the lesson.\n");
    Ok(true)
}
