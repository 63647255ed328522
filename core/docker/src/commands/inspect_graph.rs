//! Where overlay2 keeps the layers of an image and the changes of a container, as `inspect` shows it.

use api::ImageInspect;
use digest::Id;
use serde_json::{Value, json};

/// `.GraphDriver` of an image: its uppermost layer, and those below.
pub(super) fn of_image(image: &ImageInspect) -> Value {
    let layers = layers(image);
    let Some((top, below)) = layers.split_first() else {
        return json!({ "Data": null, "Name": "overlay2" });
    };
    driver(top, below)
}

/// `.GraphDriver` of a container: its own files, on those that docker made for it, on the image's.
pub(super) fn of_container(id: Id, image: Option<&ImageInspect>) -> Value {
    let own = folder(&id.to_string());
    let mut below = vec![format!("{own}-init")];
    below.extend(image.map(layers).unwrap_or_default());
    driver(&own, &below)
}

fn driver(top: &str, below: &[String]) -> Value {
    let mut data = json!({});
    if !below.is_empty() {
        let lower: Vec<String> = below.iter().map(|layer| format!("{layer}/diff")).collect();
        data["LowerDir"] = json!(lower.join(":"));
    }
    for (name, part) in [("MergedDir", "merged"), ("UpperDir", "diff"), ("WorkDir", "work")] {
        data[name] = json!(format!("{top}/{part}"));
    }
    json!({ "Data": data, "Name": "overlay2" })
}

/// The folders of an image's layers, the uppermost first. The same layers below make the same folder.
fn layers(image: &ImageInspect) -> Vec<String> {
    let mut chain = String::new();
    let mut folders: Vec<String> = Vec::new();
    for diff_id in &image.config.rootfs.diff_ids {
        chain += &format!("{diff_id} ");
        folders.insert(0, folder(&chain));
    }
    folders
}

/// A folder by what it is for; the errors of a container's files name it too.
fn folder(key: &str) -> String {
    format!("/var/lib/docker/overlay2/{}", digest::sha256(format!("overlay2 {key}")).hex())
}
