//! Decimal numbers with as many digits as they need, and bc's rules of how many a result keeps.

use std::cmp::Ordering;

use natural::Natural;

mod natural;
mod operators;
mod reading;

pub(super) use operators::MathError;

/// A signed decimal: `digits` counted in units of the last place, `scale` places after the point.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Decimal {
    negative: bool,
    digits: Natural,
    scale: usize,
}

impl Decimal {
    fn new(negative: bool, digits: Natural, scale: usize) -> Decimal {
        Decimal { negative: negative && !digits.is_zero(), digits, scale }
    }

    pub(super) fn from_u64(value: u64) -> Decimal {
        Decimal::new(false, Natural::from_u64(value), 0)
    }

    /// 0 with that many places.
    fn zero(scale: usize) -> Decimal {
        Decimal { scale, ..Decimal::default() }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_zero()
    }

    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    /// Places after the point.
    pub(super) fn scale(&self) -> usize {
        self.scale
    }

    /// What a pass over the number costs.
    pub(super) fn size(&self) -> usize {
        self.digits.limbs()
    }

    /// How many digits the number has from its first one that is not 0; 0 has none before its places.
    pub(super) fn length(&self) -> usize {
        if self.is_zero() { self.scale.max(1) } else { self.digits.digits() }
    }

    /// The number towards 0 as it is without a fraction, if it fits; the sign is left out.
    pub(super) fn whole(&self) -> Option<u64> {
        self.digits.shift_down(self.scale).to_u64()
    }

    /// Whether there is something after the point.
    pub(super) fn has_fraction(&self) -> bool {
        let whole = self.digits.shift_down(self.scale).shift_up(self.scale);
        whole.compare(&self.digits) != Ordering::Equal
    }

    /// Cut or extended to `scale` places.
    pub(super) fn with_scale(&self, scale: usize) -> Decimal {
        let digits = if scale < self.scale {
            self.digits.shift_down(self.scale - scale)
        } else {
            self.digits.shift_up(scale - self.scale)
        };
        Decimal::new(self.negative, digits, scale)
    }

    /// Cut to at most `scale` places.
    pub(super) fn cut(self, scale: usize) -> Decimal {
        if self.scale > scale { self.with_scale(scale) } else { self }
    }

    pub(super) fn negated(&self) -> Decimal {
        Decimal::new(!self.negative, self.digits.clone(), self.scale)
    }

    pub(super) fn compare(&self, other: &Decimal) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (negative, _) => {
                let scale = self.scale.max(other.scale);
                let left = self.digits.shift_up(scale - self.scale);
                let order = left.compare(&other.digits.shift_up(scale - other.scale));
                if negative { order.reverse() } else { order }
            }
        }
    }

    /// The digits before and after the point, both possibly empty, the second `scale` long.
    pub(super) fn parts(&self) -> (String, String) {
        let text = self.digits.to_text();
        if text.len() >= self.scale {
            let (whole, fraction) = text.split_at(text.len() - self.scale);
            (whole.to_owned(), fraction.to_owned())
        } else {
            (String::new(), format!("{text:0>width$}", width = self.scale))
        }
    }
}
