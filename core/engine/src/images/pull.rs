use crate::Reference;
use api::{ApiError, ErrorKind, Io, PullRequest};
use digest::Digest;

use crate::{Engine, Runtime};

impl Engine {
    /// `docker pull`.
    ///
    /// # Errors
    /// What the registry answers.
    pub fn pull(
        &mut self,
        runtime: &Runtime,
        request: &PullRequest,
        io: &mut dyn Io,
    ) -> Result<Digest, ApiError> {
        let reference = Reference::parse_normalized(&request.reference)
            .map_err(|error| ApiError::new(ErrorKind::BadRequest, error.to_string()))?
            .with_default_tag();
        self.pull_reference(runtime, &reference, io)
    }

    /// The same for a reference that has a tag or digest.
    pub(crate) fn pull_reference(
        &mut self,
        _runtime: &Runtime,
        reference: &Reference,
        _io: &mut dyn Io,
    ) -> Result<Digest, ApiError> {
        if reference.familiar_name() == "scratch" {
            return Err(ApiError::new(ErrorKind::BadRequest, "'scratch' is a reserved name"));
        }
        let message =
            format!("pulling images is not simulated: {} is not in the local store", reference.familiar());
        Err(ApiError::new(ErrorKind::NotSimulated, message))
    }
}
