use std::collections::BTreeMap;

use regex_lite::{Captures, Regex};

/// Replaces what differs from run to run: ids (by order of appearance, so that equal ones stay equal), times, ages,
/// addresses, and the widths of columns that follow from them.
pub struct Normalizer {
    rules: Vec<(Regex, &'static str)>,
    id: Regex,
    known: BTreeMap<String, usize>,
    /// Paths of the real world and what they stand for.
    paths: Vec<(String, String)>,
}

/// What is replaced by what; the order counts.
const RULES: &[(&str, &str)] = &[
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "<time>"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC", "<time>"),
    (r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d", "<date>"),
    (r"(\d+|Less than a|About a|About an) (second|minute|hour|day|week|month|year)s?( ago)?", "<span>$3"),
    (r"02:42(:[0-9a-f]{2}){4}", "<mac>"),
    (r"\b172\.(1[7-9]|2\d)\.", "172.x."),
    (r"\b32[789]\d\d\b", "<port>"),
    (r"(?m)\bsize: \d+$", "size: <n>"),
    (r"time=\d+\.\d+ ms", "time=<ms> ms"),
    (r"round-trip min/avg/max = .*", "round-trip min/avg/max = <ms>"),
    (r"   +", "   "),
    (r"(?m) +$", ""),
];

impl Normalizer {
    /// A normaliser of one case; `paths` are replaced first.
    pub fn new(paths: &[(&str, &str)]) -> Self {
        let regex = |pattern: &str| Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        Normalizer {
            rules: RULES.iter().map(|(pattern, text)| (regex(pattern), *text)).collect(),
            id: regex(r"\b([0-9a-f]{64}|[0-9a-f]{12})\b"),
            known: BTreeMap::new(),
            paths: paths.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect(),
        }
    }

    /// The text with what varies replaced.
    pub fn apply(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for (from, to) in &self.paths {
            text = text.replace(from, to);
        }
        let known = &mut self.known;
        text = self
            .id
            .replace_all(&text, |found: &Captures<'_>| {
                let whole = &found[0];
                if !whole.bytes().any(|byte| byte.is_ascii_digit())
                    || whole.bytes().all(|byte| byte.is_ascii_digit())
                {
                    return whole.to_owned();
                }
                let next = known.len() + 1;
                let number = *known.entry(whole[..12].to_owned()).or_insert(next);
                format!("<id{number}>")
            })
            .into_owned();
        for (pattern, replacement) in &self.rules {
            text = pattern.replace_all(&text, *replacement).into_owned();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_varies_is_replaced() {
        let mut normalizer = Normalizer::new(&[("/tmp/x1", "/root/project")]);
        let text =
            "0123456789ab /tmp/x1/f ffffffffff01 0123456789ab 2024-10-01T10:00:00.5Z 172.18.0.2 deadbeef";
        let expected = "<id1> /root/project/f <id2> <id1> <time> 172.x.0.2 deadbeef";
        assert_eq!(normalizer.apply(text), expected);
        assert_eq!(normalizer.apply("Up 2 seconds    x"), "Up <span>   x");
    }
}
