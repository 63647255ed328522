//! What COPY and ADD have in common: finding the sources, their checksum, and putting them into the image.

mod checksum;
mod find;
mod place;
mod unpack;

pub(crate) use checksum::combined;
pub(crate) use find::{Found, Origin, Source};
pub(crate) use place::{Placement, place, scoped};
pub(crate) use unpack::{Refusal, is_archive, unpack};
