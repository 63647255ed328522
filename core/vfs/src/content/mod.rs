mod sparse;
mod stored;
mod synthetic;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bstr::BString;

use crate::Errno;
use sparse::Sparse;
pub use synthetic::{ProgramNote, Synthetic};

/// Largest size of a file: what ext4 with 4096-byte blocks allows.
pub const MAX_FILE_SIZE: u64 = 16 << 40;

/// Files that grow beyond this are kept in chunks, so that an edit of a shared one copies little.
const WHOLE_MAX: u64 = 1 << 20;

/// A jump of at least this much over unwritten bytes leaves a hole.
const PAGE: u64 = 4096;

/// Size of the pieces that [`Content::chunks`] gives and in which large files are kept.
const CHUNK: usize = 64 << 10;

/// The bytes of a regular file. Cloning is O(1); writing to a clone leaves the original as it was.
#[derive(Clone)]
pub struct Content(Repr);

#[derive(Clone)]
enum Repr {
    Whole(Arc<Vec<u8>>),
    Synthetic(Arc<Synthetic>),
    Sparse(Arc<Sparse>),
}

impl Content {
    /// Content that is computed when read. See [`Synthetic`].
    pub fn synthetic(synthetic: Synthetic) -> Self {
        let len = synthetic.len.min(MAX_FILE_SIZE);
        Content(Repr::Synthetic(Arc::new(Synthetic { len, ..synthetic })))
    }

    /// Number of bytes.
    pub fn len(&self) -> u64 {
        match &self.0 {
            Repr::Whole(bytes) => bytes.len() as u64,
            Repr::Synthetic(synthetic) => synthetic.len,
            Repr::Sparse(sparse) => sparse.len(),
        }
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Blocks of 512 bytes that the bytes take on an ext4 with 4096-byte blocks; holes take none.
    pub fn blocks(&self) -> u64 {
        let pages = match &self.0 {
            Repr::Sparse(sparse) => sparse.pages(),
            _ => self.len().div_ceil(PAGE),
        };
        pages * (PAGE / 512)
    }

    /// Copies bytes from `offset` on into `buffer`; the number copied is smaller only at the end of the content.
    pub fn read_into(&self, offset: u64, buffer: &mut [u8]) -> usize {
        let count = self.len().saturating_sub(offset).min(buffer.len() as u64) as usize;
        let buffer = &mut buffer[..count];
        match &self.0 {
            Repr::Whole(bytes) if count > 0 => buffer.copy_from_slice(&bytes[offset as usize..][..count]),
            Repr::Whole(_) => {}
            Repr::Synthetic(synthetic) => synthetic.fill(offset, buffer),
            Repr::Sparse(sparse) => sparse.fill(offset, buffer),
        }
        count
    }

    /// Up to `len` bytes from `offset` on; fewer only at the end of the content.
    pub fn read(&self, offset: u64, len: usize) -> Vec<u8> {
        let available = self.len().saturating_sub(offset).min(len as u64) as usize;
        let mut bytes = vec![0; available];
        self.read_into(offset, &mut bytes);
        bytes
    }

    /// All bytes. Allocates them: for large content use [`Content::chunks`].
    pub fn to_vec(&self) -> Vec<u8> {
        match &self.0 {
            Repr::Whole(bytes) => bytes.to_vec(),
            _ => self.read(0, self.len() as usize),
        }
    }

    /// All bytes, in pieces of at most 64 KiB, borrowed where they are stored.
    pub fn chunks(&self) -> Chunks<'_> {
        Chunks { content: self, offset: 0 }
    }

    /// The program that an executable with this content stands for, if its header names one. The note travels in
    /// the bytes, so it survives every copy.
    pub fn program(&self) -> Option<ProgramNote> {
        let mut head = [0; synthetic::HEADER_MAX];
        let count = self.read_into(0, &mut head);
        synthetic::parse_header(&head[..count])
    }

    /// Writes `bytes` at `offset`; a gap before it reads as zeros.
    ///
    /// # Errors
    /// `EFBIG` beyond [`MAX_FILE_SIZE`].
    pub fn write(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        let end =
            offset.checked_add(bytes.len() as u64).filter(|end| *end <= MAX_FILE_SIZE).ok_or(Errno::EFBIG)?;
        if bytes.is_empty() {
            return Ok(());
        }
        match &mut self.0 {
            Repr::Whole(whole) if end <= WHOLE_MAX && offset < whole.len() as u64 + PAGE => {
                let whole = Arc::make_mut(whole);
                let (start, end) = (offset as usize, end as usize);
                if start == whole.len() {
                    whole.extend_from_slice(bytes);
                } else {
                    whole.resize(whole.len().max(end), 0);
                    whole[start..end].copy_from_slice(bytes);
                }
            }
            _ => self.sparse_mut().write(offset, bytes),
        }
        Ok(())
    }

    /// Cuts or extends to `len` bytes; added bytes are a hole and read as zeros.
    ///
    /// # Errors
    /// `EFBIG` beyond [`MAX_FILE_SIZE`].
    pub fn truncate(&mut self, len: u64) -> Result<(), Errno> {
        if len > MAX_FILE_SIZE {
            return Err(Errno::EFBIG);
        }
        if len == 0 {
            *self = Content::default();
        } else if len != self.len() {
            match &mut self.0 {
                Repr::Whole(whole) if len < whole.len() as u64 => Arc::make_mut(whole).truncate(len as usize),
                _ => self.sparse_mut().truncate(len),
            }
        }
        Ok(())
    }

