use bstr::Finder;

use super::ast::{Kind, Node};
use super::set::CharSet;

/// Fixed text in a pattern, to skip quickly to where it can match.
#[derive(Debug)]
pub(super) struct Literals {
    prefix: Option<Finder<'static>>,
    whole: bool,
    required: Vec<u8>,
}

impl Literals {
    /// Whether the pattern is its literal prefix and nothing else.
    pub(super) fn whole(&self) -> bool {
        self.whole
    }

    pub(super) fn prefix_len(&self) -> Option<usize> {
        self.prefix.as_ref().map(|finder| finder.needle().len())
    }

    pub(super) fn required(&self) -> Option<&[u8]> {
        (!self.required.is_empty()).then_some(self.required.as_slice())
    }

    /// Where the prefix stands first; the outer `None` means that there is no prefix.
    pub(super) fn find_prefix(&self, text: &[u8]) -> Option<Option<usize>> {
        self.prefix.as_ref().map(|finder| finder.find(text))
    }
}

/// Collects the literals of a pattern.
pub(super) fn extract(root: &Node, sets: &[CharSet]) -> Literals {
    let items = match &root.kind {
        Kind::Cat(items) => items.as_slice(),
        _ => std::slice::from_ref(root),
    };
    let mut runs: Vec<Vec<u8>> = vec![Vec::new()];
    let mut all = true;
    for item in items {
        match sole(item, sets) {
            Some(c) => {
                let mut buffer = [0; 4];
                if let Some(run) = runs.last_mut() {
                    run.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
                }
            }
            None => {
                all = false;
                runs.push(Vec::new());
            }
        }
    }
    let prefix = runs.first().filter(|run| !run.is_empty());
    let finder = prefix.map(|run| Finder::new(run).into_owned());
    let whole = all && finder.is_some();
    let required = runs.into_iter().max_by_key(Vec::len).unwrap_or_default();
    Literals { prefix: finder, whole, required }
}

fn sole(node: &Node, sets: &[CharSet]) -> Option<char> {
    let Kind::Set(set) = node.kind else { return None };
    let inner = node.group.is_some_and(|id| id > 0);
    sets.get(set)?.sole().filter(|&c| !inner && c != '\0')
}

/// The bytes that a match can begin with; `None` when it can be empty or the pattern hides them.
pub(super) fn first_bytes(root: &Node, sets: &[CharSet]) -> Option<Box<[bool; 256]>> {
    let mut table = Box::new([false; 256]);
    (!root.nullable() && mark_first(root, sets, &mut table)).then_some(table)
}

/// Adds the first bytes of `node`; false when they are not known.
fn mark_first(node: &Node, sets: &[CharSet], table: &mut [bool; 256]) -> bool {
    match &node.kind {
        Kind::Empty | Kind::Assert(_) => true,
        Kind::BackRef(_) => false,
        Kind::Set(set) => {
            if let Some(set) = sets.get(*set) {
                set.mark_first_bytes(table);
            }
            true
        }
        Kind::Alt(left, right) => mark_first(left, sets, table) && mark_first(right, sets, table),
        Kind::Repeat { node, .. } => mark_first(node, sets, table),
        Kind::Cat(items) => {
            for item in items {
                if !mark_first(item, sets, table) {
                    return false;
                }
                if !item.nullable() {
                    return true;
                }
            }
            true
        }
    }
}
