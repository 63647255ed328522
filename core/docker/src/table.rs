//! Columns as Go's text/tabwriter lays them out for docker: at least 10 wide, 3 blanks between, the last cell free.

use unicode_width::UnicodeWidthStr;

const MIN_WIDTH: usize = 10;
const PADDING: usize = 3;

/// Lays out rows of cells. All cells but the last of a row are padded to their column.
pub(crate) fn layout(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(|column| width(rows, column)).collect();
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            text.push_str(cell);
            if column + 1 < row.len() {
                let blanks = widths[column].saturating_sub(cell.width());
                text.extend(std::iter::repeat_n(' ', blanks));
            }
        }
        text.push('\n');
    }
    text
}

fn width(rows: &[Vec<String>], column: usize) -> usize {
    let padded = rows.iter().filter(|row| column + 1 < row.len());
    padded.map(|row| row[column].width() + PADDING).max().unwrap_or(0).max(MIN_WIDTH)
}

/// Cuts a text to `length` characters, the last one an ellipsis.
pub(crate) fn ellipsis(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(length.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_dockers() {
        let rows = [["REPOSITORY", "TAG", "SIZE"], ["t1", "latest", "1.99MB"]]
            .map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(layout(&rows), "REPOSITORY   TAG       SIZE\nt1           latest    1.99MB\n");
    }

    #[test]
    fn a_cut_text_ends_in_an_ellipsis() {
        assert_eq!(ellipsis("abcdef", 6), "abcdef");
        assert_eq!(ellipsis("abcdefg", 6), "abcde…");
    }
}
