use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use wasmparser::Operator;

use super::{
    MORE,
    parsed::{Parsed, said},
};

/// Who goes where, and under what number.
pub(super) struct Plan {
    /// The functions of the first part but for the imported ones, in their order.
    pub(super) first: Vec<u32>,
    /// The functions of the rest.
    pub(super) rest: Vec<u32>,
    /// The index of each function in the part that it is in.
    pub(super) index: BTreeMap<u32, u32>,
    /// The slot of each function that the other part calls, or whose address is taken.
    pub(super) slot: BTreeMap<u32, u32>,
    /// All slots.
    pub(super) slots: BTreeMap<u32, u32>,
    /// The functions of the rest that are called from outside: the first part has a porch for each, which calls it.
    pub(super) porches: Vec<u32>,
    /// The types of functions that the first part calls by the table.
    pub(super) indirect: BTreeSet<u32>,
    /// The import that brings the rest.
    pub(super) more: u32,
}

impl Plan {
    pub(super) fn of(parsed: &Parsed<'_>, seen: &BTreeSet<u32>) -> Result<Self, String> {
        let more = parsed.imports.iter().position(|import| import.name.contains(MORE));
        let more = more.ok_or_else(|| format!("the module does not import {MORE}"))?;
        let entries = parsed.entries()?;
        let is_first = |function: &u32| seen.contains(function) || entries.contains(function);
        let own = parsed.imported..u32::try_from(parsed.functions.len()).map_err(said)?;
        let (first, rest): (Vec<u32>, Vec<u32>) = own.partition(is_first);
        let mut plan = Plan {
            index: (0..parsed.imported)
                .chain(first.iter().copied())
                .zip(0..)
                .chain(rest.iter().copied().zip(0..))
                .collect(),
            porches: parsed.exported().into_iter().filter(|function| rest.contains(function)).collect(),
            first,
            rest,
            slot: parsed.slots.iter().rev().map(|(slot, function)| (*function, *slot)).collect(),
            slots: parsed.slots.clone(),
            indirect: BTreeSet::new(),
            more: u32::try_from(more).map_err(said)?,
        };
        plan.follow_calls(parsed)?;
        Ok(plan)
    }

    /// Whether a function is imported or in the first part.
    pub(super) fn is_first(&self, function: u32, parsed: &Parsed<'_>) -> bool {
        function < parsed.imported || self.first.binary_search(&function).is_ok()
    }

    /// Gives a slot to whoever is called across the border.
    fn follow_calls(&mut self, parsed: &Parsed<'_>) -> Result<(), String> {
        let mut crossing = BTreeSet::new();
        for porch in &self.porches {
            crossing.insert((true, *porch));
            self.indirect.insert(parsed.type_of(*porch));
        }
        for (functions, here) in [(&self.first, true), (&self.rest, false)] {
            for function in functions {
                for operator in parsed.body(*function).get_operators_reader().map_err(said)? {
                    match operator.map_err(said)? {
                        Operator::Call { function_index: callee }
                            if self.is_first(callee, parsed) != here =>
                        {
                            crossing.insert((here, callee));
                            if here {
                                self.indirect.insert(parsed.type_of(callee));
                            }
                        }
                        Operator::CallIndirect { type_index, table_index: 0 } if here => {
                            self.indirect.insert(type_index);
                        }
                        Operator::RefFunc { .. }
                        | Operator::ReturnCall { .. }
                        | Operator::ReturnCallIndirect { .. }
                        | Operator::MemoryInit { .. }
                        | Operator::DataDrop { .. }
                        | Operator::TableInit { .. } => {
                            return Err("the module does what the splitter does not know".to_owned());
                        }
                        _ => {}
                    }
                }
            }
        }
        let mut next = u32::try_from(parsed.tables[0].initial).map_err(said)?;
        for (_, callee) in crossing {
            if let Entry::Vacant(slot) = self.slot.entry(callee) {
                slot.insert(next);
                self.slots.insert(next, callee);
                next += 1;
            }
        }
        Ok(())
    }

    /// How many slots the table has.
    pub(super) fn size(&self, parsed: &Parsed<'_>) -> u64 {
        let last = self.slots.last_key_value().map_or(0, |(slot, _)| u64::from(*slot) + 1);
        last.max(parsed.tables[0].initial)
    }

    /// The slots that a part fills, as runs.
    pub(super) fn runs(&self, parsed: &Parsed<'_>, here: bool) -> Vec<(u32, Vec<u32>)> {
        let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
        let mine = self.slots.iter().filter(|(_, function)| self.is_first(**function, parsed) == here);
        for (slot, function) in mine {
            let index = self.index[function];
            match runs.last_mut() {
                Some((begin, run)) if *begin as usize + run.len() == *slot as usize => run.push(index),
                _ => runs.push((*slot, vec![index])),
            }
        }
        runs
    }
}
