use bstr::BString;
use vfs::MountOptions;

use crate::process::Process;
use crate::sandbox::Sandbox;
use crate::uname::UNAME;

/// The files of `/proc` that belong to no process.
pub(super) fn all(sandbox: &Sandbox, viewer: &Process) -> Vec<(&'static str, BString)> {
    let now = viewer.now();
    let up = viewer.uptime();
    let total = sandbox.limits.memory / 1024;
    let free = total.saturating_sub(sandbox.memory.get() / 1024);
    let running = sandbox.processes.borrow().len();
    let version = format!("{} version {} {}\n", UNAME.sysname, UNAME.release, UNAME.version);
    let hostname = sandbox.hostname.borrow();
    let uptime = format!("{}.{:02} 0.00\n", up.as_secs(), up.subsec_millis() / 10);
    let texts = [
        ("cpuinfo", CPU.to_owned()),
        ("meminfo", meminfo(total, free)),
        ("loadavg", format!("0.00 0.00 0.00 1/{running} {}\n", sandbox.last_pid.get())),
        ("uptime", uptime),
        ("version", version),
        ("filesystems", FILE_SYSTEMS.to_owned()),
        (
            "stat",
            format!(
                "cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\nbtime {}\n",
                now.secs() - up.as_secs() as i64
            ),
        ),
        ("cmdline", "glasshull\n".to_owned()),
        ("swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n".to_owned()),
        ("net/dev", net_dev(sandbox)),
        ("net/route", net_route(sandbox)),
        ("sys/kernel/hostname", format!("{hostname}\n")),
        ("sys/kernel/ostype", format!("{}\n", UNAME.sysname)),
        ("sys/kernel/osrelease", format!("{}\n", UNAME.release)),
        ("sys/kernel/version", format!("{}\n", UNAME.version)),
        ("sys/kernel/pid_max", "4194304\n".to_owned()),
        ("sys/kernel/random/boot_id", format!("{}\n", uuid(viewer.state.machine.seed))),
        ("sys/vm/overcommit_memory", "0\n".to_owned()),
        ("sys/net/core/somaxconn", "4096\n".to_owned()),
        ("sys/fs/file-max", "9223372036854775807\n".to_owned()),
    ];
    texts.into_iter().map(|(path, text)| (path, BString::from(text))).collect()
}

/// `/proc/mounts`: device, mount point, type, options.
pub(super) fn mount_table(sandbox: &Sandbox) -> BString {
    let mut table = BString::default();
    for mount in sandbox.mounts.borrow().iter() {
        let Some(path) = mount.path else { continue };
        let read_only = sandbox.is_read_only(mount.id) && mount.options.fs_type != "proc";
        let options = format!("{},{}", if read_only { "ro" } else { "rw" }, flags(mount.options));
        let fields = [mount.options.source.as_slice(), &path, &mount.options.fs_type, options.as_bytes()];
        table.extend_from_slice(&fields.join(&b' '));
        table.extend_from_slice(b" 0 0\n");
    }
    table
}

/// The options that docker mounts each type with.
fn flags(options: &MountOptions) -> &'static str {
    match options.fs_type.as_slice() {
        b"proc" | b"sysfs" | b"mqueue" => "nosuid,nodev,noexec,relatime",
        b"tmpfs" if options.source == "shm" => "nosuid,nodev,noexec,relatime,size=65536k",
        b"tmpfs" => "nosuid,size=65536k,mode=755",
        b"devpts" => "nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666",
        _ => "relatime",
    }
}

fn meminfo(total: u64, free: u64) -> String {
    format!(
        "MemTotal:       {total:8} kB\nMemFree:        {free:8} kB\nMemAvailable:   {free:8} kB\n\
         Buffers:               0 kB\nCached:                0 kB\nSwapCached:            0 kB\n\
         Shmem:                 0 kB\nSReclaimable:          0 kB\nSwapTotal:             0 kB\n\
         SwapFree:              0 kB\n"
    )
}

/// A version 4 UUID of a seed.
fn uuid(seed: u64) -> String {
    let low = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        low >> 32,
        low >> 16 & 0xffff,
        low & 0xfff,
        seed & 0xfff,
        low.rotate_left(21) & 0xffff_ffff_ffff
    )
}

const CPU: &str = "processor\t: 0\nvendor_id\t: Glasshull\ncpu family\t: 6\nmodel\t\t: 1\nmodel name\t: Glasshull virtual CPU\n\
                   stepping\t: 1\ncpu MHz\t\t: 200.000\ncache size\t: 4096 KB\ncpu cores\t: 1\nflags\t\t: fpu\nbogomips\t: 400.00\n\n";

const FILE_SYSTEMS: &str =
    "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevpts\nnodev\tmqueue\nnodev\toverlay\n\text4\n";

const NET_DEV: &str = "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame \
     compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

/// A line for each interface; nothing is counted.
fn net_dev(sandbox: &Sandbox) -> String {
    let mut text = NET_DEV.to_owned();
    let interfaces = sandbox.interfaces.borrow();
    for name in std::iter::once("lo").chain(interfaces.iter().map(|interface| interface.name.as_str())) {
        text.push_str(&format!("{name:>6}:"));
        text.push_str("       0       0    0    0    0     0          0         0");
        text.push_str("        0       0    0    0    0     0       0          0\n");
    }
    text
}

/// The way out, then the networks; addresses as the numbers that x86 makes of them. Lines are filled up to 127 columns.
fn net_route(sandbox: &Sandbox) -> String {
    let mut text = format!(
        "{:127}\n",
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"
    );
    let mut row = |name: &str, to: u32, by: u32, flags: u32, mask: u32| {
        let [to, by, mask] = [to, by, mask].map(u32::swap_bytes);
        let line = format!("{name}\t{to:08X}\t{by:08X}\t{flags:04X}\t0\t0\t0\t{mask:08X}\t0\t0\t0");
        text.push_str(&format!("{line:127}\n"));
    };
    let interfaces = sandbox.interfaces.borrow();
    if let Some((way, gateway)) = interfaces.iter().find_map(|found| Some((found, found.gateway?))) {
        row(&way.name, 0, u32::from_be_bytes(gateway), 3, 0);
    }
    for interface in interfaces.iter() {
        let mask = u32::MAX.checked_shl(32 - u32::from(interface.prefix.min(32))).unwrap_or(0);
        row(&interface.name, u32::from_be_bytes(interface.address) & mask, 0, 1, mask);
    }
    text
}
