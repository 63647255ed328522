//! factor.

use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};

use super::input::Input;
use crate::frame::table::Ended;
use crate::frame::{say, usage};

pub(crate) const USAGE: &str = "[NUMBER]...

Print the prime factors of each NUMBER (or of those in stdin)";

pub(crate) async fn main(p: &mut Process) -> Ended {
    // There are no options: a minus makes a word that is no number.
    let words = p.args()[1..].to_vec();
    if !words.is_empty() {
        for word in words {
            factor(p, word.as_bstr()).await?;
        }
        return Ok(Exit(0));
    }
    let mut input = Input::new(Vec::new());
    while let Some(line) = input.line(p).await {
        for word in line.fields_with(|c| c.is_ascii_whitespace()) {
            factor(p, word.as_bstr()).await?;
        }
    }
    Ok(Exit(0))
}

async fn factor(p: &mut Process, word: &BStr) -> Result<(), Exit> {
    let text = word.trim_ascii();
    let number: Option<u64> = text.to_str().ok().and_then(|text| text.parse().ok());
    let Some(number) = number else { return Err(usage::misuse(p, USAGE, 1).await) };
    let mut factors = Vec::new();
    p.tick(split(number, &mut factors)).await;
    factors.sort_unstable();
    let mut line = format!("{number}:");
    for factor in factors {
        line.push_str(&format!(" {factor}"));
    }
    say::print(p, line + "\n").await
}

/// Trial divisions go up to here; what is left then has two factors above it at least, or is prime.
const SMALL: u64 = 1 << 10;

/// Adds the prime factors of a number; the result is what that cost.
fn split(number: u64, factors: &mut Vec<u64>) -> u32 {
    let mut left = number;
    for divisor in std::iter::once(2).chain((3..SMALL).step_by(2)) {
        while left > 1 && left.is_multiple_of(divisor) {
            factors.push(divisor);
            left /= divisor;
        }
    }
    let mut cost = 1;
    let mut waiting = vec![left];
    while let Some(number) = waiting.pop() {
        if number <= 1 {
            continue;
        }
        cost += 1;
        if is_prime(number) {
            factors.push(number);
            continue;
        }
        let (divisor, steps) = divisor(number);
        cost += steps / 1024;
        waiting.extend([divisor, number / divisor]);
    }
    cost
}

fn multiply(left: u64, right: u64, modulus: u64) -> u64 {
    (u128::from(left) * u128::from(right) % u128::from(modulus)) as u64
}

/// Miller and Rabin's test; these bases decide for all numbers of 64 bits.
fn is_prime(number: u64) -> bool {
    if number < SMALL * SMALL {
        // Trial divisions have left nothing else.
        return true;
    }
    let twos = (number - 1).trailing_zeros();
    let odd = (number - 1) >> twos;
    [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37].into_iter().all(|base| {
        let (mut power, mut square, mut left) = (1, base, odd);
        while left > 0 {
            if left & 1 == 1 {
                power = multiply(power, square, number);
            }
            square = multiply(square, square, number);
            left >>= 1;
        }
        let mut witness = power == 1 || power == number - 1;
        for _ in 1..twos {
            power = multiply(power, power, number);
            witness |= power == number - 1;
        }
        witness
    })
}

/// A divisor of a number that is not prime, and the steps it took: Pollard's rho.
fn divisor(number: u64) -> (u64, u32) {
    let root = number.isqrt();
    if root * root == number {
        return (root, 1);
    }
    let mut steps = 0;
    for seed in 1.. {
        let next = |value: u64| multiply(value, value, number).wrapping_add(seed) % number;
        let (mut slow, mut fast) = (2, 2);
        loop {
            slow = next(slow);
            fast = next(next(fast));
            steps += 1;
            let common = greatest_common_divisor(slow.abs_diff(fast), number);
            if common == number {
                break;
            }
            if common > 1 {
                return (common, steps);
            }
        }
    }
    (1, steps)
}

fn greatest_common_divisor(mut left: u64, mut right: u64) -> u64 {
    while left > 0 {
        (left, right) = (right % left, left);
    }
    right
}
