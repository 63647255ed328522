//! Everything that an expression can name, one row each.

mod build;
mod container;
mod file;
mod image;
mod layer;
mod leaks;
mod project;
mod roots;
mod text;

use super::value::{Absent, Seen, Type, Value};
use crate::Scene;

/// A name of the language: where it stands, what it takes and gives.
#[derive(Debug)]
pub struct Member {
    /// The type before the dot; none for a name that stands alone.
    pub on: Option<Type>,
    /// The name.
    pub name: &'static str,
    /// What it takes; optional ones come last.
    pub parameters: &'static [Parameter],
    /// What it gives.
    pub result: Type,
    /// What that is, one line.
    pub about: &'static str,
    pub(super) get: fn(&Call<'_>) -> Result<Seen, Absent>,
}

/// A parameter of a name.
#[derive(Debug)]
pub struct Parameter {
    /// Its name, for messages.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Whether it can be left out.
    pub optional: bool,
}

impl Parameter {
    const fn text(name: &'static str) -> Parameter {
        Parameter { name, ty: Type::Text, optional: false }
    }

    const fn optional(name: &'static str) -> Parameter {
        Parameter { name, ty: Type::Text, optional: true }
    }
}

/// A use of a name.
pub(super) struct Call<'c> {
    pub(super) scene: &'c Scene<'c>,
    /// The value before the dot.
    pub(super) on: &'c Value,
    /// Where that came from.
    pub(super) from: &'c str,
    pub(super) arguments: &'c [Value],
}

impl Call<'_> {
    /// A text argument; empty where it was left out.
    fn text(&self, number: usize) -> &str {
        match self.arguments.get(number) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// A value before the dot that the types rule out.
    fn impossible(&self) -> Absent {
        Absent::new(format!("{} is of another type", self.on), self.from)
    }
}

/// The tables, in the order of the reference.
const TABLES: [&[Member]; 8] = [
    roots::ROWS,
    image::ROWS,
    file::ROWS,
    layer::ROWS,
    build::ROWS,
    container::ROWS,
    project::ROWS,
    text::ROWS,
];

/// All names of the language.
pub fn members() -> impl Iterator<Item = &'static Member> {
    TABLES.iter().copied().flatten()
}

/// The names that can follow a type.
pub(super) fn of(on: Option<Type>) -> impl Iterator<Item = &'static Member> {
    members().filter(move |member| member.on == on)
}

pub(super) fn find(on: Option<Type>, name: &str) -> Option<&'static Member> {
    of(on).find(|member| member.name == name)
}

/// A row of a table.
const fn row(
    on: Type,
    name: &'static str,
    parameters: &'static [Parameter],
    result: Type,
    about: &'static str,
    get: fn(&Call<'_>) -> Result<Seen, Absent>,
) -> Member {
    Member { on: Some(on), name, parameters, result, about, get }
}
