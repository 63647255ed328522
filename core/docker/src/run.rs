use api::{Backend, DockerVersion, Stream};

use crate::{
    Command, Host,
    command::Call,
    commands,
    failure::Failure,
    flags::{self, Flag},
};

/// Every docker command that is simulated, one row each.
pub const COMMANDS: &[&Command] = &[
    &commands::attach::COMMAND,
    &commands::build::COMMAND,
    &commands::builder::DU,
    &commands::builder::INSPECT,
    &commands::builder::LS,
    &commands::builder::PRUNE,
    &commands::builder::USE,
    &commands::builder::VERSION,
    &commands::buildx::COMMAND,
    &commands::commit::COMMAND,
    &commands::container_prune::COMMAND,
    &commands::context::INSPECT,
    &commands::context::LS,
    &commands::context::USE,
    &commands::cp::COMMAND,
    &commands::create::COMMAND,
    &commands::diff::COMMAND,
    &commands::events::COMMAND,
    &commands::exec::COMMAND,
    &commands::export::COMMAND,
    &commands::history::COMMAND,
    &commands::images::COMMAND,
    &commands::import::COMMAND,
    &commands::info::COMMAND,
    &commands::inspect::COMMAND,
    &commands::inspect::IMAGE_INSPECT,
    &commands::inspect::CONTAINER_INSPECT,
    &commands::kill::COMMAND,
    &commands::load::COMMAND,
    &commands::login::LOGIN,
    &commands::login::LOGOUT,
    &commands::logs::COMMAND,
    &commands::manifest::INSPECT,
    &commands::network::CONNECT,
    &commands::network::CREATE,
    &commands::network::DISCONNECT,
    &commands::network::INSPECT,
    &commands::network::LS,
    &commands::network::PRUNE,
    &commands::network::RM,
    &commands::pause::COMMAND,
    &commands::pause::UNPAUSE,
    &commands::port::COMMAND,
    &commands::prune::COMMAND,
    &commands::ps::COMMAND,
    &commands::pull::COMMAND,
    &commands::push::COMMAND,
    &commands::rename::COMMAND,
    &commands::restart::COMMAND,
    &commands::rm::COMMAND,
    &commands::rmi::COMMAND,
    &commands::run::COMMAND,
    &commands::save::COMMAND,
    &commands::search::COMMAND,
    &commands::start::COMMAND,
    &commands::stats::COMMAND,
    &commands::stop::COMMAND,
    &commands::system::DF,
    &commands::system::PRUNE,
    &commands::tag::COMMAND,
    &commands::top::COMMAND,
    &commands::update::COMMAND,
    &commands::version::COMMAND,
    &commands::volume::CREATE,
    &commands::volume::INSPECT,
    &commands::volume::LS,
    &commands::volume::PRUNE,
    &commands::volume::RM,
    &commands::wait::COMMAND,
];

/// Commands that docker has and that are not simulated; naming one is an honest error.
const NOT_SIMULATED: &[&str] =
    &["checkpoint", "compose", "config", "node", "plugin", "secret", "service", "stack", "swarm", "trust"];

/// The same of groups of which something is simulated.
const NOT_SIMULATED_BELOW: &[(&str, &str)] = &[
    ("context", "create"),
    ("context", "export"),
    ("context", "import"),
    ("context", "rm"),
    ("context", "update"),
    ("manifest", "annotate"),
    ("manifest", "create"),
    ("manifest", "push"),
    ("manifest", "rm"),
];

/// Commands that change nothing in the world.
const READERS: &[&str] = &[
    "buildx du",
    "buildx inspect",
    "buildx ls",
    "buildx use",
    "buildx version",
    "container inspect",
    "context inspect",
    "context ls",
    "context use",
    "diff",
    "events",
    "export",
    "history",
    "image inspect",
    "images",
    "info",
    "inspect",
    "network inspect",
    "network ls",
    "port",
    "ps",
    "save",
    "system df",
    "version",
    "volume inspect",
    "volume ls",
];

/// Whether a command line only looks at the world.
pub fn only_reads(argv: &[String]) -> bool {
    find(argv).is_some_and(|(command, _)| READERS.contains(&command.names[0]))
}

