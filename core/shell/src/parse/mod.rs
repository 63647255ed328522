//! From tokens to the syntax tree, one complete command at a time.

mod compound;
mod error;
mod list;
mod simple;

use bstr::BString;

pub(crate) use compound::is_name;
pub(crate) use error::Stop;
pub use error::SyntaxError;
pub(crate) use simple::assignment;

use crate::ast::{NodeRef, Part, Word};
use crate::lex::{Input, OpenAliases, PendingHere, Token};
use crate::limits::MAX_NESTING;
use crate::state::Aliases;

/// What reading one command gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed {
    /// A command, and where the next one begins.
    Command {
        /// The command; `Node::Empty` for an empty line.
        node: NodeRef,
        /// Offset of the byte after it.
        end: usize,
        /// Line of the byte after it.
        line: u32,
        /// The end of the input has been seen: nothing follows.
        last: bool,
        /// What is left of alias texts: the next command begins there.
        aliases: OpenAliases,
    },
    /// The end of the input.
    End,
    /// The command goes on beyond the bytes at hand.
    Incomplete,
}

/// Reads the command that begins at byte `start` of `text`, which is in line `line`.
///
/// `growing` tells that more bytes may come after `text`. Fails with ash's message; never panics.
pub fn parse_command(
    text: &[u8],
    start: usize,
    line: u32,
    growing: bool,
    aliases: &Aliases,
) -> Result<Parsed, SyntaxError> {
    let place = Place { lines: Lines { at: line, executed: line }, open: &OpenAliases::default() };
    parse_command_after(text, start, place, growing, aliases)
}

/// Where a command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lines {
    /// The line of its first byte.
    pub(crate) at: u32,
    /// The line of the command that was run last: ash counts the lines in backquotes from there.
    pub(crate) executed: u32,
}

/// How reading goes on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) lines: Lines,
    /// Alias texts to be read first.
    pub(crate) open: &'a OpenAliases,
}

/// [`parse_command`], for a script that is running.
pub(crate) fn parse_command_after(
    text: &[u8],
    start: usize,
    place: Place<'_>,
    growing: bool,
    aliases: &Aliases,
) -> Result<Parsed, SyntaxError> {
    let mut parser = Parser::new(Input::new(text, start, place.lines.at, growing), aliases, 0);
    parser.input.reopen(place.open);
    parser.executed_line = place.lines.executed;
    match parser.complete_command() {
        Ok(Some(node)) => {
            let last = parser.token == Some(Token::End);
            let aliases = parser.input.open_aliases();
            let (end, line) = (parser.input.offset(), parser.input.line);
            Ok(Parsed::Command { node, end, line, last, aliases })
        }
        Ok(None) => Ok(Parsed::End),
        Err(Stop::Incomplete) => Ok(Parsed::Incomplete),
        Err(Stop::Syntax(error)) => Err(error),
    }
}

/// Reads a prompt as the inside of double quotes; what cannot be parsed stands for itself.
pub(crate) fn parse_prompt(text: &[u8], aliases: &Aliases) -> Word {
    let mut parser = Parser::new(Input::new(text, 0, 0, false), aliases, 0);
    parser.here_body(text, 0).unwrap_or_else(|_| Word::new(vec![Part::Quoted(text.into())]))
}

/// The parser's state. Lexing is part of it, since expansions hold programs of their own.
pub(crate) struct Parser<'a> {
    pub(crate) input: Input<'a>,
    aliases: &'a Aliases,
    /// The token that has been looked at and not consumed.
    token: Option<Token>,
    /// Line of the token read last.
    pub(crate) token_line: u32,
    /// The line that backquotes are counted from.
    pub(crate) executed_line: u32,
    /// Whether reserved words counted when the token was looked at.
    keywords: bool,
    /// The token followed an alias text that ended in a blank.
    after_blank_alias: bool,
    pub(crate) pending_here: Vec<PendingHere>,
    /// The command just read ended with `&`.
    ended_by_ampersand: bool,
    depth: usize,
}

/// What a token is checked for before it is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Check {
    newlines: bool,
    keywords: bool,
    aliases: bool,
}

