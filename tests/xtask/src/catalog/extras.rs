use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use serde_json::Value;

use super::{Result, index::Index, pack::Pack};

/// Packages in a block.
const BLOCK: usize = 256;

/// What is known about packages besides the index: a letter and tab-separated columns a line.
///
/// `s` script kind, lines of output; `u` user; `g` group; `d` path that a script makes;
/// `t` trigger directory; `r` replaced package; `q` its rank; `c` command path; `i` installed path;
/// `o` owner of a path.
pub(crate) fn pack(release: &Path, index: &Index, pack: &mut Pack) -> Result<()> {
    let mut extras = Extras::default();
    extras.scripts(&json(release, "scripts.json")?["packages"]);
    extras.triggers_and_replaces(&json(release, "triggers-replaces.json")?);
    extras.command_paths(&fs::read_to_string(release.join("cmd-paths.tsv"))?);
    extras.install_facts(&json(release, "install-facts.json")?["aports"], index);
    let rows: Vec<_> = extras
        .0
        .into_iter()
        .filter(|(name, _)| index.has(name))
        .map(|(name, lines)| (name.into_bytes(), lines.into_bytes()))
        .collect();
    pack.table("extras", BLOCK, &rows);
    Ok(())
}

fn json(release: &Path, name: &str) -> Result<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(release.join(name))?)?)
}

#[derive(Default)]
struct Extras(BTreeMap<String, String>);

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A string as it is, a number as written, anything else as nothing.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

impl Extras {
    fn line(&mut self, package: &str, columns: &[&str]) {
        let lines = self.0.entry(package.to_owned()).or_default();
        let written = writeln!(lines, "{}", columns.join("\t"));
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
    }

    fn scripts(&mut self, packages: &Value) {
        for (package, facts) in entries(packages) {
            for kind in items(&facts["scripts"]).map(plain) {
                let run = items(&facts["run"]).find(|run| plain(&run["kind"]) == kind);
                // The scripts ran without what their packages need: one that failed says nothing.
                let run = run.filter(|run| run["exit"] == 0);
                let lines = run.map_or(String::new(), |run| plain(&run["output_lines"]));
                self.line(package, &["s", &kind, &lines]);
            }
            for group in items(&facts["groups"]) {
                let members = items(&group["members"]).map(plain).collect::<Vec<_>>().join(",");
                let new = if group["new"] == Value::Bool(true) { "new" } else { "" };
                self.line(package, &["g", &plain(&group["name"]), &plain(&group["gid"]), &members, new]);
            }
            for user in items(&facts["users"]) {
                let column = |key: &str| plain(&user[key]);
                let keys = ["name", "uid", "gid", "gecos", "home", "shell"].map(column);
                let columns: Vec<&str> =
                    std::iter::once("u").chain(keys.iter().map(String::as_str)).collect();
                self.line(package, &columns);
            }
            for path in items(&facts["fs"]) {
                let column = |key: &str| plain(&path[key]);
                let keys = ["path", "type", "mode", "owner", "group"].map(column);
                let columns: Vec<&str> =
                    std::iter::once("d").chain(keys.iter().map(String::as_str)).collect();
                self.line(package, &columns);
            }
        }
    }

    fn triggers_and_replaces(&mut self, facts: &Value) {
        for (letter, key) in [("t", "triggers"), ("r", "replaces")] {
            for (package, list) in entries(&facts[key]) {
                items(list).map(plain).for_each(|item| self.line(package, &[letter, &item]));
            }
        }
        for (package, rank) in entries(&facts["replaces_priority"]) {
            self.line(package, &["q", &plain(rank)]);
        }
    }

    fn command_paths(&mut self, table: &str) {
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            if let [package, path, _] = line.split('\t').collect::<Vec<_>>()[..] {
                self.line(package, &["c", path]);
            }
        }
    }

    /// The facts are of source packages; a path goes to the sub-package that usually has it.
    fn install_facts(&mut self, aports: &Value, index: &Index) {
        for (aport, paths) in entries(aports) {
            for fact in items(paths) {
                let column = |key: &str| plain(&fact[key]);
                let path = column("path");
                let part = subpackage(&path).map(|suffix| format!("{aport}{suffix}"));
                let owner = part.filter(|name| index.has(name)).unwrap_or_else(|| aport.clone());
                if path.contains('*') {
                    continue;
                }
                match column("chown").split_once(':') {
                    Some((user, group)) => self.line(&owner, &["o", &path, user, group]),
                    None => {
                        let [kind, mode, user, group] = ["type", "mode", "owner", "group"].map(column);
                        self.line(&owner, &["i", &path, &kind, &mode, &user, &group]);
                    }
                }
            }
        }
    }
}

fn subpackage(path: &str) -> Option<&'static str> {
    let parts = [
        ("/etc/init.d/", "-openrc"),
        ("/etc/conf.d/", "-openrc"),
        ("/usr/share/man/", "-doc"),
        ("/usr/share/doc/", "-doc"),
        ("/usr/include/", "-dev"),
        ("/usr/lib/pkgconfig/", "-dev"),
        ("/usr/share/bash-completion/", "-bash-completion"),
        ("/usr/share/zsh/", "-zsh-completion"),
        ("/usr/share/fish/", "-fish-completion"),
        ("/usr/lib/udev/", "-udev"),
    ];
    parts.iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, suffix)| *suffix)
}
