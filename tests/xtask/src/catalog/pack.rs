use miniz_oxide::deflate::compress_to_vec;

const LEVEL: u8 = 10;

/// A file of named tables, each a list of keys and values in compressed blocks.
#[derive(Default)]
pub(crate) struct Pack {
    contents: Vec<u8>,
    tables: u64,
    blocks: Vec<u8>,
}

impl Pack {
    /// Adds a table. Keys that are sorted can be searched.
    pub(crate) fn table(&mut self, name: &str, block_entries: usize, rows: &[(Vec<u8>, Vec<u8>)]) {
        self.tables += 1;
        let before = self.blocks.len();
        text(&mut self.contents, name.as_bytes());
        number(&mut self.contents, rows.len() as u64);
        number(&mut self.contents, rows.len().div_ceil(block_entries) as u64);
        for block in rows.chunks(block_entries) {
            let packed = compress_to_vec(&encode(block), LEVEL);
            text(&mut self.contents, &block[0].0);
            number(&mut self.contents, block.len() as u64);
            number(&mut self.contents, packed.len() as u64);
            self.blocks.extend(packed);
        }
        println!("{name}: {} entries, {} bytes", rows.len(), self.blocks.len() - before);
    }

    /// Adds a column: a table of one value.
    pub(crate) fn column(&mut self, name: &str, value: Vec<u8>) {
        self.table(name, 1, &[(Vec::new(), value)]);
    }

    /// The file.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut contents = Vec::new();
        number(&mut contents, self.tables);
        contents.extend(self.contents);
        let contents = compress_to_vec(&contents, LEVEL);
        let length = contents.len() as u32;
        [&b"GLASSCAT"[..], &length.to_le_bytes(), &contents, &self.blocks].concat()
    }
}

fn encode(block: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut previous: &[u8] = &[];
    for (key, _) in block {
        let shared = key.iter().zip(previous).take_while(|(a, b)| a == b).count();
        number(&mut out, shared as u64);
        text(&mut out, &key[shared..]);
        previous = key;
    }
    block.iter().for_each(|(_, value)| number(&mut out, value.len() as u64));
    block.iter().for_each(|(_, value)| out.extend(value));
    out
}

/// Seven bits a byte, the lowest first.
pub(crate) fn number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A length and that many bytes.
pub(crate) fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len() as u64);
    out.extend(bytes);
}
