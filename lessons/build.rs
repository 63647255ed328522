//! Finds the lessons of `content/` and writes the table that embeds them; for the browser, their YAML as JSON, and all in one piece
//! that `xtask web` knows: it comes with the second part of the module.

use std::{env, error::Error, fmt::Write, fs, path::Path};

/// What a piece of data begins with that the first part of the browser's module does without; its length follows, four bytes.
const LATER: &[u8] = b"~glasshull:later~";

fn main() -> Result<(), Box<dyn Error>> {
    let content = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("content");
    println!("cargo::rerun-if-changed={}", content.display());
    let order = fs::read_to_string(content.join("curriculum.txt"))?;
    let is_browser = env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    let mut piece = [LATER, &[0; 4]].concat();
    let mut table = String::from("/// All lessons that come with the program, in the order to take them.\n");
    table += "pub static BUILTIN: &[Builtin] = &[\n";
    for id in order.lines().filter(|line| !line.is_empty()) {
        let mut files = Vec::new();
        collect(&content.join(id), "", &mut files)?;
        writeln!(table, "    Builtin {{ id: {id:?}, files: &[")?;
        for (path, whole) in files {
            if is_browser {
                let bytes = for_browser(&path, &whole)?;
                writeln!(table, "        ({path:?}, later({}, {})),", piece.len(), bytes.len())?;
                piece.extend(bytes);
            } else {
                writeln!(table, "        ({path:?}, include_bytes!({whole:?})),")?;
            }
        }
        table += "    ] },\n";
    }
    table += "];\n";
    let out = env::var("OUT_DIR")?;
    if is_browser {
        let length = u32::try_from(piece.len())?;
        piece[LATER.len()..][..4].copy_from_slice(&length.to_le_bytes());
        let path = Path::new(&out).join("later");
        writeln!(table, "static LATER: [u8; {length}] = *include_bytes!({path:?});")?;
        table += "const fn later(from: usize, length: usize) -> &'static [u8] {\n";
        table += "    LATER.split_at(from).1.split_at(length).0\n}\n";
        fs::write(path, piece)?;
    }
    fs::write(Path::new(&out).join("builtin.rs"), table)?;
    Ok(())
}

/// A file as the browser's module has it: YAML is JSON there.
fn for_browser(path: &str, whole: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    if !path.ends_with(".yaml") {
        return Ok(fs::read(whole)?);
    }
    let value: serde_json::Value = serde_yaml::from_str(&fs::read_to_string(whole)?)?;
    Ok(value.to_string().into_bytes())
}

fn collect(folder: &Path, below: &str, files: &mut Vec<(String, String)>) -> Result<(), Box<dyn Error>> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), format!("{below}{}", entry.file_name().to_string_lossy()));
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else {
            files.push((name, path.display().to_string()));
        }
    }
    Ok(())
}
