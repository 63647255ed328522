//! What checks look at: a Docker, a project folder, and what was run last.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use api::{ApiError, Backend, ContainerInspect, Event, FileChange, ImageQuery, Input, Io, Stream};
use bstr::{BString, ByteSlice};
use digest::Digest;
use dockerfile::{Dockerfile, Vintage, lint};
use kernel::Limits;
use oci::ImageConfig;
use simulator::{Simulator, origins};
use vfs::{ChangeSet, Follow, Tree};

use crate::expr::{Absent, BuildValue, ImageValue, LayerValue, RunValue};
use crate::{Bench, Ran};

/// The state that expressions are evaluated in. What an expression tries (an edit, a run) happens in a copy.
pub struct Scene<'a> {
    simulator: &'a Simulator,
    project: Tree,
    image: String,
    rerun: Vec<String>,
    limits: Limits,
    ran: Rc<BuildValue>,
    tried: RefCell<Tried>,
}

/// Answers of copies, kept since several checks ask the same.
#[derive(Default)]
struct Tried {
    builds: BTreeMap<String, Rc<BuildValue>>,
    runs: BTreeMap<String, Rc<RunValue>>,
    origins: BTreeMap<Digest, Rc<BTreeMap<BString, usize>>>,
}

impl<'a> Scene<'a> {
    /// A scene around a Docker and a project folder. `image` is what `image` means in an expression; `rerun` are the
    /// commands that make the state anew after an edit.
    pub fn new(simulator: &'a Simulator, project: Tree, image: &str, rerun: &[String]) -> Self {
        Scene {
            simulator,
            project,
            image: image.to_owned(),
            rerun: rerun.to_vec(),
            limits: Limits::default(),
            ran: Rc::default(),
            tried: RefCell::default(),
        }
    }

    /// The same after these lines.
    #[must_use]
    pub fn after(self, ran: &[Ran]) -> Self {
        Scene { ran: Rc::new(joined(ran)), ..self }
    }

    /// The same after these events, which include those of a build.
    #[must_use]
    pub fn having(self, events: Vec<Event>) -> Self {
        // Of several builds the last one counts: its context is sent first.
        let is_start = |event: &Event| matches!(event.kind, api::EventKind::ContextSent { .. });
        let start = events.iter().rposition(is_start).unwrap_or(0);
        let events = events[start..].to_vec();
        let failed = events.iter().any(|event| matches!(event.kind, api::EventKind::Failed { .. }));
        Scene { ran: Rc::new(BuildValue { events, output: String::new(), exit: u8::from(failed) }), ..self }
    }

