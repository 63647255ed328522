//! What the daemon finds wrong with the options of a new container.

use api::{ApiError, CreateRequest, ErrorKind, HostConfig};
use digest::Id;
use serde_json::Value;

use super::{capabilities, parse_signal};
use crate::Engine;

/// The least memory that docker gives a container.
const LEAST_MEMORY: u64 = 6 << 20;
/// Nanoseconds of processor time in a second of the one processor that there is.
const PROCESSORS: i64 = 1_000_000_000;
/// Options of the log driver json-file.
const LOG_OPTIONS: [&str; 9] =
    ["max-file", "max-size", "compress", "labels", "labels-regex", "env", "env-regex", "tag", "mode"];

/// Checks the options in the order in which docker does; gives its warnings.
///
/// # Errors
/// The first one that is wrong.
pub(super) fn check(request: &CreateRequest) -> Result<Vec<String>, ApiError> {
    let host = &request.host;
    if !request.config.stop_signal.is_empty() {
        parse_signal(&request.config.stop_signal)?;
    }
    check_network(request)?;
    super::update::check_policy(&host.restart.name, host.restart.maximum)?;
    capabilities::of(host)?;
    let number = |name: &str| host.recorded.get(name).and_then(Value::as_i64).unwrap_or(0);
    check_resources(host)?;
    check_logs(host)?;
    let mut warnings = Vec::new();
    if number("KernelMemory") > 0 {
        let text = "Specifying a kernel memory limit is deprecated and will be removed in a future release.";
        warnings.push(text.to_owned());
    }
    if host.network == "host" && !host.ports.is_empty() {
        warnings.push("Published ports are discarded when using host network mode".to_owned());
    }
    let is_true = |name: &str| host.recorded.get(name).and_then(Value::as_bool).unwrap_or(false);
    if is_true("OomKillDisable") && host.memory == 0 {
        warnings.push(
            "OOM killer is disabled for the container, but no memory limit is set, this can result in the system \
             running out of resources."
                .to_owned(),
        );
    }
    Ok(warnings)
}

fn bad<T>(message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::new(ErrorKind::BadRequest, message.into()))
}

/// What does not go together with the network of another container.
fn check_network(request: &CreateRequest) -> Result<(), ApiError> {
    let host = &request.host;
    let Some(other) = host.network.strip_prefix("container:") else { return Ok(()) };
    if other.is_empty() {
        return bad("Invalid network mode: invalid container format container:<name|id>");
    }
    let exposed = &request.config.exposed_ports;
    let conflicts = [
        (!request.config.hostname.is_empty(), "hostname and the network mode"),
        (!host.dns.is_empty(), "dns and the network mode"),
        (!host.extra_hosts.is_empty(), "custom host-to-IP mapping and the network mode"),
        (!host.ports.is_empty() || host.publish_all, "port publishing and the container type network mode"),
        (!exposed.is_empty(), "port exposing and the container type network mode"),
    ];
    match conflicts.iter().find(|(conflicts, _)| *conflicts) {
        Some((_, what)) => bad(format!("conflicting options: {what}")),
        None => Ok(()),
    }
}

/// What docker finds wrong with what a container may use.
pub(crate) fn check_resources(host: &HostConfig) -> Result<(), ApiError> {
    let number = |name: &str| host.recorded.get(name).and_then(Value::as_i64).unwrap_or(0);
    check_memory(host.memory, number("MemorySwap"), number("MemoryReservation"))?;
    check_processors(number)?;
    check_words(host)
}

/// What docker finds wrong with limits of memory; numbers that are not given are 0.
pub(super) fn check_memory(memory: u64, swap: i64, reservation: i64) -> Result<(), ApiError> {
    if memory > 0 && memory < LEAST_MEMORY {
        return bad("Minimum memory limit allowed is 6MB");
    }
    if memory == 0 && swap > 0 {
        return bad("You should always set the Memory limit when using Memoryswap limit, see usage");
    }
    if swap > 0 && (swap as u64) < memory {
        return bad("Minimum memoryswap limit should be larger than memory limit, see usage");
    }
    if memory > 0 && reservation > 0 && memory < reservation as u64 {
        return bad("Minimum memory limit can not be less than memory reservation limit, see usage");
    }
    Ok(())
}

