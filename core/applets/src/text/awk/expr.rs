//! Expressions, compiled as they are read.

use super::code::{Arith, Compare, Function, Op, Place, Source, Var};
use super::lexer::{EMPTY_SEQUENCE, Token, Word};
use super::parse::{Parsed, Parser};
use super::value::Value;

/// What has been read and not yet been turned into a value on the stack.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operand {
    /// It is on the stack.
    Value,
    /// A place; its subscript or field number is on the stack.
    Place(Place),
    /// A regular expression: matched with `$0` unless an operator wants it as it is.
    Regex(u32),
    /// That many values in parentheses.
    Group(u32),
}

impl Parser<'_> {
    /// An expression as a value on the stack.
    pub(super) fn value(&mut self) -> Parsed<()> {
        let operand = self.expression()?;
        self.force(operand)
    }

    fn force(&mut self, operand: Operand) -> Parsed<()> {
        match operand {
            Operand::Value => {}
            Operand::Place(place) => {
                self.emit(Op::Load(place));
            }
            Operand::Regex(index) => {
                self.emit(Op::MatchRecord(index));
            }
            Operand::Group(_) => return self.unexpected(),
        }
        Ok(())
    }

    /// The arguments of print: a list, which may stand in parentheses.
    pub(super) fn print_arguments(&mut self) -> Parsed<u32> {
        let first = self.expression()?;
        if let Operand::Group(count) = first {
            return Ok(count);
        }
        self.force(first)?;
        let mut count = 1;
        while self.take(",")? {
            self.newlines()?;
            self.value()?;
            count += 1;
        }
        Ok(count)
    }

    /// `[a, b]` as one subscript on the stack.
    pub(super) fn subscripts(&mut self) -> Parsed<()> {
        self.expect("[")?;
        let outer = std::mem::take(&mut self.printing);
        let count = self.list()?;
        self.printing = outer;
        self.expect("]")?;
        if count > 1 {
            self.emit(Op::Subscript(count));
        }
        Ok(())
    }

    fn list(&mut self) -> Parsed<u32> {
        let mut count = 0;
        loop {
            self.newlines()?;
            self.value()?;
            count += 1;
            self.newlines()?;
            if !self.take(",")? {
                return Ok(count);
            }
        }
    }

    fn expression(&mut self) -> Parsed<Operand> {
        self.nested(Self::ternary)
    }

    fn ternary(&mut self) -> Parsed<Operand> {
        let condition = self.or()?;
        if !self.is("?") {
            return Ok(condition);
        }
        self.force(condition)?;
        self.advance()?;
        let otherwise = self.emit(Op::JumpIfFalse(0));
        self.newlines()?;
        self.value()?;
        self.newlines()?;
        self.expect(":")?;
        self.newlines()?;
        let end = self.emit(Op::Jump(0));
        self.patch(otherwise);
        self.value()?;
        self.patch(end);
        Ok(Operand::Value)
    }

    fn or(&mut self) -> Parsed<Operand> {
        let mut left = self.and()?;
        // In print's arguments busybox takes `||` for a pipe.
        while self.is("||") && !self.printing {
            left = self.shortcut(left, true, Self::and)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed<Operand> {
        let mut left = self.membership()?;
        while self.is("&&") {
            left = self.shortcut(left, false, Self::membership)?;
        }
        Ok(left)
    }

    fn shortcut(
        &mut self,
        left: Operand,
        decided_by: bool,
        right: fn(&mut Self) -> Parsed<Operand>,
    ) -> Parsed<Operand> {
        self.force(left)?;
        self.advance()?;
        self.newlines()?;
        let decided = self.emit(if decided_by { Op::JumpIfTrue(0) } else { Op::JumpIfFalse(0) });
        let right = right(self)?;
        self.force(right)?;
        self.emit(Op::ToTruth);
        let end = self.emit(Op::Jump(0));
        self.patch(decided);
        self.constant(Value::truth(decided_by));
        self.patch(end);
        Ok(Operand::Value)
    }

    fn membership(&mut self) -> Parsed<Operand> {
        let mut left = self.matching()?;
        while self.token == Token::Word(Word::In) {
            match left {
                Operand::Group(count) => {
                    self.emit(Op::Subscript(count));
                }
                other => self.force(other)?,
            }
            self.advance()?;
            let Token::Name(name) = &self.token else { return self.unexpected() };
            let name = name.clone();
            self.advance()?;
            let var = self.var(&name);
            self.emit(Op::In(var));
            left = Operand::Value;
        }
        Ok(left)
    }

    fn matching(&mut self) -> Parsed<Operand> {
        let mut left = self.comparison()?;
        while self.is("~") || self.is("!~") {
            let negate = self.is("!~");
            self.force(left)?;
            self.advance()?;
            let right = self.comparison()?;
            self.regex_operand(right)?;
            self.emit(Op::Match { negate });
            left = Operand::Value;
        }
        Ok(left)
    }

    /// Leaves a regular expression as it is.
    fn regex_operand(&mut self, operand: Operand) -> Parsed<()> {
        match operand {
            Operand::Regex(index) => {
                self.emit(Op::Regex(index));
                Ok(())
            }
            other => self.force(other),
        }
    }

    fn comparison(&mut self) -> Parsed<Operand> {
        let mut left = self.concatenation()?;
        loop {
            let compare = match self.token {
                Token::Mark("<") => Compare::Less,
                Token::Mark("<=") => Compare::LessEqual,
                Token::Mark("==") => Compare::Equal,
                Token::Mark("!=") => Compare::NotEqual,
                Token::Mark(">=") => Compare::GreaterEqual,
                Token::Mark(">") if !self.printing => Compare::Greater,
                Token::Mark("|") if self.lexer.clone().next()? == Token::Word(Word::Getline) => {
                    self.force(left)?;
                    self.advance()?;
                    self.advance()?;
                    let place = self.getline_place()?;
                    self.emit(Op::Getline { source: Source::Command, place });
                    left = Operand::Value;
                    continue;
                }
                _ => return Ok(left),
            };
            self.force(left)?;
            self.advance()?;
            let right = self.concatenation()?;
            self.force(right)?;
            self.emit(Op::Compare(compare));
            left = Operand::Value;
        }
    }

    fn begins_operand(&self) -> bool {
        match &self.token {
            Token::Number(_) | Token::Text(_) | Token::Name(_) | Token::Call(_) | Token::Function(_) => true,
            Token::Mark(mark) => matches!(*mark, "$" | "(" | "!" | "++" | "--" | "-" | "+"),
            _ => false,
        }
    }

    fn concatenation(&mut self) -> Parsed<Operand> {
        let mut left = self.additive()?;
        while self.begins_operand() {
            self.force(left)?;
            let right = self.additive()?;
            self.force(right)?;
            self.emit(Op::Concat);
            left = Operand::Value;
        }
        Ok(left)
    }

    fn additive(&mut self) -> Parsed<Operand> {
        let mut left = self.multiplicative()?;
        loop {
            let arith = match self.token {
                Token::Mark("+") => Arith::Add,
                Token::Mark("-") => Arith::Sub,
                _ => return Ok(left),
            };
            left = self.arithmetic(left, arith, Self::multiplicative)?;
        }
    }

    fn multiplicative(&mut self) -> Parsed<Operand> {
        let mut left = self.unary()?;
        loop {
            let arith = match self.token {
                Token::Mark("*") => Arith::Mul,
                Token::Mark("/") => Arith::Div,
                Token::Mark("%") => Arith::Mod,
                _ => return Ok(left),
            };
            left = self.arithmetic(left, arith, Self::unary)?;
        }
    }

    fn arithmetic(
        &mut self,
        left: Operand,
        arith: Arith,
        right: fn(&mut Self) -> Parsed<Operand>,
    ) -> Parsed<Operand> {
        self.force(left)?;
        self.advance()?;
        let right = right(self)?;
        self.force(right)?;
        self.emit(Op::Arith(arith));
        Ok(Operand::Value)
    }

    fn unary(&mut self) -> Parsed<Operand> {
        let op = match self.token {
            Token::Mark("!") => Op::Not,
            Token::Mark("-") => Op::Negate,
            Token::Mark("+") => Op::ToNumber,
            _ => return self.power(),
        };
        self.advance()?;
        let operand = self.nested(Self::unary)?;
        self.force(operand)?;
        self.emit(op);
        Ok(Operand::Value)
    }

    /// Powers, which busybox takes from the left.
    fn power(&mut self) -> Parsed<Operand> {
        let mut left = self.postfix()?;
        while self.is("^") {
            left = self.nested(|parser| parser.arithmetic(left, Arith::Pow, Self::exponent))?;
        }
        Ok(left)
    }

    fn exponent(&mut self) -> Parsed<Operand> {
        if self.is("-") || self.is("+") || self.is("!") { self.unary() } else { self.postfix() }
    }

    fn postfix(&mut self) -> Parsed<Operand> {
        let operand = self.primary()?;
        let Operand::Place(place) = operand else { return Ok(operand) };
        let arith = match self.token {
            Token::Mark(mark @ ("++" | "--")) => {
                self.advance()?;
                self.emit(Op::Increment { place, by: if mark == "++" { 1.0 } else { -1.0 }, post: true });
                return Ok(Operand::Value);
            }
            Token::Mark("=") => None,
            Token::Mark("+=") => Some(Arith::Add),
            Token::Mark("-=") => Some(Arith::Sub),
            Token::Mark("*=") => Some(Arith::Mul),
            Token::Mark("/=") => Some(Arith::Div),
            Token::Mark("%=") => Some(Arith::Mod),
            Token::Mark("^=") => Some(Arith::Pow),
            _ => return Ok(operand),
        };
        self.advance()?;
        self.newlines()?;
        if arith.is_some() {
            if matches!(place, Place::Field | Place::Element(_)) {
                self.emit(Op::Dup);
            }
            self.emit(Op::Load(place));
        }
        self.value()?;
        if let Some(arith) = arith {
            self.emit(Op::Arith(arith));
        }
        self.emit(Op::Store(place));
        Ok(Operand::Value)
    }

    fn primary(&mut self) -> Parsed<Operand> {
        let token = std::mem::replace(&mut self.token, Token::End);
        match token {
            Token::Number(number) => {
                self.advance()?;
                self.constant(Value::Num(number));
            }
            Token::Text(text) => {
                self.advance()?;
                self.constant(Value::string(text));
            }
            Token::Name(name) => {
                self.advance()?;
                if self.is("[") {
                    self.subscripts()?;
                    return Ok(Operand::Place(Place::Element(self.var(&name))));
                }
                if self.is("(") && self.functions.contains_key(&name) {
                    self.call(name)?;
                    return Ok(Operand::Value);
                }
                return Ok(Operand::Place(self.place(&name)));
            }
            Token::Call(name) => {
                self.advance()?;
                self.call(name)?;
            }
            Token::Function(which) => {
                self.advance()?;
                self.built_in(which)?;
            }
            Token::Word(Word::Getline) => {
                self.advance()?;
                self.getline()?;
            }
            Token::Mark(mark) => return self.marked(mark),
            other => {
                self.token = other;
                return self.unexpected();
            }
        }
        Ok(Operand::Value)
    }

    /// A primary expression that begins with a mark, which is still to be taken.
    fn marked(&mut self, mark: &'static str) -> Parsed<Operand> {
        match mark {
            "/" | "/=" => {
                let text = self.lexer.regex(&mark[1..])?;
                self.advance()?;
                Ok(Operand::Regex(self.regex(text)?))
            }
            "$" => {
                self.advance()?;
                let operand = self.nested(|parser| {
                    if parser.is("-") || parser.is("+") || parser.is("!") {
                        parser.unary()
                    } else {
                        parser.primary()
                    }
                })?;
                self.force(operand)?;
                Ok(Operand::Place(Place::Field))
            }
            "++" | "--" => {
                self.advance()?;
                let Operand::Place(place) = self.primary()? else { return self.unexpected() };
                self.emit(Op::Increment { place, by: if mark == "++" { 1.0 } else { -1.0 }, post: false });
                Ok(Operand::Value)
            }
            "(" => {
                self.advance()?;
                if self.is(")") {
                    return Err(self.lexer.error(EMPTY_SEQUENCE));
                }
                let outer = std::mem::take(&mut self.printing);
                let count = self.list()?;
                self.printing = outer;
                self.expect(")")?;
                Ok(if count == 1 { Operand::Value } else { Operand::Group(count) })
            }
            mark => {
                self.token = Token::Mark(mark);
                self.unexpected()
            }
        }
    }

    fn getline_place(&mut self) -> Parsed<Option<Place>> {
        if !matches!(self.token, Token::Name(_) | Token::Mark("$")) {
            return Ok(None);
        }
        match self.primary()? {
            Operand::Place(place) => Ok(Some(place)),
            _ => self.unexpected(),
        }
    }

    fn getline(&mut self) -> Parsed<()> {
        let place = self.getline_place()?;
        let source = if self.take("<")? {
            let file = self.additive()?;
            self.force(file)?;
            Source::File
        } else {
            Source::Main
        };
        self.emit(Op::Getline { source, place });
        Ok(())
    }

    /// Opens the parentheses of arguments.
    fn arguments<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.expect("(")?;
        let outer = std::mem::take(&mut self.printing);
        let parsed = parse(self)?;
        self.printing = outer;
        self.newlines()?;
        self.expect(")")?;
        Ok(parsed)
    }

    fn call(&mut self, name: bstr::BString) -> Parsed<()> {
        let function = self.function(name);
        let arguments = self.arguments(|parser| {
            let mut count = 0;
            parser.newlines()?;
            while !parser.is(")") {
                match parser.expression()? {
                    Operand::Place(Place::Var(var)) => {
                        parser.emit(Op::Argument(var));
                    }
                    other => parser.force(other)?,
                }
                count += 1;
                if !parser.take(",")? {
                    break;
                }
                parser.newlines()?;
            }
            Ok(count)
        })?;
        self.emit(Op::Call { function, arguments });
        Ok(())
    }

    fn built_in(&mut self, which: Function) -> Parsed<()> {
        if which == Function::Length {
            return self.length();
        }
        if matches!(which, Function::Sub | Function::Gsub) {
            return self.substitute(which == Function::Gsub);
        }
        if which == Function::Split {
            return self.split();
        }
        let (least, most) = arity(which);
        let wants_regex = |index: u32| matches!((which, index), (Function::Match, 1) | (Function::Gensub, 0));
        let count = self.arguments(|parser| {
            let mut count = 0;
            parser.newlines()?;
            while !parser.is(")") {
                let operand = parser.expression()?;
                if wants_regex(count) {
                    parser.regex_operand(operand)?
                } else {
                    parser.force(operand)?
                }
                count += 1;
                if !parser.take(",")? {
                    break;
                }
                parser.newlines()?;
            }
            Ok(count)
        })?;
        if self.check_count(count, least, most) {
            self.emit(Op::Function { which, arguments: count });
        }
        Ok(())
    }

    /// Whether the count of arguments is good; a call with another one fails when it is reached.
    fn check_count(&mut self, count: u32, least: u32, most: u32) -> bool {
        let good = (least..=most).contains(&count);
        if !good {
            self.emit(Op::Miscall { few: count < least });
        }
        good
    }

    fn length(&mut self) -> Parsed<()> {
        if !self.is("(") {
            self.emit(Op::Function { which: Function::Length, arguments: 0 });
            return Ok(());
        }
        let (count, array) = self.arguments(|parser| {
            if parser.is(")") {
                return Ok((0, None));
            }
            let operand = parser.expression()?;
            if let (Operand::Place(Place::Var(var)), false) = (operand, parser.is(",")) {
                return Ok((1, Some(var)));
            }
            parser.force(operand)?;
            let mut count = 1;
            while parser.take(",")? {
                parser.value()?;
                count += 1;
            }
            Ok((count, None))
        })?;
        if let Some(var) = array {
            self.emit(Op::LengthOf(var));
        } else if self.check_count(count, 0, 1) {
            self.emit(Op::Function { which: Function::Length, arguments: count });
        }
        Ok(())
    }

    /// `sub(regex, replacement [, place])`: what is no place is changed and forgotten.
    fn substitute(&mut self, global: bool) -> Parsed<()> {
        let place = self.arguments(|parser| {
            if parser.is(")") {
                parser.check_count(0, 2, 3);
                return Ok(Place::Field);
            }
            let regex = parser.expression()?;
            parser.regex_operand(regex)?;
            if !parser.take(",")? {
                parser.check_count(1, 2, 3);
                return Ok(Place::Field);
            }
            parser.newlines()?;
            parser.value()?;
            if !parser.take(",")? {
                parser.constant(Value::Num(0.0));
                return Ok(Place::Field);
            }
            parser.newlines()?;
            match parser.expression()? {
                Operand::Place(place) => Ok(place),
                other => {
                    // A text of its own: kept in a variable that no program can name.
                    parser.force(other)?;
                    let scratch = Place::Var(Var::Global(parser.global(b" scratch")));
                    parser.emit(Op::Store(scratch));
                    parser.emit(Op::Pop);
                    Ok(scratch)
                }
            }
        })?;
        self.emit(Op::Substitute { global, place });
        Ok(())
    }

    fn split(&mut self) -> Parsed<()> {
        let (array, separator) = self.arguments(|parser| {
            let scratch = Var::Global(0);
            if parser.is(")") {
                parser.check_count(0, 2, 3);
                return Ok((scratch, false));
            }
            parser.value()?;
            if !parser.take(",")? {
                parser.check_count(1, 2, 3);
                return Ok((scratch, false));
            }
            parser.newlines()?;
            let Token::Name(name) = &parser.token else { return parser.unexpected() };
            let name = name.clone();
            parser.advance()?;
            let array = parser.var(&name);
            let separator = parser.take(",")?;
            if separator {
                parser.newlines()?;
                let operand = parser.expression()?;
                parser.regex_operand(operand)?;
            }
            Ok((array, separator))
        })?;
        self.emit(Op::Split { array, separator });
        Ok(())
    }
}

/// The least and the most arguments of a function.
fn arity(which: Function) -> (u32, u32) {
    match which {
        Function::Rand | Function::Systime => (0, 0),
        Function::Srand | Function::Fflush => (0, 1),
        Function::Close | Function::Compl | Function::Cos | Function::Exp | Function::Int => (1, 1),
        Function::Log | Function::Sin | Function::Sqrt | Function::System | Function::Mktime => (1, 1),
        Function::Tolower | Function::Toupper => (1, 1),
        Function::Strftime => (0, 3),
        Function::Substr => (2, 3),
        Function::Gensub => (3, 4),
        Function::Sprintf => (1, u32::MAX),
        _ => (2, 2),
    }
}
