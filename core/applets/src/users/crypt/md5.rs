//! MD5-crypt as FreeBSD introduced it.

use md5::{Digest, Md5};

use super::push;

const ROUNDS: usize = 1000;

/// The characters after `$1$SALT$`.
pub(super) fn hash(password: &[u8], salt: &[u8]) -> String {
    let digest = |parts: &[&[u8]]| {
        let mut hash = Md5::new();
        parts.iter().for_each(|part| hash.update(part));
        hash.finalize().to_vec()
    };
    let other = digest(&[password, salt, password]);
    let filled: Vec<u8> = other.iter().copied().cycle().take(password.len()).collect();
    let mut parts: Vec<&[u8]> = vec![password, b"$1$", salt, &filled];
    let mut bits = password.len();
    while bits > 0 {
        parts.push(if bits & 1 == 1 { &[0] } else { &password[..1] });
        bits >>= 1;
    }
    let mut state = digest(&parts);
    for round in 0..ROUNDS {
        let odd = round % 2 == 1;
        let mut parts: Vec<&[u8]> = vec![if odd { password } else { &state }];
        if round % 3 != 0 {
            parts.push(salt);
        }
        if round % 7 != 0 {
            parts.push(password);
        }
        parts.push(if odd { &state } else { password });
        state = digest(&parts);
    }
    encode(&state)
}

/// The published order of the bytes.
fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for at in 0..4 {
        push(bytes[at], bytes[at + 6], bytes[at + 12], 4, &mut text);
    }
    push(bytes[4], bytes[10], bytes[5], 4, &mut text);
    push(0, 0, bytes[11], 2, &mut text);
    text
}
