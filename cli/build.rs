//! Takes the lab into the program: the files that `cargo xtask web` has put into `wasm/dist/page`, or those of the folder
//! `GLASSHULL_PAGE`. Where there are none the program is whole but for `glasshull serve`, which says how to get them.

use std::{env, fmt::Write, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-env-changed=GLASSHULL_PAGE");
    let folder = match env::var_os("GLASSHULL_PAGE") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../wasm/dist/page"),
    };
    // A path that is not there would make every build begin anew: `cargo xtask web` touches this file instead.
    match folder.exists() {
        true => println!("cargo::rerun-if-changed={}", folder.display()),
        false => println!("cargo::rerun-if-changed=build.rs"),
    }
    let mut rows = String::new();
    let mut files: Vec<PathBuf> = match fs::read_dir(&folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect(),
        Err(_) => Vec::new(),
    };
    files.sort();
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.file_name().and_then(|name| name.to_str()).ok_or("a name that is no text")?;
        writeln!(rows, "    ({name:?}, include_bytes!({:?})),", file.canonicalize()?)?;
    }
    let source = format!("pub(super) static EMBEDDED: &[(&str, &[u8])] = &[\n{rows}];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("page.rs"), source)?;
    Ok(())
}
