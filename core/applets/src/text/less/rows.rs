//! What is shown of the bytes: rows as wide as the screen.

/// A row, and the line that it is of, counted from 0.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) text: Vec<u8>,
}

/// How lines become rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) width: usize,
    /// `-S`: what does not fit is left out.
    pub(super) truncate: bool,
    /// `-R`: sequences for colours are left out.
    pub(super) plain: bool,
}

impl Shape {
    /// The rows of a line.
    pub(super) fn rows(self, line: usize, text: &[u8]) -> Vec<Row> {
        let stripped;
        let text = if self.plain {
            stripped = without_colours(text);
            &stripped
        } else {
            text
        };
        let mut rows = Vec::new();
        let (mut row, mut column) = (Vec::new(), 0);
        for &byte in text {
            if byte == 8 && column > 0 {
                row.pop();
                column -= 1;
                continue;
            }
            let mut next = after(byte, column);
            if next > self.width {
                if self.truncate {
                    break;
                }
                rows.push(Row { line, text: core::mem::take(&mut row) });
                next = after(byte, 0);
            }
            row.push(byte);
            column = next;
        }
        rows.push(Row { line, text: row });
        rows
    }
}

/// The column after a byte.
fn after(byte: u8, column: usize) -> usize {
    if byte == b'\t' { (column + 8) & !7 } else { column + 1 }
}

/// Escapes go, and after them `[`, numbers and `m`.
fn without_colours(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != 0x1b {
            plain.push(byte);
            continue;
        }
        if let Some(sequence) = rest.strip_prefix(b"[") {
            let numbers = sequence.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
            rest = &sequence[numbers..];
            rest = rest.strip_prefix(b"m").unwrap_or(rest);
        }
    }
    plain
}
