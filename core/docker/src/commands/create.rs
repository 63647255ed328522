use api::{CreateRequest, ErrorKind, HostConfig, Stream};
use digest::Id;
use oci::ContainerConfig;

use super::BASE;
use crate::{
    Command, Flag, FlagKind,
    command::{ArgRule, Call},
    failure::Failure,
    flags::{list, switch, text},
};

pub(crate) const COMMAND: Command = Command {
    names: &["create", "container create"],
    usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    summary: "Create a new container",
    args: ArgRule::AtLeast(1),
    interspersed: false,
    flags: FLAGS,
    run,
    ..BASE
};

/// The flags of `docker create`, which `docker run` shares.
pub(crate) const FLAGS: &[Flag] = &[
    list("add-host", None, "Add a line to /etc/hosts (host:ip)"),
    list("attach", Some('a'), "Attach to STDIN, STDOUT or STDERR"),
    switch("detach", Some('d'), "Leave it running and print its id (run only)"),
    text("entrypoint", None, "Replace the image's ENTRYPOINT"),
    list("env", Some('e'), "Set an environment variable"),
    list("env-file", None, "Set the environment variables of a file"),
    text("hostname", Some('h'), "Set the host name"),
    switch("interactive", Some('i'), "Keep standard input open"),
    list("label", Some('l'), "Set a label"),
    text("name", None, "Name the container"),
    text("network", None, "Connect it to a network"),
    switch("read-only", None, "Mount its root read-only"),
    switch("rm", None, "Remove it when it ends"),
    text("stop-signal", None, "Signal that stops it"),
    switch("tty", Some('t'), "Give it a terminal"),
    text("user", Some('u'), "User (or uid) and group (or gid)"),
    text("workdir", Some('w'), "Working directory"),
    list("tmpfs", None, "Mount an empty file system in memory"),
    list("volume", Some('v'), "Mount a volume of its own (path)"),
    list("cap-add", None, "Not simulated"),
    list("cap-drop", None, "Not simulated"),
    text("cpus", None, "Not simulated"),
    list("device", None, "Not simulated"),
    list("dns", None, "Not simulated"),
    list("expose", None, "Not simulated"),
    text("gpus", None, "Not simulated"),
    text("health-cmd", None, "Not simulated"),
    switch("init", None, "Not simulated"),
    text("ip", None, "Not simulated"),
    list("link", None, "Not simulated"),
    text("memory", Some('m'), "Not simulated"),
    list("mount", None, "Not simulated"),
    switch("privileged", None, "Not simulated"),
    list("publish", Some('p'), "Not simulated"),
    switch("publish-all", Some('P'), "Not simulated"),
    text("restart", None, "Not simulated"),
    list("security-opt", None, "Not simulated"),
    list("sysctl", None, "Not simulated"),
    list("ulimit", None, "Not simulated"),
    list("volumes-from", None, "Not simulated"),
    Flag {
        long: "pull",
        short: None,
        kind: FlagKind::Checked(|policy| match policy {
            "always" | "missing" | "never" => Ok(()),
            _ => Err("invalid pull option".to_owned()),
        }),
        help: "When to pull: always, missing or never",
    },
];

/// Flags that would change what a container sees or may do, and that are not simulated.
const NOT_SIMULATED: &[&str] = &[
    "cap-add",
    "cap-drop",
    "cpus",
    "device",
    "dns",
    "expose",
    "gpus",
    "health-cmd",
    "init",
    "ip",
    "link",
    "memory",
    "mount",
    "privileged",
    "publish",
    "publish-all",
    "restart",
    "security-opt",
    "sysctl",
    "ulimit",
    "volumes-from",
];

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let id = create(call)?;
    call.print(format!("{id}\n"));
    Ok(0)
}

