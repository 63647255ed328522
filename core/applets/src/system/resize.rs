use core::time::Duration;

use kernel::{Exit, Fd, Process, TermSettings};

use crate::frame::say;
use crate::frame::table::Ended;

pub(crate) const USAGE: &str = "

Ask the terminal for its size, and print it for a shell";

/// What is asked and answered goes over standard error.
const TERMINAL: Fd = 2;
/// Saves the cursor, moves it far off, asks where it is, and puts it back.
const QUESTION: &str = "\x1b7\x1b[r\x1b[999;999H\x1b[6n";
/// How long the terminal has to answer.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) async fn main(p: &mut Process) -> Ended {
    let settings = p.term_settings(TERMINAL).ok();
    if let Some(settings) = settings {
        // It is a terminal.
        let _ = p.set_term_settings(TERMINAL, TermSettings { canonical: false, echo: false, ..settings });
    }
    p.eprint(QUESTION).await;
    let answer = if settings.is_some() { answer(p).await } else { None };
    p.eprint("\x1b8").await;
    if let Some(settings) = settings {
        let _ = p.set_term_settings(TERMINAL, settings);
    }
    if let Some(size) = answer {
        let _ = p.set_term_size(TERMINAL, size);
    }
    let (columns, rows) = answer.unwrap_or_default();
    say::print(p, format!("COLUMNS={columns};LINES={rows};export COLUMNS LINES;\n")).await?;
    Ok(Exit(if answer.is_some() { 0 } else { 255 }))
}

/// `ESC [ ROWS ; COLUMNS R`
async fn answer(p: &mut Process) -> Option<(u16, u16)> {
    let mut text = Vec::new();
    while !text.ends_with(b"R") {
        if !p.wait_readable(TERMINAL, Some(PATIENCE)).await.ok()? {
            return None;
        }
        let bytes = p.read(TERMINAL, 32).await.ok().filter(|bytes| !bytes.is_empty())?;
        text.extend_from_slice(&bytes);
    }
    let text = std::str::from_utf8(&text).ok()?.strip_prefix("\x1b[")?.strip_suffix('R')?;
    let (rows, columns) = text.split_once(';')?;
    Some((columns.parse().ok()?, rows.parse().ok()?))
}
