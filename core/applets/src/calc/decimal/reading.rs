//! Numbers as bc and dc write them, in any base.

use super::Decimal;
use super::natural::Natural;

fn value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit - b'A' + 10,
    }
}

impl Decimal {
    /// Reads digits `0-9A-Z` with at most one point. A digit that the base does not have counts as its highest
    /// one, unless it is alone.
    pub(in crate::calc) fn read(text: &[u8], base: u32) -> Decimal {
        let first = text.iter().position(|&byte| byte != b'0').unwrap_or(text.len());
        let text = &text[first..];
        if text.iter().all(|&byte| byte == b'.' || byte == b'0') {
            return Decimal::default();
        }
        if let [only] = text {
            return Decimal::from_u64(u64::from(value(*only)));
        }
        let mut halves = text.splitn(2, |&byte| byte == b'.');
        let whole = halves.next().unwrap_or_default();
        let fraction = halves.next().unwrap_or_default();
        if base == 10 {
            let digits: Vec<u8> =
                [whole, fraction].concat().iter().map(|&digit| value(digit).min(9)).collect();
            return Decimal::new(false, Natural::from_digits(&digits), fraction.len());
        }
        let radix = Natural::from_u64(u64::from(base));
        let read = |digits: &[u8]| {
            digits.iter().fold(Natural::default(), |number, &digit| {
                let digit = u64::from(value(digit)).min(u64::from(base) - 1);
                number.multiply(&radix).add(&Natural::from_u64(digit))
            })
        };
        let unit = fraction.iter().fold(Natural::from_u64(1), |unit, _| unit.multiply(&radix));
        let places = fraction.len();
        let after = read(fraction).shift_up(places).divide(&unit).0;
        let number = Decimal::new(false, read(whole).shift_up(places).add(&after), places);
        if number.is_zero() { Decimal::default() } else { number }
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn read(text: &str, base: u32) -> String {
        let (whole, fraction) = Decimal::read(text.as_bytes(), base).parts();
        format!("{whole}.{fraction}")
    }

    #[test]
    fn digits_beyond_the_base_are_its_highest() {
        assert_eq!(read("ZZ", 10), "99.");
        assert_eq!(read("Z", 10), "35.");
        assert_eq!(read("0Z", 2), "35.");
        assert_eq!(read("ZZ", 2), "3.");
        assert_eq!(read("FF", 16), "255.");
    }

    #[test]
    fn a_fraction_has_as_many_places_as_digits() {
        assert_eq!(read("1.50", 10), "1.50");
        assert_eq!(read(".8", 16), ".5");
        assert_eq!(read(".1", 16), ".");
        assert_eq!(read("0.000", 10), ".");
    }
}
