use std::rc::Rc;

use wasmparser::{
    BlockType, FuncToValidate, FuncType, FuncValidatorAllocations, FunctionBody, Operator, ValType,
    WasmModuleResources,
};

use crate::web::split::{parsed::said, watch};

/// A function's code with what is known at each place.
pub(super) struct Code<'a> {
    pub(super) places: Vec<Place<'a>>,
    pub(super) locals: Vec<ValType>,
    /// How many of the locals are parameters.
    pub(super) params: usize,
    /// How often the function reads each local.
    pub(super) reads: Vec<usize>,
}

/// An instruction, and what holds before it.
pub(super) struct Place<'a> {
    pub(super) operator: Operator<'a>,
    /// Where it begins in the body.
    pub(super) offset: usize,
    /// The mark that is passed right before it.
    pub(super) mark: Option<u32>,
    /// Whether nothing is on the stack but what was there when the block around it began.
    pub(super) is_level: bool,
    pub(super) is_reachable: bool,
    /// The blocks around it, the function first.
    pub(super) frames: Rc<Vec<Frame>>,
}

/// A block that is open.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) is_loop: bool,
    /// What a branch to it carries.
    pub(super) carries: Vec<ValType>,
    /// What is there at its end.
    pub(super) results: Vec<ValType>,
}

impl<'a> Code<'a> {
    pub(super) fn read<T: WasmModuleResources>(
        function: FuncToValidate<T>,
        body: &FunctionBody<'a>,
        types: &[FuncType],
        first_mark: u32,
    ) -> Result<Self, String> {
        let own = &types[function.ty as usize];
        let mut validator = function.into_validator(FuncValidatorAllocations::default());
        let mut reader = body.get_binary_reader();
        validator.read_locals(&mut reader).map_err(said)?;
        let locals: Vec<ValType> =
            (0..validator.len_locals()).filter_map(|local| validator.get_local_type(local)).collect();
        let mut reads = vec![0; locals.len()];
        let (mut next_mark, mut pending) = (first_mark + 1, Some(first_mark));
        let whole =
            Frame { is_loop: false, carries: own.results().to_vec(), results: own.results().to_vec() };
        let mut frames = Rc::new(vec![whole]);
        let mut places = Vec::new();
        let mut operators = body.get_operators_reader().map_err(said)?;
        while !operators.eof() {
            let (operator, offset) = operators.read_with_offset().map_err(said)?;
            let frame = validator.get_control_frame(0).ok_or("code after the end of a function")?;
            places.push(Place {
                is_level: validator.operand_stack_height() as usize == frame.height,
                is_reachable: !frame.unreachable,
                mark: pending.take(),
                frames: Rc::clone(&frames),
                offset,
                operator: operator.clone(),
            });
            validator.op(offset, &operator).map_err(said)?;
            if let Operator::LocalGet { local_index } = operator {
                reads[local_index as usize] += 1;
            }
            follow(&mut frames, &operator, types);
            if watch::is_mark(&operator) && !operators.eof() {
                pending = Some(next_mark);
                next_mark += 1;
            }
        }
        Ok(Code { places, locals, params: own.params().len(), reads })
    }

    /// The place of the `end` or `else` that ends what is around a place.
    pub(super) fn end_of(&self, from: usize) -> usize {
        let depth = self.places[from].frames.len();
        let closes = |place: &Place<'_>| {
            place.frames.len() == depth && matches!(place.operator, Operator::End | Operator::Else)
        };
        from + self.places[from..].iter().position(closes).unwrap_or_default()
    }
}

/// Opens or closes a block.
fn follow(frames: &mut Rc<Vec<Frame>>, operator: &Operator<'_>, types: &[FuncType]) {
    match operator {
        Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
            let (params, results) = match blockty {
                BlockType::Empty => (Vec::new(), Vec::new()),
                BlockType::Type(ty) => (Vec::new(), vec![*ty]),
                BlockType::FuncType(ty) => {
                    let ty = &types[*ty as usize];
                    (ty.params().to_vec(), ty.results().to_vec())
                }
            };
            let is_loop = matches!(operator, Operator::Loop { .. });
            let carries = if is_loop { params } else { results.clone() };
            Rc::make_mut(frames).push(Frame { is_loop, carries, results });
        }
        Operator::End => {
            Rc::make_mut(frames).pop();
        }
        _ => {}
    }
}
