//! Memory that processes share by a key (`shmget(2)`), as far as programs here need it: a text that grows at its end.

use crate::process::Process;

/// A shared text: how much was ever written, and the end of it that is kept.
pub(crate) type Shared = (u64, Vec<u8>);

impl Process {
    /// How many bytes were ever appended to the memory of this key, and those that are kept. None when there is none.
    pub fn shared_memory(&self, key: u32) -> Option<(u64, Vec<u8>)> {
        self.state.sandbox.shared.borrow().get(&key).cloned()
    }

    /// Appends to the memory of this key, which is made when there is none, and keeps the last `most` bytes, from the
    /// beginning of a line.
    pub fn append_shared_memory(&mut self, key: u32, bytes: &[u8], most: usize) {
        self.charge_steps(1);
        let sandbox = &self.state.sandbox;
        let mut shared = sandbox.shared.borrow_mut();
        let (total, kept) = shared.entry(key).or_default();
        let before = kept.len();
        *total += bytes.len() as u64;
        kept.extend_from_slice(bytes);
        if kept.len() > most {
            let surplus = kept.len() - most;
            let end =
                kept[surplus - 1..].iter().position(|byte| *byte == b'\n').unwrap_or(kept.len() - surplus);
            kept.drain(..surplus + end);
        }
        let after = kept.len();
        drop(shared);
        sandbox.charge(&self.state.machine, before as u64, after as u64);
    }

    /// Gives the memory of this key back.
    pub fn remove_shared_memory(&mut self, key: u32) {
        let sandbox = &self.state.sandbox;
        let removed = sandbox.shared.borrow_mut().remove(&key);
        if let Some((_, kept)) = removed {
            sandbox.charge(&self.state.machine, kept.len() as u64, 0);
        }
    }
}
