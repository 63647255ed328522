//! Sources and destination of ADD and COPY.

use super::request::Request;
use crate::syntax::{chomp_tabs, parse_heredoc_word};

/// What is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopySource {
    /// A path (or, for ADD, a URL), not expanded, wildcards in it.
    Path(String),
    /// A heredoc.
    Inline(InlineFile),
}

/// A file written in the Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineFile {
    /// Its name.
    pub name: String,
    /// Its text, leading tabs cut for `<<-`.
    pub data: String,
    /// Whether variables in the text are expanded.
    pub expand: bool,
}

/// Splits the words into sources and destination.
pub(super) fn parse(request: &Request<'_>) -> Result<(Vec<CopySource>, String), String> {
    let Some((dest, sources)) = request.words.split_last().filter(|(_, sources)| !sources.is_empty()) else {
        return Err(request.no_destination());
    };
    let heredoc = |word: &str| {
        if !request.vintage.has_heredocs() || !word.contains("<<") {
            return None;
        }
        parse_heredoc_word(word).ok().flatten()
    };
    if heredoc(dest).is_some() {
        return Err(request.heredoc_destination());
    }
    let source = |word: &&str| match heredoc(word) {
        None => CopySource::Path((*word).to_owned()),
        Some(found) => {
            let body = request.heredocs().iter().rfind(|heredoc| heredoc.word.name == found.name);
            let text = body.map_or("", |heredoc| &*heredoc.content);
            let data = if found.chomp { chomp_tabs(text) } else { text.to_owned() };
            CopySource::Inline(InlineFile { name: found.name, data, expand: found.expand })
        }
    };
    Ok((sources.iter().map(source).collect(), (*dest).to_owned()))
}
