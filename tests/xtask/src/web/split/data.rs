use wasm_encoder::{ConstExpr, DataSection};

use super::parsed::Parsed;

/// What a piece of data begins with that comes with the rest; its length is behind it, four bytes, and counts both. Whoever reads it
/// has the rest brought first: until then there are zeros. `lessons/build.rs` writes it.
const LATER: &[u8] = b"~glasshull:later~";

/// Bytes and where they go, in each of the parts.
#[derive(Default)]
pub(super) struct Parted<'a> {
    pub(super) first: Vec<(u32, &'a [u8])>,
    pub(super) rest: Vec<(u32, &'a [u8])>,
}

impl<'a> Parted<'a> {
    pub(super) fn of(parsed: &Parsed<'a>) -> Result<Self, String> {
        let mut pieces = Vec::new();
        for data in &parsed.data {
            pieces.push((Parsed::place(data)?, data.data));
        }
        let (from, to) = later(&pieces)?;
        let mut parted = Parted::default();
        for (place, bytes) in pieces {
            let inside = |at: u32| (at.max(place) - place) as usize;
            let (begin, end) = (inside(from).min(bytes.len()), inside(to).min(bytes.len()));
            parted.first.push((place, &bytes[..begin]));
            parted.rest.push((place.max(from), &bytes[begin..end]));
            parted.first.push((place.max(to), &bytes[end..]));
        }
        parted.first.retain(|(_, bytes)| !bytes.is_empty());
        parted.rest.retain(|(_, bytes)| !bytes.is_empty());
        Ok(parted)
    }
}

/// Where the piece that comes later begins and ends.
fn later(pieces: &[(u32, &[u8])]) -> Result<(u32, u32), String> {
    let mut found = None;
    for (place, bytes) in pieces {
        let marks = bytes.windows(LATER.len()).enumerate().filter(|(_, window)| *window == LATER);
        for (at, _) in marks {
            let length =
                bytes[at + LATER.len()..].first_chunk().ok_or("the mark of later data has no length")?;
            let from = place + u32::try_from(at).map_err(|_| "data is longer than memory")?;
            if found.replace((from, from + u32::from_le_bytes(*length))).is_some() {
                return Err("the mark of later data is there twice".to_owned());
            }
        }
    }
    found.ok_or_else(|| "the mark of later data is not there".to_owned())
}

/// Data at its places.
pub(super) fn section(pieces: &[(u32, &[u8])]) -> DataSection {
    let mut section = DataSection::new();
    for (place, bytes) in pieces {
        section.active(0, &ConstExpr::i32_const(place.cast_signed()), bytes.iter().copied());
    }
    section
}
