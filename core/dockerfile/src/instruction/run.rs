//! RUN.

use super::flags::FlagKind::{List, Text};
use super::flags::Flags;
use super::mount::{self, ExpandValue};
use super::request::Request;
use super::run_form::scripts;
use super::{Device, InlineScript, Mount, RunForm, device};
use crate::{Vintage, go_quote};

/// `RUN [flags] command` or `RUN [flags] ["program", ...]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The command; for a heredoc alone it is `<<NAME` as typed.
    pub form: RunForm,
    /// Its heredocs.
    pub scripts: Vec<InlineScript>,
    /// `--network`.
    pub network: NetworkMode,
    /// `--security`.
    pub security: SecurityMode,
    /// `--device`.
    pub devices: Vec<Device>,
    /// The `--mount` flags as typed: they can hold variables.
    pub mount_flags: Vec<String>,
    /// Names of the flags given. The classic builder refuses them: `the --mount option requires BuildKit`.
    pub flags_used: Vec<&'static str>,
    /// The vintage it was read in, for the mounts.
    vintage: Vintage,
}

/// `--network`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NetworkMode {
    /// That of the build.
    #[default]
    Default,
    /// No network.
    None,
    /// The host's.
    Host,
}

/// `--security`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecurityMode {
    /// The normal one.
    #[default]
    Sandbox,
    /// All privileges.
    Insecure,
}

impl Run {
    /// The mounts; `expand` expands each value (20.10 expands none of them).
    ///
    /// # Errors
    /// With Docker's text, for a bad mount or from `expand`.
    pub fn mounts(&self, expand: ExpandValue<'_>) -> Result<Vec<Mount>, String> {
        let parse = |flag: &String| match self.vintage {
            Vintage::Docker20_10 => mount::parse_20_10(flag),
            Vintage::Current => mount::parse(flag, expand),
        };
        self.mount_flags.iter().map(parse).collect()
    }
}

pub(super) fn parse(request: &Request<'_>) -> Result<Run, String> {
    let flags = match request.vintage {
        Vintage::Docker20_10 => request.flags(&[("mount", List)])?,
        Vintage::Current => {
            request.flags(&[("mount", List), ("network", Text), ("security", Text), ("device", List)])?
        }
    };
    let mount_flags = flags.list("mount");
    // Docker checks in this order: devices, mounts, network, security.
    let devices: Vec<Device> =
        flags.list("device").iter().map(|text| device::parse(text)).collect::<Result<_, _>>()?;
    for flag in &mount_flags {
        match request.vintage {
            Vintage::Docker20_10 => mount::parse_20_10(flag).map(|_| ())?,
            Vintage::Current => mount::check(flag)?,
        }
    }
    Ok(Run {
        form: RunForm::of(&request.words, request.json),
        scripts: scripts(request),
        network: network(&flags)?,
        security: security(&flags)?,
        devices,
        mount_flags,
        flags_used: flags.used(),
        vintage: request.vintage,
    })
}

fn network(flags: &Flags<'_>) -> Result<NetworkMode, String> {
    match flags.text("network").as_deref() {
        None | Some("default") => Ok(NetworkMode::Default),
        Some("none") => Ok(NetworkMode::None),
        Some("host") => Ok(NetworkMode::Host),
        Some(other) => Err(format!("invalid network mode {}", go_quote(other))),
    }
}

fn security(flags: &Flags<'_>) -> Result<SecurityMode, String> {
    match flags.text("security").as_deref() {
        None | Some("sandbox") => Ok(SecurityMode::Sandbox),
        Some("insecure") => Ok(SecurityMode::Insecure),
        Some(other) => Err(format!("security {} is not valid", go_quote(other))),
    }
}
