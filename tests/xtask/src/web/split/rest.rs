use wasm_encoder::{CodeSection, FunctionSection, ImportSection, Module, reencode::Reencode};
use wasmparser::ExternalKind;

use super::{
    FIRST, TABLE,
    body::Writer,
    data, global_name,
    parsed::{Parsed, said},
    plan::Plan,
};

/// The rest: functions and data, on the memory, the globals and the table of the first part.
pub(super) fn encode(parsed: &Parsed<'_>, plan: &Plan, pieces: &[(u32, &[u8])]) -> Result<Vec<u8>, String> {
    let mut writer = Writer { parsed, plan, first: false, doors: Vec::new() };
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    writer.functions(&plan.rest, &mut functions, &mut code)?;
    let mut module = Module::new();
    module.section(&writer.types()?).section(&imports(&mut writer)?).section(&functions);
    module.section(&writer.elements()).section(&code).section(&data::section(pieces));
    Ok(module.finish())
}

fn imports(writer: &mut Writer<'_>) -> Result<ImportSection, String> {
    let parsed = writer.parsed;
    let memory = parsed.exports.iter().find(|export| export.kind == ExternalKind::Memory);
    let memory = memory.ok_or("the module does not export its memory")?;
    let mut section = ImportSection::new();
    section.import(FIRST, memory.name, writer.memory_type(parsed.memories[0]).map_err(said)?);
    let mut table = writer.table_type(parsed.tables[0]).map_err(said)?;
    table.minimum = writer.plan.size(parsed);
    table.maximum = None;
    section.import(FIRST, TABLE, table);
    for (index, global) in (0..).zip(&parsed.globals) {
        section.import(FIRST, &global_name(index), writer.global_type(global.ty).map_err(said)?);
    }
    Ok(section)
}
