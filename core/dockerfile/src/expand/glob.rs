//! The patterns of `#`, `%` and `/`: `*`, `?` and escapes, no brackets.

/// Pattern length times text length may not exceed this: matching keeps a bit for each pair.
const WORK_LIMIT: usize = 1 << 24;

/// Why a pattern is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// Only `*`, `?`, `\`, `}` and `/` can be escaped.
    #[error("invalid escape '\\{0}'")]
    Escape(char),
    /// Beyond our own limit; Docker has none.
    #[error("pattern and value are too long to match")]
    TooLong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    One(char),
    Any,
    Star,
}

/// A parsed pattern. Neither `*` nor `?` matches a line feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    tokens: Vec<Token>,
    greedy: bool,
}

impl Glob {
    /// Parses `pattern`. `greedy` makes each `*` take as much as it can, from the left.
    ///
    /// # Errors
    /// On a backslash before another character than `*`, `?`, `\`, `}` or `/`.
    pub fn parse(pattern: &str, greedy: bool) -> Result<Self, GlobError> {
        let mut tokens = Vec::new();
        let mut chars = pattern.chars().peekable();
        while let Some(ch) = chars.next() {
            let token = match ch {
                '*' => Token::Star,
                '?' => Token::Any,
                '\\' if matches!(chars.peek(), Some('}' | '/')) => continue,
                '\\' => match chars.next() {
                    Some(escaped @ ('*' | '?' | '\\')) => Token::One(escaped),
                    other => return Err(GlobError::Escape(other.unwrap_or('\u{fffd}'))),
                },
                other => Token::One(other),
            };
            tokens.push(token);
        }
        Ok(Self { tokens, greedy })
    }

    /// The same as a regular expression anchored at the beginning, to show or compare.
    #[must_use]
    pub fn regex_text(&self) -> String {
        let mut text = String::from("^");
        for token in &self.tokens {
            match token {
                Token::Star => text.push_str(if self.greedy { ".*" } else { ".*?" }),
                Token::Any => text.push('.'),
                Token::One(ch) => {
                    if "\\[]{}.+*?()|^$".contains(*ch) {
                        text.push('\\');
                    }
                    text.push(*ch);
                }
            }
        }
        text
    }

    /// Prepares matching against `text`.
    pub(super) fn over<'m>(&'m self, text: &'m [char]) -> Result<Matcher<'m>, GlobError> {
        Ok(Matcher { glob: self, text, table: Table::new(&self.tokens, text)? })
    }
}

/// A pattern together with a text.
pub(super) struct Matcher<'m> {
    glob: &'m Glob,
    text: &'m [char],
    table: Table,
}

impl Matcher<'_> {
    /// The end of the preferred match that begins at character `start`.
    pub(super) fn at(&self, start: usize) -> Option<usize> {
        self.table.matches(0, start).then(|| self.end_of(start))
    }

    /// The first match that begins at `from` or later: indexes of characters.
    pub(super) fn find(&self, from: usize) -> Option<(usize, usize)> {
        (from..=self.text.len()).find_map(|start| Some((start, self.at(start)?)))
    }

    /// Follows the preferences from a start that is known to match.
    fn end_of(&self, start: usize) -> usize {
        let text = self.text;
        let mut at = start;
        for (index, token) in self.glob.tokens.iter().enumerate() {
            if *token != Token::Star {
                at += 1;
                continue;
            }
            let line_end = text[at..].iter().position(|ch| *ch == '\n').map_or(text.len(), |len| at + len);
            let mut stops = at..=line_end;
            let fits = |stop: &usize| self.table.matches(index + 1, *stop);
            let stop = if self.glob.greedy { stops.rfind(fits) } else { stops.find(fits) };
            at = stop.unwrap_or(at);
        }
        at
    }
}

/// Which pattern suffixes match somewhere from which positions.
struct Table {
    rows: Vec<Vec<bool>>,
}

impl Table {
    fn new(tokens: &[Token], text: &[char]) -> Result<Self, GlobError> {
        if tokens.len().saturating_add(1).saturating_mul(text.len() + 1) > WORK_LIMIT {
            return Err(GlobError::TooLong);
        }
        let mut rows = vec![vec![true; text.len() + 1]];
        for token in tokens.iter().rev() {
            let next = &rows[rows.len() - 1];
            let mut row = vec![false; text.len() + 1];
            for at in (0..=text.len()).rev() {
                let here = text.get(at);
                row[at] = match token {
                    Token::One(ch) => here == Some(ch) && next[at + 1],
                    Token::Any => here.is_some_and(|ch| *ch != '\n') && next[at + 1],
                    Token::Star => next[at] || (here.is_some_and(|ch| *ch != '\n') && row[at + 1]),
                };
            }
            rows.push(row);
        }
        rows.reverse();
        Ok(Self { rows })
    }

    fn matches(&self, token: usize, at: usize) -> bool {
        self.rows[token][at]
    }
}

/// `${value#pattern}`; the error comes with the pattern it is about.
pub(super) fn trim_prefix(pattern: &str, value: &str, greedy: bool) -> Result<String, (String, GlobError)> {
    let text: Vec<char> = value.chars().collect();
    let found = Glob::parse(pattern, greedy).and_then(|glob| Ok(glob.over(&text)?.at(0)));
    match found {
        Ok(Some(end)) => Ok(text[end..].iter().collect()),
        Ok(None) => Ok(value.to_owned()),
        Err(error) => Err((pattern.to_owned(), error)),
    }
}

/// `${value%pattern}`: the prefix of the reversed value, by the reversed pattern.
pub(super) fn trim_suffix(pattern: &str, value: &str, greedy: bool) -> Result<String, (String, GlobError)> {
    let reversed: String = value.chars().rev().collect();
    let rest = trim_prefix(&reverse_pattern(pattern), &reversed, greedy)?;
    Ok(rest.chars().rev().collect())
}

/// Reverses the characters but keeps each escape before what it escapes.
fn reverse_pattern(pattern: &str) -> String {
    let mut units: Vec<String> = Vec::new();
    let mut chars = pattern.chars();
    while let Some(ch) = chars.next() {
        let mut unit = String::from(ch);
        if ch == '\\' {
            unit.extend(chars.next());
        }
        units.push(unit);
    }
    units.reverse();
    units.concat()
}