/// Creates a container by the flags and arguments of the call; an image that is missing is pulled.
pub(crate) fn create(call: &mut Call<'_>) -> Result<Id, Failure> {
    let request = request(call)?;
    let policy = call.matches.text("pull").unwrap_or("missing").to_owned();
    if policy == "always" {
        super::pull::pull(call, &request.image, false, Some(Stream::Stderr))?;
    }
    let reply = match call.backend.create(&request) {
        Err(error) if error.kind == ErrorKind::NotFound && policy != "never" => {
            let shown = oci::Reference::parse_normalized(&request.image)
                .map(|reference| reference.with_default_tag().familiar())
                .unwrap_or_else(|_| request.image.clone());
            call.eprint(format!("Unable to find image '{shown}' locally\n"));
            super::pull::pull(call, &request.image, false, Some(Stream::Stderr))?;
            call.backend.create(&request)?
        }
        other => other?,
    };
    for warning in &reply.warnings {
        call.eprint(format!("WARNING: {warning}\n"));
    }
    Ok(reply.id)
}

fn request(call: &Call<'_>) -> Result<CreateRequest, Failure> {
    refuse_unknown(call)?;
    let (image, command) = call.args().split_first().ok_or_else(|| Failure::client("no image"))?;
    let text = |long: &str| call.matches.text(long).unwrap_or_default().to_owned();
    let labels = call.matches.list("label").iter().map(|label| match label.split_once('=') {
        Some((key, value)) => (key.to_owned(), value.to_owned()),
        None => (label.clone(), String::new()),
    });
    let detached = call.switch("detach");
    let config = ContainerConfig {
        hostname: text("hostname"),
        user: text("user"),
        attach_stdin: call.switch("interactive") && !detached,
        attach_stdout: !detached,
        attach_stderr: !detached,
        tty: call.switch("tty"),
        open_stdin: call.switch("interactive"),
        stdin_once: call.switch("interactive") && !detached,
        env: environment(call)?,
        cmd: (!command.is_empty()).then(|| command.to_vec()),
        image: image.clone(),
        working_dir: text("workdir"),
        entrypoint: call.matches.text("entrypoint").map(|path| match path {
            "" => Vec::new(),
            path => vec![path.to_owned()],
        }),
        labels: Some(labels.collect()),
        stop_signal: text("stop-signal"),
        ..ContainerConfig::default()
    };
    let host = HostConfig {
        auto_remove: call.switch("rm"),
        network: text("network"),
        extra_hosts: call.matches.list("add-host").to_vec(),
        read_only: call.switch("read-only"),
        binds: call.matches.list("volume").to_vec(),
        tmpfs: call.matches.list("tmpfs").to_vec(),
        ..HostConfig::default()
    };
    let name = call.matches.text("name").map(str::to_owned);
    Ok(CreateRequest { name, image: image.clone(), config, host })
}

/// What is not simulated is said, not left out.
fn refuse_unknown(call: &Call<'_>) -> Result<(), Failure> {
    let refused = |what: String| {
        Err(Failure::Client { message: format!("glasshull: {what} is not simulated"), exit: 125 })
    };
    if let Some(flag) = NOT_SIMULATED.iter().find(|flag| call.matches.is_set(flag)) {
        return refused(format!("the flag --{flag}"));
    }
    match call.matches.list("volume").iter().find(|volume| volume.contains(':')) {
        Some(volume) => refused(format!("mounting a folder or a named volume (-v {volume})")),
        None => Ok(()),
    }
}

/// `--env-file` lines, then `--env`; a name alone takes the value of the client's environment.
fn environment(call: &Call<'_>) -> Result<Vec<String>, Failure> {
    let mut given = Vec::new();
    for path in call.matches.list("env-file") {
        let bytes = call
            .host
            .read_file(path)
            .map_err(|error| Failure::client(format!("docker: open {path}: {error}.")))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let lines =
            text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'));
        given.extend(lines.map(str::to_owned));
    }
    given.extend(call.matches.list("env").iter().cloned());
    let known = given.into_iter().filter_map(|entry| match entry.contains('=') {
        true => Some(entry),
        false => call.host.variable(&entry).map(|value| format!("{entry}={value}")),
    });
    Ok(known.collect())
}
