//! A build as stable text: transcript, configuration, files and events, in the file format of insta.

use std::fmt::Write;

use api::{CacheVerdict, Event, EventKind};
use simulator::Options;
use vfs::{ChangeKind, ChangeSet, Tree};

use crate::expr::LayerValue;
use crate::prose::as_shown;
use crate::{Bench, BenchError, Scene, grading_limits};

const LINE: &str = "docker build -t snapshot .";

/// Builds a project in a fresh world and tells everything that came of it.
///
/// # Errors
/// The machine cannot be made.
pub fn snapshot(project: &Tree) -> Result<String, BenchError> {
    let mut bench = Bench::new(Options::default(), grading_limits())?;
    bench.set_project(project)?;
    let ran = bench.run(LINE)?;
    let mut out = format!("---\nsource: glasshull\nexpression: {LINE}\n---\n");
    // Writing to a string cannot fail.
    let _ = write!(out, "== transcript (exit {})\n{}", ran.exit, as_shown(&ran.output));
    let simulator = bench.simulator();
    let scene = Scene::new(&simulator, bench.project(), "snapshot", &[]);
    let image = scene.find_image("snapshot");
    let absent = |absent: crate::expr::Absent| BenchError(absent.found);
    if image.id.is_some() {
        let config = scene.config(&image).map_err(absent)?;
        let json: serde_json::Value = serde_json::from_slice(&config.to_json()).unwrap_or_default();
        let _ = write!(out, "\n== config\n{json:#}\n\n== files\n");
        for layer in scene.layers(&image).map_err(absent)? {
            files(&scene, &layer, &mut out).map_err(absent)?;
        }
    }
    out += "\n== events\n";
    ran.events.iter().filter_map(told).for_each(|line| out += &(line + "\n"));
    Ok(out)
}

/// The paths of a layer; those of layers that were pulled are counted only.
fn files(scene: &Scene<'_>, layer: &LayerValue, out: &mut String) -> Result<(), crate::expr::Absent> {
    let changes = scene.changes(layer)?;
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "layer {}: {} bytes, hides {}, by {}",
        layer.number,
        scene.layer_size(layer),
        scene.layer_hidden(layer)?,
        layer.created_by
    );
    if layer.number == 1 && changes.changes().len() > MANY {
        let _ = writeln!(out, "  {} paths", changes.changes().len());
        return Ok(());
    }
    for change in changes.changes() {
        let _ = writeln!(out, "  {}", path(changes, change));
    }
    Ok(())
}

/// Paths of a lowest layer that are listed one by one.
const MANY: usize = 100;

fn path(changes: &ChangeSet, change: &vfs::Change) -> String {
    let ChangeKind::Put { ino, .. } = change.kind else { return format!("deleted {}", change.path) };
    let Some(inode) = changes.source().inode(ino) else { return change.path.to_string() };
    let metadata = inode.metadata();
    let kind = match inode.node() {
        vfs::Node::Symlink(target) => format!(" -> {target}"),
        vfs::Node::File(content) => format!(" {} bytes", content.len()),
        _ => String::new(),
    };
    format!("{:04o} {}:{} {}{kind}", metadata.mode.bits(), metadata.uid, metadata.gid, change.path)
}

/// An event in a line. Output is in the transcript already, and progress says nothing that lasts.
fn told(event: &Event) -> Option<String> {
    let what = match &event.kind {
        EventKind::ContextSent { bytes, entries } => format!("context: {bytes} bytes, {entries} entries"),
        EventKind::StepStarted { step, total, text, line, .. } => {
            format!("step {step}/{total}, line {line}: {text}")
        }
        EventKind::CacheProbed(probe) => match &probe.verdict {
            CacheVerdict::Hit { image } => format!("cache: hit {}", image.short()),
            CacheVerdict::Miss { reason } => format!("cache: miss, {reason}"),
            CacheVerdict::Unused { reason } => format!("cache: not asked, {reason}"),
        },
        EventKind::ContainerCreated { id, command, executes, .. } => {
            let verb = if *executes { "runs" } else { "notes" };
            format!("container {} {verb} {}", id.short(), command.join(" "))
        }
        EventKind::ContainerExited { id, status } => format!("container {} ended with {status}", id.short()),
        EventKind::ContainerRemoved { id } => format!("container {} removed", id.short()),
        EventKind::LayerMade { diff_id, size, hidden } => {
            format!("layer {}: {size} bytes, hides {hidden}", diff_id.short())
        }
        EventKind::ImageCommitted { id, empty_layer, .. } => {
            format!("image {}{}", id.short(), if *empty_layer { " without a layer" } else { "" })
        }
        EventKind::Built { id } => format!("built {}", id.short()),
        EventKind::Tagged { reference } => format!("tagged {reference}"),
        EventKind::Failed { message, .. } => format!("failed: {message}"),
        _ => return None,
    };
    Some(format!("{} {what}", event.at.rfc3339()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_build_is_told_in_full() {
        let folder =
            crate::builtin("redis-on-alpine").expect("it comes with the program").open().expect("it reads");
        let mut project = folder.start();
        let text = "FROM alpine\nRUN echo one >/one && rm /etc/motd\nCMD [\"cat\", \"/one\"]\n";
        project.write_file("Dockerfile", text, 0o644, vfs::Time::EPOCH).expect("it can be written");
        insta::assert_snapshot!(super::snapshot(&project).expect("it can be built"));
    }
}
