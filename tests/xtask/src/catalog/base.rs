use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use super::{
    Result,
    pack::{Pack, number, text},
};

/// The tree of a base image, and the files whose bytes are facts.
pub(crate) fn pack(release: &Path, version: &str, pack: &mut Pack) -> Result<()> {
    let tree = fs::read_to_string(release.join(format!("base-{version}.tree.tsv")))?;
    let rows: Vec<_> = tree.lines().skip(1).map(row).collect::<Result<_>>()?;
    pack.table("base-tree", rows.len(), &rows);
    let files = files(release, version)?;
    pack.table("base-files", files.len(), &files);
    Ok(())
}

/// `path type mode uid gid size mtime sha1 link`
fn row(line: &str) -> Result<(Vec<u8>, Vec<u8>)> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [path, kind, mode, uid, gid, size, mtime, _, link] = columns[..] else {
        return Err(format!("not nine columns: {line}").into());
    };
    let mut value = kind.as_bytes().to_vec();
    number(&mut value, u64::from_str_radix(mode, 8)?);
    for column in [uid, gid, size, mtime] {
        number(&mut value, column.parse()?);
    }
    text(&mut value, if link == "-" { b"" } else { link.as_bytes() });
    Ok((path.as_bytes().to_vec(), value))
}

fn files(release: &Path, version: &str) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let facts: BTreeMap<String, Value> =
        serde_json::from_str(&fs::read_to_string(release.join(format!("base-{version}.facts.json")))?)?;
    let mut files = BTreeMap::new();
    for (path, fact) in &facts {
        match fact {
            Value::String(content) => files.insert(path.clone(), content.clone().into_bytes()),
            scripts => files.insert("scripts".into(), scripts_list(scripts).into_bytes()),
        };
    }
    let installed = fs::read(release.join(format!("base-{version}.installed")))?;
    files.insert("/lib/apk/db/installed".into(), installed);
    Ok(files.into_iter().map(|(path, content)| (path.into_bytes(), content)).collect())
}

/// The entries of `scripts.tar`: `name size mtime` a line.
fn scripts_list(scripts: &Value) -> String {
    let line = |entry: &Value| {
        let name = entry["name"].as_str().unwrap_or_default();
        format!("{name} {} {}\n", entry["size"], entry["mtime"])
    };
    scripts.as_array().into_iter().flatten().map(line).collect()
}
