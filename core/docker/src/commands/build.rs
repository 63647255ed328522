use api::{
    BuildContext, BuildRequest, DockerVersion, DockerfileSource, Event, HostConfig, Input, Io, Stream,
};

use super::{BASE, health_flags, host_flags};
use crate::{
    Command, Flag, FlagKind, Host, HostErrorKind,
    command::{ArgRule, Call},
    context::{self, Ignore},
    failure::Failure,
    flags::{checked, list, number, switch, text},
    views::{View, ViewKind},
};

pub(crate) const COMMAND: Command = Command {
    names: &["build", "image build", "builder build"],
    usage: "[OPTIONS] PATH | URL | -",
    summary: "Build an image from a Dockerfile",
    args: ArgRule::Exactly(1),
    flags: FLAGS,
    glass_flags: &[Flag {
        long: "view",
        short: None,
        kind: FlagKind::Checked(ViewKind::check),
        help: "How to show the build: classic, plain, tty, rawjson, quiet or explain",
    }],
    run,
    ..BASE
};

const FLAGS: &[Flag] = &[
    checked("add-host", None, host_flags::check_extra_host, "Add a line to /etc/hosts (host:ip)"),
    list("build-arg", None, "Set a build-time variable"),
    list("cache-from", None, "Images whose steps may serve as cache"),
    text("cgroup-parent", None, "Parent of the containers' control groups (recorded)"),
    switch("compress", None, "Send the context compressed"),
    Flag {
        long: "disable-content-trust",
        short: None,
        kind: FlagKind::Switch { default: true },
        help: "Skip the check of signatures",
    },
    number("cpu-period", None, "Period of the processor's quota (recorded)"),
    number("cpu-quota", None, "Quota of the processor (recorded)"),
    number("cpu-shares", Some('c'), "Share of the processor (recorded)"),
    text("cpuset-cpus", None, "Processors to run on (recorded)"),
    text("cpuset-mems", None, "Memory nodes to run on (recorded)"),
    text("file", Some('f'), "Name of the Dockerfile (default PATH/Dockerfile)"),
    switch("force-rm", None, "Remove containers of failed steps too"),
    text("iidfile", None, "Write the image id to a file"),
    text("isolation", None, "Kind of isolation of the containers"),
    list("label", None, "Set a label"),
    checked("memory", Some('m'), health_flags::check_size, "Memory of the containers"),
    checked("memory-swap", None, host_flags::check_swap, "Memory of the containers with swap (recorded)"),
    text("network", None, "Network of RUN instructions (default \"default\")"),
    switch("no-cache", None, "Do not use the cache"),
    list("output", Some('o'), "Where to put the result (BuildKit)"),
    text("platform", None, "Build for this platform"),
    text("progress", None, "Kind of progress (BuildKit)"),
    switch("pull", None, "Ask for a newer base image"),
    switch("quiet", Some('q'), "Print the image id alone"),
    Flag {
        long: "rm",
        short: None,
        kind: FlagKind::Switch { default: true },
        help: "Remove containers of steps",
    },
    list("secret", None, "Offer a secret to RUN (BuildKit)"),
    list("security-opt", None, "Security options of the containers"),
    checked("shm-size", None, health_flags::check_size, "Size of /dev/shm (recorded)"),
    switch("squash", None, "Make one layer of the new ones (experimental)"),
    list("ssh", None, "Offer an SSH agent to RUN (BuildKit)"),
    Flag {
        long: "tag",
        short: Some('t'),
        kind: FlagKind::Checked(|name| match oci::Reference::parse_normalized(name) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }),
        help: "Name and optionally tag (name:tag)",
    },
    text("target", None, "Stop after this stage"),
    checked(
        "ulimit",
        None,
        |text| health_flags::ulimit(text).map(|_| ()),
        "Limit of processes (NAME=SOFT[:HARD])",
    ),
];

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    if call.matches.text("disable-content-trust") == Some("false") {
        return Err(Failure::client("glasshull: content trust is not simulated"));
    }
    if wants_buildkit(call)? && !call.switch("squash") {
        check_for_buildkit(call)?;
        return super::buildx::solve(call);
    }
    if call.switch("squash") {
        return Err(Failure::client(
            "\"--squash\" is only supported on a Docker daemon with experimental features enabled",
        ));
    }
    if call.switch("compress") {
        return Err(Failure::client(
            "glasshull: sending the context compressed (--compress) is not simulated",
        ));
    }
    let request = request(call)?;
    if let Some(path) = call.matches.text("iidfile") {
        let path = path.to_owned();
        call.host.remove_file(&path)?;
    }
    let quiet = call.switch("quiet");
    let view = match call.matches.text("view").and_then(ViewKind::from_name) {
        Some(kind) => kind,
        None => ViewKind::Classic,
    };
    let version = call.backend.version();
    let mut io = BuildIo { host: &mut *call.host, view: view.start(version), withheld: quiet.then(Vec::new) };
    let result = call.backend.build(&request, &mut io);
    let last = io.view.finish();
    io.show(&last);
    let withheld = io.withheld.take();
    match result {
        Ok(reply) => {
            if let Some(path) = call.matches.text("iidfile").map(str::to_owned) {
                call.host.write_file(&path, reply.image.to_string().as_bytes())?;
            }
            if quiet {
                call.print(format!("{}\n", reply.image));
            }
            Ok(0)
        }
        Err(error) => {
            if let Some(bytes) = withheld {
                call.host.write(Stream::Stderr, &bytes);
            }
            Err(error.into())
        }
    }
}

