use std::collections::BTreeMap;

use super::cursor::{self, Next};
use super::program::{Inst, Program, Side};

/// States kept before the automaton starts afresh.
const MAX_STATES: usize = 2_000;
/// Fresh starts after which a pattern is left to the slower matcher.
const MAX_RESETS: usize = 10;
/// Transitions of a state in the table: ASCII, where NUL stands for the end of the text.
const STRIDE: usize = 128;

const UNKNOWN: u32 = u32::MAX;
const DEAD: u32 = 0;
/// Marks a transition whose source matched before the character was read.
const ACCEPTED: u32 = 1 << 31;

/// What an automaton says of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A match ends here.
    Ends(usize),
    NoMatch,
    /// The text is not UTF-8.
    Invalid,
    /// Too many states: ask the slower matcher.
    GaveUp,
}

/// A state: instructions to start from (before following what consumes nothing), and what
/// was consumed last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    starts: Vec<u32>,
    before: Side,
}

/// A deterministic automaton that is built while it runs.
#[derive(Debug)]
pub(super) struct Dfa {
    /// Attempts begin at every position, and the first end found is reported; else one
    /// attempt begins, and the last end is.
    floating: bool,
    states: Vec<State>,
    numbers: BTreeMap<State, u32>,
    table: Vec<u32>,
    wide: BTreeMap<(u32, char), u32>,
    resets: usize,
    /// Bytes read by all runs.
    pub(super) work: usize,
    seen: Vec<bool>,
}

impl Dfa {
    pub(super) fn new(program: &Program, floating: bool) -> Dfa {
        let mut dfa = Dfa {
            floating,
            states: Vec::new(),
            numbers: BTreeMap::new(),
            table: Vec::new(),
            wide: BTreeMap::new(),
            resets: 0,
            work: 0,
            seen: vec![false; program.code.len()],
        };
        dfa.reset();
        dfa
    }

    fn reset(&mut self) {
        self.states.clear();
        self.numbers.clear();
        self.table.clear();
        self.wide.clear();
        self.number(State { starts: Vec::new(), before: Side::Edge });
    }

    fn number(&mut self, state: State) -> u32 {
        if let Some(&number) = self.numbers.get(&state) {
            return number;
        }
        let number = self.states.len() as u32;
        self.states.push(state.clone());
        self.numbers.insert(state, number);
        self.table.resize(self.states.len() * STRIDE, UNKNOWN);
        number
    }

    /// Runs over the text from `from`, where `before` is what stands before it.
    pub(super) fn run(&mut self, program: &Program, text: &[u8], from: usize, before: Side) -> Verdict {
        let mut state = self.number(State { starts: vec![0], before });
        let mut end = None;
        let mut at = from;
        loop {
            let byte = text.get(at).copied().unwrap_or(0);
            let next = if byte < 128 {
                let known = self.table[state as usize * STRIDE + usize::from(byte)];
                if known == UNKNOWN {
                    let next = cursor::next(text, at);
                    match self.build(program, &mut state, next) {
                        Some(next) => next,
                        None => return Verdict::GaveUp,
                    }
                } else {
                    known
                }
            } else {
                match self.wide_step(program, &mut state, text, &mut at) {
                    Ok(next) => next,
                    Err(verdict) => return verdict,
                }
            };
            if next & ACCEPTED != 0 {
                end = Some(self.position(text, at));
                if self.floating {
                    break;
                }
            }
            state = next & !ACCEPTED;
            if state == DEAD || byte == 0 {
                break;
            }
            at += 1;
        }
        self.work += at - from + 1;
        end.map_or(Verdict::NoMatch, Verdict::Ends)
    }

    /// The start of the character whose last byte is at `at`.
    fn position(&self, text: &[u8], at: usize) -> usize {
        let mut start = at;
        while start > 0 && text.get(start).is_some_and(|byte| byte & 0xc0 == 0x80) {
            start -= 1;
        }
        start
    }

    /// Steps over a character outside of ASCII; leaves `at` on its last byte.
    fn wide_step(
        &mut self,
        program: &Program,
        state: &mut u32,
        text: &[u8],
        at: &mut usize,
    ) -> Result<u32, Verdict> {
        let next = cursor::next(text, *at);
        let Next::Char(c, length) = next else { return Err(Verdict::Invalid) };
        let value = match self.wide.get(&(*state, c)) {
            Some(&value) => value,
            None => self.build(program, state, next).ok_or(Verdict::GaveUp)?,
        };
        *at += length - 1;
        Ok(value)
    }

    /// Computes and keeps the transition of `state` on `next`.
    fn build(&mut self, program: &Program, state: &mut u32, next: Next) -> Option<u32> {
        if self.states.len() >= MAX_STATES || self.wide.len() >= MAX_STATES * 4 {
            self.resets += 1;
            if self.resets > MAX_RESETS {
                return None;
            }
            let current = self.states[*state as usize].clone();
            self.reset();
            *state = self.number(current);
        }
        let source = self.states[*state as usize].clone();
        let (reached, accepted) = self.closure(program, &source, next.side());
        let mut starts = Vec::new();
        if let Next::Char(c, _) = next {
            for pc in reached {
                if let Inst::Set(set) = program.code[pc]
                    && program.sets[set].contains(c)
                {
                    starts.push(pc as u32 + 1);
                }
            }
            if self.floating {
                starts.push(0);
            }
            starts.sort_unstable();
            starts.dedup();
        }
        let target =
            if starts.is_empty() { DEAD } else { self.number(State { starts, before: next.side() }) };
        let value = target | if accepted { ACCEPTED } else { 0 };
        match next {
            Next::Char(c, _) if !c.is_ascii() => {
                self.wide.insert((*state, c), value);
            }
            Next::Char(c, _) => self.table[*state as usize * STRIDE + c as usize] = value,
            Next::End | Next::Invalid => self.table[*state as usize * STRIDE] = value,
        }
        Some(value)
    }

    /// The consuming instructions that a state reaches, and whether it matches.
    fn closure(&mut self, program: &Program, state: &State, after: Side) -> (Vec<usize>, bool) {
        let mut stack: Vec<usize> = state.starts.iter().map(|&pc| pc as usize).collect();
        let mut visited = Vec::new();
        let mut reached = Vec::new();
        let mut accepted = false;
        while let Some(pc) = stack.pop() {
            if std::mem::replace(&mut self.seen[pc], true) {
                continue;
            }
            visited.push(pc);
            match program.code[pc] {
                Inst::Set(_) => reached.push(pc),
                Inst::Match => accepted = true,
                Inst::Split(first, second) => stack.extend([first, second]),
                Inst::Jump(target) => stack.push(target),
                Inst::Assert(assert) => {
                    if program.holds(assert, state.before, after) {
                        stack.push(pc + 1);
                    }
                }
                Inst::Tag(_) | Inst::Open(_) | Inst::Close(_) | Inst::BackRef(_) => {
                    stack.push(pc + 1);
                }
            }
        }
        for pc in visited {
            self.seen[pc] = false;
        }
        (reached, accepted)
    }
}
