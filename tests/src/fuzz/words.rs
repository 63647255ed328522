//! Random words, texts and expansions.

use crate::random::Random;

/// The variables that scripts use.
pub(super) const NAMES: &[&str] = &["a", "b", "c", "d", "v1", "n"];

const PLAIN: &[&str] = &[
    "x", "foo", "bar", "a b", "1", "0", "42", "-n", "abc", "f1", "*", "?", "[a-f]*", "", "é", "a=b", ":",
    "/w",
];
const PATTERNS: &[&str] =
    &["*", "?", "f*", "*o", "[a-m]*", "[!a]*", "a", "b*", "??", "*a*", "\\*", "[0-9]", "o"];
const TEXTS: &[&str] =
    &["hello world", "a:b:c", "  two  spaces ", "x", "tab\\tend", "foo bar foo", "1 2 3", "A-Z", ""];

/// A word of a command: quoted or not, plain or expanded.
pub(super) fn word(random: &mut Random, depth: usize) -> String {
    let parts = 1 + usize::from(random.one_in(3));
    (0..parts).map(|_| part(random, depth)).collect()
}

fn part(random: &mut Random, depth: usize) -> String {
    match random.below(14) {
        0..=3 => bare(random),
        4 => format!("'{}'", random.of(PLAIN)),
        5 => format!("\"{}\"", random.of(TEXTS)),
        6 => format!("${}", random.of(NAMES)),
        7 => format!("\"${}\"", random.of(NAMES)),
        8 => braced(random, depth),
        9 => format!("\"{}\"", braced(random, depth)),
        10 => format!("$(({}))", arithmetic(random, 2)),
        11 if depth > 0 => format!("$({})", command(random, depth - 1)),
        12 if depth > 0 => format!("\"$({})\"", command(random, depth - 1)),
        _ => (*random
            .of(&["$1", "$2", "$#", "\"$@\"", "$*", "\"$*\"", "$?", "\\$x", "~", "$'a\\tb'", "\\ "]))
        .to_owned(),
    }
}

fn bare(random: &mut Random) -> String {
    (*random
        .of(&["x", "foo", "bar", "1", "0", "42", "abc", "f1", "a=b", "*", "f*", "[a-f]1", "?1", "-1", "z"]))
    .to_owned()
}

/// `${...}` of any kind.
pub(super) fn braced(random: &mut Random, depth: usize) -> String {
    let name = random.of(&["a", "b", "c", "d", "v1", "n", "1", "2", "@", "#", "nope"]);
    let inner = if depth > 0 && random.one_in(4) { word(random, depth - 1) } else { bare(random) };
    let pattern = random.of(PATTERNS);
    match random.below(14) {
        0 => format!("${{{name}:-{inner}}}"),
        1 => format!("${{{name}-{inner}}}"),
        2 => format!("${{{name}:+{inner}}}"),
        3 => format!("${{{name}+{inner}}}"),
        4 => format!("${{{}:={inner}}}", random.of(NAMES)),
        5 => format!("${{{name}#{pattern}}}"),
        6 => format!("${{{name}##{pattern}}}"),
        7 => format!("${{{name}%{pattern}}}"),
        8 => format!("${{{name}%%{pattern}}}"),
        9 => format!("${{#{}}}", random.of(NAMES)),
        10 => format!("${{{}:{}}}", random.of(NAMES), random.below(4)),
        11 => format!("${{{}:{}:{}}}", random.of(NAMES), random.below(4), random.below(4)),
        12 => format!("${{{}/{pattern}/{}}}", random.of(&["a", "b", "c"]), random.of(&["X", "", "yy"])),
        _ => format!(
            "${{{}//{}/{}}}",
            random.of(&["a", "b", "c"]),
            random.of(&["a", "o", "b", "[a-f]"]),
            random.of(&["X", "", "yy"])
        ),
    }
}

/// An arithmetic expression.
pub(super) fn arithmetic(random: &mut Random, depth: usize) -> String {
    if depth == 0 || random.one_in(4) {
        return match random.below(4) {
            0 => (random.of(&["n", "i", "$n", "${n:-7}"])).to_owned(),
            1 => (random.of(&["0x1f", "010", "2#101", "1"])).to_owned(),
            _ => random.below(20).to_string(),
        };
    }
    let (left, right) = (arithmetic(random, depth - 1), arithmetic(random, depth - 1));
    let operator = random.of(&[
        "+", "-", "*", "/", "%", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&", "|", "^", "&&", "||", ",",
    ]);
    match random.below(8) {
        0 => format!("({left} {operator} {right})"),
        1 => format!("{}{left}", random.of(&["-", "!", "~", "+"])),
        2 => format!("n {} {right}", random.of(&["=", "+=", "-=", "*="])),
        3 => format!("({left}) ? ({right}) : {}", random.below(9)),
        _ => format!("{left} {operator} {right}"),
    }
}

/// A command that is good inside a substitution or a pipeline.
pub(super) fn command(random: &mut Random, depth: usize) -> String {
    match random.below(6) {
        0 => format!("echo {}", word(random, depth)),
        1 => format!("printf '%s\\n' {} {}", word(random, depth), word(random, depth)),
        2 => "pwd".to_owned(),
        3 => format!("echo {}; echo {}", word(random, depth), word(random, depth)),
        4 => format!("cat {}", random.of(&["f1", "f2", "nofile"])),
        _ => (random.of(&["true", "false", "(exit 3)", "echo a b c"])).to_owned(),
    }
}

/// A text of several lines for `printf`'s format.
pub(super) fn text(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.below(9) {
        text += match random.below(9) {
            0 => "apple 3\\n",
            1 => "Banana:7:x\\n",
            2 => "cherry\\t12\\n",
            3 => "\\n",
            4 => "  lead and trail  \\n",
            5 => "10\\n",
            6 => "9 nine 9\\n",
            7 => "apple 3\\n",
            _ => "foo.bar-baz_qux\\n",
        };
    }
    if random.one_in(5) { text + "no newline" } else { text }
}
