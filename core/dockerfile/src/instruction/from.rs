//! FROM.

use super::flags::FlagKind::Text;
use super::request::Request;
use crate::go_quote;

/// `FROM [--platform=p] image [AS name]`: begins a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct From {
    /// The base: an image, an earlier stage or `scratch`; not expanded.
    pub image: String,
    /// `--platform`, not expanded.
    pub platform: Option<String>,
    /// The stage's name in lower case.
    pub name: Option<String>,
    /// `AS` and the name as typed.
    pub typed_name: Option<(String, String)>,
    /// The description in the comment `# name ...` before the instruction.
    pub doc: Option<String>,
}

pub(super) fn parse(request: &Request<'_>) -> Result<From, String> {
    let (image, typed) = match &*request.words {
        [image] => (*image, None),
        [image, between, name] if between.eq_ignore_ascii_case("as") => (*image, Some((*between, *name))),
        _ => return Err("FROM requires either one or three arguments".to_owned()),
    };
    let name = typed.map(|(_, name)| stage_name(name)).transpose()?;
    let flags = request.flags(&[("platform", Text)])?;
    Ok(From {
        image: image.to_owned(),
        platform: flags.text("platform").filter(|platform| !platform.is_empty()),
        doc: name.as_deref().and_then(|name| request.doc_comment(name)),
        name,
        typed_name: typed.map(|(between, name)| (between.to_owned(), name.to_owned())),
    })
}

/// `[a-z][a-z0-9-_.]*`, in any letter case.
fn stage_name(typed: &str) -> Result<String, String> {
    let name = typed.to_lowercase();
    let begins = name.starts_with(|ch: char| ch.is_ascii_lowercase());
    let goes_on = |ch: char| ch.is_ascii_lowercase() || ch.is_ascii_digit() || matches!(ch, '-' | '_' | '.');
    if begins && name.chars().all(goes_on) {
        return Ok(name);
    }
    Err(format!(
        "invalid name for build stage: {}, name can't start with a number or contain symbols",
        go_quote(typed)
    ))
}
