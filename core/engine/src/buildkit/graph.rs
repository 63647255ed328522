use std::collections::BTreeMap;

use digest::{Digest, sha256};
use dockerfile::Lines;

use super::ops::Op;

/// Number of a node in a [`Graph`].
pub(super) type NodeId = usize;

/// An operation as one place of the Dockerfile asks for it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// What is done.
    pub(super) op: Op,
    /// On what, in the order that the operation expects.
    pub(super) inputs: Vec<NodeId>,
    /// What the user sees.
    pub(super) name: String,
    /// The cache is not asked (`--no-cache`).
    pub(super) ignore_cache: bool,
    /// Its lines in the Dockerfile.
    pub(super) lines: Option<Lines>,
}

/// All operations that the Dockerfile can ask for. Equal ones are told apart here, and are one vertex when they are
/// carried out.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    digests: Vec<Digest>,
}

/// One vertex: equal operations on equal inputs, under the name that counts.
#[derive(Clone, Debug)]
pub(super) struct Vertex {
    /// SHA-256 of the operation and its inputs.
    pub(super) digest: Digest,
    /// A node that stands for all of them.
    pub(super) node: NodeId,
    /// Digests of the inputs.
    pub(super) inputs: Vec<Digest>,
    /// The name of the one that was met last.
    pub(super) name: String,
}

impl Graph {
    /// Adds an operation on nodes that are there already.
    pub(super) fn add(&mut self, node: Node) -> NodeId {
        let mut text = format!("{:?} {}", node.op.definition(), node.ignore_cache);
        for input in &node.inputs {
            text.push_str(&format!(" {}", self.digests[*input]));
        }
        self.digests.push(sha256(text));
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// A node.
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// Digest of a node: equal operations on equal inputs have the same.
    pub(super) fn digest(&self, id: NodeId) -> Digest {
        self.digests[id]
    }

    /// Nodes that have a vertex among their inputs.
    pub(super) fn users(&self, vertex: Digest) -> Vec<NodeId> {
        let uses = |node: &Node| node.inputs.iter().any(|input| self.digests[*input] == vertex);
        self.nodes.iter().enumerate().filter(|(_, node)| uses(node)).map(|(id, _)| id).collect()
    }

    /// Changes a node's operation, before the graph is carried out; its digest stays.
    pub(super) fn op_mut(&mut self, id: NodeId) -> &mut Op {
        &mut self.nodes[id].op
    }

    /// The vertices that `target` needs, inputs before what needs them; itself last.
    pub(super) fn vertices(&self, target: NodeId) -> Vec<Vertex> {
        let mut found: BTreeMap<Digest, usize> = BTreeMap::new();
        let mut seen = vec![false; self.nodes.len()];
        let mut vertices: Vec<Vertex> = Vec::new();
        let mut pending = vec![(target, false)];
        while let Some((id, ready)) = pending.pop() {
            if ready {
                let (digest, node) = (self.digests[id], &self.nodes[id]);
                match found.get(&digest) {
                    Some(at) => vertices[*at].name.clone_from(&node.name),
                    None => {
                        found.insert(digest, vertices.len());
                        let inputs = node.inputs.iter().map(|input| self.digests[*input]).collect();
                        vertices.push(Vertex { digest, node: id, inputs, name: node.name.clone() });
                    }
                }
            } else if !std::mem::replace(&mut seen[id], true) {
                pending.push((id, true));
                pending.extend(self.nodes[id].inputs.iter().rev().map(|input| (*input, false)));
            }
        }
        vertices
    }
}
