//! CMD.

use super::RunForm;
use super::request::Request;

/// `CMD command` or `CMD ["program", ...]`: the default command of the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cmd {
    /// The command.
    pub form: RunForm,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Cmd, String> {
    request.no_flags()?;
    Ok(Cmd { form: RunForm::of(&request.words, request.json) })
}
