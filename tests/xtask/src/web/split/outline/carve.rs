use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{
    BlockType, Function, Instruction, ValType,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::Operator;

use super::{
    Made,
    region::{Exit, Region, exit},
    scan::Code,
};
use crate::web::split::parsed::said;

/// Takes the stretches that never ran out of a function that did; `None` if there are none.
pub(super) fn carve(
    code: &Code<'_>,
    marks: &BTreeSet<u32>,
    made: &mut Made,
) -> Result<Option<Function>, String> {
    let regions = regions(code, marks);
    if regions.is_empty() {
        return Ok(None);
    }
    let locals = types(&code.locals[code.params..])?;
    let mut body = Function::new_with_locals_types(locals);
    let mut at = 0;
    for region in &regions {
        for place in &code.places[at..region.from] {
            body.instruction(&RoundtripReencoder.instruction(place.operator.clone()).map_err(said)?);
        }
        call(code, region, &mut body, made)?;
        at = region.to;
    }
    for place in &code.places[at..] {
        body.instruction(&RoundtripReencoder.instruction(place.operator.clone()).map_err(said)?);
    }
    Ok(Some(body))
}

/// The longest stretches that never ran, in order.
fn regions(code: &Code<'_>, marks: &BTreeSet<u32>) -> Vec<Region> {
    let mut regions = Vec::new();
    let (mut at, mut ran) = (0, true);
    while at < code.places.len() {
        if let Some(mark) = code.places[at].mark {
            ran = marks.contains(&mark);
        }
        match (!ran).then(|| Region::of(code, at)).flatten() {
            Some(region) => {
                at = region.to;
                regions.push(region);
            }
            None => at += 1,
        }
    }
    regions
}

/// Puts a call in the place of a stretch, and the stretch into a function of its own.
fn call(code: &Code<'_>, region: &Region, body: &mut Function, made: &mut Made) -> Result<(), String> {
    let of =
        |locals: &[u32]| types(&locals.iter().map(|local| code.locals[*local as usize]).collect::<Vec<_>>());
    let mut results: Vec<ValType> = Vec::new();
    if region.exits.len() > 1 {
        results.push(ValType::I32);
    }
    if let Some(value) = region.value {
        results.push(RoundtripReencoder.val_type(value).map_err(said)?);
    }
    results.extend(of(&region.results)?);
    let function = made.add(of(&region.params)?, results, taken(code, region, of(&region.own)?)?);
    let is_table = region.exits.len() > 2;
    if is_table {
        body.instruction(&Instruction::Block(BlockType::Empty));
    }
    for param in &region.params {
        body.instruction(&Instruction::LocalGet(*param));
    }
    body.instruction(&Instruction::Call(function));
    for result in region.results.iter().rev() {
        body.instruction(&Instruction::LocalSet(*result));
    }
    leave(&region.exits, body);
    Ok(())
}

/// Goes where the stretch would have gone; which way it is, is on the stack if there are several.
fn leave(exits: &[Exit], body: &mut Function) {
    match *exits {
        [] => {
            body.instruction(&Instruction::Unreachable);
        }
        [Exit::End] => {}
        [Exit::Branch(to)] => {
            body.instruction(&Instruction::Br(to));
        }
        [Exit::End, Exit::Branch(to)] => {
            body.instruction(&Instruction::BrIf(to));
        }
        [Exit::Branch(first), Exit::Branch(second)] => {
            body.instruction(&Instruction::BrIf(second));
            body.instruction(&Instruction::Br(first));
        }
        _ => {
            let depth = |exit: &Exit| match exit {
                Exit::End => 0,
                Exit::Branch(to) => to + 1,
            };
            let mut targets: Vec<u32> = exits.iter().map(depth).collect();
            let default = targets.pop().unwrap_or_default();
            body.instruction(&Instruction::BrTable(targets.into(), default));
            body.instruction(&Instruction::End);
            if exits[0] != Exit::End {
                body.instruction(&Instruction::Unreachable);
            }
        }
    }
}

/// The stretch as a function: in a block for each way out, behind which it says which it was.
fn taken(code: &Code<'_>, region: &Region, own: Vec<ValType>) -> Result<Function, String> {
    let mut written = Function::new_with_locals_types(own);
    let shape = match region.value {
        Some(value) => BlockType::Result(RoundtripReencoder.val_type(value).map_err(said)?),
        None => BlockType::Empty,
    };
    for _ in &region.exits {
        written.instruction(&Instruction::Block(shape));
    }
    let renamed: BTreeMap<u32, u32> = region.params.iter().chain(&region.own).copied().zip(0..).collect();
    let frames = &code.places[region.from].frames;
    let ways = Ways { exits: &region.exits, is_loop: frames.last().is_some_and(|frame| frame.is_loop) };
    for place in &code.places[region.from..region.to] {
        let inside = u32::try_from(place.frames.len() - frames.len()).map_err(said)?;
        let around = u32::try_from(place.frames.len() - 1).map_err(said)?;
        written.instruction(&ways.instruction(&place.operator, inside, around, &renamed)?);
    }
    for (way, _) in region.exits.iter().enumerate() {
        written.instruction(&Instruction::End);
        if region.exits.len() > 1 {
            written.instruction(&Instruction::I32Const(i32::try_from(way).map_err(said)?));
        }
        for result in &region.results {
            written.instruction(&Instruction::LocalGet(renamed[result]));
        }
        written.instruction(&Instruction::Return);
    }
    if region.exits.is_empty() {
        written.instruction(&Instruction::Unreachable);
    }
    written.instruction(&Instruction::End);
    Ok(written)
}

struct Ways<'r> {
    exits: &'r [Exit],
    is_loop: bool,
}

