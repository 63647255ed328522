use std::fmt;
use std::sync::OnceLock;

use digest::Digest;

/// A value that may lie in a part of a saved state until it is first needed.
#[derive(Clone)]
pub(crate) struct Shelf<T> {
    value: OnceLock<T>,
    part: OnceLock<Digest>,
}

impl<T> Shelf<T> {
    /// A value that is in no saved state yet.
    pub(crate) fn new(value: T) -> Self {
        Shelf { value: value.into(), part: OnceLock::new() }
    }

    /// A value that lies in a part.
    pub(crate) fn saved(part: Digest) -> Self {
        Shelf { value: OnceLock::new(), part: part.into() }
    }

    /// The value, if it was made here or has been read.
    pub(crate) fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// The part that holds the value as it is now.
    pub(crate) fn part(&self) -> Option<Digest> {
        self.part.get().copied()
    }

    /// Notes where the value was saved.
    pub(crate) fn set_part(&self, part: Digest) {
        self.part.get_or_init(|| part);
    }

    /// The value; `read` gets it from its part.
    pub(crate) fn get_or_read<E>(&self, read: impl FnOnce(Option<Digest>) -> Result<T, E>) -> Result<&T, E> {
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        let value = read(self.part())?;
        Ok(self.value.get_or_init(|| value))
    }

    /// The value, to change it; none while it is in its part alone.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        let value = self.value.get_mut()?;
        self.part = OnceLock::new();
        Some(value)
    }
}

impl<T> fmt::Debug for Shelf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").field("is_read", &self.get().is_some()).field("part", &self.part()).finish()
    }
}
