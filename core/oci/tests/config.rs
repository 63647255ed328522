//! Configs that real builders wrote must be written again byte for byte. File names hold the start of their digest.

use std::fs;
use std::path::Path;

#[test]
fn real_configs_are_reproduced_byte_for_byte() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/config");
    let mut seen = 0;
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read_to_string(&path).unwrap();
        let config = oci::ImageConfig::from_json(bytes.as_bytes()).unwrap();
        assert_eq!(String::from_utf8_lossy(&config.to_json()), bytes, "{name}");
        assert_eq!(config.id().short(), name.rsplit('.').nth(1).unwrap(), "{name}");
        seen += 1;
    }
    assert!(seen >= 3, "fixtures are missing");
}
