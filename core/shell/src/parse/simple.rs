//! Simple commands, redirections and function definitions.

use std::rc::Rc;

use bstr::BString;

use super::compound::is_name;
use super::{ALIAS, PLAIN, Parser, Stop};
use crate::ast::{Assignment, Node, NodeRef, Part, Redirect, RedirectTarget, SimpleCommand, Word};
use crate::builtins;
use crate::lex::{PendingHere, RedirectKind, RedirectToken, Token};

impl Parser<'_> {
    /// A simple command or a function definition; its first token has been looked at.
    pub(crate) fn simple_command(&mut self) -> Result<NodeRef, Stop> {
        let mut command = SimpleCommand { line: self.token_line, ..SimpleCommand::default() };
        let mut in_brackets = false;
        loop {
            let check = if command.words.is_empty() { ALIAS } else { PLAIN };
            let connective = match self.peek(check)? {
                Token::Word(_) | Token::Redirect(_) => None,
                Token::And if in_brackets => Some("-a"),
                Token::Or if in_brackets => Some("-o"),
                Token::Open if is_definition(&command) => return self.function_definition(&command),
                _ => return Ok(Rc::new(Node::Simple(command))),
            };
            match self.take(check)? {
                Token::Redirect(operator) => command.redirects.push(self.redirect(&operator)?),
                Token::Word(word) => {
                    match word.as_literal().map(|text| text.as_slice()) {
                        Some(b"[[") => in_brackets = true,
                        Some(b"]]") => in_brackets = false,
                        _ => {}
                    }
                    add_word(&mut command, word);
                }
                _ => command.words.push(literal(connective.unwrap_or_default())),
            }
        }
    }

    /// `name()` has been read up to the opening parenthesis.
    fn function_definition(&mut self, command: &SimpleCommand) -> Result<NodeRef, Stop> {
        self.take(PLAIN)?;
        if !self.accept(&Token::Close, PLAIN)? {
            return Err(self.unexpected(Some("\")\"")));
        }
        match command.words[0].as_literal() {
            Some(name) if is_name(name) && !builtins::is_special(name) => self.function_body(name.clone()),
            _ => Err(self.error("bad function name")),
        }
    }

    /// The operand of a redirection operator.
    pub(crate) fn redirect(&mut self, operator: &RedirectToken) -> Result<Redirect, Stop> {
        let start = self.input.offset();
        let word = match self.peek(PLAIN)?.clone() {
            Token::Word(word) => word,
            _ => return Err(self.unexpected(None)),
        };
        self.take(PLAIN)?;
        let target = match operator.kind {
            RedirectKind::File(mode) => RedirectTarget::File(mode, word),
            RedirectKind::Duplicate => RedirectTarget::Duplicate(word),
            RedirectKind::Here { strip_tabs } => {
                let spelling = self.input.text_from(start);
                let pending = PendingHere::new(&word, spelling, strip_tabs);
                let body = pending.body.clone();
                self.pending_here.push(pending);
                RedirectTarget::Here(body)
            }
        };
        Ok(Redirect { fd: operator.fd, target })
    }
}

/// Whether `(` after these words makes a function definition.
fn is_definition(command: &SimpleCommand) -> bool {
    command.words.len() == 1 && command.assignments.is_empty() && command.redirects.is_empty()
}

fn literal(text: &str) -> Word {
    Word::new(vec![Part::Literal(BString::from(text))])
}

fn add_word(command: &mut SimpleCommand, word: Word) {
    if command.words.is_empty()
        && let Some(assignment) = assignment(&word)
    {
        command.assignments.push(assignment);
    } else {
        command.words.push(word);
    }
}

/// The word as an assignment, if it begins with an unquoted `name=`.
pub(crate) fn assignment(word: &Word) -> Option<Assignment> {
    let Some(Part::Literal(text)) = word.parts.first() else { return None };
    let equals = text.iter().position(|byte| *byte == b'=')?;
    if !is_name(&text[..equals]) {
        return None;
    }
    let mut parts = word.parts.clone();
    if equals + 1 == text.len() {
        parts.remove(0);
    } else {
        parts[0] = Part::Literal(text[equals + 1..].into());
    }
    Some(Assignment { name: text[..equals].into(), value: Word::new(parts) })
}
