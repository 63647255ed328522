/// A slot that is empty.
const EMPTY: u32 = u32::MAX;

/// Finds the numbers of texts. The texts themselves are the caller's, who gives them by number: `spelled`.
///
/// A number is in the first free slot from its text's own on; half of the slots at least are free.
#[derive(Clone, Debug)]
pub struct TextTable {
    slots: Vec<u32>,
    count: usize,
}

impl TextTable {
    /// With room for so many texts.
    pub fn with_room(count: usize) -> Self {
        TextTable { slots: vec![EMPTY; (count.max(8) * 2).next_power_of_two()], count: 0 }
    }

    /// The number of a text.
    pub fn find<'t>(&self, text: &str, spelled: impl Fn(u32) -> &'t str) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut slot = hash(text.as_bytes()) as usize & mask;
        while self.slots[slot] != EMPTY {
            if spelled(self.slots[slot]) == text {
                return Some(self.slots[slot]);
            }
            slot = (slot + 1) & mask;
        }
        None
    }

    /// Adds a text that is not there yet.
    pub fn insert<'t>(&mut self, number: u32, spelled: impl Fn(u32) -> &'t str) {
        if (self.count + 1) * 2 > self.slots.len() {
            let former = std::mem::take(&mut self.slots);
            self.slots = vec![EMPTY; former.len() * 2];
            former
                .into_iter()
                .filter(|slot| *slot != EMPTY)
                .for_each(|number| self.put(number, spelled(number)));
        }
        self.count += 1;
        self.put(number, spelled(number));
    }

    fn put(&mut self, number: u32, text: &str) {
        let mask = self.slots.len() - 1;
        let mut slot = hash(text.as_bytes()) as usize & mask;
        while self.slots[slot] != EMPTY {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = number;
    }
}

/// A quick hash of a short text (Fowler, Noll, Vo, eight bytes at a time).
fn hash(text: &[u8]) -> u64 {
    let (blocks, tail) = text.as_chunks::<8>();
    // The last block again, as far as there is one, has the tail in it.
    let last = match text.last_chunk::<8>() {
        Some(block) => u64::from_le_bytes(*block).wrapping_add(text.len() as u64),
        None => tail.iter().fold(text.len() as u64, |word, &byte| word << 8 | u64::from(byte)),
    };
    let words = blocks.iter().map(|block| u64::from_le_bytes(*block)).chain([last]);
    let mixed = words.fold(0xcbf2_9ce4_8422_2325u64, |hash, word| {
        (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    });
    mixed ^ (mixed >> 32)
}
