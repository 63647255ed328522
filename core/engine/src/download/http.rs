//! As much of HTTP/1.1 as a download needs.

use bstr::ByteSlice;
use vfs::Time;

/// The parts of a URL that a request needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// `http` or `https`.
    pub(super) scheme: String,
    /// Name or address.
    pub(super) host: String,
    /// Port.
    pub(super) port: u16,
    /// Path with query, from its slash on.
    pub(super) target: String,
}

impl Url {
    /// Reads a URL; errors are Go's, without `parse "URL": `.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").ok_or("missing protocol scheme")?;
        let text = rest.split('#').next().unwrap_or_default();
        let cut = text.find(['/', '?']).unwrap_or(text.len());
        let (authority, target) = text.split_at(cut);
        let authority = authority.rsplit('@').next().unwrap_or_default();
        if authority.starts_with('[') && !authority.contains(']') {
            return Err("missing ']' in host".to_owned());
        }
        let default = if scheme == "https" { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, "")) => (host, default),
            Some((host, port)) if !port.ends_with(']') => {
                let invalid =
                    || format!("invalid port {} after host", dockerfile::go_quote(&format!(":{port}")));
                (host, port.parse().map_err(|_| invalid())?)
            }
            _ => (authority, default),
        };
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Url { scheme: scheme.to_owned(), host: host.to_owned(), port, target })
    }

    /// The last part of the path; empty for none.
    pub(super) fn name(&self) -> &str {
        let path = self.target.split('?').next().unwrap_or_default().trim_end_matches('/');
        path.rsplit('/').next().unwrap_or_default()
    }
}

/// What a server answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// Status and reason, e.g. `404 Not Found`.
    pub(super) status: String,
    headers: Vec<(String, String)>,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Reads a whole answer; none when it is no HTTP.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = match bytes.split_once_str("\r\n\r\n") {
            Some(parts) => parts,
            None => bytes.split_once_str("\n\n")?,
        };
        let mut lines = head.lines();
        let status = lines.next()?.to_str_lossy().strip_prefix("HTTP/")?.split_once(' ')?.1.to_owned();
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once_str(":")?;
            Some((name.to_str_lossy().to_lowercase(), value.trim_ascii().to_str_lossy().into_owned()))
        });
        let mut answer = Answer { status, headers: headers.collect(), body: rest.to_vec() };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = chunks(rest)?;
        } else if let Some(length) = answer.header("content-length").and_then(|length| length.parse().ok()) {
            answer.body.truncate(length);
        }
        Some(answer)
    }

    /// The value of a header, by its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The number of the status; 0 if it is none.
    pub(super) fn code(&self) -> u16 {
        self.status.split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(0)
    }

    /// `Last-Modified`.
    pub(super) fn modified(&self) -> Option<Time> {
        date(self.header("last-modified")?)
    }
}

fn chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let (line, after) = rest.split_once_str("\n")?;
        let size = line.split_str(";").next()?.trim_ascii().to_str().ok()?;
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(after.get(..size)?);
        rest = after.get(size..)?.trim_start_with(|ch| ch == '\r' || ch == '\n');
    }
}

/// `Tue, 14 Nov 2023 22:13:20 GMT` (RFC 9110).
fn date(text: &str) -> Option<Time> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = text.split([' ', ':']).collect();
    let [_, day, month, year, hour, minute, second, "GMT"] = words[..] else { return None };
    let month = i64::try_from(MONTHS.iter().position(|known| *known == month)?).ok()? + 1;
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| (0..10_000).contains(number));
    let (day, year) = (number(day)?, number(year)?);
    // Days of the civil calendar, counted from March so that leap days come last.
    let shifted = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + of_year - 719_468;
    Some(Time::from_secs(days * 86_400 + number(hour)? * 3600 + number(minute)? * 60 + number(second)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_cut() {
        let cut = |text: &str| {
            let url = Url::parse(text)?;
            Ok::<_, String>(format!("{} {} {} {}", url.host, url.port, url.target, url.name()))
        };
        assert_eq!(cut("http://h:5/a/b.txt?x=1#y"), Ok("h 5 /a/b.txt?x=1 b.txt".to_owned()));
        assert_eq!(cut("https://u:p@h"), Ok("h 443 / ".to_owned()));
        assert_eq!(cut("http://h:/d/"), Ok("h 80 /d/ d".to_owned()));
        assert_eq!(cut("http://[::1/x"), Err("missing ']' in host".to_owned()));
        assert_eq!(cut("http://h:x/"), Err("invalid port \":x\" after host".to_owned()));
    }

    #[test]
    fn answers_are_read() {
        let answer = Answer::read(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nLast-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n",
        );
        let answer = answer.expect("it is sound");
        assert_eq!((answer.code(), answer.body.as_slice()), (200, &b"abcde"[..]));
        assert_eq!(answer.modified(), Some(Time::from_secs(1_700_000_000)));
        let short =
            Answer::read(b"HTTP/1.0 404 Not Found\r\nContent-Length: 2\r\n\r\nabc").expect("it is sound");
        assert_eq!((short.status.as_str(), short.body.as_slice()), ("404 Not Found", &b"ab"[..]));
        assert_eq!(Answer::read(b"SSH-2.0\r\n\r\n"), None);
    }
}