/// As whom the command line is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persona {
    /// `docker`: docker's flags alone.
    Docker,
    /// `glasshull`: with the flags that show more.
    Glasshull,
}

/// Runs one docker command line (without the program's name) and returns the exit status.
pub fn run(argv: &[String], persona: Persona, backend: &mut dyn Backend, host: &mut dyn Host) -> u8 {
    let argv = match global_flags(argv, backend, host) {
        Ok(argv) => argv,
        Err(exit) => return exit,
    };
    let Some((found, spelled)) = find(argv) else { return unknown(argv, host) };
    let words = spelled.split(' ').count();
    let command = commands::buildx::in_place_of(found, backend, host);
    let name = if std::ptr::eq(command, found) { spelled } else { command.names[0] };
    let version = backend.version();
    commands::build::announce(command, version, host);
    let mut all: Vec<Flag> = match persona {
        Persona::Docker => command.flags.to_vec(),
        Persona::Glasshull => command.flags.iter().chain(command.glass_flags).copied().collect(),
    };
    all.retain(|flag| commands::build::has_flag(command, version, flag.long));
    let matches = match flags::parse(&all, &argv[words..], command.interspersed) {
        Ok(matches) => matches,
        Err(error) => return fail(command, name, version, host, &Failure::Flags(error)),
    };
    if matches.help {
        host.write(Stream::Stdout, help(command, name, &all).as_bytes());
        return 0;
    }
    if let Some(complaint) = command.args.complaint(matches.args.len()) {
        return fail(command, name, version, host, &Failure::Arguments(complaint));
    }
    let mut call = Call { command, name, matches, backend, host };
    let done = match READERS.contains(&command.names[0]) {
        true => (command.run)(&mut call),
        false => changing(&mut call),
    };
    match done {
        Ok(exit) => exit,
        Err(failure) => fail(command, name, version, call.host, &failure),
    }
}

/// A command in which containers may run: they see the host's folders as they are, and change them.
fn changing(call: &mut Call<'_>) -> Result<u8, Failure> {
    commands::mount_flags::refresh(call)?;
    let done = (call.command.run)(call);
    commands::mount_flags::write_back(call)?;
    done
}

/// The names that can follow what is typed so far, for completion.
pub fn complete(words: &[String]) -> Vec<&'static str> {
    let typed = words.join(" ");
    let names = COMMANDS.iter().flat_map(|command| command.names.iter().copied());
    let mut names: Vec<&str> = names.filter(|name| name.starts_with(&typed)).collect();
    names.sort_unstable();
    names
}

fn fail(command: &Command, name: &str, version: DockerVersion, host: &mut dyn Host, failure: &Failure) -> u8 {
    let (text, exit) = failure.text(version, command, name);
    host.write(Stream::Stderr, text.as_bytes());
    exit
}

/// What docker calls a command in messages: `ls` and `rm` below a group, whatever else they answer to.
fn proper(command: &Command, name: &'static str) -> &'static str {
    let Some((group, own)) = name.rsplit_once(' ') else { return name };
    let short = match own {
        "list" => "ls",
        "remove" => "rm",
        _ => return name,
    };
    let is_it =
        |other: &&&str| other.strip_prefix(group).and_then(|rest| rest.strip_prefix(' ')) == Some(short);
    command.names.iter().find(is_it).copied().unwrap_or(name)
}

/// The command whose spelling takes most words, and that spelling.
fn find(argv: &[String]) -> Option<(&'static Command, &'static str)> {
    let fits = |name: &str| {
        let mut typed = argv.iter();
        name.split(' ').all(|word| typed.next().is_some_and(|typed| typed == word))
    };
    let all = COMMANDS.iter().flat_map(|command| command.names.iter().map(move |name| (*command, name)));
    let found = all.filter(|(_, name)| fits(name)).max_by_key(|(_, name)| name.split(' ').count());
    found.map(|(command, name)| (command, proper(command, name)))
}

/// `--help` and `--version` before a command; other global flags of docker reach a daemon, which is not simulated.
fn global_flags<'a>(
    argv: &'a [String],
    backend: &mut dyn Backend,
    host: &mut dyn Host,
) -> Result<&'a [String], u8> {
    match argv.first().map(String::as_str) {
        None | Some("--help" | "-h" | "help") => {
            host.write(Stream::Stdout, overview().as_bytes());
            Err(0)
        }
        Some("--version" | "-v") => {
            let line = format!("{}\n", commands::version::line(backend.version()));
            host.write(Stream::Stdout, line.as_bytes());
            Err(0)
        }
        Some(flag) if flag.starts_with('-') => {
            let name = flag.trim_start_matches('-').split('=').next().unwrap_or(flag);
            let known =
                ["H", "host", "context", "c", "config", "D", "debug", "l", "log-level", "tls", "tlsverify"];
            let text = match known.contains(&name) || name.starts_with("tls") {
                true => format!("glasshull: docker's global flag {flag} is not simulated\n"),
                false if flag.starts_with("--") => format!("unknown flag: {flag}\nSee 'docker --help'.\n"),
                false => {
                    let letter = name.chars().next().unwrap_or('-');
                    format!("unknown shorthand flag: '{letter}' in {flag}\nSee 'docker --help'.\n")
                }
            };
            host.write(Stream::Stderr, text.as_bytes());
            Err(125)
        }
        Some(_) => Ok(argv),
    }
}

