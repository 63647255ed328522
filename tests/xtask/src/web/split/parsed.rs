use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{
    ConstExpr, Data, DataKind, ElementItems, ElementKind, Export, ExternalKind, FuncType, FunctionBody,
    Global, Import, MemoryType, Operator, Parser, Payload, TableType, TypeRef,
};

/// What a module has, as far as the splitter knows it; anything else is refused.
#[derive(Default)]
pub(super) struct Parsed<'a> {
    /// Types of functions.
    pub(super) types: Vec<FuncType>,
    pub(super) imports: Vec<Import<'a>>,
    /// How many functions are imported; they have the first indices.
    pub(super) imported: u32,
    /// The type of each function, imported ones first.
    pub(super) functions: Vec<u32>,
    pub(super) tables: Vec<TableType>,
    pub(super) memories: Vec<MemoryType>,
    pub(super) globals: Vec<Global<'a>>,
    pub(super) exports: Vec<Export<'a>>,
    pub(super) start: Option<u32>,
    /// The functions in the slots of table 0.
    pub(super) slots: BTreeMap<u32, u32>,
    pub(super) bodies: Vec<FunctionBody<'a>>,
    pub(super) data: Vec<Data<'a>>,
}

impl<'a> Parsed<'a> {
    pub(super) fn read(module: &'a [u8]) -> Result<Self, String> {
        let mut parsed = Parsed::default();
        for payload in Parser::new(0).parse_all(module) {
            parsed.take(payload.map_err(said)?)?;
        }
        if parsed.imports.iter().any(|import| !matches!(import.ty, TypeRef::Func(_))) {
            return Err("the module imports something else than functions".to_owned());
        }
        Ok(parsed)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<(), String> {
        match payload {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    self.types.push(ty.map_err(said)?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.map_err(said)?;
                    if let TypeRef::Func(ty) = import.ty {
                        self.functions.push(ty);
                        self.imported += 1;
                    }
                    self.imports.push(import);
                }
            }
            Payload::FunctionSection(section) => self.functions.extend(all(section)?),
            Payload::TableSection(section) => {
                self.tables.extend(all(section)?.into_iter().map(|table| table.ty));
            }
            Payload::MemorySection(section) => self.memories = all(section)?,
            Payload::GlobalSection(section) => self.globals = all(section)?,
            Payload::ExportSection(section) => self.exports = all(section)?,
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => {
                for element in section {
                    let element = element.map_err(said)?;
                    self.fill(element.kind, element.items)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::DataSection(section) => self.data = all(section)?,
            Payload::TagSection(_) => return Err("the module has exceptions".to_owned()),
            _ => {}
        }
        Ok(())
    }

    fn fill(&mut self, kind: ElementKind<'a>, items: ElementItems<'a>) -> Result<(), String> {
        let (
            ElementKind::Active { table_index: None | Some(0), offset_expr },
            ElementItems::Functions(items),
        ) = (kind, items)
        else {
            return Err("the module fills its table in a way that the splitter does not know".to_owned());
        };
        let offset = constant(&offset_expr)?;
        for (slot, function) in (offset..).zip(items) {
            self.slots.insert(slot, function.map_err(said)?);
        }
        Ok(())
    }

    /// The body of a function that is not imported.
    pub(super) fn body(&self, function: u32) -> &FunctionBody<'a> {
        &self.bodies[(function - self.imported) as usize]
    }

    /// The type of a function.
    pub(super) fn type_of(&self, function: u32) -> u32 {
        self.functions[function as usize]
    }

    /// The functions that are called from outside.
    pub(super) fn exported(&self) -> BTreeSet<u32> {
        let exported = self.exports.iter().filter(|export| export.kind == ExternalKind::Func);
        exported.map(|export| export.index).collect()
    }

    /// The functions that have to be in the first part: the one that is called when the module starts, and those that work on other
    /// tables than that of functions, which wasm-bindgen has for what it passes.
    pub(super) fn entries(&self) -> Result<BTreeSet<u32>, String> {
        let mut entries: BTreeSet<u32> = self.start.into_iter().collect();
        for (function, body) in (self.imported..).zip(&self.bodies) {
            for operator in body.get_operators_reader().map_err(said)? {
                if let Operator::TableGet { table }
                | Operator::TableSet { table }
                | Operator::TableGrow { table }
                | Operator::TableFill { table } = operator.map_err(said)?
                {
                    if table == 0 {
                        return Err("the module changes its table of functions".to_owned());
                    }
                    entries.insert(function);
                }
            }
        }
        Ok(entries)
    }

    /// Where a piece of data goes; the module has no other.
    pub(super) fn place(data: &Data<'_>) -> Result<u32, String> {
        match &data.kind {
            DataKind::Active { memory_index: 0, offset_expr } => constant(offset_expr),
            _ => Err("the module has data without a place".to_owned()),
        }
    }
}

fn all<'a, T: wasmparser::FromReader<'a>>(
    section: wasmparser::SectionLimited<'a, T>,
) -> Result<Vec<T>, String> {
    section.into_iter().collect::<Result<_, _>>().map_err(said)
}

fn constant(expression: &ConstExpr<'_>) -> Result<u32, String> {
    match expression.get_operators_reader().read().map_err(said)? {
        Operator::I32Const { value } => Ok(value.cast_unsigned()),
        other => Err(format!("{other:?} is no constant")),
    }
}

/// A damaged module: it was made here, so that the place is of no use to anybody.
pub(super) fn said(error: impl std::fmt::Display) -> String {
    format!("the module cannot be read: {error}")
}
