//! What the client asks BuildKit for: the command line, the Dockerfile, the contexts.

use std::collections::BTreeMap;

use api::{DockerVersion, LocalFolder, NamedContext, SolveCall, SolveContext, SolveRequest};
use vfs::{Follow, Metadata, Time, Tree};

use super::solve_cache::Caches;
use super::solve_output::{Destination, outputs};
use crate::{
    HostErrorKind, Select,
    command::Call,
    context::{self, join},
    failure::Failure,
};
use pattern::ignore::{self, PatternMatcher, Visit};

/// A request, and where its outputs go.
pub(super) struct Gathered {
    pub(super) request: SolveRequest,
    pub(super) destinations: Vec<Destination>,
    /// The folders of exported caches.
    pub(super) cache_destinations: Vec<String>,
}

/// The Dockerfile and the main context.
struct Sources {
    folder: Tree,
    name: String,
    key: String,
    context: SolveContext,
    ignore: Option<Vec<u8>>,
    plain_ignore: Tree,
}

/// Makes the request of a command line.
pub(super) fn gather(call: &mut Call<'_>) -> Result<Gathered, Failure> {
    check_tags(call)?;
    check_keys(call)?;
    let sources = sources(call)?;
    let caches = Caches::read(call)?;
    let (outputs, destinations) = outputs(call)?;
    let given: Vec<(String, Option<String>)> =
        call.matches.list("build-arg").iter().map(|pair| super::build::split_pair(pair)).collect();
    let build_args = given.into_iter().filter_map(|(name, value)| {
        let value = value.or_else(|| call.host.variable(&name))?;
        Some((name, value))
    });
    let build_args = build_args.collect();
    let labels = call.matches.list("label").iter().map(|pair| super::build::split_pair(pair));
    let labels: Vec<(String, String)> =
        labels.map(|(name, value)| (name, value.unwrap_or_default())).collect();
    if let Some((_, value)) = labels.iter().find(|(name, _)| name.is_empty())
        && call.backend.version() == DockerVersion::V29
    {
        return Err(Failure::client(format!("ERROR: invalid key-value pair \"={value}\": empty key")));
    }
    let platforms = call.matches.list("platform").iter().flat_map(|list| list.split(',').map(str::to_owned));
    let is_old = call.backend.version() == DockerVersion::V20_10;
    let epoch =
        call.host.variable("SOURCE_DATE_EPOCH").and_then(|text| text.parse().ok()).map(Time::from_secs);
    let check = super::solve_check::is_wanted(call);
    let request = SolveRequest {
        dockerfile_folder: sources.folder,
        dockerfile_name: sources.name,
        dockerfile_key: sources.key,
        context: sources.context,
        ignore: sources.ignore,
        plain_ignore: sources.plain_ignore,
        named_contexts: named_contexts(call)?,
        call: match call.matches.text("call").map(|call| call.split(',').next().unwrap_or_default()) {
            _ if check => SolveCall::Check,
            None | Some("" | "build") => SolveCall::Build,
            Some(other) => SolveCall::Unknown(other.to_owned()),
        },
        tags: call.matches.list("tag").to_vec(),
        build_args,
        labels,
        annotations: annotations(call)?,
        target: call.matches.text("target").map(str::to_owned),
        no_cache: call.switch("no-cache"),
        no_cache_filter: comma_list(call, "no-cache-filter"),
        pull: call.switch("pull"),
        network: call.matches.text("network").unwrap_or("default").to_owned(),
        extra_hosts: call.matches.list("add-host").to_vec(),
        ulimits: ulimits(call)?,
        cache_from: caches.named,
        cache_folders: caches.folders,
        inline_cache: caches.inline,
        cache_exports: caches.exports,
        platforms: platforms.collect(),
        secrets: secrets(call)?,
        provenance: !is_old && call.matches.text("provenance") != Some("false"),
        wants_metadata: call.matches.text("metadata-file").is_some(),
        outputs,
        source_date_epoch: epoch,
    };
    Ok(Gathered { request, destinations, cache_destinations: caches.destinations })
}

/// `--ulimit`: the BuildKit of 20.10 looks at none of them.
fn ulimits(call: &Call<'_>) -> Result<Vec<api::Ulimit>, Failure> {
    match call.backend.version() {
        DockerVersion::V20_10 => Ok(Vec::new()),
        DockerVersion::V29 => super::build::ulimits(call),
    }
}

