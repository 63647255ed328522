//! Statements and items of a program, compiled as they are read.

use std::collections::BTreeMap;
use std::rc::Rc;

use bstr::{BString, ByteSlice};
use pattern::{Regex, RegexOptions};

use super::code::{Definition, Op, Pattern, Place, Program, SPECIALS, Target, Var};
use super::lexer::{EMPTY_SEQUENCE, Lexer, SyntaxError, Token, UNEXPECTED_TOKEN, Word};
use super::value::Value;

pub(super) type Parsed<T> = Result<T, SyntaxError>;

/// How deeply statements and expressions may nest.
const DEEPEST: usize = 200;

/// The jumps out of a loop that wait for their targets.
#[derive(Default)]
struct Loop {
    breaks: Vec<usize>,
    continues: Vec<usize>,
}

/// Reads sources into one program.
pub(super) struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) token: Token,
    /// The line where the token begins.
    line: u32,
    pub(super) program: Program,
    names: BTreeMap<BString, u32>,
    pub(super) functions: BTreeMap<BString, u32>,
    parameters: Vec<BString>,
    loops: Vec<Loop>,
    depth: usize,
    /// Among the arguments of print, where `>` redirects.
    pub(super) printing: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new() -> Parser<'a> {
        let mut parser = Parser {
            lexer: Lexer::new(b""),
            token: Token::End,
            line: 1,
            program: Program::default(),
            names: BTreeMap::new(),
            functions: BTreeMap::new(),
            parameters: Vec::new(),
            loops: Vec::new(),
            depth: 0,
            printing: false,
        };
        for (name, _) in SPECIALS {
            parser.global(name.as_bytes());
        }
        parser
    }

    /// Reads one source.
    pub(super) fn source(&mut self, text: &'a [u8]) -> Parsed<()> {
        self.lexer = Lexer::new(text);
        self.advance()?;
        loop {
            while self.token == Token::Newline {
                self.advance()?;
            }
            if self.token == Token::End {
                return Ok(());
            }
            self.item()?;
        }
    }

    // Words.

    pub(super) fn advance(&mut self) -> Parsed<()> {
        let line = self.lexer.line;
        self.token = self.lexer.next()?;
        self.line = if self.token == Token::Newline { line } else { self.lexer.line };
        Ok(())
    }

    pub(super) fn unexpected<T>(&self) -> Parsed<T> {
        Err(SyntaxError { line: self.line, ..self.lexer.error(UNEXPECTED_TOKEN) })
    }

    pub(super) fn is(&self, mark: &str) -> bool {
        matches!(&self.token, Token::Mark(found) if *found == mark)
    }

    /// Takes a mark if it is there.
    pub(super) fn take(&mut self, mark: &str) -> Parsed<bool> {
        let there = self.is(mark);
        if there {
            self.advance()?;
        }
        Ok(there)
    }

    pub(super) fn expect(&mut self, mark: &str) -> Parsed<()> {
        if self.take(mark)? { Ok(()) } else { self.unexpected() }
    }

    pub(super) fn newlines(&mut self) -> Parsed<()> {
        while self.token == Token::Newline {
            self.advance()?;
        }
        Ok(())
    }

    /// Guards a step down against programs that nest without end.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            return Err(self.lexer.error("Program nests too deeply"));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    // Code.

    pub(super) fn emit(&mut self, op: Op) -> usize {
        self.program.ops.push(op);
        self.program.lines.push(self.line);
        self.program.ops.len() - 1
    }

    pub(super) fn here(&self) -> u32 {
        self.program.ops.len() as u32
    }

    /// Lets a jump lead to the next instruction.
    pub(super) fn patch(&mut self, at: usize) {
        let here = self.here();
        self.patch_to(at, here);
    }

    fn patch_to(&mut self, at: usize, to: u32) {
        match &mut self.program.ops[at] {
            Op::Jump(target)
            | Op::JumpIfFalse(target)
            | Op::JumpIfTrue(target)
            | Op::LoopNext(_, target)
            | Op::RangeJump(_, target) => *target = to,
            _ => {}
        }
    }

    pub(super) fn constant(&mut self, value: Value) {
        self.program.consts.push(value);
        let index = self.program.consts.len() as u32 - 1;
        self.emit(Op::Const(index));
    }

    pub(super) fn regex(&mut self, text: BString) -> Parsed<u32> {
        let options = RegexOptions { extended: true, ..RegexOptions::default() };
        match Regex::new(&text, options) {
            Ok(regex) => {
                self.program.regexes.push(Pattern { text, exact: Rc::new(regex) });
                Ok(self.program.regexes.len() as u32 - 1)
            }
            Err(error) => Err(SyntaxError {
                line: self.lexer.line,
                bare: true,
                message: bytes!("bad regex '{}': {}", text, error.to_string()),
            }),
        }
    }

    /// The slot of a global variable.
    pub(super) fn global(&mut self, name: &[u8]) -> u32 {
        if let Some(slot) = self.names.get(name.as_bstr()) {
            return *slot;
        }
        let slot = self.program.globals.len() as u32;
        self.program.globals.push(name.into());
        self.names.insert(name.into(), slot);
        slot
    }

    pub(super) fn var(&mut self, name: &BString) -> Var {
        match self.parameters.iter().rposition(|parameter| parameter == name) {
            Some(index) => Var::Local(index as u32),
            None => Var::Global(self.global(name)),
        }
    }

    pub(super) fn place(&mut self, name: &BString) -> Place {
        match self.var(name) {
            Var::Global(slot) => match SPECIALS.get(slot as usize) {
                Some((_, special)) => Place::Special(*special),
                None => Place::Var(Var::Global(slot)),
            },
            local => Place::Var(local),
        }
    }

    pub(super) fn function(&mut self, name: BString) -> u32 {
        let next = self.program.functions.len() as u32;
        let index = *self.functions.entry(name).or_insert(next);
        if index == next {
            self.program.functions.push(Definition::default());
        }
        index
    }

    // Items.

    fn item(&mut self) -> Parsed<()> {
        match &self.token {
            Token::Word(word @ (Word::Begin | Word::End)) => {
                let word = *word;
                self.advance()?;
                let start = self.here();
                if word == Word::Begin { &mut self.program.begin } else { &mut self.program.end }.push(start);
                self.block()?;
                self.emit(Op::End);
            }
            Token::Word(Word::Func) => self.definition()?,
            _ => self.rule()?,
        }
        self.take(";")?;
        Ok(())
    }

    fn definition(&mut self) -> Parsed<()> {
        self.advance()?;
        let name = match std::mem::replace(&mut self.token, Token::End) {
            Token::Name(name) | Token::Call(name) => name,
            _ => return self.unexpected(),
        };
        self.advance()?;
        let index = self.function(name) as usize;
        if self.program.functions[index].start.is_some() {
            return Err(self.lexer.error("Duplicate function"));
        }
        self.expect("(")?;
        let mut parameters = Vec::new();
        while let Token::Name(name) = &self.token {
            parameters.push(name.clone());
            self.advance()?;
            if !self.take(",")? {
                break;
            }
            self.newlines()?;
            if self.is(")") {
                return self.unexpected();
            }
        }
        self.expect(")")?;
        self.newlines()?;
        let start = self.here();
        let definition = &mut self.program.functions[index];
        definition.start = Some(start);
        definition.parameters = parameters.len() as u32;
        self.parameters = parameters;
        self.block()?;
        self.parameters = Vec::new();
        self.constant(Value::Uninit);
        self.emit(Op::Return);
        Ok(())
    }

    fn rule(&mut self) -> Parsed<()> {
        let start = self.here();
        self.program.main.push(start);
        let mut out = None;
        let has_pattern = !self.is("{");
        if has_pattern {
            let range = self.program.ranges;
            let jump = self.emit(Op::RangeJump(range, 0));
            self.value()?;
            out = Some(self.emit(Op::JumpIfFalse(0)));
            if self.take(",")? {
                self.newlines()?;
                self.program.ranges += 1;
                self.emit(Op::RangeSet(range, true));
                self.patch(jump);
                self.value()?;
                let skip = self.emit(Op::JumpIfFalse(0));
                self.emit(Op::RangeSet(range, false));
                self.patch(skip);
            } else {
                // No range after all: the first instruction does nothing.
                self.program.ops[jump] = Op::Jump(jump as u32 + 1);
            }
        }
        if self.is("{") {
            self.block()?;
        } else if matches!(self.token, Token::Newline | Token::End | Token::Mark(";")) {
            self.emit(Op::Print { arguments: 0, target: Target::Stdout });
        } else {
            return self.unexpected();
        }
        if let Some(out) = out {
            self.patch(out);
        }
        self.emit(Op::End);
        Ok(())
    }

    // Statements.

    fn block(&mut self) -> Parsed<()> {
        self.expect("{")?;
        loop {
            while self.token == Token::Newline || self.is(";") {
                self.advance()?;
            }
            if self.take("}")? {
                return Ok(());
            }
            self.statement()?;
        }
    }

    fn statement(&mut self) -> Parsed<()> {
        self.nested(Self::statement_here)
    }

    fn statement_here(&mut self) -> Parsed<()> {
        let Token::Word(word) = self.token else {
            if self.is("{") {
                return self.block();
            }
            if self.take(";")? {
                return Ok(());
            }
            self.expression_statement()?;
            return self.end_of_statement();
        };
        match word {
            Word::If => return self.if_statement(),
            Word::While => return self.while_statement(),
            Word::Do => self.do_statement()?,
            Word::For => return self.for_statement(),
            Word::Print | Word::Printf => self.print(word == Word::Printf)?,
            Word::Getline => self.expression_statement()?,
            _ => {
                self.advance()?;
                self.leaving(word)?;
            }
        }
        self.end_of_statement()
    }

    fn expression_statement(&mut self) -> Parsed<()> {
        self.value()?;
        self.emit(Op::Pop);
        Ok(())
    }

    fn end_of_statement(&mut self) -> Parsed<()> {
        match self.token {
            Token::Newline => self.advance(),
            Token::Mark(";") => self.advance(),
            Token::Mark("}") => Ok(()),
            _ => self.unexpected(),
        }
    }

    fn leaving(&mut self, word: Word) -> Parsed<()> {
        let bare = matches!(self.token, Token::Newline | Token::End | Token::Mark(";" | "}"));
        match word {
            Word::Next => {
                self.emit(Op::Next);
            }
            Word::NextFile => {
                self.emit(Op::NextFile);
            }
            Word::Exit => {
                if !bare {
                    self.value()?;
                }
                self.emit(Op::Exit { status: !bare });
            }
            Word::Return => {
                if bare {
                    self.constant(Value::Uninit)
                } else {
                    self.value()?
                }
                self.emit(Op::Return);
            }
            Word::Break | Word::Continue => {
                let jump = self.emit(Op::Jump(0));
                let (name, found) = match (word, self.loops.last_mut()) {
                    (Word::Break, found) => ("break", found.map(|found| &mut found.breaks)),
                    (_, found) => ("continue", found.map(|found| &mut found.continues)),
                };
                match found {
                    Some(jumps) => jumps.push(jump),
                    None => return Err(self.lexer.error(format!("'{name}' not in a loop"))),
                }
            }
            Word::Delete => self.delete()?,
            _ => return self.unexpected(),
        }
        Ok(())
    }

    fn delete(&mut self) -> Parsed<()> {
        let Token::Name(name) = &self.token else { return self.nothing_to_delete() };
        let name = name.clone();
        self.advance()?;
        let var = self.var(&name);
        if self.is("[") {
            self.subscripts()?;
            self.emit(Op::Delete(var));
        } else {
            self.emit(Op::Clear(var));
        }
        Ok(())
    }

    fn nothing_to_delete(&mut self) -> Parsed<()> {
        let message = match self.token {
            Token::Newline | Token::End | Token::Mark(";" | "}") => "Too few arguments",
            Token::Mark("(") => EMPTY_SEQUENCE,
            _ => "Not an array",
        };
        Err(self.lexer.error(message))
    }

    fn condition(&mut self) -> Parsed<()> {
        self.expect("(")?;
        self.value()?;
        self.expect(")")
    }

    fn if_statement(&mut self) -> Parsed<()> {
        self.advance()?;
        self.condition()?;
        let otherwise = self.emit(Op::JumpIfFalse(0));
        self.newlines()?;
        self.statement()?;
        self.newlines()?;
        if self.token != Token::Word(Word::Else) {
            self.patch(otherwise);
            return Ok(());
        }
        self.advance()?;
        let end = self.emit(Op::Jump(0));
        self.patch(otherwise);
        self.newlines()?;
        self.statement()?;
        self.patch(end);
        Ok(())
    }

    /// The body of a loop; its jumps lead to `again` and, later, to the end.
    fn body(&mut self) -> Parsed<Loop> {
        self.newlines()?;
        self.loops.push(Loop::default());
        let parsed = self.statement();
        let found = self.loops.pop().unwrap_or_default();
        parsed.map(|()| found)
    }

    fn close_loop(&mut self, found: Loop, again: u32) {
        for jump in found.continues {
            self.patch_to(jump, again);
        }
        for jump in found.breaks {
            self.patch(jump);
        }
    }

    fn while_statement(&mut self) -> Parsed<()> {
        self.advance()?;
        let again = self.here();
        self.condition()?;
        let end = self.emit(Op::JumpIfFalse(0));
        let found = if self.take(";")? { Loop::default() } else { self.body()? };
        self.emit(Op::Jump(again));
        self.patch(end);
        self.close_loop(found, again);
        Ok(())
    }

    fn do_statement(&mut self) -> Parsed<()> {
        self.advance()?;
        let start = self.here();
        let found = self.body()?;
        while self.token == Token::Newline || self.is(";") {
            self.advance()?;
        }
        if self.token != Token::Word(Word::While) {
            return self.unexpected();
        }
        self.advance()?;
        let again = self.here();
        self.condition()?;
        self.emit(Op::JumpIfTrue(start));
        self.close_loop(found, again);
        Ok(())
    }

    fn for_statement(&mut self) -> Parsed<()> {
        self.advance()?;
        self.expect("(")?;
        if let Some((var, array)) = self.loop_over()? {
            self.emit(Op::LoopOver(array));
            let again = self.here();
            let next = self.emit(Op::LoopNext(var, 0));
            let found = if self.take(";")? { Loop::default() } else { self.body()? };
            self.emit(Op::Jump(again));
            self.patch(next);
            self.close_loop(found, again);
            self.emit(Op::LoopEnd);
            return Ok(());
        }
        if !self.is(";") {
            self.expression_statement()?;
        }
        self.expect(";")?;
        self.newlines()?;
        let test = self.here();
        let mut end = None;
        if !self.is(";") {
            self.value()?;
            end = Some(self.emit(Op::JumpIfFalse(0)));
        }
        self.expect(";")?;
        self.newlines()?;
        let body = self.emit(Op::Jump(0));
        let again = self.here();
        if !self.is(")") {
            self.expression_statement()?;
        }
        self.expect(")")?;
        self.emit(Op::Jump(test));
        self.patch(body);
        let found = if self.take(";")? { Loop::default() } else { self.body()? };
        self.emit(Op::Jump(again));
        if let Some(end) = end {
            self.patch(end);
        }
        self.close_loop(found, again);
        Ok(())
    }

    /// `NAME in NAME )` of a for, or nothing is taken.
    fn loop_over(&mut self) -> Parsed<Option<(Var, Var)>> {
        let Token::Name(name) = &self.token else { return Ok(None) };
        let name = name.clone();
        let mut ahead = self.lexer.clone();
        if ahead.next()? != Token::Word(Word::In) {
            return Ok(None);
        }
        let Token::Name(array) = ahead.next()? else { return Ok(None) };
        if ahead.next()? != Token::Mark(")") {
            return Ok(None);
        }
        self.lexer = ahead;
        self.advance()?;
        Ok(Some((self.var(&name), self.var(&array))))
    }

    fn print(&mut self, formatted: bool) -> Parsed<()> {
        self.advance()?;
        let ends = |token: &Token| {
            matches!(token, Token::Newline | Token::End | Token::Mark(";" | "}" | ">" | ">>" | "|"))
        };
        let mut arguments = 0;
        let outer = std::mem::replace(&mut self.printing, true);
        if !ends(&self.token) {
            arguments = self.print_arguments()?;
        }
        let target = match self.token {
            Token::Mark(">") => Target::Truncate,
            Token::Mark(">>") => Target::Append,
            Token::Mark("|") => Target::Command,
            _ => Target::Stdout,
        };
        if target != Target::Stdout {
            self.advance()?;
            self.value()?;
        }
        self.printing = outer;
        self.emit(if formatted { Op::Printf { arguments, target } } else { Op::Print { arguments, target } });
        Ok(())
    }
}
