//! Lists, and-or lists and pipelines.

use std::rc::Rc;

use super::{COMMAND, NEXT_COMMAND, PLAIN, Parser, Stop};
use crate::ast::{Connector, Node, NodeRef};
use crate::lex::Token;

/// Whether a list may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Empty {
    Allowed,
    Refused,
}

impl Parser<'_> {
    /// The commands of one line (or more, when a compound command goes on); `None` at the end of the input.
    pub(super) fn complete_command(&mut self) -> Result<Option<NodeRef>, Stop> {
        let mut commands = Vec::new();
        loop {
            match self.peek(COMMAND)? {
                Token::Newline => {
                    self.take(PLAIN)?;
                    return Ok(Some(sequence(commands)));
                }
                Token::End => {
                    self.read_here_documents()?;
                    return Ok((!commands.is_empty()).then(|| sequence(commands)));
                }
                _ => {}
            }
            commands.push(self.terminated_and_or()?);
            if !self.separator()? && !matches!(self.peek(PLAIN)?, Token::Newline | Token::End) {
                return Err(self.unexpected(None));
            }
        }
    }

    /// The program inside `$(...)` or `<(...)`, with the closing parenthesis.
    pub(crate) fn nested_program(&mut self) -> Result<NodeRef, Stop> {
        let outer_here = std::mem::take(&mut self.pending_here);
        let body = self.nested(|parser| {
            let body = parser.list(Empty::Allowed)?;
            if !parser.accept(&Token::Close, COMMAND)? {
                return Err(parser.unexpected(Some("\")\"")));
            }
            Ok(body)
        })?;
        let inner_here = std::mem::replace(&mut self.pending_here, outer_here);
        self.pending_here.extend(inner_here);
        Ok(body)
    }

    /// A program given as text: the inside of backquotes. A closing parenthesis or the like ends it early.
    pub(crate) fn subprogram(&mut self, text: &[u8], line: u32) -> Result<NodeRef, Stop> {
        let mut parser = self.child(text, line);
        let body = parser.list(Empty::Allowed)?;
        parser.read_here_documents()?;
        Ok(body)
    }

    /// A list inside a compound command, up to a word or operator that ends it.
    pub(crate) fn list(&mut self, empty: Empty) -> Result<NodeRef, Stop> {
        let mut commands = Vec::new();
        loop {
            let at_end_of_file = *self.peek(NEXT_COMMAND)? == Token::End;
            if at_end_of_file || (empty == Empty::Allowed || !commands.is_empty()) && self.at_list_end() {
                return Ok(sequence(commands));
            }
            commands.push(self.terminated_and_or()?);
            if !self.separator()? && *self.peek(PLAIN)? != Token::Newline {
                return Ok(sequence(commands));
            }
        }
    }

    /// Consumes `;` after a command; true also when the command has ended with `&`.
    fn separator(&mut self) -> Result<bool, Stop> {
        if std::mem::take(&mut self.ended_by_ampersand) {
            return Ok(true);
        }
        self.accept(&Token::Semicolon, PLAIN)
    }

    fn at_list_end(&self) -> bool {
        let Some(token) = &self.token else { return false };
        match token {
            Token::End | Token::Close | Token::DoubleSemicolon => true,
            _ => matches!(
                token.keyword(),
                Some("do" | "done" | "elif" | "else" | "esac" | "fi" | "then" | "}")
            ),
        }
    }

    fn terminated_and_or(&mut self) -> Result<NodeRef, Stop> {
        let node = self.and_or()?;
        if self.accept(&Token::Ampersand, PLAIN)? {
            self.ended_by_ampersand = true;
            return Ok(Rc::new(Node::Background(node)));
        }
        Ok(node)
    }

    fn and_or(&mut self) -> Result<NodeRef, Stop> {
        let first = self.pipeline(COMMAND)?;
        let mut rest = Vec::new();
        loop {
            let connector = match self.peek(PLAIN)? {
                Token::And => Connector::And,
                Token::Or => Connector::Or,
                _ if rest.is_empty() => return Ok(first),
                _ => return Ok(Rc::new(Node::AndOr(first, rest))),
            };
            self.take(PLAIN)?;
            rest.push((connector, self.pipeline(NEXT_COMMAND)?));
        }
    }

    fn pipeline(&mut self, check: super::Check) -> Result<NodeRef, Stop> {
        let negated = self.accept_keyword("!", check)?;
        let first = self.command(if negated { COMMAND } else { check })?;
        let mut commands = vec![first.clone()];
        while self.accept(&Token::Pipe, PLAIN)? {
            commands.push(self.command(NEXT_COMMAND)?);
        }
        let node = if commands.len() == 1 { first } else { Rc::new(Node::Pipeline(commands)) };
        Ok(if negated { Rc::new(Node::Not(node)) } else { node })
    }
}

fn sequence(mut commands: Vec<NodeRef>) -> NodeRef {
    match commands.len() {
        0 => Rc::new(Node::Empty),
        1 => commands.remove(0),
        _ => Rc::new(Node::List(commands)),
    }
}
