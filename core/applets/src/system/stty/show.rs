//! Settings as text.

use kernel::Termios;

use super::modes::{self, CHARACTERS, Group, Mode, Sane, TIME};

/// Words side by side, in lines that stay below a number of columns.
struct Wrapped {
    text: String,
    column: usize,
    columns: usize,
}

impl Wrapped {
    fn new(columns: u16) -> Self {
        let columns = if columns == 0 { 80 } else { usize::from(columns) };
        Wrapped { text: String::new(), column: 0, columns }
    }

    fn word(&mut self, word: &str) {
        if self.column > 0 {
            let fits = self.column + 1 + word.len() < self.columns;
            self.text.push(if fits { ' ' } else { '\n' });
            self.column = if fits { self.column + 1 } else { 0 };
        }
        self.text += word;
        self.column += word.len();
    }

    fn end_line(&mut self) {
        if self.column > 0 {
            self.text.push('\n');
            self.column = 0;
        }
    }

    fn characters(&mut self, termios: Termios) {
        for (name, index, _) in CHARACTERS {
            let value = termios.characters[index];
            let shown = if name == "min" { value.to_string() } else { visible(value) };
            self.word(&format!("{name} = {shown};"));
        }
        self.word(&format!("time = {};", termios.characters[TIME]));
        self.end_line();
    }
}

/// A control character as `^X`.
fn visible(byte: u8) -> String {
    match byte {
        0 => "<undef>".to_owned(),
        0x7f => "^?".to_owned(),
        1..0x20 => format!("^{}", char::from(byte + 0x40)),
        0x80.. => format!("M-{}", visible(byte & 0x7f)),
        _ => char::from(byte).to_string(),
    }
}

/// `-a`
pub(super) fn everything(termios: Termios, (columns, rows): (u16, u16)) -> String {
    let mut shown = Wrapped::new(columns);
    shown.word(&format!("speed {} baud;", modes::speed(termios)));
    shown.word(&format!("rows {rows};"));
    shown.word(&format!("columns {columns};"));
    shown.word("line = 0;");
    shown.end_line();
    shown.characters(termios);
    let mut group = Group::Control;
    for mode in modes::all().filter(|mode| !mode.hidden) {
        if mode.group != group {
            shown.end_line();
            group = mode.group;
        }
        match (mode.is_set(termios), mode.field) {
            (true, _) => shown.word(mode.name),
            (false, 0) => shown.word(&format!("-{}", mode.name)),
            (false, _) => {}
        }
    }
    shown.end_line();
    shown.text
}

/// What is not as in a sane terminal.
pub(super) fn changed(termios: Termios, (columns, _): (u16, u16)) -> String {
    let mut shown = Wrapped::new(columns);
    shown.word(&format!("speed {} baud;", modes::speed(termios)));
    shown.word("line = 0;");
    shown.end_line();
    shown.characters(termios);
    let mut group = Group::Control;
    for mode in modes::all().filter(|mode| !mode.hidden) {
        if mode.group != group {
            shown.end_line();
            group = mode.group;
        }
        if let Some(word) = difference(mode, termios) {
            shown.word(&word);
        }
    }
    shown.end_line();
    shown.text
}

fn difference(mode: &Mode, termios: Termios) -> Option<String> {
    match (mode.is_set(termios), mode.sane) {
        (true, Sane::Unset) => Some(mode.name.to_owned()),
        (false, Sane::Set) if mode.field == 0 => Some(format!("-{}", mode.name)),
        _ => None,
    }
}

/// How many control characters Linux keeps.
pub(super) const CHARACTERS_KEPT: usize = 32;

/// `-g`
pub(super) fn saved(termios: Termios) -> String {
    let flags = [termios.input, termios.output, termios.control, termios.local];
    let mut characters = [0; CHARACTERS_KEPT];
    characters[..termios.characters.len()].copy_from_slice(&termios.characters);
    let words = flags.into_iter().chain(characters.map(u32::from)).map(|word| format!("{word:x}"));
    words.collect::<Vec<_>>().join(":") + "\n"
}
