//! Where a secret can be read by whoever has the image.

use bstr::ByteSlice;
use vfs::{ChangeKind, Content};

use super::{Call, image::of};
use crate::expr::value::{Absent, Seen};

/// Bytes of one file that are searched.
const MAX_FILE: u64 = 32 << 20;

/// A text for each place: configuration, history, files of layers, deleted ones too. The layers of the base are left
/// out, since nothing of ours can be in them.
pub(super) fn leaks(call: &Call<'_>) -> Result<Seen, Absent> {
    let (image, secret) = (of(call)?, call.text(0));
    let config = call.scene.config(image)?;
    let mut places: Vec<String> = Vec::new();
    let mut look = |text: &str, place: String| {
        if text.contains(secret) {
            places.push(place);
        }
    };
    let own = &config.config;
    for (name, words) in
        [("Env", Some(&own.env)), ("Cmd", own.cmd.as_ref()), ("Entrypoint", own.entrypoint.as_ref())]
    {
        for word in words.into_iter().flatten() {
            look(word, format!("configuration, {name}: {}", word.split('=').next().unwrap_or_default()));
        }
    }
    for (name, value) in own.labels.iter().flatten() {
        look(value, format!("configuration, label {name}"));
    }
    for row in &config.history {
        look(&row.created_by, format!("history: {}", row.created_by));
    }
    let base = call.scene.base_layers(image)?;
    for layer in call.scene.layers(image)?.iter().skip(base) {
        let changes = call.scene.changes(layer)?;
        for change in changes.changes() {
            let ChangeKind::Put { ino, .. } = change.kind else { continue };
            let content = changes.source().inode(ino).and_then(vfs::Inode::content);
            if content.is_some_and(|content| holds(content, secret.as_bytes())) {
                places.push(format!("layer {}: {}", layer.number, change.path));
            }
        }
    }
    Ok(Seen::new(places, format!("{}, everything that is in it", call.from)))
}

fn holds(content: &Content, secret: &[u8]) -> bool {
    content.len() <= MAX_FILE && content.to_vec().contains_str(secret)
}
