//! Lists of words whose memory is used again.

use std::ops::Deref;

use bstr::BString;

/// A buffer that is larger than this is not kept for another word.
const ROOMY: usize = 4096;

/// The words of a command, the items of a loop, or positional parameters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    /// The words, and behind them buffers of earlier ones.
    items: Vec<BString>,
    len: usize,
}

impl Fields {
    /// Adds a word.
    pub(crate) fn push(&mut self, word: &[u8]) {
        match self.items.get_mut(self.len) {
            Some(item) if item.capacity() <= ROOMY => {
                item.clear();
                item.extend_from_slice(word);
            }
            Some(item) => *item = word.into(),
            None => self.items.push(word.into()),
        }
        self.len += 1;
    }

    /// Adds words.
    pub(crate) fn extend(&mut self, words: Vec<BString>) {
        self.items.truncate(self.len);
        self.items.extend(words);
        self.len = self.items.len();
    }

    /// Takes words off at the front.
    pub(crate) fn drop_front(&mut self, count: usize) {
        let count = count.min(self.len);
        self.items[..self.len].rotate_left(count);
        self.len -= count;
    }

    /// Takes the first word out.
    pub(crate) fn take_first(&mut self) -> BString {
        self.drop_front(1);
        self.items.get_mut(self.len).map(std::mem::take).unwrap_or_default()
    }

    /// Takes all words off.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Buffers that are held, used or not.
    pub(crate) fn buffers(&self) -> usize {
        self.items.len()
    }
}

impl From<Vec<BString>> for Fields {
    fn from(items: Vec<BString>) -> Fields {
        Fields { len: items.len(), items }
    }
}

impl Deref for Fields {
    type Target = [BString];

    fn deref(&self) -> &[BString] {
        &self.items[..self.len]
    }
}
