use api::{Backend, DockerVersion, Event, Input, Io, SolveReply, Stream};

use super::BASE;
use super::solve_request::{Gathered, gather};
use crate::{
    Command, Flag, FlagKind, Host,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{checked, list, switch, text},
    views::{View, ViewKind},
};

/// Its name, by which its messages are told.
pub(crate) const NAME: &str = "buildx build";

/// `docker buildx build`, and `docker build` where BuildKit is the default.
pub(crate) const COMMAND: Command = Command {
    names: &[NAME, "buildx b"],
    usage: "[OPTIONS] PATH | URL | -",
    summary: "Start a build",
    args: ArgRule::Exactly(1),
    flags: FLAGS,
    glass_flags: &[
        Flag {
            long: "view",
            short: None,
            kind: FlagKind::Checked(ViewKind::check),
            help: "How to show the build: plain, tty, rawjson, quiet or explain",
        },
        Flag {
            long: super::solve_check::FORMAT,
            short: None,
            kind: FlagKind::Checked(super::solve_check::Format::check),
            help: "With --check: text, json or sarif",
        },
    ],
    run,
    ..BASE
};

const FLAGS: &[Flag] = &[
    list("add-host", None, "Add a line to /etc/hosts (host:ip)"),
    list("allow", None, "Let steps do more (network.host, security.insecure)"),
    list("annotation", None, "Put an annotation on the image"),
    list("attest", None, "What to say about the image (type=sbom)"),
    list("build-arg", None, "Set a build-time variable"),
    list("build-context", None, "A further context (name=path)"),
    list("cache-from", None, "Where cached steps may come from"),
    list("cache-to", None, "Where cached steps go"),
    text("builder", None, "Which builder to use"),
    text("call", None, "What to do: build or check"),
    text("cgroup-parent", None, "Parent of the containers' control groups"),
    switch("check", None, "Run the build checks alone"),
    text("file", Some('f'), "Name of the Dockerfile (default PATH/Dockerfile)"),
    switch("force-rm", None, "Without effect"),
    text("iidfile", None, "Write the image id to a file"),
    list("label", None, "Set a label"),
    switch("load", None, "Put the result into the image store"),
    text("metadata-file", None, "Write the facts of the result to a file"),
    text("network", None, "Network of RUN instructions (default \"default\")"),
    switch("no-cache", None, "Do not use the cache"),
    list("no-cache-filter", None, "Do not use the cache for these stages"),
    list("output", Some('o'), "Where to put the result (type=local,dest=path)"),
    list("platform", None, "Build for this platform"),
    text("progress", None, "Kind of progress (auto, plain, tty, quiet, rawjson)"),
    list("policy", None, "Policies to apply"),
    text("provenance", None, "Whether to vouch for the image"),
    switch("pull", None, "Ask for a newer base image"),
    switch("push", None, "Send the result to its registry"),
    switch("quiet", Some('q'), "Print the image id alone"),
    Flag { long: "rm", short: None, kind: FlagKind::Switch { default: true }, help: "Without effect" },
    list("resource", None, "Limits of steps (memory=2g)"),
    text("sbom", None, "Whether to list the image's packages"),
    list("secret", None, "Offer a secret to RUN (id=name,src=path)"),
    text("shm-size", None, "Size of /dev/shm"),
    list("ssh", None, "Offer an SSH agent to RUN"),
    list("tag", Some('t'), "Name and optionally tag (name:tag)"),
    switch("squash", None, "Without effect"),
    text("target", None, "Stop after this stage"),
    checked(
        "ulimit",
        None,
        |text| super::health_flags::ulimit(text).map(|_| ()),
        "Limit of processes of RUN (NAME=SOFT[:HARD])",
    ),
];

/// Flags that would change a build and that are not simulated.
const NOT_SIMULATED: [&str; 9] =
    ["allow", "attest", "cgroup-parent", "policy", "push", "resource", "sbom", "shm-size", "ssh"];

/// The command that really runs: `docker build` is buildx's where BuildKit is the default and not switched off.
pub(crate) fn in_place_of(
    command: &'static Command,
    backend: &dyn Backend,
    host: &dyn Host,
) -> &'static Command {
    let is_build = command.names[0] == super::build::COMMAND.names[0];
    let off = matches!(
        host.variable("DOCKER_BUILDKIT").as_deref(),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False")
    );
    if is_build && backend.version() == DockerVersion::V29 && !off { &COMMAND } else { command }
}

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    for flag in NOT_SIMULATED {
        if call.matches.is_set(flag) {
            return Err(Failure::client(format!(
                "glasshull: the flag --{flag} is not simulated with BuildKit"
            )));
        }
    }
    if let Some(name) = call.matches.text("builder") {
        super::builder::check_builder(call, Some(name))?;
    }
    if call.switch("squash") {
        call.eprint(
            "WARNING: experimental flag squash is removed with BuildKit. You should squash inside build using a \
             multi-stage Dockerfile for efficiency.\n",
        );
    }
    match call.matches.text("call").map(|call| call.split(',').next().unwrap_or_default()) {
        Some(other @ ("outline" | "targets" | "subrequests.describe")) => {
            Err(Failure::client(format!("glasshull: --call={other} is not simulated")))
        }
        _ => solve(call),
    }
}

