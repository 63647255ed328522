use super::cursor::{self, Next};
use super::program::{Inst, Program, Side};
use super::tags::Direction;

/// A tag that was not passed.
pub(super) const UNSET: i64 = -1;

/// The end of the best match and the tags that it passed.
pub(super) struct Found {
    pub(super) end: usize,
    pub(super) tags: Vec<i64>,
}

/// Whether tags `new` beat tags `old`.
pub(super) fn better(directions: &[Direction], new: &[i64], old: &[i64]) -> bool {
    for ((direction, new), old) in directions.iter().zip(new).zip(old) {
        if new != old {
            return (*direction == Direction::Minimize) == (new < old);
        }
    }
    false
}

/// The range that a search works on.
#[derive(Clone, Copy)]
pub(super) struct Search<'t> {
    pub(super) text: &'t [u8],
    /// Where the text begins for assertions, and what stands before it.
    pub(super) start: usize,
    pub(super) edge: Side,
    /// Where the first attempt is made.
    pub(super) from: usize,
    /// No attempts behind `from`.
    pub(super) anchored: bool,
}

impl Search<'_> {
    /// What stands before a position.
    pub(super) fn side_before(&self, at: usize) -> Side {
        if at <= self.start {
            return self.edge;
        }
        let (c, _) = bstr::decode_last_utf8(self.text.get(self.start..at).unwrap_or_default());
        c.map_or(Side::Other, Side::of)
    }
}

/// Runs all ways through the pattern side by side, one character at a time.
pub(super) fn run(program: &Program, search: Search<'_>) -> Option<Found> {
    let mut machine = Machine::new(program);
    let mut at = search.from;
    let mut before = search.side_before(at);
    loop {
        let next = cursor::next(search.text, at);
        if next == Next::Invalid {
            return None;
        }
        machine.place = Place { at, before, after: next.side() };
        machine.admit_waiting();
        if machine.found.is_none() && (!search.anchored || at == search.from) {
            let tags = vec![UNSET; program.directions.len()];
            machine.add(0, &tags);
        } else if machine.current.list.is_empty() {
            break;
        }
        let Next::Char(c, length) = next else { break };
        machine.step(c);
        before = next.side();
        at += length;
    }
    machine.found
}

#[derive(Clone, Copy)]
struct Place {
    at: usize,
    before: Side,
    after: Side,
}

/// The threads at one position: at most one per instruction.
struct Threads {
    list: Vec<usize>,
    seen: Vec<bool>,
    touched: Vec<usize>,
    tags: Vec<i64>,
}

impl Threads {
    fn new(program: &Program) -> Threads {
        Threads {
            list: Vec::new(),
            seen: vec![false; program.code.len()],
            touched: Vec::new(),
            tags: vec![UNSET; program.code.len() * program.directions.len()],
        }
    }

    fn clear(&mut self) {
        self.list.clear();
        for pc in self.touched.drain(..) {
            self.seen[pc] = false;
        }
    }
}

struct Machine<'p> {
    program: &'p Program,
    width: usize,
    place: Place,
    current: Threads,
    /// Threads that consumed a character and wait for the next position, with their tags.
    waiting: Vec<usize>,
    waiting_tags: Vec<i64>,
    found: Option<Found>,
    stack: Vec<usize>,
    stack_tags: Vec<i64>,
    scratch: Vec<i64>,
}

impl<'p> Machine<'p> {
    fn new(program: &'p Program) -> Machine<'p> {
        let width = program.directions.len();
        Machine {
            program,
            width,
            place: Place { at: 0, before: Side::Edge, after: Side::Edge },
            current: Threads::new(program),
            waiting: Vec::new(),
            waiting_tags: Vec::new(),
            found: None,
            stack: Vec::new(),
            stack_tags: Vec::new(),
            scratch: vec![UNSET; width],
        }
    }

    fn admit_waiting(&mut self) {
        self.current.clear();
        let waiting = std::mem::take(&mut self.waiting);
        let tags = std::mem::take(&mut self.waiting_tags);
        for (index, &pc) in waiting.iter().enumerate() {
            self.add(pc, &tags[index * self.width..(index + 1) * self.width]);
        }
        (self.waiting, self.waiting_tags) = (waiting, tags);
        self.waiting.clear();
        self.waiting_tags.clear();
    }

    /// Adds a thread and all that it reaches without consuming anything.
    fn add(&mut self, pc: usize, tags: &[i64]) {
        self.stack.push(pc);
        self.stack_tags.extend_from_slice(tags);
        // Improved threads are followed again; the bound keeps that linear.
        let mut budget = 16 * self.program.code.len() + 64;
        while let Some(pc) = self.stack.pop() {
            let keep = self.stack_tags.len() - self.width;
            self.scratch.copy_from_slice(&self.stack_tags[keep..]);
            self.stack_tags.truncate(keep);
            self.follow(pc, &mut budget);
        }
    }

    fn follow(&mut self, mut pc: usize, budget: &mut usize) {
        loop {
            let slot = pc * self.width..(pc + 1) * self.width;
            let known = self.current.seen[pc];
            if known {
                let old = &self.current.tags[slot.clone()];
                if *budget == 0 || !better(&self.program.directions, &self.scratch, old) {
                    return;
                }
            } else {
                self.current.seen[pc] = true;
                self.current.touched.push(pc);
            }
            *budget = budget.saturating_sub(1);
            self.current.tags[slot].copy_from_slice(&self.scratch);
            match self.program.code[pc] {
                Inst::Set(_) => {
                    if !known {
                        self.current.list.push(pc);
                    }
                    return;
                }
                Inst::Match => return self.accept(known),
                Inst::Split(first, second) => {
                    self.stack.push(second);
                    self.stack_tags.extend_from_slice(&self.scratch);
                    pc = first;
                }
                Inst::Jump(target) => pc = target,
                Inst::Assert(assert) => {
                    let Place { before, after, .. } = self.place;
                    if !self.program.holds(assert, before, after) {
                        return;
                    }
                    pc += 1;
                }
                Inst::Tag(tag) => {
                    self.scratch[tag] = self.place.at as i64;
                    pc += 1;
                }
                // Patterns with back-references never come here.
                Inst::Open(_) | Inst::Close(_) | Inst::BackRef(_) => pc += 1,
            }
        }
    }

    fn accept(&mut self, known: bool) {
        let wins = match &self.found {
            None => true,
            Some(found) => known || self.scratch.first() <= found.tags.first(),
        };
        if wins {
            self.found = Some(Found { end: self.place.at, tags: self.scratch.clone() });
        }
    }

    fn step(&mut self, c: char) {
        for &pc in &self.current.list {
            if let Inst::Set(set) = self.program.code[pc]
                && self.program.sets[set].contains(c)
            {
                self.waiting.push(pc + 1);
                let slot = pc * self.width..(pc + 1) * self.width;
                self.waiting_tags.extend_from_slice(&self.current.tags[slot]);
            }
        }
    }
}
