use api::{ErrorKind, Stream};
use vfs::Tree;

use super::BASE;
use crate::{
    Command, Select,
    command::{ArgRule, Call},
    context,
    failure::Failure,
    flags::switch,
};

pub(crate) const COMMAND: Command = Command {
    names: &["cp", "container cp"],
    usage: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
    summary: "Copy files/folders between a container and the local filesystem",
    args: ArgRule::Exactly(2),
    flags: &[
        switch("archive", Some('a'), "Keep who owns the files"),
        switch("follow-link", Some('L'), "Copy what a symbolic link leads to"),
    ],
    run,
    ..BASE
};

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    for (word, what) in call.args().iter().zip(["source", "destination"]) {
        if word.is_empty() {
            return Err(Failure::client(format!("{what} can not be empty")));
        }
    }
    let (source, target) = (split(&call.args()[0]), split(&call.args()[1]));
    match (source, target) {
        ((Some(_), _), (Some(_), _)) => Err(Failure::client("copying between containers is not supported")),
        ((Some(container), path), (None, target)) => from_container(call, &container, &path, &target),
        ((None, source), (Some(container), path)) => to_container(call, &source, &container, &path),
        ((None, _), (None, _)) => Err(Failure::client("must specify at least one container source")),
    }
}

/// `CONTAINER:PATH`; a path that is absolute or begins with a dot is the host's.
fn split(text: &str) -> (Option<String>, String) {
    if text.starts_with('/') {
        return (None, text.to_owned());
    }
    match text.split_once(':') {
        Some((container, path)) if !container.starts_with('.') => {
            (Some(container.to_owned()), path.to_owned())
        }
        _ => (None, text.to_owned()),
    }
}

/// The last name of a path; none where it means the contents of a folder (`d/.`).
fn base(path: &str) -> Option<&str> {
    if path.ends_with("/.") || path == "." {
        return None;
    }
    path.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty())
}

fn parent(path: &str) -> &str {
    match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None => ".",
    }
}

fn says_folder(path: &str) -> bool {
    path.ends_with('/') || path.ends_with("/.") || path == "."
}

/// A path of a container that is not there, in the words of docker's client.
fn missing(error: api::ApiError, container: &str, path: &str) -> Failure {
    match error.kind {
        ErrorKind::NotFound => Failure::client(format!("Error: No such container:path: {container}:{path}")),
        _ => error.into(),
    }
}

/// A tree that holds one entry under a name: a folder with what `tree` holds, or the one file in it.
fn renamed(call: &Call<'_>, tree: &Tree, is_dir: bool, name: &str) -> Result<Tree, Failure> {
    let now = call.backend.now();
    let mut whole = Tree::new(vfs::Metadata::new(0o755, now));
    let root = whole.root();
    let from = match is_dir {
        true => Some(tree.root()),
        false => tree.entries(tree.root()).map(|(_, ino)| ino).next(),
    };
    let failed = |errno: vfs::Errno| Failure::client(errno.to_string().to_lowercase());
    if let Some(from) = from {
        whole.graft(tree, from, root, name, now).map_err(failed)?;
    }
    Ok(whole)
}

fn from_container(call: &mut Call<'_>, container: &str, path: &str, target: &str) -> Result<u8, Failure> {
    if target != "-" && !says_folder(target) {
        let folder = parent(target).to_owned();
        if call.host.metadata(&call.host.absolute(&folder)).is_err() {
            let folder = call.host.absolute(&folder);
            let text = format!("invalid output path: directory {folder:?} does not exist");
            return Err(Failure::client(text));
        }
    }
    let mut path = path.to_owned();
    if call.switch("follow-link")
        && let Ok(stat) = call.backend.stat_path(container, &path)
        && let Some(link) = stat.target
    {
        path = link;
    }
    let tree = call.backend.copy_from(container, &path).map_err(|error| missing(error, container, &path))?;
    let stat = call.backend.stat_path(container, &path).map_err(|error| missing(error, container, &path))?;
    let name = base(&path);
    if target == "-" {
        let whole = renamed(call, &tree, stat.is_dir, name.unwrap_or("."))?;
        let shown = if name.is_none() && stat.is_dir { &tree } else { &whole };
        let bytes = context::pack(shown).map_err(|error| Failure::client(error.to_string()))?;
        call.host.write(Stream::Stdout, &bytes);
        return Ok(0);
    }
    let absolute = call.host.absolute(target);
    let existing = call.host.metadata(&absolute).ok();
    let (folder, content) = match existing {
        Some(metadata) if metadata.is_dir => match name {
            None if stat.is_dir => (absolute, tree),
            name => {
                let base = name.unwrap_or_default();
                // The name of a link stays where its target was copied.
                let base = if call.switch("follow-link") {
                    self::base(&call.args()[0]).unwrap_or(base)
                } else {
                    base
                };
                let base = base.rsplit(':').next().unwrap_or(base).to_owned();
                (absolute, renamed(call, &tree, stat.is_dir, &base)?)
            }
        },
        Some(_) if stat.is_dir => return Err(Failure::client("cannot copy directory")),
        None if says_folder(target) && !stat.is_dir => return Err(Failure::client("no such directory")),
        _ => {
            let name = base(&absolute).unwrap_or_default().to_owned();
            (parent(&absolute).to_owned(), renamed(call, &tree, stat.is_dir, &name)?)
        }
    };
    call.host.write_dir(&folder, &content)?;
    Ok(0)
}

