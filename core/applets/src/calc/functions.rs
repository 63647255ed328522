//! The functions of bc's library: series with guard digits, reduced as busybox reduces them, so that the last
//! digit agrees with its answers.

use kernel::Process;

use super::decimal::{Decimal, MathError};
use super::work::{self, Operation};

/// A function of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Library {
    Sine,
    Cosine,
    Arctangent,
    Logarithm,
    Exponential,
    Bessel,
}

impl Library {
    pub(super) const ALL: [Library; 6] = [
        Library::Sine,
        Library::Cosine,
        Library::Arctangent,
        Library::Logarithm,
        Library::Exponential,
        Library::Bessel,
    ];

    /// Its name.
    pub(super) fn letter(self) -> u8 {
        match self {
            Library::Sine => b's',
            Library::Cosine => b'c',
            Library::Arctangent => b'a',
            Library::Logarithm => b'l',
            Library::Exponential => b'e',
            Library::Bessel => b'j',
        }
    }

    pub(super) fn parameters(self) -> usize {
        if self == Library::Bessel { 2 } else { 1 }
    }
}

/// Calls a function; `order` is the first argument of one that has two.
pub(super) async fn call(
    p: &mut Process,
    function: Library,
    order: &Decimal,
    x: &Decimal,
    scale: usize,
) -> Result<Decimal, MathError> {
    match function {
        Library::Sine => sine(p, x, scale).await,
        Library::Cosine => cosine(p, x, scale).await,
        Library::Arctangent => arctangent(p, x, scale).await,
        Library::Logarithm => logarithm(p, x, scale).await,
        Library::Exponential => exponential(p, x, scale).await,
        Library::Bessel => bessel(p, order, x, scale).await,
    }
}

/// Arithmetic at one scale, whose work is accounted.
struct Work<'p> {
    p: &'p mut Process,
    scale: usize,
}

/// Places of the angles that are kept ready.
const READY: usize = 65;
const QUARTER_PI: &[u8] = b".7853981633974483096156608458198757210492923498437764552437361480";
const ARCTANGENT_OF_FIFTH: &[u8] = b".1973955598498807583700497651947902934475851037878521015176889402";

fn number(value: u64) -> Decimal {
    Decimal::from_u64(value)
}

fn decimal(text: &[u8]) -> Decimal {
    Decimal::read(text, 10)
}

impl Work<'_> {
    async fn times(&mut self, left: &Decimal, right: &Decimal) -> Decimal {
        work::account(self.p, left.size() as u64 * right.size() as u64).await;
        left.multiply(right, self.scale)
    }

    async fn over(&mut self, left: &Decimal, right: &Decimal) -> Result<Decimal, MathError> {
        work::operate(self.p, Operation::Divide, left, right, self.scale).await
    }
}

fn positive(x: &Decimal) -> Decimal {
    if x.is_negative() { x.negated() } else { x.clone() }
}

fn above(x: &Decimal, limit: &Decimal) -> bool {
    x.compare(limit).is_gt()
}

/// `e(x)`: the argument is halved until it is at most 1, the result squared as often.
async fn exponential(p: &mut Process, x: &Decimal, scale: usize) -> Result<Decimal, MathError> {
    let one = number(1);
    let mut x_left = positive(x);
    let guard = number(6 + scale as u64).add(&decimal(b".44").multiply(&x_left, scale));
    let guard = guard.whole().and_then(|places| usize::try_from(places).ok()).ok_or(MathError::Overflow)?;
    let mut work = Work { p, scale: x.scale() + 1 };
    let mut halvings = 0;
    while above(&x_left, &one) {
        x_left = work.over(&x_left, &number(2)).await?;
        work.scale += 1;
        halvings += 1;
    }
    work.scale = guard;
    let mut sum = x_left.add(&one);
    let (mut power, mut factorial) = (x_left.clone(), one.clone());
    let mut index = 2;
    loop {
        power = work.times(&power, &x_left).await;
        factorial = work.times(&factorial, &number(index)).await;
        let term = work.over(&power, &factorial).await?;
        if term.is_zero() {
            break;
        }
        sum = sum.add(&term);
        index += 1;
    }
    for _ in 0..halvings {
        sum = work.times(&sum, &sum).await;
    }
    if x.is_negative() { one.divide(&sum, scale) } else { sum.divide(&one, scale) }
}

/// `l(x)`: roots are drawn until the argument is between a half and 2.
async fn logarithm(p: &mut Process, x: &Decimal, scale: usize) -> Result<Decimal, MathError> {
    let one = number(1);
    if x.is_zero() || x.is_negative() {
        let lowest = one.subtract(&number(10).power(&number(scale as u64), scale)?);
        return lowest.divide(&one, scale);
    }
    let mut work = Work { p, scale: scale + 6 };
    let (two, half) = (number(2), decimal(b".5"));
    let mut factor = two.clone();
    let mut x = x.clone();
    while !above(&two, &x) || !above(&x, &half) {
        factor = work.times(&factor, &two).await;
        x = work::root(work.p, &x, work.scale).await?;
    }
    let mut power = work.over(&x.subtract(&one), &x.add(&one)).await?;
    let square = work.times(&power, &power).await;
    let mut sum = power.clone();
    let mut index = 3;
    loop {
        power = work.times(&power, &square).await;
        let term = work.over(&power, &number(index)).await?;
        if term.is_zero() {
            break;
        }
        sum = sum.add(&term);
        index += 2;
    }
    work.times(&sum, &factor).await.divide(&one, scale)
}

