use std::collections::BTreeMap;
use std::time::Duration;

use api::{ApiError, DockerVersion, KeyPart};
use bstr::BString;
use digest::{Digest, Hasher, sha256};
use vfs::{ChangeSet, Time, Tree, diff};

use super::explain::file_part;
use super::graph::{Graph, NodeId, Vertex};
use super::ops::Op;
use super::ops::copy::{CopyFailure, CopyOp};
use super::ops::image::ImageOp;
use super::ops::local::LocalOp;
use super::ops::make::MakeOp;
use super::ops::merge::merge;
use super::record::{End, Record};
use super::vertices::{COPY_COST, EXTRACT_COST, FETCH_COST, MERGE_COST, RESOLVE_COST, TRANSFER_COST};
use crate::{Engine, Runtime};

/// What a vertex gave.
#[derive(Clone, Debug)]
pub(super) struct Product {
    /// The files.
    pub(super) tree: Tree,
    /// Topmost layer; none where there is none.
    pub(super) chain: Option<Digest>,
    /// What it was made of.
    pub(super) key: Digest,
    /// When it was there.
    pub(super) end: Time,
    /// Whether it was in the cache.
    pub(super) cached: bool,
}

/// A vertex that failed.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    /// Why, for the vertex.
    pub(super) message: String,
    /// Why, for the build.
    pub(super) whole: String,
    /// When.
    pub(super) at: Time,
    /// Which node.
    pub(super) node: NodeId,
}

/// What to do for a vertex that was not in the cache.
pub(super) struct Work {
    /// The files it leaves and the layer it adds, by chain.
    pub(super) tree: Tree,
    /// The chain it stands on, with its own layer.
    pub(super) chain: Option<Digest>,
    /// When it is done.
    pub(super) end: Time,
}

/// Why a vertex has no result.
pub(super) enum Stop {
    /// It failed.
    Broken(Broken),
    /// The simulation ends.
    Beyond(String),
}

/// A graph that is being carried out.
pub(super) struct Schedule<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) runtime: &'a mut Runtime,
    pub(super) graph: &'a Graph,
    pub(super) record: &'a mut Record,
    pub(super) secrets: &'a BTreeMap<String, Vec<u8>>,
    /// When it begins.
    pub(super) start: Time,
    results: BTreeMap<Digest, Product>,
    /// Until when cache mounts are in use, by id.
    pub(super) busy: BTreeMap<String, Time>,
    /// Cache entries of vertices, with the time from which they hold.
    kept: Vec<(Time, Digest, Option<Digest>, Vec<KeyPart>)>,
    /// The results of steps so far: cache key, and topmost layer.
    pub(super) used: Vec<(Digest, Option<Digest>)>,
    failures: Vec<Broken>,
    /// When each vertex that was begun ended.
    spans: Vec<(Time, Time, Digest)>,
    /// Base images: the vertex, the image, and whether it had to be fetched.
    images: Vec<(Digest, Digest, bool)>,
}

impl<'a> Schedule<'a> {
    pub(super) fn new(
        engine: &'a mut Engine,
        runtime: &'a mut Runtime,
        graph: &'a Graph,
        record: &'a mut Record,
        secrets: &'a BTreeMap<String, Vec<u8>>,
        start: Time,
    ) -> Self {
        Schedule {
            engine,
            runtime,
            graph,
            record,
            secrets,
            start,
            results: BTreeMap::new(),
            busy: BTreeMap::new(),
            kept: Vec::new(),
            used: Vec::new(),
            failures: Vec::new(),
            spans: Vec::new(),
            images: Vec::new(),
        }
    }

    /// Carries out what `target` needs. Vertices run as soon as their inputs are there; the first failure, in virtual
    /// time, ends the build and cancels what runs then.
    pub(super) fn run(&mut self, target: NodeId) -> Result<Product, Stop> {
        let vertices = self.graph.vertices(target);
        for vertex in &vertices {
            if vertex.inputs.iter().all(|input| self.results.contains_key(input)) {
                self.vertex(vertex)?;
            }
        }
        self.end_images(&vertices);
        let failure = self.failures.iter().min_by_key(|failure| failure.at).cloned();
        let until = failure.as_ref().map(|failure| failure.at);
        self.settle(until);
        match (failure, vertices.last().and_then(|last| self.results.get(&last.digest))) {
            (Some(failure), _) => Err(Stop::Broken(failure)),
            (None, Some(result)) => Ok(result.clone()),
            (None, None) => Err(Stop::Beyond("the graph of this build has no result".to_owned())),
        }
    }

