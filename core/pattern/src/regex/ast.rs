/// A zero-width condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assert {
    LineStart,
    LineEnd,
    WordStart,
    WordEnd,
    WordEdge,
    NotWordEdge,
}

#[derive(Debug)]
pub(super) enum Kind {
    Empty,
    /// One character out of the set with this number.
    Set(usize),
    Assert(Assert),
    /// What the group with this number matched.
    BackRef(usize),
    Cat(Vec<Node>),
    Alt(Box<Node>, Box<Node>),
    /// `max` of `None` is unbounded.
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
    },
}

/// A part of a pattern, with the marks that say where groups begin and end.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The capturing group that this node is the content of.
    pub(super) group: Option<usize>,
    /// Groups at and below this node.
    pub(super) groups: usize,
    /// Tags at and below this node (first pass of the tagging).
    pub(super) tags: usize,
    pub(super) tag_left: Option<usize>,
    pub(super) tag_right: Option<usize>,
}

impl Node {
    pub(super) fn new(kind: Kind) -> Node {
        let groups = match &kind {
            Kind::Cat(items) => items.iter().map(|item| item.groups).sum(),
            Kind::Alt(left, right) => left.groups + right.groups,
            Kind::Repeat { node, .. } => node.groups,
            _ => 0,
        };
        Node { kind, group: None, groups, tags: 0, tag_left: None, tag_right: None }
    }

    pub(super) fn empty() -> Node {
        Node::new(Kind::Empty)
    }

    /// `left` followed by `right`.
    pub(super) fn cat(left: Option<Node>, right: Node) -> Node {
        match left {
            None => right,
            Some(Node { kind: Kind::Cat(mut items), group: None, groups, .. }) => {
                let groups = groups + right.groups;
                items.push(right);
                Node { groups, ..Node::new(Kind::Cat(items)) }
            }
            Some(left) => Node::new(Kind::Cat(vec![left, right])),
        }
    }

    /// `left` or `right`.
    pub(super) fn alt(left: Option<Node>, right: Node) -> Node {
        match left {
            None => right,
            Some(left) => Node::new(Kind::Alt(Box::new(left), Box::new(right))),
        }
    }

    /// The node as the content of group `id`.
    pub(super) fn mark_group(self, id: usize) -> Node {
        let mut node = if self.group.is_some() { Node::cat(Some(Node::empty()), self) } else { self };
        node.group = Some(id);
        node.groups += 1;
        node
    }

    /// Whether the node matches the empty string (assertions count as empty).
    pub(super) fn nullable(&self) -> bool {
        match &self.kind {
            Kind::Empty | Kind::Assert(_) => true,
            // A group may have matched nothing.
            Kind::BackRef(_) => false,
            Kind::Set(_) => false,
            Kind::Cat(items) => items.iter().all(Node::nullable),
            Kind::Alt(left, right) => left.nullable() || right.nullable(),
            Kind::Repeat { node, min, .. } => *min == 0 || node.nullable(),
        }
    }
}
