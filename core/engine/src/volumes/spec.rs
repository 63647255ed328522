use api::{ApiError, ErrorKind, HostConfig, MountKind, MountPoint, MountRequest};
use bstr::ByteSlice;

use crate::paths;

/// Where a mount's files come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MountSource {
    /// Of its own.
    Given,
    /// Another container's (`--volumes-from`).
    Inherited,
}

/// A mount that a container is to get.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) point: MountPoint,
    /// Whether a new volume is filled with what the image has there.
    pub(crate) copy: bool,
    pub(crate) from: MountSource,
}

/// The mounts that a command line asks for, without those of other containers and of the image.
///
/// # Errors
/// Malformed ones, in docker's words.
pub(crate) fn wanted(host: &HostConfig) -> Result<Vec<Wanted>, ApiError> {
    let mut all: Vec<Wanted> = Vec::new();
    let is_tmpfs = |place: &str| host.tmpfs.iter().any(|tmpfs| tmpfs.split(':').next() == Some(place));
    let mounts = host.binds.iter().map(|bind| (of_bind(bind), true));
    for (wanted, is_bind) in mounts.chain(host.mounts.iter().map(|mount| (of_mount(mount), false))) {
        let wanted = wanted?;
        let place = &wanted.point.destination;
        let is_there = all.iter().any(|known| known.point.destination == *place);
        if is_there || is_bind && is_tmpfs(place) {
            return Err(bad(format!("Duplicate mount point: {place}")));
        }
        all.push(wanted);
    }
    for tmpfs in &host.tmpfs {
        let (target, options) = tmpfs.split_once(':').unwrap_or((tmpfs, ""));
        check_target(target).map_err(bad)?;
        let options = options.to_owned();
        all.push(given(MountKind::Tmpfs, "", target, MountMode { options, ..MountMode::default() }));
    }
    Ok(all)
}

#[derive(Default)]
struct MountMode {
    read_only: bool,
    no_copy: bool,
    options: String,
}

fn given(kind: MountKind, source: &str, target: &str, mode: MountMode) -> Wanted {
    let destination = paths::clean(target).to_str_lossy().into_owned();
    let (name, source) = match kind {
        MountKind::Volume => (source.to_owned(), String::new()),
        _ => (String::new(), source.to_owned()),
    };
    let point = MountPoint {
        kind,
        name,
        source,
        destination,
        read_only: mode.read_only,
        mode: mode.options,
        anonymous: false,
    };
    Wanted { point, copy: !mode.no_copy, from: MountSource::Given }
}

/// `-v SOURCE:PATH[:MODE]`.
fn of_bind(text: &str) -> Result<Wanted, ApiError> {
    let malformed = || bad(format!("invalid volume specification: '{text}'"));
    let parts: Vec<&str> = text.split(':').collect();
    let (source, target, mode) = match parts[..] {
        [source, target] => (source, target, ""),
        [source, target, mode] => (source, target, mode),
        _ => return Err(malformed()),
    };
    if source.is_empty() || target.is_empty() {
        return Err(malformed());
    }
    let kind = if source.starts_with('/') { MountKind::Bind } else { MountKind::Volume };
    let mode = parse_mode(mode, kind)?;
    check_target(target).map_err(|reason| {
        bad(format!(
            "invalid volume specification: '{text}': invalid mount config for type \"{}\": {reason}",
            kind.name()
        ))
    })?;
    let source = if kind == MountKind::Bind {
        paths::clean(source).to_str_lossy().into_owned()
    } else {
        source.to_owned()
    };
    Ok(given(kind, &source, target, mode))
}

