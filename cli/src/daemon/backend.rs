use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use api::{
    ApiError, Backend, BuildReply, BuildRequest, ContainerInspect, ContainerSummary, CreateReply,
    CreateRequest, DockerVersion, DockerfileSource, ErrorKind, Event, EventKind, ExecRequest, FileChange,
    HistoryRow, HostConfig, ImageInspect, ImageQuery, ImageRemoval, ImageSummary, ImportRequest, Io,
    LoadedImage, PruneReport, PullRequest, SolveReply, SolveRequest, StartReply,
};
use bollard::body_full;
use bollard::query_parameters::{
    BuildImageOptions, BuildImageOptionsBuilder, RemoveImageOptionsBuilder, TagImageOptionsBuilder,
};
use bytes::Bytes;
use digest::Digest;
use futures_util::StreamExt;
use vfs::{Time, Tree};

use super::stream::Reader;
use super::{Daemon, refusal};

/// What a real daemon is not asked: the front end sends it builds, and reads their images.
fn not_sent<T>(what: &str) -> Result<T, ApiError> {
    let message = format!("glasshull: {what} is not sent to a real daemon; use docker's own client");
    Err(ApiError::new(ErrorKind::NotSimulated, message))
}

impl Daemon {
    fn options(&self, request: &BuildRequest, dockerfile: &str) -> Result<BuildImageOptions, ApiError> {
        if request.build_args.iter().any(|(_, value)| value.is_none()) {
            return not_sent("a build argument without a value");
        }
        if request.resources != HostConfig::default() {
            return not_sent("a limit of resources");
        }
        let args: HashMap<String, String> = request
            .build_args
            .iter()
            .cloned()
            .map(|(name, value)| (name, value.unwrap_or_default()))
            .collect();
        let labels: HashMap<String, String> = request.labels.iter().cloned().collect();
        let mut options = BuildImageOptionsBuilder::new()
            .dockerfile(dockerfile)
            .rm(request.remove)
            .forcerm(request.force_remove)
            .nocache(request.no_cache)
            .networkmode(&request.network)
            .buildargs(&args)
            .labels(&labels)
            .cachefrom(&request.cache_from);
        if let Some(first) = request.tags.first() {
            options = options.t(first);
        }
        if let Some(target) = &request.target {
            options = options.target(target);
        }
        if let Some(platform) = &request.platform {
            options = options.platform(platform);
        }
        if request.pull {
            options = options.pull("1");
        }
        if !request.extra_hosts.is_empty() {
            options = options.extrahosts(&request.extra_hosts.join(","));
        }
        Ok(options.squash(request.squash).build())
    }

    /// The context's tar, with a Dockerfile from elsewhere in it, and the Dockerfile's name there.
    fn context(request: &BuildRequest) -> Result<(Vec<u8>, String), ApiError> {
        let broken = |error: &dyn std::fmt::Display| ApiError::new(ErrorKind::Server, error.to_string());
        let mut tree = request.context.tree.clone();
        let name = match &request.dockerfile {
            DockerfileSource::InContext(name) => name.clone(),
            DockerfileSource::Sent { name, text } => {
                tree.write_file(name, text.clone(), 0o600, Time::EPOCH).map_err(|errno| broken(&errno))?;
                name.clone()
            }
        };
        Ok((vfs::archive::write_tree(&tree).map_err(|error| broken(&error))?, name))
    }

    fn tag_with(&self, image: &str, reference: &str) -> Result<(), ApiError> {
        let parsed = oci::Reference::parse_normalized(reference)
            .map_err(|error| ApiError::new(ErrorKind::BadRequest, error.to_string()))?
            .with_default_tag();
        let (name, tag) = (parsed.familiar_name(), parsed.tag().unwrap_or_default().to_owned());
        let options = TagImageOptionsBuilder::new().repo(&name).tag(&tag).build();
        self.runtime.block_on(self.docker.tag_image(image, Some(options))).map_err(refusal)
    }
}

impl Backend for Daemon {
    fn version(&self) -> DockerVersion {
        self.version
    }

