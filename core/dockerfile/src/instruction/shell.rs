//! SHELL.

use super::request::Request;

/// `SHELL ["program", "argument", ...]`: what runs commands in shell form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shell {
    /// Never empty.
    pub argv: Vec<String>,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Shell, String> {
    request.no_flags()?;
    let words = request.at_least_one()?;
    if !request.json {
        return Err("SHELL requires the arguments to be in JSON form".to_owned());
    }
    Ok(Shell { argv: words.iter().map(|word| (*word).to_owned()).collect() })
}