fn unknown(argv: &[String], host: &mut dyn Host) -> u8 {
    let name = argv.first().map_or("", String::as_str);
    let is_group = |word: &str| {
        let names = COMMANDS.iter().flat_map(|command| command.names);
        names.filter_map(|known| known.split_once(' ')).any(|(group, _)| group == word)
    };
    let second = argv.get(1).filter(|word| !word.starts_with('-')).map(String::as_str);
    if is_group(name) && !NOT_SIMULATED_BELOW.contains(&(name, second.unwrap_or_default())) {
        host.write(Stream::Stderr, group_help(name).as_bytes());
        return u8::from(second.is_some());
    }
    let text = match NOT_SIMULATED.contains(&name) || is_group(name) {
        true => {
            let second = second.filter(|_| is_group(name));
            let whole = second.map_or(name.to_owned(), |second| format!("{name} {second}"));
            format!("glasshull: the command 'docker {whole}' is not simulated\n")
        }
        false => format!("docker: '{name}' is not a docker command.\nSee 'docker --help'\n"),
    };
    host.write(Stream::Stderr, text.as_bytes());
    1
}

/// What `docker volume` and its like say by themselves.
fn group_help(group: &str) -> String {
    let about = format!("What can be done about: {group}");
    let what = if group == "builder" { "Manage builds" } else { &about };
    let mut text = format!("\nUsage:  docker {group} COMMAND\n\n{what}\n\nCommands:\n");
    let mut rows: Vec<(&str, &str)> = Vec::new();
    for command in COMMANDS {
        let below = command.names.iter().find_map(|name| name.strip_prefix(group)?.strip_prefix(' '));
        rows.extend(below.map(|below| (below, command.summary)));
    }
    rows.sort_unstable();
    for (below, summary) in rows {
        text += &format!("  {below:<12}{summary}\n");
    }
    text + &format!("\nRun 'docker {group} COMMAND --help' for more information on a command.\n")
}

fn help(command: &Command, name: &str, flags: &[Flag]) -> String {
    let mut text = format!("\nUsage:  docker {name} {}\n\n{}\n", command.usage, command.summary);
    // Docker tells of other names below a group alone, and of those without the group's name.
    if let Some((group, own)) = name.split_once(' ') {
        let below = |name: &&'static str| name.strip_prefix(group)?.strip_prefix(' ');
        let others = command.names.iter().filter_map(below).filter(|other| *other != own);
        let others: Vec<&str> = [own].into_iter().chain(others).collect();
        if others.len() > 1 {
            text += &format!("\nAliases:\n  {}\n", others.join(", "));
        }
    }
    if !flags.is_empty() {
        text += &format!("\nOptions:\n{}", flags::describe(flags));
    }
    text
}

fn overview() -> String {
    let mut text =
        "\nUsage:  docker [OPTIONS] COMMAND\n\nA simulated Docker, seen through glass\n\nCommands:\n"
            .to_owned();
    for command in COMMANDS {
        text += &format!("  {:<18}{}\n", command.names[0], command.summary);
    }
    text + "\nRun 'docker COMMAND --help' for more information on a command.\n"
}
