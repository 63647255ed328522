//! What a terminal shows in the end.

/// Carries out the movements of the cursor and gives the lines that are left, without colours and blanks at their ends. A
/// text without such movements stays as it is.
pub(super) fn shown(text: &str) -> String {
    if !text.contains("\x1b[0G") {
        return text.to_owned();
    }
    let mut screen = Screen::default();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\x1b' => {
                let mut number = String::new();
                letters.next_if_eq(&'[');
                letters.next_if_eq(&'?');
                while let Some(digit) = letters.next_if(|letter| letter.is_ascii_digit() || *letter == ';') {
                    number.push(digit);
                }
                screen.control(letters.next().unwrap_or(' '), number.parse().unwrap_or(1));
            }
            '\r' => screen.column = 0,
            '\n' => {
                screen.row += 1;
                screen.column = 0;
            }
            other => screen.put(other),
        }
    }
    screen.text()
}

#[derive(Default)]
struct Screen {
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

impl Screen {
    fn control(&mut self, kind: char, number: usize) {
        match kind {
            'A' => self.row = self.row.saturating_sub(number),
            'B' => self.row += number,
            'G' => self.column = number.saturating_sub(1),
            _ => {}
        }
    }

    fn put(&mut self, letter: char) {
        let row = self.row;
        if self.lines.len() <= row {
            self.lines.resize_with(row + 1, Vec::new);
        }
        let line = &mut self.lines[row];
        if line.len() <= self.column {
            line.resize(self.column + 1, ' ');
        }
        line[self.column] = letter;
        self.column += 1;
    }

    fn text(&self) -> String {
        let line = |line: &Vec<char>| {
            let text = line.iter().collect::<String>();
            without_ids(text.trim_end())
        };
        let lines: Vec<String> = self.lines.iter().map(line).collect();
        sorted(&lines).join("\n")
    }
}

/// Steps in the order of their names, each with its parts: in which order those side by side began is timing, and so is
/// whether a base was there when another step failed.
fn sorted(lines: &[String]) -> Vec<String> {
    let (mut out, mut blocks): (Vec<String>, Vec<Vec<String>>) = (Vec::new(), Vec::new());
    for line in lines {
        match (line.starts_with(" => => "), line.starts_with(" => "), blocks.last_mut()) {
            (true, _, Some(block)) => block.push(line.clone()),
            (_, true, _) => {
                let is_base = line.contains("] FROM ");
                let line = if is_base { line.replacen("CANCELED ", "", 1) } else { line.clone() };
                blocks.push(vec![line]);
            }
            _ => {
                blocks.sort();
                out.extend(blocks.drain(..).flatten());
                out.push(line.clone());
            }
        }
    }
    blocks.sort();
    out.extend(blocks.into_iter().flatten());
    out
}

/// A line without the time at its end and with ids, which the terminal's width cuts, shortened.
fn without_ids(line: &str) -> String {
    let mut line = line.to_owned();
    if let Some(time) = line.split_whitespace().next_back()
        && time.ends_with('s')
        && time[..time.len() - 1].parse::<f64>().is_ok()
    {
        line.truncate(line.len() - time.len());
    }
    if let Some(at) = line.find("sha256:") {
        let is_hex = |letter: char| letter.is_ascii_hexdigit();
        line = format!("{}<id>{}", &line[..at], line[at + 7..].trim_start_matches(is_hex));
    }
    if let Some(rest) = line.strip_prefix("[+] Building ") {
        let rest = rest.split_once(' ').map_or("", |(_, rest)| rest);
        line = format!("[+] Building <t> {rest}");
    }
    line.trim_end().to_owned()
}
