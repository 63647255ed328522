use std::{path::PathBuf, process::Command};

use super::on_path;
use crate::shell::root;

const TARGET: &str = "wasm32-unknown-unknown";
/// The standard library is built with the module, so that it is small too: without the words and places of panics,
/// which nobody hears, and with algorithms that are short rather than fast.
/// They take the place of those in `.cargo/config.toml`: the stack is as large as there.
const FLAGS: &str =
    "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Clink-arg=-zstack-size=4194304";
const STD: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
/// Debian's Rust; its packages are `rustc-web cargo-web rust-web-src lld-19`.
const DEBIAN: &str = "/usr/bin";
const LINKERS: [&str; 4] = ["wasm-ld", "wasm-ld-19", "wasm-ld-20", "wasm-ld-21"];

/// Compiles the crate `wasm` for the browser and gives the module's path.
pub(super) fn module() -> Result<PathBuf, String> {
    let mut cargo = compiler()?;
    cargo.args(STD).args(["build", "-q", "--profile", "web", "--target", TARGET, "-p", "wasm"]);
    cargo.current_dir(root()).env("RUSTFLAGS", FLAGS).env("RUSTC_BOOTSTRAP", "1");
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

/// The installed toolchain, if the sources of the standard library are there, else Debian's.
fn compiler() -> Result<Command, String> {
    if has_sources("rustc") {
        return Ok(Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())));
    }
    let linker = LINKERS.into_iter().find(|linker| on_path(linker));
    let Some(linker) = linker.filter(|_| has_sources(&format!("{DEBIAN}/rustc"))) else {
        return Err("the sources of the standard library are missing: rustup component add rust-src, \
                    or on Debian apt-get install rustc-web cargo-web rust-web-src lld-19"
            .to_owned());
    };
    let path = std::env::var("PATH").unwrap_or_default();
    let mut cargo = Command::new(format!("{DEBIAN}/cargo"));
    cargo
        .env("PATH", format!("{DEBIAN}:{path}"))
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
        .env_remove("RUSTUP_TOOLCHAIN");
    Ok(cargo)
}

fn has_sources(rustc: &str) -> bool {
    let output = Command::new(rustc).args(["--print", "sysroot"]).output();
    output.is_ok_and(|output| {
        let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        sysroot.join("lib/rustlib/src/rust/library/std").is_dir()
    })
}
