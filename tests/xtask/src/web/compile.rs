use std::{path::PathBuf, process::Command};

use super::on_path;
use crate::shell::root;

const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's Rust, whose packages `rustc-web cargo-web rust-web-src` build the standard library from source.
const DEBIAN: &str = "/usr/bin/cargo";
const DEBIAN_SOURCES: &str = "/usr/lib/rustlib/src/rust/library/std";
const LINKERS: [&str; 4] = ["wasm-ld", "wasm-ld-19", "wasm-ld-20", "wasm-ld-21"];

/// Compiles the crate `wasm` for the browser and gives the module's path: with the installed target if there is one,
/// else with Debian's compiler and a standard library made on the spot.
pub(super) fn module() -> Result<PathBuf, String> {
    let mut cargo = match has_target() {
        true => Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())),
        false => debian()?,
    };
    cargo.args(["build", "-q", "--profile", "web", "--target", TARGET, "-p", "wasm"]).current_dir(root());
    // What cargo set for this program's own libraries is not for another compiler.
    let status = cargo.env_remove("LD_LIBRARY_PATH").status().map_err(|error| format!("cargo: {error}"))?;
    match status.success() {
        true => {
            let target =
                std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
            Ok(target.join(TARGET).join("web/wasm.wasm"))
        }
        false => Err("the module does not compile".to_owned()),
    }
}

fn has_target() -> bool {
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    output.is_ok_and(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

fn debian() -> Result<Command, String> {
    let linker = LINKERS.into_iter().find(|linker| on_path(linker));
    let Some(linker) = linker.filter(|_| PathBuf::from(DEBIAN_SOURCES).is_dir()) else {
        return Err(format!(
            "the target is missing: rustup target add {TARGET}, or on Debian \
             apt-get install rustc-web cargo-web rust-web-src lld-19"
        ));
    };
    let path = std::env::var("PATH").unwrap_or_default();
    let mut cargo = Command::new(DEBIAN);
    cargo
        .arg("-Zbuild-std=std,panic_abort")
        .env("PATH", format!("/usr/bin:{path}"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
        .env_remove("RUSTUP_TOOLCHAIN");
    Ok(cargo)
}
