//! COPY.

use super::CopySource;
use super::flags::FlagKind::{Bool, List, Text};
use super::request::Request;
use super::sources;
use crate::Vintage;

/// `COPY [flags] source... destination`: files into the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copy {
    /// What is copied, in order; never empty.
    pub sources: Vec<CopySource>,
    /// Where to.
    pub dest: String,
    /// `--from`: a stage's name or index, or an image.
    pub from: Option<String>,
    /// `--chown`, not expanded.
    pub chown: Option<String>,
    /// `--chmod`, not expanded.
    pub chmod: Option<String>,
    /// `--link`.
    pub link: bool,
    /// `--parents`.
    pub parents: bool,
    /// `--exclude` patterns.
    pub exclude: Vec<String>,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Copy, String> {
    if request.words.len() < 2 {
        return Err(request.no_destination());
    }
    let flags = match request.vintage {
        Vintage::Docker20_10 => request.flags(&[("chown", Text), ("from", Text), ("chmod", Text)])?,
        Vintage::Current => request.flags(&[
            ("chown", Text),
            ("from", Text),
            ("chmod", Text),
            ("link", Bool),
            ("exclude", List),
            ("parents", Bool),
        ])?,
    };
    let (sources, dest) = sources::parse(request)?;
    Ok(Copy {
        sources,
        dest,
        from: flags.text("from").filter(|from| !from.is_empty()),
        chown: flags.text("chown"),
        chmod: flags.text("chmod"),
        link: flags.switch("link").unwrap_or(false),
        parents: flags.switch("parents").unwrap_or(false),
        exclude: flags.list("exclude"),
    })
}