/// `ro`, `rw`, `nocopy`, and the words that say how SELinux and mount propagation are to see it.
fn parse_mode(mode: &str, kind: MountKind) -> Result<MountMode, ApiError> {
    const LABELS: [&str; 2] = ["z", "Z"];
    const PROPAGATION: [&str; 6] = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];
    let invalid = || bad(format!("invalid mode: {mode}"));
    let (mut seen_rw, mut seen_label, mut seen_copy, mut seen_propagation) = (0, 0, 0, 0);
    for word in mode.split(',').filter(|_| !mode.is_empty()) {
        match word {
            "ro" | "rw" => seen_rw += 1,
            "nocopy" if kind == MountKind::Volume => seen_copy += 1,
            label if LABELS.contains(&label) => seen_label += 1,
            way if PROPAGATION.contains(&way) && kind == MountKind::Bind => seen_propagation += 1,
            _ => return Err(invalid()),
        }
    }
    if [seen_rw, seen_label, seen_copy, seen_propagation].iter().any(|count| *count > 1) {
        return Err(invalid());
    }
    let has = |wanted: &str| mode.split(',').any(|word| word == wanted);
    // Docker marks volumes for sharing between containers, unless a mode was given.
    let options = if mode.is_empty() && kind == MountKind::Volume { "z" } else { mode };
    Ok(MountMode { read_only: has("ro"), no_copy: has("nocopy"), options: options.to_owned() })
}

/// `--mount`.
fn of_mount(request: &MountRequest) -> Result<Wanted, ApiError> {
    let refuse = |reason: &str| bad(format!("invalid mount config for type \"{}\": {reason}", request.kind));
    let kind = match request.kind.as_str() {
        "volume" => MountKind::Volume,
        "bind" => MountKind::Bind,
        "tmpfs" => MountKind::Tmpfs,
        _ => return Err(refuse("mount type unknown")),
    };
    check_target(&request.target).map_err(|reason| refuse(&reason))?;
    match kind {
        MountKind::Bind if request.source.is_empty() => return Err(refuse("field Source must not be empty")),
        MountKind::Bind if !request.source.starts_with('/') => {
            let reason = format!("invalid mount path: '{}' mount path must be absolute", request.source);
            return Err(refuse(&reason));
        }
        MountKind::Tmpfs if !request.source.is_empty() => {
            return Err(refuse("field Source must not be specified"));
        }
        _ => {}
    }
    let mut options = request.options.clone();
    if kind == MountKind::Volume {
        "z".clone_into(&mut options);
    }
    let mode = MountMode { read_only: request.read_only, no_copy: request.no_copy, options };
    Ok(given(kind, &request.source, &request.target, mode))
}

fn check_target(target: &str) -> Result<(), String> {
    if !target.starts_with('/') {
        return Err(format!("invalid mount path: '{target}' mount path must be absolute"));
    }
    if paths::clean(target) == "/" {
        return Err("invalid specification: destination can't be '/'".to_owned());
    }
    Ok(())
}

/// Whether the system would take the options of a `--tmpfs`; docker asks when the container starts.
///
/// # Errors
/// The first one that it would not take.
pub(crate) fn check_tmpfs(options: &str) -> Result<(), ApiError> {
    const PLAIN: [&str; 16] = [
        "ro",
        "rw",
        "exec",
        "noexec",
        "suid",
        "nosuid",
        "dev",
        "nodev",
        "sync",
        "async",
        "atime",
        "noatime",
        "diratime",
        "nodiratime",
        "relatime",
        "strictatime",
    ];
    const VALUED: [&str; 5] = ["size", "mode", "uid", "gid", "nr_inodes"];
    for option in options.split(',').filter(|option| !option.is_empty()) {
        let known = match option.split_once('=') {
            Some((key, _)) => VALUED.contains(&key),
            None => PLAIN.contains(&option),
        };
        if !known {
            return Err(bad(format!("invalid tmpfs option [\"{option}\"]")));
        }
    }
    Ok(())
}

/// `--volumes-from NAME[:MODE]`: the name, and whether it is read-only.
///
/// # Errors
/// A mode that docker does not know.
pub(crate) fn volumes_from(text: &str) -> Result<(&str, Option<bool>), ApiError> {
    let Some((name, mode)) = text.split_once(':') else { return Ok((text, None)) };
    let mode = parse_mode(mode, MountKind::Bind)?;
    Ok((name, Some(mode.read_only)))
}

fn bad(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::BadRequest, message)
}
