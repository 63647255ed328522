use std::rc::Rc;

use vfs::Errno;

use crate::file::OpenFile;

/// A file descriptor number.
pub type Fd = i32;

/// A descriptor: its open file description, and whether exec closes it.
#[derive(Clone)]
pub(crate) struct Descriptor {
    pub(crate) file: Rc<OpenFile>,
    pub(crate) cloexec: bool,
}

/// The descriptors of one process.
#[derive(Clone, Default)]
pub(crate) struct FdTable {
    slots: Vec<Option<Descriptor>>,
}

impl FdTable {
    pub(crate) fn get(&self, fd: Fd) -> Result<&Descriptor, Errno> {
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        self.slots.get(index).and_then(Option::as_ref).ok_or(Errno::EBADF)
    }

    pub(crate) fn get_mut(&mut self, fd: Fd) -> Result<&mut Descriptor, Errno> {
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        self.slots.get_mut(index).and_then(Option::as_mut).ok_or(Errno::EBADF)
    }

    /// The lowest number that is free.
    pub(crate) fn lowest_free(&self) -> Fd {
        self.slots.iter().position(Option::is_none).unwrap_or(self.slots.len()) as Fd
    }

    /// Puts a description at the lowest free number from `min` up, all below `limit`.
    pub(crate) fn insert(&mut self, descriptor: Descriptor, min: Fd, limit: u32) -> Result<Fd, Errno> {
        let min = usize::try_from(min).map_err(|_| Errno::EINVAL)?;
        let free = (min..).find(|index| !matches!(self.slots.get(*index), Some(Some(_)))).unwrap_or(min);
        if free >= limit as usize {
            return Err(if min >= limit as usize { Errno::EINVAL } else { Errno::EMFILE });
        }
        self.place(free, descriptor);
        Ok(free as Fd)
    }

    /// Puts a description at `fd` and returns what was there.
    pub(crate) fn replace(
        &mut self,
        fd: Fd,
        descriptor: Descriptor,
        limit: u32,
    ) -> Result<Option<Descriptor>, Errno> {
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        if index >= limit as usize {
            return Err(Errno::EBADF);
        }
        Ok(self.place(index, descriptor))
    }

    fn place(&mut self, index: usize, descriptor: Descriptor) -> Option<Descriptor> {
        if self.slots.len() <= index {
            self.slots.resize_with(index + 1, || None);
        }
        self.slots[index].replace(descriptor)
    }

    /// Takes the description at `fd` out.
    pub(crate) fn remove(&mut self, fd: Fd) -> Result<Descriptor, Errno> {
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        self.slots.get_mut(index).and_then(Option::take).ok_or(Errno::EBADF)
    }

    /// Takes the descriptors out that exec closes.
    pub(crate) fn remove_cloexec(&mut self) -> Vec<Descriptor> {
        let doomed = self.slots.iter_mut().filter(|slot| slot.as_ref().is_some_and(|open| open.cloexec));
        doomed.filter_map(Option::take).collect()
    }

    /// Number and description of each, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Fd, &Descriptor)> {
        self.slots.iter().enumerate().filter_map(|(index, slot)| Some((index as Fd, slot.as_ref()?)))
    }
}
