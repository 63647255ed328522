use super::ast::{Kind, Node};

/// Which of two values of a tag is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Minimize,
    Maximize,
}

/// Where a group begins or ends: at a tag, or at the end of the match.
#[derive(Debug, Clone, Default)]
pub(super) struct GroupTags {
    pub(super) start: Option<usize>,
    pub(super) end: Option<usize>,
    /// Groups around this one: a group is unset when it lies outside of one of them.
    pub(super) parents: Vec<usize>,
}

/// The tags of a pattern: positions remembered during the match. Of two ways to the same
/// state the one whose tags compare better, in order, wins. This is how TRE (V. Laurikari,
/// "Efficient submatch addressing for regular expressions") decides what groups hold, so the
/// places and directions of the tags follow it.
pub(super) struct Tags {
    pub(super) directions: Vec<Direction>,
    pub(super) groups: Vec<GroupTags>,
}

/// Puts tags into the tree and returns what they mean.
pub(super) fn assign(root: &mut Node, groups: usize) -> Tags {
    Tagger::new(true, groups).visit_root(root);
    let mut tagger = Tagger::new(false, groups);
    tagger.visit_root(root);
    let count = tagger.count;
    for group in &mut tagger.groups {
        group.start = group.start.filter(|&tag| tag < count);
        group.end = group.end.filter(|&tag| tag < count);
    }
    tagger.directions.resize(count, Direction::Minimize);
    Tags { directions: tagger.directions, groups: tagger.groups }
}

#[derive(Clone, Copy)]
enum Boundary {
    Start(usize),
    End(usize),
}

struct Tagger {
    /// The first pass only counts the tags of each node.
    counting: bool,
    direction: Direction,
    /// Boundaries of groups that have no tag yet; those below `base` are out of sight.
    pending: Vec<Boundary>,
    base: usize,
    parents: Vec<usize>,
    count: usize,
    tag: usize,
    next: usize,
    directions: Vec<Direction>,
    groups: Vec<GroupTags>,
}

impl Tagger {
    fn new(counting: bool, groups: usize) -> Tagger {
        Tagger {
            counting,
            direction: Direction::Minimize,
            pending: Vec::new(),
            base: 0,
            parents: Vec::new(),
            count: 0,
            tag: 0,
            next: 1,
            directions: Vec::new(),
            groups: vec![GroupTags::default(); groups],
        }
    }

    fn visit_root(&mut self, root: &mut Node) {
        self.visit(root);
        self.settle(self.tag);
    }

    fn has_pending(&self) -> bool {
        self.pending.len() > self.base
    }

    fn set_direction(&mut self, tag: usize, direction: Direction) {
        if self.directions.len() <= tag {
            self.directions.resize(tag + 1, Direction::Minimize);
        }
        if let Some(slot) = self.directions.get_mut(tag) {
            *slot = direction;
        }
    }

    /// The pending boundaries are where `tag` is.
    fn settle(&mut self, tag: usize) {
        for boundary in self.pending.drain(self.base..) {
            match boundary {
                Boundary::Start(id) => self.groups[id].start = Some(tag),
                Boundary::End(id) => self.groups[id].end = Some(tag),
            }
        }
    }

    /// Gives the pending boundaries a tag to the left of `node`.
    fn tag_left(&mut self, node: &mut Node) {
        if !self.counting {
            node.tag_left = Some(self.tag);
            self.set_direction(self.tag, self.direction);
        }
        self.settle(self.tag);
        self.tag = self.next;
        self.count += 1;
        self.next += 1;
    }

    fn visit(&mut self, node: &mut Node) {
        if let Some(id) = node.group {
            self.pending.push(Boundary::Start(id));
            self.groups[id].parents.clone_from(&self.parents);
            self.parents.push(id);
        }
        match &node.kind {
            Kind::Set(_) | Kind::BackRef(_) => {
                if self.has_pending() {
                    self.tag_left(node);
                    node.tags = 1;
                }
            }
            Kind::Empty | Kind::Assert(_) => {}
            Kind::Cat(_) => self.visit_cat(node),
            Kind::Repeat { .. } => self.visit_repeat(node),
            Kind::Alt(..) => self.visit_alt(node),
        }
        if let Some(id) = node.group {
            self.pending.push(Boundary::End(id));
            self.parents.pop();
        }
    }

    /// A chain of items is the left-leaning tree of pairs: the outermost pair reserves first.
    fn visit_cat(&mut self, node: &mut Node) {
        let Kind::Cat(items) = &mut node.kind else { return };
        let mut before: Vec<usize> = Vec::with_capacity(items.len());
        let mut sum = 0;
        for item in items.iter() {
            before.push(sum);
            sum += item.tags;
        }
        let mut resume = vec![(0, None); items.len()];
        for index in (1..items.len()).rev() {
            let next = self.next + before[index];
            let both = before[index] > 0 && items[index].tags > 0;
            let reserved = both.then_some(self.next);
            self.next += usize::from(both);
            resume[index] = (next, reserved);
        }
        for (index, item) in items.iter_mut().enumerate() {
            if index > 0 {
                let (next, reserved) = resume[index];
                self.next = next;
                self.tag = reserved.unwrap_or(self.tag);
            }
            self.visit(item);
        }
        node.tags = items.iter().map(|item| item.tags).sum();
    }

    fn visit_repeat(&mut self, node: &mut Node) {
        let own = usize::from(self.has_pending());
        if own == 1 {
            self.tag_left(node);
        }
        self.direction = Direction::Minimize;
        if let Kind::Repeat { node: inner, .. } = &mut node.kind {
            self.visit(inner);
            node.tags = inner.tags + own;
        }
        self.direction = Direction::Maximize;
    }

    fn visit_alt(&mut self, node: &mut Node) {
        let pending = self.has_pending();
        let (left_tag, right_tag) = if pending { (self.next, self.next + 1) } else { (self.tag, self.next) };
        if pending {
            self.tag_left(node);
        }
        let marked = node.groups > 0;
        if marked {
            self.tag = self.next + 1;
            self.next += 2;
        }
        let Kind::Alt(left, right) = &mut node.kind else { return };
        self.visit(left);
        let base = self.base;
        self.base = self.pending.len();
        self.visit(right);
        self.base = base;
        node.tags = left.tags + right.tags + usize::from(pending) + if marked { 2 } else { 0 };
        if marked {
            if !self.counting {
                left.tag_right = Some(left_tag);
                right.tag_right = Some(right_tag);
                self.set_direction(left_tag, Direction::Maximize);
                self.set_direction(right_tag, Direction::Maximize);
            }
            self.count += 2;
        }
        self.direction = Direction::Maximize;
    }
}
