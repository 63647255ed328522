//! What is known about packages besides the index.

use apk::ScriptKind;

use crate::pack::{Damaged, Pack, Table};

/// The facts about all packages.
pub(crate) struct ExtraFacts(Table);

/// The facts about one package.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extras {
    pub(crate) scripts: Vec<ScriptFact>,
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<Group>,
    /// Directories that scripts make.
    pub(crate) paths: Vec<PathFact>,
    pub(crate) triggers: Vec<String>,
    pub(crate) replaces: Vec<String>,
    pub(crate) replaces_priority: u32,
    /// Commands that are not in `/usr/bin`.
    pub(crate) command_paths: Vec<String>,
    /// Paths that the package's recipe installs.
    pub(crate) installed: Vec<PathFact>,
    /// Paths that the recipe gives to somebody.
    pub(crate) owners: Vec<PathFact>,
}

/// A script of a package.
#[derive(Clone, Debug)]
pub(crate) struct ScriptFact {
    pub(crate) kind: ScriptKind,
    /// How many lines it prints.
    pub(crate) lines: u32,
}

/// A user that a package adds. Numbers that are not fixed are absent.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) id: Option<u32>,
    pub(crate) group_id: Option<u32>,
    pub(crate) gecos: String,
    pub(crate) home: String,
    pub(crate) shell: String,
}

/// A group that a package adds, or adds members to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) id: Option<u32>,
    pub(crate) members: Vec<String>,
    pub(crate) new: bool,
}

/// A path with its kind (`d` or `f`), octal mode, owner and group.
#[derive(Clone, Debug)]
pub(crate) struct PathFact {
    pub(crate) path: String,
    pub(crate) directory: bool,
    pub(crate) mode: String,
    pub(crate) owner: String,
    pub(crate) group: String,
}

impl ExtraFacts {
    pub(crate) fn open(pack: &mut Pack) -> Result<Self, Damaged> {
        Ok(ExtraFacts(pack.table("extras")?))
    }

    /// What is known about a package.
    pub(crate) fn of(&self, package: &str) -> Result<Extras, Damaged> {
        let mut extras = Extras::default();
        if let Some((block, at)) = self.0.find(package.as_bytes())? {
            let text = std::str::from_utf8(block.value(at)).map_err(|_| Damaged)?;
            for line in text.lines() {
                extras.add(&line.split('\t').collect::<Vec<_>>());
            }
        }
        Ok(extras)
    }
}

impl Extras {
    fn add(&mut self, columns: &[&str]) {
        match *columns {
            ["s", kind, lines] => {
                let kind = ScriptKind::parse(kind.as_bytes());
                self.scripts.extend(kind.map(|kind| ScriptFact { kind, lines: lines.parse().unwrap_or(0) }));
            }
            ["u", name, id, group, gecos, home, shell] => self.users.push(User {
                name: name.to_owned(),
                id: id.parse().ok(),
                group_id: group.parse().ok(),
                gecos: gecos.to_owned(),
                home: home.to_owned(),
                shell: shell.to_owned(),
            }),
            ["g", name, id, members, new] => self.groups.push(Group {
                name: name.to_owned(),
                id: id.parse().ok(),
                members: members.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
                new: new == "new",
            }),
            ["d", path, kind, mode, owner, group] => {
                self.paths.push(path_fact(path, kind, mode, owner, group))
            }
            ["i", path, kind, mode, owner, group] => {
                self.installed.push(path_fact(path, kind, mode, owner, group));
            }
            ["o", path, owner, group] => self.owners.push(path_fact(path, "", "", owner, group)),
            ["t", pattern] => self.triggers.push(pattern.to_owned()),
            ["r", package] => self.replaces.push(package.to_owned()),
            ["q", rank] => self.replaces_priority = rank.parse().unwrap_or(0),
            ["c", path] => self.command_paths.push(path.to_owned()),
            _ => {}
        }
    }
}

fn path_fact(path: &str, kind: &str, mode: &str, owner: &str, group: &str) -> PathFact {
    PathFact {
        path: path.to_owned(),
        directory: kind == "d",
        mode: mode.to_owned(),
        owner: owner.to_owned(),
        group: group.to_owned(),
    }
}
