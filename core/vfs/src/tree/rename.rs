use super::Tree;
use super::edit::check_name;
use crate::{Errno, Ino, Name, Time};

impl Tree {
    /// Moves the entry `from` of one directory to the name `to` in another, replacing what is there. Gives the inode
    /// that lost its name to the move, which is then to be reaped. Two names of one inode are left as they are.
    ///
    /// # Errors
    /// As rename(2) of Linux: `ENOENT`, `ENOTDIR`, `EISDIR`, `ENOTEMPTY`, `EINVAL` (into itself), `EBUSY` (`.`, `..`,
    /// `/`), `ENAMETOOLONG`.
    pub fn rename(
        &mut self,
        from_dir: Ino,
        from: impl AsRef<[u8]>,
        to_dir: Ino,
        to: impl AsRef<[u8]>,
        now: Time,
    ) -> Result<Option<Ino>, Errno> {
        let (from, to) = (from.as_ref(), to.as_ref());
        if [from, to].iter().any(|name| matches!(*name, b"." | b".." | b"/")) {
            return Err(Errno::EBUSY);
        }
        let moved = self.lookup(from_dir, from)?;
        let replaced = match self.lookup(to_dir, to) {
            Ok(ino) => Some(ino),
            Err(Errno::ENOENT) => None,
            Err(errno) => return Err(errno),
        };
        check_name(to)?;
        self.check_rename(from_dir, moved, to_dir, replaced)?;
        if replaced == Some(moved) {
            return Ok(None);
        }
        if let Some(replaced) = replaced {
            self.edit(replaced)?.meta.ctime = now;
            self.detach(to_dir, to, replaced, now)?;
        }
        self.detach(from_dir, from, moved, now)?;
        self.attach(to_dir, Name::from(to), moved, now)?;
        self.edit(moved)?.meta.ctime = now;
        Ok(replaced)
    }

    /// The checks of the kernel's `do_renameat2` and `vfs_rename`, in their order.
    fn check_rename(
        &self,
        from_dir: Ino,
        moved: Ino,
        to_dir: Ino,
        replaced: Option<Ino>,
    ) -> Result<(), Errno> {
        if self.is_within(to_dir, moved) {
            return Err(Errno::EINVAL);
        }
        let Some(replaced) = replaced else {
            let gone = to_dir != self.root && self.get_inode(to_dir)?.links.is_empty();
            return if gone { Err(Errno::ENOENT) } else { Ok(()) };
        };
        if self.is_within(from_dir, replaced) {
            return Err(Errno::ENOTEMPTY);
        }
        if replaced == moved {
            return Ok(());
        }
        match (self.get_inode(moved)?.is_dir(), self.get_inode(replaced)?.is_dir()) {
            (true, false) => Err(Errno::ENOTDIR),
            (false, true) => Err(Errno::EISDIR),
            (true, true) if self.entries(replaced).next().is_some() => Err(Errno::ENOTEMPTY),
            _ => Ok(()),
        }
    }

    /// Whether the directory `dir` is `ancestor` or lies below it.
    pub(crate) fn is_within(&self, dir: Ino, ancestor: Ino) -> bool {
        let mut at = dir;
        loop {
            if at == ancestor {
                return true;
            }
            match self.parent(at) {
                Some(parent) if parent != at => at = parent,
                _ => return false,
            }
        }
    }
}
