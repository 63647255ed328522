use std::{collections::BTreeMap, fs, path::Path};

use apk::{index as apk_index, installed};
use serde_json::Value;

use super::{
    Result,
    index::Index,
    pack::{Pack, number, text},
    release::Release,
};

/// Traces of use in trees that were taken from containers.
const NOT_OF_THE_IMAGE: [&str; 5] =
    ["/.ash_history", "/etc/group-", "/etc/passwd-", "/etc/shadow-", "/etc/resolv.conf"];
/// Keys of aarch64, in place of which an x86_64 image has those of x86_64.
const KEYS: [(&str, &str); 5] = [
    ("524d27bb", "5243ef4b"),
    ("58199dcc", "5261cecb"),
    ("616a9724", "6165ee59"),
    ("616adfeb", "61666e3f"),
    ("616ae350", "4a6a0840"),
];

/// The tree of a base image, and the files whose bytes are facts.
pub(crate) fn pack(facts: &Path, release: &Release, index: &Index, pack: &mut Pack) -> Result<()> {
    let folder = facts.join(release.name);
    let tree = fs::read_to_string(folder.join(format!("{}.tree.tsv", release.base)))?;
    let lines = tree.lines().skip(1).filter(|line| is_of_the_image(release, line));
    let mut rows: Vec<_> = lines.map(|line| row(line, release.created)).collect::<Result<_>>()?;
    if !rows.iter().any(|(path, _)| path == b"/") {
        rows.insert(0, row("/\td\t0755\t0\t0\t0\t-", release.created)?);
    }
    pack.table("base-tree", rows.len(), &rows);
    let files = files(facts, release, index)?;
    pack.table("base-files", files.len(), &files);
    Ok(())
}

/// Backups made by adduser belong to the real images; in derived ones they are traces of use.
fn is_of_the_image(release: &Release, line: &str) -> bool {
    let path = line.split('\t').next().unwrap_or_default();
    !release.base.ends_with(".derived") || !NOT_OF_THE_IMAGE.contains(&path)
}

/// `path type mode uid gid size [mtime sha1] link`
fn row(line: &str, created: u64) -> Result<(Vec<u8>, Vec<u8>)> {
    let columns: Vec<&str> = line.split('\t').collect();
    let (path, facts, mtime, link) = match columns[..] {
        [path, kind, mode, uid, gid, size, mtime, _, link] => {
            (path, [kind, mode, uid, gid, size], mtime.parse()?, link)
        }
        [path, kind, mode, uid, gid, size, link] => (path, [kind, mode, uid, gid, size], created, link),
        _ => return Err(format!("neither seven nor nine columns: {line}").into()),
    };
    let [kind, mode, uid, gid, size] = facts;
    let mut value = kind.as_bytes().to_vec();
    number(&mut value, u64::from_str_radix(mode, 8)?);
    for column in [uid, gid, size] {
        // What is not known is written `-` or `?`.
        number(&mut value, column.parse().unwrap_or(0));
    }
    number(&mut value, mtime);
    text(&mut value, if link == "-" { b"" } else { link.as_bytes() });
    let path = if path.starts_with("/etc/apk/keys/") { with_own_keys(path) } else { path.to_owned() };
    Ok((path.into_bytes(), value))
}

fn with_own_keys(text: &str) -> String {
    KEYS.iter().fold(text.to_owned(), |text, (other, own)| text.replace(other, own))
}

fn files(facts: &Path, release: &Release, index: &Index) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let (of, name) = release.texts_of;
    let texts = fs::read_to_string(facts.join(of).join(format!("{name}.facts.json")))?;
    let texts: BTreeMap<String, Value> = serde_json::from_str(&texts)?;
    let installed = installed_text(facts, release, index)?;
    let labels = labels(installed.as_bytes())?;
    let mut files = BTreeMap::new();
    for (path, fact) in &texts {
        match fact {
            Value::String(content) => {
                let content = of_release(content, of, name.trim_start_matches("base-"), release);
                files.insert(path.clone(), content.into_bytes())
            }
            scripts => files.insert("scripts".into(), scripts_list(scripts, &labels).into_bytes()),
        };
    }
    if let Some(world) = release.world {
        files.insert("/etc/apk/world".into(), world.into());
    }
    let triggers = labels
        .get("busybox")
        .map(|(_, checksum)| format!("{checksum} /bin /usr/bin /sbin /usr/sbin /lib/modules/*\n"));
    files.insert("/lib/apk/db/triggers".into(), triggers.unwrap_or_default().into_bytes());
    files.insert("/lib/apk/db/installed".into(), installed.into_bytes());
    Ok(files.into_iter().map(|(path, content)| (path.into_bytes(), content)).collect())
}

/// A text of another release as this one would have it.
fn of_release(text: &str, other: &str, other_image: &str, release: &Release) -> String {
    text.replace(other_image, release.image).replace(other, release.name)
}

/// The installed database, with versions of the index where the image is newer than that.
fn installed_text(facts: &Path, release: &Release, index: &Index) -> Result<String> {
    let path = facts.join(release.name).join(format!("{}.installed", release.base));
    let mut text = fs::read_to_string(path)?;
    if release.base.ends_with(".derived") {
        let (before, rest) = text.split_once("F:etc/apk/keys\n").ok_or("no keys are installed")?;
        let (keys, after) = rest.split_once("F:").ok_or("nothing follows the keys")?;
        text = format!("{before}F:etc/apk/keys\n{}F:{after}", with_own_keys(keys));
    }
    if !release.newer_than_index {
        return Ok(text);
    }
    let mut out = String::new();
    for stanza in text.split_inclusive("\n\n") {
        let name = stanza.lines().find_map(|line| line.strip_prefix("P:")).unwrap_or_default();
        let Some(package) = index.of_main(name) else {
            out += stanza;
            continue;
        };
        apk_index::write_header(package, &mut out);
        let is_header = |line: &&str| "CPVASITULomtckDpi".contains(line.chars().next().unwrap_or('F'));
        for line in stanza.lines().filter(|line| !line.is_empty()).skip_while(is_header) {
            out += &format!("{line}\n");
        }
        out.push('\n');
    }
    Ok(out)
}

/// Label and checksum of each installed package.
fn labels(text: &[u8]) -> Result<BTreeMap<String, (String, String)>> {
    let packages = installed::parse(text)?.into_iter().map(|installed| installed.package);
    let entry = |package: &apk::Package| (package.label(), package.checksum.to_string());
    Ok(packages.map(|package| (package.name.to_string(), entry(&package))).collect())
}

/// The entries of `scripts.tar`: `name size mtime` a line. Those of another release get the label
/// and checksum of this one's package.
fn scripts_list(scripts: &Value, labels: &BTreeMap<String, (String, String)>) -> String {
    let line = |entry: &Value| {
        let name = entry["name"].as_str().unwrap_or_default();
        let (label, rest) = name.split_once(".Q1").unwrap_or((name, ""));
        let kind = rest.rsplit('.').next().unwrap_or_default();
        let package = label.rsplitn(3, '-').last().unwrap_or_default();
        let (label, checksum) = labels.get(package)?;
        Some(format!("{label}.{checksum}.{kind} {} {}\n", entry["size"], entry["mtime"]))
    };
    scripts.as_array().into_iter().flatten().filter_map(line).collect()
}
