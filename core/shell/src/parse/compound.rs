//! Compound commands and functions.

use std::rc::Rc;

use bstr::BString;

use super::list::Empty;
use super::{COMMAND, Check, NEXT_COMMAND, NEXT_WORD, PLAIN, Parser, Stop};
use crate::ast::{Case, CaseArm, For, Loop, Node, NodeRef, Redirect, Redirected, Word};
use crate::lex::Token;

impl Parser<'_> {
    /// A command of any kind.
    pub(crate) fn command(&mut self, check: Check) -> Result<NodeRef, Stop> {
        let token = self.peek(check)?;
        let keyword = token.keyword();
        match (token, keyword) {
            (Token::Word(_), None) | (Token::Redirect(_), _) => self.simple_command(),
            (Token::Open, _) | (_, Some("if" | "while" | "until" | "for" | "case" | "{" | "function")) => {
                self.nested(|parser| parser.compound(keyword))
            }
            _ => Err(self.unexpected(None)),
        }
    }

    fn compound(&mut self, keyword: Option<&'static str>) -> Result<NodeRef, Stop> {
        self.take(PLAIN)?;
        let line = self.token_line;
        let node = match keyword {
            None => {
                let body = self.list(Empty::Refused)?;
                if !self.accept(&Token::Close, COMMAND)? {
                    return Err(self.unexpected(Some("\")\"")));
                }
                let redirects = self.trailing_redirects()?;
                return Ok(Rc::new(Node::Subshell(Redirected { line, body, redirects })));
            }
            Some("if") => self.if_command()?,
            Some("for") => self.for_command(line)?,
            Some("case") => self.case_command(line)?,
            Some("function") => return self.function_keyword(),
            Some("{") => {
                let body = self.list(Empty::Refused)?;
                self.expect_keyword("}")?;
                body
            }
            word => self.loop_command(word == Some("until"))?,
        };
        let redirects = self.trailing_redirects()?;
        if redirects.is_empty() {
            return Ok(node);
        }
        Ok(Rc::new(Node::Group(Redirected { line, body: node, redirects })))
    }

    fn trailing_redirects(&mut self) -> Result<Vec<Redirect>, Stop> {
        let mut redirects = Vec::new();
        while let Token::Redirect(operator) = self.peek(COMMAND)?.clone() {
            self.take(PLAIN)?;
            redirects.push(self.redirect(&operator)?);
        }
        Ok(redirects)
    }

    fn if_command(&mut self) -> Result<NodeRef, Stop> {
        let mut arms = Vec::new();
        loop {
            let condition = self.list(Empty::Refused)?;
            self.expect_keyword("then")?;
            arms.push((condition, self.list(Empty::Refused)?));
            if !self.accept_keyword("elif", NEXT_COMMAND)? {
                break;
            }
        }
        let otherwise =
            if self.accept_keyword("else", NEXT_COMMAND)? { Some(self.list(Empty::Refused)?) } else { None };
        self.expect_keyword("fi")?;
        Ok(Rc::new(Node::If(arms, otherwise)))
    }

    fn loop_command(&mut self, until: bool) -> Result<NodeRef, Stop> {
        let condition = self.list(Empty::Refused)?;
        let body = self.do_group()?;
        Ok(Rc::new(Node::Loop(Loop { until, condition, body })))
    }

    fn do_group(&mut self) -> Result<NodeRef, Stop> {
        self.expect_keyword("do")?;
        let body = self.list(Empty::Refused)?;
        self.expect_keyword("done")?;
        Ok(body)
    }

    fn for_command(&mut self, line: u32) -> Result<NodeRef, Stop> {
        let variable = match self.take(PLAIN)?.literal() {
            Some(name) if is_name(name) => name.clone(),
            _ => return Err(self.error("bad for loop variable")),
        };
        let mut words = None;
        if self.accept_keyword("in", NEXT_COMMAND)? {
            let mut list = Vec::new();
            while let Token::Word(word) = self.peek(PLAIN)?.clone() {
                self.take(PLAIN)?;
                list.push(word);
            }
            if !matches!(self.peek(PLAIN)?, Token::Semicolon | Token::Newline) {
                return Err(self.unexpected(None));
            }
            self.take(PLAIN)?;
            words = Some(list);
        } else {
            self.accept(&Token::Semicolon, PLAIN)?;
        }
        let body = self.do_group()?;
        Ok(Rc::new(Node::For(For { line, variable: variable.as_slice().into(), words, body })))
    }

    fn case_command(&mut self, line: u32) -> Result<NodeRef, Stop> {
        let word = match self.peek(PLAIN)?.clone() {
            Token::Word(word) => word,
            _ => return Err(self.unexpected(Some("word"))),
        };
        self.take(PLAIN)?;
        self.expect_keyword("in")?;
        let mut arms = Vec::new();
        while !self.accept_keyword("esac", NEXT_WORD)? {
            arms.push(self.case_arm()?);
            if self.accept_keyword("esac", NEXT_WORD)? {
                break;
            }
            if !self.accept(&Token::DoubleSemicolon, NEXT_WORD)? {
                return Err(self.unexpected(Some("\";;\"")));
            }
        }
        Ok(Rc::new(Node::Case(Case { line, word, arms })))
    }

    fn case_arm(&mut self) -> Result<CaseArm, Stop> {
        self.accept(&Token::Open, NEXT_WORD)?;
        let mut patterns: Vec<Word> = Vec::new();
        loop {
            // ash takes any token here and complains about the one after it.
            if let Token::Word(word) = self.take(PLAIN)? {
                patterns.push(word);
            }
            if !self.accept(&Token::Pipe, PLAIN)? {
                break;
            }
        }
        if !self.accept(&Token::Close, PLAIN)? {
            return Err(self.unexpected(Some("\")\"")));
        }
        let body = self.list(Empty::Allowed)?;
        Ok(CaseArm { patterns, body })
    }

    /// `function name { ...; }`, with or without `()`.
    fn function_keyword(&mut self) -> Result<NodeRef, Stop> {
        let name = match self.peek(PLAIN)? {
            Token::Word(word) => word.as_literal().cloned(),
            _ => return Err(self.unexpected(Some("word"))),
        };
        self.take(PLAIN)?;
        let Some(name) = name.filter(|name| is_name(name)) else {
            return Err(self.error("bad function name"));
        };
        if self.accept(&Token::Open, PLAIN)? && !self.accept(&Token::Close, PLAIN)? {
            return Err(self.unexpected(Some("\")\"")));
        }
        self.function_body(name)
    }

    /// The body of a function.
    pub(crate) fn function_body(&mut self, name: BString) -> Result<NodeRef, Stop> {
        let body = self.nested(|parser| parser.command(NEXT_COMMAND))?;
        Ok(Rc::new(Node::Function(name, body)))
    }
}

/// Whether `text` is a name: what variables and functions may be called.
pub(crate) fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| !byte.is_ascii_digit())
        && text.iter().all(|byte| *byte == b'_' || byte.is_ascii_alphanumeric())
}
