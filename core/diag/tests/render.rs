//! Positions and whole rendered reports.

use diag::{Diagnostic, LineCol, SourceFile, Span, render, render_all};

fn source() -> SourceFile {
    SourceFile::new("Dockerfile", "FROM alpine\nRUN écho hi\nCOPPY a b\n")
}

#[test]
fn lines_and_columns_count_characters_from_one() {
    let source = source();
    assert_eq!(source.line_count(), 4);
    assert_eq!(source.line(2), Some("RUN écho hi"));
    assert_eq!(source.line(4), Some(""));
    assert_eq!(source.line(5), None);
    assert_eq!(source.line(0), None);
    assert_eq!(source.line_col(0), LineCol { line: 1, col: 1 });
    assert_eq!(source.line_col(11), LineCol { line: 1, col: 12 });
    assert_eq!(source.line_col(12), LineCol { line: 2, col: 1 });
    assert_eq!(source.line_col(17), LineCol { line: 2, col: 5 });
    assert_eq!(source.line_col(18), LineCol { line: 2, col: 6 });
    assert_eq!(source.line_col(9999), LineCol { line: 4, col: 1 });
}

#[test]
fn an_error_points_at_its_span_and_gives_the_hint() {
    let diagnostic = Diagnostic::error("syntax", "unknown instruction: COPPY")
        .at(Span::new(25, 30))
        .hint("did you mean COPY?");
    let expected = "\
error[syntax]: unknown instruction: COPPY
 --> Dockerfile:3:1
  |
3 | COPPY a b
  | ^^^^^
  |
  = help: did you mean COPY?
";
    assert_eq!(render(&diagnostic, Some(&source())), expected);
}

#[test]
fn without_a_source_the_title_stands_alone() {
    let plain = Diagnostic::warning("", "deprecated").at(Span::new(3, 4));
    assert_eq!(render(&plain, None), "warning: deprecated\n");
    let both = [plain, Diagnostic::note("n", "see below")];
    assert_eq!(render_all(&both, None), "warning: deprecated\n\nnote[n]: see below\n");
}

#[test]
fn spans_out_of_range_or_within_a_character_are_cut_to_the_text() {
    let wild = Diagnostic::error("", "x").at(Span::new(28, 90_000));
    let expected = "\
error: x
 --> Dockerfile:3:4
  |
3 | COPPY a b
  |    ^^^^^^
";
    assert_eq!(render(&wild, Some(&source())), expected);
    let within = Diagnostic::error("", "x").at(Span::new(17, 19));
    let expected = "\
error: x
 --> Dockerfile:2:5
  |
2 | RUN écho hi
  |     ^^
";
    assert_eq!(render(&within, Some(&source())), expected);
    assert_eq!(Span::new(9, 3), Span { start: 9, end: 9 });
    assert_eq!(Span::new(2, 5).join(Span::new(9, 11)), Span { start: 2, end: 11 });
}
