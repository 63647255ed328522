use api::{CreateRequest, HostConfig, PortBinding, Stream};
use digest::Id;
use oci::ContainerConfig;

use std::collections::BTreeSet;

use super::{
    BASE,
    create_flags::{FLAGS, NOT_SIMULATED},
    health_flags, host_flags, mount_flags, port_flags,
};
use crate::{
    Command,
    command::{ArgRule, Call},
    failure::Failure,
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

fn run(call: &mut Call<'_>) -> Result<u8, Failure> {
    let id = create(call)?;
    call.print(format!("{id}\n"));
    Ok(0)
}

/// Creates a container by the flags and arguments of the call; an image that is missing is pulled.
pub(crate) fn create(call: &mut Call<'_>) -> Result<Id, Failure> {
    let cidfile = call.matches.text("cidfile").unwrap_or_default().to_owned();
    if !cidfile.is_empty() && call.host.metadata(&cidfile).is_ok() {
        let text = "container ID file found, make sure the other container isn't running or delete";
        let exit = if call.command.names[0] == "run" { 125 } else { 1 };
        let prefix = if exit == 125 { "docker: " } else { "" };
        let suffix = if exit == 125 { ".\nSee 'docker run --help'." } else { "" };
        return Err(Failure::Client { message: format!("{prefix}{text} {cidfile}{suffix}"), exit });
    }
    let request = request(call)?;
    if let Err(error) = oci::Reference::parse_normalized(&request.image) {
        return Err(match call.command.names[0] {
            "run" => in_docker(call, &error.to_string()),
            _ => Failure::client(error.to_string()),
        });
    }
    for warning in host_flags::warnings(&call.matches) {
        call.eprint(format!("WARNING: {warning}\n"));
    }
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
    if !cidfile.is_empty() {
        call.host.write_file(&cidfile, reply.id.to_string().as_bytes())?;
    }
    Ok(reply.id)
}

fn request(call: &Call<'_>) -> Result<CreateRequest, Failure> {
    refuse_unknown(call)?;
    let (image, command) = call.args().split_first().ok_or_else(|| Failure::client("no image"))?;
    let text = |long: &str| call.matches.text(long).unwrap_or_default().to_owned();
    let mut given = from_files(call, "label-file")?;
    given.retain(|line| line.contains('='));
    given.extend(call.matches.list("label").iter().cloned());
    let labels = labels(&given);
    let volumes = call.matches.list("volume");
    let anonymous: BTreeSet<String> =
        volumes.iter().filter(|volume| mount_flags::is_anonymous(volume)).cloned().collect();
    let detached = call.switch("detach");
    let words = |message: String| in_docker(call, &message);
    let (ports, exposed) = ports(call)?;
    let restart = call.matches.text("restart").map(health_flags::restart).transpose().map_err(words)?;
    let restarts = restart.as_ref().is_some_and(|policy| !matches!(policy.name.as_str(), "" | "no"));
    if restarts && call.switch("rm") {
        return Err(in_docker(call, "Conflicting options: --restart and --rm"));
    }
    let config = ContainerConfig {
        hostname: text("hostname"),
        domainname: text("domainname"),
        stop_timeout: call.matches.text("stop-timeout").and_then(|text| text.parse().ok()),
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
        // An empty one is none at all, and the image's command goes with it.
        entrypoint: call.matches.text("entrypoint").map(|path| vec![path.to_owned()]),
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
        ulimits: health_flags::ulimits(call.matches.list("ulimit")).map_err(words)?,
        links: links(call)?,
        link_env: Vec::new(),
        volumes_from: call.matches.list("volumes-from").to_vec(),
        tmpfs: call.matches.list("tmpfs").to_vec(),
        privileged: call.switch("privileged"),
        init: call.switch("init"),
        cap_add: call.matches.list("cap-add").to_vec(),
        cap_drop: call.matches.list("cap-drop").to_vec(),
        security_opt: host_flags::security_options(call).map_err(words)?,
        group_add: call.matches.list("group-add").to_vec(),
        dns_search: call.matches.list("dns-search").to_vec(),
        dns_options: call.matches.list("dns-option").to_vec(),
        pids_limit: call.matches.text("pids-limit").and_then(|text| text.parse().ok()),
        recorded: host_flags::recorded(&call.matches).map_err(words)?,
    };
    let name = call.matches.text("name").filter(|name| !name.is_empty()).map(str::to_owned);
    Ok(CreateRequest { name, image: image.clone(), config, host, platform: text("platform") })
}

/// What it is linked to; networks of docker's own take neither links nor names when they are asked for.
fn links(call: &Call<'_>) -> Result<Vec<String>, Failure> {
    let links: Vec<String> = call.matches.list("link").iter().map(|text| host_flags::link(text)).collect();
    if call.matches.text("network").is_some_and(str::is_empty) {
        return Err(in_docker(call, "no name set for network"));
    }
    let is_own = |network: &str| {
        matches!(network, "bridge" | "default" | "host" | "none") || network.starts_with("container:")
    };
    let aliases = !call.matches.list("network-alias").is_empty();
    if (aliases || !links.is_empty()) && call.matches.text("network").is_some_and(is_own) {
        let what = if aliases { "network-scoped aliases" } else { "links" };
        return Err(in_docker(call, &format!("{what} are only supported for user-defined networks")));
    }
    Ok(links)
}

/// The published ports, and all that are exposed.
fn ports(call: &Call<'_>) -> Result<(Vec<PortBinding>, BTreeSet<String>), Failure> {
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
    Ok((ports, exposed))
}

/// What is not simulated is said, not left out.
fn refuse_unknown(call: &Call<'_>) -> Result<(), Failure> {
    let refused = |what: String| {
        Err(Failure::Client { message: format!("glasshull: {what} is not simulated"), exit: 125 })
    };
    if let Some(flag) = NOT_SIMULATED.iter().find(|flag| call.matches.is_set(flag)) {
        return refused(format!("the flag --{flag}"));
    }
    if !call.switch("sig-proxy") {
        return refused("--sig-proxy=false".to_owned());
    }
    for (flag, known, complaint) in host_flags::NAMESPACES {
        let Some(given) = call.matches.text(flag) else { continue };
        let is_others = given.strip_prefix("container:").is_some_and(|name| !name.is_empty());
        if known.contains(&given) {
            continue;
        }
        if given == "host" || is_others || complaint.is_empty() {
            return refused(format!("--{flag} {given}"));
        }
        return Err(in_docker(call, &format!("--{flag}: {complaint}")));
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

/// The lines of the files that a flag names, as docker's client takes them: no blanks in names, nothing before `#`.
fn from_files(call: &Call<'_>, flag: &str) -> Result<Vec<String>, Failure> {
    let mut given = Vec::new();
    for path in call.matches.list(flag) {
        let bytes =
            call.host.read_file(path).map_err(|error| in_docker(call, &format!("open {path}: {error}")))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for line in
            text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let name = line.split('=').next().unwrap_or_default();
            let complaint = if name.contains(char::is_whitespace) {
                format!("variable '{name}' contains whitespaces")
            } else if name.is_empty() {
                format!("no variable name on line '{line}'")
            } else {
                given.push(line.to_owned());
                continue;
            };
            return Err(in_docker(call, &format!("poorly formatted environment: {complaint}")));
        }
    }
    Ok(given)
}

/// `--env-file` lines, then `--env`; a name alone takes the value of the client's environment.
pub(super) fn environment(call: &Call<'_>) -> Result<Vec<String>, Failure> {
    let mut given = from_files(call, "env-file")?;
    given.extend(call.matches.list("env").iter().cloned());
    let known = given.into_iter().filter_map(|entry| match entry.contains('=') {
        true => Some(entry),
        false => call.host.variable(&entry).map(|value| format!("{entry}={value}")),
    });
    Ok(known.collect())
}
