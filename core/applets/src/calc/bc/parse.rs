//! Statements and functions.

use std::rc::Rc;

use super::code::{Function, Kind, Name, Step};
use super::expression::Role;
use super::token::{Keyword, Lexer, Token};
use crate::calc::fault::Fault;

/// How deep statements and expressions may nest.
const DEPTH: usize = 500;

/// What one top-level statement is.
pub(super) enum Item {
    Statement(Function),
    Define(Name, Function),
}

/// Where `break` and `continue` of a loop go.
struct Loop {
    /// Jumps to be pointed behind the loop.
    breaks: Vec<usize>,
    continues: Vec<usize>,
}

pub(super) struct Parser<'t> {
    pub(super) lexer: Lexer<'t>,
    function: Function,
    loops: Vec<Loop>,
    defining: bool,
    depth: usize,
    /// Whether the last name was that of a function.
    pub(super) called: bool,
    /// What `limits` prints.
    pub(super) said: Vec<u8>,
}

const LIMITS: &[u8] = b"BC_BASE_MAX     = 999
BC_DIM_MAX      = 2147483647
BC_SCALE_MAX    = 4294967295
BC_STRING_MAX   = 4294967294
MAX Exponent    = 999999999
Number of vars  = 999999999
";

impl<'t> Parser<'t> {
    pub(super) fn new(lexer: Lexer<'t>) -> Parser<'t> {
        Parser {
            lexer,
            function: Function::default(),
            loops: Vec::new(),
            defining: false,
            depth: 0,
            called: false,
            said: Vec::new(),
        }
    }

    pub(super) fn emit(&mut self, step: Step) {
        self.function.code.push(step);
    }

    pub(super) fn remark(&mut self, text: &str) {
        self.lexer.remarks.push(text.to_owned());
    }

    pub(super) fn bad_token(&self) -> Fault {
        self.lexer.fault("bad token")
    }

    pub(super) fn descend(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEPTH { Err(Fault::of("nesting too deep")) } else { Ok(()) }
    }

    pub(super) fn ascend(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn expect(&mut self, sign: &str) -> Result<(), Fault> {
        if self.lexer.is(sign) { self.lexer.next() } else { Err(self.bad_token()) }
    }

    pub(super) fn parenthesized(&mut self, role: Role) -> Result<(), Fault> {
        self.expect("(")?;
        self.expression(role)?;
        self.expect(")")
    }

    /// The arguments of a call; how many there are.
    pub(super) fn arguments(&mut self) -> Result<usize, Fault> {
        self.lexer.next()?;
        let mut count = 0;
        while !self.lexer.is(")") {
            self.expression(Role::Argument)?;
            count += 1;
            if self.lexer.is(",") {
                self.lexer.next()?;
                continue;
            }
            if !self.lexer.is(")") {
                return Err(self.bad_token());
            }
        }
        self.lexer.next()?;
        Ok(count)
    }

    /// The expression that `read()` takes from a line of input.
    pub(super) fn read(mut self) -> Result<Function, Fault> {
        self.expression(Role::Value)?;
        if !matches!(self.lexer.token, Token::Newline | Token::End) {
            return Err(self.lexer.fault("bad read() expression"));
        }
        self.emit(Step::Return);
        Ok(self.function)
    }

    /// A statement or function with what ends it.
    pub(super) fn item(&mut self) -> Result<Item, Fault> {
        let name =
            if self.lexer.token == Token::Keyword(Keyword::Define) { Some(self.define()?) } else { None };
        if name.is_none() {
            self.statement()?;
        }
        if !self.lexer.is(";") && !matches!(self.lexer.token, Token::Newline | Token::End) {
            return Err(self.lexer.fault("bad statement terminator"));
        }
        let function = std::mem::take(&mut self.function);
        Ok(match name {
            Some(name) => Item::Define(name, function),
            None => Item::Statement(function),
        })
    }

    fn define(&mut self) -> Result<Name, Fault> {
        let bad = |parser: &Self| parser.lexer.fault("bad function definition");
        self.lexer.next()?;
        if self.lexer.token != Token::Name {
            return Err(bad(self));
        }
        // A function may be called "void" all the same.
        let void = self.lexer.value == b"void";
        let mut name: Name = Rc::from(self.lexer.value.as_slice());
        self.lexer.next()?;
        if void && self.lexer.token == Token::Name {
            self.function.void = true;
            name = Rc::from(self.lexer.value.as_slice());
            self.lexer.next()?;
        }
        if !self.lexer.is("(") {
            return Err(bad(self));
        }
        self.lexer.next()?;
        self.parameters()?;
        if !self.lexer.is("{") {
            self.remark("POSIX requires the left brace be on the same line as the function header");
        }
        if self.lexer.token == Token::Newline {
            self.lexer.next()?;
        }
        if !self.lexer.is("{") {
            return Err(Fault::of("function { body } expected"));
        }
        self.defining = true;
        self.block()?;
        self.defining = false;
        self.emit(Step::ReturnZero);
        Ok(name)
    }

    fn parameters(&mut self) -> Result<(), Fault> {
        let bad = |parser: &Self| parser.lexer.fault("bad function definition");
        let mut comma = false;
        while !self.lexer.is(")") {
            let reference = self.lexer.is("*");
            if reference {
                self.lexer.next()?;
                self.lexer.not_posix("references");
            }
            if self.lexer.token != Token::Name {
                return Err(bad(self));
            }
            let name: Name = Rc::from(self.lexer.value.as_slice());
            self.lexer.next()?;
            let array = self.lexer.is("[");
            if array {
                self.lexer.next()?;
                if !self.lexer.is("]") {
                    return Err(bad(self));
                }
                self.lexer.next()?;
            }
            let kind = match (reference, array) {
                (true, false) => return Err(self.lexer.fault("vars can't be references")),
                (true, true) => Kind::Reference,
                (false, true) => Kind::Array,
                (false, false) => Kind::Number,
            };
            comma = self.lexer.is(",");
            if comma {
                self.lexer.next()?;
            }
            self.function.parameters += 1;
            self.local(name, kind)?;
        }
        if comma {
            return Err(bad(self));
        }
        self.lexer.next()
    }

    fn local(&mut self, name: Name, kind: Kind) -> Result<(), Fault> {
        if self.function.locals.contains(&(name.clone(), kind)) {
            return Err(Fault::of("duplicate function parameter or auto name"));
        }
        self.function.locals.push((name, kind));
        Ok(())
    }

    fn auto(&mut self) -> Result<(), Fault> {
        loop {
            self.lexer.next()?;
            let bad = |parser: &Self| parser.lexer.fault("bad 'auto' syntax");
            if self.lexer.token != Token::Name {
                return Err(bad(self));
            }
            let name: Name = Rc::from(self.lexer.value.as_slice());
            self.lexer.next()?;
            let mut kind = Kind::Number;
            if self.lexer.is("[") {
                kind = Kind::Array;
                self.lexer.next()?;
                if !self.lexer.is("]") {
                    return Err(bad(self));
                }
                self.lexer.next()?;
            }
            self.local(name, kind)?;
            if self.lexer.token == Token::Newline || self.lexer.is(";") {
                return Ok(());
            }
            if !self.lexer.is(",") {
                return Err(bad(self));
            }
        }
    }

    /// `{ ... }`; the first thing in a function's may be `auto`.
    fn block(&mut self) -> Result<(), Fault> {
        let outermost = self.defining && self.depth == 0;
        self.descend()?;
        loop {
            self.lexer.next()?;
            if self.lexer.token != Token::Newline {
                break;
            }
        }
        if outermost && self.lexer.token == Token::Keyword(Keyword::Auto) {
            self.auto()?;
        }
        while !self.lexer.is("}") {
            self.statement()?;
            if self.lexer.is("}") {
                break;
            }
            if !self.lexer.is(";") && self.lexer.token != Token::Newline {
                return Err(self.lexer.fault("bad statement terminator"));
            }
            self.lexer.next()?;
        }
        self.ascend();
        self.lexer.next()
    }

    fn statement(&mut self) -> Result<(), Fault> {
        match self.lexer.token {
            Token::Newline => Ok(()),
            Token::Number | Token::Name => self.expression(Role::Statement),
            Token::Text => {
                let text = std::mem::take(&mut self.lexer.value);
                self.emit(Step::PrintText(text.into()));
                self.lexer.next()
            }
            Token::Sign(";") => Ok(()),
            Token::Sign("{") => self.block(),
            Token::Sign("-" | "++" | "--" | "!" | "(") => self.expression(Role::Statement),
            Token::Keyword(keyword) => self.keyword(keyword),
            Token::Sign(_) | Token::End => Err(self.bad_token()),
        }
    }

    fn keyword(&mut self, keyword: Keyword) -> Result<(), Fault> {
        match keyword {
            Keyword::Ibase
            | Keyword::Last
            | Keyword::Length
            | Keyword::Obase
            | Keyword::Read
            | Keyword::Scale
            | Keyword::Sqrt => self.expression(Role::Statement),
            Keyword::Break | Keyword::Continue => self.leave(keyword == Keyword::Break),
            Keyword::For => self.for_loop(),
            Keyword::If => self.condition(),
            Keyword::While => self.while_loop(),
            Keyword::Halt => {
                self.emit(Step::Halt);
                self.lexer.next()
            }
            Keyword::Limits => {
                self.said.extend_from_slice(LIMITS);
                self.lexer.next()
            }
            // It ends the program when it is read, not when it runs.
            Keyword::Quit => Err(Fault::Quit),
            Keyword::Print => self.print(),
            Keyword::Return if !self.defining => Err(Fault::of("'return' not in a function")),
            Keyword::Return => self.give_back(),
            Keyword::Auto | Keyword::Define | Keyword::Else => Err(self.bad_token()),
        }
    }

    fn print(&mut self) -> Result<(), Fault> {
        loop {
            self.lexer.next()?;
            if self.lexer.token == Token::Text {
                let text = std::mem::take(&mut self.lexer.value);
                self.emit(Step::PrintString(text.into()));
                self.lexer.next()?;
            } else {
                self.expression(Role::Value)?;
                self.emit(Step::PrintPop);
            }
            if !self.lexer.is(",") {
                return Ok(());
            }
        }
    }

    fn give_back(&mut self) -> Result<(), Fault> {
        self.lexer.next()?;
        if self.lexer.token == Token::Newline || self.lexer.is(";") || self.lexer.is("}") {
            self.emit(Step::ReturnZero);
            return Ok(());
        }
        let opened = self.lexer.is("(");
        self.expression(Role::Value)?;
        if !opened || self.lexer.before != Token::Sign(")") {
            self.remark("POSIX requires parentheses around return expressions");
        }
        self.emit(Step::Return);
        Ok(())
    }

    fn leave(&mut self, breaks: bool) -> Result<(), Fault> {
        let at = self.function.code.len();
        let Some(innermost) = self.loops.last_mut() else { return Err(self.bad_token()) };
        if breaks {
            innermost.breaks.push(at)
        } else {
            innermost.continues.push(at)
        }
        self.emit(Step::Jump(0));
        self.lexer.next()
    }

    /// Where the next step comes to lie.
    fn here(&self) -> usize {
        self.function.code.len()
    }

    fn point(&mut self, jump: usize, target: usize) {
        match &mut self.function.code[jump] {
            Step::Jump(to) | Step::JumpIfZero(to) => *to = target,
            _ => {}
        }
    }

    /// The statement after a head: one newline may come before it.
    fn body(&mut self, head: &str) -> Result<(), Fault> {
        self.descend()?;
        self.lexer.next()?;
        if self.lexer.token == Token::Newline {
            self.lexer.next()?;
        }
        if self.lexer.token == Token::Newline {
            return Err(Fault::Message(bytes!("no statement after '{}'", head)));
        }
        self.statement()?;
        self.ascend();
        Ok(())
    }

    fn condition(&mut self) -> Result<(), Fault> {
        self.lexer.next()?;
        self.expect("(")?;
        self.expression(Role::Condition)?;
        if !self.lexer.is(")") {
            return Err(self.bad_token());
        }
        let mut jump = self.here();
        self.emit(Step::JumpIfZero(0));
        self.body("if")?;
        if self.lexer.token == Token::Keyword(Keyword::Else) {
            let end = self.here();
            self.emit(Step::Jump(0));
            self.point(jump, self.here());
            jump = end;
            self.body("else")?;
        }
        self.point(jump, self.here());
        Ok(())
    }

    fn while_loop(&mut self) -> Result<(), Fault> {
        self.lexer.next()?;
        self.expect("(")?;
        let start = self.here();
        self.expression(Role::Condition)?;
        if !self.lexer.is(")") {
            return Err(self.bad_token());
        }
        let out = self.here();
        self.emit(Step::JumpIfZero(0));
        self.looped("while")?;
        self.emit(Step::Jump(start));
        self.end_loop(out, start);
        Ok(())
    }

    fn looped(&mut self, head: &str) -> Result<(), Fault> {
        self.loops.push(Loop { breaks: Vec::new(), continues: Vec::new() });
        self.body(head)
    }

    /// Points the jumps of the innermost loop: out of it, and to its next turn.
    fn end_loop(&mut self, out: usize, next: usize) {
        let end = self.here();
        self.point(out, end);
        if let Some(done) = self.loops.pop() {
            done.breaks.into_iter().for_each(|jump| self.point(jump, end));
            done.continues.into_iter().for_each(|jump| self.point(jump, next));
        }
    }

    fn for_loop(&mut self) -> Result<(), Fault> {
        self.lexer.next()?;
        self.expect("(")?;
        if self.lexer.is(";") {
            self.lexer.not_posix("an empty init expression in 'for()'");
        } else {
            self.expression(Role::Value)?;
            self.emit(Step::Pop);
        }
        self.expect(";")?;
        let condition = self.here();
        if self.lexer.is(";") {
            self.emit(Step::Number(b"1".as_slice().into()));
            self.lexer.not_posix("an empty condition expression in 'for()'");
        } else {
            self.expression(Role::Condition)?;
        }
        self.expect(";")?;
        let out = self.here();
        self.emit(Step::JumpIfZero(0));
        let into = self.here();
        self.emit(Step::Jump(0));
        let update = self.here();
        if self.lexer.is(")") {
            self.lexer.not_posix("an empty update expression in 'for()'");
        } else {
            self.expression(Role::Value)?;
            if !self.lexer.is(")") {
                return Err(self.bad_token());
            }
            self.emit(Step::Pop);
        }
        self.emit(Step::Jump(condition));
        self.point(into, self.here());
        self.looped("for")?;
        self.emit(Step::Jump(update));
        self.end_loop(out, update);
        Ok(())
    }
}
