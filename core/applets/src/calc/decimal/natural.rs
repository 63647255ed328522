//! Natural numbers of any length.

use std::cmp::Ordering;

/// A limb holds nine decimal digits, so that shifts by decimal places and printing stay cheap.
const BASE: u64 = 1_000_000_000;
/// Decimal digits in a limb.
const DIGITS: usize = 9;

/// Limbs from the least significant one; the last is never 0, and zero has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Natural(Vec<u32>);

/// 10 to the power of `places`, which is below [`DIGITS`].
fn power_of_ten(places: usize) -> u32 {
    (0..places).fold(1, |power, _| power * 10)
}

/// The limb that `value`, below [`BASE`], is.
#[allow(clippy::cast_possible_truncation, reason = "limbs are below 10^9")]
fn limb(value: u64) -> u32 {
    debug_assert!(value < BASE);
    value as u32
}

impl Natural {
    pub(super) fn from_u64(mut value: u64) -> Natural {
        let mut limbs = Vec::new();
        while value > 0 {
            limbs.push(limb(value % BASE));
            value /= BASE;
        }
        Natural(limbs)
    }

    /// Reads decimal digits; each byte is a digit's value, the most significant first.
    pub(super) fn from_digits(digits: &[u8]) -> Natural {
        let limbs = digits
            .rchunks(DIGITS)
            .map(|chunk| chunk.iter().fold(0, |limb: u32, &digit| limb * 10 + u32::from(digit)));
        Natural::trimmed(limbs.collect())
    }

    fn trimmed(mut limbs: Vec<u32>) -> Natural {
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Natural(limbs)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// How many limbs there are: what a pass over the number costs.
    pub(super) fn limbs(&self) -> usize {
        self.0.len()
    }

    /// Decimal digits as ASCII, none for zero.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        for (index, limb) in self.0.iter().rev().enumerate() {
            if index == 0 {
                text.push_str(&limb.to_string());
            } else {
                text.push_str(&format!("{limb:09}"));
            }
        }
        text
    }

    /// How many decimal digits there are, 0 for zero.
    pub(super) fn digits(&self) -> usize {
        match self.0.last() {
            None => 0,
            Some(&top) => {
                let top = if top == 0 { 1 } else { top.ilog10() as usize + 1 };
                (self.0.len() - 1) * DIGITS + top
            }
        }
    }

    /// About how many limbs a power of it has.
    pub(super) fn power_limbs(&self, times: u64) -> Option<u64> {
        // The logarithm in thousandths of a limb, from the first limb up: 1 to any power stays 1.
        let Some((&top, below)) = self.0.split_last() else { return Some(0) };
        let bits = u64::from(32 - (top.max(1) - 1).leading_zeros());
        let thousandths = below.len() as u64 * 1000 + bits * 1000 / 29;
        Some(thousandths.checked_mul(times)? / 1000 + 1)
    }

    /// The value where it fits.
    pub(super) fn to_u64(&self) -> Option<u64> {
        self.0
            .iter()
            .rev()
            .try_fold(0_u64, |value, &limb| value.checked_mul(BASE)?.checked_add(u64::from(limb)))
    }

    pub(super) fn compare(&self, other: &Natural) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    pub(super) fn add(&self, other: &Natural) -> Natural {
        let (long, short) = if self.0.len() >= other.0.len() { (self, other) } else { (other, self) };
        let mut limbs = Vec::with_capacity(long.0.len() + 1);
        let mut carry = 0;
        for (index, &limb_value) in long.0.iter().enumerate() {
            let sum = u64::from(limb_value) + u64::from(short.0.get(index).copied().unwrap_or(0)) + carry;
            limbs.push(limb(sum % BASE));
            carry = sum / BASE;
        }
        if carry > 0 {
            limbs.push(limb(carry));
        }
        Natural(limbs)
    }

    /// `self - other`, which is not greater.
    pub(super) fn subtract(&self, other: &Natural) -> Natural {
        let mut limbs = Vec::with_capacity(self.0.len());
        let mut borrow = 0;
        for (index, &limb_value) in self.0.iter().enumerate() {
            let taken = u64::from(other.0.get(index).copied().unwrap_or(0)) + borrow;
            let held = u64::from(limb_value);
            borrow = u64::from(held < taken);
            limbs.push(limb(held + borrow * BASE - taken));
        }
        Natural::trimmed(limbs)
    }

    pub(super) fn multiply(&self, other: &Natural) -> Natural {
        let mut limbs = vec![0_u32; self.0.len() + other.0.len()];
        for (at, &left) in self.0.iter().enumerate() {
            let mut carry = 0;
            for (offset, &right) in other.0.iter().enumerate() {
                let sum = u64::from(left) * u64::from(right) + u64::from(limbs[at + offset]) + carry;
                limbs[at + offset] = limb(sum % BASE);
                carry = sum / BASE;
            }
            if left != 0 {
                limbs[at + other.0.len()] = limb(carry);
            }
        }
        Natural::trimmed(limbs)
    }

    /// Times 10 to the power of `places`.
    pub(super) fn shift_up(&self, places: usize) -> Natural {
        if self.is_zero() || places == 0 {
            return self.clone();
        }
        let factor = u64::from(power_of_ten(places % DIGITS));
        let mut limbs = vec![0; places / DIGITS];
        let mut carry = 0;
        for &limb_value in &self.0 {
            let product = u64::from(limb_value) * factor + carry;
            limbs.push(limb(product % BASE));
            carry = product / BASE;
        }
        limbs.push(limb(carry));
        Natural::trimmed(limbs)
    }

    /// Without its last `places` digits.
    pub(super) fn shift_down(&self, places: usize) -> Natural {
        let whole = places / DIGITS;
        if whole >= self.0.len() {
            return Natural::default();
        }
        Natural(self.0[whole..].to_vec()).divide_small(power_of_ten(places % DIGITS)).0
    }

    /// Quotient and remainder of a division by a limb, not 0.
    pub(super) fn divide_small(&self, divisor: u32) -> (Natural, u32) {
        let divisor = u64::from(divisor);
        let mut rest = 0;
        let mut limbs = vec![0; self.0.len()];
        for (at, &limb_value) in self.0.iter().enumerate().rev() {
            let value = rest * BASE + u64::from(limb_value);
            limbs[at] = limb(value / divisor);
            rest = value % divisor;
        }
        (Natural::trimmed(limbs), limb(rest))
    }

    /// Quotient and remainder; the divisor is not zero. Knuth's algorithm D.
    pub(super) fn divide(&self, divisor: &Natural) -> (Natural, Natural) {
        if self.compare(divisor) == Ordering::Less {
            return (Natural::default(), self.clone());
        }
        if let [only] = divisor.0[..] {
            let (quotient, rest) = self.divide_small(only);
            return (quotient, Natural::from_u64(u64::from(rest)));
        }
        // Both are scaled so that the divisor's first limb is at least half of the base.
        let top = divisor.0.last().copied().unwrap_or(1);
        let factor = Natural::from_u64(BASE / (u64::from(top) + 1));
        let mut rest = self.multiply(&factor).0;
        rest.resize(self.0.len() + 1, 0);
        let below = divisor.multiply(&factor).0;
        let mut quotient = vec![0; rest.len() - below.len()];
        for at in (0..quotient.len()).rev() {
            quotient[at] = limb(quotient_limb(&mut rest[at..=at + below.len()], &below));
        }
        let rest = Natural::trimmed(rest).divide_small(factor.0[0]).0;
        (Natural::trimmed(quotient), rest)
    }

    /// The greatest number whose square is not above this one.
    pub(super) fn root(&self) -> Natural {
        let mut guess = Natural::from_u64(1).shift_up(self.digits().div_ceil(2));
        if self.is_zero() {
            return Natural::default();
        }
        // Newton's iteration from above falls until it has arrived.
        loop {
            let next = guess.add(&self.divide(&guess).0).divide_small(2).0;
            if next.compare(&guess) != Ordering::Less {
                return guess;
            }
            guess = next;
        }
    }
}

