//! /etc/passwd, /etc/group and /etc/shadow: reading, and edits that keep all other lines as they are.

use bstr::{BStr, BString, ByteSlice};
use kernel::Process;
use vfs::{Errno, Follow};

use crate::frame::{path, stream};

/// The user database.
pub const PASSWD: &str = "/etc/passwd";
/// The group database.
pub const GROUP: &str = "/etc/group";
/// The passwords.
pub const SHADOW: &str = "/etc/shadow";
/// The passwords of groups; Alpine has none.
pub const GSHADOW: &str = "/etc/gshadow";

/// One line of /etc/passwd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The login name.
    pub name: BString,
    /// The user id.
    pub uid: u32,
    /// The primary group's id.
    pub gid: u32,
    /// The comment field.
    pub gecos: BString,
    /// The home directory.
    pub home: BString,
    /// The login shell.
    pub shell: BString,
}

/// One line of /etc/group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The group's name.
    pub name: BString,
    /// The group id.
    pub gid: u32,
    /// The names of its members.
    pub members: Vec<BString>,
}

/// The users and groups of a file system; lines that are no entries are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Database {
    /// In file order.
    pub users: Vec<User>,
    /// In file order.
    pub groups: Vec<Group>,
}

impl Database {
    /// Reads both files; a missing one is empty.
    pub async fn read(p: &mut Process) -> Self {
        let passwd = stream::read_operand(p, PASSWD.into()).await.unwrap_or_default();
        let group = stream::read_operand(p, GROUP.into()).await.unwrap_or_default();
        Self::parse(&passwd, &group)
    }

    /// The entries of the two texts.
    pub fn parse(passwd: &[u8], group: &[u8]) -> Self {
        Self {
            users: passwd.lines().filter_map(user).collect(),
            groups: group.lines().filter_map(group_entry).collect(),
        }
    }

    /// The user of that name.
    pub fn user(&self, name: &[u8]) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }

    /// The first user of that id.
    pub fn user_of(&self, uid: u32) -> Option<&User> {
        self.users.iter().find(|user| user.uid == uid)
    }

    /// The group of that name.
    pub fn group(&self, name: &[u8]) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// The first group of that id.
    pub fn group_of(&self, gid: u32) -> Option<&Group> {
        self.groups.iter().find(|group| group.gid == gid)
    }

    /// A user's group ids as getgrouplist gives them: the primary one, then every group that lists the name.
    pub fn groups_of(&self, name: &[u8], primary: u32) -> Vec<u32> {
        let listed = self.groups.iter().filter(|group| group.members.iter().any(|member| member == name));
        std::iter::once(primary).chain(listed.map(|group| group.gid)).collect()
    }
}

fn user(line: &[u8]) -> Option<User> {
    let fields: Vec<&[u8]> = line.split_str(":").collect();
    let [name, _, uid, gid, gecos, home, shell] = fields[..] else { return None };
    Some(User {
        name: name.into(),
        uid: number(uid)?,
        gid: number(gid)?,
        gecos: gecos.into(),
        home: home.into(),
        shell: shell.into(),
    })
}

fn group_entry(line: &[u8]) -> Option<Group> {
    let fields: Vec<&[u8]> = line.split_str(":").collect();
    let [name, _, gid, members] = fields[..] else { return None };
    let members = members.split_str(",").filter(|member| !member.is_empty()).map(BString::from).collect();
    Some(Group { name: name.into(), gid: number(gid)?, members })
}

/// A decimal id.
pub fn number(text: &[u8]) -> Option<u32> {
    let text = text.to_str().ok()?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Rewrites a database file (busybox `update_passwd`): the new text goes to `FILE+` with the old mode and owner, the
/// old file becomes `FILE-`, and the new one takes its place. A symbolic link stays one.
pub async fn rewrite(p: &mut Process, path: &str, edit: impl FnOnce(&[u8]) -> BString) -> Result<(), Errno> {
    let path = real(p, path);
    let text = edit(&stream::read_operand(p, path.as_bstr()).await?);
    let old = p.stat(&path)?;
    let (fresh, kept) = (bytes!("{}+", path), bytes!("{}-", path));
    let fd = p.open(&fresh, kernel::OpenFlags::OUTPUT, old.mode).await?;
    let written = p.write_all(fd, &text).await;
    p.close(fd)?;
    written?;
    p.chown(&fresh, Some(old.uid), Some(old.gid), Follow::No)?;
    p.chmod(&fresh, old.mode)?;
    match p.unlink(&kept) {
        Ok(()) | Err(Errno::ENOENT) => p.link(&path, &kept)?,
        Err(errno) => return Err(errno),
    }
    p.rename(&fresh, &path)
}

/// The most symbolic links that are followed to a database file.
const LINKS: usize = 16;

/// Where symbolic links at the path lead.
fn real(p: &mut Process, path: &str) -> BString {
    let mut path = BString::from(path);
    for _ in 0..LINKS {
        let Ok(target) = p.readlink(&path) else { break };
        path = if target.starts_with(b"/") {
            target
        } else {
            path::join(path::parent(path.as_bstr()), target.as_bstr())
        };
    }
    path
}

/// A field of the first line whose first field is `name`.
pub fn field(text: &[u8], name: &BStr, at: usize) -> Option<BString> {
    let mut lines = text.lines().map(|line| line.split_str(":").collect::<Vec<_>>());
    let line = lines.find(|fields| *fields[0] == **name)?;
    line.get(at).map(|field| (*field).into())
}

/// The text with one more line at its end.
pub fn appended(text: &[u8], line: &BStr) -> BString {
    let mut text = BString::from(text);
    if !text.is_empty() && !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    text.extend_from_slice(line);
    text.push(b'\n');
    text
}

/// The text with the lines whose first field is `name` changed by `edit` (`None` removes the line), and whether
/// there was one.
pub fn edited(text: &[u8], name: &BStr, edit: impl Fn(&[&[u8]]) -> Option<BString>) -> (BString, bool) {
    let mut result = BString::default();
    let mut found = false;
    for line in text.lines_with_terminator() {
        let (body, _) = line.split_at(line.len() - usize::from(line.ends_with(b"\n")));
        let fields: Vec<&[u8]> = body.split_str(":").collect();
        if *fields[0] != **name {
            result.extend_from_slice(line);
            continue;
        }
        found = true;
        if let Some(changed) = edit(&fields) {
            result.extend_from_slice(&changed);
            result.push(b'\n');
        }
    }
    (result, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_and_edits() {
        let group = b"root:x:0:root\nbin:x:1:root,bin,daemon\n# note\nwheel:x:10:root\n";
        let passwd = b"root:x:0:0:root:/root:/bin/sh\nbad line\nbin:x:1:1:bin:/bin:/sbin/nologin\n";
        let database = Database::parse(passwd, group);
        assert_eq!(database.users.len(), 2);
        assert_eq!(database.groups_of(b"root", 0), [0, 0, 1, 10]);
        let (text, found) = edited(group, "bin".into(), |fields| Some(bstr::join(":", &fields[..3]).into()));
        assert_eq!(
            (text.as_slice(), found),
            (&b"root:x:0:root\nbin:x:1\n# note\nwheel:x:10:root\n"[..], true)
        );
        let (text, _) = edited(group, "wheel".into(), |_| None);
        assert_eq!(text, "root:x:0:root\nbin:x:1:root,bin,daemon\n# note\n");
    }
}