    fn now(&self) -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time::EPOCH + since
    }

    fn build(&mut self, request: &BuildRequest, io: &mut dyn Io) -> Result<BuildReply, ApiError> {
        let (tar, dockerfile) = Daemon::context(request)?;
        let options = self.options(request, &dockerfile)?;
        let context = &request.context;
        let sent = EventKind::ContextSent { bytes: context.wire_bytes, entries: context.entries };
        io.event(&Event { at: self.now(), kind: sent });
        let mut reader = Reader::default();
        self.runtime.block_on(async {
            let mut stream = self.docker.build_image(options, None, Some(body_full(Bytes::from(tar))));
            while let Some(info) = stream.next().await {
                for kind in reader.take(&info.map_err(refusal)?) {
                    io.event(&Event { at: self.now(), kind });
                }
            }
            Ok::<(), ApiError>(())
        })?;
        let image = reader
            .image
            .ok_or_else(|| ApiError::new(ErrorKind::Server, "the daemon named no image at the end"))?;
        for tag in request.tags.iter().skip(1) {
            self.tag_with(&image.to_string(), tag)?;
            io.event(&Event { at: self.now(), kind: EventKind::Tagged { reference: tag.clone() } });
        }
        Ok(BuildReply { image })
    }

    fn solve(&mut self, _request: &SolveRequest, _io: &mut dyn Io) -> Result<SolveReply, ApiError> {
        not_sent("a build with BuildKit (DOCKER_BUILDKIT=0 takes the classic builder)")
    }

    fn save_images(&self, names: &[String]) -> Result<Vec<u8>, ApiError> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.runtime.block_on(async {
            let mut archive = Vec::new();
            let mut stream = self.docker.export_images(&names).boxed_local();
            while let Some(chunk) = stream.next().await {
                archive.extend_from_slice(&chunk.map_err(refusal)?);
            }
            Ok(archive)
        })
    }

    fn tag(&mut self, source: &str, target: &str) -> Result<(), ApiError> {
        self.tag_with(source, target)
    }

    fn remove_image(&mut self, name: &str, force: bool, prune: bool) -> Result<Vec<ImageRemoval>, ApiError> {
        let options = RemoveImageOptionsBuilder::new().force(force).noprune(!prune).build();
        let removed = self.runtime.block_on(self.docker.remove_image(name, Some(options), None));
        let rows =
            removed.map_err(refusal)?.into_iter().filter_map(|row| match (row.untagged, row.deleted) {
                (Some(reference), _) => Some(ImageRemoval::Untagged(reference)),
                (None, Some(id)) => id.parse().ok().map(ImageRemoval::Deleted),
                (None, None) => None,
            });
        Ok(rows.collect())
    }

    fn pull(&mut self, _request: &PullRequest, _io: &mut dyn Io) -> Result<Digest, ApiError> {
        not_sent("a pull")
    }

    fn import(&mut self, _request: &ImportRequest) -> Result<Digest, ApiError> {
        not_sent("an import")
    }

    fn load_images(&mut self, _archive: &[u8]) -> Result<Vec<LoadedImage>, ApiError> {
        not_sent("a load")
    }

    fn images(&self, _query: &ImageQuery) -> Result<Vec<ImageSummary>, ApiError> {
        not_sent("a list of images")
    }

    fn inspect_image(&self, _name: &str) -> Result<ImageInspect, ApiError> {
        not_sent("an inspection")
    }

    fn history(&self, _name: &str) -> Result<Vec<HistoryRow>, ApiError> {
        not_sent("a history")
    }

    fn prune_images(
        &mut self,
        _all: bool,
        _keep: &dyn Fn(&ImageSummary) -> bool,
    ) -> Result<PruneReport, ApiError> {
        not_sent("a prune")
    }

    fn create(&mut self, _request: &CreateRequest) -> Result<CreateReply, ApiError> {
        not_sent("a container")
    }

    fn start(&mut self, _name: &str, _attach: bool, _io: &mut dyn Io) -> Result<StartReply, ApiError> {
        not_sent("a start")
    }

    fn containers(&self, _all: bool) -> Result<Vec<ContainerSummary>, ApiError> {
        not_sent("a list of containers")
    }

    fn inspect_container(&self, _name: &str) -> Result<ContainerInspect, ApiError> {
        not_sent("an inspection")
    }

    fn remove_container(&mut self, _name: &str, _force: bool, _volumes: bool) -> Result<(), ApiError> {
        not_sent("a removal")
    }

    fn stop(&mut self, _name: &str, _grace_seconds: Option<i64>) -> Result<(), ApiError> {
        not_sent("a stop")
    }

    fn kill(&mut self, _name: &str, _signal: &str) -> Result<(), ApiError> {
        not_sent("a signal")
    }

    fn exec(&mut self, _request: &ExecRequest, _io: &mut dyn Io) -> Result<StartReply, ApiError> {
        not_sent("an exec")
    }

    fn rename(&mut self, _name: &str, _new: &str) -> Result<(), ApiError> {
        not_sent("a name")
    }

    fn wait(&mut self, _name: &str) -> Result<i32, ApiError> {
        not_sent("a wait")
    }

    fn set_paused(&mut self, _name: &str, _paused: bool) -> Result<(), ApiError> {
        not_sent("a pause")
    }

    fn logs(&self, _name: &str, _io: &mut dyn Io) -> Result<(), ApiError> {
        not_sent("a request for logs")
    }

    fn changes(&self, _name: &str) -> Result<Vec<FileChange>, ApiError> {
        not_sent("a request for changes")
    }

    fn export(&self, _name: &str) -> Result<Tree, ApiError> {
        not_sent("an export")
    }

    fn commit(
        &mut self,
        _container: &str,
        _reference: Option<&str>,
        _author: &str,
        _message: &str,
        _changes: &[String],
    ) -> Result<Digest, ApiError> {
        not_sent("a commit")
    }
}