    /// The same with other budgets for what expressions try.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Scene { limits, ..self }
    }

    pub(crate) fn image_name(&self) -> &str {
        &self.image
    }

    pub(crate) fn project(&self) -> &Tree {
        &self.project
    }

    pub(crate) fn ran(&self) -> Rc<BuildValue> {
        Rc::clone(&self.ran)
    }

    pub(crate) fn find_image(&self, name: &str) -> ImageValue {
        ImageValue { name: name.to_owned(), id: self.simulator.engine().find_image(name).ok() }
    }

    pub(crate) fn id(&self, image: &ImageValue) -> Result<Digest, Absent> {
        image.id.ok_or_else(|| {
            let names = self.image_names();
            let found = match names.is_empty() {
                true => format!("there is no image {}, and no other", image.name),
                false => format!("there is no image {}; there are {}", image.name, names.join(", ")),
            };
            Absent::new(found, "docker images")
        })
    }

    pub(crate) fn image_names(&self) -> Vec<String> {
        let images = self.simulator.images(&ImageQuery::default()).unwrap_or_default();
        let mut names: Vec<String> = images.into_iter().flat_map(|image| image.repo_tags).collect();
        names.retain(|name| name != "<none>:<none>");
        names.sort();
        names
    }

    pub(crate) fn tags(&self, image: &ImageValue) -> Result<Vec<String>, Absent> {
        let id = self.id(image)?;
        self.simulator.inspect_image(&id.to_string()).map(|image| image.repo_tags).map_err(refused)
    }

    pub(crate) fn config(&self, image: &ImageValue) -> Result<Rc<ImageConfig>, Absent> {
        let id = self.id(image)?;
        let image = self.simulator.inspect_image(&id.to_string()).map_err(refused)?;
        Ok(Rc::new(image.config))
    }

    pub(crate) fn tree(&self, image: &ImageValue) -> Result<Tree, Absent> {
        self.simulator.engine().image_tree(&self.id(image)?).map_err(refused)
    }

    /// The layers, lowest first, each with the row of the history that made it.
    pub(crate) fn layers(&self, image: &ImageValue) -> Result<Vec<LayerValue>, Absent> {
        let config = self.config(image)?;
        let mut rows = config.history.iter().filter(|row| !row.empty_layer);
        let layers = config.rootfs.chain_ids().into_iter().zip(1..).map(|(chain, number)| {
            let created_by = rows.next().map(|row| row.created_by.clone()).unwrap_or_default();
            LayerValue { number, chain, created_by }
        });
        Ok(layers.collect())
    }

    /// The image at the end of the chain of parents.
    fn root_of(&self, image: &ImageValue) -> Result<Digest, Absent> {
        let mut id = self.id(image)?;
        while let Some(parent) = self.simulator.engine().image(&id).and_then(|image| image.parent) {
            id = parent;
        }
        Ok(id)
    }

    /// The name of the image it was built on.
    pub(crate) fn base(&self, image: &ImageValue) -> Result<String, Absent> {
        let root = self.root_of(image)?;
        let inspected = self.simulator.inspect_image(&root.to_string()).map_err(refused)?;
        let name = inspected.repo_tags.first().cloned();
        Ok(name.unwrap_or_else(|| inspected.id.short()))
    }

    /// How many of its layers the base brought: those of the image at the end of the chain, if that was pulled.
    pub(crate) fn base_layers(&self, image: &ImageValue) -> Result<usize, Absent> {
        let root = self.root_of(image)?;
        let inspected = self.simulator.inspect_image(&root.to_string()).map_err(refused)?;
        let was_pulled = !inspected.repo_digests.is_empty();
        Ok(if was_pulled { inspected.config.rootfs.diff_ids.len() } else { 0 })
    }

    pub(crate) fn layer_size(&self, layer: &LayerValue) -> u64 {
        self.simulator.engine().layer(&layer.chain).map_or(0, |layer| layer.size)
    }

    pub(crate) fn layer_hidden(&self, layer: &LayerValue) -> Result<u64, Absent> {
        self.simulator.engine().hidden_by(&layer.chain).map_err(refused)
    }

    pub(crate) fn changes(&self, layer: &LayerValue) -> Result<&ChangeSet, Absent> {
        self.simulator.engine().layer_changes(&layer.chain).map_err(refused)
    }

    /// The number of the layer that a path comes from, counted from 0; links are followed.
    pub(crate) fn origin(&self, image: &ImageValue, path: &str) -> Result<usize, Absent> {
        let id = self.id(image)?;
        let known = self.tried.borrow().origins.get(&id).cloned();
        let origins = match known {
            Some(origins) => origins,
            None => {
                let found = Rc::new(origins(self.simulator.engine(), &id).map_err(refused)?);
                self.tried.borrow_mut().origins.insert(id, Rc::clone(&found));
                found
            }
        };
        let tree = self.tree(image)?;
        let real = tree.resolve(path, Follow::Yes).ok().and_then(|ino| tree.path_of(ino));
        let number = real.and_then(|path| origins.get(path.as_bstr()).copied());
        number.ok_or_else(|| Absent::new(format!("{path} does not exist"), format!("image {}", image.name)))
    }

    pub(crate) fn has_container(&self, name: &str) -> bool {
        self.simulator.engine().find_container(name).is_ok()
    }

    pub(crate) fn container_names(&self) -> Vec<String> {
        let containers = self.simulator.containers(true).unwrap_or_default();
        let mut names: Vec<String> = containers.into_iter().flat_map(|container| container.names).collect();
        names.sort();
        names
    }

    pub(crate) fn container(&self, name: &str) -> Result<ContainerInspect, Absent> {
        self.simulator.inspect_container(name).map_err(|_| {
            let names = self.container_names();
            let found = match names.is_empty() {
                true => format!("there is no container {name}, and no other"),
                false => format!("there is no container {name}; there are {}", names.join(", ")),
            };
            Absent::new(found, "docker ps -a")
        })
    }

    pub(crate) fn container_changes(&self, name: &str) -> Result<Vec<FileChange>, Absent> {
        self.simulator.changes(name).map_err(refused)
    }

    pub(crate) fn container_tree(&self, name: &str) -> Result<Tree, Absent> {
        Backend::export(self.simulator, name).map_err(refused)
    }

    pub(crate) fn logs(&self, name: &str) -> Result<String, Absent> {
        let mut log = Log::default();
        self.simulator.logs(name, &mut log).map_err(refused)?;
        Ok(String::from_utf8_lossy(&log.0).into_owned())
    }

    pub(crate) fn dockerfile_text(&self) -> Result<String, Absent> {
        let bytes = self
            .project
            .read_file("/Dockerfile")
            .map_err(|errno| Absent::new(format!("Dockerfile: {errno}"), "the project folder"))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Keyword and text of each instruction.
    pub(crate) fn instructions(&self) -> Result<Vec<(String, String)>, Absent> {
        let text = self.dockerfile_text()?;
        let parsed = Dockerfile::parse(text.as_bytes(), Vintage::Docker20_10)
            .map_err(|error| Absent::new(error.text(), "Dockerfile"))?;
        let stages = parsed
            .stages
            .into_iter()
            .flat_map(|stage| std::iter::once(stage.instruction).chain(stage.instructions));
        let all = parsed.global_args.into_iter().chain(stages);
        Ok(all.map(|instruction| (instruction.keyword.into_owned(), instruction.original)).collect())
    }

    /// The rules of the build checks that find something.
    pub(crate) fn lint(&self) -> Result<Vec<String>, Absent> {
        let text = self.dockerfile_text()?;
        let here = || lint::Platform {
            os: "linux".to_owned(),
            architecture: "amd64".to_owned(),
            variant: String::new(),
        };
        let options = lint::Options {
            build_args: &[],
            target: "",
            scope: lint::Scope::All,
            ignore: None,
            build_platform: here(),
            target_platform: here(),
            is_reference: &|name| oci::Reference::parse_normalized(name).is_ok(),
            parse_platform: &|text| Err(format!("{text}: platforms are not looked at here")),
            base: &|_| None,
        };
        let report = lint::check(&text, &options);
        Ok(report.warnings.iter().map(|warning| warning.rule.name.to_owned()).collect())
    }

    /// A build in a copy of the state, after an edit: of this path, to this content or by a line more.
    pub(crate) fn rebuilt(&self, edit: Option<(&str, Option<&str>)>) -> Result<Rc<BuildValue>, Absent> {
        let key = format!("{edit:?}");
        if let Some(known) = self.tried.borrow().builds.get(&key) {
            return Ok(Rc::clone(known));
        }
        let failed = |error: String| Absent::new(error, "a copy of the state");
        let mut project = self.project.clone();
        if let Some((path, content)) = edit {
            let now = self.simulator.now();
            let old = project
                .read_file(path)
                .map_err(|errno| Absent::new(format!("{path}: {errno}"), "the project folder"))?;
            let text =
                content.map_or_else(|| [old.as_slice(), b"\n"].concat(), |text| text.as_bytes().to_vec());
            let mode = project.get(path).map_or(0o644, |inode| inode.metadata().mode.bits());
            project.write_file(path, text, mode, now).map_err(|errno| failed(errno.to_string()))?;
        }
        let mut bench =
            Bench::around(self.simulator.fork(), self.limits).map_err(|error| failed(error.to_string()))?;
        bench.set_project(&project).map_err(|error| failed(error.to_string()))?;
        let mut ran = Vec::new();
        for line in &self.rerun {
            ran.push(bench.run(line).map_err(|error| failed(error.to_string()))?);
        }
        let build = Rc::new(joined(&ran));
        self.tried.borrow_mut().builds.insert(key, Rc::clone(&build));
        Ok(build)
    }

    /// A container of an image in a copy of the state, run to its end.
    pub(crate) fn run(&self, image: &ImageValue, command: &str) -> Result<Rc<RunValue>, Absent> {
        let id = self.id(image)?;
        let key = format!("{id} {command}");
        if let Some(known) = self.tried.borrow().runs.get(&key) {
            return Ok(Rc::clone(known));
        }
        let failed = |error: String| Absent::new(error, "a copy of the state");
        let mut bench =
            Bench::around(self.simulator.fork(), self.limits).map_err(|error| failed(error.to_string()))?;
        let ran = bench
            .run(&format!("docker run --rm {id} {command} 2>/tmp/err"))
            .and_then(|ran| Ok((ran, bench.run("cat /tmp/err")?)));
        let (ran, errors) = ran.map_err(|error| failed(error.to_string()))?;
        let run = Rc::new(RunValue { exit: i64::from(ran.exit), out: ran.stdout, err: errors.stdout });
        self.tried.borrow_mut().runs.insert(key, Rc::clone(&run));
        Ok(run)
    }
}

/// Several lines as one build: the last status, everything that was written and done.
fn joined(ran: &[Ran]) -> BuildValue {
    BuildValue {
        events: ran.iter().flat_map(|ran| ran.events.iter().cloned()).collect::<Vec<Event>>(),
        output: ran.iter().map(|ran| ran.output.as_str()).collect(),
        exit: ran.iter().map(|ran| ran.exit).rfind(|&exit| exit != 0).unwrap_or(0),
    }
}

fn refused(error: ApiError) -> Absent {
    Absent::new(error.message, "docker")
}

/// Collects what a container wrote.
#[derive(Default)]
struct Log(Vec<u8>);

impl Io for Log {
    fn event(&mut self, _event: &Event) {}

    fn write(&mut self, _stream: Stream, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn poll(&mut self) -> Option<Input> {
        None
    }

    fn wait(&mut self) -> Input {
        Input::Detach
    }
}
