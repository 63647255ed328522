use kernel::{Exit, Process};

use crate::frame::say;
use crate::frame::stream::STDIN;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "[w] [h]

Print the size of the terminal, 80x24 where there is none";

/// What a program takes that cannot ask.
const SIZE: (u16, u16) = (80, 24);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let words = p.args()[1..].to_vec();
    let (columns, rows) = p.term_size(STDIN).unwrap_or(SIZE);
    if words.is_empty() {
        say::print(p, format!("{columns} {rows}\n")).await?;
        return Ok(Exit(0));
    }
    let sides = words.iter().filter_map(|word| match word.first() {
        Some(b'w') => Some(columns.to_string()),
        Some(b'h') => Some(rows.to_string()),
        _ => None,
    });
    let sides: Vec<String> = sides.collect();
    say::print(p, sides.join(" ") + "\n").await?;
    Ok(Exit(0))
}
