//! Random numbers for tests that can be repeated.

/// Numbers that depend on nothing but the seed (splitmix64).
pub struct Random(u64);

impl Random {
    /// The sequence of one case.
    pub fn new(seed: u64, case: u64) -> Random {
        // Two rounds, so that the sequences of neighbours have nothing in common.
        let mut of_seed = Random(seed);
        let mut of_case = Random(of_seed.next() ^ case);
        Random(of_case.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True once in `times`.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of several.
    pub fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}
