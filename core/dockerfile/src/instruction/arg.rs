//! ARG.

use super::request::Request;

/// `ARG name[=default]...`: variables for the build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arg {
    /// In order; never empty.
    pub args: Vec<ArgPair>,
}

/// One declared variable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArgPair {
    /// Its name as typed.
    pub key: String,
    /// The default as typed, quotes included; `None` without `=`.
    pub default: Option<String>,
    /// The description in the comment `# name ...` before the instruction.
    pub doc: Option<String>,
}

/// Flags are passed over, as Docker does.
pub(super) fn parse(request: &Request<'_>) -> Result<Arg, String> {
    let pair = |word: &&str| {
        let (key, default) = match word.split_once('=') {
            Some(("", _)) => return Err(request.blank_name()),
            Some((key, default)) => (key, Some(default.to_owned())),
            None => (*word, None),
        };
        Ok(ArgPair { key: key.to_owned(), default, doc: request.doc_comment(key) })
    };
    Ok(Arg { args: request.at_least_one()?.iter().map(pair).collect::<Result<_, _>>()? })
}