/// One limb of a quotient: takes the multiple of `divisor` out of `rest`, which is one limb longer.
fn quotient_limb(rest: &mut [u32], divisor: &[u32]) -> u64 {
    let length = divisor.len();
    let first = u64::from(divisor[length - 1]);
    let second = u64::from(divisor[length - 2]);
    let leading = u64::from(rest[length]) * BASE + u64::from(rest[length - 1]);
    let mut guess = leading / first;
    let mut left = leading % first;
    while guess >= BASE || guess * second > left * BASE + u64::from(rest[length - 2]) {
        guess -= 1;
        left += first;
        if left >= BASE {
            break;
        }
    }
    if take(rest, divisor, guess) {
        guess -= 1;
        give_back(rest, divisor);
    }
    guess
}

/// `rest -= divisor * factor`; whether that went below zero.
fn take(rest: &mut [u32], divisor: &[u32], factor: u64) -> bool {
    let mut carry = 0;
    for (at, held) in rest.iter_mut().enumerate() {
        let taken = u64::from(divisor.get(at).copied().unwrap_or(0)) * factor + carry;
        let (low, high) = (taken % BASE, taken / BASE);
        let short = u64::from(u64::from(*held) < low);
        *held = limb(u64::from(*held) + short * BASE - low);
        carry = high + short;
    }
    carry > 0
}

/// `rest += divisor`, the carry that leaves it dropped.
fn give_back(rest: &mut [u32], divisor: &[u32]) {
    let mut carry = 0;
    for (at, held) in rest.iter_mut().enumerate() {
        let sum = u64::from(*held) + u64::from(divisor.get(at).copied().unwrap_or(0)) + carry;
        *held = limb(sum % BASE);
        carry = sum / BASE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn natural(text: &str) -> Natural {
        let digits: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
        Natural::from_digits(&digits)
    }

    proptest! {
        #[test]
        fn a_division_multiplies_back(left in "[0-9]{1,80}", right in "[1-9][0-9]{0,60}") {
            let (left, right) = (natural(&left), natural(&right));
            let (quotient, rest) = left.divide(&right);
            prop_assert_eq!(rest.compare(&right), Ordering::Less);
            prop_assert_eq!(quotient.multiply(&right).add(&rest), left);
        }

        #[test]
        fn a_root_is_the_greatest(text in "[0-9]{0,60}") {
            let number = natural(&text);
            let root = number.root();
            let above = root.add(&Natural::from_u64(1));
            prop_assert_ne!(root.multiply(&root).compare(&number), Ordering::Greater);
            prop_assert_eq!(above.multiply(&above).compare(&number), Ordering::Greater);
        }

        #[test]
        fn shifts_undo_each_other(text in "[0-9]{0,60}", places in 0_usize..40) {
            let number = natural(&text);
            prop_assert_eq!(number.shift_up(places).shift_down(places), number.clone());
            prop_assert_eq!(number.to_text(), text.trim_start_matches('0'));
            prop_assert_eq!(number.digits(), number.to_text().len());
        }
    }
}
