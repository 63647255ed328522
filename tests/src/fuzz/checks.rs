//! Random expressions of the language of checks, and random damage to lessons: each is read or refused, and what is read
//! can be evaluated, whatever is missing.

use lessons::{BUILTIN, Expr, Lesson, Operator, Scene, members};
use simulator::{Options, Simulator};
use vfs::{Metadata, Time, Tree};

use crate::random::Random;

/// What cannot be had from the tables.
const OTHERS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "not",
    "true",
    "false",
    "0",
    "7",
    "8 MB",
    "0o755",
    "99999999999999999999",
    "\"\"",
    "\"alpine\"",
    "\"/etc/passwd\"",
    "\"RUN\"",
    "\"*\"",
    "\"\\n\"",
    "\"",
    "é",
    "=",
    "\u{0}",
];
/// Shapes that are often right, with `_` for a random name.
const SHAPES: &[&str] = &[
    "image._ == []",
    "image._ == \"\"",
    "image.file(\"/etc/passwd\")._ == \"\"",
    "image.layer(1)._ > 1 MB",
    "build._",
    "again._ > 0",
    "container(\"c\")._",
    "dockerfile._ has \"RUN\"",
    "not image._ or lint has \"X\"",
    "image.run(\"_\").exit == 0",
];

/// How many expressions and lessons were read, and how many were refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Those that were read, and evaluated.
    pub read: u64,
    /// Those that were refused with a place.
    pub refused: u64,
}

/// Runs the cases. One that ends in a panic ends the program.
///
/// # Errors
/// The simulator cannot be made, or a refusal has a place outside of its text.
pub fn checks(seed: u64, cases: std::ops::Range<u64>) -> Result<Read, String> {
    let simulator = Simulator::new(Options::default()).map_err(|error| error.to_string())?;
    let project = Tree::new(Metadata::new(0o755, Time::EPOCH));
    let scene = Scene::new(&simulator, project, "app", &["docker build -t app .".to_owned()]);
    let names: Vec<&str> = members().map(|member| member.name).collect();
    let operators: Vec<&str> = Operator::all().map(Operator::text).collect();
    let mut read = Read::default();
    for case in cases {
        let mut random = Random::new(seed, case);
        let text = match random.below(2) {
            0 => random.of(SHAPES).replace('_', random.of(&names)),
            _ => soup(&mut random, &[&names, &operators, OTHERS]),
        };
        match Expr::parse(&text) {
            Ok(expr) => {
                // What it says does not matter, that it says something does.
                let _ = (expr.judge(&scene), expr.show(&scene));
                read.read += 1;
            }
            Err(error) if error.span.range().end <= text.len() => read.refused += 1,
            Err(error) => return Err(format!("case {case}: {error} at {:?} of {text:?}", error.span)),
        }
        if case % 16 == 0 {
            match Lesson::parse(&damaged(&mut random)) {
                Ok(_) => read.read += 1,
                Err(_) => read.refused += 1,
            }
        }
    }
    Ok(read)
}

fn soup(random: &mut Random, tables: &[&[&str]]) -> String {
    let count = 1 + random.below(12);
    let mut words = Vec::new();
    for _ in 0..count {
        let table = random.of(tables);
        words.push(random.of(table));
    }
    words.join(random.of(&["", " "]))
}

/// A lesson with a few bytes or lines changed.
fn damaged(random: &mut Random) -> String {
    let builtin = &BUILTIN[random.below(BUILTIN.len())];
    let mut text: Vec<char> = builtin.text("lesson.yaml").unwrap_or_default().chars().collect();
    for _ in 0..1 + random.below(4) {
        let at = random.below(text.len());
        match random.below(3) {
            0 => drop(text.remove(at)),
            1 => text.insert(
                at,
                random.of(&[
                    '\n', ' ', '"', '\'', '[', '{', '&', '*', '!', ':', '-', '|', '>', '\t', '\u{0}', 'é',
                ]),
            ),
            _ => {
                let end = (at + 1 + random.below(200)).min(text.len());
                text.drain(at..end);
            }
        }
    }
    text.into_iter().collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_few_thousand_are_read_or_refused() {
        let read = super::checks(1, 0..4_000).expect("every refusal has its place");
        assert!(read.read > 200 && read.refused > 1_000, "{read:?}");
    }
}
