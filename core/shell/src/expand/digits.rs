//! Numbers as text, without a buffer on the heap.

/// The decimal digits of a number.
pub(crate) struct Digits {
    bytes: [u8; 20],
    start: usize,
}

impl Digits {
    /// Writes a number.
    pub(crate) fn of(value: i64) -> Digits {
        let mut digits = Digits { bytes: [0; 20], start: 20 };
        let mut rest = value.unsigned_abs();
        loop {
            digits.put(b'0' + (rest % 10) as u8);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            digits.put(b'-');
        }
        digits
    }

    /// What was written.
    pub(crate) fn text(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    fn put(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }
}