    /// Keeps what was done until the end, and takes back what came after it.
    fn settle(&mut self, until: Option<Time>) {
        for (at, key, chain, facts) in std::mem::take(&mut self.kept) {
            if until.is_none_or(|until| at <= until) {
                self.engine.build_cache.results.insert(key, chain);
                self.engine.build_cache.facts.insert(key, facts);
            }
        }
        if let Some(until) = until {
            let spans = self.spans.iter();
            let running: Vec<Digest> = spans
                .filter(|(start, end, _)| *start < until && *end > until)
                .map(|(_, _, digest)| *digest)
                .collect();
            self.record.cut(until);
            for digest in running {
                self.record.completed(until, digest, End::Canceled);
            }
        }
    }

    /// A base image was in the cache if its files are worked on, or are the result, and were so in an earlier build.
    /// That is known only when all the steps on it are done.
    fn end_images(&mut self, vertices: &[Vertex]) {
        for (vertex, image, is_fetched) in std::mem::take(&mut self.images) {
            let is_result = vertices.last().is_some_and(|last| last.digest == vertex);
            let mut users = vertices.iter().filter(|user| user.inputs.contains(&vertex));
            let works = |user: &Vertex| self.results.get(&user.digest).is_none_or(|result| !result.cached);
            let is_used = is_result || users.any(works);
            let known = self.engine.build_cache.bases.contains_key(&image);
            if is_used {
                self.engine.build_cache.bases.insert(image, ());
            }
            if known && is_used && !is_fetched {
                self.record.mark_cached(vertex);
            }
        }
    }

    fn vertex(&mut self, vertex: &Vertex) -> Result<(), Stop> {
        let inputs: Vec<Product> = vertex.inputs.iter().map(|input| self.results[input].clone()).collect();
        let start = inputs.iter().map(|input| input.end).max().unwrap_or(self.start);
        let node = self.graph.node(vertex.node).clone();
        if matches!(node.op, Op::Merge) {
            return self.merge_vertex(vertex, &inputs, start);
        }
        let begun = self.record.len();
        if matches!(&node.op, Op::Local(local) if local.is_remote) {
            return self.unpacked(vertex, &node.op, start);
        }
        self.record.started(start, vertex.digest, &vertex.name, &vertex.inputs);
        let outcome = match &node.op {
            Op::Image(image) => self.image(vertex, image, start),
            Op::Local(local) => self.local(vertex, local, start),
            Op::Http(http) => self.http(vertex, http, start),
            _ => self.cached_or_run(vertex, &inputs, start),
        };
        match outcome {
            Ok(result) => {
                // A document of the Dockerfile is made each time.
                let is_document = matches!(&node.op, Op::Make(make) if !make.has_base);
                let old = self.engine.version == DockerVersion::V20_10;
                let is_cached = result.cached && (old || !is_document);
                let end = if is_cached { End::Cached } else { End::Done };
                let at = if result.cached { start } else { result.end };
                self.record.completed(at, vertex.digest, end);
                self.spans.push((start, at, vertex.digest));
                self.results.insert(vertex.digest, result);
                Ok(())
            }
            Err(Stop::Broken(broken)) => {
                self.record.completed(broken.at, vertex.digest, End::Failed(broken.message.clone()));
                self.spans.push((start, broken.at, vertex.digest));
                self.failures.push(broken);
                Ok(())
            }
            Err(stop) => {
                self.record.truncate(begun);
                Err(stop)
            }
        }
    }

    /// The context was an archive: the daemon has it already, and tells nothing of it.
    fn unpacked(&mut self, vertex: &Vertex, op: &Op, start: Time) -> Result<(), Stop> {
        let Op::Local(local) = op else { return Ok(()) };
        let tree = local.tree.clone();
        let product = Product { tree, chain: None, key: sha256("local context"), end: start, cached: false };
        self.results.insert(vertex.digest, product);
        Ok(())
    }

