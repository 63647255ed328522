//! The tables of `-l` and `-v`.

use bstr::{BString, ByteSlice};

use super::directory::File;

/// `-l`; `count` is that of all files, listed or not.
pub(super) fn short(files: &[File], count: usize) -> BString {
    let mut text = BString::from("  Length      Date    Time    Name\n---------  ---------- -----   ----\n");
    for file in files {
        text.extend_from_slice(&bytes!("{}  {}   {}\n", format!("{:9}", file.size), file.stamp(), file.name));
    }
    let total: u64 = files.iter().map(|file| file.size).sum();
    text.extend_from_slice(b" --------                     -------\n");
    text.extend_from_slice(format!("{total:9}                     {count} files\n").as_bytes());
    text
}

/// `-v`
pub(super) fn long(files: &[File], count: usize) -> BString {
    let mut text = BString::from(
        " Length   Method    Size  Cmpr    Date    Time   CRC-32   Name\n\
         --------  ------  ------- ---- ---------- ----- --------  ----\n",
    );
    for file in files {
        let method = match file.method {
            0 => "Stored".to_owned(),
            8 => "Defl:N".to_owned(),
            other => format!("{other:6}"),
        };
        let (size, packed, saved) = (file.size, file.packed, percent(file.size, file.packed));
        let front = format!("{size:8}  {method}{packed:9}{saved:4}% {} {:08x}", file.stamp(), file.crc);
        text.extend_from_slice(&bytes!("{}  {}\n", front, file.name.as_bstr()));
    }
    let size: u64 = files.iter().map(|file| file.size).sum();
    let packed: u64 = files.iter().map(|file| file.packed).sum();
    let saved = percent(size, packed);
    let line = format!("{size:8}  {packed:15}{saved:4}%                            {count} files\n");
    text.extend_from_slice(b"--------          ------- ----                            ----\n");
    text.extend_from_slice(line.as_bytes());
    text
}

/// What packing has saved.
fn percent(size: u64, packed: u64) -> u64 {
    if packed < size { (size - packed) * 100 / size } else { 0 }
}
