use api::{
    ApiError, BuildReply, BuildRequest, DockerVersion, DockerfileSource, ErrorKind, EventKind, HostConfig, Io,
};
use dockerfile::{Dockerfile, Vintage};
use oci::ContainerConfig;

use crate::Reference;
use pattern::ignore::{self, Dialect, PatternMatcher};
use vfs::{Errno, Time, Tree};

use super::args::BuildArgs;
use super::cache::Cache;
use super::driver::Plan;
use super::settings::Settings;
use super::stages::Stages;
use super::steps::{Build, StageState};
use crate::{Engine, Ids, Runtime};

impl Engine {
    /// `docker build` with the classic builder. Events go to `io` as they happen.
    ///
    /// # Errors
    /// Before the first step: `BadRequest`. Then `Build`, with an exit code where a RUN gave one, after a `Failed`
    /// event; `NotSimulated` where the simulation ends.
    pub fn build(
        &mut self,
        runtime: &mut Runtime,
        request: &BuildRequest,
        io: &mut dyn Io,
    ) -> Result<BuildReply, ApiError> {
        self.catch_up(runtime);
        let sent =
            EventKind::ContextSent { bytes: request.context.wire_bytes, entries: request.context.entries };
        self.emit(io, sent);
        check_options(&request.resources)?;
        let tags = tags(request)?;
        if request.squash {
            return Err(refused("squash is only supported with experimental mode"));
        }
        let (text, path) = dockerfile_text(request, &mut self.ids)?;
        let plan = plan(self.version, request, &text)?;
        let context = daemon_context(&request.context.tree, path, dialect(self.version));
        if !plan.dockerfile.warning_text.is_empty() {
            self.emit(io, EventKind::ParserWarned { text: plan.dockerfile.warning_text.clone() });
        }
        let cache = Cache::new(self, request.no_cache, &request.cache_from);
        let settings =
            Settings::new(ContainerConfig::default(), plan.dockerfile.escape, plan.dockerfile.vintage);
        let stage = StageState { settings, image: None, author: String::new() };
        let mut build = Build {
            engine: self,
            runtime,
            io,
            request,
            context,
            args: BuildArgs::new(&request.build_args),
            stages: Stages::default(),
            cache,
            stage,
            containers: Vec::new(),
            step_key: Vec::new(),
            committed: None,
        };
        let result = build.run(&plan);
        match result {
            Ok(image) => {
                build.emit(EventKind::Built { id: image });
                for tag in &tags {
                    build.engine.set_name(tag, image);
                    build.emit(EventKind::Tagged { reference: tag.familiar() });
                }
                Ok(BuildReply { image })
            }
            Err(error) => {
                build.emit(EventKind::Failed { message: error.message.clone(), code: error.exit_code });
                Err(error)
            }
        }
    }
}

fn refused(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::BadRequest, message)
}

/// What the daemon finds wrong before it looks at anything else.
fn check_options(resources: &HostConfig) -> Result<(), ApiError> {
    if !resources.security_opt.is_empty() {
        return Err(refused(
            "The daemon on this platform does not support setting security options on build",
        ));
    }
    match resources.recorded.get("Isolation").and_then(serde_json::Value::as_str) {
        None | Some("" | "default") => Ok(()),
        Some(other) => Err(refused(format!("Unsupported isolation: \"{other}\""))),
    }
}

/// The names to give, each once.
fn tags(request: &BuildRequest) -> Result<Vec<Reference>, ApiError> {
    let mut tags: Vec<Reference> = Vec::new();
    for tag in request.tags.iter().filter(|tag| !tag.is_empty()) {
        let reference = Reference::parse_normalized(tag).map_err(|error| refused(error.to_string()))?;
        if reference.digest().is_some() {
            return Err(refused("build tag cannot contain a digest"));
        }
        let reference = reference.with_default_tag();
        if !tags.contains(&reference) {
            tags.push(reference);
        }
    }
    Ok(tags)
}

/// The Dockerfile's bytes, and its path in the context if it is there.
fn dockerfile_text<'r>(
    request: &'r BuildRequest,
    ids: &mut Ids,
) -> Result<(Vec<u8>, Option<&'r str>), ApiError> {
    match &request.dockerfile {
        DockerfileSource::Sent { text, .. } => Ok((text.clone(), None)),
        DockerfileSource::InContext(path) => {
            let tree = &request.context.tree;
            let lower = (path == "Dockerfile").then_some("dockerfile");
            for candidate in [Some(&**path), lower].into_iter().flatten() {
                match tree.read_file(format!("/{candidate}")) {
                    Ok(text) => return Ok((text, Some(candidate))),
                    Err(Errno::EISDIR) => return Err(is_directory(candidate, ids)),
                    Err(_) => {}
                }
            }
            Err(refused(format!("Cannot locate specified Dockerfile: {path}")))
        }
    }
}

/// The daemon unpacks the context in a folder with a number of nine digits.
fn is_directory(path: &str, ids: &mut Ids) -> ApiError {
    let folder = format!("/var/lib/docker/tmp/docker-builder{:09}", ids.number() % 1_000_000_000);
    refused(format!("unexpected error reading Dockerfile: read {folder}/{path}: is a directory"))
}

fn plan(version: DockerVersion, request: &BuildRequest, text: &[u8]) -> Result<Plan, ApiError> {
    let vintage = match version {
        DockerVersion::V20_10 => Vintage::Docker20_10,
        DockerVersion::V29 => Vintage::Current,
    };
    let name = match &request.dockerfile {
        DockerfileSource::InContext(name) | DockerfileSource::Sent { name, .. } => name,
    };
    let mut dockerfile =
        Dockerfile::parse(text, vintage).map_err(|error| refused(error.daemon_text(name)))?;
    let target = request.target.as_deref().unwrap_or_default();
    let last = dockerfile.target(target).map_err(|error| refused(error.classic))?.map(|stage| stage.index);
    dockerfile.stages.truncate(last.map_or(0, |index| index + 1));
    let labels: std::collections::BTreeMap<_, _> = request.labels.iter().cloned().collect();
    Ok(Plan { dockerfile, labels: labels.into_iter().collect() })
}

/// The context without the Dockerfile and `.dockerignore`, where `.dockerignore` excludes them: the client sends
/// them all the same, and the daemon takes them out.
fn daemon_context(tree: &Tree, dockerfile: Option<&str>, dialect: Dialect) -> Tree {
    let Ok(text) = tree.read_file("/.dockerignore") else { return tree.clone() };
    let patterns = ignore::read(&String::from_utf8_lossy(&text));
    let Ok(matcher) = PatternMatcher::with_dialect(&patterns, dialect) else { return tree.clone() };
    let mut context = tree.clone();
    for path in [Some(".dockerignore"), dockerfile].into_iter().flatten() {
        if matcher.matches(path) == Ok(true) && context.remove_all(format!("/{path}"), Time::EPOCH).is_err() {
            // It was not sent: nothing to take out.
            continue;
        }
    }
    context
}

/// Whose rules the patterns of `.dockerignore` follow.
fn dialect(version: DockerVersion) -> Dialect {
    match version {
        DockerVersion::V20_10 => Dialect::Docker20_10,
        DockerVersion::V29 => Dialect::Current,
    }
}
