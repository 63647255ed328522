/// The kernel's identity. A container shows its host's kernel; here it is this simulation's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uname {
    /// `uname -s`.
    pub sysname: &'static str,
    /// `uname -r`.
    pub release: &'static str,
    /// `uname -v`.
    pub version: &'static str,
    /// `uname -m`.
    pub machine: &'static str,
}

pub(crate) const UNAME: Uname = Uname {
    sysname: "Linux",
    release: "6.6.0-glasshull",
    version: "#1 SMP PREEMPT_DYNAMIC simulated",
    machine: "x86_64",
};
