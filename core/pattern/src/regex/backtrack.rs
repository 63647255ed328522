use super::cursor::{self, Next};
use super::pike::{Found, Search, UNSET, better};
use super::program::{Inst, Program};

/// Steps that one search may take. Matching with back-references is exponential by nature;
/// a search that uses up its steps ends with the best match seen so far.
const MAX_STEPS: usize = 2_000_000;

/// Tries every way through a pattern with back-references and keeps the best.
pub(super) fn run(program: &Program, search: Search<'_>) -> Option<Found> {
    let mut steps = 0;
    let mut from = search.from;
    loop {
        let mut attempt = Attempt::new(program, search);
        attempt.explore(from, &mut steps);
        if attempt.best.is_some() || steps >= MAX_STEPS {
            return attempt.best;
        }
        match cursor::next(search.text, from) {
            Next::Char(_, length) => from += length,
            Next::End | Next::Invalid => return None,
        }
    }
}

enum Job {
    Visit(usize, usize),
    RestoreTag(usize, i64),
    RestoreOpen(usize, usize),
    RestoreGroup(usize, Option<(usize, usize)>),
    /// Leave a loop pass: the position where the jump at this instruction was last taken.
    RestoreSplit(usize, usize),
}

struct Attempt<'a> {
    program: &'a Program,
    search: Search<'a>,
    tags: Vec<i64>,
    opens: Vec<usize>,
    groups: Vec<Option<(usize, usize)>>,
    /// Where each split was last passed, to leave loops that consume nothing.
    passed: Vec<usize>,
    best: Option<Found>,
    jobs: Vec<Job>,
}

impl<'a> Attempt<'a> {
    fn new(program: &'a Program, search: Search<'a>) -> Attempt<'a> {
        Attempt {
            program,
            search,
            tags: vec![UNSET; program.directions.len()],
            opens: vec![0; program.groups.len()],
            groups: vec![None; program.groups.len()],
            passed: vec![usize::MAX; program.code.len()],
            best: None,
            jobs: Vec::new(),
        }
    }

    fn explore(&mut self, from: usize, steps: &mut usize) {
        self.jobs.push(Job::Visit(0, from));
        while let Some(job) = self.jobs.pop() {
            match job {
                Job::RestoreTag(tag, value) => self.tags[tag] = value,
                Job::RestoreOpen(group, at) => self.opens[group] = at,
                Job::RestoreGroup(group, value) => self.groups[group] = value,
                Job::RestoreSplit(pc, at) => self.passed[pc] = at,
                Job::Visit(pc, at) => {
                    self.visit(pc, at, steps);
                    if *steps >= MAX_STEPS {
                        return;
                    }
                }
            }
        }
    }

    fn visit(&mut self, mut pc: usize, mut at: usize, steps: &mut usize) {
        loop {
            *steps += 1;
            if *steps >= MAX_STEPS {
                return;
            }
            match self.program.code[pc] {
                Inst::Set(set) => match cursor::next(self.search.text, at) {
                    Next::Char(c, length) if self.program.sets[set].contains(c) => {
                        at += length;
                        pc += 1;
                    }
                    _ => return,
                },
                Inst::Match => return self.accept(at),
                Inst::Jump(target) => pc = target,
                Inst::Split(first, second) => {
                    self.jobs.push(Job::Visit(second, at));
                    // A pass that came back here without consuming anything goes on only.
                    if self.passed[pc] == at {
                        return;
                    }
                    self.jobs.push(Job::RestoreSplit(pc, self.passed[pc]));
                    self.passed[pc] = at;
                    pc = first;
                }
                Inst::Assert(assert) => {
                    let before = self.search.side_before(at);
                    let after = cursor::next(self.search.text, at).side();
                    if !self.program.holds(assert, before, after) {
                        return;
                    }
                    pc += 1;
                }
                Inst::Tag(tag) => {
                    self.jobs.push(Job::RestoreTag(tag, self.tags[tag]));
                    self.tags[tag] = at as i64;
                    pc += 1;
                }
                Inst::Open(group) => {
                    self.jobs.push(Job::RestoreOpen(group, self.opens[group]));
                    self.opens[group] = at;
                    pc += 1;
                }
                Inst::Close(group) => {
                    self.jobs.push(Job::RestoreGroup(group, self.groups[group]));
                    self.groups[group] = Some((self.opens[group], at));
                    pc += 1;
                }
                Inst::BackRef(group) => {
                    let Some(length) = self.repeats(group, at) else { return };
                    at += length;
                    pc += 1;
                }
            }
        }
    }

    /// The length of the group's text when it stands at `at` again; a group that is not set
    /// is empty text.
    fn repeats(&self, group: usize, at: usize) -> Option<usize> {
        let (start, end) = self.groups.get(group).copied().flatten().unwrap_or((at, at));
        let known = self.search.text.get(start..end)?;
        self.search.text.get(at..)?.starts_with(known).then_some(end - start)
    }

    fn accept(&mut self, at: usize) {
        let wins = match &self.best {
            None => true,
            Some(best) if best.end == at => better(&self.program.directions, &self.tags, &best.tags),
            Some(best) => at > best.end,
        };
        if wins {
            self.best = Some(Found { end: at, tags: self.tags.clone() });
        }
    }
}
