use bstr::{BStr, ByteSlice};
use kernel::{Exit, Process};
use vfs::Errno;

use crate::frame::getopt::Options;
use crate::frame::table::Ended;
use crate::frame::{command, say, usage};

pub(crate) const USAGE: &str = "[OPTIONS] PROG ARGS

Run PROG with other privileges

-d,--dump		Show those of now
--nnp,--no-new-privs	Set-id bits shall not count
--inh-caps CAP,CAP	Capabilities to inherit
--ambient-caps CAP,CAP	Ambient capabilities";

/// Keys of the options that have long names only.
const NNP: char = '\u{100}';
const INHERITABLE: char = '\u{101}';
const AMBIENT: char = '\u{102}';

const OPTIONS: Options = Options::new(USAGE, "d\u{100}\u{101}:\u{102}:").in_order().long(&[
    ("dump", 'd'),
    ("nnp", NNP),
    ("no-new-privs", NNP),
    ("inh-caps", INHERITABLE),
    ("ambient-caps", AMBIENT),
]);

/// Linux' capabilities, by number.
const CAPABILITIES: [&str; 41] = [
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
];
/// Those that Docker leaves a container.
const BOUNDING: &str = "chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,net_raw,sys_chroot,mknod,\
                        audit_write,setfcap";

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has('d') {
        if !opts.operands.is_empty() || opts.given().count() > 1 {
            return Err(usage::misuse(p, USAGE, 1).await);
        }
        return dump(p).await;
    }
    if opts.has(NNP) {
        p.set_no_new_privileges();
    }
    if let Some(list) = opts.value(INHERITABLE) {
        let changed = changes(p, list).await?;
        if changed {
            return Err(say::die(p, "--inh-caps: inherited capabilities are not simulated").await);
        }
    }
    if let Some(list) = opts.value(AMBIENT)
        && changes(p, list).await?
    {
        // None is inheritable, so that none can be ambient.
        return Err(say::die_errno(p, "cap_ambient_raise", Errno::EPERM).await);
    }
    if opts.operands.is_empty() {
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    Ok(command::exec(p, &opts.operands).await)
}

/// Whether a list of capabilities adds one. There are none to drop.
async fn changes(p: &mut Process, list: &BStr) -> Result<bool, Exit> {
    let mut adds = false;
    for word in list.split_str(",") {
        let (sign, name) = word.split_at(word.len().min(1));
        if !matches!(sign, b"+" | b"-") {
            return Err(say::die(p, bytes!("invalid capability '{}'", word)).await);
        }
        if !CAPABILITIES.iter().any(|known| known.as_bytes() == name) {
            return Err(say::die(p, bytes!("unknown capability '{}'", name)).await);
        }
        adds |= sign == b"+";
    }
    Ok(adds)
}

async fn dump(p: &mut Process) -> Ended {
    let cred = p.cred();
    let groups: Vec<String> = cred.groups.iter().map(ToString::to_string).collect();
    let groups = if groups.is_empty() { "[none]".to_owned() } else { groups.join(",") };
    let text = format!(
        "uid: {uid}\neuid: {uid}\ngid: {gid}\negid: {gid}\nSupplementary groups: {groups}\nno_new_privs: {nnp}\n\
         Inheritable capabilities: [none]\nAmbient capabilities: [none]\nCapability bounding set: {BOUNDING}\n",
        uid = cred.uid,
        gid = cred.gid,
        nnp = u8::from(p.no_new_privileges()),
    );
    say::print(p, text).await?;
    Ok(Exit(0))
}
