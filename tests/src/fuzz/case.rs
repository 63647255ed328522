use super::{applets, script};
use crate::random::Random;

/// One script for both sides.
#[derive(Clone, Debug)]
pub struct Case {
    /// What `sh -c` gets.
    pub script: String,
}

/// The case of a number: a script of the shell's grammar, or calls of applets on random texts.
///
/// `has` tells which applets both sides have.
pub fn generate(seed: u64, number: u64, has: &dyn Fn(&str) -> bool) -> Case {
    let mut random = Random::new(seed, number);
    let script =
        if random.below(5) < 3 { script::program(&mut random) } else { applets::program(&mut random, has) };
    Case { script }
}
