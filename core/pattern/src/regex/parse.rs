use super::RegexOptions;
use super::ast::{Assert, Kind, Node};
use super::bracket;
use super::error::RegexError;
use super::set::CharSet;

/// Deepest nesting of groups.
const MAX_DEPTH: usize = 256;
/// Most branches between two bars of one level: the tree leans left by one level each.
const MAX_BRANCHES: usize = 1000;
/// POSIX RE_DUP_MAX.
const MAX_REPEAT: u32 = 255;

/// A parsed pattern.
pub(super) struct Parsed {
    pub(super) root: Node,
    pub(super) sets: Vec<CharSet>,
    /// Groups with the whole match, so at least one.
    pub(super) groups: usize,
    pub(super) back_references: bool,
}

/// Parses a basic or extended regular expression as musl does: `\+ \? \|` in basic ones,
/// repeated repetitions and empty branches everywhere.
pub(super) fn parse(pattern: &[u8], options: RegexOptions) -> Result<Parsed, RegexError> {
    let cut = pattern.iter().position(|&byte| byte == 0).unwrap_or(pattern.len());
    let text = pattern.get(..cut).unwrap_or(pattern);
    let mut parser = Parser { text, at: 0, start: 0, options, sets: Vec::new(), max_backref: 0 };
    let (root, groups) = parser.alternation()?;
    if parser.max_backref >= groups {
        return Err(RegexError::BackReference);
    }
    Ok(Parsed { root, sets: parser.sets, groups, back_references: parser.max_backref > 0 })
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the innermost branch begins: `^` of a basic expression is special only there.
    start: usize,
    options: RegexOptions,
    sets: Vec<CharSet>,
    max_backref: usize,
}

/// A group that is still open.
struct Level {
    alternatives: Option<Node>,
    branch: Option<Node>,
    id: usize,
    branches: usize,
}

impl Level {
    fn new(id: usize) -> Level {
        Level { alternatives: None, branch: None, id, branches: 0 }
    }

    fn close_branch(&mut self) -> Result<(), RegexError> {
        self.branches += 1;
        if self.branches > MAX_BRANCHES {
            return Err(RegexError::Space);
        }
        let branch = self.branch.take().unwrap_or_else(Node::empty);
        self.alternatives = Some(Node::alt(self.alternatives.take(), branch));
        Ok(())
    }
}

