//! ONBUILD.

use super::request::Request;
use super::{Instruction, parse_one};
use crate::space::is_regex_space;
use crate::{ParseError, Vintage};

/// `ONBUILD instruction`: kept in the image, run by builds from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Onbuild {
    /// The instruction's text, heredocs included.
    pub trigger: String,
}

impl Onbuild {
    /// The trigger as an instruction: it is checked only when it runs.
    ///
    /// # Errors
    /// As [`parse_one`].
    pub fn instruction(&self, vintage: Vintage) -> Result<Instruction, ParseError> {
        parse_one(&self.trigger, vintage)
    }
}

pub(super) fn parse(request: &Request<'_>) -> Result<Onbuild, String> {
    let words = request.at_least_one()?;
    request.no_flags()?;
    match words[0].trim().to_uppercase().as_str() {
        "ONBUILD" => return Err("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed".to_owned()),
        name @ ("MAINTAINER" | "FROM") => return Err(format!("{name} isn't allowed as an ONBUILD trigger")),
        _ => {}
    }
    let line = request.node.original.trim_start_matches(is_regex_space);
    let keyword = "ONBUILD".len();
    let named = line.get(..keyword).is_some_and(|word| word.eq_ignore_ascii_case("ONBUILD"));
    let rest =
        if named { line[keyword..].trim_start_matches(is_regex_space) } else { &*request.node.original };
    let mut trigger = rest.to_owned();
    for heredoc in request.heredocs() {
        trigger.push('\n');
        trigger.push_str(&heredoc.content);
        trigger.push_str(&heredoc.word.name);
    }
    Ok(Onbuild { trigger })
}
