use std::collections::BTreeMap;

use wasm_encoder::{
    BlockType, CodeSection, ExportKind, ExportSection, Function, FunctionSection, GlobalSection,
    ImportSection, MemorySection, Module, StartSection, TableSection, ValType, reencode::Reencode,
};

use super::{
    TABLE,
    body::Writer,
    data, global_name,
    parsed::{Parsed, said},
    plan::Plan,
};

/// The first part: memory, data, globals and the table, the functions that were seen, a door for each type of function that
/// they call by the table, and a porch for each function of the rest that is called from outside.
pub(super) fn encode(parsed: &Parsed<'_>, plan: &Plan, pieces: &[(u32, &[u8])]) -> Result<Vec<u8>, String> {
    let mut writer = Writer { parsed, plan, first: true, doors: vec![None; parsed.types.len()] };
    let mut types = writer.types()?;
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    let doors = parsed.imported + u32::try_from(plan.first.len()).map_err(said)?;
    for (ty, door) in plan.indirect.iter().zip(doors..) {
        writer.doors[*ty as usize] = Some(door);
    }
    writer.functions(&plan.first, &mut functions, &mut code)?;
    for ty in &plan.indirect {
        let called = writer.func_type(parsed.types[*ty as usize].clone()).map_err(said)?;
        functions.function(types.len());
        let params = [called.params(), &[ValType::I32]].concat();
        types.ty().function(params, called.results().iter().copied());
        code.function(&door(*ty, called.params().len(), plan.more)?);
    }
    let porches = doors + u32::try_from(plan.indirect.len()).map_err(said)?;
    for porch in &plan.porches {
        functions.function(parsed.type_of(*porch));
        code.function(&writer.porch(*porch)?);
    }
    let mut module = Module::new();
    module.section(&types).section(&imports(&mut writer)?).section(&functions);
    module.section(&tables(&mut writer)?).section(&memories(&mut writer)?).section(&globals(&mut writer)?);
    module.section(&exports(&mut writer, &plan.porches.iter().copied().zip(porches..).collect())?);
    if let Some(start) = parsed.start {
        module.section(&StartSection { function_index: plan.index[&start] });
    }
    module.section(&writer.elements()).section(&code).section(&data::section(pieces));
    Ok(module.finish())
}

/// Calls what is in the slot that is given last, after the rest has come if there is nothing in it.
fn door(type_index: u32, parameters: usize, more: u32) -> Result<Function, String> {
    let slot = u32::try_from(parameters).map_err(said)?;
    let mut body = Function::new([]);
    let mut write = body.instructions();
    write.local_get(slot).table_get(0).ref_is_null().if_(BlockType::Empty).call(more).end();
    for parameter in 0..=slot {
        write.local_get(parameter);
    }
    write.call_indirect(0, type_index).end();
    Ok(body)
}

fn imports(writer: &mut Writer<'_>) -> Result<ImportSection, String> {
    let mut section = ImportSection::new();
    for import in &writer.parsed.imports {
        let ty = writer.entity_type(import.ty).map_err(said)?;
        section.import(import.module, import.name, ty);
    }
    Ok(section)
}

fn tables(writer: &mut Writer<'_>) -> Result<TableSection, String> {
    let mut section = TableSection::new();
    for (index, table) in writer.parsed.tables.iter().enumerate() {
        let mut table = writer.table_type(*table).map_err(said)?;
        if index == 0 {
            table.minimum = writer.plan.size(writer.parsed);
            table.maximum = None;
        }
        section.table(table);
    }
    Ok(section)
}

fn memories(writer: &mut Writer<'_>) -> Result<MemorySection, String> {
    let mut section = MemorySection::new();
    for memory in &writer.parsed.memories {
        section.memory(writer.memory_type(*memory).map_err(said)?);
    }
    Ok(section)
}

fn globals(writer: &mut Writer<'_>) -> Result<GlobalSection, String> {
    let mut section = GlobalSection::new();
    for global in &writer.parsed.globals {
        let ty = writer.global_type(global.ty).map_err(said)?;
        section.global(ty, &writer.const_expr(global.init_expr.clone()).map_err(said)?);
    }
    Ok(section)
}

/// What the module exported, and what the rest needs.
fn exports(writer: &mut Writer<'_>, porches: &BTreeMap<u32, u32>) -> Result<ExportSection, String> {
    let mut section = ExportSection::new();
    for export in &writer.parsed.exports {
        let kind = writer.export_kind(export.kind).map_err(said)?;
        let porch = porches.get(&export.index).filter(|_| kind == ExportKind::Func);
        let index = match porch {
            Some(porch) => *porch,
            None => writer.external_index(export.kind, export.index).map_err(said)?,
        };
        section.export(export.name, kind, index);
    }
    section.export(TABLE, ExportKind::Table, 0);
    for index in 0..u32::try_from(writer.parsed.globals.len()).map_err(said)? {
        section.export(&global_name(index), ExportKind::Global, index);
    }
    Ok(section)
}
