//! What busybox thinks of a new password.

use bstr::{BStr, ByteSlice};

use super::database::User;

/// The least length.
const LEAST: usize = 6;

/// What is wrong with a password; root is told and may have it all the same.
pub(super) fn fault(password: &[u8], user: &User, hostname: &BStr) -> Option<&'static str> {
    if password.len() < LEAST {
        return Some("too short");
    }
    let owned = [
        (user.name.as_bstr(), "similar to username"),
        (user.gecos.as_bstr(), "similar to gecos"),
        (hostname, "similar to hostname"),
    ];
    if let Some((_, fault)) = owned.iter().find(|(word, _)| contains(password, word)) {
        return Some(fault);
    }
    let most = password.iter().map(|byte| password.iter().filter(|other| *other == byte).count()).max();
    if most.is_some_and(|most| 2 * most >= password.len()) {
        return Some("too many similar characters");
    }
    let kinds: [fn(&u8) -> bool; 4] =
        [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, |byte| {
            !byte.is_ascii_alphanumeric()
        }];
    let mixed = kinds.iter().filter(|kind| password.iter().any(kind)).count();
    (password.len() < LEAST + 2 * (4 - mixed)).then_some("too weak")
}

/// Whether the word or its reverse is in the password, in any case.
fn contains(password: &[u8], word: &BStr) -> bool {
    let password = password.to_ascii_lowercase();
    let word = word.to_ascii_lowercase();
    let reversed: Vec<u8> = word.iter().rev().copied().collect();
    !word.is_empty() && (password.contains_str(&word) || password.contains_str(&reversed))
}
