//! A real Docker daemon as a backend: what it answers goes through the same commands and views.

mod backend;
mod stream;

use api::{ApiError, DockerVersion, ErrorKind};
use bollard::Docker;
use bollard::errors::Error;

/// A daemon that answers at `DOCKER_HOST`, or at docker's own socket.
pub(crate) struct Daemon {
    runtime: tokio::runtime::Runtime,
    docker: Docker,
    version: DockerVersion,
}

impl Daemon {
    /// Connects and asks for the version.
    ///
    /// # Errors
    /// A sentence: nobody answers, or not as a Docker daemon does.
    pub(crate) fn connect() -> Result<Daemon, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let place = std::env::var("DOCKER_HOST").unwrap_or_else(|_| "docker's own socket".to_owned());
        let nobody = |error: Error| {
            format!("no Docker daemon answers at {place}: {error}\nSet DOCKER_HOST, or start the daemon.")
        };
        let (docker, version) = runtime
            .block_on(async {
                let docker = Docker::connect_with_defaults()?.negotiate_version().await?;
                let version = docker.version().await?;
                Ok((docker, version))
            })
            .map_err(nobody)?;
        let version = vintage(&version.version.unwrap_or_default());
        Ok(Daemon { runtime, docker, version })
    }
}

/// Whose words a daemon of this version speaks: its own are those of the nearer one of the two that are simulated.
fn vintage(version: &str) -> DockerVersion {
    let major: u32 = version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or_default();
    if major < 23 { DockerVersion::V20_10 } else { DockerVersion::V29 }
}

/// The daemon's refusal as every command tells it.
fn refusal(error: Error) -> ApiError {
    match error {
        Error::DockerResponseServerError { status_code, message } => {
            let kind = match status_code {
                400 => ErrorKind::BadRequest,
                404 => ErrorKind::NotFound,
                409 => ErrorKind::Conflict,
                _ => ErrorKind::Server,
            };
            ApiError::new(kind, message)
        }
        Error::DockerStreamError { error } => {
            let code =
                error.rsplit_once("returned a non-zero code: ").and_then(|(_, code)| code.parse().ok());
            let refusal = ApiError::new(ErrorKind::Build, error);
            match code {
                Some(code) => refusal.with_exit_code(code),
                None => refusal,
            }
        }
        other => ApiError::new(ErrorKind::Server, format!("the connection to the daemon failed: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemon_speaks_as_the_nearer_version() {
        assert_eq!(vintage("20.10.24+dfsg1"), DockerVersion::V20_10);
        assert_eq!(vintage("29.7.0"), DockerVersion::V29);
    }

    #[test]
    fn a_failed_command_keeps_its_status() {
        let error = "The command '/bin/sh -c exit 3' returned a non-zero code: 3".to_owned();
        let expected = ApiError::new(ErrorKind::Build, error.clone()).with_exit_code(3);
        assert_eq!(refusal(Error::DockerStreamError { error }), expected);
    }
}
