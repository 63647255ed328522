//! Heredocs of the current vintage: `<<EOF`, `<<-EOF`, `<<'EOF'`.

use std::borrow::Cow;

use super::lines::LineReader;
use crate::Vintage;
use crate::expand::{Expander, Quotes, Unset};
use crate::space::is_regex_space;

/// A heredoc and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc<'s> {
    /// How it was announced.
    pub word: HeredocWord,
    /// The lines up to the terminator, with their line breaks and leading tabs.
    pub content: Cow<'s, str>,
}

/// The announcement `<<NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeredocWord {
    /// The terminator, unquoted; for COPY also the file's name.
    pub name: String,
    /// Whether variables are expanded in it: no part of the name is quoted.
    pub expand: bool,
    /// `<<-`: leading tabs are cut.
    pub chomp: bool,
    /// The number before `<<`, or 0.
    pub fd: u64,
}

/// Reads one word as a heredoc's announcement; `None` is an ordinary word.
///
/// # Errors
/// On an open quote in the name, with Docker's text.
pub fn parse_heredoc_word(word: &str) -> Result<Option<HeredocWord>, String> {
    let digits = word.len() - word.trim_start_matches(|ch: char| ch.is_ascii_digit()).len();
    let (fd, rest) = word.split_at(digits);
    let Some(rest) = rest.strip_prefix("<<") else { return Ok(None) };
    let (chomp, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let name = rest.trim_start_matches(is_regex_space);
    if name.is_empty() || name.contains('<') {
        return Ok(None);
    }
    let unquoted = lexer(Quotes::Remove, false);
    let unset = |_: &str| None;
    let found = unquoted.expand(name, &unset).map_err(|error| error.to_string())?.words;
    let [found] = found.as_slice() else { return Ok(None) };
    let raw = lexer(Quotes::Keep, false).expand(name, &unset).map_err(|error| error.to_string())?.words;
    let raw_quotes: usize = raw.iter().map(|word| quotes(word)).sum();
    let fd = if fd.is_empty() { 0 } else { fd.parse().unwrap_or(u64::MAX) };
    Ok(Some(HeredocWord { name: found.clone(), expand: quotes(found) == raw_quotes, chomp, fd }))
}

fn lexer(quotes: Quotes, raw_escapes: bool) -> Expander {
    Expander { quotes, raw_escapes, unset: Unset::Keep, ..Expander::new('\\', Vintage::Current) }
}

fn quotes(word: &str) -> usize {
    word.matches(['\'', '"']).count()
}

/// The heredocs a line announces, in order.
pub(super) fn announced(line: &str) -> Result<Vec<HeredocWord>, String> {
    let unset = |_: &str| None;
    let words = lexer(Quotes::Keep, true).expand(line, &unset).map(|found| found.words).unwrap_or_default();
    let mut found = Vec::new();
    for word in &words {
        found.extend(parse_heredoc_word(word)?);
    }
    Ok(found)
}

/// Reads the text of a heredoc; `None` when the file ends before its terminator.
pub(super) fn read<'s>(word: HeredocWord, lines: &mut LineReader<'s>, text: &'s str) -> Option<Heredoc<'s>> {
    let mut body: Option<(usize, usize)> = None;
    while let Some(line) = lines.next() {
        let bare = line.full.trim_end_matches(['\r', '\n']);
        let bare = if word.chomp { bare.trim_start_matches('\t') } else { bare };
        if bare == word.name {
            let content = body.map_or("", |(start, end)| &text[start..end]);
            return Some(Heredoc { word, content: Cow::Borrowed(content) });
        }
        let range = line.span.range();
        body = Some((body.map_or(range.start, |(start, _)| start), range.end));
    }
    None
}

/// Cuts the leading tabs of each line: what `<<-` does to the text.
#[must_use]
pub fn chomp_tabs(text: &str) -> String {
    text.split_inclusive('\n').map(|line| line.trim_start_matches('\t')).collect()
}
