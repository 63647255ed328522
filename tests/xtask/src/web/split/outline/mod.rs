//! Takes what never ran out of functions that did run: a stretch of code from some place to the end of the block around it becomes
//! a function of its own, which gets the local variables that it uses and gives back those that it changes, and says by which
//! way it was left.

mod carve;
mod region;
mod scan;

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{
    CodeSection, FunctionSection, Module, RawSection, SectionId, TypeSection, ValType,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{Parser, Payload, ValidPayload, Validator};

use self::scan::Code;
use super::{
    parsed::{Parsed, said},
    watch,
};

/// A module whose functions either ran or did not.
pub(super) struct Outlined {
    pub(super) module: Vec<u8>,
    /// The functions that ran.
    pub(super) seen: BTreeSet<u32>,
}

/// `marks` are those of [`super::watch`] that were passed.
pub(super) fn outline(module: &[u8], marks: &BTreeSet<u32>) -> Result<Outlined, String> {
    let parsed = Parsed::read(module)?;
    let mut made = Made { next: u32::try_from(parsed.functions.len()).map_err(said)?, ..Made::new(&parsed)? };
    let (mut seen, mut mark) = (BTreeSet::new(), 0);
    let (mut code, mut validator) = (CodeSection::new(), Validator::new());
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(said)?;
        let ValidPayload::Func(function, body) = validator.payload(&payload).map_err(said)? else { continue };
        let first = mark;
        mark += watch::count(&body)?;
        let mut carved = None;
        if marks.contains(&first) {
            seen.insert(function.index);
            carved = carve::carve(&Code::read(function, &body, &parsed.types, first)?, marks, &mut made)?;
        }
        match carved {
            Some(carved) => code.function(&carved),
            None => code.raw(&module[body.range()]),
        };
    }
    for body in &made.bodies {
        code.function(body);
    }
    Ok(Outlined { module: written(module, &made, &code)?, seen })
}

/// The functions that come out of it, behind all others.
pub(super) struct Made {
    next: u32,
    types: TypeSection,
    known: BTreeMap<(Vec<ValType>, Vec<ValType>), u32>,
    functions: Vec<u32>,
    bodies: Vec<wasm_encoder::Function>,
}

impl Made {
    fn new(parsed: &Parsed<'_>) -> Result<Self, String> {
        let (mut types, mut known) = (TypeSection::new(), BTreeMap::new());
        for ty in &parsed.types {
            let ty = RoundtripReencoder.func_type(ty.clone()).map_err(said)?;
            known.entry((ty.params().to_vec(), ty.results().to_vec())).or_insert(types.len());
            types.ty().func_type(&ty);
        }
        Ok(Made { next: 0, types, known, functions: Vec::new(), bodies: Vec::new() })
    }

    /// Adds a function and gives its index.
    fn add(&mut self, params: Vec<ValType>, results: Vec<ValType>, body: wasm_encoder::Function) -> u32 {
        let types = &mut self.types;
        let ty = *self.known.entry((params.clone(), results.clone())).or_insert_with(|| {
            types.ty().function(params, results);
            types.len() - 1
        });
        self.functions.push(ty);
        self.bodies.push(body);
        self.next += 1;
        self.next - 1
    }
}

/// The module with its new code; sections that nobody needs to run it are gone.
fn written(module: &[u8], made: &Made, code: &CodeSection) -> Result<Vec<u8>, String> {
    let mut written = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(said)?;
        match &payload {
            Payload::TypeSection(_) => {
                written.section(&made.types);
            }
            Payload::FunctionSection(section) => {
                let mut functions = FunctionSection::new();
                for ty in section.clone() {
                    functions.function(ty.map_err(said)?);
                }
                for ty in &made.functions {
                    functions.function(*ty);
                }
                written.section(&functions);
            }
            Payload::CodeSectionStart { .. } => {
                written.section(code);
            }
            Payload::CodeSectionEntry(_) | Payload::CustomSection(_) => {}
            other => {
                if let Some((id, range)) = other.as_section()
                    && id != u8::from(SectionId::Custom)
                {
                    written.section(&RawSection { id, data: &module[range] });
                }
            }
        }
    }
    Ok(written.finish())
}