/// `a(x)`: a fifth is taken off the angle's tangent until little is left.
async fn arctangent(p: &mut Process, x: &Decimal, scale: usize) -> Result<Decimal, MathError> {
    let one = number(1);
    let sign = if x.is_negative() { one.negated() } else { one.clone() };
    let mut x = positive(x);
    let fifth = decimal(b".2");
    if scale < READY {
        for (tangent, angle) in [(&one, QUARTER_PI), (&fifth, ARCTANGENT_OF_FIFTH)] {
            if x.compare(tangent).is_eq() {
                return decimal(angle).divide(&sign, scale);
            }
        }
    }
    let fifth_angle = if above(&x, &fifth) {
        Box::pin(arctangent(p, &fifth, scale + 5)).await?
    } else {
        Decimal::default()
    };
    let mut work = Work { p, scale: scale + 3 };
    let mut fifths = 0;
    while above(&x, &fifth) {
        fifths += 1;
        let below = work.times(&fifth, &x).await.add(&one);
        x = work.over(&x.subtract(&fifth), &below).await?;
    }
    let step = work.times(&x.negated(), &x).await;
    let (mut sum, mut power) = (x.clone(), x);
    let mut index = 3;
    loop {
        power = work.times(&power, &step).await;
        let term = work.over(&power, &number(index)).await?;
        if term.is_zero() {
            break;
        }
        sum = sum.add(&term);
        index += 2;
    }
    work.scale = scale;
    let whole = work.times(&number(fifths), &fifth_angle).await;
    whole.add(&sum).divide(&sign, scale)
}

/// `s(x)`: whole quarters of the circle are taken off first.
async fn sine(p: &mut Process, x: &Decimal, scale: usize) -> Result<Decimal, MathError> {
    if x.is_negative() {
        return Ok(Box::pin(sine(p, &x.negated(), scale)).await?.negated());
    }
    let one = number(1);
    let quarter = arctangent(p, &one, scale + scale / 10 + 2).await?;
    let turns = x.divide(&quarter, 0)?.add(&number(2)).divide(&number(4), 0)?;
    let mut x = x.subtract(&number(4).multiply(&turns, 0).multiply(&quarter, 0));
    if !turns.remainder(&number(2), 0)?.is_zero() {
        x = x.negated();
    }
    let mut work = Work { p, scale: scale + 2 };
    let square = work.times(&x.negated(), &x).await;
    let (mut sum, mut term) = (x.clone(), x);
    let mut index = 3;
    while !term.is_zero() {
        let step = work.over(&square, &number(index * (index - 1))).await?;
        term = work.times(&term, &step).await;
        sum = sum.add(&term);
        index += 2;
    }
    sum.divide(&one, scale)
}

/// `c(x)`: the sine a quarter of the circle later.
async fn cosine(p: &mut Process, x: &Decimal, scale: usize) -> Result<Decimal, MathError> {
    let guarded = scale + scale / 5;
    let quarter = arctangent(p, &number(1), guarded).await?;
    let shifted = number(2).multiply(&quarter, guarded).add(x);
    sine(p, &shifted, guarded).await?.divide(&number(1), scale)
}

/// `j(n,x)`: the Bessel function of whole order.
async fn bessel(p: &mut Process, order: &Decimal, x: &Decimal, scale: usize) -> Result<Decimal, MathError> {
    let one = number(1);
    let order = order.divide(&one, 0)?;
    let negate = order.is_negative() && !order.remainder(&number(2), 0)?.is_zero();
    let order = positive(&order);
    let times = order.whole().ok_or(MathError::Overflow)?;
    let mut work = Work { p, scale: 0 };
    let mut factorial = one.clone();
    for index in 2..=times {
        factorial = work.times(&factorial, &number(index)).await;
    }
    work.scale = scale + scale / 2;
    let halves = number(2).power(&order, work.scale)?;
    let above = x.power(&order, work.scale)?;
    let lead = work.over(&above, &halves).await?;
    let lead = work.over(&lead, &factorial).await?;
    let square = work.times(&x.negated(), x).await;
    let step = work.over(&square, &number(4)).await?;
    work.scale = (work.scale + lead.length()).checked_sub(lead.scale()).ok_or(MathError::Negative)?;
    let (mut sum, mut term) = (one.clone(), one.clone());
    let mut index = 1;
    while !term.is_zero() {
        term = work.times(&term, &step).await;
        term = work.over(&term, &number(index)).await?;
        term = work.over(&term, &order.add(&number(index))).await?;
        sum = sum.add(&term);
        index += 1;
    }
    let lead = if negate { lead.negated() } else { lead };
    work.scale = scale;
    work.times(&lead, &sum).await.divide(&one, scale)
}
