//! What a server answers.

use bstr::{BStr, BString, ByteSlice};
use kernel::{Fd, Process};
use vfs::Errno;

use crate::frame::stream::{Lines, read_all};

/// Status line and headers.
pub(super) struct Head {
    /// The status line as it came.
    pub(super) line: BString,
    pub(super) status: u16,
    /// The lines of the headers.
    pub(super) headers: Vec<BString>,
}

impl Head {
    /// Reads up to the empty line; none when it is no HTTP.
    pub(super) async fn read(p: &mut Process, lines: &mut Lines) -> Result<Option<Self>, Errno> {
        let line = text(lines.next(p).await?);
        let Some(status) = status(line.as_bstr()) else { return Ok(None) };
        let mut headers = Vec::new();
        loop {
            let header = text(lines.next(p).await?);
            if header.is_empty() {
                return Ok(Some(Self { line, status, headers }));
            }
            headers.push(header);
        }
    }

    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&BStr> {
        self.headers.iter().find_map(|header| {
            let (found, value) = header.split_once_str(":")?;
            found.eq_ignore_ascii_case(name.as_bytes()).then(|| value.trim_ascii().as_bstr())
        })
    }

    /// The body.
    pub(super) async fn body(&self, p: &mut Process, fd: Fd, lines: &mut Lines) -> Result<Vec<u8>, Errno> {
        let chunked = self.header("transfer-encoding").is_some_and(|value| value == "chunked");
        if chunked {
            return chunks(p, lines).await;
        }
        let mut body = lines.rest();
        body.extend(read_all(p, fd).await?);
        let length = self.header("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
        body.truncate(length.unwrap_or(usize::MAX));
        Ok(body)
    }
}

fn text(line: Option<BString>) -> BString {
    line.unwrap_or_default().trim_end_with(|c| c == '\n' || c == '\r').into()
}

fn status(line: &BStr) -> Option<u16> {
    let (version, rest) = line.split_once_str(" ")?;
    if !version.starts_with(b"HTTP/") {
        return None;
    }
    rest.split_str(" ").next()?.to_str().ok()?.parse().ok()
}

/// Chunks, each after a line with its length in hexadecimal.
async fn chunks(p: &mut Process, lines: &mut Lines) -> Result<Vec<u8>, Errno> {
    let mut body = Vec::new();
    loop {
        let size = text(lines.next(p).await?);
        let size = size
            .split_str(";")
            .next()
            .unwrap_or_default()
            .to_str()
            .ok()
            .map(|size| usize::from_str_radix(size, 16));
        let Some(Ok(size)) = size else { return Err(Errno::EINVAL) };
        if size == 0 {
            return Ok(body);
        }
        let end = body.len() + size;
        while body.len() < end {
            match lines.next(p).await? {
                Some(line) => body.extend_from_slice(&line),
                None => return Err(Errno::EINVAL),
            }
        }
        // The chunk's own line end is not part of it.
        if body.len() == end {
            lines.next(p).await?;
        }
        body.truncate(end);
    }
}
