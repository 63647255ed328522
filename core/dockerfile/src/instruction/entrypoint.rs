//! ENTRYPOINT.

use super::RunForm;
use super::request::Request;

/// `ENTRYPOINT command` or `ENTRYPOINT ["program", ...]`: the program of the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entrypoint {
    /// The command.
    pub form: RunForm,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Entrypoint, String> {
    request.no_flags()?;
    Ok(Entrypoint { form: RunForm::of(&request.words, request.json) })
}