    /// Putting a layer on a base is told as a part of the copy that made the layer, and only where something goes on
    /// from there.
    fn merge_vertex(&mut self, vertex: &Vertex, inputs: &[Product], start: Time) -> Result<(), Stop> {
        let product = self.cached_or_run(vertex, inputs, start)?;
        let goes_on = |node: &NodeId| !matches!(self.graph.node(*node).op, Op::Merge);
        if self.graph.users(vertex.digest).iter().any(goes_on) && !product.cached {
            let mut first = vertex.node;
            while let [below, _] = self.graph.node(first).inputs[..]
                && matches!(self.graph.node(below).op, Op::Merge)
            {
                first = below;
            }
            if let Some(copied) = self.graph.node(first).inputs.get(1) {
                let copied = self.graph.digest(*copied);
                self.record.status(start, copied, "merging", (0, 0), MERGE_COST);
                self.record.completed(start + MERGE_COST, copied, End::Done);
            }
        }
        self.results.insert(vertex.digest, product);
        Ok(())
    }

    fn image(&mut self, vertex: &Vertex, image: &ImageOp, start: Time) -> Result<Product, Stop> {
        let mut at = start;
        if let Some(reference) = &image.resolved {
            at = self.record.status(at, vertex.digest, &format!("resolve {reference}"), (0, 0), RESOLVE_COST);
        }
        for (digest, size) in &image.fetched {
            at = self.record.status(at, vertex.digest, &digest.to_string(), (*size, *size), FETCH_COST);
            at = self.record.status(at, vertex.digest, &format!("extracting {digest}"), (0, 0), EXTRACT_COST);
        }
        let base = image.chain.unwrap_or(image.id);
        let end = at + RESOLVE_COST;
        self.images.push((vertex.digest, base, !image.fetched.is_empty()));
        Ok(Product {
            tree: self.engine.tree_of(image.chain).map_err(beyond)?,
            chain: image.chain,
            key: sha256(format!("image {:?}", image.chain)),
            end,
            cached: false,
        })
    }

    fn local(&mut self, vertex: &Vertex, local: &LocalOp, start: Time) -> Result<Product, Stop> {
        if let Some(error) = &local.error {
            let at = start + TRANSFER_COST;
            return Err(Stop::Broken(Broken {
                message: error.clone(),
                whole: error.clone(),
                at,
                node: vertex.node,
            }));
        }
        let known = self.engine.sent_before(&local.key);
        let (bytes, sent) = super::transfer::wire_bytes(&local.tree, &local.selection, &known);
        if !local.key.is_empty() {
            self.engine.build_cache.note_sent(&local.key, sent);
        }
        let id = format!("transferring {}:", local.name);
        let end = self.record.status(start, vertex.digest, &id, (bytes, 0), TRANSFER_COST + weight(bytes));
        let key = sha256(format!("local {}", local.name));
        let mut tree = local.tree.clone();
        // The folder itself is not sent: the daemon makes it anew.
        let made = tree.set_metadata(tree.root(), vfs::Metadata::new(0o755, start));
        made.map_err(|errno| Stop::Beyond(errno.to_string()))?;
        if !local.is_base {
            return Ok(Product { tree, chain: None, key, end, cached: false });
        }
        let key = sha256(format!("local {} {:?}", local.name, super::ops::copy::tree_key(&tree)));
        let layer = self.put(None, without_root(ChangeSet::from_tree(&tree)), end)?;
        Ok(Product { tree: layer.tree, chain: layer.chain, key, end, cached: false })
    }