/// What the daemon of 20.10 finds wrong before BuildKit begins. To limits of resources it does not look.
fn check_for_buildkit(call: &Call<'_>) -> Result<(), Failure> {
    let refused = |text: String| Err(Failure::client(format!("Error response from daemon: {text}")));
    if call.matches.is_set("security-opt") {
        let text = "The daemon on this platform does not support setting security options on build";
        return refused(text.to_owned());
    }
    if let Some(other) = call.matches.text("isolation").filter(|way| !["", "default"].contains(way)) {
        return refused(format!("Unsupported isolation: \"{other}\""));
    }
    match call.matches.text("network") {
        None | Some("" | "default" | "none" | "host") => Ok(()),
        Some(mode) => refused(format!("network mode \"{mode}\" not supported by buildkit")),
    }
}

/// Which builder docker takes: the environment decides, then the version's default.
pub(crate) fn wants_buildkit(call: &Call<'_>) -> Result<bool, Failure> {
    Ok(match call.host.variable("DOCKER_BUILDKIT").as_deref() {
        None | Some("") => call.backend.version() == DockerVersion::V29,
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => false,
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => true,
        Some(other) => {
            return Err(Failure::client(format!(
                "DOCKER_BUILDKIT environment variable expects boolean value: strconv.ParseBool: parsing \"{other}\": \
                 invalid syntax"
            )));
        }
    })
}

/// Before anything else, docker 29 says of its classic builder that it will go.
pub(crate) fn announce(command: &Command, version: DockerVersion, host: &mut dyn Host) {
    if version == DockerVersion::V29 && command.names == COMMAND.names {
        let text = "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n            \
                    BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0\n            \
                    environment-variable.\n\n";
        host.write(Stream::Stderr, text.as_bytes());
    }
}

/// Whether a command has a flag: docker 29 knows those of BuildKit no more where BuildKit is off.
pub(crate) fn has_flag(command: &Command, version: DockerVersion, flag: &str) -> bool {
    let is_buildkits = ["output", "progress", "secret", "ssh"].contains(&flag);
    !is_buildkits || version == DockerVersion::V20_10 || command.names != COMMAND.names
}

fn request(call: &mut Call<'_>) -> Result<BuildRequest, Failure> {
    let (context, dockerfile) = gather(call)?;
    let pairs = |long: &str| call.matches.list(long).iter().map(|pair| split_pair(pair)).collect::<Vec<_>>();
    let build_args = pairs("build-arg").into_iter().map(|(name, value)| match value {
        Some(value) => (name, Some(value)),
        None => {
            let value = call.host.variable(&name);
            (name, value)
        }
    });
    Ok(BuildRequest {
        tags: call.matches.list("tag").to_vec(),
        build_args: build_args.collect(),
        labels: pairs("label").into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect(),
        target: call.matches.text("target").map(str::to_owned),
        no_cache: call.switch("no-cache"),
        pull: call.switch("pull"),
        remove: call.switch("rm"),
        force_remove: call.switch("force-rm"),
        network: call.matches.text("network").unwrap_or("default").to_owned(),
        extra_hosts: call.matches.list("add-host").to_vec(),
        cache_from: call.matches.list("cache-from").to_vec(),
        squash: false,
        platform: call.matches.text("platform").map(str::to_owned),
        resources: resources(call)?,
        context,
        dockerfile,
    })
}

/// What the containers of steps may use.
fn resources(call: &Call<'_>) -> Result<HostConfig, Failure> {
    let recorded = host_flags::recorded(&call.matches).map_err(Failure::client)?;
    Ok(HostConfig {
        memory: call.matches.text("memory").and_then(health_flags::size).unwrap_or(0),
        ulimits: ulimits(call)?,
        security_opt: call.matches.list("security-opt").to_vec(),
        recorded,
        ..HostConfig::default()
    })
}

/// `--ulimit`s.
pub(super) fn ulimits(call: &Call<'_>) -> Result<Vec<api::Ulimit>, Failure> {
    health_flags::ulimits(call.matches.list("ulimit")).map_err(Failure::client)
}

pub(super) fn split_pair(pair: &str) -> (String, Option<String>) {
    match pair.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (pair.to_owned(), None),
    }
}

