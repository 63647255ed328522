//! A Dockerfile as a graph of operations.

mod copy;
mod dispatch;
mod globals;
mod metadata;
mod plan;
mod run;
mod stages;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use api::{NamedContext, SolveRequest};
use dockerfile::expand::Expander;
use dockerfile::{Dockerfile, Vintage};
use oci::ImageConfig;

use super::graph::{Graph, Node, NodeId};
use super::ops::Op;
use super::ops::image::ImageOp;
use super::ops::local::LocalOp;
use super::transfer::Selection;
pub(super) use globals::Globals;
pub(super) use plan::{Base, Names, Source};
pub(super) use state::{FrontError, State};

/// A base image that has been looked up.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    /// Its operation.
    pub(super) op: ImageOp,
    /// How `FROM` shows it.
    pub(super) shown: String,
    /// The name of its vertex where the command line puts it in place of another image.
    pub(super) context: Option<String>,
    /// Its configuration.
    pub(super) config: ImageConfig,
}

/// The Dockerfile cut to what the target needs.
pub(super) struct Outline {
    /// The Dockerfile.
    pub(super) dockerfile: Dockerfile,
    /// Index of the stage to be built.
    pub(super) target: usize,
    /// The variables of `FROM`.
    pub(super) globals: Globals,
    /// The names of stages.
    pub(super) names: Names,
    /// What each stage stands on.
    pub(super) bases: Vec<Base>,
    /// The platform of each stage, where `FROM` names one.
    pub(super) platforms: Vec<Option<String>>,
    /// The stages that are needed.
    pub(super) needed: BTreeSet<usize>,
}

/// The making of the graph.
pub(super) struct Front<'a> {
    pub(super) request: &'a SolveRequest,
    pub(super) outline: &'a Outline,
    pub(super) graph: Graph,
    expander: Expander,
    /// Images of `FROM` and `--from`, by the name written (expanded).
    images: &'a BTreeMap<String, Resolved>,
    states: BTreeMap<usize, State>,
    /// The main context, once something needs it.
    context: Option<NodeId>,
    contexts: BTreeMap<String, NodeId>,
    /// How many stages there are, those that `--from` adds among them.
    pub(super) stage_count: usize,
    old: bool,
    /// Why the client cannot send the main context.
    ignore_error: Option<String>,
}

impl<'a> Front<'a> {
    pub(super) fn new(
        request: &'a SolveRequest,
        outline: &'a Outline,
        images: &'a BTreeMap<String, Resolved>,
        ignore_error: Option<String>,
    ) -> Self {
        let vintage = outline.dockerfile.vintage;
        Front {
            request,
            outline,
            graph: Graph::default(),
            expander: Expander::new(outline.dockerfile.escape, vintage),
            images,
            states: BTreeMap::new(),
            context: None,
            contexts: BTreeMap::new(),
            stage_count: outline.stage_count(),
            old: vintage == Vintage::Docker20_10,
            ignore_error,
        }
    }

    /// The node of the main context, and that `paths` of it are needed.
    fn context(&mut self, paths: &[String]) -> NodeId {
        let id = match self.context {
            Some(id) => id,
            None => {
                let (tree, key) = match &self.request.context {
                    api::SolveContext::Folder(folder) => (folder.tree.clone(), folder.key.clone()),
                    api::SolveContext::Archive { tree, .. } => (tree.clone(), String::new()),
                    api::SolveContext::Nothing => {
                        (vfs::Tree::new(vfs::Metadata::new(0o755, vfs::Time::EPOCH)), String::new())
                    }
                };
                let error = self.ignore_error.clone();
                let name = "context".to_owned();
                let is_remote = matches!(self.request.context, api::SolveContext::Archive { .. });
                let selection = Selection::nothing();
                let op = LocalOp { name, tree, selection, key, is_base: false, is_remote, error };
                let id = self.add(Op::Local(op), Vec::new(), "[internal] load build context".to_owned());
                self.context = Some(id);
                id
            }
        };
        if let Op::Local(local) = self.graph.op_mut(id) {
            for path in paths {
                let tree = local.tree.clone();
                local.selection.add(&tree, path);
            }
        }
        id
    }

    /// The node of a further context that is a folder; none if it is none.
    fn named_context(&mut self, name: &str) -> Option<NodeId> {
        if let Some(id) = self.contexts.get(name) {
            return Some(*id);
        }
        let (name, NamedContext::Folder { folder, .. }) = self.request.context_of(name)? else { return None };
        let op = LocalOp {
            name: name.to_owned(),
            tree: folder.tree.clone(),
            selection: Selection::everything(),
            key: folder.key.clone(),
            is_remote: false,
            is_base: false,
            error: None,
        };
        let id = self.add(Op::Local(op), Vec::new(), format!("[context {name}] load from client"));
        self.contexts.insert(name.to_owned(), id);
        Some(id)
    }

    fn add(&mut self, op: Op, inputs: Vec<NodeId>, name: String) -> NodeId {
        self.graph.add(Node { op, inputs, name, ignore_cache: false, lines: None })
    }

    /// Adds an operation that does a step of a stage.
    fn step(
        &mut self,
        state: &mut State,
        op: Op,
        inputs: Vec<NodeId>,
        name: String,
        lines: dockerfile::Lines,
    ) {
        let ignore_cache = state.ignore_cache;
        let id = self.graph.add(Node { op, inputs, name, ignore_cache, lines: Some(lines) });
        state.node = Some(id);
        state.bare = false;
    }
}
