//! What a vertex's cache key is made of, why the cache had nothing, and what a layer holds: for people.

use api::{CacheProbe, CacheVerdict, KeyPart, VertexEventKind};
use bstr::BStr;
use digest::Digest;
use vfs::Time;

use super::graph::Vertex;
use super::ops::Op;
use super::schedule::{Product, Schedule, Work};
use crate::build::reason;
use crate::containers::file_changes;

impl Schedule<'_> {
    /// Tells of a question to the cache, and gives what the key was made of. Vertices that are no instruction's tell
    /// nothing.
    pub(super) fn tell_probe(
        &mut self,
        vertex: &Vertex,
        inputs: &[Product],
        at: Time,
        found: Option<Digest>,
        files: Vec<KeyPart>,
    ) -> Vec<KeyPart> {
        let node = self.graph.node(vertex.node);
        let Some(lines) = node.lines else { return Vec::new() };
        let mut key = self.parts(vertex, inputs);
        key.extend(files);
        let verdict = match found {
            Some(image) => CacheVerdict::Hit { image },
            None if node.ignore_cache => {
                CacheVerdict::Unused { reason: "--no-cache or --no-cache-filter was given".to_owned() }
            }
            None => CacheVerdict::Miss { reason: reason::of_vertex(&self.engine.build_cache.facts, &key) },
        };
        let probe = CacheProbe { key: key.clone(), verdict };
        let line = u32::try_from(lines.first).unwrap_or(u32::MAX);
        self.record.push(at, vertex.digest, VertexEventKind::Probed { line, probe });
        key
    }

    /// The key of a vertex besides the files that it copies.
    fn parts(&self, vertex: &Vertex, inputs: &[Product]) -> Vec<KeyPart> {
        let op = &self.graph.node(vertex.node).op;
        let has_base = match op {
            Op::Exec(exec) => exec.has_base,
            Op::Copy(copy) => copy.has_base,
            Op::Make(make) => make.has_base,
            Op::Merge => true,
            Op::Http(_) | Op::Image(_) | Op::Local(_) => false,
        };
        let parent = inputs.first().filter(|_| has_base).map(|base| base.key.short());
        let text = vertex.name.split_once("] ").map_or(vertex.name.as_str(), |(_, text)| text);
        let mut key = vec![
            part("parent", parent.unwrap_or_else(|| "scratch".to_owned())),
            part("instruction", text.to_owned()),
        ];
        if let Op::Exec(exec) = op {
            key.extend(exec.env.iter().map(|(name, value)| part(&format!("env:{name}"), value.clone())));
            key.push(part("user", exec.user.clone()));
            key.push(part("workdir", exec.cwd.clone()));
            let others = inputs.iter().skip(usize::from(has_base)).enumerate();
            key.extend(others.map(|(number, input)| part(&format!("mount:{number}"), input.key.short())));
        }
        key
    }

    /// Tells what a layer holds.
    pub(super) fn tell_layer(&mut self, vertex: &Vertex, work: &Work) {
        let is_instruction = self.graph.node(vertex.node).lines.is_some();
        let Some(chain) = work.chain.filter(|_| is_instruction) else { return };
        let Some(layer) = self.engine.layer(&chain) else { return };
        let (size, parent) = (layer.size, layer.parent);
        let (Ok(changes), Ok(base), Ok(hidden)) =
            (self.engine.layer_changes(&chain), self.engine.tree_of(parent), self.engine.hidden_by(&chain))
        else {
            return;
        };
        let changes = file_changes(changes, &base);
        self.record.push(work.end, vertex.digest, VertexEventKind::Layered { changes, size, hidden });
    }
}

fn part(name: &str, value: String) -> KeyPart {
    KeyPart { name: name.to_owned(), value }
}

/// A copied file with the digest of its content, mode and owner.
pub(super) fn file_part(path: &BStr, digest: Digest) -> KeyPart {
    part(&format!("file:{path}"), digest.hex())
}
