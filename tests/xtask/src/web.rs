//! The browser module and its page: built, measured, tried in a headless browser.

mod compile;
mod optimise;
mod sessions;
mod split;

use std::{fs, io::Write as _, path::Path, process::Command, time::SystemTime};

use clap::Args;
use lzma_rust2::{CheckType, XzOptions, XzWriter};

use crate::shell::{self, root};

/// Where page and package are put, below the workspace; `glasshull serve` takes the page from here.
const DIST: &str = "wasm/dist";
/// What the tests compare with, and pictures.
const OUT: &str = "target/web";
/// Where what wasm-bindgen makes is put.
const MODULE: &str = "target/web/module";
/// The example that is built natively and in the browser.
const EXAMPLE: &str = "examples/redis";

#[derive(Args)]
pub(crate) struct Options {
    /// Then try it in a headless Chromium, against the native program
    #[arg(long)]
    test: bool,
    /// Then take pictures of the page, to be looked at: docs/pictures
    #[arg(long)]
    pictures: bool,
    /// Leave out wasm-opt: quicker, larger, not measured against the budget
    #[arg(long)]
    quick: bool,
}

/// `cargo xtask web`.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let module = compile::module()?;
    let module = module.to_str().ok_or("the target folder's path is no text")?;
    shell::run("wasm-bindgen", &["--target", "web", "--out-dir", MODULE, module], &[])
        .map_err(|error| format!("{error} (cargo install wasm-bindgen-cli --version 0.2.130)"))?;
    npm_packages()?;
    let whole = root().join(MODULE).join("wasm_bg.wasm");
    if !options.quick {
        optimise::module(&whole)?;
    }
    in_two(&whole)?;
    shell::run("npm", &["--prefix", "wasm", "run", "--silent", "types"], &[])?;
    shell::run(
        "node",
        &["wasm/build.mjs", MODULE, DIST],
        &[("SKIP_BUDGET", if options.quick { "1" } else { "" })],
    )?;
    shell::run("npm", &["--prefix", "wasm", "run", "--silent", "consumer"], &[])?;
    touch(&root().join("cli/build.rs"))?;
    if options.test {
        test()?;
    }
    match options.pictures {
        true => {
            shell::run("node", &["wasm/tests/browser/screenshots.mjs", "wasm/dist", "docs/pictures"], &[])
        }
        false => Ok(()),
    }
}

/// Splits the module by what the first lesson needs, from the first moment to the last check. The page in one file has it whole.
fn in_two(whole: &Path) -> Result<(), String> {
    let said = |error: std::io::Error| format!("{}: {error}", whole.display());
    let module = fs::read(whole).map_err(said)?;
    fs::write(whole.with_file_name("watched.wasm"), split::watched(&module)?).map_err(said)?;
    shell::run("node", &["wasm/profile.mjs", MODULE, "core/catalog/data"], &[])?;
    let seen = fs::read_to_string(whole.with_file_name("seen.txt")).map_err(said)?;
    let seen = seen
        .lines()
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|error: std::num::ParseIntError| error.to_string())?;
    let split = split::split(&module, &seen)?;
    let page = packed(&split::bare(&module)?).map_err(said)?;
    fs::write(whole.with_file_name("glasshull-whole.wasm.xz"), page).map_err(said)?;
    fs::write(whole.with_file_name("first.txt"), split.listing).map_err(said)?;
    fs::write(whole.with_file_name("glasshull.wasm"), split.first).map_err(said)?;
    fs::write(whole.with_file_name("glasshull-rest.wasm"), split.rest).map_err(said)
}

/// Packed by xz as tightly as it goes: a quarter less than gzip, and unpacked by a small module in the page.
fn packed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut options = XzOptions::with_preset(9);
    options.check_type = CheckType::Crc32;
    let mut packed = XzWriter::new(Vec::new(), options)?;
    packed.write_all(bytes)?;
    packed.finish()
}

/// The next build of the program takes the page in: its build script cannot watch a folder that was not there.
fn touch(path: &Path) -> Result<(), String> {
    let touched = fs::File::open(path).and_then(|file| file.set_modified(SystemTime::now()));
    touched.map_err(|error| format!("{}: {error}", path.display()))
}

/// The packages that build and try the page, of the versions in `wasm/package-lock.json`.
fn npm_packages() -> Result<(), String> {
    if root().join("wasm/node_modules").is_dir() {
        return Ok(());
    }
    shell::run("npm", &["--prefix", "wasm", "ci", "--no-audit", "--no-fund", "--silent"], &[])
}

/// Builds the example natively and has the browser tests compare.
fn test() -> Result<(), String> {
    let events = native_events()?;
    let path = root().join(OUT).join("native-events.jsonl");
    fs::write(&path, &events).map_err(|error| format!("{}: {error}", path.display()))?;
    let sessions = root().join(OUT).join("native-sessions.json");
    fs::write(&sessions, sessions::play()?.to_string())
        .map_err(|error| format!("{}: {error}", sessions.display()))?;
    println!("web: native events: {}", digest::sha256(&events));
    shell::run("node", &["wasm/tests/browser/run.mjs", DIST, OUT, EXAMPLE], &[])
}

/// The event record of the example's build by the native program, with a state folder of its own.
fn native_events() -> Result<Vec<u8>, String> {
    let home = root().join(OUT).join("home");
    if home.exists() {
        fs::remove_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["run", "-q", "-p", "cli", "--", "build", "--view", "rawjson", EXAMPLE])
        .env("GLASSHULL_HOME", &home)
        .current_dir(root())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(format!("the native build failed: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// Whether a program is found in one of the folders of `PATH`.
fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| Path::new(&folder).join(program).is_file())
}