/// Builds with BuildKit.
pub(crate) fn solve(call: &mut Call<'_>) -> Result<u8, Failure> {
    let version = call.backend.version();
    let quiet = call.switch("quiet");
    let view = view(call, quiet)?;
    let prints_id = quiet || call.matches.text("progress") == Some("quiet");
    let gathered = gather(call)?;
    if let Some(path) = call.matches.text("iidfile").map(str::to_owned) {
        call.host.remove_file(&path)?;
    }
    let remark = git_remark(call);
    let mut view = view.start(version);
    view.resize(call.host.terminal_size());
    if call.host.variable("PROGRESS_NO_TRUNC").as_deref() == Some("0") {
        view.truncate();
    }
    let mut io = SolveIo { host: &mut *call.host, view };
    let result = call.backend.solve(&gathered.request, &mut io);
    remark.into_iter().for_each(|line| io.view.remark(line));
    let shown = io.view.finish();
    let is_hidden = match version {
        DockerVersion::V20_10 => quiet && result.is_ok(),
        DockerVersion::V29 => false,
    };
    if !is_hidden {
        call.host.write(Stream::Stderr, &shown);
    }
    match result {
        Ok(SolveReply { check: Some(report), .. }) => Ok(super::solve_check::show(call, &report)),
        Ok(reply) => finish(call, &gathered, &reply, prints_id),
        Err(error) if error.kind == api::ErrorKind::Build => Err(Failure::Client {
            message: match version {
                DockerVersion::V20_10 => error.message,
                DockerVersion::V29 => format!("ERROR: failed to build: failed to solve: {}", error.message),
            },
            exit: 1,
        }),
        Err(error) => Err(error.into()),
    }
}

/// buildx notes the commit of the context; where `.git` is no repository it says that it could not.
fn git_remark(call: &Call<'_>) -> Option<&'static str> {
    let git = crate::context::join(&call.args()[0], ".git");
    let is_broken = call.host.metadata(&git).is_ok_and(|found| found.is_dir)
        && call.host.metadata(&crate::context::join(&git, "HEAD")).is_err();
    (is_broken && call.backend.version() == DockerVersion::V29).then_some(
        "WARNING: current commit information was not captured by the build: failed to read current commit \
         information with git rev-parse --is-inside-work-tree",
    )
}

/// What the client does with the result.
fn finish(call: &mut Call<'_>, gathered: &Gathered, reply: &SolveReply, quiet: bool) -> Result<u8, Failure> {
    super::solve_output::write(call, &gathered.request.outputs, reply, &gathered.destinations)?;
    for (path, folder) in gathered.cache_destinations.iter().zip(&reply.caches) {
        call.host.write_dir(path, folder)?;
    }
    if let Some(image) = reply.image {
        if let Some(path) = call.matches.text("iidfile").map(str::to_owned) {
            call.host.write_file(&path, image.to_string().as_bytes())?;
        }
        if quiet {
            call.print(format!("{image}\n"));
        }
    }
    if let Some(path) = call.matches.text("metadata-file").map(str::to_owned) {
        let text = super::solve_output::metadata(reply);
        call.host.write_file(&path, text.as_bytes())?;
    }
    Ok(0)
}

/// How the build is shown: `--view`, `--progress`, `BUILDKIT_PROGRESS`, and where standard error goes.
fn view(call: &Call<'_>, quiet: bool) -> Result<ViewKind, Failure> {
    if let Some(kind) = call.matches.text("view").and_then(ViewKind::from_name) {
        return Ok(kind);
    }
    let from_environment = call.host.variable("BUILDKIT_PROGRESS").filter(|name| !name.is_empty());
    let wanted =
        call.matches.text("progress").map(str::to_owned).filter(|name| name != "auto").or(from_environment);
    Ok(match wanted.as_deref() {
        _ if quiet && call.backend.version() == DockerVersion::V29 => ViewKind::Quiet,
        _ if quiet => ViewKind::Plain,
        Some("plain") => ViewKind::Plain,
        Some("none") => ViewKind::Quiet,
        Some("tty") => ViewKind::Tty,
        Some("quiet") => ViewKind::Quiet,
        Some("rawjson") => ViewKind::Rawjson,
        None | Some("" | "auto")
            if call.host.is_terminal(Stream::Stderr) && !super::solve_check::is_wanted(call) =>
        {
            ViewKind::Tty
        }
        None | Some("" | "auto") => ViewKind::Plain,
        Some(other) => {
            return Err(Failure::client(match call.backend.version() {
                DockerVersion::V20_10 => format!("invalid progress value : {other}"),
                DockerVersion::V29 => format!("ERROR: invalid progress mode {other}"),
            }));
        }
    })
}

/// Feeds a view; it is shown when the build is over, since virtual time needs no waiting.
struct SolveIo<'a> {
    host: &'a mut dyn Host,
    view: Box<dyn View>,
}

impl Io for SolveIo<'_> {
    fn event(&mut self, event: &Event) {
        let bytes = self.view.event(event);
        if !bytes.is_empty() {
            self.host.write(Stream::Stderr, &bytes);
        }
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
