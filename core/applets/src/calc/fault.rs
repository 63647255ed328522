//! Why a program does not go on.

use bstr::BString;
use kernel::Exit;

use super::decimal::MathError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The text ends in the middle; more may come.
    Incomplete,
    /// The program asked for its end.
    Quit,
    /// To be printed.
    Message(BString),
    /// The reason has been printed.
    Exit(Exit),
}

impl Fault {
    pub(super) fn of(message: &str) -> Fault {
        Fault::Message(message.into())
    }
}

impl From<MathError> for Fault {
    fn from(error: MathError) -> Fault {
        Fault::Message(error.to_string().into())
    }
}
