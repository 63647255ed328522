use super::RegexError;
use super::ast::{Assert, Kind, Node};
use super::set::{CharSet, is_word};
use super::tags::{Direction, Tags};

/// Most instructions of a compiled pattern.
const MAX_INSTRUCTIONS: usize = 200_000;

/// One instruction of the automaton; `usize` targets are instruction numbers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Inst {
    /// Consumes a character of the set.
    Set(usize),
    Split(usize, usize),
    Jump(usize),
    Assert(Assert),
    /// Remembers the position in a tag.
    Tag(usize),
    /// Remembers where a group begins; only in patterns with back-references.
    Open(usize),
    Close(usize),
    BackRef(usize),
    Match,
}

/// What stands before or behind a position, as far as assertions care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// Start or end of the text.
    Edge,
    /// Start of a text that is not the start of a line.
    Middle,
    Newline,
    Word,
    Other,
}

impl Side {
    pub(super) fn of(c: char) -> Side {
        match c {
            '\n' => Side::Newline,
            c if is_word(c) => Side::Word,
            _ => Side::Other,
        }
    }
}

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) code: Vec<Inst>,
    pub(super) sets: Vec<CharSet>,
    pub(super) directions: Vec<Direction>,
    pub(super) groups: Vec<super::tags::GroupTags>,
    pub(super) newline: bool,
    pub(super) back_references: bool,
}

impl Program {
    /// Whether `assert` holds between two sides.
    pub(super) fn holds(&self, assert: Assert, before: Side, after: Side) -> bool {
        let edge = matches!(before, Side::Edge | Side::Middle) || after == Side::Edge;
        let word_before = before == Side::Word;
        let word_after = after == Side::Word;
        match assert {
            Assert::LineStart => before == Side::Edge || (self.newline && before == Side::Newline),
            Assert::LineEnd => after == Side::Edge || (self.newline && after == Side::Newline),
            Assert::WordStart => !word_before && word_after,
            Assert::WordEnd => word_before && !word_after,
            Assert::WordEdge => edge || word_before != word_after,
            Assert::NotWordEdge => !edge && word_before == word_after,
        }
    }
}

/// Compiles a tagged tree.
pub(super) fn compile(
    root: &Node,
    sets: Vec<CharSet>,
    tags: Tags,
    newline: bool,
    back_references: bool,
) -> Result<Program, RegexError> {
    let mut compiler = Compiler { code: Vec::new(), directions: tags.directions, marks: back_references };
    compiler.node(root, true)?;
    compiler.emit(Inst::Match)?;
    Ok(Program {
        code: compiler.code,
        sets,
        directions: compiler.directions,
        groups: tags.groups,
        newline,
        back_references,
    })
}

struct Compiler {
    code: Vec<Inst>,
    directions: Vec<Direction>,
    marks: bool,
}

impl Compiler {
    fn emit(&mut self, inst: Inst) -> Result<usize, RegexError> {
        if self.code.len() >= MAX_INSTRUCTIONS {
            return Err(RegexError::Space);
        }
        self.code.push(inst);
        Ok(self.code.len() - 1)
    }

    fn node(&mut self, node: &Node, tagged: bool) -> Result<(), RegexError> {
        if let (Some(tag), true) = (node.tag_left, tagged) {
            self.emit(Inst::Tag(tag))?;
        }
        let mark = node.group.filter(|_| self.marks);
        if let Some(group) = mark {
            self.emit(Inst::Open(group))?;
        }
        match &node.kind {
            Kind::Empty => {}
            Kind::Set(set) => {
                self.emit(Inst::Set(*set))?;
            }
            Kind::Assert(assert) => {
                self.emit(Inst::Assert(*assert))?;
            }
            Kind::BackRef(group) => {
                self.emit(Inst::BackRef(*group))?;
            }
            Kind::Cat(items) => {
                for item in items {
                    self.node(item, tagged)?;
                }
            }
            Kind::Alt(left, right) => self.alternative(left, right, tagged)?,
            Kind::Repeat { node, min, max } => self.repeat(node, *min, *max, tagged)?,
        }
        if let Some(group) = mark {
            self.emit(Inst::Close(group))?;
        }
        if let (Some(tag), true) = (node.tag_right, tagged) {
            self.emit(Inst::Tag(tag))?;
        }
        Ok(())
    }

    fn alternative(&mut self, left: &Node, right: &Node, tagged: bool) -> Result<(), RegexError> {
        let split = self.emit(Inst::Jump(0))?;
        self.node(left, tagged)?;
        let jump = self.emit(Inst::Jump(0))?;
        self.code[split] = Inst::Split(split + 1, jump + 1);
        self.node(right, tagged)?;
        self.code[jump] = Inst::Jump(self.code.len());
        Ok(())
    }

    /// Repetitions beyond `* + ?` are written out; of the written out copies only the last
    /// required one and the optional ones keep their tags.
    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, tagged: bool) -> Result<(), RegexError> {
        if min <= 1 && max.is_none_or(|max| max <= 1) {
            return match (min, max) {
                (0, None) => self.star(node, tagged),
                (_, None) => self.plus(node, tagged),
                (0, _) => self.optional(node, tagged),
                _ => self.node(node, tagged),
            };
        }
        for copy in 1..=min {
            let last = copy == min;
            if last
                && tagged
                && let Some(tag) = first_tag(node)
                && let Some(direction) = self.directions.get_mut(tag)
            {
                *direction = Direction::Maximize;
            }
            self.node(node, tagged && last)?;
        }
        let Some(max) = max else { return self.star(node, tagged) };
        let mut exits = Vec::new();
        for _ in min..max {
            exits.push(self.emit(Inst::Jump(0))?);
            self.node(node, tagged)?;
        }
        let end = self.code.len();
        for exit in exits {
            self.code[exit] = Inst::Split(exit + 1, end);
        }
        Ok(())
    }

    fn star(&mut self, node: &Node, tagged: bool) -> Result<(), RegexError> {
        // What can match nothing is always entered, so that its groups are set.
        if node.nullable() {
            return self.plus(node, tagged);
        }
        let split = self.emit(Inst::Jump(0))?;
        self.node(node, tagged)?;
        self.emit(Inst::Jump(split))?;
        self.code[split] = Inst::Split(split + 1, self.code.len());
        Ok(())
    }

    fn plus(&mut self, node: &Node, tagged: bool) -> Result<(), RegexError> {
        let start = self.code.len();
        self.node(node, tagged)?;
        let split = self.emit(Inst::Jump(0))?;
        self.code[split] = Inst::Split(start, split + 1);
        Ok(())
    }

    fn optional(&mut self, node: &Node, tagged: bool) -> Result<(), RegexError> {
        if node.nullable() {
            return self.node(node, tagged);
        }
        let split = self.emit(Inst::Jump(0))?;
        self.node(node, tagged)?;
        self.code[split] = Inst::Split(split + 1, self.code.len());
        Ok(())
    }
}

/// The first tag of a subtree in the order of the pattern.
fn first_tag(node: &Node) -> Option<usize> {
    if node.tag_left.is_some() {
        return node.tag_left;
    }
    let inside = match &node.kind {
        Kind::Cat(items) => items.iter().find_map(first_tag),
        Kind::Alt(left, right) => first_tag(left).or_else(|| first_tag(right)),
        Kind::Repeat { node, .. } => first_tag(node),
        _ => None,
    };
    inside.or(node.tag_right)
}
