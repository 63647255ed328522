use std::convert::Infallible;

use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, Function, FunctionSection, Instruction, TypeSection,
    reencode::{Error, Reencode},
};
use wasmparser::Operator;

use super::{
    parsed::{Parsed, said},
    plan::Plan,
};

/// Writes things of the module anew for one of its parts.
pub(super) struct Writer<'a> {
    pub(super) parsed: &'a Parsed<'a>,
    pub(super) plan: &'a Plan,
    /// Whether it is the first part.
    pub(super) first: bool,
    /// What the first part calls in place of the table, by type of function.
    pub(super) doors: Vec<Option<u32>>,
}

impl Reencode for Writer<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.plan.index[&function])
    }
}

impl Writer<'_> {
    /// All types of functions, with the numbers that they have.
    pub(super) fn types(&mut self) -> Result<TypeSection, String> {
        let mut section = TypeSection::new();
        for ty in &self.parsed.types {
            let ty = self.func_type(ty.clone()).map_err(said)?;
            section.ty().func_type(&ty);
        }
        Ok(section)
    }

    /// Declares functions and writes their bodies.
    pub(super) fn functions(
        &mut self,
        functions: &[u32],
        declared: &mut FunctionSection,
        code: &mut CodeSection,
    ) -> Result<(), String> {
        for function in functions {
            declared.function(self.parsed.type_of(*function));
            code.function(&self.body(*function)?);
        }
        Ok(())
    }

    fn body(&mut self, function: u32) -> Result<Function, String> {
        let body = self.parsed.body(function);
        let mut written = self.new_function_with_parsed_locals(body).map_err(said)?;
        for operator in body.get_operators_reader().map_err(said)? {
            match operator.map_err(said)? {
                Operator::Call { function_index: callee }
                    if self.plan.is_first(callee, self.parsed) != self.first =>
                {
                    written.instruction(&Instruction::I32Const(self.plan.slot[&callee].cast_signed()));
                    let ty = self.parsed.type_of(callee);
                    written.instruction(&self.by_table(ty));
                }
                Operator::CallIndirect { type_index, table_index: 0 } => {
                    written.instruction(&self.by_table(type_index));
                }
                other => {
                    written.instruction(&self.instruction(other).map_err(said)?);
                }
            }
        }
        Ok(written)
    }

    /// Calls a function of the rest with what it is called with itself.
    pub(super) fn porch(&self, function: u32) -> Result<Function, String> {
        let ty = self.parsed.type_of(function);
        let mut written = Function::new([]);
        for (local, _) in (0..).zip(self.parsed.types[ty as usize].params()) {
            written.instruction(&Instruction::LocalGet(local));
        }
        written.instruction(&Instruction::I32Const(self.plan.slot[&function].cast_signed()));
        written.instruction(&self.by_table(ty)).instruction(&Instruction::End);
        Ok(written)
    }

    /// Calls what is in a slot: in the first part by a door, which looks whether it is there.
    fn by_table(&self, type_index: u32) -> Instruction<'static> {
        match self.doors.get(type_index as usize).copied().flatten() {
            Some(door) => Instruction::Call(door),
            None => Instruction::CallIndirect { type_index, table_index: 0 },
        }
    }

    /// The slots that this part fills.
    pub(super) fn elements(&self) -> ElementSection {
        let mut section = ElementSection::new();
        for (begin, run) in self.plan.runs(self.parsed, self.first) {
            let offset = ConstExpr::i32_const(begin.cast_signed());
            section.active(None, &offset, Elements::Functions(run.into()));
        }
        section
    }
}
