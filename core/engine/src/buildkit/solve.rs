use std::collections::BTreeMap;

use api::{SolveCall, SolveContext, SolveReply, SolveRequest};
use digest::Digest;
use dockerfile::{Dockerfile, Lines, Vintage};
use pattern::ignore::{self, PatternMatcher};
use vfs::{Time, Tree};

use super::front::{Front, FrontError, Outline, Resolved, State};
use super::record::{End, Record};
use super::schedule::{Product, Schedule, Stop};
use super::transfer::{Selection, Sent, wire_bytes};
use super::vertices::{COPY_COST, METADATA_COST, TRANSFER_COST, WRITE_COST, named};
use crate::{Engine, Runtime};

/// A build with BuildKit under way.
pub(super) struct Solve<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) runtime: &'a mut Runtime,
    pub(super) request: &'a SolveRequest,
    pub(super) record: Record,
    /// How far the steps that go one after the other have come.
    pub(super) clock: Time,
    /// Whether this is 20.10.
    pub(super) old: bool,
    /// Whether the frontend is one that 20.10 fetched.
    pub(super) external: bool,
    /// The Dockerfile.
    pub(super) text: String,
    /// The names of its stages, for guesses.
    pub(super) stage_names: Vec<String>,
    /// The results of this build's steps: cache key, and topmost layer.
    pub(super) used: Vec<(Digest, Option<Digest>)>,
}

/// Why a build has no result.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// It makes no sense, told without any step.
    Refused(String),
    /// It failed.
    Failed {
        /// Docker's sentence.
        message: String,
        /// The lines of the Dockerfile it is about.
        lines: Option<Lines>,
    },
    /// The simulation ends.
    Beyond(String),
}

