//! Arithmetic. Results are exact and then cut to the places that bc keeps.

use std::cmp::Ordering;

use thiserror::Error;

use super::Decimal;
use super::natural::Natural;

/// Why an operation has no result; the texts are busybox's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(in crate::calc) enum MathError {
    #[error("divide by zero")]
    DivideByZero,
    #[error("not an integer")]
    NotAnInteger,
    #[error("negative number")]
    Negative,
    #[error("overflow")]
    Overflow,
    /// A budget of ours.
    #[error("number too long: must be [1,1800000]")]
    TooLong,
}

impl Decimal {
    pub(in crate::calc) fn add(&self, other: &Decimal) -> Decimal {
        // A zero's places do not count here.
        if self.is_zero() {
            return other.clone();
        }
        if other.is_zero() {
            return self.clone();
        }
        let scale = self.scale.max(other.scale);
        let left = self.digits.shift_up(scale - self.scale);
        let right = other.digits.shift_up(scale - other.scale);
        if self.negative == other.negative {
            return Decimal::new(self.negative, left.add(&right), scale);
        }
        match left.compare(&right) {
            Ordering::Less => Decimal::new(other.negative, right.subtract(&left), scale),
            _ => Decimal::new(self.negative, left.subtract(&right), scale),
        }
    }

    pub(in crate::calc) fn subtract(&self, other: &Decimal) -> Decimal {
        self.add(&other.negated())
    }

    /// The places kept are those of the factors, and up to `scale` if the exact product has them.
    pub(in crate::calc) fn multiply(&self, other: &Decimal, scale: usize) -> Decimal {
        let exact = self.scale + other.scale;
        let kept = exact.min(scale.max(self.scale).max(other.scale));
        let product =
            Decimal::new(self.negative != other.negative, self.digits.multiply(&other.digits), exact);
        product.cut(kept)
    }

    /// The quotient with `scale` places.
    pub(in crate::calc) fn divide(&self, other: &Decimal, scale: usize) -> Result<Decimal, MathError> {
        if other.is_zero() {
            return Err(MathError::DivideByZero);
        }
        let places = other.scale + scale;
        let (numerator, denominator) = if places >= self.scale {
            (self.digits.shift_up(places - self.scale), other.digits.clone())
        } else {
            (self.digits.clone(), other.digits.shift_up(self.scale - places))
        };
        let quotient = numerator.divide(&denominator).0;
        Ok(Decimal::new(self.negative != other.negative, quotient, scale))
    }

    /// The quotient with `scale` places, and what is left of the dividend then.
    pub(in crate::calc) fn divide_rest(
        &self,
        other: &Decimal,
        scale: usize,
    ) -> Result<(Decimal, Decimal), MathError> {
        let quotient = self.divide(other, scale)?;
        let exact = quotient.multiply(other, quotient.scale + other.scale);
        let rest = self.subtract(&exact).with_scale(self.scale.max(scale + other.scale));
        Ok((quotient, rest))
    }

    pub(in crate::calc) fn remainder(&self, other: &Decimal, scale: usize) -> Result<Decimal, MathError> {
        Ok(self.divide_rest(other, scale)?.1)
    }

    /// To the power of a whole number.
    pub(in crate::calc) fn power(&self, exponent: &Decimal, scale: usize) -> Result<Decimal, MathError> {
        if exponent.has_fraction() {
            return Err(MathError::NotAnInteger);
        }
        if exponent.is_zero() {
            return Ok(Decimal::from_u64(1));
        }
        if self.is_zero() {
            return Ok(Decimal::zero(scale));
        }
        let times = exponent.whole().ok_or(MathError::Overflow)?;
        let exact = usize::try_from(times).ok().and_then(|times| self.scale.checked_mul(times));
        let exact = exact.ok_or(MathError::Overflow)?;
        let negative = self.negative && times % 2 == 1;
        let power = Decimal::new(negative, raise(&self.digits, times), exact);
        if exponent.negative {
            return Decimal::from_u64(1).divide(&power, scale);
        }
        Ok(power.cut(exact.min(scale.max(self.scale))))
    }

    /// About how many limbs a power has; `None` when nobody can compute it.
    pub(in crate::calc) fn power_size(&self, exponent: &Decimal) -> Option<u64> {
        self.digits.power_limbs(exponent.whole()?)
    }

    pub(in crate::calc) fn root(&self, scale: usize) -> Result<Decimal, MathError> {
        if self.negative {
            return Err(MathError::Negative);
        }
        if self.is_zero() {
            return Ok(Decimal::zero(scale));
        }
        let places = self.scale.max(scale);
        let squared = self.digits.shift_up(2 * places - self.scale);
        Ok(Decimal::new(false, squared.root(), places))
    }

    /// `self ^ exponent % modulus` of whole numbers.
    pub(in crate::calc) fn modular_power(
        &self,
        exponent: &Decimal,
        modulus: &Decimal,
    ) -> Result<Decimal, MathError> {
        if modulus.is_zero() {
            return Err(MathError::DivideByZero);
        }
        if [self, exponent, modulus].iter().any(|number| number.scale > 0) {
            return Err(MathError::NotAnInteger);
        }
        if exponent.negative {
            return Err(MathError::Negative);
        }
        let mut base = self.remainder(modulus, 0)?;
        let mut left = exponent.digits.clone();
        let mut result = Decimal::from_u64(1);
        while !left.is_zero() {
            let (half, odd) = left.divide_small(2);
            if odd == 1 {
                result = result.multiply(&base, 0).remainder(modulus, 0)?;
            }
            base = base.multiply(&base, 0).remainder(modulus, 0)?;
            left = half;
        }
        Ok(result)
    }
}

fn raise(base: &Natural, mut times: u64) -> Natural {
    let mut square = base.clone();
    let mut power = Natural::from_u64(1);
    loop {
        if times % 2 == 1 {
            power = power.multiply(&square);
        }
        times /= 2;
        if times == 0 {
            return power;
        }
        square = square.multiply(&square);
    }
}
