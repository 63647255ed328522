use crate::Reference;
use api::{ApiError, ErrorKind};
use digest::Digest;

use crate::Engine;

impl Engine {
    /// `docker tag`.
    ///
    /// # Errors
    /// An unknown source; a target that is no reference.
    pub fn tag(&mut self, source: &str, target: &str) -> Result<(), ApiError> {
        let image = self.find_image(source)?;
        let reference = parse_name(target)?;
        self.set_name(&reference, image);
        Ok(())
    }

    /// Gives an image a name and notes the time.
    pub(crate) fn set_name(&mut self, reference: &Reference, image: Digest) {
        self.references.set(reference, image);
        let now = self.clock;
        if let Some(image) = self.images.get_mut(&image) {
            image.last_tagged = Some(now);
        }
    }
}

/// A name to give: a reference, `:latest` where no tag is given.
pub(crate) fn parse_name(name: &str) -> Result<Reference, ApiError> {
    let reference = Reference::parse_normalized(name)
        .map_err(|error| ApiError::new(ErrorKind::BadRequest, error.to_string()))?;
    if reference.digest().is_some() {
        return Err(ApiError::new(ErrorKind::BadRequest, "refusing to create a tag with a digest reference"));
    }
    Ok(reference.with_default_tag())
}
