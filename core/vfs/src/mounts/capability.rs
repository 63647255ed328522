/// A right of the superuser that can be taken from it: capabilities(7), by Linux's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capability(u8);

impl Capability {
    /// To give files away.
    pub const CHOWN: Capability = Capability(0);
    /// To pass by permission bits.
    pub const DAC_OVERRIDE: Capability = Capability(1);
    /// To do with others' files what only owners may.
    pub const FOWNER: Capability = Capability(3);
    /// To signal others' processes.
    pub const KILL: Capability = Capability(5);
    /// To change groups.
    pub const SETGID: Capability = Capability(6);
    /// To change the user.
    pub const SETUID: Capability = Capability(7);
    /// To change interfaces and routes.
    pub const NET_ADMIN: Capability = Capability(12);
    /// To change the root directory.
    pub const SYS_CHROOT: Capability = Capability(18);
    /// To mount, to name the host, and much else.
    pub const SYS_ADMIN: Capability = Capability(21);
    /// To set the clock.
    pub const SYS_TIME: Capability = Capability(25);
    /// To make devices.
    pub const MKNOD: Capability = Capability(27);
    /// To read the kernel's messages.
    pub const SYSLOG: Capability = Capability(34);

    /// The capability that Linux gives this number; none beyond [`Capabilities::ALL`].
    pub const fn from_number(number: u8) -> Option<Self> {
        if number < COUNT { Some(Capability(number)) } else { None }
    }
}

/// How many there are since Linux 5.9.
const COUNT: u8 = 41;

/// A set of capabilities, as `/proc/PID/status` shows it in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities(u64);

impl Capabilities {
    /// None.
    pub const NONE: Capabilities = Capabilities(0);
    /// All, as with `--privileged`.
    pub const ALL: Capabilities = Capabilities((1 << COUNT) - 1);
    /// Those that docker gives to containers.
    pub const CONTAINER: Capabilities = Capabilities(0xa804_25fb);

    /// Whether a capability is among them.
    pub const fn has(self, one: Capability) -> bool {
        self.0 >> one.0 & 1 != 0
    }

    /// These and one more.
    #[must_use]
    pub const fn with(self, one: Capability) -> Self {
        Capabilities(self.0 | 1 << one.0)
    }

    /// These but for one.
    #[must_use]
    pub const fn without(self, one: Capability) -> Self {
        Capabilities(self.0 & !(1 << one.0))
    }

    /// Bit by number.
    pub const fn bits(self) -> u64 {
        self.0
    }
}

impl Default for Capabilities {
    fn default() -> Self {
        Capabilities::CONTAINER
    }
}
