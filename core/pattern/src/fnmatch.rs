//! Shell patterns as musl's `fnmatch` matches them.

/// Switches of [`fnmatch`], named after their `FNM_` constants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FnmatchFlags {
    /// `*`, `?` and brackets do not match `/`.
    pub pathname: bool,
    /// A leading `.` (with `pathname`: of every component) is only matched by `.`.
    pub period: bool,
    /// A backslash is an ordinary character.
    pub noescape: bool,
    /// Case does not matter.
    pub casefold: bool,
}

/// Whether `text` as a whole matches the shell pattern. `?` and brackets take one UTF-8
/// character, or one byte where the text is not UTF-8.
pub fn fnmatch(pattern: &[u8], text: &[u8], flags: FnmatchFlags) -> bool {
    if !flags.pathname {
        return matches_component(pattern, text, flags);
    }
    let mut pattern = pattern;
    let mut text = text;
    loop {
        let text_end = text.iter().position(|&byte| byte == b'/');
        let pattern_end = component_end(pattern, flags);
        let (part, text_rest) = split(text, text_end);
        let (piece, pattern_rest) = split(pattern, pattern_end);
        if text_end.is_some() != pattern_end.is_some() || !matches_component(piece, part, flags) {
            return false;
        }
        if text_end.is_none() {
            return true;
        }
        (text, pattern) = (text_rest, pattern_rest);
    }
}

/// Whether a word has unquoted pattern characters: `*`, `?` or `[`.
pub fn glob_has_magic(pattern: &[u8]) -> bool {
    let mut escaped = false;
    pattern.iter().any(|&byte| {
        let magic = !escaped && matches!(byte, b'*' | b'?' | b'[');
        escaped = byte == b'\\' && !escaped;
        magic
    })
}

fn split(text: &[u8], at: Option<usize>) -> (&[u8], &[u8]) {
    match at {
        Some(at) => (text.get(..at).unwrap_or(text), text.get(at + 1..).unwrap_or_default()),
        None => (text, &[]),
    }
}

