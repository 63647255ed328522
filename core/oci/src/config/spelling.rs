use std::collections::{BTreeMap, BTreeSet};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::image::time;
use super::{ContainerConfig, History, ImageConfig};

/// The two ways in which image configs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConfigStyle {
    /// Docker 20.10's classic store: all keys of a config, nil as `null`, with `container_config`.
    #[default]
    Docker,
    /// BuildKit: the OCI order, and only what is set.
    Oci,
}

/// A set as Go's `map[string]struct{}`.
struct Keys<'a>(&'a BTreeSet<String>);

#[derive(Serialize)]
struct Empty {}

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|key| (key, Empty {})))
    }
}

/// Writes entries of a map, some only if set.
struct Fields<M>(M);

impl<M: SerializeMap> Fields<M> {
    fn put(&mut self, key: &'static str, value: &(impl Serialize + ?Sized)) -> Result<(), M::Error> {
        self.0.serialize_entry(key, value)
    }

    fn text(&mut self, key: &'static str, value: &str) -> Result<(), M::Error> {
        if value.is_empty() { Ok(()) } else { self.put(key, value) }
    }

    fn list(&mut self, key: &'static str, value: &[String]) -> Result<(), M::Error> {
        if value.is_empty() { Ok(()) } else { self.put(key, value) }
    }

    fn flag(&mut self, key: &'static str, value: bool) -> Result<(), M::Error> {
        if value { self.put(key, &true) } else { Ok(()) }
    }

    fn some(&mut self, key: &'static str, value: Option<&impl Serialize>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.put(key, value))
    }

    fn keys(&mut self, key: &'static str, value: &BTreeSet<String>) -> Result<(), M::Error> {
        if value.is_empty() { Ok(()) } else { self.put(key, &Keys(value)) }
    }
}

/// Docker 20.10's order and omissions.
impl Serialize for ContainerConfig {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut fields = Fields(to.serialize_map(None)?);
        fields.put("Hostname", &self.hostname)?;
        fields.put("Domainname", &self.domainname)?;
        fields.put("User", &self.user)?;
        fields.put("AttachStdin", &self.attach_stdin)?;
        fields.put("AttachStdout", &self.attach_stdout)?;
        fields.put("AttachStderr", &self.attach_stderr)?;
        fields.keys("ExposedPorts", &self.exposed_ports)?;
        fields.put("Tty", &self.tty)?;
        fields.put("OpenStdin", &self.open_stdin)?;
        fields.put("StdinOnce", &self.stdin_once)?;
        fields.put("Env", &Some(&self.env).filter(|env| !env.is_empty()))?;
        fields.put("Cmd", &self.cmd)?;
        fields.some("Healthcheck", self.healthcheck.as_ref())?;
        fields.flag("ArgsEscaped", self.args_escaped)?;
        fields.put("Image", &self.image)?;
        fields.put("Volumes", &self.volumes.as_ref().map(Keys))?;
        fields.put("WorkingDir", &self.working_dir)?;
        fields.put("Entrypoint", &self.entrypoint)?;
        fields.flag("NetworkDisabled", self.network_disabled)?;
        fields.text("MacAddress", &self.mac_address)?;
        fields.put("OnBuild", &self.on_build)?;
        fields.put("Labels", &self.labels)?;
        fields.text("StopSignal", &self.stop_signal)?;
        fields.some("StopTimeout", self.stop_timeout.as_ref())?;
        fields.list("Shell", &self.shell)?;
        fields.0.end()
    }
}

/// A container config as BuildKit writes it into an image.
struct Oci<'a>(&'a ContainerConfig);

impl Serialize for Oci<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let config = self.0;
        let set = |list: &'_ Option<Vec<String>>| list.clone().unwrap_or_default();
        let none = BTreeMap::new();
        let labels = config.labels.as_ref().unwrap_or(&none);
        let mut fields = Fields(to.serialize_map(None)?);
        fields.text("User", &config.user)?;
        fields.keys("ExposedPorts", &config.exposed_ports)?;
        fields.list("Env", &config.env)?;
        fields.list("Entrypoint", &set(&config.entrypoint))?;
        fields.list("Cmd", &set(&config.cmd))?;
        fields.keys("Volumes", &config.volumes.clone().unwrap_or_default())?;
        fields.text("WorkingDir", &config.working_dir)?;
        fields.some("Labels", Some(labels).filter(|labels| !labels.is_empty()))?;
        fields.text("StopSignal", &config.stop_signal)?;
        fields.flag("ArgsEscaped", config.args_escaped)?;
        fields.some("Healthcheck", config.healthcheck.as_ref())?;
        fields.list("OnBuild", &set(&config.on_build))?;
        fields.list("Shell", &config.shell)?;
        fields.0.end()
    }
}

/// How BuildKit writes that there are no layers, where Docker leaves the key out.
#[derive(Serialize)]
struct NoLayers<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    diff_ids: Option<()>,
}

/// A history; BuildKit leaves an unknown time out, where Docker writes Go's zero time.
struct Rows<'a> {
    rows: &'a [History],
    style: ConfigStyle,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.rows.iter().map(|row| Row { row, style: self.style }))
    }
}

struct Row<'a> {
    row: &'a History,
    style: ConfigStyle,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let row = self.row;
        let mut fields = Fields(to.serialize_map(None)?);
        if row.created.is_some() || self.style == ConfigStyle::Docker {
            fields.put("created", &time::text(row.created))?;
        }
        fields.text("author", &row.author)?;
        fields.text("created_by", &row.created_by)?;
        fields.text("comment", &row.comment)?;
        fields.flag("empty_layer", row.empty_layer)?;
        fields.0.end()
    }
}

/// Docker's form.
impl Serialize for History {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Row { row: self, style: ConfigStyle::Docker }.serialize(to)
    }
}

/// Keys sorted, as both builders write them; what is empty is left out.
impl Serialize for ImageConfig {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let docker = self.style == ConfigStyle::Docker;
        let mut fields = Fields(to.serialize_map(None)?);
        fields.text("architecture", &self.architecture)?;
        fields.text("author", &self.author)?;
        fields.text("comment", &self.comment)?;
        if docker {
            fields.put("config", &self.config)?;
            fields.text("container", &self.container)?;
            fields.put("container_config", &self.container_config)?;
        } else {
            fields.put("config", &Oci(&self.config))?;
        }
        match self.created {
            None if !docker => fields.put("created", &None::<()>)?,
            created => fields.put("created", &time::text(created))?,
        }
        fields.text("docker_version", &self.docker_version)?;
        if !self.history.is_empty() {
            fields.put("history", &Rows { rows: &self.history, style: self.style })?;
        }
        fields.text("os", &self.os)?;
        fields.list("os.features", &self.os_features)?;
        fields.text("os.version", &self.os_version)?;
        if docker || !self.rootfs.diff_ids.is_empty() {
            fields.put("rootfs", &self.rootfs)?;
        } else {
            fields.put("rootfs", &NoLayers { kind: &self.rootfs.kind, diff_ids: None })?;
        }
        fields.text("variant", &self.variant)?;
        fields.0.end()
    }
}
