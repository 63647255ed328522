//! Command-line flags with the semantics and the messages of pflag, which docker's client uses.

mod help;
mod parse;

pub(crate) use help::describe;
pub(crate) use parse::{FlagError, Matches, parse, parse_bool};

/// A flag of a command: one row of the command's table.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// Long name without dashes.
    pub long: &'static str,
    /// One-letter name.
    pub short: Option<char>,
    /// What it takes.
    pub kind: FlagKind,
    /// One line of help, in our own words.
    pub help: &'static str,
}

/// What values a flag takes.
#[derive(Clone, Copy, Debug)]
pub enum FlagKind {
    /// Nothing, or `=true`/`=false`.
    Switch {
        /// Its value when absent.
        default: bool,
    },
    /// One value; the last wins.
    Text,
    /// A whole number.
    Number {
        /// Its value when absent.
        default: i64,
    },
    /// A value each time it is given.
    List,
    /// As `List`, and each value is checked; the error is shown after `invalid argument`.
    Checked(fn(&str) -> Result<(), String>),
}

/// A switch that is off by default.
pub(crate) const fn switch(long: &'static str, short: Option<char>, help: &'static str) -> Flag {
    Flag { long, short, kind: FlagKind::Switch { default: false }, help }
}

/// A flag with one value.
pub(crate) const fn text(long: &'static str, short: Option<char>, help: &'static str) -> Flag {
    Flag { long, short, kind: FlagKind::Text, help }
}

/// A flag whose values are looked at before the command is.
pub(crate) const fn checked(
    long: &'static str,
    short: Option<char>,
    check: fn(&str) -> Result<(), String>,
    help: &'static str,
) -> Flag {
    Flag { long, short, kind: FlagKind::Checked(check), help }
}

/// A flag with a number.
pub(crate) const fn number(long: &'static str, short: Option<char>, help: &'static str) -> Flag {
    Flag { long, short, kind: FlagKind::Number { default: 0 }, help }
}

/// A flag that can be given many times.
pub(crate) const fn list(long: &'static str, short: Option<char>, help: &'static str) -> Flag {
    Flag { long, short, kind: FlagKind::List, help }
}
