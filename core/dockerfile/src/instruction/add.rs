//! ADD.

use super::CopySource;
use super::flags::FlagKind::{Bool, List, Text};
use super::request::Request;
use super::sources;
use crate::Vintage;

/// `ADD [flags] source... destination`: files, URLs and archives into the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Add {
    /// What is added, in order; never empty.
    pub sources: Vec<CopySource>,
    /// Where to.
    pub dest: String,
    /// `--chown`, not expanded.
    pub chown: Option<String>,
    /// `--chmod`, not expanded.
    pub chmod: Option<String>,
    /// `--link`.
    pub link: bool,
    /// `--keep-git-dir`, if given.
    pub keep_git_dir: Option<bool>,
    /// `--checksum`, not expanded.
    pub checksum: Option<String>,
    /// `--unpack`, if given.
    pub unpack: Option<bool>,
    /// `--exclude` patterns.
    pub exclude: Vec<String>,
}

pub(super) fn parse(request: &Request<'_>) -> Result<Add, String> {
    if request.words.len() < 2 {
        return Err(request.no_destination());
    }
    let flags = match request.vintage {
        Vintage::Docker20_10 => request.flags(&[("chown", Text), ("chmod", Text)])?,
        Vintage::Current => request.flags(&[
            ("chown", Text),
            ("chmod", Text),
            ("link", Bool),
            ("keep-git-dir", Bool),
            ("checksum", Text),
            ("unpack", Bool),
            ("exclude", List),
        ])?,
    };
    let (sources, dest) = sources::parse(request)?;
    Ok(Add {
        sources,
        dest,
        chown: flags.text("chown"),
        chmod: flags.text("chmod"),
        link: flags.switch("link").unwrap_or(false),
        keep_git_dir: flags.switch("keep-git-dir"),
        checksum: flags.text("checksum"),
        unpack: flags.switch("unpack"),
        exclude: flags.list("exclude"),
    })
}