impl Parser<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn extended(&self) -> bool {
        self.options.extended
    }

    /// Whether the operator `op` stands here: bare in extended, escaped in basic expressions.
    fn operator(&self, op: u8) -> bool {
        if self.extended() { self.peek(0) == op } else { self.peek(0) == b'\\' && self.peek(1) == op }
    }

    fn skip_operator(&mut self) {
        self.at += if self.extended() { 1 } else { 2 };
    }

    fn alternation(&mut self) -> Result<(Node, usize), RegexError> {
        let mut levels: Vec<Level> = Vec::new();
        let mut level = Level::new(0);
        let mut groups = 1;
        loop {
            if self.operator(b'(') {
                if levels.len() >= MAX_DEPTH {
                    return Err(RegexError::Space);
                }
                self.skip_operator();
                self.start = self.at;
                levels.push(std::mem::replace(&mut level, Level::new(groups)));
                groups += 1;
                continue;
            }
            let closes = self.operator(b')') && (!self.extended() || !levels.is_empty());
            let mut node = if closes { Node::empty() } else { self.atom()? };
            loop {
                node = self.repetitions(node)?;
                level.branch = Some(Node::cat(level.branch.take(), node));
                if self.operator(b'|') {
                    self.skip_operator();
                    self.start = self.at;
                    level.close_branch()?;
                    break;
                }
                let closes = self.operator(b')') && (!self.extended() || !levels.is_empty());
                let at_end = self.at >= self.text.len();
                if !closes && !at_end {
                    break;
                }
                level.close_branch()?;
                let id = level.id;
                let content = level.alternatives.take().unwrap_or_else(Node::empty);
                let Some(outer) = levels.pop() else {
                    return if closes { Err(RegexError::Paren) } else { Ok((content.mark_group(0), groups)) };
                };
                if at_end {
                    return Err(RegexError::Paren);
                }
                self.skip_operator();
                level = outer;
                node = content.mark_group(id);
            }
        }
    }

    /// The repetition operators behind `node`.
    fn repetitions(&mut self, mut node: Node) -> Result<Node, RegexError> {
        loop {
            let escaped = self.peek(0) == b'\\';
            let op = if escaped && !self.extended() { self.peek(1) } else { self.peek(0) };
            let repeats = if self.extended() {
                matches!(op, b'*' | b'+' | b'?' | b'{')
            } else if escaped {
                matches!(op, b'+' | b'?' | b'{')
            } else {
                op == b'*'
            };
            // `^*` at the start of a basic expression is a literal star.
            let caret = !self.extended()
                && self.at + usize::from(escaped) == self.start + 1
                && self.text.get(self.start) == Some(&b'^');
            if !repeats || caret {
                return Ok(node);
            }
            self.at += if escaped { 2 } else { 1 };
            let (min, max) = match op {
                b'*' => (0, None),
                b'+' => (1, None),
                b'?' => (0, Some(1)),
                _ => self.interval()?,
            };
            node = if max == Some(0) {
                Node::empty()
            } else {
                Node::new(Kind::Repeat { node: Box::new(node), min, max })
            };
        }
    }

    fn interval(&mut self) -> Result<(u32, Option<u32>), RegexError> {
        let min = self.count().ok_or(RegexError::Interval)?;
        let max = if self.peek(0) == b',' {
            self.at += 1;
            self.count()
        } else {
            Some(min)
        };
        let bad = max.is_some_and(|max| max < min || max > MAX_REPEAT) || min > MAX_REPEAT;
        let closed = if self.extended() {
            self.peek(0) == b'}'
        } else {
            self.peek(0) == b'\\' && self.peek(1) == b'}'
        };
        if bad || !closed {
            return Err(RegexError::Interval);
        }
        self.skip_operator();
        Ok((min, max))
    }

    fn count(&mut self) -> Option<u32> {
        let mut value = None;
        while self.peek(0).is_ascii_digit() && value.is_none_or(|value| value <= MAX_REPEAT) {
            value = Some(value.unwrap_or(0) * 10 + u32::from(self.peek(0) - b'0'));
            self.at += 1;
        }
        value
    }

    fn set(&mut self, set: CharSet) -> Node {
        let number = self.sets.iter().position(|known| *known == set).unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        Node::new(Kind::Set(number))
    }

    fn atom(&mut self) -> Result<Node, RegexError> {
        let extended = self.extended();
        match self.peek(0) {
            b'[' => self.bracket(),
            b'\\' => self.escape(),
            b'.' => {
                self.at += 1;
                let set = CharSet::any(self.options.newline);
                Ok(self.set(set))
            }
            b'^' if extended || self.at == self.start => self.assertion(1, Assert::LineStart),
            b'$' if extended || self.ends_branch() => self.assertion(1, Assert::LineEnd),
            b'*' | b'+' | b'?' | b'{' if extended => Err(RegexError::Repetition),
            b'|' if extended => Ok(Node::empty()),
            0 => Ok(Node::empty()),
            _ => self.literal(),
        }
    }

    /// Whether the `$` here ends a branch of a basic expression.
    fn ends_branch(&self) -> bool {
        self.peek(1) == 0 || (self.peek(1) == b'\\' && matches!(self.peek(2), b')' | b'|'))
    }

    fn assertion(&mut self, length: usize, assert: Assert) -> Result<Node, RegexError> {
        self.at += length;
        Ok(Node::new(Kind::Assert(assert)))
    }

    fn bracket(&mut self) -> Result<Node, RegexError> {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let (set, used) = bracket::parse(rest, self.options)?;
        self.at += 1 + used;
        Ok(self.set(set))
    }

    fn literal(&mut self) -> Result<Node, RegexError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (c, length) = super::decode(rest).ok_or(RegexError::BadPattern)?;
        self.at += length;
        let set = CharSet::single(c, self.options.icase);
        Ok(self.set(set))
    }

    fn escape(&mut self) -> Result<Node, RegexError> {
        let op = self.peek(1);
        let shorthand: Option<&[u8]> = match op {
            b'w' => Some(b"[:alnum:]_]"),
            b'W' => Some(b"^[:alnum:]_]"),
            b's' => Some(b"[:space:]]"),
            b'S' => Some(b"^[:space:]]"),
            b'd' => Some(b"[:digit:]]"),
            b'D' => Some(b"^[:digit:]]"),
            _ => None,
        };
        if let Some(inside) = shorthand {
            self.at += 2;
            let (set, _) = bracket::parse(inside, self.options)?;
            return Ok(self.set(set));
        }
        let control = match op {
            b't' => Some('\t'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b'f' => Some('\x0c'),
            b'a' => Some('\x07'),
            b'e' => Some('\x1b'),
            _ => None,
        };
        if let Some(c) = control {
            self.at += 2;
            return Ok(self.set(CharSet::single(c, false)));
        }
        match op {
            0 => Err(RegexError::TrailingBackslash),
            b'b' => self.assertion(2, Assert::WordEdge),
            b'B' => self.assertion(2, Assert::NotWordEdge),
            b'<' => self.assertion(2, Assert::WordStart),
            b'>' => self.assertion(2, Assert::WordEnd),
            b'x' => self.hexadecimal(),
            b'{' | b'+' | b'?' if !self.extended() => Err(RegexError::Repetition),
            b'|' if !self.extended() => Ok(Node::empty()),
            b'1'..=b'9' if !self.extended() => {
                let group = usize::from(op - b'0');
                self.max_backref = self.max_backref.max(group);
                self.at += 2;
                Ok(Node::new(Kind::BackRef(group)))
            }
            _ => {
                self.at += 1;
                self.literal()
            }
        }
    }

    /// `\xHH` and `\x{H..}`.
    fn hexadecimal(&mut self) -> Result<Node, RegexError> {
        self.at += 2;
        let braced = self.peek(0) == b'{';
        self.at += usize::from(braced);
        let mut value = 0;
        for _ in 0..if braced { 8 } else { 2 } {
            let Some(digit) = char::from(self.peek(0)).to_digit(16) else { break };
            value = value * 16 + digit;
            self.at += 1;
            if value >= 0x11_0000 {
                break;
            }
        }
        if braced {
            if self.peek(0) != b'}' {
                return Err(RegexError::Brace);
            }
            self.at += 1;
        }
        let c = char::from_u32(value).ok_or(RegexError::BadPattern)?;
        Ok(self.set(CharSet::single(c, false)))
    }
}
