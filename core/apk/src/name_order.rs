//! The order in which apk-tools 2.14 walks its table of names.
//!
//! It is visible: packages that nothing but this order tells apart are installed and removed in
//! it. The table has 20,000 chains, a name goes to the head of the chain its MurmurHash3 selects,
//! and the table is walked chain by chain.

const CHAINS: u32 = 20_000;
const SEED: u32 = 5381;

/// The chain of a name in the table.
pub fn chain(name: &str) -> u32 {
    chain_of_bytes(name.as_bytes())
}

/// The chain of a directory in the table of directories, which works alike.
pub(crate) fn chain_of_bytes(name: &[u8]) -> u32 {
    murmur3_32(name, SEED) % CHAINS
}

/// MurmurHash3 x86_32 (Austin Appleby, public domain).
fn murmur3_32(bytes: &[u8], seed: u32) -> u32 {
    let scramble = |k: u32| k.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let mut hash = seed;
    let (blocks, tail) = bytes.as_chunks::<4>();
    for block in blocks {
        hash ^= scramble(u32::from_le_bytes(*block));
        hash = hash.rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let last = tail.iter().rev().fold(0u32, |k, &b| (k << 8) | u32::from(b));
    if !tail.is_empty() {
        hash ^= scramble(last);
    }
    hash ^= bytes.len() as u32;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}
