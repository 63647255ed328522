//! A terminal's settings as Linux keeps them.

use crate::tty::TermSettings;

/// What `termios(3)` holds. Of the flags those in [`TermSettings`] are simulated, and the control characters that
/// [`Control`] names; the others are kept for programs that ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Termios {
    /// Input flags.
    pub input: u32,
    /// Output flags.
    pub output: u32,
    /// Control flags; the speed is in the lowest bits.
    pub control: u32,
    /// Local flags.
    pub local: u32,
    /// Control characters, by Linux' indexes; 0 disables one.
    pub characters: [u8; 19],
}

/// The control characters that are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Ctrl-C.
    Interrupt = 0,
    /// Ctrl-\.
    Quit = 1,
    /// Rubs out a character.
    Erase = 2,
    /// Rubs out the line.
    Kill = 3,
    /// Ctrl-D.
    Eof = 4,
    /// Ctrl-Z.
    Suspend = 10,
}

const ICRNL: u32 = 0o400;
const OPOST: u32 = 1;
const ONLCR: u32 = 4;
const ISIG: u32 = 1;
const ICANON: u32 = 2;
const ECHO: u32 = 0o10;

impl Default for Termios {
    /// As Linux opens a pseudo-terminal.
    fn default() -> Self {
        Termios {
            input: 0o2400,
            output: 5,
            control: 0o277,
            local: 0o105073,
            characters: [
                3, 0x1c, 0x7f, 0x15, 4, 0, 1, 0, 0x11, 0x13, 0x1a, 0, 0x12, 0xf, 0x17, 0x16, 0, 0, 0,
            ],
        }
    }
}

impl Termios {
    /// Whether a byte is one of the control characters.
    pub(crate) fn is(&self, control: Control, byte: u8) -> bool {
        byte != 0 && self.characters[control as usize] == byte
    }

    /// The part that is simulated.
    pub(crate) fn settings(&self) -> TermSettings {
        TermSettings {
            canonical: self.local & ICANON != 0,
            echo: self.local & ECHO != 0,
            signals: self.local & ISIG != 0,
            newlines: self.output & (OPOST | ONLCR) == OPOST | ONLCR,
            returns: self.input & ICRNL != 0,
        }
    }

    /// The same with that part changed.
    pub(crate) fn with(mut self, settings: TermSettings) -> Termios {
        let set =
            |flags: &mut u32, bit: u32, on: bool| *flags = if on { *flags | bit } else { *flags & !bit };
        set(&mut self.local, ICANON, settings.canonical);
        set(&mut self.local, ECHO, settings.echo);
        set(&mut self.local, ISIG, settings.signals);
        set(&mut self.input, ICRNL, settings.returns);
        if settings.newlines != self.settings().newlines {
            set(&mut self.output, OPOST, settings.newlines);
            self.output |= ONLCR;
        }
        self
    }
}