    /// Whether both share their storage, which implies equal bytes.
    pub fn ptr_eq(&self, other: &Content) -> bool {
        match (&self.0, &other.0) {
            (Repr::Whole(a), Repr::Whole(b)) => Arc::ptr_eq(a, b),
            (Repr::Synthetic(a), Repr::Synthetic(b)) => Arc::ptr_eq(a, b) || a == b,
            (Repr::Sparse(a), Repr::Sparse(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    fn sparse_mut(&mut self) -> &mut Sparse {
        match &self.0 {
            Repr::Whole(bytes) => self.0 = Repr::Sparse(Arc::new(Sparse::from_bytes(bytes))),
            Repr::Synthetic(base) => self.0 = Repr::Sparse(Arc::new(Sparse::over(base.clone()))),
            Repr::Sparse(_) => {}
        }
        match &mut self.0 {
            Repr::Sparse(sparse) => Arc::make_mut(sparse),
            _ => unreachable!("made sparse just above"),
        }
    }
}

/// The pieces of a [`Content`], in order.
#[derive(Clone, Debug)]
pub struct Chunks<'a> {
    content: &'a Content,
    offset: u64,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Cow<'a, [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        let count =
            self.content.len().checked_sub(self.offset).filter(|n| *n > 0)?.min(CHUNK as u64) as usize;
        let offset = self.offset;
        self.offset += count as u64;
        Some(match &self.content.0 {
            Repr::Whole(bytes) => Cow::Borrowed(&bytes[offset as usize..][..count]),
            Repr::Sparse(sparse) => match sparse.stored(offset, count) {
                Some(bytes) => Cow::Borrowed(bytes),
                None => Cow::Owned(self.content.read(offset, count)),
            },
            Repr::Synthetic(_) => Cow::Owned(self.content.read(offset, count)),
        })
    }
}

impl Default for Content {
    fn default() -> Self {
        Content(Repr::Whole(Arc::default()))
    }
}

/// Equal bytes, however they are stored.
impl PartialEq for Content {
    fn eq(&self, other: &Content) -> bool {
        self.ptr_eq(other) || self.len() == other.len() && self.chunks().eq(other.chunks())
    }
}

impl Eq for Content {}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.read(0, 32);
        write!(f, "Content({} bytes: {:?})", self.len(), BString::from(head))
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Content(Repr::Whole(Arc::new(bytes)))
    }
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        Content::from(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Content {
    fn from(bytes: &[u8; N]) -> Self {
        Content::from(bytes.to_vec())
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Content::from(text.as_bytes())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Content::from(text.into_bytes())
    }
}

impl From<BString> for Content {
    fn from(bytes: BString) -> Self {
        Content::from(Vec::from(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_to_a_clone_leaves_the_original() {
        let original = Content::from("hello");
        let mut copy = original.clone();
        copy.write(5, b", world").unwrap();
        assert_eq!((original.to_vec(), copy.to_vec()), (b"hello".to_vec(), b"hello, world".to_vec()));
    }

    #[test]
    fn a_hole_takes_no_blocks() {
        let mut content = Content::default();
        content.write(512_000, &[1; 512]).unwrap();
        assert_eq!((content.len(), content.blocks()), (512_512, 8));
        content.truncate(1 << 40).unwrap();
        assert_eq!((content.len(), content.blocks()), (1 << 40, 8));
        assert_eq!(content.read(511_999, 3), [0, 1, 1]);
        assert_eq!(content.write(MAX_FILE_SIZE, b"x"), Err(Errno::EFBIG));
    }

    #[test]
    fn a_cut_never_shows_old_bytes_again() {
        for mut content in [Content::from("abcdef"), Content::from(vec![7; 3 << 20]), synthetic(200_000)] {
            content.truncate(3).unwrap();
            content.truncate(6).unwrap();
            assert_eq!(content.read(3, 9), [0, 0, 0]);
        }
    }

    #[test]
    fn an_edit_of_synthetic_content_keeps_the_rest() {
        let before = synthetic(300_000);
        let mut after = before.clone();
        after.write(100_000, b"mark").unwrap();
        let mut expected = before.to_vec();
        expected[100_000..100_004].copy_from_slice(b"mark");
        assert_eq!(after.to_vec(), expected);
        assert_eq!(after.blocks(), before.blocks());
        assert_eq!(after.program().unwrap().as_ref(), b"busybox");
    }

    #[test]
    fn bytes_that_were_copied_keep_the_program_note() {
        let copied = Content::from(synthetic(5000).to_vec());
        assert_eq!(copied.program(), Some(ProgramNote::new("busybox")));
        assert_eq!(Content::from("#!/bin/sh\n").program(), None);
    }

    #[test]
    fn every_offset_reads_as_the_whole_does() {
        let whole = synthetic(70_001).to_vec();
        for offset in [0, 1, 7, 63, 64, 65, 130, 65_535, 65_536, 70_000] {
            assert_eq!(
                synthetic(70_001).read(offset, 77),
                whole[offset as usize..].iter().copied().take(77).collect::<Vec<_>>()
            );
        }
    }

    fn synthetic(len: u64) -> Content {
        Content::synthetic(Synthetic { len, seed: 42, program: Some(ProgramNote::new("busybox")) })
    }
}
