//! The flags of `docker create`, which `docker run` shares.

use super::{health_flags, host_flags, mount_flags};
use crate::{
    Flag, FlagKind,
    flags::{list, switch, text},
};

/// The rows, by what they are about.
pub(super) const FLAGS: &[Flag] = &[
    // What runs.
    checked("attach", Some('a'), host_flags::check_stream, "Attach to STDIN, STDOUT or STDERR"),
    text("cidfile", None, "Write its id to this file"),
    switch("detach", Some('d'), "Leave it running and print its id (run only)"),
    text("detach-keys", None, "Keys that leave it running; these cannot be changed here"),
    Flag {
        long: "disable-content-trust",
        short: None,
        kind: FlagKind::Switch { default: true },
        help: "Skip the check of signatures",
    },
    text("domainname", None, "Set the domain name"),
    text("entrypoint", None, "Replace the image's ENTRYPOINT"),
    checked("env", Some('e'), host_flags::check_variable, "Set an environment variable"),
    list("env-file", None, "Set the environment variables of a file"),
    list("group-add", None, "A further group of its processes"),
    text("hostname", Some('h'), "Set the host name"),
    switch("init", None, "Let an init be its first process, which passes signals on and buries the dead"),
    switch("interactive", Some('i'), "Keep standard input open"),
    list("label", Some('l'), "Set a label"),
    list("label-file", None, "Set the labels of a file, one a line"),
    text("name", None, "Name the container"),
    text("platform", None, "Use the image of this platform"),
    text("pull", None, "When to pull: always, missing or never"),
    text("restart", None, "When it starts again: no, always, unless-stopped, on-failure[:N]"),
    switch("rm", None, "Remove it when it ends"),
    Flag {
        long: "sig-proxy",
        short: None,
        kind: FlagKind::Switch { default: true },
        help: "Pass signals on to its first process",
    },
    text("stop-signal", None, "Signal that stops it"),
    number("stop-timeout", "Seconds that a stop waits (10)"),
    switch("tty", Some('t'), "Give it a terminal"),
    text("user", Some('u'), "User (or uid) and group (or gid)"),
    text("workdir", Some('w'), "Working directory"),
    text("health-cmd", None, "Command that checks its health"),
    checked("health-interval", None, health_flags::check_duration, "Time between two checks (30s)"),
    number("health-retries", "Failures in a row that make it unhealthy"),
    checked("health-start-period", None, health_flags::check_duration, "Time in which failures do not count"),
    checked("health-timeout", None, health_flags::check_duration, "Longest time of a check (30s)"),
    switch("no-healthcheck", None, "Leave out the image's health check"),
    // What it sees.
    checked(
        "mount",
        None,
        mount_flags::check,
        "Mount a volume, a folder or a tmpfs (type=,source=,target=,readonly)",
    ),
    switch("read-only", None, "Mount its root read-only"),
    checked("shm-size", None, health_flags::check_size, "Size of /dev/shm (recorded)"),
    list("tmpfs", None, "Mount an empty file system in memory"),
    list("volume", Some('v'), "Mount a volume or a folder (source:path[:ro])"),
    text("volume-driver", None, "Driver of its volumes: local"),
    list("volumes-from", None, "Mount what another container has mounted"),
    list("storage-opt", None, "Option of the storage driver: there are none"),
    // Whom it reaches.
    checked("add-host", None, host_flags::check_extra_host, "Add a line to /etc/hosts (host:ip)"),
    checked("dns", None, host_flags::check_address, "Name server in /etc/resolv.conf"),
    list("dns-option", None, "Option in /etc/resolv.conf"),
    list("dns-search", None, "Search domain in /etc/resolv.conf"),
    list("expose", None, "A port (or a range) that it listens on"),
    text("ip", None, "Its address on a user-defined network"),
    text("ip6", None, "Not simulated"),
    checked(
        "link",
        None,
        host_flags::check_link,
        "Know another container by name and variables (name:alias)",
    ),
    list("link-local-ip", None, "Not simulated"),
    text("mac-address", None, "Not simulated"),
    text("network", None, "Connect it to a network, or to that of another container (container:NAME)"),
    list("network-alias", None, "A further name on a user-defined network"),
    list("publish", Some('p'), "Publish a port on the host ([[ip:]host:]container)"),
    switch("publish-all", Some('P'), "Publish all exposed ports"),
    // What it may do.
    list("cap-add", None, "Give its superuser a capability"),
    list("cap-drop", None, "Take a capability from its superuser"),
    switch("privileged", None, "Give its superuser all capabilities"),
    list("security-opt", None, "Security option (no-new-privileges, seccomp=, apparmor=, label=)"),
    list("device", None, "Not simulated"),
    checked("device-cgroup-rule", None, host_flags::check_device_rule, "Rule for devices (recorded)"),
    text("gpus", None, "Graphics processors: there are none"),
    checked("sysctl", None, host_flags::check_sysctl, "Not simulated"),
    text("cgroupns", None, "Namespace of control groups: host or private (recorded)"),
    text("ipc", None, "Namespace of shared memory: private or shareable"),
    text("isolation", None, "Way of isolation: default"),
    text("pid", None, "Not simulated: it has numbers of its own"),
    text("runtime", None, "The runtime: runc"),
    text("userns", None, "User namespace: host"),
    text("uts", None, "Not simulated: it has a name of its own"),
    // What it may use.
    checked(
        "memory",
        Some('m'),
        health_flags::check_size,
        "Memory that its processes and their files may take",
    ),
    checked("memory-reservation", None, health_flags::check_size, "Soft limit of its memory (recorded)"),
    checked(
        "memory-swap",
        None,
        host_flags::check_swap,
        "Memory and swap together; there is no swap (recorded)",
    ),
    number("memory-swappiness", "0 to 100 (recorded)"),
    checked("kernel-memory", None, health_flags::check_size, "Memory of the kernel for it (recorded)"),
    switch("oom-kill-disable", None, "Do not end it when memory is short (recorded)"),
    number("oom-score-adj", "-1000 to 1000 (recorded)"),
    number("pids-limit", "How many processes it may have"),
    checked(
        "ulimit",
        None,
        |text| health_flags::ulimit(text).map(|_| ()),
        "Limit of its processes (nofile=N[:M], nproc=, core=, ...)",
    ),
    number("blkio-weight", "Discarded: there is no such weight"),
    list("blkio-weight-device", None, "Not simulated"),
    text("cgroup-parent", None, "Control group above its own (recorded)"),
    number("cpu-period", "Period of its processor time (recorded)"),
    number("cpu-quota", "Processor time in a period (recorded)"),
    number("cpu-rt-period", "Period in real time (recorded)"),
    number("cpu-rt-runtime", "Time in a period in real time (recorded)"),
    Flag {
        long: "cpu-shares",
        short: Some('c'),
        kind: FlagKind::Number { default: 0 },
        help: "Its weight among others (recorded)",
    },
    checked("cpus", None, host_flags::check_processors, "How many processors it may use (recorded)"),
    text("cpuset-cpus", None, "Which processors it may use: there is processor 0"),
    text("cpuset-mems", None, "Which memory nodes it may use: there is node 0"),
    list("device-read-bps", None, "Not simulated"),
    list("device-read-iops", None, "Not simulated"),
    list("device-write-bps", None, "Not simulated"),
    list("device-write-iops", None, "Not simulated"),
    text("log-driver", None, "Where its output is kept: json-file, local or none"),
    list("log-opt", None, "Option of the log driver (recorded)"),
];

/// Flags that would change what a container sees or may do, and that are not simulated.
pub(super) const NOT_SIMULATED: &[&str] = &[
    "blkio-weight-device",
    "detach-keys",
    "device",
    "device-read-bps",
    "device-read-iops",
    "device-write-bps",
    "device-write-iops",
    "ip6",
    "link-local-ip",
    "mac-address",
    "sysctl",
];

const fn checked(
    long: &'static str,
    short: Option<char>,
    check: fn(&str) -> Result<(), String>,
    help: &'static str,
) -> Flag {
    Flag { long, short, kind: FlagKind::Checked(check), help }
}

pub(super) const fn number(long: &'static str, help: &'static str) -> Flag {
    Flag { long, short: None, kind: FlagKind::Number { default: 0 }, help }
}