    fn cached_or_run(&mut self, vertex: &Vertex, inputs: &[Product], start: Time) -> Result<Product, Stop> {
        let node = self.graph.node(vertex.node).clone();
        let (key, files) = self.key(&node.op, inputs).map_err(|failure| {
            let old = self.engine.version == DockerVersion::V20_10;
            Stop::Broken(told(&failure, old, start, vertex.node, self.engine))
        })?;
        let found = if node.ignore_cache { None } else { self.engine.build_cache.results.get(&key).copied() };
        let facts = self.tell_probe(vertex, inputs, start, found.map(|chain| chain.unwrap_or(key)), files);
        if let Some(chain) = found {
            self.used.push((key, chain));
            let tree = self.engine.tree_of(chain).map_err(beyond)?;
            return Ok(Product { tree, chain, key, end: start, cached: true });
        }
        let work = match &node.op {
            Op::Exec(exec) => self.exec(vertex, exec, inputs, start)?,
            Op::Copy(copy) => self.copy(vertex, copy, inputs, start)?,
            Op::Make(make) => self.make(vertex, make, inputs, start)?,
            _ => self.merged(vertex, inputs, start)?,
        };
        self.tell_layer(vertex, &work);
        self.used.push((key, work.chain));
        self.kept.push((work.end, key, work.chain, facts));
        Ok(Product { tree: work.tree, chain: work.chain, key, end: work.end, cached: false })
    }

    /// What the result is made of: the operation, the base by its own key, copied files by their content.
    fn key(&self, op: &Op, inputs: &[Product]) -> Result<(Digest, Vec<KeyPart>), CopyFailure> {
        let mut hasher = Hasher::new();
        let mut files = Vec::new();
        match op {
            Op::Copy(copy) => {
                let trees: Vec<&Tree> = inputs.iter().map(|input| &input.tree).collect();
                hasher.update(format!("copy {} ", copy.settings_key()));
                let mut tell = |path: BString, digest: Digest| files.push(file_part(path.as_ref(), digest));
                hasher.update(copy.content_key(&trees, &mut tell)?.hex());
                if copy.has_base {
                    hasher.update(inputs[0].key.hex());
                }
            }
            other => {
                hasher.update(other.definition());
                inputs.iter().for_each(|input| hasher.update(input.key.hex()));
            }
        }
        Ok((hasher.finish(), files))
    }

    fn copy(
        &mut self,
        vertex: &Vertex,
        copy: &CopyOp,
        inputs: &[Product],
        start: Time,
    ) -> Result<Work, Stop> {
        let base = self.base(copy.has_base, inputs, start);
        let trees: Vec<&Tree> = inputs.iter().map(|input| &input.tree).collect();
        let end = start + COPY_COST;
        let tree = copy
            .run(&base.0, &trees, end)
            .map_err(|failure| Stop::Broken(told(&failure, copy.old, end, vertex.node, self.engine)))?;
        self.layered(base, tree, end)
    }

    fn make(
        &mut self,
        vertex: &Vertex,
        make: &MakeOp,
        inputs: &[Product],
        start: Time,
    ) -> Result<Work, Stop> {
        let base = self.base(make.has_base, inputs, start);
        let end = start + COPY_COST;
        let old = self.engine.version == DockerVersion::V20_10;
        let tree = make
            .run(&base.0, end)
            .map_err(|failure| Stop::Broken(told(&failure, old, end, vertex.node, self.engine)))?;
        self.layered(base, tree, end)
    }

    fn merged(&mut self, vertex: &Vertex, inputs: &[Product], start: Time) -> Result<Work, Stop> {
        let [base, layer] = inputs else {
            return Err(Stop::Beyond("a merge of other than two inputs".to_owned()));
        };
        let changes = match &layer.chain {
            Some(chain) => self.engine.layer_changes(chain).map_err(beyond)?.clone(),
            None => ChangeSet::from_tree(&layer.tree),
        };
        let broken = |errno: vfs::Errno| {
            let message = errno.to_string().to_lowercase();
            Stop::Broken(Broken { whole: message.clone(), message, at: start, node: vertex.node })
        };
        let tree = merge(&base.tree, &changes).map_err(broken)?;
        let chain = self.engine.put_layer(base.chain, changes).map_err(beyond)?;
        Ok(Work { tree, chain: Some(chain), end: start + MERGE_COST })
    }

