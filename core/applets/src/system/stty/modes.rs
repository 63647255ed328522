//! The names of a terminal's flags, with Linux' bits.

use kernel::Termios;

/// Which flag word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Control,
    Input,
    Output,
    Local,
}

/// How a flag is when the terminal is sane; one of several values of a field is never unset by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sane {
    Set,
    Unset,
    Either,
}

/// A flag, or one value of a field of several bits.
pub(super) struct Mode {
    pub(super) name: &'static str,
    pub(super) group: Group,
    pub(super) bits: u32,
    /// The field, for values; 0 for flags, which a dash in front turns off.
    pub(super) field: u32,
    pub(super) sane: Sane,
    /// Another name of one that is shown already.
    pub(super) hidden: bool,
}

const fn flag(name: &'static str, group: Group, bits: u32, sane: Sane) -> Mode {
    Mode { name, group, bits, field: 0, sane, hidden: false }
}

const fn value(name: &'static str, group: Group, bits: u32, field: u32, sane: Sane) -> Mode {
    Mode { name, group, bits, field, sane, hidden: false }
}

const fn alias(mode: Mode) -> Mode {
    Mode { hidden: true, ..mode }
}

use Group::{Control, Input, Local, Output};
use Sane::{Either, Set, Unset};

/// In the order in which they are shown.
pub(super) const MODES: [Mode; 66] = [
    flag("parenb", Control, 0o400, Either),
    flag("parodd", Control, 0o1000, Either),
    flag("cmspar", Control, 0o10_000_000_000, Either),
    value("cs5", Control, 0, 0o60, Either),
    value("cs6", Control, 0o20, 0o60, Either),
    value("cs7", Control, 0o40, 0o60, Either),
    value("cs8", Control, 0o60, 0o60, Either),
    flag("hupcl", Control, 0o2000, Either),
    alias(flag("hup", Control, 0o2000, Either)),
    flag("cstopb", Control, 0o100, Either),
    flag("cread", Control, 0o200, Set),
    flag("clocal", Control, 0o4000, Either),
    flag("crtscts", Control, 0o20_000_000_000, Either),
    flag("ignbrk", Input, 1, Unset),
    flag("brkint", Input, 2, Set),
    flag("ignpar", Input, 4, Either),
    flag("parmrk", Input, 0o10, Either),
    flag("inpck", Input, 0o20, Either),
    flag("istrip", Input, 0o40, Either),
    flag("inlcr", Input, 0o100, Unset),
    flag("igncr", Input, 0o200, Unset),
    flag("icrnl", Input, 0o400, Set),
    flag("ixon", Input, 0o2000, Either),
    flag("ixoff", Input, 0o10000, Unset),
    alias(flag("tandem", Input, 0o10000, Unset)),
    flag("iuclc", Input, 0o1000, Unset),
    flag("ixany", Input, 0o4000, Unset),
    flag("imaxbel", Input, 0o20000, Set),
    flag("iutf8", Input, 0o40000, Unset),
    flag("opost", Output, 1, Set),
    flag("olcuc", Output, 2, Unset),
    flag("ocrnl", Output, 0o10, Unset),
    flag("onlcr", Output, 4, Set),
    flag("onocr", Output, 0o20, Unset),
    flag("onlret", Output, 0o40, Unset),
    flag("ofill", Output, 0o100, Unset),
    flag("ofdel", Output, 0o200, Unset),
    value("nl1", Output, 0o400, 0o400, Unset),
    value("nl0", Output, 0, 0o400, Set),
    value("cr3", Output, 0o3000, 0o3000, Unset),
    value("cr2", Output, 0o2000, 0o3000, Unset),
    value("cr1", Output, 0o1000, 0o3000, Unset),
    value("cr0", Output, 0, 0o3000, Set),
    value("tab3", Output, 0o14000, 0o14000, Unset),
    value("tab2", Output, 0o10000, 0o14000, Unset),
    value("tab1", Output, 0o4000, 0o14000, Unset),
    value("tab0", Output, 0, 0o14000, Set),
    value("bs1", Output, 0o20000, 0o20000, Unset),
    value("bs0", Output, 0, 0o20000, Set),
    value("vt1", Output, 0o40000, 0o40000, Unset),
    value("vt0", Output, 0, 0o40000, Set),
    value("ff1", Output, 0o100_000, 0o100_000, Unset),
    value("ff0", Output, 0, 0o100_000, Set),
    flag("isig", Local, 1, Set),
    flag("icanon", Local, 2, Set),
    flag("iexten", Local, 0o100_000, Set),
    flag("echo", Local, 0o10, Set),
    flag("echoe", Local, 0o20, Set),
    flag("echok", Local, 0o40, Set),
    flag("echonl", Local, 0o100, Unset),
    flag("noflsh", Local, 0o200, Unset),
    flag("xcase", Local, 4, Unset),
    flag("tostop", Local, 0o400, Unset),
    flag("echoprt", Local, 0o2000, Unset),
    flag("echoctl", Local, 0o1000, Set),
    flag("echoke", Local, 0o4000, Set),
];

