use std::collections::BTreeMap;

use api::{
    CacheProbe, CacheVerdict, DockerVersion, Event, EventKind, FileChange, FileChangeKind, VertexEvent,
    VertexEventKind,
};
use digest::Digest;

use super::{View, classic::Classic};
use crate::human_size;

/// The classic lines, and beside them, marked with `|`, what happens and why.
pub(super) struct Explain {
    classic: Classic,
    /// Whether the cursor stands at the start of a line.
    fresh: bool,
    /// The names of BuildKit's vertices.
    names: BTreeMap<Digest, String>,
}

/// File changes told for one step before the rest is only counted.
const SHOWN_CHANGES: usize = 12;

impl Explain {
    pub(super) fn new(version: DockerVersion) -> Self {
        Explain { classic: Classic { version }, fresh: true, names: BTreeMap::new() }
    }
}

impl View for Explain {
    fn event(&mut self, event: &Event) -> Vec<u8> {
        if let EventKind::Vertex(vertex) = &event.kind {
            return self.vertex(vertex);
        }
        let told = prose(&event.kind);
        let classic = self.classic.event(event);
        let mut bytes = Vec::new();
        let before = !matches!(event.kind, EventKind::ContextSent { .. } | EventKind::StepStarted { .. });
        if before {
            self.tell(&mut bytes, &told);
        }
        if let Some(last) = classic.last() {
            self.fresh = *last == b'\n' || classic.ends_with(b"\n\x1b[0m");
        }
        bytes.extend(classic);
        if !before {
            self.tell(&mut bytes, &told);
        }
        bytes
    }
}

impl Explain {
    /// A vertex of BuildKit: its name, what it writes, and how it ends; steps that run side by side are told in turn.
    fn vertex(&mut self, event: &VertexEvent) -> Vec<u8> {
        let name = self.names.get(&event.vertex).cloned().unwrap_or_default();
        let mut bytes = Vec::new();
        let told = match &event.kind {
            VertexEventKind::Started { name, .. } => {
                self.names.insert(event.vertex, name.clone());
                bytes.extend_from_slice(format!("{name}\n").as_bytes());
                Vec::new()
            }
            VertexEventKind::Log { bytes: written, .. } => {
                bytes.extend_from_slice(written);
                self.fresh = written.last() == Some(&b'\n');
                Vec::new()
            }
            VertexEventKind::Probed { probe, .. } => cache(probe, "layer"),
            VertexEventKind::Layered { changes, size, hidden } => {
                let mut told = changed(changes);
                told.push(format!("{name}: a layer of {}.{}", human_size(*size), hides(*hidden)));
                told
            }
            VertexEventKind::Completed { error: Some(error), .. } => vec![format!("{name} fails: {error}")],
            _ => Vec::new(),
        };
        self.tell(&mut bytes, &told);
        bytes
    }

    fn tell(&mut self, bytes: &mut Vec<u8>, told: &[String]) {
        if !told.is_empty() && !self.fresh {
            bytes.push(b'\n');
            self.fresh = true;
        }
        for line in told {
            bytes.extend_from_slice(format!("     | {line}\n").as_bytes());
        }
    }
}

fn prose(event: &EventKind) -> Vec<String> {
    match event {
        EventKind::ContextSent { bytes, entries } => vec![format!(
            "The client packed {} of the context folder into a tar stream of {} and sent it to the daemon.",
            count(*entries as usize, "entry", "entries"),
            human_size(*bytes)
        )],
        EventKind::BaseLookedUp { reference, found } => vec![match found {
            _ if reference == "scratch" => {
                "scratch is the empty file system: there is nothing to look up.".to_owned()
            }
            Some(id) => format!(
                "The local store has {reference}: image {}. No container is made for FROM.",
                id.short()
            ),
            None => format!(
                "The local store does not have {reference}: it is pulled from the registry, layer by layer."
            ),
        }],
        EventKind::CacheProbed(probe) => cache(probe, "image"),
        EventKind::ContainerCreated { id, executes, command, image } => {
            let of =
                image.map_or("an empty file system".to_owned(), |image| format!("image {}", image.short()));
            let what = match executes {
                true => format!(
                    "A temporary container {} is created from {of}; in it runs: {}",
                    id.short(),
                    command.join(" ")
                ),
                false => format!(
                    "A temporary container {} is created from {of}; nothing runs in it, only its configuration changes.",
                    id.short()
                ),
            };
            vec![what]
        }
        EventKind::ContainerExited { id, status } => {
            vec![format!("The container {} has stopped with exit status {status}.", id.short())]
        }
        EventKind::ChangesSnapshotted { changes } => changed(changes),
        EventKind::LayerMade { diff_id, size, hidden } => {
            let (size, hides) = (human_size(*size), hides(*hidden));
            vec![format!("The changes become a layer of {size} (diff id {}).{hides}", diff_id.short())]
        }
        EventKind::ImageCommitted { id, empty_layer, .. } => vec![match empty_layer {
            true => format!("Image {} is committed: new configuration, no new layer.", id.short()),
            false => {
                format!("Image {} is committed: the parent's layers and the new one on top.", id.short())
            }
        }],
        EventKind::Built { .. } => vec!["The image of the last step is the result.".to_owned()],
        _ => Vec::new(),
    }
}

fn hides(bytes: u64) -> String {
    match bytes {
        0 => String::new(),
        bytes => format!(" It hides {} of lower layers, which stay in the image.", human_size(bytes)),
    }
}

fn cache(probe: &CacheProbe, what: &str) -> Vec<String> {
    let mut told: Vec<String> =
        probe.key.iter().map(|part| format!("cache key: {} = {}", part.name, part.value)).collect();
    told.push(match &probe.verdict {
        CacheVerdict::Hit { image } => {
            format!("cache hit: {what} {} was made from the same key.", image.short())
        }
        CacheVerdict::Miss { reason } => format!("cache miss: {reason}"),
        CacheVerdict::Unused { reason } => format!("cache not used: {reason}"),
    });
    told
}

fn changed(changes: &[FileChange]) -> Vec<String> {
    if changes.is_empty() {
        return vec!["No file was changed: there is no new layer.".to_owned()];
    }
    let mut told = vec![format!(
        "Compared with its parent, {} changed (A added, C changed, D deleted):",
        count(changes.len(), "path", "paths")
    )];
    told.extend(changes.iter().take(SHOWN_CHANGES).map(|change| {
        let letter = match change.kind {
            FileChangeKind::Added => 'A',
            FileChangeKind::Changed => 'C',
            FileChangeKind::Deleted => 'D',
        };
        let size = if change.size > 0 { format!("  ({})", human_size(change.size)) } else { String::new() };
        format!("  {letter} {}{size}", change.path)
    }));
    if changes.len() > SHOWN_CHANGES {
        told.push(format!("  ... and {} more", changes.len() - SHOWN_CHANGES));
    }
    told
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
