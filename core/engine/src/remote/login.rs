use api::{ApiError, ErrorKind};

use super::PRIVATE;
use crate::Engine;

/// The hub, as logins name it.
const HUB: &str = "https://index.docker.io/v1/";

impl Engine {
    /// `docker login`: the simulated registries take every name and password, and keep the name.
    ///
    /// # Errors
    /// A registry that is not there.
    pub fn login(&mut self, server: &str, user: &str) -> Result<(), ApiError> {
        let server = canonical(server);
        if server != HUB && !PRIVATE.contains(&server.as_str()) {
            return Err(unreachable(&server));
        }
        self.remotes.logins.insert(server, user.to_owned());
        Ok(())
    }

    /// `docker logout`: the registry as docker names it.
    pub fn logout(&mut self, server: &str) -> String {
        let server = canonical(server);
        self.remotes.logins.remove(&server);
        server
    }

    /// Who is logged in at the hub.
    pub(super) fn hub_user(&self) -> Option<&str> {
        self.remotes.logins.get(HUB).map(String::as_str)
    }
}

fn canonical(server: &str) -> String {
    match server {
        "" | "docker.io" | "index.docker.io" | HUB => HUB.to_owned(),
        other => other.to_owned(),
    }
}

/// What docker says of a registry that is not there: nobody listens on this host, and other hosts are not simulated.
pub(crate) fn unreachable(domain: &str) -> ApiError {
    let (host, port) = domain.split_once(':').unwrap_or((domain, ""));
    let is_local = host == "localhost" || host.starts_with("127.");
    match (is_local, port.parse::<u16>()) {
        (true, Ok(port)) => {
            let message = format!(
                "Get \"http://{domain}/v2/\": dial tcp 127.0.0.1:{port}: connect: connection refused"
            );
            ApiError::new(ErrorKind::Server, message)
        }
        _ => ApiError::new(ErrorKind::NotSimulated, format!("the registry {domain} is not simulated")),
    }
}
