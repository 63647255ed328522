use std::collections::BTreeMap;

const RED: &str = "\x1b[91m";
const RESET: &str = "\x1b[0m";
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Replaces what differs from run to run, and nothing else: ids (each by its order of appearance, so that equal ids stay
/// equal), times of day beside dates, `N seconds ago`, and the order in which a `RUN`'s standard error and standard output arrive.
pub fn normalize(text: &str) -> String {
    ages(&dates(&ids(&streams(text))))
}

/// Within each `Running in` block, the red writes are joined and put after the plain ones.
fn streams(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(" ---> Running in ") {
        let start = rest[at..].find('\n').map_or(rest.len(), |end| at + end + 1);
        let block = &rest[start..];
        let end =
            ["Removing intermediate container ", " ---> "].iter().filter_map(|word| block.find(word)).min();
        let end = end.unwrap_or(block.len());
        result += &rest[..start];
        result += &regroup(&block[..end]);
        rest = &block[end..];
    }
    result + rest
}

fn regroup(block: &str) -> String {
    let (mut plain, mut red) = (String::new(), String::new());
    let mut rest = block;
    while let Some(at) = rest.find(RED) {
        plain += &rest[..at];
        let tail = &rest[at + RED.len()..];
        let end = tail.find(RESET).unwrap_or(tail.len());
        red += &tail[..end];
        rest = tail.get(end + RESET.len()..).unwrap_or_default();
    }
    plain += rest;
    if red.is_empty() { plain } else { format!("{plain}{RED}{red}{RESET}") }
}

/// Runs of exactly 12, 20 or 64 lower-case hexadecimal digits with a digit among them.
fn ids(text: &str) -> String {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_alphanumeric()) {
        let word = &rest[start..];
        let end = word.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(word.len());
        let word = &word[..end];
        result += &rest[..start];
        if is_id(word) {
            let next = known.len() + 1;
            let number = *known.entry(word[..12].to_owned()).or_insert(next);
            result += &format!("<id{number}>");
        } else {
            result += word;
        }
        rest = &rest[start + end..];
    }
    result + rest
}

fn is_id(word: &str) -> bool {
    let hex = |letter: u8| letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter);
    matches!(word.len(), 12 | 20 | 64)
        && word.bytes().all(hex)
        && word.bytes().any(|letter| letter.is_ascii_digit())
}

/// `Nov 23 06:54` of `ls -l`: files made during the build. Dates with a year are of files that existed before.
fn dates(text: &str) -> String {
    let mut result = String::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if is_recent_date(rest) {
            result += "<date>";
            at += "Nov 23 06:54".len();
        } else {
            let letter = rest.chars().next().unwrap_or(' ');
            result.push(letter);
            at += letter.len_utf8();
        }
    }
    result
}

fn is_recent_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 12
        && MONTHS.iter().any(|month| text.starts_with(month))
        && bytes[3] == b' '
        && (bytes[4] == b' ' || bytes[4].is_ascii_digit())
        && bytes[5].is_ascii_digit()
        && bytes[6] == b' '
        && [7, 8, 10, 11].iter().all(|&digit| bytes[digit].is_ascii_digit())
        && bytes[9] == b':'
}

fn ages(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let mut line = line.to_owned();
        for unit in ["seconds ago", "second ago", "Less than a second ago"] {
            if let Some(at) = line.find(unit) {
                let head =
                    line[..at].trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
                let tail = line[at + unit.len()..].trim_start();
                line = format!("{head} <age> {tail}");
            }
        }
        lines.push(line);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_varies_is_replaced() {
        let text = " ---> Running in 0123456789ab\nout\n\x1b[91mer\x1b[0m\x1b[91mr\n\x1b[0mmore\nRemoving intermediate \
                    container 0123456789ab\n ---> ffffffffff01\nSuccessfully built ffffffffff01\n";
        assert_eq!(
            normalize(text),
            " ---> Running in <id1>\nout\nmore\n\x1b[91merr\n\x1b[0mRemoving intermediate container <id1>\n ---> \
             <id2>\nSuccessfully built <id2>\n"
        );
        assert_eq!(normalize("1 Nov 23 06:54 a\n1 Nov 14  2023 b"), "1 <date> a\n1 Nov 14  2023 b");
        assert_eq!(normalize("feedfacecafe deadbeef"), "feedfacecafe deadbeef");
    }
}
