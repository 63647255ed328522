//! Finds the lessons of `content/` and writes the table that embeds them.

use std::{env, error::Error, fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let content = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("content");
    println!("cargo::rerun-if-changed={}", content.display());
    let order = fs::read_to_string(content.join("curriculum.txt"))?;
    let mut table = String::from("/// All lessons that come with the program, in the order to take them.\n");
    table += "pub const BUILTIN: &[Builtin] = &[\n";
    for id in order.lines().filter(|line| !line.is_empty()) {
        let mut files = Vec::new();
        collect(&content.join(id), "", &mut files)?;
        writeln!(table, "    Builtin {{ id: {id:?}, files: &[")?;
        for (path, whole) in files {
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
