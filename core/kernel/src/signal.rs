use std::fmt;

/// A Linux signal number, 1 to 64 (x86-64 numbering).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(u8);

/// Names without `SIG`, indexed by number; 0 is the null signal of `kill -0`.
const NAMES: [&str; 32] = [
    "EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
    "VTALRM", "PROF", "WINCH", "POLL", "PWR", "SYS",
];

/// Texts of musl's `strsignal`, indexed by number.
const TEXTS: [&str; 32] = [
    "Unknown signal",
    "Hangup",
    "Interrupt",
    "Quit",
    "Illegal instruction",
    "Trace/breakpoint trap",
    "Aborted",
    "Bus error",
    "Arithmetic exception",
    "Killed",
    "User defined signal 1",
    "Segmentation fault",
    "User defined signal 2",
    "Broken pipe",
    "Alarm clock",
    "Terminated",
    "Stack fault",
    "Child process status",
    "Continued",
    "Stopped (signal)",
    "Stopped",
    "Stopped (tty input)",
    "Stopped (tty output)",
    "Urgent I/O condition",
    "CPU time limit exceeded",
    "File size limit exceeded",
    "Virtual timer expired",
    "Profiling timer expired",
    "Window changed",
    "I/O possible",
    "Power failure",
    "Bad system call",
];

macro_rules! signals {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        impl Signal { $($(#[$doc])* pub const $name: Signal = Signal($number);)* }
    };
}

signals! {
    /// Terminal gone.
    HUP = 1,
    /// Ctrl-C.
    INT = 2,
    /// Ctrl-\.
    QUIT = 3,
    /// abort(3).
    ABRT = 6,
    /// Cannot be caught.
    KILL = 9,
    /// Free for programs.
    USR1 = 10,
    /// Bad memory access.
    SEGV = 11,
    /// Free for programs.
    USR2 = 12,
    /// Write to a pipe that nobody reads.
    PIPE = 13,
    /// Alarm clock.
    ALRM = 14,
    /// Polite end.
    TERM = 15,
    /// A child changed.
    CHLD = 17,
    /// Go on after a stop.
    CONT = 18,
    /// Stop; cannot be caught.
    STOP = 19,
    /// Ctrl-Z.
    TSTP = 20,
    /// Background read of a terminal.
    TTIN = 21,
    /// Background write to a terminal.
    TTOU = 22,
    /// Urgent data on a socket.
    URG = 23,
    /// Too much work.
    XCPU = 24,
    /// File too large.
    XFSZ = 25,
    /// The window's size changed.
    WINCH = 28,
}

/// What a process has arranged for a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Action {
    /// The system's default for this signal.
    #[default]
    Default,
    /// Dropped; survives exec.
    Ignore,
    /// Kept until `take_signal`; interrupts blocking calls. Becomes `Default` at exec.
    Catch,
}

/// What the system does with a signal whose action is `Default`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DefaultAction {
    Terminate,
    Ignore,
    Stop,
    Continue,
}

impl Signal {
    /// The signal with this number, if it is one (1 to 64).
    pub fn from_number(number: u32) -> Option<Signal> {
        (1..=64).contains(&number).then_some(Signal(number as u8))
    }

    /// The signal of a name, with or without `SIG`, in any case; numbers are not names.
    pub fn from_name(name: &str) -> Option<Signal> {
        let upper = name.to_ascii_uppercase();
        let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
        let bare = match bare {
            "IOT" => "ABRT",
            "CLD" => "CHLD",
            "IO" => "POLL",
            other => other,
        };
        let number = NAMES.iter().skip(1).position(|candidate| *candidate == bare)? + 1;
        Some(Signal(number as u8))
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Its name without `SIG`; real-time signals have none.
    pub fn name(self) -> Option<&'static str> {
        NAMES.get(usize::from(self.0)).copied()
    }

    /// musl's `strsignal` text (`Terminated`, `Killed`, ...).
    pub fn text(self) -> &'static str {
        TEXTS.get(usize::from(self.0)).copied().unwrap_or("Real-time signal")
    }

    pub(crate) fn bit(self) -> u64 {
        1 << (self.0 - 1)
    }

    pub(crate) fn default_action(self) -> DefaultAction {
        match self {
            Signal::CHLD | Signal::URG | Signal::WINCH => DefaultAction::Ignore,
            Signal::CONT => DefaultAction::Continue,
            Signal::STOP | Signal::TSTP | Signal::TTIN | Signal::TTOU => DefaultAction::Stop,
            _ => DefaultAction::Terminate,
        }
    }

    /// Whether no action can be set for it.
    pub(crate) fn is_fixed(self) -> bool {
        self == Signal::KILL || self == Signal::STOP
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "SIG{name}"),
            None => write!(f, "SIGRTMIN+{}", self.0.saturating_sub(32)),
        }
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
