use api::{ApiError, DockerVersion, ErrorKind};

use crate::{Command, HostError, flags::FlagError};

/// Why a command failed, by what the client prints and exits with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The text as it is; exit status beside it.
    Client { message: String, exit: u8 },
    /// The daemon refused.
    Daemon(ApiError),
    /// The flags make no sense: `See 'docker X --help'.` is added, exit 125.
    Flags(FlagError),
    /// The wrong number of arguments; the command's usage is added, exit 1.
    Arguments(String),
}

impl Failure {
    /// A failure of the client's own.
    pub(crate) fn client(message: impl Into<String>) -> Self {
        Failure::Client { message: message.into(), exit: 1 }
    }

    /// What goes to standard error, and the exit status; `command` is the spelling by which it was called.
    pub(crate) fn text(&self, version: DockerVersion, called: &Command, command: &str) -> (String, u8) {
        let Command { usage, summary, .. } = called;
        if command == crate::commands::buildx::NAME {
            return self.buildx_text(usage);
        }
        match self {
            Failure::Client { message, exit } => (format!("{message}\n"), *exit),
            Failure::Daemon(error) => (format!("{}\n", daemon_text(error)), exit_code(error)),
            Failure::Flags(error) if version == DockerVersion::V29 => {
                (format!("{error}{}", usage_29(command, usage)), 125)
            }
            Failure::Arguments(rule) if version == DockerVersion::V29 => {
                let rule = rule.replace("exactly ", "");
                (format!("docker: 'docker {command}' {rule}{}", usage_29(command, usage)), 1)
            }
            Failure::Flags(error) => (format!("{error}\nSee 'docker {command} --help'.\n"), 125),
            Failure::Arguments(rule) => (
                format!(
                    "\"docker {command}\" {rule}.\nSee 'docker {command} --help'.\n\nUsage:  {}\n\n{summary}\n",
                    format!("docker {command} {usage}").trim_end()
                ),
                1,
            ),
        }
    }
}

impl Failure {
    /// The same from buildx, which has its own words.
    fn buildx_text(&self, usage: &str) -> (String, u8) {
        let name = crate::commands::buildx::NAME;
        let usage = usage_29(name, usage);
        match self {
            Failure::Client { message, exit } => (format!("{message}\n"), *exit),
            Failure::Daemon(error) if error.kind == ErrorKind::NotSimulated => {
                (format!("{}\n", daemon_text(error)), 1)
            }
            Failure::Daemon(error) => {
                (format!("ERROR: failed to build: {}\n", error.message), exit_code(error))
            }
            Failure::Flags(error) => (format!("{error}{usage}"), 125),
            Failure::Arguments(rule) => {
                let rule = rule.replace("exactly ", "");
                (format!("ERROR: docker: 'docker {name}' {rule}{usage}"), 1)
            }
        }
    }
}

/// What docker 29 and buildx add to a complaint about the command line.
fn usage_29(command: &str, usage: &str) -> String {
    format!("\n\nUsage:  docker {command} {usage}\n\nRun 'docker {command} --help' for more information\n")
}

/// The daemon's refusal with the client's prefix where docker has one.
pub(crate) fn daemon_text(error: &ApiError) -> String {
    match error.kind {
        ErrorKind::Build => error.message.clone(),
        ErrorKind::NotSimulated => format!("glasshull: {}", error.message),
        _ => format!("Error response from daemon: {}", error.message),
    }
}

fn exit_code(error: &ApiError) -> u8 {
    error.exit_code.and_then(|code| u8::try_from(code & 0xff).ok()).unwrap_or(1)
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Failure::Daemon(error)
    }
}

impl From<HostError> for Failure {
    fn from(error: HostError) -> Self {
        Failure::client(error.message)
    }
}
