use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice};

use super::ArchiveError;

/// Records of a PAX extended header, by key.
pub(super) type Records = BTreeMap<BString, BString>;

/// Prefix of the keys that hold extended attributes.
pub(super) const XATTR: &str = "SCHILY.xattr.";

/// Writes records sorted by key; each begins with its own length in decimal.
pub(super) fn format(records: &Records) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (key, value) in records {
        let rest = key.len() + value.len() + 3;
        let mut len = rest + decimal_len(rest);
        if decimal_len(len) != decimal_len(rest) {
            len = rest + decimal_len(len);
        }
        bytes.extend_from_slice(format!("{len} ").as_bytes());
        bytes.extend_from_slice(key);
        bytes.push(b'=');
        bytes.extend_from_slice(value);
        bytes.push(b'\n');
    }
    bytes
}

fn decimal_len(number: usize) -> usize {
    number.to_string().len()
}

/// Reads records; of several for one key the last one counts, an empty value removes it.
pub(super) fn parse(mut bytes: &[u8]) -> Result<Records, ArchiveError> {
    let mut records = Records::new();
    while !bytes.is_empty() {
        let (key, value, rest) = split_record(bytes).ok_or(ArchiveError::Header)?;
        if value.is_empty() {
            records.remove(key);
        } else {
            records.insert(key.to_owned(), value.to_owned());
        }
        bytes = rest;
    }
    Ok(records)
}

fn split_record(bytes: &[u8]) -> Option<(&BStr, &BStr, &[u8])> {
    let blank = bytes.find_byte(b' ')?;
    let len: usize = std::str::from_utf8(&bytes[..blank]).ok()?.parse().ok()?;
    let record = bytes.get(blank + 1..len)?.strip_suffix(b"\n")?;
    let equals = record.find_byte(b'=').filter(|at| *at > 0)?;
    Some((record[..equals].as_bstr(), record[equals + 1..].as_bstr(), &bytes[len..]))
}
