//! BuildKit's plain progress without what differs from run to run.

use std::collections::BTreeMap;

use super::normalize;
use super::screen::shown;
use super::status::folded;

/// Words that begin a line about a part of a vertex.
const PARTS: [&str; 13] = [
    "copying",
    "exporting",
    "extracting",
    "merging",
    "naming",
    "preparing",
    "resolve",
    "rewriting",
    "sending",
    "sha256:",
    "transferring",
    "unpacking",
    "writing",
];

/// Replaces vertex numbers, times, ids and random names, puts the blocks of a build in a fixed order, and joins those of
/// one vertex: numbers and order follow from timing. A part that was open at a tick is told twice; its end counts.
/// Whether a base image was done or canceled when another step failed is timing, too.
pub fn normalize_transcript(text: &str) -> String {
    let text = &folded(&shown(text));
    let mut blocks = Blocks::default();
    let mut out: Vec<String> = Vec::new();
    for line in text.split('\n') {
        match numbered(line) {
            Some((number, rest)) => {
                if blocks.begins_anew(number, rest) {
                    blocks.flush(&mut out);
                    out.push(String::new());
                }
                blocks.push(number, rest);
            }
            None if line.is_empty() && !blocks.is_empty() => {}
            None => {
                blocks.flush(&mut out);
                out.push(without_log_time(line));
            }
        }
    }
    blocks.flush(&mut out);
    let text = cut_ids(&random_names(&normalize(&out.join("\n"))));
    sorted_summaries(&text)
}

/// `#3 text`
fn numbered(line: &str) -> Option<(u32, &str)> {
    let (number, rest) = line.strip_prefix('#')?.split_once(' ')?;
    Some((number.parse().ok()?, rest))
}

/// The blocks of one build.
#[derive(Default)]
struct Blocks {
    by_number: BTreeMap<u32, Vec<String>>,
}

impl Blocks {
    fn is_empty(&self) -> bool {
        self.by_number.is_empty()
    }

    /// Whether another build of the same session begins.
    fn begins_anew(&self, number: u32, rest: &str) -> bool {
        if self.by_number.contains_key(&0) {
            return number == 0;
        }
        let is_over = |line: &String| line.starts_with("DONE") || line.starts_with("ERROR");
        let first = self.by_number.get(&1).is_some_and(|block| block.iter().any(is_over));
        number == 0 && !self.is_empty() || number == 1 && first && rest.starts_with("[internal] load")
    }

    fn push(&mut self, number: u32, rest: &str) {
        let block = self.by_number.entry(number).or_default();
        let is_repeated = block.first().is_some_and(|name| name == rest);
        if !is_repeated && rest != "..." && !(is_digest(rest) && block.len() == 1) {
            block.push(rest.to_owned());
        }
    }

    fn flush(&mut self, out: &mut Vec<String>) {
        let blocks = std::mem::take(&mut self.by_number);
        let mut blocks: Vec<String> = blocks.into_values().map(|block| one(&block)).collect();
        blocks.sort();
        out.extend(blocks);
    }
}

/// A block with each part told once, and its end last.
fn one(lines: &[String]) -> String {
    let is_base = lines.first().is_some_and(|name| name.starts_with("FROM ") || name.contains("] FROM "));
    let mut kept: Vec<String> = Vec::new();
    let mut end = None;
    for line in lines {
        let log = without_log_time(line);
        if log != *line {
            kept.push(log);
        } else if is_end(line) {
            let is_canceled = is_base && line == "CANCELED";
            end = Some(if line.starts_with("DONE") || is_canceled {
                "DONE <t>".to_owned()
            } else {
                line.clone()
            });
        } else if PARTS.iter().any(|part| line.starts_with(part)) && !kept.is_empty() {
            let line = without_part_time(line);
            let part = without_bytes(&line).to_owned();
            kept.retain(|known| without_bytes(known) != part);
            kept.push(line);
        } else {
            kept.push(line.clone());
        }
    }
    kept.extend(end);
    kept.join("\n")
}

