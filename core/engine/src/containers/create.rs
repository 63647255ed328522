use std::time::Duration;

use api::{ApiError, ContainerStatus, CreateReply, CreateRequest, ErrorKind, HostConfig};
use bstr::ByteSlice;
use digest::{Digest, Id};
use im::Vector;
use oci::ContainerConfig;
use vfs::{Errno, Time};

use super::init_layer::with_stubs;
use super::merge::merge;
use super::{Container, Files};
use crate::saved::Shelf;
use crate::{Engine, names, paths};

impl Engine {
    /// `docker create`.
    ///
    /// # Errors
    /// An unknown image, a name that is taken or malformed, no command.
    pub fn create(&mut self, request: &CreateRequest) -> Result<CreateReply, ApiError> {
        if !request.platform.is_empty() {
            crate::platform::only_ours(&request.platform)?;
        }
        let image = self.find_image(&request.image)?;
        let mut config = request.config.clone();
        config.image.clone_from(&request.image);
        let warnings = super::options::check(request)?;
        let mut host = request.host.clone();
        if let Some(other) = host.network.strip_prefix("container:") {
            // One that is not there is missed at the start.
            let known = self.find_container(other).ok();
            host.network = known.map_or(host.network, |id| format!("container:{id}"));
        }
        // Two that are made at once stay in their order.
        while self.containers.values().any(|container| container.created == self.clock) {
            self.advance(Duration::from_millis(1));
        }
        host.links = self.resolve_links(&host)?;
        let id = self.create_container(Some(image), config, host, request.name.as_deref())?;
        self.tell_of(id, "create", &[]);
        Ok(CreateReply { id, warnings })
    }

    /// Creates a container; `config` is completed from the image, and read back from the container it is what docker
    /// records in images.
    pub(crate) fn create_container(
        &mut self,
        image: Option<Digest>,
        mut config: ContainerConfig,
        host: HostConfig,
        name: Option<&str>,
    ) -> Result<Id, ApiError> {
        let stored = image.and_then(|image| self.images.get(&image));
        let chain = stored.and_then(super::super::images::Image::chain);
        if let Some(image) = stored {
            merge(&mut config, &image.config.config);
        }
        let (path, args) = command(&mut config)?;
        if !config.working_dir.is_empty() && !config.working_dir.starts_with('/') {
            let dir = &config.working_dir;
            let message =
                format!("the working directory '{dir}' is invalid, it needs to be an absolute path");
            return Err(ApiError::new(ErrorKind::BadRequest, message));
        }
        let id = self.ids.draw();
        let name = self.container_name(name)?;
        if config.hostname.is_empty() {
            config.hostname = id.short();
        }
        let base = with_stubs(&self.tree_of(chain)?, self.clock).map_err(|errno| on_disk(id, "", errno))?;
        let mut tree = base.clone();
        tree.begin_layer();
        let files = Files { base, tree, log: Vector::new(), journal: None };
        let mut container = Container {
            name,
            created: self.clock,
            image,
            chain,
            config,
            host,
            path,
            args,
            status: ContainerStatus::Created,
            exit_code: 0,
            error: String::new(),
            started: None,
            finished: None,
            size: 0,
            mounts: Vec::new(),
            endpoints: Vec::new(),
            published: Vec::new(),
            restarts: 0,
            restart_at: None,
            stopped: false,
            oom_killed: false,
            health: None,
            files: Shelf::new(files),
        };
        container.endpoints = self.first_endpoint(&container)?;
        let plan = self.plan_mounts(&container)?;
        make_working_dir(&mut container, id, self.clock)?;
        self.make_mounts(&mut container, id, plan)?;
        self.containers.insert(id, container);
        Ok(id)
    }

    fn container_name(&mut self, wanted: Option<&str>) -> Result<String, ApiError> {
        let Some(wanted) = wanted.map(|name| name.strip_prefix('/').unwrap_or(name)) else {
            let choice = self.ids.number();
            let names = (0..).map(|attempt| names::generated(choice, attempt));
            let taken = |name: &String| self.containers.values().any(|container| container.name == *name);
            return Ok(names.into_iter().find(|name| !taken(name)).unwrap_or_default());
        };
        self.check_name(wanted, wanted)?;
        Ok(wanted.to_owned())
    }

    /// Whether a container can get this name; `shown` is how docker spells a malformed one here.
    pub(super) fn check_name(&self, name: &str, shown: &str) -> Result<(), ApiError> {
        if !names::is_valid(name) {
            let message =
                format!("Invalid container name ({shown}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
            return Err(ApiError::new(ErrorKind::BadRequest, message));
        }
        if let Some((id, _)) = self.containers.iter().find(|(_, container)| container.name == name) {
            let message = format!(
                "Conflict. The container name \"/{name}\" is already in use by container \"{id}\". You have to \
                 remove (or rename) that container to be able to reuse that name."
            );
            return Err(ApiError::new(ErrorKind::Conflict, message));
        }
        Ok(())
    }
}

/// What the first process executes; an entrypoint of one empty string stands for none.
fn command(config: &mut ContainerConfig) -> Result<(String, Vec<String>), ApiError> {
    if config.entrypoint.as_deref() == Some(&[String::new()]) {
        config.entrypoint = None;
    }
    let words = config.entrypoint.iter().chain(&config.cmd).flatten().cloned();
    let mut words = words.collect::<Vec<_>>().into_iter();
    let path = words.next().ok_or_else(|| ApiError::new(ErrorKind::BadRequest, "No command specified"))?;
    Ok((path, words.collect()))
}

/// Docker makes the working directory at creation, owned by root, and writes its cleaned path back.
fn make_working_dir(container: &mut Container, id: Id, now: Time) -> Result<(), ApiError> {
    if container.config.working_dir.is_empty() {
        return Ok(());
    }
    let path = paths::clean(&container.config.working_dir);
    container.config.working_dir = path.to_str_lossy().into_owned();
    if container.files().tree.get(&path).is_some_and(|inode| !inode.is_dir()) {
        let message = format!("Cannot mkdir: {path} is not a directory");
        return Err(ApiError::new(ErrorKind::Server, message));
    }
    match container.files_mut().tree.mkdir_all(&path, 0o755, now) {
        Ok(_) => Ok(()),
        Err(errno) => Err(on_disk(id, &path.to_str_lossy(), errno)),
    }
}

/// An error of the container's files on the host, with the path that docker prints.
pub(super) fn on_disk(id: Id, path: &str, errno: Errno) -> ApiError {
    let text = errno.to_string().to_lowercase();
    ApiError::new(ErrorKind::Server, format!("lstat {}: {text}", host_path(id, path)))
}

/// Where overlay2 keeps the mounted file system of a container.
pub(crate) fn host_path(id: Id, path: &str) -> String {
    let key = digest::sha256(format!("overlay2 {id}")).hex();
    format!("/var/lib/docker/overlay2/{key}/merged{path}")
}
