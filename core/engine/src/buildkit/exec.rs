//! RUN as a vertex: its mounts, its process, its layer.

use std::sync::Arc;

use api::DockerVersion;
use bstr::BString;
use dockerfile::instruction::Sharing;
use vfs::{ChangeKind, Follow, Metadata, Node, Time, Tree, diff};

use super::graph::Vertex;
use super::ops::exec::{ExecOp, Surroundings};
use super::ops::mounts::{CacheMount, ExecMount, MountKind, SSH_KEY};
use super::schedule::{Broken, Product, Schedule, Stop, Work, without_root};
use super::vertices::EXEC_COST;
use crate::saved::Shelf;

impl Schedule<'_> {
    /// Runs a process and stores what it changed.
    pub(super) fn exec(
        &mut self,
        vertex: &Vertex,
        exec: &ExecOp,
        inputs: &[Product],
        start: Time,
    ) -> Result<Work, Stop> {
        let (base, parent) = self.base(exec.has_base, inputs, start);
        let start = self.wait_for_caches(exec, start);
        let broken = |message: String, at: Time| {
            Stop::Broken(Broken { whole: message.clone(), message, at, node: vertex.node })
        };
        let mut mounted = Vec::new();
        let mut secret_env = Vec::new();
        for mount in &exec.mounts {
            if let MountKind::SecretEnv { id, required, name } = &mount.kind {
                match self.secrets.get(id) {
                    Some(value) => secret_env.push((name.clone(), value.clone())),
                    None if *required => return Err(broken(missing_secret(id, exec.old), start)),
                    None => {}
                }
            }
            let tree = self.mounted(mount, inputs, start).map_err(|message| broken(message, start))?;
            mounted.push(tree);
        }
        let mut base_tree = base.clone();
        if !exec.cwd.is_empty() && base_tree.resolve(&exec.cwd, Follow::Yes).is_err() {
            let made = base_tree.mkdir_all(&exec.cwd, 0o755, start);
            made.map_err(|errno| broken(errno.to_string().to_lowercase(), start))?;
        }
        let surroundings = Surroundings {
            loader: self.runtime.loader.clone(),
            limits: self.runtime.limits,
            seed: self.engine.ids.number(),
            start: start + EXEC_COST / 2,
            mounted,
            secret_env: &secret_env,
        };
        let executed = exec.run(&base_tree, surroundings).map_err(|beyond| Stop::Beyond(beyond.0))?;
        for (at, stream, bytes) in executed.log {
            self.record.log(at, vertex.digest, stream, bytes);
        }
        let end = executed.end + EXEC_COST / 2;
        self.keep_caches(exec, &executed.mounted, end);
        if let Some(reason) = executed.failure {
            return Err(broken(exec.failure_text(&reason), end));
        }
        // A working directory that had to be made is a change of the step.
        let before = if base_tree.ptr_eq(&base) { executed.before } else { base.clone() };
        let mut after = executed.after;
        if self.engine.version == DockerVersion::V20_10
            && let Ok(etc) = after.resolve("/etc", Follow::No)
        {
            // Making the mount points in /etc touches it.
            let touched = after.touch(etc);
            touched.map_err(|errno| broken(errno.to_string(), end))?;
        }
        let changes = without_root(diff(&before, &after));
        let kept = self.without_stubs(exec, &base, changes);
        self.put(parent, kept, end)
    }

    /// Mount points that the process left as they were made are no part of the layer.
    fn without_stubs(&self, exec: &ExecOp, base: &Tree, changes: vfs::ChangeSet) -> vfs::ChangeSet {
        let is_stub = |path: &BString| {
            let below = |target: &str| {
                let target = target.as_bytes();
                path.as_slice() == target || target.starts_with(&[&path[..], b"/"].concat())
            };
            base.resolve(path, Follow::No).is_err() && exec.mounts.iter().any(|mount| below(&mount.target))
        };
        let source = changes.source().clone();
        let is_empty = |ino| match source.inode(ino).map(vfs::Inode::node) {
            Some(Node::Directory(entries)) => entries.is_empty(),
            Some(Node::File(content)) => content.is_empty(),
            _ => false,
        };
        let keeps = |change: &&vfs::Change| match change.kind {
            ChangeKind::Put { ino, .. } => !(is_stub(&change.path) && is_empty(ino)),
            ChangeKind::Delete => base.resolve(&change.path, Follow::No).is_ok(),
        };
        let kept: Vec<_> = changes.changes().iter().filter(keeps).cloned().collect();
        vfs::ChangeSet::new(kept, source)
    }

    /// A locked cache is used by one process at a time.
    fn wait_for_caches(&self, exec: &ExecOp, start: Time) -> Time {
        let locked = exec.mounts.iter().filter_map(|mount| match &mount.kind {
            MountKind::Cache(cache) if cache.sharing == Sharing::Locked => self.busy.get(&cache.id).copied(),
            _ => None,
        });
        locked.fold(start, Time::max)
    }

    fn keep_caches(&mut self, exec: &ExecOp, mounted: &[Option<Tree>], end: Time) {
        for (mount, tree) in exec.mounts.iter().zip(mounted) {
            if let (MountKind::Cache(cache), Some(tree)) = (&mount.kind, tree) {
                if !mount.read_only {
                    let kept = Arc::new(Shelf::new(tree.clone()));
                    self.engine.build_cache.mounts.insert(cache.id.clone(), kept);
                }
                self.busy.insert(cache.id.clone(), end);
            }
        }
    }

    /// What a mount shows at first; none for what is left out.
    fn mounted(&self, mount: &ExecMount, inputs: &[Product], now: Time) -> Result<Option<Tree>, String> {
        Ok(match &mount.kind {
            MountKind::Bind { input, source } => match input {
                Some(input) => Some(subtree(&inputs[*input].tree, source, now)?),
                None => Some(Tree::new(Metadata::new(0o755, now))),
            },
            MountKind::Cache(cache) => Some(self.cache_tree(cache, inputs, now)?),
            MountKind::Tmpfs => Some(Tree::new(Metadata::new(0o1777, now))),
            MountKind::SecretEnv { .. } => None,
            MountKind::Secret { id, required, mode, uid, gid } => match self.secrets.get(id) {
                Some(value) => {
                    let meta = Metadata::new(*mode, now).owned_by(*uid, *gid);
                    Some(Tree::with_root(Node::File(value.clone().into()), meta))
                }
                None if *required => {
                    return Err(missing_secret(id, self.engine.version == DockerVersion::V20_10));
                }
                None => None,
            },
        })
    }

    fn cache_tree(&self, cache: &CacheMount, inputs: &[Product], now: Time) -> Result<Tree, String> {
        if let Some(tree) = self.engine.cache_mount(&cache.id).map_err(|error| error.message)? {
            return Ok(tree);
        }
        match cache.input {
            Some(input) => subtree(&inputs[input].tree, &cache.source, now),
            None => Ok(Tree::new(Metadata::new(cache.mode, now).owned_by(cache.uid, cache.gid))),
        }
    }
}

