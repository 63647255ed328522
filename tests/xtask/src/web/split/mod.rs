//! Splits a module in two: the first part has the code that a profile has seen running, the rest comes when something
//! in it is called.
//!
//! Both parts share memory, globals and the table of functions. Whatever the first part calls beyond itself, it calls by a slot of
//! that table: an empty slot means that the rest is not there, and the import named [`MORE`] has to bring it before it returns.
//! The rest calls the first part by the table too, so that nothing but the table has to be exported.

mod body;
mod first;
mod outline;
mod parsed;
mod plan;
mod rest;
mod watch;

use std::collections::BTreeSet;

use wasm_encoder::{Module, RawSection, SectionId};
use wasmparser::Parser;

pub(super) use self::watch::watched;
use self::{outline::outline, parsed::Parsed, plan::Plan};

/// The import that brings the rest: a function of JavaScript whose name, as wasm-bindgen writes it, has this in it.
const MORE: &str = "glasshullMore";
/// The module that the rest imports from: what the first part exports.
const FIRST: &str = "first";
/// The table of functions, as the first part exports it.
const TABLE: &str = "slots";

/// Splits a module. `marks` are those of [`watched`] that were passed: the first part has what is there.
pub(super) fn split(module: &[u8], marks: &BTreeSet<u32>) -> Result<(Vec<u8>, Vec<u8>), String> {
    let outlined = outline(module, marks)?;
    let parsed = Parsed::read(&outlined.module)?;
    let plan = Plan::of(&parsed, &outlined.seen)?;
    Ok((first::encode(&parsed, &plan)?, rest::encode(&parsed, &plan)?))
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
