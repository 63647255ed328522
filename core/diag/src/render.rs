//! Plain-text rendering with carets, in rustc's manner.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::source::floor_boundary;
use crate::{Diagnostic, Severity, SourceFile};

/// A report without colours, ending in a newline. Without a source, or for a diagnostic without a
/// span, it is the title line and the hint alone.
#[must_use]
pub fn render(diagnostic: &Diagnostic, source: Option<&SourceFile>) -> String {
    let renderer = Renderer::plain().decor_style(DecorStyle::Ascii);
    let mut text = renderer.render(&[group(diagnostic, source)]);
    text.push('\n');
    text
}

/// The reports one after the other, a blank line between them.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], source: Option<&SourceFile>) -> String {
    let reports: Vec<String> = diagnostics.iter().map(|one| render(one, source)).collect();
    reports.join("\n")
}

fn group<'a>(diagnostic: &'a Diagnostic, source: Option<&'a SourceFile>) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut title = level.primary_title(diagnostic.message.as_str());
    if !diagnostic.code.is_empty() {
        title = title.id(diagnostic.code);
    }
    let mut group = Group::with_title(title);
    if let (Some(source), Some(span)) = (source, diagnostic.span) {
        let text = source.text();
        let start = floor_boundary(text, span.range().start);
        let end = floor_boundary(text, span.range().end).max(start);
        let mark = AnnotationKind::Primary.span(start..end);
        group = group.element(Snippet::source(text).path(source.name()).annotation(mark));
    }
    match &diagnostic.hint {
        Some(hint) => group.element(Level::HELP.message(hint.as_str())),
        None => group,
    }
}
