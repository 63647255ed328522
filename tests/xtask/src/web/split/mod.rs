//! Splits a module in two: the first part has the code that a profile has seen running, the rest comes when something
//! in it is called.
//!
//! Both parts share memory, globals and the table of functions. Whatever the first part calls beyond itself, it calls by a slot of
//! that table: an empty slot means that the rest is not there, and the import named [`MORE`] has to bring it before it returns.
//! The rest calls the first part by the table too, so that nothing but the table has to be exported. It brings data along too:
//! what nobody reads who has not had the rest brought.

mod body;
mod data;
mod first;
mod listing;
mod outline;
mod parsed;
mod plan;
mod rest;
mod watch;

use std::collections::BTreeSet;

use wasm_encoder::{Module, RawSection, SectionId};
use wasmparser::Parser;

pub(super) use self::watch::watched;
use self::{data::Parted, outline::outline, parsed::Parsed, plan::Plan};

/// The import that brings the rest: a function of JavaScript whose name, as wasm-bindgen writes it, has this in it.
const MORE: &str = "glasshullMore";
/// The module that the rest imports from: what the first part exports.
const FIRST: &str = "first";
/// The table of functions, as the first part exports it.
const TABLE: &str = "slots";

/// A module in two.
pub(super) struct Split {
    pub(super) first: Vec<u8>,
    pub(super) rest: Vec<u8>,
    /// What the first part has: bytes and names of its functions, the largest first.
    pub(super) listing: String,
}

/// Splits a module. `marks` are those of [`watched`] that were passed: the first part has what is there.
pub(super) fn split(module: &[u8], marks: &BTreeSet<u32>) -> Result<Split, String> {
    let outlined = outline(module, marks)?;
    let parsed = Parsed::read(&outlined.module)?;
    let plan = Plan::of(&parsed, &outlined.seen)?;
    let data = Parted::of(&parsed)?;
    Ok(Split {
        first: first::encode(&parsed, &plan, &data.first)?,
        rest: rest::encode(&parsed, &plan, &data.rest)?,
        listing: listing::listing(module, &parsed, &plan)?,
    })
}

/// The module without the names of its functions and other notes.
pub(super) fn bare(module: &[u8]) -> Result<Vec<u8>, String> {
    let mut written = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(parsed::said)?;
        let section = payload.as_section().filter(|(id, _)| *id != u8::from(SectionId::Custom));
        if let Some((id, range)) = section {
            written.section(&RawSection { id, data: &module[range] });
        }
    }
    Ok(written.finish())
}

/// The name of a shared global.
fn global_name(index: u32) -> String {
    format!("g{index}")
}
