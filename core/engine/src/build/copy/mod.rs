//! What COPY and ADD have in common: finding the sources, their checksum, and putting them into the image.

mod archive;
mod checksum;
mod find;
mod place;

pub(crate) use archive::is_archive;
pub(crate) use checksum::combined;
pub(crate) use find::{Found, Origin, Source};
pub(crate) use place::{Placement, place};