/// Flags that are shown after all others, and other names.
pub(super) const LAST: [Mode; 6] = [
    flag("flusho", Local, 0o10000, Unset),
    flag("extproc", Local, 0o200_000, Unset),
    alias(flag("crterase", Local, 0o20, Set)),
    alias(flag("prterase", Local, 0o2000, Unset)),
    alias(flag("ctlecho", Local, 0o1000, Set)),
    alias(flag("crtkill", Local, 0o4000, Set)),
];

pub(super) fn all() -> impl Iterator<Item = &'static Mode> {
    MODES.iter().chain(&LAST)
}

/// Control characters: name, index, and the sane value.
pub(super) const CHARACTERS: [(&str, usize, u8); 16] = [
    ("intr", 0, 3),
    ("quit", 1, 0x1c),
    ("erase", 2, 0x7f),
    ("kill", 3, 0x15),
    ("eof", 4, 4),
    ("eol", 11, 0),
    ("eol2", 16, 0),
    ("swtch", 7, 0),
    ("start", 8, 0x11),
    ("stop", 9, 0x13),
    ("susp", 10, 0x1a),
    ("rprnt", 12, 0x12),
    ("werase", 14, 0x17),
    ("lnext", 15, 0x16),
    ("flush", 13, 0xf),
    // Numbers, not characters.
    ("min", 6, 1),
];
/// The index of `time`.
pub(super) const TIME: usize = 5;

impl Mode {
    fn word<'t>(&self, termios: &'t mut Termios) -> &'t mut u32 {
        match self.group {
            Control => &mut termios.control,
            Input => &mut termios.input,
            Output => &mut termios.output,
            Local => &mut termios.local,
        }
    }

    /// Whether it is set.
    pub(super) fn is_set(&self, mut termios: Termios) -> bool {
        let word = *self.word(&mut termios);
        if self.field == 0 { word & self.bits != 0 } else { word & self.field == self.bits }
    }

    /// Sets it, or turns the flag off.
    pub(super) fn set(&self, termios: &mut Termios, on: bool) {
        let word = self.word(termios);
        *word = match on {
            true => *word & !self.field | self.bits,
            false => *word & !self.bits,
        };
    }
}

/// Speeds by their codes: bits 0 to 3, and above 15 with bit 12.
const SPEEDS: [u32; 31] = [
    0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115_200,
    230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000, 1_152_000, 1_500_000, 2_000_000, 2_500_000,
    3_000_000, 3_500_000, 4_000_000,
];
const SPEED_BITS: u32 = 0o10017;

/// In baud.
pub(super) fn speed(termios: Termios) -> u32 {
    let code = termios.control & SPEED_BITS;
    let index = if code & 0o10000 == 0 { code } else { (code & 0o17) + 15 };
    SPEEDS.get(index as usize).copied().unwrap_or(0)
}

/// False for a speed that there is not.
pub(super) fn set_speed(termios: &mut Termios, baud: u64) -> bool {
    let Some(index) = SPEEDS.iter().position(|known| u64::from(*known) == baud) else { return false };
    let code = if index < 16 { index } else { (index - 15) | 0o10000 };
    termios.control = termios.control & !SPEED_BITS | u32::try_from(code).unwrap_or(0);
    true
}

/// All that a sane terminal has.
pub(super) fn make_sane(termios: &mut Termios) {
    for mode in all() {
        match mode.sane {
            Set => mode.set(termios, true),
            Unset if mode.field == 0 => mode.set(termios, false),
            Unset | Either => {}
        }
    }
    for (_, index, sane) in CHARACTERS {
        termios.characters[index] = sane;
    }
    termios.characters[TIME] = 0;
}
