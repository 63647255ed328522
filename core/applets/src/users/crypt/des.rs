//! crypt(3) as Unix first had it: DES of nothing, twenty-five times, its expansion disturbed by the salt.

use super::ALPHABET;

/// Bits are numbered from 1, the highest first, as FIPS 46 prints the tables.
const INITIAL: [u8; 64] = {
    let mut table = [0; 64];
    let mut at = 0;
    while at < 64 {
        // Columns from the right, even ones first, each from the bottom up.
        let row = at / 8;
        let first = if row < 4 { 58 + 2 * row } else { 57 + 2 * (row - 4) };
        table[at] = (first - 8 * (at % 8)) as u8;
        at += 1;
    }
    table
};

const CHOICE_1: [u8; 56] = [
    57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44,
    36, 63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20,
    12, 4,
];

const CHOICE_2: [u8; 48] = [
    14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37,
    47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];

const SHIFTS: [u32; 16] = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

const PERMUTATION: [u8; 32] = [
    16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6,
    22, 11, 4, 25,
];

/// The substitutions, four rows each, one hexadecimal digit an entry.
const BOXES: [&[u8; 64]; 8] = [
    b"E4D12FB83A6C59070F74E2D1A6CB953841E8D62BFC973A50FC8249175B3EA06D",
    b"F18E6B34972DC05A3D47F28EC01A69B50E7BA4D158C6932FD8A13F42B67C05E9",
    b"A09E63F51DC7B428D709346A285ECBF1D6498F30B12C5AE71AD069874FE3B52C",
    b"7DE3069A1285BC4FD8B56F03472C1AE9A690CB7DF13E52843F06A1D8945BC72E",
    b"2C417AB6853FD0E9EB2C47D150FA3986421BAD78F9C5630EB8C71E2D6F09A453",
    b"C1AF92680D34E75BAF427C9561DE0B389EF528C3704A1DB6432C95FABE17608D",
    b"4B2EF08D3C975A61D0B7491AE35C2F8614BDC37EAF6805926BD814A7950FE23C",
    b"D2846FB1A93E50C71FD8A374C56B0E927B419CE206ADF35821E74A8DFC90356B",
];

/// The bits of `value`, `width` wide, in the order of the table.
fn permute(value: u64, width: u32, table: &[u8]) -> u64 {
    table.iter().fold(0, |out, &bit| out << 1 | (value >> (width - u32::from(bit)) & 1))
}

/// The inverse of [`INITIAL`].
fn finish(value: u64) -> u64 {
    INITIAL
        .iter()
        .enumerate()
        .fold(0, |out, (at, &bit)| out | (value >> (63 - at) & 1) << (64 - u32::from(bit)))
}

fn round_keys(key: u64) -> [u64; 16] {
    let mut halves = permute(key, 64, &CHOICE_1);
    let half = (1 << 28) - 1;
    SHIFTS.map(|shift| {
        let turn = |value: u64| (value << shift | value >> (28 - shift)) & half;
        halves = turn(halves >> 28) << 28 | turn(halves & half);
        permute(halves, 56, &CHOICE_2)
    })
}

/// One round's function: 32 bits become 48, the salt swaps some of them, the boxes make 32 of them again.
fn mix(right: u64, key: u64, salt: u64) -> u64 {
    let mut wide = 0;
    for group in 0..8 {
        for bit in 0..6 {
            // Each group of four bits with its neighbours, around the corner too.
            let from = (group * 4 + bit + 31) % 32;
            wide = wide << 1 | (right >> (31 - from) & 1);
        }
    }
    let (high, low) = (wide >> 24, wide & 0xff_ffff);
    let swapped = (high ^ low) & salt;
    let wide = ((high ^ swapped) << 24 | (low ^ swapped)) ^ key;
    let mut out = 0;
    for (group, table) in BOXES.iter().enumerate() {
        let six = wide >> (42 - 6 * group) & 63;
        let (row, column) = (six >> 4 & 2 | six & 1, six >> 1 & 15);
        let digit = char::from(table[(row * 16 + column) as usize]).to_digit(16).unwrap_or(0);
        out = out << 4 | u64::from(digit);
    }
    permute(out, 32, &PERMUTATION)
}

/// The eleven characters after the salt of two; `None` when the salt has others than the alphabet's.
pub(super) fn hash(password: &[u8], salt: &[u8]) -> Option<String> {
    let value = |byte: &u8| ALPHABET.iter().position(|known| known == byte);
    let salt_value = value(salt.first()?)? | value(salt.get(1)?)? << 6;
    // The lowest bit of the salt swaps the first bits of the halves.
    let salt = (0..12).fold(0, |mask, bit| mask | (salt_value as u64 >> bit & 1) << (23 - bit));
    let key = (0..8).fold(0, |key, at| key << 8 | u64::from(password.get(at).copied().unwrap_or(0) << 1));
    let keys = round_keys(key);
    let mut block = 0_u64;
    for _ in 0..25 {
        let start = permute(block, 64, &INITIAL);
        let (mut left, mut right) = (start >> 32, start & 0xffff_ffff);
        for key in keys {
            (left, right) = (right, left ^ mix(right, key, salt));
        }
        block = finish(right << 32 | left);
    }
    let letter = |at: u32| {
        let six = if at < 10 { block >> (58 - 6 * at) & 63 } else { block << 2 & 63 };
        char::from(ALPHABET[six as usize])
    };
    Some((0..11).map(letter).collect())
}