impl Ways<'_> {
    /// An instruction of the stretch, with the numbers that locals and blocks have in its function. `inside` counts the blocks of the
    /// stretch around it, `around` all of them.
    fn instruction<'a>(
        &self,
        operator: &Operator<'a>,
        inside: u32,
        around: u32,
        renamed: &BTreeMap<u32, u32>,
    ) -> Result<Instruction<'a>, String> {
        Ok(match operator {
            Operator::LocalGet { local_index } => Instruction::LocalGet(renamed[local_index]),
            Operator::LocalSet { local_index } => Instruction::LocalSet(renamed[local_index]),
            Operator::LocalTee { local_index } => Instruction::LocalTee(renamed[local_index]),
            Operator::Br { relative_depth } => Instruction::Br(self.depth(*relative_depth, inside)?),
            Operator::BrIf { relative_depth } => Instruction::BrIf(self.depth(*relative_depth, inside)?),
            Operator::Return => Instruction::Br(self.depth(around, inside)?),
            Operator::BrTable { targets } => {
                let table: Vec<u32> = targets.targets().collect::<Result<_, _>>().map_err(said)?;
                let table: Vec<u32> =
                    table.into_iter().map(|target| self.depth(target, inside)).collect::<Result<_, _>>()?;
                Instruction::BrTable(table.into(), self.depth(targets.default(), inside)?)
            }
            other => RoundtripReencoder.instruction(other.clone()).map_err(said)?,
        })
    }

    fn depth(&self, target: u32, inside: u32) -> Result<u32, String> {
        if target < inside {
            return Ok(target);
        }
        let wanted = exit(target - inside, self.is_loop);
        let way =
            self.exits.iter().position(|known| *known == wanted).ok_or("a way out that was not seen")?;
        Ok(inside + u32::try_from(way).map_err(said)?)
    }
}

fn types(types: &[wasmparser::ValType]) -> Result<Vec<ValType>, String> {
    types.iter().map(|ty| RoundtripReencoder.val_type(*ty).map_err(said)).collect()
}
