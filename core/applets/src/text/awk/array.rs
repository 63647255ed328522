//! Associative arrays, in the order in which busybox's hash table goes through them.

use std::rc::Rc;

use super::value::Value;

/// The numbers of buckets, one after the other.
const SIZES: [usize; 6] = [61, 251, 1021, 4093, 16381, 65521];
/// The elements per bucket beyond which the table grows.
const MOST_PER_BUCKET: usize = 8;
/// The end of a chain.
const NONE: u32 = u32::MAX;

/// A table of chains; a new element is the first of its chain.
#[derive(Debug, Default)]
pub(super) struct Array {
    heads: Vec<u32>,
    entries: Vec<Entry>,
    free: Vec<u32>,
    level: usize,
}

#[derive(Debug)]
struct Entry {
    key: Rc<[u8]>,
    hash: u32,
    next: u32,
    value: Value,
}

fn hash(key: &[u8]) -> u32 {
    key.iter().fold(0u32, |hash, byte| {
        hash.wrapping_mul(63).wrapping_add(i32::from(byte.cast_signed()).cast_unsigned())
    })
}

impl Array {
    pub(super) fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    pub(super) fn clear(&mut self) {
        *self = Array::default();
    }

    fn bucket(&self, hash: u32) -> usize {
        // Constant divisors are much faster.
        let hash = hash as usize;
        match self.level {
            0 => hash % SIZES[0],
            1 => hash % SIZES[1],
            2 => hash % SIZES[2],
            3 => hash % SIZES[3],
            4 => hash % SIZES[4],
            _ => hash % SIZES[5],
        }
    }

    fn find(&self, key: &[u8], hash: u32) -> Option<usize> {
        let mut at = *self.heads.get(self.bucket(hash))?;
        while at != NONE {
            let entry = &self.entries[at as usize];
            if entry.hash == hash && *entry.key == *key {
                return Some(at as usize);
            }
            at = entry.next;
        }
        None
    }

    pub(super) fn contains(&self, key: &[u8]) -> bool {
        self.find(key, hash(key)).is_some()
    }

    /// The element, made when there is none.
    pub(super) fn element(&mut self, key: &[u8]) -> &mut Value {
        let hash = hash(key);
        let at = match self.find(key, hash) {
            Some(at) => at,
            None => self.insert(Rc::from(key), hash),
        };
        &mut self.entries[at].value
    }

    fn insert(&mut self, key: Rc<[u8]>, hash: u32) -> usize {
        if self.heads.is_empty() {
            self.heads = vec![NONE; SIZES[0]];
        } else if self.len() >= self.heads.len() * MOST_PER_BUCKET && self.level + 1 < SIZES.len() {
            self.grow();
        }
        let bucket = self.bucket(hash);
        let entry = Entry { key, hash, next: self.heads[bucket], value: Value::Uninit };
        let at = match self.free.pop() {
            Some(at) => {
                self.entries[at as usize] = entry;
                at
            }
            None => {
                self.entries.push(entry);
                (self.entries.len() - 1) as u32
            }
        };
        self.heads[bucket] = at;
        at as usize
    }

    fn grow(&mut self) {
        self.level += 1;
        let old = std::mem::replace(&mut self.heads, vec![NONE; SIZES[self.level]]);
        for mut at in old {
            while at != NONE {
                let bucket = self.bucket(self.entries[at as usize].hash);
                let next = self.entries[at as usize].next;
                self.entries[at as usize].next = self.heads[bucket];
                self.heads[bucket] = at;
                at = next;
            }
        }
    }

    pub(super) fn remove(&mut self, key: &[u8]) {
        let hash = hash(key);
        let Some(found) = self.find(key, hash) else { return };
        let bucket = self.bucket(hash);
        let next = self.entries[found].next;
        if self.heads[bucket] as usize == found {
            self.heads[bucket] = next;
        } else {
            let mut at = self.heads[bucket] as usize;
            while self.entries[at].next as usize != found {
                at = self.entries[at].next as usize;
            }
            self.entries[at].next = next;
        }
        self.entries[found].value = Value::Uninit;
        self.entries[found].key = Rc::from([]);
        self.free.push(found as u32);
    }

    /// The keys, bucket by bucket.
    pub(super) fn keys(&self) -> Vec<Rc<[u8]>> {
        let mut keys = Vec::with_capacity(self.len());
        for &head in &self.heads {
            let mut at = head;
            while at != NONE {
                let entry = &self.entries[at as usize];
                keys.push(Rc::clone(&entry.key));
                at = entry.next;
            }
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_the_order_of_busybox() {
        let mut array = Array::default();
        for key in ["one", "two", "three", "four", "five"] {
            array.element(key.as_bytes());
        }
        let keys: Vec<_> = array.keys().iter().map(|key| String::from_utf8_lossy(key).into_owned()).collect();
        assert_eq!(keys, ["two", "four", "three", "one", "five"]);
        array.remove(b"three");
        assert_eq!(array.len(), 4);
        assert!(!array.contains(b"three") && array.contains(b"one"));
    }
}