impl Solve<'_> {
    /// Runs all of the build.
    pub(super) fn run(&mut self) -> Result<SolveReply, Failure> {
        let known = ["cacheonly", "docker", "image", "local", "oci", "tar"];
        let mut outputs = self.request.outputs.iter();
        if let Some(output) = outputs.find(|output| !known.contains(&&*output.kind)) {
            let kind = dockerfile::go_quote(&output.kind);
            return Err(Failure::Refused(format!("failed to solve: exporter {kind} could not be found")));
        }
        let definition = self.load_definition()?;
        self.fetch_frontend(definition)?;
        if let SolveCall::Unknown(call) = &self.request.call {
            let request = format!("unsupported request frontend.{call}");
            self.finish_definition(definition);
            return Err(Failure::Failed { message: format!("{request}: {request}"), lines: None });
        }
        if let Some(message) = self.bad_check_options() {
            self.finish_definition(definition);
            return Err(Failure::Failed { message, lines: None });
        }
        let parsed = self.parse();
        let platform = self.platform()?;
        let outline = parsed.and_then(|dockerfile| {
            Outline::new(dockerfile, self.request, platform.as_ref()).map_err(|error| self.front(error))
        });
        let outline = match outline {
            Ok(outline) => outline,
            Err(failure) => {
                let is_check = self.request.call == SolveCall::Check;
                if !is_check {
                    self.checks(definition, &BTreeMap::new());
                }
                self.finish_definition(definition);
                return if is_check { self.failed_check(failure) } else { Err(failure) };
            }
        };
        let finish = self.clock;
        let found = self.look_up(&outline);
        let images = match found {
            Ok(images) => images,
            Err(failure) => {
                let failed = std::mem::replace(&mut self.clock, finish);
                self.finish_definition(definition);
                self.clock = failed;
                let is_check = self.request.call == SolveCall::Check;
                return if is_check { self.failed_check(failure) } else { Err(failure) };
            }
        };
        if self.request.call == SolveCall::Check {
            self.finish_definition(definition);
            self.load_ignore();
            return Ok(self.check_reply(&images));
        }
        let after = std::mem::replace(&mut self.clock, finish);
        let violation = self.checks(definition, &images);
        self.finish_definition(definition);
        self.clock = after;
        if !self.old {
            self.load_ignore();
        }
        if let Some(message) = violation {
            return Err(Failure::Failed { message, lines: None });
        }
        if !self.old && self.ignore_error().is_some() {
            return Err(Failure::Failed { message: "syntax error in pattern".to_owned(), lines: None });
        }
        let (state, graph) = {
            let mut front = Front::new(self.request, &outline, &images, self.ignore_error());
            let state = front.build();
            (state, std::mem::take(&mut front.graph))
        };
        let state = state.map_err(|error| self.front(error))?;
        let product = self.carry_out(&graph, &state)?;
        self.export(state, product.as_ref())
    }

    /// An error of the front end in this Docker's words.
    pub(super) fn front(&self, error: FrontError) -> Failure {
        if let Some(message) = error.message.strip_prefix("glasshull: ") {
            return Failure::Beyond(message.to_owned());
        }
        let message = match (self.old, error.message.as_str()) {
            (true, message) if self.external => {
                format!("{}rpc error: code = Unknown desc = {message}", super::frontend::GATEWAY)
            }
            (true, "unexpected EOF") => error.message,
            (true, message) if message.starts_with("failed to marshal LLB definition") => {
                format!("failed to solve with frontend dockerfile.v0: {message}")
            }
            (true, message) => {
                format!(
                    "failed to solve with frontend dockerfile.v0: failed to create LLB definition: {message}"
                )
            }
            (false, _) => error.message,
        };
        Failure::Failed { message, lines: error.lines }
    }

    /// The client sends the Dockerfile, and before it is parsed 20.10 takes `.dockerignore` too.
    fn load_definition(&mut self) -> Result<Digest, Failure> {
        if matches!(self.request.context, SolveContext::Archive { .. }) {
            return self.unpack_context();
        }
        let name = format!("[internal] load build definition from {}", self.request.dockerfile_name);
        let digest = named(&name);
        let mut selection = Selection::nothing();
        let tree = self.request.dockerfile_folder.clone();
        for visit in tree.walk().skip(1) {
            selection.add(&tree, &visit.path.to_string());
        }
        self.record.started(self.clock, digest, &name, &[]);
        if !self.old && self.sends_nothing() {
            self.record.unanswered(self.clock, digest, "transferring dockerfile:");
            let message = "failed to read dockerfile: no local sources enabled".to_owned();
            return Err(Failure::Failed { message, lines: None });
        }
        let key = format!("dockerfile {}", self.request.dockerfile_key);
        let known = match self.old {
            true => self.engine.sent_before(&key),
            false => Sent::new(),
        };
        let (bytes, sent) = wire_bytes(&tree, &selection, &known);
        if self.old {
            self.engine.build_cache.note_sent(&key, sent);
        }
        let before = self.clock;
        let end =
            self.record.status(self.clock, digest, "transferring dockerfile:", (bytes, 0), TRANSFER_COST);
        self.clock = end;
        if self.old {
            self.finish_definition(digest);
            self.clock = before;
            match self.finds_dockerfile() || self.dockerfile_is_folder() {
                true => self.load_ignore(),
                false => self.cancel_ignore(),
            }
            self.clock = self.clock.max(end);
        }
        if self.finds_dockerfile() {
            let bytes = self.read_dockerfile().unwrap_or_default();
            self.text = String::from_utf8_lossy(&bytes).into_owned();
            return Ok(digest);
        }
        self.finish_definition(digest);
        let (name, folder) = (&self.request.dockerfile_name, &self.request.dockerfile_folder);
        let message = match self.old {
            true => {
                let number = self.engine.ids.number() % 10_000_000_000;
                let name = super::ops::copy::led_to(folder, format!("/{name}").into());
                let (step, reason) = match self.dockerfile_is_folder() {
                    true => ("read", "is a directory"),
                    false => ("open", "no such file or directory"),
                };
                format!(
                    "failed to solve with frontend dockerfile.v0: failed to read dockerfile: {step} \
                     /var/lib/docker/tmp/buildkit-mount{number}{name}: {reason}"
                )
            }
            false => format!("failed to read dockerfile: open {name}: no such file or directory"),
        };
        Err(Failure::Failed { message, lines: None })
    }

    /// Whether the client had an empty standard input instead of a Dockerfile and offers no folder at all.
    fn sends_nothing(&self) -> bool {
        let name = &self.request.dockerfile_name;
        matches!(self.request.context, SolveContext::Nothing)
            && self.request.dockerfile_folder.read_file(name).is_ok_and(|text| text.is_empty())
    }

    /// The Dockerfile's bytes; 20.10 goes by the first name and finds the second.
    fn read_dockerfile(&self) -> Option<Vec<u8>> {
        let folder = &self.request.dockerfile_folder;
        let name = &self.request.dockerfile_name;
        let lower = || (name == "Dockerfile").then(|| folder.read_file("dockerfile").ok()).flatten();
        folder.read_file(name).ok().or_else(lower)
    }

    fn finds_dockerfile(&self) -> bool {
        self.read_dockerfile().is_some()
    }

    fn dockerfile_is_folder(&self) -> bool {
        self.request.dockerfile_folder.get(&self.request.dockerfile_name).is_some_and(|inode| inode.is_dir())
    }

    /// Without a Dockerfile there is no use for `.dockerignore` any more.
    fn cancel_ignore(&mut self) {
        let name = "[internal] load .dockerignore";
        let digest = named(name);
        self.record.started(self.clock, digest, name, &[]);
        self.record.status(self.clock, digest, "transferring context:", (0, 0), TRANSFER_COST);
        self.record.completed(self.clock + TRANSFER_COST, digest, End::Canceled);
    }

    /// A context that came as an archive is unpacked by the daemon, and the Dockerfile read from it.
    fn unpack_context(&mut self) -> Result<Digest, Failure> {
        let mut digest = named("");
        for (name, cost) in
            [("[internal] load remote build context", TRANSFER_COST), ("copy /context /", COPY_COST)]
        {
            digest = named(name);
            self.record.started(self.clock, digest, name, &[]);
            self.clock = self.clock + cost;
            self.record.completed(self.clock, digest, End::Done);
        }
        let name = &self.request.dockerfile_name;
        match self.request.dockerfile_folder.read_file(name) {
            Ok(bytes) => {
                self.text = String::from_utf8_lossy(&bytes).into_owned();
                Ok(digest)
            }
            Err(_) => {
                let message = format!("failed to read dockerfile: open {name}: no such file or directory");
                Err(self.front(FrontError { message, lines: None }))
            }
        }
    }

    pub(super) fn finish_definition(&mut self, digest: Digest) {
        if !self.record.is_completed(digest) {
            self.record.completed(self.clock, digest, End::Done);
        }
    }

    /// `.dockerignore` of the main context; not if one beside the Dockerfile takes its place.
    fn load_ignore(&mut self) {
        let own = format!("{}.dockerignore", self.request.dockerfile_name);
        let has_own = !self.old && self.request.dockerfile_folder.get(&own).is_some();
        if has_own || matches!(self.request.context, SolveContext::Archive { .. }) {
            return;
        }
        let tree = self.request.plain_ignore.clone();
        let key = format!("ignore {}", self.request.dockerfile_key);
        self.take_ignore("[internal] load .dockerignore", "transferring context:", &tree, &key);
    }

    /// `.dockerignore` of a further context.
    pub(super) fn load_named_ignore(&mut self, name: &str, text: Option<&[u8]>) {
        let (title, part) = (format!("[context {name}] load .dockerignore"), format!("transferring {name}:"));
        let mut tree = Tree::new(vfs::Metadata::new(0o755, self.clock));
        if let Some(text) = text {
            let mtime = Time::from_secs(1_700_000_000);
            let written = tree.write_file(".dockerignore", text.to_vec(), 0o644, mtime);
            debug_assert!(written.is_ok(), "an empty root takes a file");
        }
        self.take_ignore(&title, &part, &tree, &part);
    }

    fn take_ignore(&mut self, title: &str, part: &str, tree: &Tree, key: &str) {
        let digest = named(title);
        let mut selection = Selection::nothing();
        selection.add(tree, ".dockerignore");
        self.record.started(self.clock, digest, title, &[]);
        let known = if self.old { self.engine.sent_before(key) } else { Sent::new() };
        let (bytes, sent) = wire_bytes(tree, &selection, &known);
        if self.old {
            self.engine.build_cache.note_sent(key, sent);
        }
        self.clock = self.record.status(self.clock, digest, part, (bytes, 0), TRANSFER_COST);
        self.record.completed(self.clock, digest, End::Done);
    }

    /// Why the client's filter refuses the patterns.
    fn ignore_error(&self) -> Option<String> {
        let text = String::from_utf8_lossy(self.request.ignore.as_deref()?).into_owned();
        let patterns = ignore::read(&text);
        PatternMatcher::new(&patterns).err()?;
        let listed = patterns.join(" ");
        Some(format!("error from sender: invalid excludepatterns: [{listed}]: syntax error in pattern"))
    }

    fn parse(&mut self) -> Result<Dockerfile, Failure> {
        // A frontend that was fetched reads the language of its own day.
        let vintage = if self.old && !self.external { Vintage::Docker20_10 } else { Vintage::Current };
        Dockerfile::parse(self.text.as_bytes(), vintage).map_err(|error| {
            let lines = (error.lines.first > 0).then_some(error.lines);
            let message = match error.kind {
                dockerfile::ParseErrorKind::Empty => "the Dockerfile cannot be empty".to_owned(),
                _ => error.text(),
            };
            self.front(FrontError { message, lines })
        })
    }

    fn platform(&self) -> Result<Option<oci::Platform>, Failure> {
        let Some(platform) = self.request.platforms.first() else { return Ok(None) };
        if self.request.platforms.len() > 1 {
            return Err(Failure::Beyond(
                "building for several platforms at once is not simulated".to_owned(),
            ));
        }
        crate::platform::parse(platform).map(Some).map_err(Failure::Refused)
    }

    fn carry_out(&mut self, graph: &super::graph::Graph, state: &State) -> Result<Option<Product>, Failure> {
        let Some(target) = state.node else { return Ok(None) };
        let mut schedule = Schedule::new(
            self.engine,
            self.runtime,
            graph,
            &mut self.record,
            &self.request.secrets,
            self.clock,
        );
        let done = schedule.run(target);
        self.used = std::mem::take(&mut schedule.used);
        match done {
            Ok(product) => {
                self.clock = self.clock.max(product.end);
                Ok(Some(product))
            }
            Err(Stop::Beyond(message)) => Err(Failure::Beyond(message)),
            Err(Stop::Broken(broken)) => {
                self.clock = self.clock.max(broken.at);
                let lines = graph.node(broken.node).lines;
                Err(Failure::Failed { message: broken.whole, lines })
            }
        }
    }

    /// The bases of the stages that are needed, looked up side by side.
    fn look_up(&mut self, outline: &Outline) -> Result<BTreeMap<String, Resolved>, Failure> {
        let start = self.clock;
        let mut end = start;
        let mut found = BTreeMap::new();
        let names = outline.dockerfile.stages.iter().filter_map(|stage| stage.name());
        self.stage_names = names.map(str::to_owned).collect();
        let images = outline.images();
        for wanted in &images {
            self.clock = start;
            let resolved =
                self.resolve(&wanted.name, wanted.lines, wanted.platform.as_deref(), wanted.source);
            end = end.max(self.clock);
            match resolved {
                Ok(Some(resolved)) => drop(found.insert(wanted.name.clone(), resolved)),
                Ok(None) => {}
                Err(failure) => {
                    self.cancel_look_ups(self.clock);
                    return Err(failure);
                }
            }
        }
        self.clock = end;
        self.import_caches(start);
        self.import_folders(start);
        Ok(found)
    }

    /// The first image that is not there ends the search for the others.
    fn cancel_look_ups(&mut self, at: Time) {
        if !self.old {
            self.record.cancel(at, " load metadata for ");
        }
    }

    /// `--cache-from`: what is named is looked for; images of the simulated hub carry no cache.
    fn import_caches(&mut self, start: Time) {
        for source in &self.request.cache_from {
            let name = format!("importing cache manifest from {source}");
            let digest = named(&name);
            self.record.started(start, digest, &name, &[]);
            let reference =
                crate::Reference::parse_normalized(source).map(crate::Reference::with_default_tag);
            let known = reference.as_ref().is_ok_and(|reference| {
                self.engine.references.get(reference).is_some()
                    || self.runtime.registry.resolve(reference).is_ok()
            });
            let mut at = start + METADATA_COST;
            if known && !self.old {
                let kind = "application/vnd.docker.distribution.manifest.v2+json";
                let text = format!("inferred cache manifest type: {kind}");
                at = self.record.status(start, digest, &text, (0, 0), WRITE_COST);
            }
            let end = match (known, &reference) {
                (true, _) | (false, Err(_)) => End::Done,
                (false, Ok(reference)) => End::Failed(format!(
                    "failed to configure registry cache importer: {reference}: not found"
                )),
            };
            self.record.completed(at, digest, end);
        }
    }
}
