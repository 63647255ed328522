//! Names as users type them, and what docker makes of them.

use oci::Reference;
use oci::reference::{AnyReference, Vintage};

#[test]
fn names_are_normalised_or_refused() {
    let table = include_str!("fixtures/reference/normalized.txt");
    let mut given = String::new();
    for line in table.lines() {
        if line.starts_with('#') {
            given.push_str(line);
        } else {
            let typed = line.split(" | ").next().unwrap();
            let result = match Reference::parse_normalized(typed) {
                Ok(reference) => format!("{reference} | {}", reference.familiar()),
                Err(error) => error.to_string(),
            };
            given.push_str(&format!("{typed} | {result}"));
        }
        given.push('\n');
    }
    assert_eq!(given, table);
}

#[test]
fn newer_docker_takes_a_capital_for_a_domain() {
    let read = |text| Reference::parse_normalized_by(text, Vintage::Current).map(|name| name.to_string());
    assert_eq!(read("LOCAL/debian").unwrap(), "LOCAL/debian");
    assert_eq!(read("[fc00::1]:5000/docker").unwrap(), "[fc00::1]:5000/docker");
    assert_eq!(
        read("library/A1").unwrap_err().to_string(),
        "invalid reference format: repository name (library/A1) must be lowercase"
    );
}

#[test]
fn a_pattern_matches_the_familiar_form_or_name() {
    let name = Reference::parse_normalized("example.com/foo/c/baz:tag").unwrap();
    let matches = |pattern| name.matches(pattern).unwrap();
    assert!(matches("*/foo/c/baz"));
    assert!(matches("example.com/foo/c/baz:t*"));
    assert!(!matches("baz"));
    assert!(name.matches("[").is_err());
}

#[test]
fn an_id_is_no_name() {
    let hex = "dbcc1c35ac38df41fd2f5e4130b32ffdb93ebae8b3dbe638c23575912276fc9c";
    let any = |text: &str| AnyReference::parse(text, Vintage::Docker20_10).unwrap().to_string();
    assert_eq!(any(hex), format!("sha256:{hex}"));
    assert_eq!(any("dbcc1"), "docker.io/library/dbcc1");
}
