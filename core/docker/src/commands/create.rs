use api::{CreateRequest, HostConfig, PortBinding, Stream};
use digest::Id;
use oci::ContainerConfig;

use std::collections::BTreeSet;

use super::{BASE, health_flags, mount_flags, port_flags};
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
    list("volume", Some('v'), "Mount a volume or a folder (source:path[:ro])"),
    list("volumes-from", None, "Mount what another container has mounted"),
    Flag {
        long: "mount",
        short: None,
        kind: FlagKind::Checked(mount_flags::check),
        help: "Mount a volume, a folder or a tmpfs (type=,source=,target=,readonly)",
    },
    list("dns", None, "Name server in /etc/resolv.conf"),
    list("expose", None, "A port (or a range) that it listens on"),
    text("health-cmd", None, "Command that checks its health"),
    checked("health-interval", health_flags::check_duration, "Time between two checks (30s)"),
    Flag {
        long: "health-retries",
        short: None,
        kind: FlagKind::Number { default: 0 },
        help: "Failures in a row that make it unhealthy",
    },
    checked("health-start-period", health_flags::check_duration, "Time in which failures do not count"),
    checked("health-timeout", health_flags::check_duration, "Longest time of a check (30s)"),
    switch("no-healthcheck", None, "Leave out the image's health check"),
    switch("init", None, "Not simulated"),
    text("ip", None, "Its address on a user-defined network"),
    Flag {
        long: "memory",
        short: Some('m'),
        kind: FlagKind::Checked(health_flags::check_size),
        help: "Memory that its processes and their files may take",
    },
    list("network-alias", None, "A further name on a user-defined network"),
    list("publish", Some('p'), "Publish a port on the host ([[ip:]host:]container)"),
    switch("publish-all", Some('P'), "Publish all exposed ports"),
    text("restart", None, "When it starts again: no, always, unless-stopped, on-failure[:N]"),
    Flag {
        long: "ulimit",
        short: None,
        kind: FlagKind::Checked(|text| health_flags::ulimit(text).map(|_| ())),
        help: "Limit of open files (nofile=N[:M]); others are not simulated",
    },
    list("cap-add", None, "Not simulated"),
    list("cap-drop", None, "Not simulated"),
    text("cpus", None, "Not simulated"),
    list("device", None, "Not simulated"),
    text("gpus", None, "Not simulated"),
    list("link", None, "Not simulated"),
    switch("privileged", None, "Not simulated"),
    list("security-opt", None, "Not simulated"),
    list("sysctl", None, "Not simulated"),
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

const fn checked(long: &'static str, check: fn(&str) -> Result<(), String>, help: &'static str) -> Flag {
    Flag { long, short: None, kind: FlagKind::Checked(check), help }
}

/// Flags that would change what a container sees or may do, and that are not simulated.
const NOT_SIMULATED: &[&str] = &[
    "cap-add",
    "cap-drop",
    "cpus",
    "device",
    "gpus",
    "init",
    "link",
    "privileged",
    "security-opt",
    "sysctl",
];

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let id = create(call)?;
    call.print(format!("{id}\n"));
    Ok(0)
}

/// Creates a container by the flags and arguments of the call; an image that is missing is pulled.
pub(crate) fn create(call: &mut Call<'_>) -> Result<Id, Failure> {
    let request = request(call)?;
    mount_flags::send_sources(call, &request.host)?;
    let policy = call.matches.text("pull").unwrap_or("missing").to_owned();
    if policy == "always" {
        super::pull::pull(call, &request.image, false, Some(Stream::Stderr))?;
    }
    let reply = match call.backend.create(&request) {
        Err(error) if error.message.starts_with("No such image") && policy != "never" => {
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
    let labels = labels(call.matches.list("label"));
    let volumes = call.matches.list("volume");
    let anonymous: BTreeSet<String> =
        volumes.iter().filter(|volume| mount_flags::is_anonymous(volume)).cloned().collect();
    let detached = call.switch("detach");
    let words = |message: String| in_docker(call, &message);
    let mut ports = Vec::new();
    for text in call.matches.list("publish") {
        ports.extend(port_flags::publish(text).map_err(words)?);
    }
    let mut exposed: BTreeSet<String> =
        ports.iter().map(|port: &PortBinding| port.container.clone()).collect();
    for text in call.matches.list("expose") {
        exposed.extend(port_flags::expose(text).map_err(words)?);
    }
    let ulimits = call.matches.list("ulimit").iter().map(|text| health_flags::ulimit(text));
    let ulimits = ulimits.collect::<Result<Vec<_>, _>>().map_err(words)?;
    if let Some(other) = ulimits.iter().find(|ulimit| ulimit.name != "nofile") {
        let message = format!("glasshull: the limit --ulimit {} is not simulated", other.name);
        return Err(Failure::Client { message, exit: 125 });
    }
    let restart = call.matches.text("restart").map(health_flags::restart).transpose().map_err(words)?;
    let restarts = restart.as_ref().is_some_and(|policy| !matches!(policy.name.as_str(), "" | "no"));
    if restarts && call.switch("rm") {
        return Err(in_docker(call, "Conflicting options: --restart and --rm"));
    }
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
        labels: Some(labels.into_iter().collect()),
        volumes: (!anonymous.is_empty()).then_some(anonymous),
        stop_signal: text("stop-signal"),
        exposed_ports: exposed,
        healthcheck: health_flags::healthcheck(&call.matches).map_err(words)?,
        ..ContainerConfig::default()
    };
    let host = HostConfig {
        auto_remove: call.switch("rm"),
        network: text("network"),
        extra_hosts: call.matches.list("add-host").to_vec(),
        read_only: call.switch("read-only"),
        binds: volumes.iter().filter(|volume| !mount_flags::is_anonymous(volume)).cloned().collect(),
        mounts: call.matches.list("mount").iter().filter_map(|text| mount_flags::parse(text).ok()).collect(),
        ports,
        publish_all: call.switch("publish-all"),
        aliases: call.matches.list("network-alias").to_vec(),
        ip: text("ip"),
        dns: call.matches.list("dns").to_vec(),
        restart: restart.unwrap_or_default(),
        memory: call.matches.text("memory").and_then(health_flags::size).unwrap_or(0),
        ulimits,
        volumes_from: call.matches.list("volumes-from").to_vec(),
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
    Ok(())
}

/// What `docker run` and `docker create` find wrong themselves.
fn in_docker(call: &Call<'_>, message: &str) -> Failure {
    let name = call.command.names[0];
    Failure::Client { message: format!("docker: {message}.\nSee 'docker {name} --help'."), exit: 125 }
}

/// Splits labels into keys and values.
pub(super) fn labels(given: &[String]) -> Vec<(String, String)> {
    let split = |label: &String| match label.split_once('=') {
        Some((key, value)) => (key.to_owned(), value.to_owned()),
        None => (label.clone(), String::new()),
    };
    given.iter().map(split).collect()
}

/// `--env-file` lines, then `--env`; a name alone takes the value of the client's environment.
fn environment(call: &Call<'_>) -> Result<Vec<String>, Failure> {
    let mut given = Vec::new();
    for path in call.matches.list("env-file") {
        let bytes =
            call.host.read_file(path).map_err(|error| in_docker(call, &format!("open {path}: {error}")))?;
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
