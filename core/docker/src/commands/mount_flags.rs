//! `-v`, `--mount` and the folders of the host behind them.

use api::{HostConfig, MountRequest};
use vfs::Tree;

use crate::{Host, Select, command::Call, failure::Failure};

/// Checks one `--mount`; the complaint is shown after `invalid argument`.
pub(super) fn check(text: &str) -> Result<(), String> {
    parse(text).map(|_| ())
}

/// Takes one `--mount` apart.
pub(super) fn parse(text: &str) -> Result<MountRequest, String> {
    let mut request = MountRequest { kind: "volume".to_owned(), ..MountRequest::default() };
    let mut options = Vec::new();
    for field in text.split(',') {
        let (key, value) = match field.split_once('=') {
            Some((key, value)) => (key.to_lowercase(), value),
            None => match field.to_lowercase().as_str() {
                flag @ ("readonly" | "ro" | "volume-nocopy") => (flag.to_owned(), "true"),
                _ => return Err(format!("invalid field '{field}' must be a key=value pair")),
            },
        };
        match key.as_str() {
            "type" => request.kind = value.to_lowercase(),
            "source" | "src" => value.clone_into(&mut request.source),
            "target" | "dst" | "destination" => value.clone_into(&mut request.target),
            "readonly" | "ro" => request.read_only = truth(&key, value)?,
            "volume-nocopy" => request.no_copy = truth(&key, value)?,
            "tmpfs-size" => options.push(format!("size={value}")),
            "tmpfs-mode" => options.push(format!("mode={value}")),
            "consistency" | "bind-propagation" | "bind-nonrecursive" | "volume-label" | "volume-driver"
            | "volume-opt" => return Err(format!("glasshull does not simulate the option {key}")),
            _ => return Err(format!("unexpected key '{key}' in '{field}'")),
        }
    }
    if request.target.is_empty() {
        return Err("target is required".to_owned());
    }
    request.options = options.join(",");
    Ok(request)
}

fn truth(key: &str, value: &str) -> Result<bool, String> {
    crate::flags::parse_bool(value).ok_or_else(|| format!("invalid value for {key}: {value}"))
}

/// What `-v PATH` declares: a volume without a name.
pub(super) fn is_anonymous(volume: &str) -> bool {
    !volume.contains(':')
}

/// Gives the daemon the folders of the host that are to be mounted; one that `-v` names is made if it is missing.
pub(super) fn send_sources(call: &mut Call<'_>, host: &HostConfig) -> Result<(), Failure> {
    let of_binds = host.binds.iter().filter_map(|bind| bind.split(':').next().map(|source| (source, true)));
    let of_mounts = host.mounts.iter().filter(|mount| mount.kind == "bind");
    let sources = of_binds.chain(of_mounts.map(|mount| (mount.source.as_str(), false)));
    for (source, makes) in sources.filter(|(source, _)| source.starts_with('/')) {
        let source = call.host.absolute(source);
        match read(call.host, &source)? {
            Some(tree) => call.backend.set_bind(&source, tree),
            None if makes => {
                let empty = Tree::new(vfs::Metadata::new(0o755, call.backend.now()));
                call.host.write_dir(&source, &empty)?;
                call.backend.set_bind(&source, empty);
            }
            None => {}
        }
    }
    Ok(())
}

/// Gives the daemon the folders that running containers have mounted, as they are now.
pub(crate) fn refresh(call: &mut Call<'_>) -> Result<(), Failure> {
    for source in call.backend.bound() {
        if let Some(tree) = read(call.host, &source)? {
            call.backend.set_bind(&source, tree);
        }
    }
    Ok(())
}

/// Brings what containers wrote to folders of the host back to it.
pub(crate) fn write_back(call: &mut Call<'_>) -> Result<(), Failure> {
    for change in call.backend.take_bind_changes() {
        call.host.update_dir(&change.source, &change.before, &change.after)?;
    }
    Ok(())
}

fn read(host: &dyn Host, source: &str) -> Result<Option<Tree>, Failure> {
    let Ok(metadata) = host.metadata(source) else { return Ok(None) };
    if metadata.is_dir {
        return Ok(Some(host.load_dir(source, &mut |_, _| Select::Include)?));
    }
    let node = vfs::Node::File(host.read_file(source)?.into());
    Ok(Some(Tree::with_root(node, vfs::Metadata::new(0o644, vfs::Time::EPOCH))))
}
