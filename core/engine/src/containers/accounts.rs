use bstr::{BString, ByteSlice};
use vfs::{Cred, Tree};

/// The user that a container's first process runs as, looked up in the container's own files as runc does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// User and groups.
    pub(crate) cred: Cred,
    /// The home directory of `/etc/passwd`, else `/`.
    pub(crate) home: BString,
}

struct User<'a> {
    name: &'a [u8],
    uid: u32,
    gid: u32,
    home: &'a [u8],
}

struct Group<'a> {
    name: &'a [u8],
    gid: u32,
    members: &'a [u8],
}

/// Reads `spec` (`user`, `uid`, `user:group`, empty for root) against `/etc/passwd` and `/etc/group` of `tree`.
/// Names must exist; numbers need not. Errors are docker's words.
pub(crate) fn account(tree: &Tree, spec: &str) -> Result<Account, String> {
    let (passwd, group) = (read(tree, "/etc/passwd"), read(tree, "/etc/group"));
    let (user_part, group_part) = spec.split_once(':').map_or((spec, ""), |(user, group)| (user, group));
    let number = in_range(user_part)?;
    let is_wanted = |user: &User<'_>| match (user_part, number) {
        ("", _) => user.uid == 0,
        (_, Some(uid)) => user.uid == uid || user.name == user_part.as_bytes(),
        (name, None) => user.name == name.as_bytes(),
    };
    let user = users(&passwd).find(is_wanted);
    let (uid, primary, home) = match (&user, number) {
        (Some(user), _) => (user.uid, user.gid, user.home),
        (None, Some(uid)) => (uid, 0, &b""[..]),
        (None, None) if user_part.is_empty() => (0, 0, &b""[..]),
        (None, None) => {
            return Err(format!("unable to find user {user_part}: no matching entries in passwd file"));
        }
    };
    let name = user.as_ref().map_or(&b""[..], |user| user.name);
    let (gid, mut groups) = if group_part.is_empty() {
        (primary, supplementary(&group, name))
    } else {
        (find_group(&group, group_part)?, Vec::new())
    };
    // Since 20.10.18 docker adds the primary group, listed already or not; Linux sorts them.
    groups.push(gid);
    groups.sort_unstable();
    let home = if home.is_empty() { BString::from("/") } else { BString::from(home) };
    Ok(Account { cred: Cred { groups, ..Cred::new(uid, gid) }, home })
}

/// Adds the groups of `--group-add`, which are looked up in the same files.
pub(crate) fn join(account: &mut Account, tree: &Tree, groups: &[String]) -> Result<(), String> {
    let file = read(tree, "/etc/group");
    for group in groups {
        let found = find_group(&file, group);
        account.cred.groups.push(found.map_err(|text| text.replacen('u', "U", 1))?);
    }
    account.cred.groups.sort_unstable();
    account.cred.groups.dedup();
    Ok(())
}

/// Reads `--chown`'s `user[:group]` for a copy into `tree`; a missing group is the one numbered like the user.
/// Errors are docker's words, without the prefix that names the step.
pub(crate) fn owner(tree: &Tree, spec: &str) -> Result<(u32, u32), String> {
    let parts: Vec<&str> = spec.split(':').collect();
    let (user_part, group_part) = match parts[..] {
        [user] => (user, user),
        [user, group] => (user, group),
        _ => return Err(format!("invalid chown string format: {spec}")),
    };
    let (passwd, group) = (read(tree, "/etc/passwd"), read(tree, "/etc/group"));
    let uid = match user_part.parse::<u32>() {
        Ok(uid) => uid,
        Err(_) => users(&passwd)
            .find(|user| user.name == user_part.as_bytes())
            .map(|user| user.uid)
            .ok_or_else(|| format!("can't find uid for user {user_part}: no such user: {user_part}"))?,
    };
    let gid = match group_part.parse::<u32>() {
        Ok(gid) => gid,
        Err(_) => groups(&group)
            .find(|group| group.name == group_part.as_bytes())
            .map(|group| group.gid)
            .ok_or_else(|| format!("can't find gid for group {group_part}: no such group: {group_part}"))?,
    };
    Ok((uid, gid))
}

