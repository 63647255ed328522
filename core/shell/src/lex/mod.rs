//! From bytes to tokens.

mod dollar;
mod heredoc;
mod input;
mod operator;
mod quote;
mod token;
mod word;

pub(crate) use heredoc::PendingHere;
pub(crate) use input::Input;
pub use input::OpenAliases;
pub(crate) use token::{RedirectKind, RedirectToken, Token, is_keyword};
