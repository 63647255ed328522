//! Tokens and their names in error messages.

use bstr::BString;

use crate::ast::{FileMode, Word};

/// What the lexer delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Word(Word),
    Newline,
    End,
    Semicolon,
    DoubleSemicolon,
    Ampersand,
    And,
    Or,
    Pipe,
    Open,
    Close,
    Redirect(RedirectToken),
}

/// A redirection operator with the descriptor in front of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RedirectToken {
    pub(crate) fd: u32,
    pub(crate) kind: RedirectKind,
}

/// The redirection operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectKind {
    File(FileMode),
    Duplicate,
    Here { strip_tabs: bool },
}

/// The reserved words, sorted.
pub(crate) const KEYWORDS: &[&str] = &[
    "!", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "then", "until",
    "while", "{", "}",
];

/// Whether a name is a reserved word.
pub(crate) fn is_keyword(name: &[u8]) -> bool {
    KEYWORDS.binary_search_by(|word| word.as_bytes().cmp(name)).is_ok()
}

impl Token {
    /// The reserved word that this token is, if it is one.
    pub(crate) fn keyword(&self) -> Option<&'static str> {
        let Token::Word(word) = self else { return None };
        let text = word.as_literal()?;
        let index = KEYWORDS.binary_search_by(|word| word.as_bytes().cmp(text)).ok()?;
        Some(KEYWORDS[index])
    }

    /// The text of a word without quotes or expansions.
    pub(crate) fn literal(&self) -> Option<&BString> {
        match self {
            Token::Word(word) => word.as_literal(),
            _ => None,
        }
    }

    /// How error messages name this token. `keywords`: whether reserved words counted where it was read.
    pub(crate) fn name(&self, keywords: bool) -> String {
        let symbol = match self {
            Token::Word(_) => match self.keyword() {
                Some(word) if keywords => word,
                _ => return "word".into(),
            },
            Token::Newline => return "newline".into(),
            Token::End => return "end of file".into(),
            Token::Redirect(_) => return "redirection".into(),
            Token::Semicolon => ";",
            Token::DoubleSemicolon => ";;",
            Token::Ampersand => "&",
            Token::And => "&&",
            Token::Or => "||",
            Token::Pipe => "|",
            Token::Open => "(",
            Token::Close => ")",
        };
        format!("\"{symbol}\"")
    }
}
