//! Archives that `docker save` of 20.10.24 wrote, loaded and saved again byte for byte.

use oci::Reference;
use oci::docker_archive::{SavedImage, load, save};
use vfs::Time;
use vfs::archive::{Limits, decompress};

fn round_trip(packed: &[u8], saved_at: i64) -> (Vec<u8>, Vec<u8>, Vec<String>) {
    let bytes = decompress(packed, 1 << 20).expect("the fixture is gzip");
    let images = load(packed, Limits::default()).expect("the fixture is sound");
    let mut shown = Vec::new();
    let saved: Vec<SavedImage> = images
        .into_iter()
        .map(|image| {
            shown.push(format!(
                "{} {} layers {:?}",
                image.config.id().short(),
                image.layers.len(),
                image.tags
            ));
            let names = image.tags.iter().map(|tag| Reference::parse_normalized(tag).expect("a name"));
            SavedImage {
                names: names.collect(),
                config_json: image.config_json,
                config: image.config,
                layers: image.tars,
            }
        })
        .collect();
    let mut again = Vec::new();
    save(&saved, Time::from_secs(saved_at), &mut again).expect("memory takes everything");
    (bytes, again, shown)
}

#[test]
fn one_image_with_two_names() {
    let (bytes, again, shown) = round_trip(include_bytes!("fixtures/archive/docker20.10-one.tar.gz"), 0);
    assert_eq!(shown, [r#"79b8b41bdb12 2 layers ["sv:1", "ex.com/sv:two"]"#]);
    assert!(bytes == again, "the archive differs");
}

#[test]
fn two_images_that_share_layers() {
    let (bytes, again, shown) =
        round_trip(include_bytes!("fixtures/archive/docker20.10-two.tar.gz"), 1_795_434_160);
    assert_eq!(shown, [r#"79b8b41bdb12 2 layers ["sv:1"]"#, r#"71b1e8a1dd91 2 layers ["sv:3"]"#]);
    assert!(bytes == again, "the archive differs");
}

#[test]
fn what_is_no_archive_is_refused() {
    let error = |bytes: &[u8]| load(bytes, Limits::default()).unwrap_err().to_string();
    assert_eq!(error(&[0; 1024]), "open manifest.json: no such file or directory");
    assert_eq!(error(&[1; 1024]), "archive/tar: invalid tar header");
}