pub(super) fn check_processors(number: impl Fn(&str) -> i64) -> Result<(), ApiError> {
    let nanos = number("NanoCpus");
    if nanos != 0 && number("CpuPeriod") > 0 {
        return bad("Conflicting options: Nano CPUs and CPU Period cannot both be set");
    }
    if nanos != 0 && number("CpuQuota") > 0 {
        return bad("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
    }
    if !(0..=PROCESSORS).contains(&nanos) {
        let most = PROCESSORS / 1_000_000_000;
        return bad(format!(
            "Range of CPUs is from 0.01 to {most}.00, as there are only {most} CPUs available"
        ));
    }
    let period = number("CpuPeriod");
    if period != 0 && !(1000..=1_000_000).contains(&period) {
        return bad("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    }
    let quota = number("CpuQuota");
    if quota > 0 && quota < 1000 {
        return bad("CPU cfs quota can not be less than 1ms (i.e. 1000)");
    }
    let score = number("OomScoreAdj");
    if !(-1000..=1000).contains(&score) {
        return bad(format!("Invalid value {score}, range for oom score adj is [-1000, 1000]"));
    }
    Ok(())
}

fn check_words(host: &HostConfig) -> Result<(), ApiError> {
    let word = |name: &str| host.recorded.get(name).and_then(Value::as_str).unwrap_or("");
    for (field, what) in [("CpusetCpus", "cpuset cpus"), ("CpusetMems", "cpuset mems")] {
        let text = word(field);
        let numbers = || text.split([',', '-']).map(str::parse::<u32>);
        if text.is_empty() {
            continue;
        }
        if numbers().any(|number| number.is_err()) {
            return bad(format!("Invalid value {text} for {what}: invalid format: {text}"));
        }
        if numbers().flatten().any(|number| number > 0) {
            let what = if field == "CpusetCpus" { "CPUs" } else { "memory nodes" };
            return bad(format!("Requested {what} are not available - requested {text}, available: 0"));
        }
    }
    let runtime = word("Runtime");
    if !matches!(runtime, "" | "runc" | "io.containerd.runc.v2" | "io.containerd.runtime.v1.linux") {
        return bad(format!("Unknown runtime specified {runtime}"));
    }
    let isolation = word("Isolation");
    if !matches!(isolation, "" | "default") {
        return bad(format!("Invalid isolation: \"{isolation}\" - linux only supports 'default'"));
    }
    if let Some((key, _)) =
        host.recorded.get("StorageOpt").and_then(Value::as_object).and_then(|all| all.iter().next())
    {
        return bad(match key.as_str() {
            "size" => {
                "--storage-opt is supported only for overlay over xfs with 'pquota' mount option".to_owned()
            }
            _ => format!("Unknown option {key}"),
        });
    }
    for option in &host.security_opt {
        let name = option.split(['=', ':']).next().unwrap_or_default();
        if !["no-new-privileges", "seccomp", "apparmor", "label", "systempaths"].contains(&name) {
            return bad(format!("invalid --security-opt 2: {option:?}"));
        }
    }
    Ok(())
}

fn check_logs(host: &HostConfig) -> Result<(), ApiError> {
    let Some(config) = host.recorded.get("LogConfig") else { return Ok(()) };
    let driver = config.get("Type").and_then(Value::as_str).unwrap_or_default();
    const OTHERS: [&str; 8] =
        ["syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "gcplogs", "logentries"];
    if OTHERS.contains(&driver) {
        let message = format!("the log driver {driver} is not simulated");
        return Err(ApiError::new(ErrorKind::NotSimulated, message));
    }
    if !matches!(driver, "" | "json-file" | "local" | "none") {
        return bad(format!("error looking up logging plugin {driver}: plugin \"{driver}\" not found"));
    }
    let options = config.get("Config").and_then(Value::as_object).into_iter().flatten();
    let driver = if driver.is_empty() { "json-file" } else { driver };
    for (name, _) in options {
        if !LOG_OPTIONS.contains(&name.as_str()) {
            return bad(format!("unknown log opt '{name}' for {driver} log driver"));
        }
    }
    Ok(())
}

impl Engine {
    /// Whether the devices that a container wants are there: there is no graphics processor.
    pub(super) fn check_devices(&self, id: Id) -> Result<(), ApiError> {
        match self.container(id)?.host.recorded.contains_key("DeviceRequests") {
            true => {
                let message = "could not select device driver \"\" with capabilities: [[gpu]]";
                Err(ApiError::new(ErrorKind::Server, message))
            }
            false => Ok(()),
        }
    }

    /// Whether the log driver can be started with its options.
    pub(super) fn check_log_size(&self, id: Id) -> Result<(), ApiError> {
        let config = self.container(id)?.host.recorded.get("LogConfig");
        let size = config.and_then(|config| config["Config"]["max-size"].as_str()).unwrap_or("-1");
        let number = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = size[number.len()..].to_lowercase();
        let is_unit =
            matches!(unit.trim_end_matches("ib").trim_end_matches('b'), "" | "k" | "m" | "g" | "t" | "p");
        if is_unit && number.trim_end().parse::<f64>().is_ok() {
            return Ok(());
        }
        let message = format!("failed to initialize logging driver: invalid size: '{size}'");
        Err(ApiError::new(ErrorKind::Server, message))
    }

    /// Whether what a container writes can be read back.
    pub(super) fn check_log_driver(&self, id: Id) -> Result<(), ApiError> {
        let driver = self.container(id)?.host.recorded.get("LogConfig").and_then(|config| config.get("Type"));
        match driver.is_some_and(|driver| driver == "none") {
            true => {
                Err(ApiError::new(ErrorKind::Server, "configured logging driver does not support reading"))
            }
            false => Ok(()),
        }
    }
}
