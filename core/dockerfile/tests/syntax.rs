//! Fixtures of the first phase: `tests/syntax/*.txt`, each with literal whole dumps or errors.

use dockerfile::Vintage;
use dockerfile::syntax::parse;

/// One input with what each vintage makes of it.
struct Case {
    name: String,
    input: String,
    expected: Vec<(Vintage, String)>,
}

/// Splits a fixture file: `=== name`, the text, `--- 20.10` or `--- current` or `--- both`, the dump.
fn cases(text: &str) -> Vec<Case> {
    let mut found = Vec::new();
    for case in text.split("=== ").skip(1) {
        let mut parts = case.split("\n--- ");
        let (name, input) =
            parts.next().and_then(|head| head.split_once('\n')).expect("a case has a name and a text");
        let mut expected = Vec::new();
        for part in parts {
            let (vintage, dump) = part.split_once('\n').expect("an expectation has a vintage");
            let dump = dump.trim_end_matches('\n').to_owned();
            if vintage != "current" {
                expected.push((Vintage::Docker20_10, dump.clone()));
            }
            if vintage != "20.10" {
                expected.push((Vintage::Current, dump));
            }
        }
        found.push(Case { name: name.to_owned(), input: unescape(input), expected });
    }
    found
}

/// `\r`, `\t` and the end-of-line mark `·` make invisible characters visible in the fixture.
fn unescape(text: &str) -> String {
    text.replace("«CR»", "\r").replace("«TAB»", "\t").replace("«NBSP»", "\u{a0}").replace('·', " ")
}

#[test]
fn every_fixture_dumps_as_written() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for Case { name, input, expected } in cases(&text) {
            for (vintage, dump) in expected {
                let actual = match parse(&input, vintage) {
                    Ok(tree) => {
                        let places: Vec<String> = tree
                            .nodes
                            .iter()
                            .map(|node| format!("{}-{}", node.lines.first, node.lines.last))
                            .collect();
                        format!("{}{}\n{}", tree.warning_text(), tree.dump(), places.join(" "))
                    }
                    Err(error) => format!("{} @{}-{}", error.text(), error.lines.first, error.lines.last),
                };
                assert_eq!(actual, dump, "{name} {vintage:?}");
                count += 1;
            }
        }
    }
    assert!(count >= 20, "fixtures were found");
}
