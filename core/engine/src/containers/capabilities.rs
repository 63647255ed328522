//! What a container's superuser may do: `--cap-add`, `--cap-drop`, `--privileged`, `--security-opt`.

use api::{ApiError, ErrorKind, HostConfig};
use vfs::{Capabilities, Capability};

/// Linux's capabilities in the order of their numbers.
const NAMES: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// The capabilities that a container begins with; what is added counts more than what is dropped.
///
/// # Errors
/// A name that Linux does not know, in docker's words.
pub(super) fn of(host: &HostConfig) -> Result<Capabilities, ApiError> {
    let (added, dropped) = (named(&host.cap_add, "CapAdd")?, named(&host.cap_drop, "CapDrop")?);
    let mut all = match (added.all, dropped.all) {
        (true, _) => Capabilities::ALL,
        (false, true) => Capabilities::NONE,
        (false, false) => Capabilities::CONTAINER,
    };
    all = dropped.ones.iter().fold(all, |all, one| all.without(*one));
    Ok(added.ones.iter().fold(all, |all, one| all.with(*one)))
}

/// Whether programs gain nothing by being executed.
pub(super) fn are_fixed(host: &HostConfig) -> bool {
    const FIXED: [&str; 3] = ["no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"];
    host.security_opt.iter().any(|option| FIXED.contains(&option.as_str()))
}

#[derive(Default)]
struct Named {
    all: bool,
    ones: Vec<Capability>,
}

fn named(names: &[String], field: &str) -> Result<Named, ApiError> {
    let mut named = Named::default();
    for name in names {
        let upper = name.to_uppercase();
        let short = upper.strip_prefix("CAP_").unwrap_or(&upper);
        if upper == "ALL" {
            named.all = true;
            continue;
        }
        let number = NAMES.iter().position(|known| *known == short);
        let one = number.and_then(|number| Capability::from_number(number as u8));
        named.ones.push(one.ok_or_else(|| {
            let message = format!("invalid {field}: unknown capability: \"CAP_{short}\"");
            ApiError::new(ErrorKind::BadRequest, message)
        })?);
    }
    Ok(named)
}
