//! The files of facts: which there are, and what they hold.

use catalog::{Catalog, Parts};

/// Bytes of a whole release, compressed.
const MAX_RELEASE: u64 = 700 << 10;
/// Bytes of what a page needs before it can run its first line.
const MAX_BASE: u64 = 150 << 10;

fn size(name: &str) -> u64 {
    let path = format!("{}/data/{name}.pack", env!("CARGO_MANIFEST_DIR"));
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[test]
fn each_release_is_small() {
    for release in ["3.18", "3.19", "3.20", "3.21", "3.22"] {
        let parts = Parts::names().iter().filter(|name| name.starts_with(&format!("alpine-{release}-")));
        let total: u64 = parts.map(|name| size(name)).sum();
        assert!(total <= MAX_RELEASE, "{release}: {total} bytes");
    }
    let bases: u64 =
        Parts::names().iter().filter(|name| name.ends_with("-base")).map(|name| size(name)).sum();
    assert!((1..=MAX_BASE).contains(&bases), "{bases} bytes");
}

#[test]
fn everything_can_be_read() {
    let catalog = Catalog::of(Parts::default());
    let mut counts = Vec::new();
    for release in ["3.18", "3.19", "3.20", "3.21", "3.22"] {
        for section in ["main", "community"] {
            let url = format!("https://dl-cdn.alpinelinux.org/alpine/v{release}/{section}");
            let Ok(repository) = catalog.mirror().open(&url, "x86_64") else { continue };
            let packages = repository.all();
            let read = packages.iter().filter(|package| repository.contents(package).is_ok()).count();
            counts.push(format!(
                "{release} {section} {} {} {read}",
                repository.package_count(),
                packages.len()
            ));
        }
    }
    let expected = [
        "3.18 main 5136 5136 5136",
        "3.18 community 14933 14933 14933",
        "3.19 main 5436 5436 5436",
        "3.20 main 5522 5522 5522",
        "3.20 community 14188 14188 14188",
        "3.21 main 5541 5541 5541",
        "3.22 main 5646 5646 5646",
        "3.22 community 13946 13946 13946",
    ];
    assert_eq!(counts, expected);
}

#[test]
fn a_file_that_is_none_is_refused() {
    let parts = Parts::default();
    assert!(parts.supply("alpine-3.20-main", b"GLASSCAT".to_vec()).is_err());
    assert!(parts.supply("alpine-9.99-main", Vec::new()).is_err());
    assert_eq!(parts.take_wanted(), Vec::<String>::new());
}
