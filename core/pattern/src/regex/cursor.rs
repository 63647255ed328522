use super::program::Side;

/// What stands at a position of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// A character and its length in bytes.
    Char(char, usize),
    /// The end: a NUL ends a text as it ends a C string.
    End,
    /// Not UTF-8: the whole search fails, as in musl.
    Invalid,
}

impl Next {
    pub(super) fn side(self) -> Side {
        match self {
            Next::Char(c, _) => Side::of(c),
            Next::End | Next::Invalid => Side::Edge,
        }
    }
}

/// Reads the character at `at`.
pub(super) fn next(text: &[u8], at: usize) -> Next {
    match text.get(at) {
        None | Some(0) => Next::End,
        Some(&byte) if byte < 128 => Next::Char(char::from(byte), 1),
        Some(_) => match text.get(at..).and_then(decode) {
            Some((c, length)) => Next::Char(c, length),
            None => Next::Invalid,
        },
    }
}

/// Decodes the first UTF-8 character of a text.
pub(super) fn decode(text: &[u8]) -> Option<(char, usize)> {
    let (c, length) = bstr::decode_utf8(text);
    Some((c?, length))
}