/// Plain tokens.
pub(crate) const PLAIN: Check = Check { newlines: false, keywords: false, aliases: false };
/// Where an alias may stand.
pub(crate) const ALIAS: Check = Check { newlines: false, keywords: false, aliases: true };
/// Where a command begins or goes on.
pub(crate) const COMMAND: Check = Check { newlines: false, keywords: true, aliases: true };
/// Where a command begins, perhaps on a later line.
pub(crate) const NEXT_COMMAND: Check = Check { newlines: true, keywords: true, aliases: true };
/// Where a reserved word or a case pattern stands, perhaps on a later line.
pub(crate) const NEXT_WORD: Check = Check { newlines: true, keywords: true, aliases: false };

impl<'a> Parser<'a> {
    pub(crate) fn new(input: Input<'a>, aliases: &'a Aliases, depth: usize) -> Parser<'a> {
        Parser {
            input,
            aliases,
            token: None,
            token_line: 0,
            executed_line: 0,
            keywords: false,
            after_blank_alias: false,
            pending_here: Vec::new(),
            ended_by_ampersand: false,
            depth,
        }
    }

    /// A parser of another text within this one.
    pub(crate) fn child<'b>(&self, text: &'b [u8], line: u32) -> Parser<'b>
    where
        'a: 'b,
    {
        let mut child = Parser::new(Input::new(text, 0, line, false), self.aliases, self.depth);
        child.executed_line = self.executed_line;
        child
    }

    /// Runs `parse` one nesting level deeper.
    pub(crate) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        if self.depth >= MAX_NESTING {
            return Err(self.error(&format!("nested too deep (limit {MAX_NESTING})")));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// The next token, still to be consumed.
    pub(crate) fn peek(&mut self, check: Check) -> Result<&Token, Stop> {
        // The text of an alias that came after a blank one may be an alias too.
        let mut after_blank_alias = false;
        loop {
            let token = match self.token.take() {
                Some(token) => token,
                None => {
                    let token = self.read_token()?;
                    let ended_blank = std::mem::take(&mut self.input.alias_ended_blank);
                    self.after_blank_alias = ended_blank || after_blank_alias;
                    token
                }
            };
            if check.newlines && token == Token::Newline {
                continue;
            }
            self.keywords = check.keywords;
            let is_keyword = check.keywords && token.keyword().is_some();
            if (check.aliases || self.after_blank_alias)
                && !is_keyword
                && let Some(name) = token.literal()
                && let Some(text) = self.aliases.get(name)
                && self.input.push_alias(name, text.clone())
            {
                after_blank_alias = self.after_blank_alias;
                continue;
            }
            return Ok(self.token.insert(token));
        }
    }

    /// Consumes the next token.
    pub(crate) fn take(&mut self, check: Check) -> Result<Token, Stop> {
        self.peek(check)?;
        Ok(self.token.take().unwrap_or(Token::End))
    }

    /// Consumes the next token if it is `token`.
    pub(crate) fn accept(&mut self, token: &Token, check: Check) -> Result<bool, Stop> {
        let found = self.peek(check)? == token;
        if found {
            self.token = None;
        }
        Ok(found)
    }

    /// Consumes the reserved word if it is next.
    pub(crate) fn accept_keyword(&mut self, word: &str, check: Check) -> Result<bool, Stop> {
        let found = self.peek(check)?.keyword() == Some(word);
        if found {
            self.token = None;
        }
        Ok(found)
    }

    /// Consumes the reserved word, or fails.
    pub(crate) fn expect_keyword(&mut self, word: &str) -> Result<(), Stop> {
        if self.accept_keyword(word, NEXT_COMMAND)? {
            return Ok(());
        }
        Err(self.unexpected(Some(&format!("\"{word}\""))))
    }

    /// A syntax error with this message, at the cursor.
    pub(crate) fn error(&self, message: &str) -> Stop {
        Stop::Syntax(SyntaxError { message: BString::from(message), line: self.input.line })
    }

    /// The error for the token that was looked at last.
    pub(crate) fn unexpected(&self, expecting: Option<&str>) -> Stop {
        let name = self.token.as_ref().map_or("end of file".into(), |token| token.name(self.keywords));
        let expecting = expecting.map(|what| format!(" (expecting {what})")).unwrap_or_default();
        self.error(&format!("unexpected {name}{expecting}"))
    }
}
