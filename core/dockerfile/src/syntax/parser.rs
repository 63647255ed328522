//! Physical lines into instructions.

use std::borrow::Cow;

use diag::Span;

use super::arguments::{self, Style};
use super::directive::{DirectiveReader, escape_of, repeated_message};
use super::lines::{LINE_LIMIT, Line, LineReader};
use super::node::EmptyContinuation;
use super::split::split;
use super::{Args, Heredoc, Keyword, Node, Syntax, heredoc};
use crate::{Lines, ParseError, ParseErrorKind, Vintage};

/// ONBUILD ONBUILD ... may be nested this deep before it is refused here; the next phase refuses two.
const NESTING_LIMIT: usize = 64;

/// Reads a whole Dockerfile. A byte order mark is passed over; spans count from the text given.
///
/// # Errors
/// On a bad directive, words that cannot be cut, a heredoc without end, a line of more than
/// [`LINE_LIMIT`] bytes, or no instruction at all.
pub fn parse(text: &str, vintage: Vintage) -> Result<Syntax<'_>, ParseError> {
    let mut nodes = Vec::new();
    let rest = parse_each(text, vintage, &mut nodes)?;
    Ok(Syntax { nodes, escape: rest.escape, empty_continuations: rest.empty_continuations, vintage })
}

/// Takes instructions as they are read.
pub(crate) trait Sink<'s> {
    /// One that borrows from the text.
    fn take(&mut self, node: Node<'s>);

    /// One whose joined line will be gone.
    fn pass(&mut self, node: Node<'_>);
}

impl<'s> Sink<'s> for Vec<Node<'s>> {
    fn take(&mut self, node: Node<'s>) {
        self.push(node);
    }

    fn pass(&mut self, node: Node<'_>) {
        self.push(node.into_owned());
    }
}

/// What is known when all instructions have been read.
pub(crate) struct Remainder {
    pub(crate) escape: char,
    pub(crate) empty_continuations: Vec<EmptyContinuation>,
}

/// [`parse`] without keeping the instructions.
pub(crate) fn parse_each<'s>(
    text: &'s str,
    vintage: Vintage,
    sink: &mut dyn Sink<'s>,
) -> Result<Remainder, ParseError> {
    if text.is_empty() {
        let message = "the Dockerfile cannot be empty".to_owned();
        return Err(error(ParseErrorKind::Empty, message, Lines::default(), None, vintage));
    }
    Parser::new(text, vintage).run(sink)
}

fn error(
    kind: ParseErrorKind,
    message: String,
    lines: Lines,
    span: Option<Span>,
    vintage: Vintage,
) -> ParseError {
    ParseError { kind, message, lines, span, vintage }
}

struct Parser<'s> {
    text: &'s str,
    lines: LineReader<'s>,
    directives: DirectiveReader,
    vintage: Vintage,
    escape: char,
    comments: Vec<Cow<'s, str>>,
    has_nodes: bool,
    /// Room for joined lines.
    buffer: String,
    empty_continuations: Vec<EmptyContinuation>,
}

/// A logical line.
struct Joined<'s> {
    line: Cow<'s, str>,
    has_empty: bool,
    span: Span,
}

impl<'s> Parser<'s> {
    fn new(text: &'s str, vintage: Vintage) -> Self {
        Self {
            text,
            lines: LineReader::new(text),
            directives: DirectiveReader::new("#", vintage),
            vintage,
            escape: '\\',
            comments: Vec::new(),
            has_nodes: false,
            buffer: String::new(),
            empty_continuations: Vec::new(),
        }
    }

    fn run(mut self, sink: &mut dyn Sink<'s>) -> Result<Remainder, ParseError> {
        while let Some(line) = self.lines.next() {
            let first = self.lines.number;
            if let Some(joined) = self.join(line)? {
                self.instruction(joined, first, sink)?;
            }
        }
        let at = Lines::new(self.lines.number, 0);
        if !self.has_nodes {
            return Err(self.error("file with no instructions".to_owned(), at, None));
        }
        if self.lines.overflow {
            let message = format!("dockerfile line greater than max allowed size of {LINE_LIMIT}");
            return Err(self.error(message, at, None));
        }
        Ok(Remainder { escape: self.escape, empty_continuations: self.empty_continuations })
    }