/// The same as BuildKit reads it: what cannot be found is root, the group without one is the user's own, and a number
/// without a group is its own group.
pub(crate) fn owner_of(tree: &Tree, user_part: &str, group_part: &str) -> (u32, u32) {
    let (passwd, group) = (read(tree, "/etc/passwd"), read(tree, "/etc/group"));
    let (uid, own) = match user_part.parse::<u32>() {
        Ok(number) => (number, number),
        Err(_) => users(&passwd)
            .find(|user| user.name == user_part.as_bytes())
            .map_or((0, 0), |user| (user.uid, user.gid)),
    };
    let gid = match (group_part, group_part.parse::<u32>()) {
        ("", _) => own,
        (_, Ok(number)) => number,
        (name, Err(_)) => {
            groups(&group).find(|group| group.name == name.as_bytes()).map_or(own, |group| group.gid)
        }
    };
    (uid, gid)
}

/// The number that a name is; runc takes the positive ones of 32 bits.
fn in_range(part: &str) -> Result<Option<u32>, String> {
    let Ok(number) = part.parse::<i64>() else { return Ok(None) };
    match i32::try_from(number).ok().and_then(|number| u32::try_from(number).ok()) {
        Some(number) => Ok(Some(number)),
        None => Err("uids and gids must be in range 0-2147483647".to_owned()),
    }
}

fn find_group(file: &[u8], part: &str) -> Result<u32, String> {
    let number = in_range(part)?;
    let found = groups(file).find(|group| group.name == part.as_bytes() || number == Some(group.gid));
    match (found, number) {
        (Some(group), _) => Ok(group.gid),
        (None, Some(gid)) => Ok(gid),
        (None, None) => Err(format!("unable to find group {part}: no matching entries in group file")),
    }
}

/// The groups that list the user.
fn supplementary(file: &[u8], name: &[u8]) -> Vec<u32> {
    let is_member = |group: &Group<'_>| group.members.split_str(b",").any(|member| member == name);
    groups(file).filter(|group| !name.is_empty() && is_member(group)).map(|group| group.gid).collect()
}

fn users(file: &[u8]) -> impl Iterator<Item = User<'_>> {
    file.lines().filter_map(|line| {
        let fields: Vec<&[u8]> = line.split_str(b":").collect();
        let [name, _, uid, gid, _, home, ..] = fields[..] else { return None };
        Some(User { name, uid: number(uid)?, gid: number(gid)?, home })
    })
}

fn groups(file: &[u8]) -> impl Iterator<Item = Group<'_>> {
    file.lines().filter_map(|line| {
        let fields: Vec<&[u8]> = line.split_str(b":").collect();
        let [name, _, gid, rest @ ..] = &fields[..] else { return None };
        Some(Group { name, gid: number(gid)?, members: rest.first().copied().unwrap_or_default() })
    })
}

fn number(field: &[u8]) -> Option<u32> {
    field.to_str().ok()?.parse().ok()
}

fn read(tree: &Tree, path: &str) -> Vec<u8> {
    tree.read_file(path).map(|bytes| bytes.to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Account, account};
    use vfs::{Metadata, Time, Tree};

    fn of(spec: &str) -> Result<Account, String> {
        let mut tree = Tree::new(Metadata::new(0o755, Time::EPOCH));
        tree.mkdir_all("/etc", 0o755, Time::EPOCH).unwrap();
        let passwd = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n";
        let group = "root:x:0:root\nwheel:x:10:root,app\nbin:x:1:root\napp:x:1000:\n";
        tree.write_file("/etc/passwd", passwd, 0o644, Time::EPOCH).unwrap();
        tree.write_file("/etc/group", group, 0o644, Time::EPOCH).unwrap();
        account(&tree, spec)
    }

    /// `docker run -u SPEC alpine id` of 20.10.24.
    #[test]
    fn groups_are_those_of_docker() {
        let ids = |spec: &str| {
            let cred = of(spec).unwrap().cred;
            (cred.uid, cred.gid, cred.groups)
        };
        assert_eq!(ids(""), (0, 0, vec![0, 0, 1, 10]));
        assert_eq!(ids("app"), (1000, 1000, vec![10, 1000]));
        assert_eq!(ids("app:wheel"), (1000, 10, vec![10]));
        assert_eq!(ids("1234"), (1234, 0, vec![0]));
        assert_eq!(ids("1000:77"), (1000, 77, vec![77]));
        let unknown = "unable to find user nosuch: no matching entries in passwd file";
        assert_eq!(of("nosuch").unwrap_err(), unknown);
    }
}
