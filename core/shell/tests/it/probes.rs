//! The recorded probes of `conformance/shell`, where that folder is at hand: `GLASSHULL_CONFORMANCE`, or beside the
//! project.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

use crate::world::script;

/// Which of the recorded builds is nearest to Alpine's.
const BUILD: &str = "1.37git-musl-alpine-like";

/// Probes that must agree. The others call applets that do not exist yet, or differ between 1.36 and 1.37.
const FLOOR: usize = 99;

fn folder() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    env::var_os("GLASSHULL_CONFORMANCE").map_or(beside, PathBuf::from).join("shell")
}

#[test]
fn recorded_probes_agree() {
    let Ok(text) = fs::read_to_string(folder().join("probes.jsonl")) else { return };
    let (mut passed, mut report) = (0, String::new());
    for line in text.lines() {
        let probe: Value = serde_json::from_str(line).unwrap();
        let (source, recorded) = (probe["sh"].as_str().unwrap(), &probe["out"][BUILD]);
        let got = script(source);
        let expected = (recorded[0].to_string(), recorded[1].as_str().unwrap());
        if got.status == expected.0 && got.merged == expected.1 {
            passed += 1;
        } else {
            let (status, output) = expected;
            report +=
                &format!("=== {source}\n--- {status}\n{output}--- got {}\n{}\n", got.status, got.merged);
        }
    }
    assert!(passed >= FLOOR, "{passed} agree, not {FLOOR}:\n{report}");
}
