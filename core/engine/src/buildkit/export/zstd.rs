//! Zstandard frames whose blocks are stored as they are (RFC 8878): every reader takes them, though they are no shorter.

/// The four bytes that begin a frame.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Frame header: the size of the content in eight bytes, one segment, no checksum.
const HEADER: u8 = 0b1110_0000;
/// Most bytes that a block has.
const BLOCK: usize = 128 * 1024;

/// One frame with these bytes.
pub(super) fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut frame = MAGIC.to_vec();
    frame.push(HEADER);
    frame.extend((bytes.len() as u64).to_le_bytes());
    let count = bytes.len().div_ceil(BLOCK).max(1);
    for number in 0..count {
        let block = &bytes[number * BLOCK..bytes.len().min((number + 1) * BLOCK)];
        let is_last = u32::from(number + 1 == count);
        // The two bits of the type are 0: a raw block.
        let header = (u32::try_from(block.len()).unwrap_or(0) << 3) | is_last;
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(block);
    }
    frame
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_stored_is_read() {
        for len in [0, 1, 128 * 1024, 128 * 1024 + 1, 400_000] {
            let bytes: Vec<u8> = (0..len).map(|number| (number % 251) as u8).collect();
            let read = vfs::archive::decompress(&super::stored(&bytes), 1 << 20).expect("a sound frame");
            assert!(read[..] == bytes[..], "{len} bytes come out otherwise");
        }
    }
}
