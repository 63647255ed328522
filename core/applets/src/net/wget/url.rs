//! URLs as wget takes them.

use bstr::{BStr, BString, ByteSlice};

/// A URL in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) scheme: Scheme,
    /// `USER:PASSWORD`, when given.
    pub(super) user: Option<BString>,
    /// Without the brackets of an IPv6 address.
    pub(super) host: BString,
    /// As it is written: with brackets and port.
    pub(super) authority: BString,
    pub(super) port: u16,
    /// From the slash on, the fragment cut.
    pub(super) path: BString,
}

/// The protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Https,
    Ftp,
}

impl Url {
    /// Reads a URL; without a scheme it is http. The error is the message.
    pub(super) fn read(text: &BStr) -> Result<Self, BString> {
        let known =
            [("http://", Scheme::Http, 80), ("https://", Scheme::Https, 443), ("ftp://", Scheme::Ftp, 21)];
        let found = known
            .iter()
            .find_map(|(prefix, scheme, port)| Some((*scheme, *port, text.strip_prefix(prefix.as_bytes())?)));
        let (scheme, usual, rest) = match found {
            Some(found) => found,
            None if text.contains_str("://") => return Err(bytes!("not an http or ftp url: {}", text)),
            None => (Scheme::Http, 80, text.as_bytes()),
        };
        let end = rest.find_byteset(b"/?#").unwrap_or(rest.len());
        let (place, path) = rest.split_at(end);
        let path = path.split_str("#").next().unwrap_or_default();
        let slash = if path.starts_with(b"/") { "" } else { "/" };
        let (user, authority) = match place.rsplit_once_str("@") {
            Some((user, authority)) => (Some(user.into()), authority),
            None => (None, place),
        };
        let (host, port) = split_port(authority);
        let port = match port.map(|port| port.to_str().ok()?.parse().ok()) {
            None => usual,
            Some(Some(port)) => port,
            Some(None) => return Err(bytes!("invalid port '{}'", port.unwrap_or_default())),
        };
        Ok(Self {
            scheme,
            user,
            host: host.into(),
            authority: authority.into(),
            port,
            path: bytes!("{}{}", slash, path),
        })
    }

    /// What the URL's file is called here.
    pub(super) fn file_name(&self) -> BString {
        let last = self.path.rsplit_str("/").next().unwrap_or_default();
        if last.is_empty() { "index.html".into() } else { last.into() }
    }

    /// The URL that a `Location:` stands for.
    pub(super) fn redirected(&self, location: &BStr) -> Result<Self, BString> {
        if location.starts_with(b"/") {
            return Ok(Self { path: location.to_owned(), ..self.clone() });
        }
        if !location.contains_str("://") {
            let up_to = self.path.rfind_byte(b'/').map_or(0, |at| at + 1);
            return Ok(Self { path: bytes!("{}{}", &self.path[..up_to], location), ..self.clone() });
        }
        Self::read(location)
    }
}

/// `host[:port]`, `[address][:port]`
fn split_port(authority: &[u8]) -> (&[u8], Option<&[u8]>) {
    if let Some((host, rest)) = authority.strip_prefix(b"[").and_then(|rest| rest.split_once_str("]")) {
        return (host, rest.strip_prefix(b":"));
    }
    match authority.rsplit_once_str(":") {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, u16, String, String) {
        let url = Url::read(text.into()).unwrap();
        (url.host.to_string(), url.port, url.path.to_string(), url.file_name().to_string())
    }

    #[test]
    fn urls_and_their_parts() {
        let expected =
            |host: &str, port, path: &str, file: &str| (host.into(), port, path.into(), file.into());
        assert_eq!(parts("http://a.b/c/d.tgz?x=1#y"), expected("a.b", 80, "/c/d.tgz?x=1", "d.tgz?x=1"));
        assert_eq!(parts("https://u:p@h:8443"), expected("h", 8443, "/", "index.html"));
        assert_eq!(parts("h?q"), expected("h", 80, "/?q", "?q"));
        assert_eq!(parts("http://[::1]:81/"), expected("::1", 81, "/", "index.html"));
    }

    #[test]
    fn redirections_stay_or_leave() {
        let url = Url::read("http://h:81/a/b".into()).unwrap();
        let to = |location: &str| {
            let url = url.redirected(location.into()).unwrap();
            format!("{}{}", url.authority, url.path)
        };
        assert_eq!([to("/x"), to("y"), to("http://o/z")], ["h:81/x", "h:81/a/y", "o/z"]);
    }
}
