//! The databases of the base images: what is read is written as it was.

use apk::installed::{self, FileOrder};
use catalog::Catalog;

#[test]
fn databases_round_trip() {
    let catalog = Catalog::new().expect("the facts are intact");
    for image in catalog.alpine_images() {
        let root = catalog.alpine_root_of(image.release).expect("facts that are intact").expect("a release");
        let text = root.read_file("/lib/apk/db/installed").expect("a database");
        let packages = installed::parse(&text).expect("a database");
        assert!(packages.len() >= 14, "{}: {} packages", image.release, packages.len());
        let written = installed::write(&packages, FileOrder::AsPackaged);
        assert!(written == text, "{}: {written}", image.release);
    }
}
