use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{Operator, ValType};

use super::scan::Code;

/// Stretches that are shorter cost more at the place where they were than they take.
const MIN_BYTES: usize = 40;
/// Locals that go in, and that come out.
const MAX_LOCALS: (usize, usize) = (20, 10);

/// A way out of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// To the end of the block around it.
    End,
    /// By a branch to a block around it; 0 is the innermost.
    Branch(u32),
}

/// A stretch of code that can be taken out.
pub(super) struct Region {
    pub(super) from: usize,
    /// The `end` or `else` behind it.
    pub(super) to: usize,
    pub(super) exits: Vec<Exit>,
    /// What is carried out of it; only where there is a single way.
    pub(super) value: Option<ValType>,
    /// The locals that it is given.
    pub(super) params: Vec<u32>,
    /// The locals that it gives back.
    pub(super) results: Vec<u32>,
    /// The locals that are its own.
    pub(super) own: Vec<u32>,
}

impl Region {
    /// The stretch from a place to the end of what is around it, if it can be taken out and is worth it.
    pub(super) fn of(code: &Code<'_>, from: usize) -> Option<Self> {
        let place = &code.places[from];
        if !place.is_level || !place.is_reachable {
            return None;
        }
        let to = code.end_of(from);
        let bytes = code.places[to].offset - place.offset;
        if bytes < MIN_BYTES {
            return None;
        }
        let (exits, branches) = exits(code, from, to)?;
        let value = value(code, from, &exits)?;
        let locals = Locals::used(code, from, to, branches);
        let (params, results, own) = locals.sorted(code);
        let cost = 2 * (params.len() + results.len()) + 12;
        let fits = params.len() <= MAX_LOCALS.0 && results.len() <= MAX_LOCALS.1;
        (fits && bytes > cost + MIN_BYTES / 2).then(|| Region {
            from,
            to,
            exits: exits.into_iter().collect(),
            value,
            params,
            results,
            own,
        })
    }
}

/// The ways out, and the place of the first branch that takes one.
fn exits(code: &Code<'_>, from: usize, to: usize) -> Option<(BTreeSet<Exit>, usize)> {
    let outer = &code.places[from].frames;
    let depth = outer.len();
    let (mut exits, mut first) = (BTreeSet::new(), to);
    for (at, place) in code.places.iter().enumerate().take(to).skip(from) {
        let inside = u32::try_from(place.frames.len() - depth).ok()?;
        let mut targets = Vec::new();
        match &place.operator {
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                targets.push(*relative_depth)
            }
            Operator::BrTable { targets: table } => {
                targets.push(table.default());
                targets.extend(table.targets().collect::<Result<Vec<_>, _>>().ok()?);
            }
            Operator::Return => targets.push(u32::try_from(place.frames.len() - 1).ok()?),
            _ => {}
        }
        for target in targets.into_iter().filter(|target| *target >= inside) {
            first = first.min(at);
            exits.insert(exit(target - inside, outer.last()?.is_loop));
        }
    }
    if code.places[to].is_reachable {
        exits.insert(Exit::End);
    }
    Some((exits, first))
}

/// A branch to a block that is no loop goes to its end.
pub(super) fn exit(target: u32, is_loop: bool) -> Exit {
    if target == 0 && !is_loop { Exit::End } else { Exit::Branch(target) }
}

/// What is carried out; none of it fits if there are several ways or several values.
#[expect(clippy::option_option, reason = "no value is a fit, too")]
fn value(code: &Code<'_>, from: usize, exits: &BTreeSet<Exit>) -> Option<Option<ValType>> {
    let frames = &code.places[from].frames;
    let mut values = Vec::new();
    for exit in exits {
        let carried = match exit {
            Exit::End => &frames.last()?.results,
            Exit::Branch(target) => &frames[frames.len() - 1 - *target as usize].carries,
        };
        values.extend(carried.iter().copied());
    }
    match values[..] {
        [] => Some(None),
        [value] if exits.len() == 1 => Some(Some(value)),
        _ => None,
    }
}

/// How a stretch uses a local.
#[derive(Default)]
struct Use {
    reads: usize,
    is_written: bool,
    /// Written before it is read, whatever way is taken.
    is_set_first: bool,
    /// The stretch may be left before that.
    may_be_left: bool,
}

struct Locals(BTreeMap<u32, Use>);

impl Locals {
    fn used(code: &Code<'_>, from: usize, to: usize, first_branch: usize) -> Self {
        let depth = code.places[from].frames.len();
        let mut uses: BTreeMap<u32, Use> = BTreeMap::new();
        for (at, place) in code.places.iter().enumerate().take(to).skip(from) {
            match place.operator {
                Operator::LocalGet { local_index } => uses.entry(local_index).or_default().reads += 1,
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                    let is_outermost = place.frames.len() == depth;
                    let found = uses.entry(local_index).or_insert_with(|| Use {
                        is_set_first: is_outermost,
                        may_be_left: at > first_branch,
                        ..Use::default()
                    });
                    found.is_written = true;
                }
                _ => {}
            }
        }
        Locals(uses)
    }

    /// Those that go in, those that come out, and those that do neither.
    fn sorted(&self, code: &Code<'_>) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
        let (mut params, mut results, mut own) = (Vec::new(), Vec::new(), Vec::new());
        for (local, used) in &self.0 {
            let is_read_elsewhere = code.reads[*local as usize] > used.reads;
            let is_param = !(used.is_set_first && (!is_read_elsewhere || !used.may_be_left));
            if used.is_written && (is_read_elsewhere || is_param) {
                results.push(*local);
            }
            if is_param { params.push(*local) } else { own.push(*local) }
        }
        (params, results, own)
    }
}
