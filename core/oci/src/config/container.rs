use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};

/// How a container runs: the `config` of an image, the `Config` of a container (Docker's `container.Config`).
///
/// Options tell apart Go's nil (`null`) from empty, where ids depend on it. `Serialize` writes Docker 20.10's form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContainerConfig {
    /// Host name; in an image's own config empty.
    #[serde(deserialize_with = "nullable")]
    pub hostname: String,
    /// Domain name.
    #[serde(deserialize_with = "nullable")]
    pub domainname: String,
    /// `USER`.
    #[serde(deserialize_with = "nullable")]
    pub user: String,
    /// Whether standard input is attached.
    pub attach_stdin: bool,
    /// Whether standard output is attached.
    pub attach_stdout: bool,
    /// Whether standard error is attached.
    pub attach_stderr: bool,
    /// `EXPOSE`, e.g. `80/tcp`.
    #[serde(deserialize_with = "set")]
    pub exposed_ports: BTreeSet<String>,
    /// Whether there is a terminal.
    pub tty: bool,
    /// Whether standard input stays open.
    pub open_stdin: bool,
    /// Whether standard input closes after the first client.
    pub stdin_once: bool,
    /// `ENV`, `NAME=value` each, in the order in which the names came first. Empty is written as `null`.
    #[serde(deserialize_with = "nullable")]
    pub env: Vec<String>,
    /// `CMD`.
    pub cmd: Option<Vec<String>>,
    /// `HEALTHCHECK`.
    pub healthcheck: Option<HealthConfig>,
    /// Set by BuildKit together with `CMD` or `ENTRYPOINT`.
    pub args_escaped: bool,
    /// The image that the container was made from: a name, or the parent's id in an image's own config.
    #[serde(deserialize_with = "nullable")]
    pub image: String,
    /// `VOLUME`.
    #[serde(deserialize_with = "optional_set")]
    pub volumes: Option<BTreeSet<String>>,
    /// `WORKDIR`.
    #[serde(deserialize_with = "nullable")]
    pub working_dir: String,
    /// `ENTRYPOINT`.
    pub entrypoint: Option<Vec<String>>,
    /// Whether the container has no network.
    pub network_disabled: bool,
    /// MAC address, if set.
    #[serde(deserialize_with = "nullable")]
    pub mac_address: String,
    /// `ONBUILD`, each without the word itself.
    pub on_build: Option<Vec<String>>,
    /// `LABEL`.
    pub labels: Option<BTreeMap<String, String>>,
    /// `STOPSIGNAL`.
    #[serde(deserialize_with = "nullable")]
    pub stop_signal: String,
    /// Seconds that stopping waits.
    pub stop_timeout: Option<i64>,
    /// `SHELL`; empty for the default.
    #[serde(deserialize_with = "nullable")]
    pub shell: Vec<String>,
}

impl ContainerConfig {
    /// The value of an environment variable.
    pub fn env_value(&self, name: &str) -> Option<&str> {
        self.env.iter().find_map(|entry| entry.strip_prefix(name)?.strip_prefix('='))
    }

    /// Sets an environment variable, at its place if it has one.
    pub fn set_env(&mut self, name: &str, value: &str) {
        let entry = format!("{name}={value}");
        let is_it = |old: &&mut String| old.strip_prefix(name).is_some_and(|rest| rest.starts_with('='));
        match self.env.iter_mut().find(is_it) {
            Some(old) => *old = entry,
            None => self.env.push(entry),
        }
    }
}

/// `HEALTHCHECK`. Zero means the default everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HealthConfig {
    /// `["NONE"]`, `["CMD", args...]` or `["CMD-SHELL", text]`.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "nullable")]
    pub test: Vec<String>,
    /// Nanoseconds between two checks.
    #[serde(skip_serializing_if = "is_zero")]
    pub interval: i64,
    /// Nanoseconds that one check may take.
    #[serde(skip_serializing_if = "is_zero")]
    pub timeout: i64,
    /// Nanoseconds in which failures do not count.
    #[serde(skip_serializing_if = "is_zero")]
    pub start_period: i64,
    /// Nanoseconds between two checks in the start period (Docker 25 and later).
    #[serde(skip_serializing_if = "is_zero")]
    pub start_interval: i64,
    /// How many failures in a row make the container unhealthy.
    #[serde(skip_serializing_if = "is_zero")]
    pub retries: i64,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// Go reads `null` as the zero value.
pub(super) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Go's `map[string]struct{}`.
fn optional_set<'de, D: Deserializer<'de>>(from: D) -> Result<Option<BTreeSet<String>>, D::Error> {
    let map = Option::<BTreeMap<String, serde::de::IgnoredAny>>::deserialize(from)?;
    Ok(map.map(|map| map.into_keys().collect()))
}

fn set<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeSet<String>, D::Error> {
    Ok(optional_set(from)?.unwrap_or_default())
}