fn is_end(line: &str) -> bool {
    matches!(line, "CACHED" | "CANCELED") || line.starts_with("DONE ") && line.ends_with('s')
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// `0.123 text` becomes `<t> text`.
fn without_log_time(line: &str) -> String {
    let Some((time, rest)) = line.split_once(' ') else { return line.to_owned() };
    let is_time = time.split_once('.').is_some_and(|(whole, part)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(whole) && digits(part) && (2..=3).contains(&part.len())
    });
    if is_time { format!("<t> {rest}") } else { line.to_owned() }
}

/// The line of a part without ` 0.1s` and ` done`.
fn without_part_time(line: &str) -> String {
    let line = line.strip_suffix(" done").unwrap_or(line);
    let Some((head, last)) = line.rsplit_once(' ') else { return line.to_owned() };
    let is_time = last.strip_suffix('s').is_some_and(|time| time.parse::<f64>().is_ok());
    if is_time { head.to_owned() } else { line.to_owned() }
}

/// The line of a part without ` 1.03MB / 1.03MB`.
fn without_bytes(line: &str) -> &str {
    let is_bytes = |word: &str| {
        word.strip_suffix('B')
            .is_some_and(|number| number.trim_end_matches(['k', 'M', 'G']).parse::<f64>().is_ok())
    };
    let mut rest = line;
    while let Some((head, last)) = rest.rsplit_once(' ')
        && (is_bytes(last) || last == "/")
    {
        rest = head;
    }
    rest
}

/// Names that the daemon draws: 25 letters and digits, and numbers of temporary folders.
fn random_names(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_alphanumeric()) {
        let word = &rest[start..];
        let end = word.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(word.len());
        let word = &word[..end];
        result += &rest[..start];
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        let is_plain = word.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
        let number = word.strip_prefix("mount").or_else(|| word.strip_prefix("buildkit"));
        match number {
            Some(number) if number.len() > 5 && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                result += "<number>";
            }
            _ if word.len() == 25 && has_digit && is_plain => result += "<name>",
            _ => result += word,
        }
        rest = &rest[start + end..];
    }
    result + rest
}

/// Ids whose ends `...` stands for.
fn cut_ids(text: &str) -> String {
    let mut pieces = text.split("sha256:");
    let mut result = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|letter: char| letter.is_ascii_hexdigit());
        let is_cut = rest.len() < piece.len() && rest.starts_with("...");
        result += &format!("sha256:{}", if is_cut { rest } else { piece });
    }
    result
}

/// The summary of warnings is in no fixed order.
fn sorted_summaries(text: &str) -> String {
    const RESET: &str = "\x1b[0m";
    let mut out: Vec<String> = Vec::new();
    let mut items: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let item = line.strip_prefix(RESET).unwrap_or(line);
        let in_summary = !items.is_empty() || line.starts_with(RESET);
        if in_summary && item.starts_with(" - ") {
            items.push(item.to_owned());
            continue;
        }
        items.sort();
        out.append(&mut items);
        out.push(line.to_owned());
    }
    items.sort();
    out.append(&mut items);
    out.join("\n")
}

#[cfg(test)]
mod tests {
    use super::normalize_transcript;

    #[test]
    fn numbers_and_times_go_and_blocks_are_in_order() {
        let text = "#4 [2/2] RUN x\n#4 ...\n\n#3 [1/2] FROM a\n#3 DONE 0.1s\n\n#4 [2/2] RUN x\n#4 0.123 hi\n#4 DONE 1.0s\n";
        assert_eq!(normalize_transcript(text), "[1/2] FROM a\nDONE <t>\n[2/2] RUN x\n<t> hi\nDONE <t>");
        let text =
            "#1 exporting to image\n#1 exporting layers\n#1 exporting layers 0.1s done\n#1 DONE 0.1s\nrest";
        assert_eq!(normalize_transcript(text), "exporting to image\nexporting layers\nDONE <t>\nrest");
    }
}