fn comma_list(call: &Call<'_>, flag: &str) -> Vec<String> {
    call.matches.list(flag).iter().flat_map(|list| list.split(',').map(str::to_owned)).collect()
}

/// `--annotation NAME=VALUE`.
fn annotations(call: &Call<'_>) -> Result<Vec<(String, String)>, Failure> {
    let given = call.matches.list("annotation").iter();
    given
        .map(|text| match text.split_once('=') {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err(failed(format!("invalid annotation \"{text}\", expected key=value"))),
        })
        .collect()
}

/// Tags are read before anything is sent.
fn check_tags(call: &Call<'_>) -> Result<(), Failure> {
    for tag in call.matches.list("tag") {
        match (oci::Reference::parse_normalized(tag), call.backend.version()) {
            (Ok(reference), DockerVersion::V20_10) if reference.digest().is_some() => {
                return Err(Failure::client("Error response from daemon: build tag cannot contain a digest"));
            }
            (Ok(reference), DockerVersion::V29) if reference.digest().is_some() => {
                return Err(failed("failed to solve: build tag cannot contain a digest".to_owned()));
            }
            (Err(error), DockerVersion::V29) => {
                let text = error.to_string();
                let reason = text.strip_prefix("invalid reference format: ").unwrap_or(&text);
                return Err(failed(format!("invalid tag \"{tag}\": {reason}")));
            }
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn failed(text: String) -> Failure {
    Failure::client(format!("ERROR: failed to build: {text}"))
}

fn prepare(call: &Call<'_>, text: String) -> Failure {
    let text = format!("unable to prepare context: {text}");
    match call.backend.version() {
        DockerVersion::V20_10 => Failure::client(text),
        DockerVersion::V29 => failed(text),
    }
}

fn sources(call: &mut Call<'_>) -> Result<Sources, Failure> {
    let place = call.args()[0].clone();
    let file = call.matches.text("file").filter(|file| !file.is_empty()).map(str::to_owned);
    if place == "-" {
        return from_stdin(call, file);
    }
    if super::build::is_url(&place) {
        return Err(Failure::client(format!(
            "glasshull: a build context at a URL ({place}) is not simulated"
        )));
    }
    match call.host.metadata(&place) {
        Err(error) if error.kind == HostErrorKind::NotFound => {
            return Err(prepare(call, format!("path \"{place}\" not found")));
        }
        Err(error) => return Err(prepare(call, error.message)),
        Ok(found) if !found.is_dir && call.backend.version() == DockerVersion::V29 => {
            return Err(prepare(call, format!("path \"{place}\" not found")));
        }
        Ok(_) => {}
    }
    let (folder, name, key) = match file.as_deref() {
        Some("-") => {
            let text = call.host.read_stdin()?;
            (one_file("Dockerfile", text, stdin_time()), "Dockerfile".to_owned(), String::new())
        }
        Some(file) => dockerfile(call, &call.host.absolute(file))?,
        None => {
            let upper = join(&call.host.absolute(&place), "Dockerfile");
            let lower = join(&call.host.absolute(&place), "dockerfile");
            let is_lower = call.host.metadata(&upper).is_err() && call.host.metadata(&lower).is_ok();
            let (folder, name, key) = dockerfile(call, if is_lower { &lower } else { &upper })?;
            // 20.10 goes on to call it by the name it looked for.
            let is_old = call.backend.version() == DockerVersion::V20_10;
            (folder, if is_old { "Dockerfile".to_owned() } else { name }, key)
        }
    };
    let own = folder.read_file(format!("{name}.dockerignore")).ok();
    let plain = inside(call, &place, &[".dockerignore"]);
    let text = plain.read_file(".dockerignore").ok();
    let (context, ignore) = load(call, &place, own.as_deref().or(text.as_deref()))?;
    let ignore = own.or(ignore);
    let context = SolveContext::Folder(context);
    Ok(Sources { folder, name, key, context, ignore, plain_ignore: plain })
}

/// A folder without what its ignore file leaves out. With patterns that cannot be read nothing is left out: the daemon
/// will say so.
fn load(
    call: &Call<'_>,
    place: &str,
    ignore: Option<&[u8]>,
) -> Result<(LocalFolder, Option<Vec<u8>>), Failure> {
    let text = String::from_utf8_lossy(ignore.unwrap_or_default()).into_owned();
    let matcher = PatternMatcher::new(&ignore::read(&text)).unwrap_or_default();
    let mut select = |path: &str, is_dir: bool| match matcher.visit(path, is_dir) {
        Ok(Visit::Take) => Select::Include,
        Ok(Visit::Leave) => Select::Descend,
        _ => Select::Skip,
    };
    let tree = call.host.load_dir(place, &mut select)?;
    Ok((LocalFolder { tree, key: call.host.absolute(place) }, ignore.map(<[u8]>::to_vec)))
}

/// The Dockerfile at an absolute path, with the ignore file beside it; nothing where there is none.
fn dockerfile(call: &Call<'_>, path: &str) -> Result<(Tree, String, String), Failure> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = if folder.is_empty() { "/" } else { folder };
    let tree = inside(call, folder, &[name, &format!("{name}.dockerignore")]);
    Ok((tree, name.to_owned(), folder.to_owned()))
}

/// These files of a folder, and those of it that they are links to: what lies outside is not looked at.
fn inside(call: &Call<'_>, folder: &str, names: &[&str]) -> Tree {
    let mut wanted: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    loop {
        let mut select = |path: &str, is_dir: bool| {
            let is_above =
                |wanted: &String| wanted.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
            // All of a folder that has such a name goes along.
            match (is_dir, wanted.iter().any(|wanted| is_within(wanted, path))) {
                (_, true) => Select::Include,
                (true, _) if wanted.iter().any(is_above) => Select::Descend,
                _ => Select::Skip,
            }
        };
        let Ok(tree) = call.host.load_dir(folder, &mut select) else {
            return nothing();
        };
        let targets: Vec<String> = wanted.iter().filter_map(|path| target(&tree, path)).collect();
        let new: Vec<String> = targets.into_iter().filter(|path| !wanted.contains(path)).collect();
        if new.is_empty() {
            return tree;
        }
        wanted.extend(new);
    }
}

fn is_within(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// An empty folder.
fn nothing() -> Tree {
    Tree::new(Metadata::new(0o755, stdin_time()))
}

/// What a link in a folder leads to, seen from the folder as if it were the root.
fn target(tree: &Tree, path: &str) -> Option<String> {
    let ino = tree.resolve(format!("/{path}"), Follow::No).ok()?;
    let target = tree.read_link(ino).ok()?.to_string();
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    let whole = if target.starts_with('/') { target } else { format!("{above}/{target}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A folder with one file.
fn one_file(name: &str, text: Vec<u8>, time: Time) -> Tree {
    let mut tree = Tree::new(Metadata::new(0o755, time));
    let written = tree.write_file(name, text, 0o644, time);
    debug_assert!(written.is_ok(), "an empty root takes a file");
    tree
}

/// When standard input was read; its length in the protocol is that of any time of these decades.
fn stdin_time() -> Time {
    Time::from_secs(1_700_000_000)
}

fn from_stdin(call: &mut Call<'_>, file: Option<String>) -> Result<Sources, Failure> {
    let is_old = call.backend.version() == DockerVersion::V20_10;
    if file.as_deref() == Some("-") {
        let text = "invalid argument: can't use stdin for both build context and dockerfile";
        return Err(match is_old {
            true => Failure::client(text),
            false => failed(text.to_owned()),
        });
    }
    let bytes = call.host.read_stdin()?;
    if context::is_archive(&bytes) {
        let name = file.unwrap_or_else(|| "Dockerfile".to_owned());
        let tree = context::unpack(&bytes).map_err(|error| {
            let message = format!("failed to read dockerfile: {}", context::told(&error));
            match is_old {
                true => Failure::client(format!("failed to solve with frontend dockerfile.v0: {message}")),
                false => failed(format!("failed to solve: {message}")),
            }
        })?;
        let text = tree.read_file(&name).ok();
        let ignore = tree.read_file(".dockerignore").ok();
        let folder = match text {
            Some(text) => one_file(&name, text, stdin_time()),
            None => nothing(),
        };
        let context = SolveContext::Archive { tree, bytes: bytes.len() as u64 };
        return Ok(Sources { folder, name, key: String::new(), context, ignore, plain_ignore: nothing() });
    }
    if file.is_some() {
        return Err(Failure::client(
            "ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles",
        ));
    }
    Ok(Sources {
        folder: one_file("Dockerfile", bytes, stdin_time()),
        name: "Dockerfile".to_owned(),
        key: String::new(),
        context: SolveContext::Nothing,
        ignore: None,
        plain_ignore: nothing(),
    })
}

fn named_contexts(call: &Call<'_>) -> Result<BTreeMap<String, NamedContext>, Failure> {
    let mut contexts = BTreeMap::new();
    for given in call.matches.list("build-context") {
        let Some((name, value)) = given.split_once('=') else {
            return Err(Failure::client(format!(
                "ERROR: invalid context value: {given}, expected key=value"
            )));
        };
        let context = match value.split_once("://") {
            Some(("docker-image", image)) => NamedContext::Image(image.to_owned()),
            Some(_) => NamedContext::Other(value.to_owned()),
            None => {
                if call.host.metadata(value).is_err() {
                    return Err(failed(format!(
                        "failed to get build context {name}: stat {value}: no such file or directory"
                    )));
                }
                let ignore = inside(call, value, &[".dockerignore"]).read_file(".dockerignore").ok();
                let (folder, ignore) = load(call, value, ignore.as_deref())?;
                NamedContext::Folder { folder, ignore }
            }
        };
        contexts.insert(name.to_lowercase(), context);
    }
    Ok(contexts)
}

/// `--ssh`: what cannot be found is said as docker says it, and there is no agent to ask.
fn check_keys(call: &Call<'_>) -> Result<(), Failure> {
    for given in call.matches.list("ssh") {
        let broken = |why: String| Err(Failure::client(format!("could not parse ssh: [{given}]: {why}")));
        let (_, paths) = given.split_once('=').unwrap_or((given, ""));
        if paths.is_empty() && call.host.variable("SSH_AUTH_SOCK").is_none_or(|path| path.is_empty()) {
            return broken("invalid empty ssh agent socket, make sure SSH_AUTH_SOCK is set".to_owned());
        }
        for path in paths.split(',').filter(|path| !path.is_empty()) {
            if let Err(error) = call.host.metadata(path) {
                return broken(format!("stat {path}: {error}"));
            }
        }
    }
    match call.matches.is_set("ssh") {
        true => Err(Failure::client("glasshull: the flag --ssh is not simulated with BuildKit")),
        false => Ok(()),
    }
}

/// The secrets: `id=NAME[,src=PATH|,env=VARIABLE]`.
fn secrets(call: &Call<'_>) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut secrets = BTreeMap::new();
    for given in call.matches.list("secret") {
        let (mut id, mut source, mut env, mut kind) = (String::new(), None, None, String::new());
        for field in given.split(',') {
            let Some((key, value)) = field.split_once('=') else {
                return Err(Failure::client(format!("invalid field '{field}' must be a key=value pair")));
            };
            match key {
                "id" => id = value.to_owned(),
                "src" | "source" => source = Some(value.to_owned()),
                "env" => env = Some(value.to_owned()),
                "type" => kind = value.to_owned(),
                _ => return Err(Failure::client(format!("unexpected key '{key}' in '{field}'"))),
            }
        }
        let variable = env.or_else(|| {
            let named = call.host.variable(&id).is_some() && source.is_none();
            (kind == "env" || named).then(|| source.clone().unwrap_or_else(|| id.clone()))
        });
        let value = match variable {
            Some(name) => Some(call.host.variable(&name).unwrap_or_default().into_bytes()),
            None => {
                let path = source.unwrap_or_else(|| id.clone());
                let read = call.host.read_file(&path);
                let failed = |error: crate::HostError| match call.backend.version() {
                    DockerVersion::V20_10 => Failure::client(format!(
                        "could not parse secrets: [{given}]: failed to stat {path}: {error}"
                    )),
                    DockerVersion::V29 => {
                        self::failed(format!("failed to stat {path}: stat {path}: {error}"))
                    }
                };
                Some(read.map_err(failed)?)
            }
        };
        if let Some(value) = value {
            secrets.insert(id, value);
        }
    }
    Ok(secrets)
}
