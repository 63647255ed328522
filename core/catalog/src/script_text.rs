//! Texts of package scripts. The real ones are not ours to have; these do what was measured of
//! them: users, groups and directories.

use apk::{Script, ScriptKind};

use crate::extras::{Extras, Group, PathFact, ScriptFact, User};

/// What the trigger of busybox does: links for applets in changed program directories.
const BUSYBOX_TRIGGER: &str = "\
#!/bin/sh
for dir in \"$@\"; do
	case $dir in
	/lib/modules/*) ;;
	*) links=wanted ;;
	esac
done
[ -z \"$links\" ] || exec /bin/busybox --install -s
";

/// A script of the base image, as long as the real one.
pub(crate) fn of_base(is_busybox: bool, kind: &str, size: usize) -> String {
    let mut text = match (is_busybox, kind) {
        (true, "trigger") => BUSYBOX_TRIGGER.to_owned(),
        _ => "#!/bin/sh\n".to_owned(),
    };
    while text.len() < size {
        let rest = size - text.len();
        text.push_str(&"#".repeat(rest.min(80) - 1));
        text.push('\n');
    }
    text
}

/// The scripts of a package of the mirror.
pub(crate) fn of_package(name: &str, label: &str, extras: &Extras) -> Vec<Script> {
    let kinds: Vec<(ScriptKind, &ScriptFact)> = ScriptKind::ALL
        .into_iter()
        .filter_map(|kind| Some((kind, extras.scripts.iter().find(|fact| fact.kind == kind)?)))
        .collect();
    // Accounts are made before the files that belong to them.
    let setup = [ScriptKind::PreInstall, ScriptKind::PostInstall]
        .into_iter()
        .find(|kind| kinds.iter().any(|(other, _)| other == kind));
    kinds
        .into_iter()
        .map(|(kind, fact)| {
            let text = match kind {
                ScriptKind::Trigger if name == "busybox" => BUSYBOX_TRIGGER.to_owned(),
                _ => text(label, fact, extras, Some(kind) == setup),
            };
            Script { kind, text: text.into() }
        })
        .collect()
}

fn text(label: &str, fact: &ScriptFact, extras: &Extras, sets_up: bool) -> String {
    let mut text = "#!/bin/sh\n".to_owned();
    if sets_up {
        extras.groups.iter().filter(|group| group.new).for_each(|group| text += &add_group(group));
        extras.users.iter().for_each(|user| text += &add_user(user, &extras.groups));
        for group in &extras.groups {
            let primary = |user: &User| primary_group(user, &extras.groups) == Some(group);
            for member in &group.members {
                if !extras.users.iter().any(|user| user.name == *member && primary(user)) {
                    text += &format!("addgroup {member} {} 2>/dev/null\n", group.name);
                }
            }
        }
        for path in extras.paths.iter().filter(|path| path.directory) {
            let PathFact { path, mode, owner, group, .. } = path;
            text += &format!("mkdir -p {path} 2>/dev/null\n");
            text += &format!("chown {owner}:{group} {path} 2>/dev/null\n");
            text += &format!("chmod {mode} {path} 2>/dev/null\n");
        }
    }
    if fact.lines > 0 {
        let (kind, lines) = (fact.kind.name(), fact.lines);
        text += &format!(
            "echo 'glasshull: the message of {label}.{kind} (lines: {lines}) is not simulated' >&2\n"
        );
    }
    text + "exit 0\n"
}

fn add_group(group: &Group) -> String {
    let id = group.id.map(|id| format!(" -g {id}")).unwrap_or_default();
    format!("addgroup -S{id} {} 2>/dev/null\n", group.name)
}

fn primary_group<'g>(user: &User, groups: &'g [Group]) -> Option<&'g Group> {
    match user.group_id {
        Some(id) => groups.iter().find(|group| group.id == Some(id)),
        None => groups.iter().find(|group| group.name == user.name),
    }
}

fn add_user(user: &User, groups: &[Group]) -> String {
    let id = user.id.map(|id| format!(" -u {id}")).unwrap_or_default();
    let group = primary_group(user, groups).map(|group| format!(" -G {}", group.name)).unwrap_or_default();
    let User { name, gecos, home, shell, .. } = user;
    format!("adduser -S -D -H{id} -h {home} -s {shell}{group} -g '{gecos}' {name} 2>/dev/null\n")
}
