//! `${name/pattern/replacement}`.

use super::glob::{Glob, GlobError, Matcher};

/// How many matches are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occurrences {
    First,
    All,
}

/// Replaces matches of the greedy pattern.
pub(super) fn replace(
    value: &str,
    pattern: &str,
    replacement: &str,
    occurrences: Occurrences,
) -> Result<String, GlobError> {
    let glob = Glob::parse(pattern, true)?;
    let text: Vec<char> = value.chars().collect();
    let matcher = glob.over(&text)?;
    Ok(match occurrences {
        Occurrences::First => match matcher.find(0) {
            Some((start, end)) => {
                let mut out: String = text[..start].iter().collect();
                out.push_str(replacement);
                out.extend(&text[end..]);
                out
            }
            None => value.to_owned(),
        },
        Occurrences::All => replace_all(&matcher, &text, replacement),
    })
}

/// As Go's ReplaceAllString: no empty match right after another match, and the replacement is a
/// template in which `$0` is the match and other `$name` are empty.
fn replace_all(matcher: &Matcher<'_>, text: &[char], replacement: &str) -> String {
    let mut out = String::new();
    let (mut copied, mut search) = (0, 0);
    while search <= text.len() {
        let Some((start, end)) = matcher.find(search) else { break };
        out.extend(&text[copied..start]);
        if end > copied || start == 0 {
            let matched: String = text[start..end].iter().collect();
            push_template(&mut out, replacement, &matched);
        }
        copied = end;
        search = end.max(search + 1);
    }
    out.extend(&text[copied..]);
    out
}

fn push_template(out: &mut String, template: &str, matched: &str) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) = group_name(rest) {
            if name.bytes().all(|byte| byte == b'0') {
                out.push_str(matched);
            }
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
}

/// `name` or `{name}` at the beginning, and what follows.
fn group_name(text: &str) -> Option<(&str, &str)> {
    let (body, braced) = match text.strip_prefix('{') {
        Some(body) => (body, true),
        None => (text, false),
    };
    let end = body.find(|ch: char| !(ch.is_alphanumeric() || ch == '_')).unwrap_or(body.len());
    if end == 0 {
        return None;
    }
    let (name, after) = body.split_at(end);
    let after = if braced { after.strip_prefix('}')? } else { after };
    Some((name, after))
}
