//! Tokens into an expression: precedence climbing, bounded in length and depth.

use diag::Span;

use super::{
    ExprError,
    ast::{Ast, Kind, Operator},
    lex::{Token, tokens},
};

/// Bytes of one expression.
pub(super) const MAX_LENGTH: usize = 4 * 1024;
/// Parentheses, lists and arguments within one another.
pub(super) const MAX_DEPTH: usize = 32;
/// Calls in a row, operators in a row.
const MAX_CHAIN: usize = 64;
/// How strongly `not` binds: below comparisons, above `and`.
const NOT: u8 = 3;

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Ast, ExprError> {
    if text.len() > MAX_LENGTH {
        let message = format!("an expression of {} bytes exceeds the limit of {MAX_LENGTH}", text.len());
        return Err(ExprError::new(Span::of(0..text.len()), message, ""));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, end: text.len() };
    let ast = parser.binary(0)?;
    match parser.peek() {
        None => Ok(ast),
        Some(_) => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser<'t> {
    tokens: &'t [(Token, Span)],
    at: usize,
    depth: usize,
    end: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    /// The place of the next token, or the end.
    fn here(&self) -> Span {
        self.tokens.get(self.at).map_or(Span::of(self.end..self.end), |(_, span)| *span)
    }

    fn unexpected(&self, expected: &str) -> ExprError {
        let found = match self.peek() {
            None => "the expression ends too early".to_owned(),
            Some(Token::Word(word)) => format!("{word:?} cannot stand here"),
            Some(Token::Int(number)) => format!("the number {number} cannot stand here"),
            Some(Token::Text(text)) => format!("the text {text:?} cannot stand here"),
            Some(Token::Sign(sign)) => format!("\"{sign}\" cannot stand here"),
        };
        ExprError::new(self.here(), found, expected)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.at += usize::from(found);
        found
    }

    fn needs(&mut self, sign: &str, expected: &str) -> Result<(), ExprError> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        let text = match self.peek()? {
            Token::Word(word) => word.as_str(),
            Token::Sign(sign) => sign,
            _ => return None,
        };
        Operator::ALL
            .iter()
            .find(|(_, known, _)| *known == text)
            .map(|(operator, _, power)| (*operator, *power))
    }

    /// Counts one level down; refuses more than the limit.
    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, ExprError>) -> Result<T, ExprError> {
        if self.depth == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} levels (limit of an expression)");
            return Err(ExprError::new(self.here(), message, ""));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn chained(&self, links: usize) -> Result<(), ExprError> {
        if links < MAX_CHAIN {
            return Ok(());
        }
        Err(ExprError::new(
            self.here(),
            format!("more than {MAX_CHAIN} in a row (limit of an expression)"),
            "",
        ))
    }

    fn binary(&mut self, above: u8) -> Result<Ast, ExprError> {
        let mut left = self.unary()?;
        let mut links = 0;
        while let Some((operator, power)) = self.operator().filter(|(_, power)| *power > above) {
            self.chained(links)?;
            links += 1;
            self.at += 1;
            let right = self.deeper(|parser| parser.binary(power))?;
            let span = left.span.join(right.span);
            let kind = Kind::Binary { operator, left: Box::new(left), right: Box::new(right) };
            left = Ast { kind, span };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Ast, ExprError> {
        if !matches!(self.peek(), Some(Token::Word(word)) if word == "not") {
            return self.postfix();
        }
        let start = self.here();
        self.at += 1;
        let inner = self.deeper(|parser| parser.binary(NOT))?;
        Ok(Ast { span: start.join(inner.span), kind: Kind::Not(Box::new(inner)) })
    }

    fn postfix(&mut self) -> Result<Ast, ExprError> {
        let mut ast = self.primary()?;
        let mut links = 0;
        while self.takes(".") {
            self.chained(links)?;
            links += 1;
            ast = self.member(Some(ast))?;
        }
        Ok(ast)
    }

    fn primary(&mut self) -> Result<Ast, ExprError> {
        let span = self.here();
        let kind = match self.peek() {
            Some(Token::Int(number)) => Kind::Int(*number),
            Some(Token::Text(text)) => Kind::Text(text.clone()),
            Some(Token::Word(word)) if word == "true" || word == "false" => Kind::Bool(word == "true"),
            Some(Token::Word(_)) if self.operator().is_none() => return self.member(None),
            Some(Token::Sign("(")) => {
                self.at += 1;
                let inner = self.deeper(|parser| parser.binary(0))?;
                self.needs(")", "an operator or \")\"")?;
                return Ok(inner);
            }
            Some(Token::Sign("[")) => {
                self.at += 1;
                let items = self.deeper(|parser| parser.items("]"))?;
                let end = self.tokens[self.at - 1].1;
                return Ok(Ast { kind: Kind::List(items), span: span.join(end) });
            }
            _ => {
                return Err(self
                    .unexpected("a value: a name, a number, a text, a list in [ ] or an expression in ( )"));
            }
        };
        self.at += 1;
        Ok(Ast { kind, span })
    }

    /// A name with its arguments.
    fn member(&mut self, receiver: Option<Ast>) -> Result<Ast, ExprError> {
        let name_span = self.here();
        let name = match self.peek() {
            Some(Token::Word(word)) => word.clone(),
            _ => return Err(self.unexpected("a name")),
        };
        self.at += 1;
        let arguments = if self.takes("(") { self.deeper(|parser| parser.items(")"))? } else { Vec::new() };
        let end = self.tokens[self.at - 1].1;
        let span = receiver.as_ref().map_or(name_span, |receiver| receiver.span).join(end);
        let receiver = receiver.map(Box::new);
        Ok(Ast { kind: Kind::Member { receiver, name, name_span, arguments }, span })
    }

    /// Expressions between commas, up to and with the closing sign.
    fn items(&mut self, close: &str) -> Result<Vec<Ast>, ExprError> {
        let mut items = Vec::new();
        if self.takes(close) {
            return Ok(items);
        }
        loop {
            items.push(self.binary(0)?);
            if self.takes(close) {
                return Ok(items);
            }
            self.needs(",", &format!("\",\" or \"{close}\""))?;
        }
    }
}
