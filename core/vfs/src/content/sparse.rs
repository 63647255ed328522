use std::sync::Arc;

use im::OrdMap;

use super::stored::StoredChunk;
use super::synthetic::Synthetic;
use super::{CHUNK, PAGE};

/// Content in chunks over an optional synthetic base. What neither holds is a hole and reads as zeros.
#[derive(Clone)]
pub(super) struct Sparse {
    len: u64,
    /// Synthetic bytes below; they count up to the length beside them.
    base: Option<(Arc<Synthetic>, u64)>,
    /// By index. A chunk hides the base wholly; bytes after its end are zeros.
    chunks: OrdMap<u64, Arc<Chunk>>,
    /// Number of pages that are not holes, kept as chunks come and change: a file that grows is asked at every write.
    pages: u64,
}

#[derive(Clone, Default)]
struct Chunk {
    bytes: Vec<u8>,
    /// Which of its 16 pages were ever written.
    pages: u16,
}

impl Sparse {
    fn counted(len: u64, base: Option<(Arc<Synthetic>, u64)>, chunks: OrdMap<u64, Arc<Chunk>>) -> Self {
        let mut sparse = Sparse { len, base, chunks, pages: 0 };
        sparse.count_pages();
        sparse
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let chunks = bytes.chunks(CHUNK).enumerate().map(|(index, piece)| {
            let chunk = Chunk { bytes: piece.to_vec(), pages: mask(0, piece.len()) };
            (index as u64, Arc::new(chunk))
        });
        Sparse::counted(bytes.len() as u64, None, chunks.collect())
    }

    pub(super) fn over(base: Arc<Synthetic>) -> Self {
        let len = base.len;
        Sparse::counted(len, Some((base, len)), OrdMap::new())
    }

    /// Length, base and chunks, for a saved state.
    pub(super) fn to_stored(&self) -> (u64, Option<(&Synthetic, u64)>, Vec<StoredChunk>) {
        let chunk = |(index, chunk): (&u64, &Arc<Chunk>)| StoredChunk {
            index: *index,
            bytes: chunk.bytes.clone().into(),
            pages: chunk.pages,
        };
        let base = self.base.as_ref().map(|(base, len)| (&**base, *len));
        (self.len, base, self.chunks.iter().map(chunk).collect())
    }

