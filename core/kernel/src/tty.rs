use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::output::Stream;
use crate::ready::WaitQueue;
use crate::termios::{Control, Termios};
use crate::{Pid, ProcessId, Signal};

/// The part of a terminal's settings that is simulated (`termios(3)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermSettings {
    /// Input comes in edited lines (`ICANON`).
    pub canonical: bool,
    /// Input is shown (`ECHO`).
    pub echo: bool,
    /// Ctrl-C, Ctrl-\ and Ctrl-Z send signals (`ISIG`).
    pub signals: bool,
    /// Line feeds are written as carriage return and line feed (`OPOST` and `ONLCR`).
    pub newlines: bool,
    /// Carriage returns are read as line feeds (`ICRNL`).
    pub returns: bool,
}

impl Default for TermSettings {
    fn default() -> Self {
        TermSettings { canonical: true, echo: true, signals: true, newlines: true, returns: true }
    }
}

/// What typing asks the kernel to do.
#[derive(Default)]
pub(crate) struct Typed {
    pub(crate) echo: Vec<u8>,
    pub(crate) signals: Vec<Signal>,
}

/// A pseudo-terminal: the line discipline between the host and the descriptors 0 to 2 of a process tree.
pub(crate) struct Tty {
    pub(crate) owner: ProcessId,
    pub(crate) termios: Cell<Termios>,
    /// Process group that reads and gets the keyboard's signals.
    pub(crate) foreground: Cell<Pid>,
    pub(crate) size: Cell<(u16, u16)>,
    line: RefCell<Vec<u8>>,
    /// Finished lines; an empty one is an end of file.
    lines: RefCell<VecDeque<Vec<u8>>>,
    closed: Cell<bool>,
    pub(crate) changed: WaitQueue,
}

impl Tty {
    pub(crate) fn new(owner: ProcessId) -> Rc<Tty> {
        Rc::new(Tty {
            owner,
            termios: Cell::default(),
            foreground: Cell::new(owner.pid),
            size: Cell::new((80, 24)),
            line: RefCell::default(),
            lines: RefCell::default(),
            closed: Cell::new(false),
            changed: WaitQueue::default(),
        })
    }

    /// What its flags come to.
    pub(crate) fn settings(&self) -> TermSettings {
        self.termios.get().settings()
    }

    /// The host types `bytes`.
    pub(crate) fn type_in(&self, bytes: &[u8]) -> Typed {
        let mut typed = Typed::default();
        if self.settings().canonical {
            bytes.iter().for_each(|byte| self.key(*byte, &mut typed));
        } else {
            self.raw(bytes, &mut typed);
        }
        self.changed.wake_all();
        typed
    }

    fn raw(&self, bytes: &[u8], typed: &mut Typed) {
        let settings = self.settings();
        let mut data = Vec::new();
        for byte in bytes {
            match self.signal_key(*byte).filter(|_| settings.signals) {
                Some(signal) => typed.signals.push(signal),
                None if *byte == b'\r' && settings.returns => data.push(b'\n'),
                None => data.push(*byte),
            }
        }
        if settings.echo {
            data.iter().for_each(|byte| echo(*byte, &mut typed.echo));
        }
        if !data.is_empty() {
            self.lines.borrow_mut().push_back(data);
        }
    }

    fn key(&self, byte: u8, typed: &mut Typed) {
        let settings = self.settings();
        let shown = if settings.echo { Some(&mut typed.echo) } else { None };
        if let Some(signal) = self.signal_key(byte).filter(|_| settings.signals) {
            self.line.borrow_mut().clear();
            if let Some(shown) = shown {
                echo(byte, shown);
            }
            typed.signals.push(signal);
            return;
        }
        let keys = self.termios.get();
        match byte {
            b'\r' if settings.returns => self.end_line(b'\n', shown),
            b'\n' => self.end_line(b'\n', shown),
            _ if keys.is(Control::Eof, byte) => {
                let line = self.line.take();
                self.lines.borrow_mut().push_back(line);
            }
            _ if byte == 0x08 || keys.is(Control::Erase, byte) => self.erase(1, shown),
            _ if keys.is(Control::Kill, byte) => self.erase(usize::MAX, shown),
            _ => {
                self.line.borrow_mut().push(byte);
                if let Some(shown) = shown {
                    echo(byte, shown);
                }
            }
        }
    }

    fn end_line(&self, end: u8, shown: Option<&mut Vec<u8>>) {
        let mut line = self.line.take();
        line.push(end);
        self.lines.borrow_mut().push_back(line);
        if let Some(shown) = shown {
            shown.extend_from_slice(b"\n");
        }
    }

    fn erase(&self, count: usize, mut shown: Option<&mut Vec<u8>>) {
        let mut line = self.line.borrow_mut();
        for _ in 0..count {
            let Some(byte) = line.pop() else { return };
            // A UTF-8 continuation byte goes together with what leads it.
            let mut lead = byte;
            while lead & 0xc0 == 0x80 {
                let Some(previous) = line.pop() else { break };
                lead = previous;
            }
            let columns = if lead < 0x20 { 2 } else { 1 };
            if let Some(shown) = shown.as_deref_mut() {
                shown.extend_from_slice(&b"\x08 \x08".repeat(columns));
            }
        }
    }

    /// The host hangs up.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        self.changed.wake_all();
    }

    /// Bytes of the next line, or an empty vector at an end of file; none when a reader has to wait.
    pub(crate) fn try_read(&self, max: usize) -> Option<Vec<u8>> {
        let mut lines = self.lines.borrow_mut();
        let Some(mut line) = lines.pop_front() else {
            return self.closed.get().then(Vec::new);
        };
        if line.len() > max {
            lines.push_front(line.split_off(max));
        }
        Some(line)
    }

    pub(crate) fn is_readable(&self) -> bool {
        self.closed.get() || !self.lines.borrow().is_empty()
    }

    /// `bytes` as the terminal shows them.
    pub(crate) fn render(&self, bytes: &[u8]) -> Vec<u8> {
        if !self.settings().newlines {
            return bytes.to_vec();
        }
        let mut shown = Vec::with_capacity(bytes.len() + 8);
        for byte in bytes {
            if *byte == b'\n' {
                shown.push(b'\r');
            }
            shown.push(*byte);
        }
        shown
    }

    fn signal_key(&self, byte: u8) -> Option<Signal> {
        let keys = self.termios.get();
        let signals = [
            (Control::Interrupt, Signal::INT),
            (Control::Quit, Signal::QUIT),
            (Control::Suspend, Signal::TSTP),
        ];
        signals.into_iter().find(|(key, _)| keys.is(*key, byte)).map(|(_, signal)| signal)
    }

    /// A terminal has one stream.
    pub(crate) const STREAM: Stream = Stream::Stdout;
}

/// Control characters are shown as `^X` (`ECHOCTL`), but for tab and line feed.
fn echo(byte: u8, shown: &mut Vec<u8>) {
    match byte {
        b'\t' | b'\n' => shown.push(byte),
        0..=0x1f => shown.extend_from_slice(&[b'^', byte + 0x40]),
        _ => shown.push(byte),
    }
}
