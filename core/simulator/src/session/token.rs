use std::io::{Read, Write};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use thiserror::Error;

use super::{Entry, Session};

/// Bytes of a session's JSON that are read.
pub const TEXT_MAX: usize = 1_000_000;
/// Entries of a session that are played.
pub const ENTRIES_MAX: usize = 10_000;
/// Bytes of a path within the project folder, and parts of it.
const PATH_MAX: usize = 4096;
const DEPTH_MAX: usize = 64;

/// Why a text is no session.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// A limit.
    #[error("the session has more than {0}")]
    Limit(String),
    /// No base64, no deflate, no JSON of a session.
    #[error("this is no session, or a part of it is missing: {0}")]
    Broken(String),
    /// A session of a later format.
    #[error("the session has format {0}, and this program reads format 1")]
    Version(u64),
    /// A path that leads out of the project folder.
    #[error("the session names {0:?}, which is no path in the project folder")]
    Path(String),
}

/// The session as a token for a link: base64url of raw deflate of its JSON.
pub fn to_token(session: &Session) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // A vector takes everything, and the types of a session have no maps with odd keys.
    let json = serde_json::to_vec(session).unwrap_or_default();
    let written = encoder.write_all(&json).and_then(|()| encoder.finish());
    URL_SAFE_NO_PAD.encode(written.unwrap_or_default())
}

/// The session in a text: its JSON, a token, or a link that ends in one.
///
/// # Errors
/// See [`TokenError`].
pub fn from_text(text: &str) -> Result<Session, TokenError> {
    let text = text.trim();
    if text.len() > TEXT_MAX {
        return Err(too_long());
    }
    if text.starts_with('{') {
        return read(text.as_bytes());
    }
    let token = text.rsplit('#').next().unwrap_or(text);
    let broken = |reason: String| TokenError::Broken(reason);
    let packed = URL_SAFE_NO_PAD.decode(token).map_err(|error| broken(error.to_string()))?;
    let mut json = Vec::new();
    let mut source = DeflateDecoder::new(&packed[..]).take(TEXT_MAX as u64 + 1);
    source.read_to_end(&mut json).map_err(|error| broken(error.to_string()))?;
    if json.len() > TEXT_MAX {
        return Err(too_long());
    }
    read(&json)
}

fn too_long() -> TokenError {
    TokenError::Limit(format!("{TEXT_MAX} bytes"))
}

fn read(json: &[u8]) -> Result<Session, TokenError> {
    let value: serde_json::Value =
        serde_json::from_slice(json).map_err(|error| TokenError::Broken(error.to_string()))?;
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(1) => {}
        Some(version) => return Err(TokenError::Version(version)),
        None => return Err(TokenError::Broken("it names no version".to_owned())),
    }
    let session: Session =
        serde_json::from_value(value).map_err(|error| TokenError::Broken(error.to_string()))?;
    if session.journal.len() > ENTRIES_MAX {
        return Err(TokenError::Limit(format!("{ENTRIES_MAX} entries")));
    }
    session.journal.iter().try_for_each(check)?;
    match &session.project {
        Some(project) if !is_place(project) => Err(TokenError::Path(project.clone())),
        _ => Ok(session),
    }
}

fn check(entry: &Entry) -> Result<(), TokenError> {
    let (path, may_be_top) = match entry {
        Entry::Run { .. } => return Ok(()),
        Entry::MakeFolder { path, .. } => (path, true),
        Entry::WriteFile { path, .. } | Entry::RemoveFile { path } | Entry::Link { path, .. } => {
            (path, false)
        }
    };
    match is_inside(path) || (may_be_top && path.is_empty()) {
        true => Ok(()),
        false => Err(TokenError::Path(path.clone())),
    }
}

/// Whether a relative path stays in its folder.
pub(super) fn is_inside(path: &str) -> bool {
    path.len() <= PATH_MAX
        && path.split('/').count() <= DEPTH_MAX
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !path.contains('\0')
}

/// Whether an absolute path can be the place of a project folder.
fn is_place(path: &str) -> bool {
    path.strip_prefix('/').is_some_and(is_inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(line: &str) -> Session {
        let journal = vec![Entry::Run { line: line.to_owned(), typed: None }];
        Session { version: 1, lesson: String::new(), project: None, journal }
    }

    #[test]
    fn a_token_is_what_the_browser_makes() {
        // The browser's `encode` on {"version":1,"lesson":"","journal":[{"method":"run","line":"docker images"}]}.
        let json =
            "{\"version\":1,\"lesson\":\"\",\"journal\":[{\"method\":\"run\",\"line\":\"docker images\"}]}";
        assert_eq!(from_text(json).unwrap(), session("docker images"));
        let token = to_token(&session("docker images"));
        assert_eq!(from_text(&token).unwrap(), session("docker images"));
        assert_eq!(from_text(&format!("https://lab.example/#{token}")).unwrap(), session("docker images"));
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
    }

    #[test]
    fn hostile_texts_are_refused() {
        let refused = |text: &str| from_text(text).unwrap_err().to_string();
        assert_eq!(refused(&"A".repeat(TEXT_MAX + 1)), "the session has more than 1000000 bytes");
        let bomb = to_token(&session(&"a".repeat(50 * TEXT_MAX)));
        assert!(bomb.len() < 100_000);
        assert_eq!(refused(&bomb), "the session has more than 1000000 bytes");
        assert_eq!(
            refused(
                "{\"version\":1,\"journal\":[{\"method\":\"writeFile\",\"path\":\"../x\",\"text\":\"\"}]}"
            ),
            "the session names \"../x\", which is no path in the project folder"
        );
        assert_eq!(
            refused("{\"version\":7,\"journal\":[]}"),
            "the session has format 7, and this program reads format 1"
        );
        let deep = "[".repeat(100_000);
        assert!(refused(&format!("{{\"version\":1,\"journal\":{deep}")).starts_with("this is no session"));
        let many =
            "{\"method\":\"run\",\"line\":\"\"},".repeat(ENTRIES_MAX) + "{\"method\":\"run\",\"line\":\"\"}";
        assert_eq!(
            refused(&format!("{{\"version\":1,\"journal\":[{many}]}}")),
            "the session has more than 10000 entries"
        );
    }
}