    /// The content that these parts make; none when they do not fit each other.
    pub(super) fn from_stored(
        len: u64,
        base: Option<(Arc<Synthetic>, u64)>,
        chunks: Vec<StoredChunk>,
    ) -> Option<Self> {
        let fits = |chunk: &StoredChunk| {
            let end =
                chunk.index.checked_mul(CHUNK as u64).and_then(|at| at.checked_add(chunk.bytes.len() as u64));
            chunk.bytes.len() <= CHUNK && end.is_some_and(|end| end <= len)
        };
        let base_fits = base.as_ref().is_none_or(|(base, shown)| *shown <= base.len && *shown <= len);
        if !base_fits || !chunks.iter().all(fits) {
            return None;
        }
        let chunk = |stored: StoredChunk| {
            (stored.index, Arc::new(Chunk { bytes: stored.bytes.into(), pages: stored.pages }))
        };
        Some(Sparse::counted(len, base, chunks.into_iter().map(chunk).collect()))
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Number of pages that are not holes.
    pub(super) fn pages(&self) -> u64 {
        self.pages
    }

    /// Counts the pages anew, after chunks were dropped or the base was cut.
    fn count_pages(&mut self) {
        let base_len = self.base.as_ref().map_or(0, |(_, len)| *len);
        self.pages = base_len.div_ceil(PAGE);
        for (index, chunk) in &self.chunks {
            self.pages = self.pages - self.hidden(*index) + u64::from(chunk.pages.count_ones());
        }
    }

    /// Pages of the base that a chunk hides.
    fn hidden(&self, index: u64) -> u64 {
        let base_len = self.base.as_ref().map_or(0, |(_, len)| *len);
        base_len.saturating_sub(index * CHUNK as u64).min(CHUNK as u64).div_ceil(PAGE)
    }

    /// The bytes at `offset` where they lie in one stored chunk.
    pub(super) fn stored(&self, offset: u64, count: usize) -> Option<&[u8]> {
        let chunk = self.chunks.get(&(offset / CHUNK as u64))?;
        let start = (offset % CHUNK as u64) as usize;
        chunk.bytes.get(start..start + count)
    }

    pub(super) fn fill(&self, offset: u64, buffer: &mut [u8]) {
        let mut done = 0;
        while done < buffer.len() {
            let at = offset + done as u64;
            let (index, start) = (at / CHUNK as u64, (at % CHUNK as u64) as usize);
            let count = (CHUNK - start).min(buffer.len() - done);
            self.fill_from_chunk(index, start, &mut buffer[done..done + count]);
            done += count;
        }
    }

    fn fill_from_chunk(&self, index: u64, start: usize, buffer: &mut [u8]) {
        let count = match self.chunks.get(&index) {
            Some(chunk) => {
                let stored = chunk.bytes.get(start..).unwrap_or_default();
                let count = stored.len().min(buffer.len());
                buffer[..count].copy_from_slice(&stored[..count]);
                count
            }
            None => self.fill_from_base(index * CHUNK as u64 + start as u64, buffer),
        };
        buffer[count..].fill(0);
    }

    fn fill_from_base(&self, offset: u64, buffer: &mut [u8]) -> usize {
        let Some((base, len)) = &self.base else { return 0 };
        let count = len.saturating_sub(offset).min(buffer.len() as u64) as usize;
        base.fill(offset, &mut buffer[..count]);
        count
    }

    pub(super) fn write(&mut self, offset: u64, bytes: &[u8]) {
        self.len = self.len.max(offset + bytes.len() as u64);
        let mut done = 0;
        while done < bytes.len() {
            let at = offset + done as u64;
            let (index, start) = (at / CHUNK as u64, (at % CHUNK as u64) as usize);
            let count = (CHUNK - start).min(bytes.len() - done);
            let chunk = self.chunk_mut(index);
            let before = chunk.pages.count_ones();
            let end = start + count;
            if chunk.bytes.len() < end {
                chunk.bytes.resize(end, 0);
            }
            chunk.bytes[start..end].copy_from_slice(&bytes[done..done + count]);
            chunk.pages |= mask(start, end);
            let grown = chunk.pages.count_ones() - before;
            self.pages += u64::from(grown);
            done += count;
        }
    }

    fn chunk_mut(&mut self, index: u64) -> &mut Chunk {
        if !self.chunks.contains_key(&index) {
            let mut bytes = vec![0; CHUNK];
            let count = self.fill_from_base(index * CHUNK as u64, &mut bytes);
            bytes.truncate(count);
            let pages = mask(0, count);
            self.pages = self.pages - self.hidden(index) + u64::from(pages.count_ones());
            self.chunks.insert(index, Arc::new(Chunk { pages, bytes }));
        }
        match self.chunks.get_mut(&index) {
            Some(chunk) => Arc::make_mut(chunk),
            None => unreachable!("inserted just above"),
        }
    }

    pub(super) fn truncate(&mut self, len: u64) {
        if len < self.len {
            let (last, within) = (len / CHUNK as u64, (len % CHUNK as u64) as usize);
            let (kept, found, _) = self.chunks.split_lookup(&last);
            self.chunks = kept;
            if let Some(mut chunk) = found.filter(|_| within > 0) {
                let cut = Arc::make_mut(&mut chunk);
                cut.bytes.truncate(within);
                cut.pages &= mask(0, within);
                self.chunks.insert(last, chunk);
            }
            if let Some((_, base_len)) = &mut self.base {
                *base_len = (*base_len).min(len);
            }
            self.count_pages();
        }
        self.len = len;
    }
}

/// The bits of the pages that the bytes `start..end` of a chunk lie in.
fn mask(start: usize, end: usize) -> u16 {
    if start >= end {
        return 0;
    }
    let (first, last) = (start / PAGE as usize, (end - 1) / PAGE as usize);
    (first..=last).fold(0, |mask, page| mask | 1 << page)
}
