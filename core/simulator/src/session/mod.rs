//! A session as what was done: since the simulation is deterministic, doing it again leads to the same state anywhere.
//! The browser's journal and link are the same ones.

mod entry;
mod files;
mod player;
mod token;

pub use entry::{Entry, Session};
pub use player::{Played, Player};
pub use token::{ENTRIES_MAX, TEXT_MAX, TokenError, from_text, to_token};
