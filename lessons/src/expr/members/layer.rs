//! What can be asked of a layer.

use vfs::ChangeKind;

use super::{Call, Member, row};
use crate::expr::value::{Absent, LayerValue, Seen, Type, Value};

const ON: Type = Type::Layer;

pub(super) const ROWS: &[Member] = &[
    row(ON, "number", &[], Type::Int, "its place, 1 is the lowest", |call| {
        Ok(Seen::new(of(call)?.number, call.from))
    }),
    row(ON, "created_by", &[], Type::Text, "the instruction that made it, as the history has it", |call| {
        Ok(Seen::new(of(call)?.created_by.as_str(), call.from))
    }),
    row(ON, "size", &[], Type::Int, "bytes of the files in it", |call| {
        Ok(Seen::new(call.scene.layer_size(of(call)?), call.from))
    }),
    row(ON, "hidden", &[], Type::Int, "bytes of lower layers that it deletes or replaces", |call| {
        Ok(Seen::new(call.scene.layer_hidden(of(call)?)?, call.from))
    }),
    row(ON, "adds", &[], Type::Texts, "the paths that it adds or changes, directories left out", |call| {
        paths(call, |kind, is_dir| matches!(kind, ChangeKind::Put { .. }) && !is_dir)
    }),
    row(ON, "deletes", &[], Type::Texts, "the paths that it deletes", |call| {
        paths(call, |kind, _| matches!(kind, ChangeKind::Delete))
    }),
];

fn of<'c>(call: &Call<'c>) -> Result<&'c LayerValue, Absent> {
    match call.on {
        Value::Layer(layer) => Ok(layer),
        _ => Err(call.impossible()),
    }
}

fn paths(call: &Call<'_>, wanted: fn(&ChangeKind, bool) -> bool) -> Result<Seen, Absent> {
    let changes = call.scene.changes(of(call)?)?;
    let is_dir = |kind: &ChangeKind| match kind {
        ChangeKind::Put { ino, .. } => changes.source().inode(*ino).is_some_and(vfs::Inode::is_dir),
        ChangeKind::Delete => false,
    };
    let paths = changes.changes().iter().filter(|change| wanted(&change.kind, is_dir(&change.kind)));
    Ok(Seen::new(paths.map(|change| change.path.to_string()).collect::<Vec<_>>(), call.from))
}
