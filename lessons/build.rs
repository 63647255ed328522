//! Finds the lessons of `content/` and writes the table that embeds them; for the browser, their YAML as JSON.

use std::{env, error::Error, fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let content = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("content");
    println!("cargo::rerun-if-changed={}", content.display());
    let order = fs::read_to_string(content.join("curriculum.txt"))?;
    let is_browser = env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    let mut table = String::from("/// All lessons that come with the program, in the order to take them.\n");
    table += "pub const BUILTIN: &[Builtin] = &[\n";
    for id in order.lines().filter(|line| !line.is_empty()) {
        let mut files = Vec::new();
        collect(&content.join(id), "", &mut files)?;
        writeln!(table, "    Builtin {{ id: {id:?}, files: &[")?;
        for (path, whole) in files {
            let whole =
                if is_browser && path.ends_with(".yaml") { as_json(id, &path, &whole)? } else { whole };
            writeln!(table, "        ({path:?}, include_bytes!({whole:?})),")?;
        }
        table += "    ] },\n";
    }
    table += "];\n";
    fs::write(Path::new(&env::var("OUT_DIR")?).join("builtin.rs"), table)?;
    Ok(())
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

/// Writes a YAML file as JSON, and gives its path.
fn as_json(id: &str, path: &str, yaml: &str) -> Result<String, Box<dyn Error>> {
    let value: serde_json::Value = serde_yaml::from_str(&fs::read_to_string(yaml)?)?;
    let json = Path::new(&env::var("OUT_DIR")?).join(format!("{id}-{path}.json"));
    fs::write(&json, value.to_string())?;
    Ok(json.display().to_string())
}
