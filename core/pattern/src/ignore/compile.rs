//! A pattern into the way it is matched.

use regex_lite::Regex;

/// Whose rules hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// `pkg/fileutils` of Docker 20.10: always a regular expression, in which `+ ( ) | { }` of the
    /// pattern keep their meaning, and `**x` does not match within a name.
    Docker20_10,
    /// moby/patternmatcher.
    #[default]
    Current,
}

/// How a pattern is matched.
#[derive(Clone, Debug)]
pub enum Strategy {
    /// The path is the pattern.
    Exact,
    /// The path begins with the pattern without its final `**`.
    Prefix,
    /// The path ends with the pattern without its leading `**`.
    Suffix,
    /// By a regular expression, in Go's spelling.
    Regexp {
        /// The expression.
        text: String,
        /// The same compiled; `None` when it is malformed.
        regex: Option<Regex>,
    },
}

impl Strategy {
    /// Whether `path` matches the cleaned `pattern`; `None` when the pattern is malformed.
    pub(super) fn matches(&self, pattern: &str, path: &str) -> Option<bool> {
        Some(match self {
            Self::Exact => path == pattern,
            Self::Prefix => path.starts_with(pattern.strip_suffix("**").unwrap_or(pattern)),
            Self::Suffix => {
                let suffix = pattern.strip_prefix("**").unwrap_or(pattern);
                path.ends_with(suffix) || suffix.strip_prefix('/') == Some(path)
            }
            Self::Regexp { regex, .. } => regex.as_ref()?.is_match(path),
        })
    }
}

enum Shape {
    Exact,
    Prefix,
    Suffix,
    Regexp,
}

/// Chooses the strategy of a cleaned pattern.
pub(super) fn compile(pattern: &str, dialect: Dialect) -> Strategy {
    let (text, shape) = translate(pattern, dialect);
    match (dialect, shape) {
        (Dialect::Current, Shape::Exact) => Strategy::Exact,
        (Dialect::Current, Shape::Prefix) => Strategy::Prefix,
        (Dialect::Current, Shape::Suffix) => Strategy::Suffix,
        _ => {
            let text = format!("{text}$");
            let regex = Regex::new(&respell(&text)).ok();
            Strategy::Regexp { text, regex }
        }
    }
}

/// The regular expression without its final `$`, and the simplest way to match.
fn translate(pattern: &str, dialect: Dialect) -> (String, Shape) {
    let meta = match dialect {
        Dialect::Docker20_10 => ".$",
        Dialect::Current => ".+()|{}$",
    };
    let mut text = String::from("^");
    let mut shape = Shape::Exact;
    let mut chars = pattern.chars().peekable();
    let mut is_first = true;
    while let Some(ch) = chars.next() {
        match ch {
            '*' if chars.peek() == Some(&'*') => {
                chars.next();
                chars.next_if_eq(&'/');
                let is_last = chars.peek().is_none();
                shape = match shape {
                    Shape::Exact if is_last => Shape::Prefix,
                    _ => Shape::Regexp,
                };
                text.push_str(if is_last { ".*" } else { "(.*/)?" });
                if is_first {
                    shape = Shape::Suffix;
                }
            }
            '*' | '?' => {
                text.push_str(if ch == '*' { "[^/]*" } else { "[^/]" });
                shape = Shape::Regexp;
            }
            '\\' => {
                text.push('\\');
                if let Some(escaped) = chars.next() {
                    text.push(escaped);
                    shape = Shape::Regexp;
                }
            }
            '[' | ']' => {
                text.push(ch);
                shape = Shape::Regexp;
            }
            other => {
                if meta.contains(other) {
                    text.push('\\');
                }
                text.push(other);
            }
        }
        is_first = false;
    }
    (text, shape)
}

/// Go's expression in the spelling of the engine here: a `[` within a class is escaped, since nested
/// classes mean something else; so are letters that Go takes as they are.
fn respell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    // Characters of the class so far; none outside of one.
    let mut class: Option<usize> = None;
    while let Some(ch) = chars.next() {
        match (class, ch) {
            (_, '\\') => {
                out.push('\\');
                out.extend(chars.next());
                class = class.map(|count| count + 1);
            }
            (None, '[') => {
                out.push('[');
                class = Some(0);
                if let Some(caret) = chars.next_if_eq(&'^') {
                    out.push(caret);
                }
            }
            (Some(0), ']') => {
                out.push_str("\\]");
                class = Some(1);
            }
            (Some(_), ']') => {
                out.push(']');
                class = None;
            }
            (Some(count), '[' | '&' | '~') if !(ch == '[' && chars.peek() == Some(&':')) => {
                out.push('\\');
                out.push(ch);
                class = Some(count + 1);
            }
            _ => {
                out.push(ch);
                class = class.map(|count| count + 1);
            }
        }
    }
    out
}
