//! Names side by side.

use bstr::{BString, ByteSlice};

/// How many columns of a terminal a name takes.
pub(super) fn width(name: &BString) -> usize {
    name.chars().count()
}

/// Lays cells (text and its visible width) out in columns of `column` characters on a line of `line`: down the columns, or
/// `across` the lines.
pub(super) fn fill(cells: &[(BString, usize)], column: usize, line: usize, across: bool) -> BString {
    let fit = (line / column.max(1)).max(1);
    let (columns, rows) = if fit > 1 { (fit, cells.len().div_ceil(fit)) } else { (1, cells.len()) };
    let mut text = BString::default();
    for row in 0..rows {
        let mut padding = 0;
        for place in 0..columns {
            let index = if across { row * columns + place } else { place * rows + row };
            let Some((cell, width)) = cells.get(index) else { continue };
            text.extend(std::iter::repeat_n(b' ', padding));
            text.extend_from_slice(cell);
            padding = column.saturating_sub(*width);
        }
        text.push(b'\n');
    }
    text
}