    fn error(&self, message: String, lines: Lines, span: Option<Span>) -> ParseError {
        error(ParseErrorKind::Syntax, message, lines, span, self.vintage)
    }

    /// Reads the lines that `line` begins; nothing for a blank line or a comment.
    fn join(&mut self, line: Line<'s>) -> Result<Option<Joined<'s>>, ParseError> {
        let bare = bare(&line, self.vintage);
        let mut raw = bare;
        if self.lines.number == 1 {
            raw = raw.strip_prefix('\u{feff}').unwrap_or(raw);
        }
        let trimmed = raw.trim_start();
        let is_comment = trimmed.as_bytes().first() == Some(&b'#');
        if is_comment {
            self.comment(raw);
        }
        self.directive(trimmed, &line)?;
        if is_comment || trimmed.is_empty() {
            return Ok(None);
        }
        let begin = line.span.range().start + (bare.len() - trimmed.len());
        let Some(head) = self.continued(trimmed) else {
            let span = Span::of(begin..begin + trimmed.len());
            return Ok(Some(Joined { line: Cow::Borrowed(trimmed), has_empty: false, span }));
        };
        Ok(Some(self.continuation(head, begin)))
    }

    fn continuation(&mut self, head: &'s str, begin: usize) -> Joined<'s> {
        let mut joined = std::mem::take(&mut self.buffer);
        joined.clear();
        joined.push_str(head);
        let mut has_empty = false;
        let mut end = begin + head.len();
        while let Some(line) = self.lines.next() {
            let raw = bare(&line, self.vintage);
            let trimmed = raw.trim_start();
            end = line.span.range().start + raw.len();
            if trimmed.as_bytes().first() == Some(&b'#') {
                continue;
            }
            if trimmed.is_empty() {
                has_empty = true;
                continue;
            }
            match self.continued(raw) {
                Some(part) => joined.push_str(part),
                None => {
                    joined.push_str(raw);
                    break;
                }
            }
        }
        Joined { line: Cow::Owned(joined), has_empty, span: Span::of(begin..end) }
    }

    /// The line without its continuation character, if it ends in one that is not itself escaped.
    fn continued(&self, line: &'s str) -> Option<&'s str> {
        // The escape character is one byte; most lines end in another one.
        let escape = self.escape as u8;
        let bytes = line.as_bytes();
        let blanks = bytes.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let (last, body) = bytes[..bytes.len() - blanks].split_last()?;
        (*last == escape && body.last() != Some(&escape)).then(|| &line[..body.len()])
    }

    /// Remembers a comment for the instruction that follows; an empty one forgets all.
    fn comment(&mut self, raw: &'s str) {
        let mut chars = raw.chars();
        chars.next();
        let text = chars.as_str().trim();
        if text.is_empty() {
            self.comments.clear();
        } else {
            self.comments.push(Cow::Borrowed(text));
        }
    }

    fn directive(&mut self, line: &str, at: &Line<'_>) -> Result<(), ParseError> {
        if self.directives.is_done() {
            return Ok(());
        }
        // Docker counts the lines before this one.
        let lines = Lines::new(self.lines.number - 1, 0);
        let read = self.directives.read(line);
        let read = read.map_err(|found| self.error(repeated_message(&found), lines, Some(at.span)))?;
        let Some((name, value)) = read else { return Ok(()) };
        if self.vintage == Vintage::Current {
            self.comments.pop();
        }
        if name == "escape" {
            self.escape = escape_of(value).map_err(|message| self.error(message, lines, Some(at.span)))?;
        }
        Ok(())
    }

    fn instruction(
        &mut self,
        joined: Joined<'s>,
        first: usize,
        sink: &mut dyn Sink<'s>,
    ) -> Result<(), ParseError> {
        self.has_nodes = true;
        let Joined { line, has_empty, span } = joined;
        match line {
            Cow::Borrowed(line) => sink.take(self.node(line, first, span)?),
            Cow::Owned(line) => {
                if has_empty {
                    let number = self.lines.number;
                    self.empty_continuations.push(EmptyContinuation { line: line.clone(), number });
                }
                sink.pass(self.node(&line, first, span)?);
                self.buffer = line;
            }
        }
        Ok(())
    }

    fn node<'l>(&mut self, line: &'l str, first: usize, span: Span) -> Result<Node<'l>, ParseError>
    where
        's: 'l,
    {
        let lines = Lines::new(first, self.lines.number);
        let style = Style { escape: self.escape, vintage: self.vintage };
        let mut node = build(line, style, 0).map_err(|message| self.error(message, lines, Some(span)))?;
        node.comments = std::mem::take(&mut self.comments);
        node.heredocs = self.heredocs(&node, lines, span)?;
        let end = match node.heredocs.is_empty() {
            true => span.end,
            false => Span::of(0..self.lines.offset()).end,
        };
        node.place(Lines::new(first, self.lines.number), Span::new(span.start, end));
        Ok(node)
    }

    fn heredocs(
        &mut self,
        node: &Node<'_>,
        lines: Lines,
        span: Span,
    ) -> Result<Vec<Heredoc<'s>>, ParseError> {
        if !self.vintage.has_heredocs() || !takes_heredocs(node) || !announces(&node.original) {
            return Ok(Vec::new());
        }
        let words = heredoc::announced(&node.original);
        let words = words.map_err(|message| self.error(message, lines, Some(span)))?;
        let mut found = Vec::new();
        for word in words {
            match heredoc::read(word, &mut self.lines, self.text) {
                Some(heredoc) => found.push(heredoc),
                None => {
                    let lines = Lines::new(lines.first, self.lines.number);
                    return Err(self.error("unterminated heredoc".to_owned(), lines, Some(span)));
                }
            }
        }
        Ok(found)
    }
}

/// Whether a line can announce a heredoc; most have not even one `<`.
fn announces(line: &str) -> bool {
    line.as_bytes().contains(&b'<') && line.contains("<<")
}

/// The line without its line break: 20.10 drops one carriage return, later all.
fn bare<'s>(line: &Line<'s>, vintage: Vintage) -> &'s str {
    let text = line.text();
    match vintage {
        _ if text.as_bytes().last() != Some(&b'\r') => text,
        Vintage::Docker20_10 => &text[..text.len() - 1],
        Vintage::Current => text.trim_end_matches('\r'),
    }
}

fn takes_heredocs(node: &Node<'_>) -> bool {
    let node = match &node.args {
        Args::Child(child) => child,
        _ => node,
    };
    node.kind.is_some_and(Keyword::takes_heredocs) && !matches!(node.args, Args::Words { json: true, .. })
}

/// One instruction from its joined line; places and heredocs come later.
fn build(line: &str, style: Style, depth: usize) -> Result<Node<'_>, String> {
    let escape = if style.vintage == Vintage::Docker20_10 { '\\' } else { style.escape };
    let cut = split(line, escape);
    let kind = Keyword::find(cut.keyword);
    let args = if kind == Some(Keyword::Onbuild) && !cut.rest.is_empty() && depth < NESTING_LIMIT {
        Args::Child(Box::new(build(cut.rest, style, depth + 1)?))
    } else {
        arguments::parse(kind, cut.rest, style)?
    };
    Ok(Node {
        keyword: Cow::Borrowed(cut.keyword),
        kind,
        flags: cut.flags,
        args,
        original: Cow::Borrowed(line),
        lines: Lines::default(),
        span: Span::default(),
        heredocs: Vec::new(),
        comments: Vec::new(),
    })
}
