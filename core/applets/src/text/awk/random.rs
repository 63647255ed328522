//! rand() and srand(), as musl and busybox compute them.

/// musl's `rand`: a linear congruence, of which the upper 31 bits are given out.
#[derive(Debug)]
pub(super) struct Random {
    state: u64,
    seed: u32,
}

impl Default for Random {
    fn default() -> Self {
        Self { state: 0, seed: 1 }
    }
}

impl Random {
    /// Starts anew; the seed before this one.
    pub(super) fn seed(&mut self, seed: u32) -> u32 {
        self.state = u64::from(seed.wrapping_sub(1));
        std::mem::replace(&mut self.seed, seed)
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.state >> 33
    }

    /// A number from 0 to 1, of three of musl's.
    pub(super) fn number(&mut self) -> f64 {
        let low = (self.next() as u32) << 16 ^ self.next() as u32;
        let high = self.next();
        (high << 32 | u64::from(low)) as f64 / 9_223_372_036_854_775_808.0
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_numbers_are_those_of_busybox() {
        let mut random = Random::default();
        assert_eq!(format!("{:.17}", random.number()), "0.75270919835777039");
        assert_eq!(format!("{:.17}", random.number()), "0.18921440960663885");
        assert_eq!(random.seed(5), 1);
        assert_eq!(random.seed(1), 5);
        assert_eq!(format!("{:.17}", random.number()), "0.75270919835777039");
    }
}
