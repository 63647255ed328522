//! An expression with its types: every name is known, every argument fits.

use diag::Span;

use super::{
    ExprError, Operator,
    ast::{Ast, Kind},
    members::{self, Member},
    parse::parse,
    value::{Type, Value},
};

/// A checked expression.
#[derive(Clone, Debug)]
pub struct Expr {
    pub(super) source: String,
    pub(super) root: Typed,
}

/// A node with its type and its own text.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) kind: Form,
    pub(super) ty: Type,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Form {
    Constant(Box<Value>),
    List(Vec<Typed>),
    Call { member: &'static Member, receiver: Option<Box<Typed>>, arguments: Vec<Typed> },
    Not(Box<Typed>),
    Binary { operator: Operator, left: Box<Typed>, right: Box<Typed> },
}

impl Expr {
    /// Reads an expression.
    ///
    /// # Errors
    /// Text that is none, an unknown name, an argument or operand of the wrong type, a limit.
    pub fn parse(text: &str) -> Result<Expr, ExprError> {
        let root = check(&parse(text)?)?;
        Ok(Expr { source: text.to_owned(), root })
    }

    /// The same, of which the value must be true or false.
    ///
    /// # Errors
    /// See [`Expr::parse`]; an expression of another type.
    pub fn parse_predicate(text: &str) -> Result<Expr, ExprError> {
        let expr = Expr::parse(text)?;
        match expr.ty() {
            Type::Bool => Ok(expr),
            other => {
                let message = format!("this is {}", other.described());
                Err(ExprError::new(
                    expr.root.span,
                    message,
                    "a comparison, or something that is true or false",
                ))
            }
        }
    }

    /// The same, of which the value can be shown: a number, a text, a list, true or false.
    ///
    /// # Errors
    /// See [`Expr::parse`]; an expression of another type.
    pub fn parse_shown(text: &str) -> Result<Expr, ExprError> {
        let expr = Expr::parse(text)?;
        match expr.ty() {
            Type::Bool | Type::Int | Type::Text | Type::Texts => Ok(expr),
            other => {
                let message = format!("this is {}", other.described());
                Err(ExprError::new(expr.root.span, message, "a number, a text, a list, or true or false"))
            }
        }
    }

    /// Its type.
    pub fn ty(&self) -> Type {
        self.root.ty
    }

    /// As it was written.
    pub fn source(&self) -> &str {
        &self.source
    }
}

fn check(ast: &Ast) -> Result<Typed, ExprError> {
    let span = ast.span;
    let (kind, ty) = match &ast.kind {
        Kind::Bool(value) => (Form::Constant(Box::new(Value::Bool(*value))), Type::Bool),
        Kind::Int(value) => (Form::Constant(Box::new(Value::Int(*value))), Type::Int),
        Kind::Text(text) => (Form::Constant(Box::new(Value::Text(text.clone()))), Type::Text),
        Kind::List(items) => {
            let items = items.iter().map(|item| wants(item, Type::Text)).collect::<Result<_, _>>()?;
            (Form::List(items), Type::Texts)
        }
        Kind::Not(inner) => (Form::Not(Box::new(wants(inner, Type::Bool)?)), Type::Bool),
        Kind::Binary { operator, left, right } => binary(*operator, check(left)?, check(right)?)?,
        Kind::Member { receiver, name, name_span, arguments } => {
            let receiver = receiver.as_deref().map(check).transpose()?;
            call(receiver, name, *name_span, arguments)?
        }
    };
    Ok(Typed { kind, ty, span })
}

fn wants(ast: &Ast, ty: Type) -> Result<Typed, ExprError> {
    let typed = check(ast)?;
    if typed.ty == ty { Ok(typed) } else { Err(wrong(&typed, ty.described())) }
}

fn wrong(typed: &Typed, expected: &str) -> ExprError {
    ExprError::new(typed.span, format!("this is {}", typed.ty.described()), expected)
}

fn call(
    receiver: Option<Typed>,
    name: &str,
    name_span: Span,
    arguments: &[Ast],
) -> Result<(Form, Type), ExprError> {
    let on = receiver.as_ref().map(|receiver| receiver.ty);
    let Some(member) = members::find(on, name) else { return Err(unknown(on, name, name_span)) };
    let wanted = member.parameters;
    if arguments.len() > wanted.len() {
        let extra = &arguments[wanted.len()];
        let message = format!("{name} takes {} arguments, and not {}", wanted.len(), arguments.len());
        return Err(ExprError::new(extra.span, message, ""));
    }
    if let Some(missing) = wanted.get(arguments.len()).filter(|parameter| !parameter.optional) {
        let expected = format!("{} ({})", missing.ty.described(), missing.name);
        return Err(ExprError::new(name_span, format!("{name} needs an argument more"), &expected));
    }
    let arguments = arguments
        .iter()
        .zip(wanted)
        .map(|(argument, parameter)| wants(argument, parameter.ty))
        .collect::<Result<_, _>>()?;
    Ok((Form::Call { member, receiver: receiver.map(Box::new), arguments }, member.result))
}

fn unknown(on: Option<Type>, name: &str, span: Span) -> ExprError {
    let known: Vec<&str> = members::of(on).map(|member| member.name).collect();
    let owner = on.map_or("a lesson".to_owned(), |ty| ty.described().to_owned());
    if known.is_empty() {
        return ExprError::new(span, format!("{owner} has nothing named {name:?}"), "an operator");
    }
    ExprError::new(
        span,
        format!("{owner} has nothing named {name:?}"),
        &format!("one of {}", known.join(", ")),
    )
}

fn binary(operator: Operator, left: Typed, right: Typed) -> Result<(Form, Type), ExprError> {
    let plain = |ty| matches!(ty, Type::Bool | Type::Int | Type::Text | Type::Texts);
    let result = match operator {
        Operator::Or | Operator::And => {
            both(&left, &right, Type::Bool)?;
            Type::Bool
        }
        Operator::Equal | Operator::Unequal if !plain(left.ty) => {
            return Err(wrong(&left, "a number, a text, a list, or true or false"));
        }
        Operator::Equal | Operator::Unequal => {
            both(&left, &right, left.ty)?;
            Type::Bool
        }
        Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast => {
            both(&left, &right, Type::Int)?;
            Type::Bool
        }
        Operator::Has | Operator::Matches => {
            if !matches!(left.ty, Type::Text | Type::Texts) {
                return Err(wrong(&left, "a text or a list of texts"));
            }
            both(&right, &right, Type::Text)?;
            Type::Bool
        }
        Operator::Plus | Operator::Minus => {
            both(&left, &right, Type::Int)?;
            Type::Int
        }
    };
    Ok((Form::Binary { operator, left: Box::new(left), right: Box::new(right) }, result))
}

fn both(left: &Typed, right: &Typed, ty: Type) -> Result<(), ExprError> {
    match [left, right].into_iter().find(|side| side.ty != ty) {
        Some(side) => Err(wrong(side, ty.described())),
        None => Ok(()),
    }
}