/// The first slash of a pattern that is not part of a bracket.
fn component_end(pattern: &[u8], flags: FnmatchFlags) -> Option<usize> {
    let mut at = 0;
    while let Some((token, length)) = next_token(pattern.get(at..)?, flags) {
        if token == Token::Literal('/', length) || pattern.get(at) == Some(&b'/') {
            return Some(at);
        }
        at += length;
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'p> {
    Star,
    Any,
    Bracket(&'p [u8]),
    Literal(char, usize),
    Byte(u8),
}

/// The first token of a pattern and its length.
fn next_token(pattern: &[u8], flags: FnmatchFlags) -> Option<(Token<'_>, usize)> {
    let &first = pattern.first()?;
    match first {
        b'*' => Some((Token::Star, 1)),
        b'?' => Some((Token::Any, 1)),
        b'[' => Some(match bracket_len(pattern) {
            Some(length) => (Token::Bracket(&pattern[1..length - 1]), length),
            None => (Token::Literal('[', 1), 1),
        }),
        b'\\' if !flags.noescape && pattern.len() > 1 => {
            let (token, length) = literal(&pattern[1..]);
            Some((token, length + 1))
        }
        _ => Some(literal(pattern)),
    }
}

fn literal(text: &[u8]) -> (Token<'static>, usize) {
    match bstr::decode_utf8(text) {
        (Some(c), length) => (Token::Literal(c, length), length),
        _ => (Token::Byte(text.first().copied().unwrap_or(0)), 1),
    }
}

/// The length of a complete bracket expression at the start of `pattern`.
fn bracket_len(pattern: &[u8]) -> Option<usize> {
    let mut k = 1;
    if matches!(pattern.get(k), Some(b'^' | b'!')) {
        k += 1;
    }
    if pattern.get(k) == Some(&b']') {
        k += 1;
    }
    loop {
        match *pattern.get(k)? {
            b']' => return Some(k + 1),
            b'[' if matches!(pattern.get(k + 1), Some(b':' | b'.' | b'=')) => {
                let closer = pattern[k + 1];
                k += 2;
                while !(pattern.get(k + 1)? == &b']' && pattern[k] == closer) {
                    k += 1;
                }
                k += 2;
            }
            _ => k += 1,
        }
    }
}

/// Matches without regard to slashes: one star at a time is retried, so the work is at most
/// pattern times text.
fn matches_component(pattern: &[u8], text: &[u8], flags: FnmatchFlags) -> bool {
    if flags.period && text.first() == Some(&b'.') && !starts_with_period(pattern, flags) {
        return false;
    }
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let token = next_token(pattern.get(p..).unwrap_or_default(), flags);
        let rest = text.get(t..).unwrap_or_default();
        let step = match token {
            None if rest.is_empty() => return true,
            None => None,
            Some((Token::Star, length)) => {
                p += length;
                retry = Some((p, t));
                continue;
            }
            Some((token, length)) => matches_one(token, rest, flags).map(|used| (length, used)),
        };
        match (step, retry) {
            (Some((length, used)), _) => {
                p += length;
                t += used;
            }
            (None, Some((after_star, from))) if from < text.len() => {
                let from = from + character(&text[from..]).1;
                retry = Some((after_star, from));
                (p, t) = (after_star, from);
            }
            _ => return false,
        }
    }
}

fn starts_with_period(pattern: &[u8], flags: FnmatchFlags) -> bool {
    matches!(next_token(pattern, flags), Some((Token::Literal('.', _), _)))
}

/// The first character of a text, `None` for a byte that is not UTF-8, and its length.
fn character(text: &[u8]) -> (Option<char>, usize) {
    match bstr::decode_utf8(text) {
        (Some(c), length) => (Some(c), length),
        _ => (None, 1),
    }
}

/// The bytes of `text` that a token takes.
fn matches_one(token: Token<'_>, text: &[u8], flags: FnmatchFlags) -> Option<usize> {
    let &first = text.first()?;
    let (c, length) = character(text);
    let matched = match token {
        Token::Any => true,
        Token::Byte(byte) => byte == first && c.is_none(),
        Token::Literal(wanted, _) => {
            c.is_some_and(|c| c == wanted || (flags.casefold && same_folded(c, wanted)))
        }
        Token::Bracket(inside) => c.is_some_and(|c| {
            let folded = flags.casefold.then(|| swap_case(c));
            in_bracket(inside, c, folded)
        }),
        Token::Star => false,
    };
    matched.then_some(length)
}

fn same_folded(left: char, right: char) -> bool {
    left.to_lowercase().eq(right.to_lowercase())
}

/// The character in the other case, where that is one character.
fn swap_case(c: char) -> char {
    let mut other = c.to_uppercase();
    let upper = other.next().filter(|_| other.next().is_none()).unwrap_or(c);
    if upper != c {
        return upper;
    }
    let mut other = c.to_lowercase();
    other.next().filter(|_| other.next().is_none()).unwrap_or(c)
}

/// Whether `c`, or its other case, is in the bracket with this inside.
fn in_bracket(inside: &[u8], c: char, folded: Option<char>) -> bool {
    let negated = matches!(inside.first(), Some(b'^' | b'!'));
    let mut at = usize::from(negated);
    let first = at;
    let is = |low: char, high: char| {
        (low <= c && c <= high) || folded.is_some_and(|other| low <= other && other <= high)
    };
    let mut previous = None;
    while let Some(rest) = inside.get(at..).filter(|rest| !rest.is_empty()) {
        if rest[0] == b'-' && at != first && rest.len() > 1 {
            let (high, used) = character(&rest[1..]);
            // The upper end is read once more, as a member: `[c-a]` has an `a`.
            at += used;
            if let (Some(low), Some(high)) = (previous, high)
                && is(low, high)
            {
                return !negated;
            }
            continue;
        }
        if rest[0] == b'['
            && let Some(&kind @ (b':' | b'.' | b'=')) = rest.get(1)
        {
            let end = rest.windows(2).skip(2).position(|pair| pair == [kind, b']']).unwrap_or(0) + 2;
            let name = rest.get(2..end).unwrap_or_default();
            // Collating symbols and equivalence classes are read and match nothing.
            let named = |c| kind == b':' && crate::regex::class_contains(name, c);
            if named(c) || folded.is_some_and(named) {
                return !negated;
            }
            at += end + 2;
            continue;
        }
        let (member, used) = character(rest);
        if member.is_some_and(|member| is(member, member)) {
            return !negated;
        }
        previous = member;
        at += used;
    }
    negated
}