/// The context and the Dockerfile, from a folder or from standard input.
fn gather(call: &mut Call<'_>) -> Result<(BuildContext, DockerfileSource), Failure> {
    let place = call.args()[0].clone();
    let file = call.matches.text("file").filter(|file| !file.is_empty()).map(str::to_owned);
    if place == "-" {
        return from_stdin(call, file);
    }
    if is_url(&place) {
        return Err(Failure::client(format!(
            "glasshull: a build context at a URL ({place}) is not simulated"
        )));
    }
    let (version, host) = (call.backend.version(), &*call.host);
    let prepare = |text: String| Failure::client(format!("unable to prepare context: {text}"));
    match host.metadata(&place) {
        Err(error) if error.kind == HostErrorKind::NotFound => {
            return Err(prepare(format!("path \"{place}\" not found")));
        }
        Err(error) => return Err(prepare(error.message)),
        Ok(found) if !found.is_dir => {
            return Err(prepare(format!("context must be a directory: {}", host.absolute(&place))));
        }
        Ok(_) => {}
    }
    if file.as_deref() == Some("-") {
        let context = context::load(version, host, &place, &Ignore::read(version, host, &place, None)?)?;
        let text = call.host.read_stdin()?;
        let context = context::with_sent_dockerfile(context, &text);
        return Ok((context, DockerfileSource::Sent { name: context::sent_name(&text), text }));
    }
    let path = dockerfile_path(host, &place, file.as_deref())?;
    let root = host.real_path(&place)?;
    match path.strip_prefix(&format!("{}/", root.trim_end_matches('/'))) {
        Some(inside) => {
            let ignore = Ignore::read(version, host, &place, Some(inside))?;
            Ok((
                context::load(version, host, &place, &ignore)?,
                DockerfileSource::InContext(inside.to_owned()),
            ))
        }
        // A link that leads out of the context: docker then opens the name that `-f` did not give.
        None if file.is_none() => {
            Err(Failure::client("unable to open Dockerfile: open : no such file or directory"))
        }
        None => {
            let context = context::load(version, host, &place, &Ignore::read(version, host, &place, None)?)?;
            let text = host.read_file(&path).map_err(|error| unreadable(file.as_deref(), &error))?;
            let context = context::with_sent_dockerfile(context, &text);
            Ok((context, DockerfileSource::Sent { name: context::sent_name(&text), text }))
        }
    }
}

/// A Dockerfile from elsewhere that is there but cannot be read: a directory can be opened, but no more.
fn unreadable(file: Option<&str>, error: &crate::HostError) -> Failure {
    let file = file.unwrap_or("Dockerfile");
    Failure::client(match error.kind {
        HostErrorKind::IsADirectory => format!("read {file}: {error}"),
        HostErrorKind::Limit => format!("glasshull: {file}: {error}"),
        _ => format!("unable to open Dockerfile: open {file}: {error}"),
    })
}

/// The absolute path of the Dockerfile without links; `dockerfile` serves where `Dockerfile` is missing.
fn dockerfile_path(host: &dyn Host, place: &str, file: Option<&str>) -> Result<String, Failure> {
    let path = match file {
        Some(file) => host.absolute(file),
        None => {
            let upper = context::join(&host.absolute(place), "Dockerfile");
            let lower = context::join(&host.absolute(place), "dockerfile");
            if host.metadata(&upper).is_err() && host.metadata(&lower).is_ok() { lower } else { upper }
        }
    };
    host.real_path(&path).map_err(|error| {
        Failure::client(format!(
            "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat {path}: {error}"
        ))
    })
}

fn from_stdin(
    call: &mut Call<'_>,
    file: Option<String>,
) -> Result<(BuildContext, DockerfileSource), Failure> {
    if file.as_deref() == Some("-") {
        return Err(Failure::client(
            "invalid argument: can't use stdin for both build context and dockerfile",
        ));
    }
    let bytes = call.host.read_stdin()?;
    if context::is_archive(&bytes) {
        let name = file.unwrap_or_else(|| "Dockerfile".to_owned());
        return Ok((context::from_archive(&bytes)?, DockerfileSource::InContext(name)));
    }
    if file.is_some() {
        return Err(Failure::client(
            "ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles",
        ));
    }
    Ok((context::from_dockerfile(&bytes), DockerfileSource::InContext("Dockerfile".to_owned())))
}

pub(super) fn is_url(place: &str) -> bool {
    ["http://", "https://", "git://", "git@", "github.com/"].iter().any(|scheme| place.starts_with(scheme))
}

/// Shows events through a view; with `-q` docker keeps its output back and shows it only if the build fails.
struct BuildIo<'a> {
    host: &'a mut dyn Host,
    view: Box<dyn View>,
    withheld: Option<Vec<u8>>,
}

impl BuildIo<'_> {
    fn show(&mut self, bytes: &[u8]) {
        match &mut self.withheld {
            Some(kept) => kept.extend_from_slice(bytes),
            None => self.host.write(Stream::Stdout, bytes),
        }
    }
}

impl Io for BuildIo<'_> {
    fn event(&mut self, event: &Event) {
        let bytes = self.view.event(event);
        self.show(&bytes);
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        self.host.write(stream, bytes);
    }

    fn poll(&mut self) -> Option<Input> {
        self.host.poll_input()
    }

    fn wait(&mut self) -> Input {
        self.host.wait_input()
    }
}
