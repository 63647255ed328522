//! Arithmetic whose work is accounted before it is done.

use kernel::Process;

use super::decimal::{Decimal, MathError};

/// The limbs, of nine digits each, that a number may grow to.
const LIMBS: u64 = 200_000;
/// Products of limbs in one step of fuel.
const PER_STEP: u64 = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Power,
    Multiply,
    Divide,
    Remainder,
}

/// Accounts products of limbs.
pub(super) async fn account(p: &mut Process, products: u64) {
    let mut steps = products / PER_STEP + 1;
    while steps > 0 {
        let some = steps.min(1 << 20);
        p.tick(u32::try_from(some).unwrap_or(u32::MAX)).await;
        steps -= some;
    }
}

fn bounded(limbs: u64) -> Result<u64, MathError> {
    if limbs > LIMBS { Err(MathError::TooLong) } else { Ok(limbs) }
}

/// The number of limbs of a number with so many places more.
fn wide(number: &Decimal, scale: usize) -> u64 {
    (number.size() as u64).saturating_add(scale as u64 / 9 + 1)
}

pub(super) async fn operate(
    p: &mut Process,
    operation: Operation,
    left: &Decimal,
    right: &Decimal,
    scale: usize,
) -> Result<Decimal, MathError> {
    let size = right.size() as u64;
    let products = match operation {
        Operation::Multiply => bounded(left.size() as u64)? * bounded(size)?,
        Operation::Divide | Operation::Remainder => {
            bounded(wide(left, scale.saturating_add(right.scale())))? * bounded(size)?
        }
        Operation::Power => {
            let limbs = bounded(left.power_size(right).ok_or(MathError::TooLong)?)?;
            bounded(wide(left, scale))?;
            limbs * limbs / 3
        }
    };
    account(p, products).await;
    match operation {
        Operation::Power => left.power(right, scale),
        Operation::Multiply => Ok(left.multiply(right, scale)),
        Operation::Divide => left.divide(right, scale),
        Operation::Remainder => left.remainder(right, scale),
    }
}

pub(super) async fn root(p: &mut Process, number: &Decimal, scale: usize) -> Result<Decimal, MathError> {
    let limbs = bounded(wide(number, scale.saturating_mul(2)))?;
    account(p, limbs * limbs).await;
    number.root(scale)
}
