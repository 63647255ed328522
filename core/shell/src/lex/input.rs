//! The characters that the parser reads: the script's bytes, with alias texts in front of them.

use std::rc::Rc;

use bstr::BString;

use crate::limits::MAX_ALIAS_TEXTS;
use crate::parse::Stop;

/// Aliases whose texts have not been read to their ends, the innermost last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenAliases(Vec<AliasText>);

/// An alias whose text is being read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AliasText {
    name: BString,
    text: Rc<BString>,
    pos: usize,
}

/// A cursor over the script.
pub(crate) struct Input<'a> {
    text: &'a [u8],
    pos: usize,
    /// Line of the cursor, counted from the line that the input was opened at.
    pub(crate) line: u32,
    aliases: Vec<AliasText>,
    /// More bytes may follow `text`: running out of it is not the end of the file.
    growing: bool,
    /// An alias text that ended in a blank has just been used up: the next word may be an alias too.
    pub(crate) alias_ended_blank: bool,
    /// Names of the aliases that were being read when the current token began.
    open_at_token: Vec<BString>,
    alias_budget: usize,
}

impl<'a> Input<'a> {
    /// A cursor at byte `pos`, which is in line `line`.
    pub(crate) fn new(text: &'a [u8], pos: usize, line: u32, growing: bool) -> Input<'a> {
        Input {
            text,
            pos,
            line,
            aliases: Vec::new(),
            growing,
            alias_ended_blank: false,
            open_at_token: Vec::new(),
            alias_budget: MAX_ALIAS_TEXTS,
        }
    }

    /// Goes on with alias texts that an earlier cursor has left unread.
    pub(crate) fn reopen(&mut self, aliases: &OpenAliases) {
        self.aliases.clone_from(&aliases.0);
    }

    /// What is left to read of alias texts.
    pub(crate) fn open_aliases(&mut self) -> OpenAliases {
        self.drop_finished_aliases();
        OpenAliases(std::mem::take(&mut self.aliases))
    }

    /// Offset of the cursor in the script.
    pub(crate) fn offset(&self) -> usize {
        self.pos
    }

    /// The script from an earlier offset to the cursor, without blanks around it.
    pub(crate) fn text_from(&self, start: usize) -> &'a [u8] {
        self.text.get(start..self.pos).unwrap_or_default().trim_ascii()
    }

    /// The next byte without consuming it; `None` at the end of the file.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, Stop> {
        self.drop_finished_aliases();
        if let Some(alias) = self.aliases.last() {
            return Ok(alias.text.get(alias.pos).copied());
        }
        match self.text.get(self.pos) {
            Some(&byte) => Ok(Some(byte)),
            None if self.growing => Err(Stop::Incomplete),
            None => Ok(None),
        }
    }

    /// Consumes the byte that `peek` showed.
    pub(crate) fn bump(&mut self) {
        if let Some(alias) = self.aliases.last_mut() {
            self.line += u32::from(alias.text.get(alias.pos) == Some(&b'\n'));
            alias.pos += 1;
            return;
        }
        if self.text.get(self.pos) == Some(&b'\n') {
            self.line += 1;
        }
        self.pos += 1;
    }

    /// Reads one byte.
    pub(crate) fn next(&mut self) -> Result<Option<u8>, Stop> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.bump();
        }
        Ok(byte)
    }

    /// The byte after the one that `peek` shows, within the same text.
    pub(crate) fn peek_second(&mut self) -> Result<Option<u8>, Stop> {
        self.drop_finished_aliases();
        if let Some(alias) = self.aliases.last()
            && let Some(&byte) = alias.text.get(alias.pos + 1)
        {
            return Ok(Some(byte));
        }
        let ahead = if self.aliases.is_empty() { self.pos + 1 } else { self.pos };
        match self.text.get(ahead) {
            Some(&byte) => Ok(Some(byte)),
            None if self.growing => Err(Stop::Incomplete),
            None => Ok(None),
        }
    }

    /// The next byte after removing `\<newline>` pairs.
    pub(crate) fn peek_joined(&mut self) -> Result<Option<u8>, Stop> {
        while self.peek()? == Some(b'\\') && self.peek_second()? == Some(b'\n') {
            self.bump();
            self.bump();
        }
        self.peek()
    }

    /// Consumes `byte` if it is next (after line joining).
    pub(crate) fn accept(&mut self, byte: u8) -> Result<bool, Stop> {
        let found = self.peek_joined()? == Some(byte);
        if found {
            self.bump();
        }
        Ok(found)
    }

    /// Notes that a token begins here: aliases that are open now do not apply to it.
    pub(crate) fn mark_token(&mut self) {
        self.drop_finished_aliases();
        self.open_at_token.clear();
        self.open_at_token.extend(self.aliases.iter().map(|open| open.name.clone()));
    }

    /// Puts an alias's text in front of the input. False when the token came from that alias, or when the budget
    /// of alias texts is used up.
    pub(crate) fn push_alias(&mut self, name: &BString, text: Rc<BString>) -> bool {
        if self.alias_budget == 0 || self.open_at_token.contains(name) {
            return false;
        }
        self.alias_budget -= 1;
        self.aliases.push(AliasText { name: name.clone(), text, pos: 0 });
        true
    }

    fn drop_finished_aliases(&mut self) {
        while let Some(alias) = self.aliases.last() {
            if alias.pos < alias.text.len() {
                return;
            }
            self.alias_ended_blank |= matches!(alias.text.last(), Some(b' ' | b'\t'));
            self.aliases.pop();
        }
    }
}
