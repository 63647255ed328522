//! Limits of the reader and totality.

use dockerfile::Vintage;
use dockerfile::expand::{Expander, Quotes};
use dockerfile::syntax::{LINE_LIMIT, detect_check, detect_syntax, parse};
use proptest::prelude::*;

#[test]
fn a_line_may_have_65535_bytes() {
    for vintage in [Vintage::Docker20_10, Vintage::Current] {
        let fits = format!("FROM a\nRUN {}\n", "x".repeat(LINE_LIMIT - 4));
        assert_eq!(parse(&fits, vintage).map(|tree| tree.nodes.len()), Ok(2));
        let long = format!("FROM a\nRUN {}\nUSER b\n", "x".repeat(LINE_LIMIT - 3));
        let error = parse(&long, vintage).unwrap_err();
        assert_eq!(
            error.daemon_text("Dockerfile"),
            "failed to parse Dockerfile: dockerfile line greater than max allowed size of 65535"
        );
        let first = format!("RUN {}", "x".repeat(LINE_LIMIT));
        assert_eq!(parse(&first, vintage).unwrap_err().text(), "file with no instructions");
    }
}

#[test]
fn deep_nesting_ends_in_an_error() {
    let word = format!("{}x{}", "${a:-".repeat(400), "}".repeat(400));
    let error = Expander::new('\\', Vintage::Current).word(&word, &|_| None).unwrap_err();
    assert_eq!(error.message, "substitutions are nested more than 128 levels deep");
    let onbuild = format!("{}RUN x", "ONBUILD ".repeat(5000));
    assert_eq!(parse(&onbuild, Vintage::Docker20_10).map(|tree| tree.nodes.len()), Ok(1));
    let array = format!("CMD {}", "[".repeat(50_000));
    assert_eq!(parse(&array, Vintage::Current).map(|tree| tree.nodes.len()), Ok(1));
}

fn fragments() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("RUN ".to_owned()),
        Just("ONBUILD COPY --from=".to_owned()),
        Just("# escape=`\n".to_owned()),
        Just("ENV A=\"".to_owned()),
        Just("HEALTHCHECK --retries=2 CMD ".to_owned()),
        Just("<<-EOF\n\tx\n\tEOF\n".to_owned()),
        Just("[\"a\\u00e9\", ".to_owned()),
        Just("${x##*a?}".to_owned()),
        Just("\u{a0}\u{85}é".to_owned()),
        Just("\\\n".to_owned()),
        Just("\r\n".to_owned()),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn parsing_is_total_and_spans_lie_in_the_text(text in fragments()) {
        for vintage in [Vintage::Docker20_10, Vintage::Current] {
            if let Ok(tree) = parse(&text, vintage) {
                for node in &tree.nodes {
                    prop_assert!(text.get(node.span.range()).is_some());
                    prop_assert!(node.lines.first <= node.lines.last);
                }
            }
        }
        let _ = (detect_syntax(&text), detect_check(&text));
    }

    #[test]
    fn expansion_is_total(word in "[$ {}:#%/?*+\\-'\"a-c\\\\<\u{e9}\n]{0,24}", value in "[a-c\n/*]{0,12}") {
        let lookup = |name: &str| (name != "c").then(|| value.clone());
        for vintage in [Vintage::Docker20_10, Vintage::Current] {
            for quotes in [Quotes::Remove, Quotes::Keep, Quotes::Literal] {
                let _ = Expander { quotes, ..Expander::new('\\', vintage) }.expand(&word, &lookup);
            }
        }
    }
}
