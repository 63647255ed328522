use std::convert::Infallible;

use wasm_encoder::{
    CodeSection, EntityType, Function, ImportSection, Instruction, Module, TypeSection,
    reencode::{Error, Reencode},
};
use wasmparser::{FunctionBody, ImportSectionReader, Operator, Parser, TypeSectionReader};

use super::parsed::{Parsed, said};

/// Whether a place that is not always reached comes after an instruction.
pub(super) fn is_mark(operator: &Operator<'_>) -> bool {
    use Operator::{BrIf, Else, End, If, Loop};
    matches!(operator, BrIf { .. } | Loop { .. } | If { .. } | Else | End)
}

/// How many marks a function has: one where it begins, and one after each instruction that [`is_mark`] but the last.
pub(super) fn count(body: &FunctionBody<'_>) -> Result<u32, String> {
    let mut count = 0;
    for operator in body.get_operators_reader().map_err(said)? {
        count += u32::from(is_mark(&operator.map_err(said)?));
    }
    Ok(count)
}

/// The same module with one more import, `profile.seen`, that is called with the number of each mark that is passed.
pub(in crate::web) fn watched(module: &[u8]) -> Result<Vec<u8>, String> {
    let parsed = Parsed::read(module)?;
    let mut watcher = Watcher { imported: parsed.imported, next: 0, types: 0 };
    let mut written = Module::new();
    watcher.parse_core_module(&mut written, Parser::new(0), module).map_err(said)?;
    Ok(written.finish())
}

struct Watcher {
    imported: u32,
    /// The mark that comes next.
    next: u32,
    types: u32,
}

impl Watcher {
    fn mark(&mut self, body: &mut Function) {
        body.instruction(&Instruction::I32Const(self.next.cast_signed()));
        body.instruction(&Instruction::Call(self.imported));
        self.next += 1;
    }
}

impl Reencode for Watcher {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        Ok(if function < self.imported { function } else { function + 1 })
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        wasm_encoder::reencode::utils::parse_type_section(self, types, section)?;
        self.types = types.len();
        types.ty().function([wasm_encoder::ValType::I32], []);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        wasm_encoder::reencode::utils::parse_import_section(self, imports, section)?;
        imports.import("profile", "seen", EntityType::Function(self.types));
        Ok(())
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Infallible>> {
        let mut written = self.new_function_with_parsed_locals(&body)?;
        self.mark(&mut written);
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let operator = reader.read()?;
            let is_mark = is_mark(&operator) && !reader.eof();
            written.instruction(&self.instruction(operator)?);
            if is_mark {
                self.mark(&mut written);
            }
        }
        code.function(&written);
        Ok(())
    }
}