    /// The files and layers that an operation stands on.
    pub(super) fn base(&self, has_base: bool, inputs: &[Product], start: Time) -> (Tree, Option<Digest>) {
        match inputs.first().filter(|_| has_base) {
            Some(base) => {
                let mut tree = base.tree.clone();
                tree.begin_layer();
                (tree, base.chain)
            }
            None => (Tree::new(vfs::Metadata::new(0o755, start)), None),
        }
    }

    /// Stores the difference as a layer.
    pub(super) fn layered(
        &mut self,
        (base, parent): (Tree, Option<Digest>),
        tree: Tree,
        end: Time,
    ) -> Result<Work, Stop> {
        let changes = diff(&base, &tree);
        let changes = without_root(changes);
        self.put(parent, changes, end)
    }

    /// Stores changes as a layer.
    pub(super) fn put(
        &mut self,
        parent: Option<Digest>,
        changes: ChangeSet,
        end: Time,
    ) -> Result<Work, Stop> {
        let chain = self.engine.put_layer(parent, changes).map_err(beyond)?;
        self.engine.build_cache.made.insert(chain, end);
        Ok(Work { tree: self.engine.tree_of(Some(chain)).map_err(beyond)?, chain: Some(chain), end })
    }
}

/// Layers do not list the root directory.
pub(super) fn without_root(changes: ChangeSet) -> ChangeSet {
    let kept: Vec<_> = changes.changes().iter().filter(|change| change.path != "/").cloned().collect();
    ChangeSet::new(kept, changes.source().clone())
}

fn beyond(error: ApiError) -> Stop {
    Stop::Beyond(error.message)
}

/// Time that bytes take.
fn weight(bytes: u64) -> Duration {
    Duration::from_nanos(bytes.saturating_mul(3))
}

/// A failed copy in the words of its Docker.
fn told(failure: &CopyFailure, old: bool, at: Time, node: NodeId, engine: &Engine) -> Broken {
    let mut ids = engine.ids;
    let id = ids.draw().to_string();
    let number = engine.ids.clone().number() % 10_000_000_000;
    let place = |path: &bstr::BStr| match old {
        true => format!("/var/lib/docker/overlay2/{}/merged{path}", &id[..25]),
        false => format!("/var/lib/docker/buildkit/containerd-overlayfs/cachemounts/buildkit{number}{path}"),
    };
    let (message, whole) = match failure {
        CopyFailure::Missing { path, bare: true, .. } if old => {
            let message =
                format!("lstat /var/lib/docker/overlay2/{id}/merged{path}: no such file or directory");
            (message.clone(), message)
        }
        CopyFailure::Missing { parent: Some(parent), .. } if old => {
            let place = format!("/var/lib/docker/tmp/buildkit-mount{number}{parent}");
            let message = format!("failed to walk {place}: lstat {place}: no such file or directory");
            (message.clone(), format!("failed to compute cache key: {message}"))
        }
        CopyFailure::Missing { path, .. } if old => {
            let message = format!("\"{path}\" not found: not found");
            (message.clone(), format!("failed to compute cache key: {message}"))
        }
        CopyFailure::Missing { path, bare: true, .. } => {
            let message = format!("lstat {path}: no such file or directory");
            (message.clone(), message)
        }
        CopyFailure::Missing { path, .. } => {
            let other = ids.draw().to_string();
            let reference = format!("{}::{}", &id[..25], &other[..25]);
            let message = format!("failed to calculate checksum of ref {reference}: \"{path}\": not found");
            (message.clone(), format!("failed to compute cache key: {message}"))
        }
        CopyFailure::OverDirectory(path) => {
            let message = format!("cannot replace to directory {} with file", place(path.as_ref()));
            (message.clone(), message)
        }
        CopyFailure::OverFile(path) => {
            let message = format!("cannot copy to non-directory: {}", place(path.as_ref()));
            (message.clone(), message)
        }
        CopyFailure::NotDirectory(path, below) => {
            let (step, path) = below.as_ref().map_or(("mkdir", path), |below| ("lstat", below));
            let message = format!("{step} {}: not a directory", place(path.as_ref()));
            (message.clone(), message)
        }
        CopyFailure::Other(message) => (message.clone(), message.clone()),
    };
    Broken { message, whole, at, node }
}
