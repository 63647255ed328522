//! SHA-crypt as U. Drepper specified it.

use sha2::{Digest, Sha256, Sha512};

use super::push;

/// The rounds when the salt asks for no other number; busybox's own salts never do.
pub(super) const ROUNDS: usize = 5000;
/// What musl takes for a number of rounds: fewer are raised, more refused.
const FEWEST: usize = 1000;
const MOST: usize = 9_999_999;

/// The rounds that a salt asks for.
pub(super) fn rounds(text: &[u8]) -> Option<usize> {
    let number: usize = std::str::from_utf8(text).ok()?.parse().ok()?;
    (number <= MOST).then_some(number.max(FEWEST))
}

/// The characters after `$5$SALT$`.
pub(super) fn hash_256(password: &[u8], salt: &[u8], rounds: usize) -> String {
    encode_256(&digest::<Sha256>(password, salt, rounds))
}

/// The characters after `$6$SALT$`.
pub(super) fn hash_512(password: &[u8], salt: &[u8], rounds: usize) -> String {
    encode_512(&digest::<Sha512>(password, salt, rounds))
}

/// The digest after all rounds.
fn digest<H: Digest>(password: &[u8], salt: &[u8], rounds: usize) -> Vec<u8> {
    let digest = |parts: &[&[u8]]| {
        let mut hash = H::new();
        parts.iter().for_each(|part| hash.update(part));
        hash.finalize().to_vec()
    };
    let stretch = |block: &[u8], len: usize| -> Vec<u8> { block.iter().copied().cycle().take(len).collect() };
    let other = digest(&[password, salt, password]);
    let filled = stretch(&other, password.len());
    let mut parts: Vec<&[u8]> = vec![password, salt, &filled];
    let mut bits = password.len();
    while bits > 0 {
        parts.push(if bits & 1 == 1 { &other } else { password });
        bits >>= 1;
    }
    let mut state = digest(&parts);
    let passwords = stretch(&digest(&vec![password; password.len()]), password.len());
    let salts = stretch(&digest(&vec![salt; 16 + usize::from(state[0])]), salt.len());
    for round in 0..rounds {
        let odd = round % 2 == 1;
        let mut parts: Vec<&[u8]> = vec![if odd { &passwords } else { &state }];
        if round % 3 != 0 {
            parts.push(&salts);
        }
        if round % 7 != 0 {
            parts.push(&passwords);
        }
        parts.push(if odd { &state } else { &passwords });
        state = digest(&parts);
    }
    state
}

/// The published order of the bytes: each group of three begins where the one before ended.
fn encode_512(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut a, mut b, mut c) = (0, 21, 42);
    for _ in 0..21 {
        push(bytes[a], bytes[b], bytes[c], 4, &mut text);
        (a, b, c) = (b + 1, c + 1, a + 1);
    }
    push(0, 0, bytes[63], 2, &mut text);
    text
}

fn encode_256(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut a, mut b, mut c) = (0, 10, 20);
    for _ in 0..10 {
        push(bytes[a], bytes[b], bytes[c], 4, &mut text);
        (a, b, c) = (c + 1, a + 1, b + 1);
    }
    push(0, bytes[31], bytes[30], 3, &mut text);
    text
}