fn missing_secret(id: &str, old: bool) -> String {
    if let Some(key) = id.strip_prefix(SSH_KEY) {
        return format!("no SSH key {} forwarded from the client", dockerfile::go_quote(key));
    }
    match old {
        true => format!("secret {id} not found: not found"),
        false => format!("secret {id}: not found"),
    }
}

/// What is at and below a path of a tree, as a tree of its own.
fn subtree(tree: &Tree, path: &str, now: Time) -> Result<Tree, String> {
    let path = crate::paths::clean(format!("/{path}"));
    if path == "/" {
        return Ok(tree.clone());
    }
    let missing = || format!("failed to calculate checksum of ref: \"{path}\": not found");
    let ino = tree.resolve(&path, Follow::Yes).map_err(|_| missing())?;
    let inode = tree.inode(ino).ok_or_else(missing)?;
    if !inode.is_dir() {
        return Ok(Tree::with_root(inode.node().clone(), inode.metadata().clone()));
    }
    let mut copy = Tree::new(inode.metadata().clone());
    let root = copy.root();
    for (name, ino) in tree.entries(ino) {
        copy.graft(tree, ino, root, name, now).map_err(|errno| errno.to_string())?;
    }
    copy.set_metadata(root, inode.metadata().clone()).map_err(|errno| errno.to_string())?;
    Ok(copy)
}