/// What is at a path of the host: a tree whose root is it, or holds it alone.
fn read(call: &Call<'_>, source: &str) -> Result<(Tree, bool), Failure> {
    let absolute = call.host.absolute(source);
    let lstat = |error: crate::HostError| Failure::client(format!("lstat {absolute}: {error}"));
    let follows = call.switch("follow-link");
    let name = base(&absolute).unwrap_or_default().to_owned();
    let alone = |path: &str| if path == name { Select::Include } else { Select::Skip };
    let metadata = call.host.metadata(&absolute);
    if !follows && !says_folder(source) {
        // A link is copied as it is: the folder around it shows which it is.
        let around = call.host.load_dir(parent(&absolute), &mut |path, _| alone(path)).map_err(lstat)?;
        let found =
            around.resolve(format!("/{name}"), vfs::Follow::No).ok().and_then(|ino| around.inode(ino));
        if found.is_some_and(|inode| matches!(inode.node(), vfs::Node::Symlink(_))) {
            return Ok((around, false));
        }
    }
    if metadata.map_err(lstat)?.is_dir {
        let lstat = |error: crate::HostError| Failure::client(format!("lstat {absolute}: {error}"));
        return Ok((call.host.load_dir(&absolute, &mut |_, _| Select::Include).map_err(lstat)?, true));
    }
    let now = call.backend.now();
    let around = call.host.load_dir(parent(&absolute), &mut |path, _| alone(path));
    if let Ok(around) = around
        && around.get(format!("/{name}")).is_some_and(|inode| matches!(inode.node(), vfs::Node::File(_)))
    {
        return Ok((around, false));
    }
    let bytes = call.host.read_file(&absolute)?;
    let mut tree = Tree::new(vfs::Metadata::new(0o755, now));
    let failed = |errno: vfs::Errno| Failure::client(errno.to_string().to_lowercase());
    tree.write_file(format!("/{name}"), bytes, 0o644, now).map_err(failed)?;
    Ok((tree, false))
}

fn to_container(call: &mut Call<'_>, source: &str, container: &str, path: &str) -> Result<u8, Failure> {
    let mut path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let shown = path.clone();
    let mut existing = call.backend.stat_path(container, &path).ok();
    if let Some(target) = existing.as_ref().and_then(|stat| stat.target.clone()) {
        existing = call.backend.stat_path(container, &target).ok();
        path = target;
    }
    let is_folder = existing.as_ref().is_some_and(|stat| stat.is_dir);
    if source == "-" {
        if !is_folder {
            let text = format!("destination \"{container}:{shown}\" must be a directory");
            return Err(Failure::client(text));
        }
        let bytes = call.host.read_stdin()?;
        let plain = context::plain(&bytes).map_err(|error| Failure::client(error.to_string()))?;
        let tree = vfs::archive::read_tree(&plain).map_err(|error| Failure::client(error.to_string()))?;
        call.backend.copy_to(container, &path, &tree)?;
        return Ok(0);
    }
    let (tree, is_dir) = read(call, source)?;
    let (folder, content) = match (existing, base(source)) {
        (Some(stat), name) if stat.is_dir => match name {
            None if is_dir => (path, tree),
            name => {
                let name = name.unwrap_or_default().to_owned();
                (path, renamed(call, &tree, is_dir, &name)?)
            }
        },
        (Some(_), _) if is_dir => return Err(Failure::client("cannot copy directory")),
        _ if says_folder(&path) && !is_dir => return Err(Failure::client("no such directory")),
        _ => {
            let name = base(&path).unwrap_or_default().to_owned();
            (parent(&path).to_owned(), renamed(call, &tree, is_dir, &name)?)
        }
    };
    call.backend.copy_to(container, &folder, &content).map_err(|error| missing(error, container, &folder))?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::{base, parent, split};

    #[test]
    fn arguments_are_read_as_docker_reads_them() {
        assert_eq!(split("c:/x"), (Some("c".to_owned()), "/x".to_owned()));
        assert_eq!(split("./c:x"), (None, "./c:x".to_owned()));
        assert_eq!(split("/c:x"), (None, "/c:x".to_owned()));
        assert_eq!((base("d/."), base("/a/b/"), base("x")), (None, Some("b"), Some("x")));
        assert_eq!((parent("/a"), parent("a"), parent("/a/b")), ("/", ".", "/a"));
    }
}
