//! How the arguments of each instruction are cut.

use std::borrow::Cow;

use super::json::{self, StringArray};
use super::words::{blank_words, quoted_words};
use super::{Args, Keyword, Pair};
use crate::Vintage;
use crate::go_quote;
use crate::space::{cut_word, is_latin1_space};

/// What the cutting depends on.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) escape: char,
    pub(super) vintage: Vintage,
}

/// Cuts `rest` for every instruction but ONBUILD.
pub(super) fn parse<'l>(keyword: Option<Keyword>, rest: &'l str, style: Style) -> Result<Args<'l>, String> {
    match keyword {
        None => Ok(words(vec![Cow::Borrowed("")])),
        Some(Keyword::Env | Keyword::Label) => pairs(keyword, rest, style),
        Some(Keyword::Arg) => {
            Ok(words(quoted_words(rest, style.escape).into_iter().map(Cow::Borrowed).collect()))
        }
        Some(Keyword::Expose | Keyword::From) => Ok(words(blank_words(rest))),
        Some(Keyword::Healthcheck) => healthcheck(rest, style),
        Some(Keyword::Add | Keyword::Copy | Keyword::Volume) => {
            Ok(json_array(rest, style)?.unwrap_or_else(|| words(blank_words(rest))))
        }
        Some(Keyword::Cmd | Keyword::Entrypoint | Keyword::Run | Keyword::Shell) => {
            Ok(json_array(rest, style)?.unwrap_or_else(|| whole(rest)))
        }
        Some(
            Keyword::Maintainer | Keyword::Stopsignal | Keyword::User | Keyword::Workdir | Keyword::Onbuild,
        ) => Ok(whole(rest)),
    }
}

fn words(words: Vec<Cow<'_, str>>) -> Args<'_> {
    Args::Words { words, json: false }
}

/// The whole text as one word; no text, no word.
fn whole(rest: &str) -> Args<'_> {
    if rest.is_empty() { Args::NONE } else { words(vec![Cow::Borrowed(rest)]) }
}

/// A JSON array of strings, or nothing when it is to be read otherwise.
fn json_array(rest: &str, style: Style) -> Result<Option<Args<'_>>, String> {
    let text = rest.trim_start();
    if !text.starts_with('[') {
        return Ok(None);
    }
    match json::string_array(text, style.vintage) {
        StringArray::Strings(words) => Ok(Some(Args::Words { words, json: true })),
        StringArray::Mixed => {
            Err("when using JSON array syntax, arrays must be comprised of strings only".to_owned())
        }
        StringArray::Invalid => Ok(None),
    }
}

/// The type, and then as RUN.
fn healthcheck(rest: &str, style: Style) -> Result<Args<'_>, String> {
    let is_space = |byte: &u8| is_latin1_space(*byte);
    let bytes = rest.as_bytes();
    let end = bytes.iter().position(is_space).unwrap_or(bytes.len());
    let next = end + bytes[end..].iter().take_while(|byte| is_space(byte)).count();
    let (Some(kind), Some(command)) = (rest.get(..end), rest.get(next..)) else { return Ok(whole(rest)) };
    if kind.is_empty() {
        return Ok(Args::NONE);
    }
    let mut args = json_array(command, style)?.unwrap_or_else(|| whole(command));
    if let Args::Words { words, .. } = &mut args {
        words.insert(0, Cow::Borrowed(kind));
    }
    Ok(args)
}

/// `KEY name value` when the first word has no `=`, else `KEY name=value ...`.
fn pairs<'l>(keyword: Option<Keyword>, rest: &'l str, style: Style) -> Result<Args<'l>, String> {
    let words = quoted_words(rest, style.escape);
    let Some(first) = words.first() else { return Ok(Args::NONE) };
    if !first.contains('=') {
        let (key, value) = cut_word(rest);
        let name = keyword.map_or("", Keyword::name);
        let value = value.ok_or_else(|| format!("{name} must have two arguments"))?;
        return Ok(Args::Pairs(vec![Pair { key: key.into(), value: value.into(), delimited: false }]));
    }
    let pair = |word: &'l str| match word.split_once('=') {
        Some((key, value)) => Ok(Pair { key: key.into(), value: value.into(), delimited: true }),
        None => {
            Err(format!("Syntax error - can't find = in {}. Must be of the form: name=value", go_quote(word)))
        }
    };
    Ok(Args::Pairs(words.into_iter().map(pair).collect::<Result<_, _>>()?))
}
