//! Two configurations, key by key, and two histories, step by step.

use oci::History;
use oci::docker_archive::ArchivedImage;
use serde_json::Value;

use super::Difference;

/// Keys that hold times, ids and the daemon's version, or are compared by themselves.
const ASIDE: [&str; 10] = [
    ".created",
    ".container",
    ".container_config.Hostname",
    ".container_config.Image",
    ".config.Hostname",
    ".config.Image",
    ".docker_version",
    ".history",
    ".rootfs",
    ".id",
];

/// Keys whose values differ.
pub(super) fn compare(ours: &ArchivedImage, theirs: &ArchivedImage) -> Result<Vec<Difference>, String> {
    let read = |image: &ArchivedImage| {
        serde_json::from_slice::<Value>(&image.config_json).map_err(|error| error.to_string())
    };
    let mut found = Vec::new();
    walk(String::new(), &read(ours)?, &read(theirs)?, &mut found);
    Ok(found)
}

fn walk(place: String, ours: &Value, theirs: &Value, found: &mut Vec<Difference>) {
    if ours == theirs || ASIDE.contains(&place.as_str()) {
        return;
    }
    if let (Value::Object(a), Value::Object(b)) = (ours, theirs) {
        let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let (a, b) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
            walk(format!("{place}.{key}"), a, b, found);
        }
        return;
    }
    found.push(Difference { place, here: ours.to_string(), daemon: theirs.to_string() });
}

/// Steps that differ in more than their time.
pub(super) fn history(ours: &[History], theirs: &[History]) -> Vec<Difference> {
    let shown = |step: Option<&History>| match step {
        Some(History { created_by, comment, author, empty_layer, .. }) => {
            format!("{created_by} (author {author:?}, comment {comment:?}, empty {empty_layer})")
        }
        None => String::new(),
    };
    (0..ours.len().max(theirs.len()))
        .map(|index| Difference {
            place: format!("step {}", index + 1),
            here: shown(ours.get(index)),
            daemon: shown(theirs.get(index)),
        })
        .filter(|row| row.here != row.daemon)
        .collect()
}
