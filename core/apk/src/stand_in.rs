//! Bytes for files whose real ones are not known.

use vfs::{Content, ProgramNote, Synthetic};

use crate::checksum::Checksum;

/// Files up to this size are made of readable lines throughout.
const READABLE: u64 = 64 * 1024;
/// What the beginning of a larger one may take.
const HEAD: usize = 1024;
/// Programs of up to this size look all alike.
const CUT: usize = 64;

/// A file of a known size that has, in its place, what can be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Bytes of the real file.
    pub length: u64,
    /// Checksum of the real file, where it is known.
    pub checksum: Option<Checksum>,
    /// The simulated program that the file is.
    pub program: Option<ProgramNote>,
}

impl StandIn {
    /// The bytes that come first. The rest, up to `length`, is zeros.
    pub fn head(&self) -> Vec<u8> {
        if self.program.is_some() {
            let content =
                Content::synthetic(Synthetic { len: self.length, seed: 0, program: self.program.clone() });
            return content.read(0, HEAD);
        }
        let line = first_line(self.checksum, self.length);
        let wanted = self.length.min(READABLE) as usize;
        let mut text = line.clone().into_bytes();
        while self.length <= READABLE && text.len() < wanted {
            text.extend_from_slice(b"#\n");
        }
        text.truncate(wanted);
        // The last line of a text ends as lines do.
        if let Some(last) = text.last_mut()
            && self.length <= READABLE
        {
            *last = b'\n';
        }
        text
    }

    /// The whole file as a value of the file system.
    pub fn content(&self) -> Content {
        if self.program.is_some() {
            let program = self.program.clone();
            return Content::synthetic(Synthetic { len: self.length, seed: 0, program });
        }
        let mut content = Content::from(self.head());
        // Growing a small content by a hole cannot fail below the largest file size.
        let _ = content.truncate(self.length);
        content
    }
}

fn first_line(checksum: Option<Checksum>, length: u64) -> String {
    let name = checksum.map(|checksum| checksum.to_string()).unwrap_or_default();
    format!("# stands in for {length} bytes {name}\n")
}

/// Whether the bytes of a file are those that the database's checksum is of, or an untouched
/// stand-in for them.
pub(crate) fn is_pristine(bytes: &[u8], checksum: Checksum) -> bool {
    if Checksum::of(bytes) == checksum || Content::from(bytes.to_vec()).program().is_some() {
        return true;
    }
    let length = bytes.len() as u64;
    // A program of so few bytes has no room for its note.
    let cut = StandIn { length, checksum: None, program: Some(ProgramNote::new("")) };
    if bytes.len() <= CUT && !bytes.is_empty() && cut.head() == bytes {
        return true;
    }
    let head = StandIn { length, checksum: Some(checksum), program: None }.head();
    bytes.starts_with(&head) && bytes[head.len()..].iter().all(|&b| b == 0)
}
