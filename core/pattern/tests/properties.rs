//! Patterns against a matcher that is too simple to be wrong.
use pattern::{FnmatchFlags, Regex, RegexOptions, fnmatch};
use proptest::prelude::*;

/// A pattern as a tree over the letters a and b.
#[derive(Debug, Clone)]
enum Tree {
    Letter(char),
    Any,
    Cat(Box<Tree>, Box<Tree>),
    Alt(Box<Tree>, Box<Tree>),
    Star(Box<Tree>),
    Optional(Box<Tree>),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Tree::Letter(c) => c.to_string(),
            Tree::Any => ".".into(),
            Tree::Cat(left, right) => left.text() + &right.text(),
            Tree::Alt(left, right) => format!("({}|{})", left.text(), right.text()),
            Tree::Star(inner) => format!("({})*", inner.text()),
            Tree::Optional(inner) => format!("({})?", inner.text()),
        }
    }

    /// All ends of matches that begin at `at`.
    fn ends(&self, text: &[u8], at: usize) -> Vec<usize> {
        let mut ends = match self {
            Tree::Letter(c) => match text.get(at) {
                Some(&byte) if char::from(byte) == *c => vec![at + 1],
                _ => vec![],
            },
            Tree::Any if at < text.len() => vec![at + 1],
            Tree::Any => vec![],
            Tree::Cat(left, right) => {
                left.ends(text, at).into_iter().flat_map(|mid| right.ends(text, mid)).collect()
            }
            Tree::Alt(left, right) => [left.ends(text, at), right.ends(text, at)].concat(),
            Tree::Optional(inner) => [vec![at], inner.ends(text, at)].concat(),
            Tree::Star(inner) => {
                let mut all = vec![at];
                let mut index = 0;
                while let Some(&from) = all.get(index) {
                    for end in inner.ends(text, from) {
                        if !all.contains(&end) {
                            all.push(end);
                        }
                    }
                    index += 1;
                }
                all
            }
        };
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    fn leftmost_longest(&self, text: &[u8]) -> Option<(usize, usize)> {
        (0..=text.len()).find_map(|at| self.ends(text, at).last().map(|&end| (at, end)))
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![Just(Tree::Letter('a')), Just(Tree::Letter('b')), Just(Tree::Any)];
    leaf.prop_recursive(5, 24, 2, |inner| {
        let boxed = inner.prop_map(Box::new);
        prop_oneof![
            (boxed.clone(), boxed.clone()).prop_map(|(left, right)| Tree::Cat(left, right)),
            (boxed.clone(), boxed.clone()).prop_map(|(left, right)| Tree::Alt(left, right)),
            boxed.clone().prop_map(Tree::Star),
            boxed.prop_map(Tree::Optional),
        ]
    })
}

/// Shell patterns by plain recursion.
fn naive_glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((b'*', more)), rest) => {
            naive_glob(more, text) || rest.is_some_and(|(_, rest)| naive_glob(pattern, rest))
        }
        (Some((b'?', more)), Some((_, rest))) => naive_glob(more, rest),
        (Some((wanted, more)), Some((byte, rest))) => wanted == byte && naive_glob(more, rest),
        (Some(_), None) => false,
    }
}

proptest! {
    #[test]
    fn finds_the_leftmost_longest(tree in tree(), text in "[abc]{0,8}") {
        let options = RegexOptions { extended: true, ..RegexOptions::default() };
        let regex = Regex::new(tree.text().as_bytes(), options).unwrap();
        let found = regex.find(text.as_bytes(), 0, false).and_then(|found| found.get(0));
        prop_assert_eq!(found, tree.leftmost_longest(text.as_bytes()), "{}", tree.text());
    }

    #[test]
    fn globs_agree(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
        let got = fnmatch(pattern.as_bytes(), text.as_bytes(), FnmatchFlags::default());
        prop_assert_eq!(got, naive_glob(pattern.as_bytes(), text.as_bytes()));
    }

    #[test]
    fn never_panics(pattern in "[ab\\\\(){}*+?|.,0-9^$\\[\\]:é-]{0,24}", text in "[ab\n é]{0,12}", extended: bool, icase: bool, newline: bool) {
        let options = RegexOptions { extended, icase, newline };
        let regex = Regex::new(pattern.as_bytes(), options).ok();
        if let Some(found) = regex.and_then(|regex| regex.find(text.as_bytes(), 0, icase)) {
            prop_assert!(found.start() <= found.end() && found.end() <= text.len());
        }
    }

    #[test]
    fn bytes_never_panic(pattern: Vec<u8>, text: Vec<u8>) {
        let _ = fnmatch(&pattern, &text, FnmatchFlags { pathname: true, period: true, ..FnmatchFlags::default() });
        if let Ok(regex) = Regex::new(&pattern, RegexOptions::default()) {
            let _ = regex.find(&text, 0, false);
        }
    }
}

#[test]
fn hostile_patterns_stay_linear() {
    let text = "a".repeat(3_000);
    for pattern in ["(a*)*b", "(a|aa)*(a|aa)*b", "((a{0,20}){0,20}){0,5}b", "(.*)(.*)(.*)(.*)x"] {
        let options = RegexOptions { extended: true, ..RegexOptions::default() };
        let regex = Regex::new(pattern.as_bytes(), options).unwrap();
        assert_eq!(regex.find(text.as_bytes(), 0, false), None, "{pattern}");
    }
    let deep = "(".repeat(10_000);
    let options = RegexOptions { extended: true, ..RegexOptions::default() };
    assert_eq!(Regex::new(deep.as_bytes(), options).unwrap_err().to_string(), "Out of memory");
}
