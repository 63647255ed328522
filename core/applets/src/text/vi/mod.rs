//! The editor of busybox, to the byte that it writes to a terminal.

use bstr::BString;
use kernel::{Action, Exit, Process, Signal, Termios};

use crate::frame::getopt::Options;
use crate::frame::stream::{self, STDIN, STDOUT};
use crate::frame::table::Ended;
use crate::frame::{say, usage};

mod edits;
mod ex;
mod insert;
mod keys;
mod moves;
mod normal;
mod range;
mod registers;
mod screen;
mod search;
mod status;
mod text;
mod undo;
mod words;

use ex::set::Settings;

pub(crate) const USAGE: &str = "[-c CMD] [-R] [-H] [FILE]...

Edit FILEs

	-c CMD	Do the colon command CMD first (as $EXINIT and ~/.exrc)
	-R	The files are not to be written
	-H	List what there is";

const OPTIONS: Options = Options::new(USAGE, "c:RH").short_only();

/// What `-H` and `:features` list.
const FEATURES: &str = "These features are available:
	Pattern searches with / and ?
	Last command repeat with .
	Line marking with 'x
	Named buffers with \"x
	Some colon mode commands with :
	Settable options with \":set\"
	Signal catching- ^C
	Job suspend and resume with ^Z
	Adapt to window re-sizes
";

/// What keys do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Command,
    Insert,
    Replace,
}

impl Mode {
    /// Whether keys are text.
    fn types(self) -> bool {
        self != Mode::Command
    }
}

/// Why a command does not come to its end.
enum Stop {
    /// The editor ends.
    Exit(Exit),
    /// Ctrl-C was typed.
    Interrupt,
}

impl From<Exit> for Stop {
    fn from(exit: Exit) -> Self {
        Stop::Exit(exit)
    }
}

/// Everything that is known about the session.
struct Editor {
    text: text::Text,
    /// Where the cursor is.
    dot: usize,
    mode: Mode,
    /// The number typed before a command.
    count: usize,
    /// The last command was a mistake.
    failed: bool,
    editing: bool,
    /// The beginning of the line that `U` knows.
    undo_line: Option<usize>,
    /// The line whose indent came by itself.
    indented: Option<usize>,
    file: Option<BString>,
    other: Option<BString>,
    files: Vec<BString>,
    at_file: usize,
    screen: screen::Screen,
    status: status::Status,
    keys: keys::Keys,
    undo: undo::Undo,
    registers: registers::Registers,
    search: search::Search,
    settings: Settings,
    /// What goes to the terminal with the next key at the latest.
    out: Vec<u8>,
    /// The terminal as it was.
    terminal: Option<Termios>,
}

pub(crate) async fn main(p: &mut Process) -> Ended {
    let opts = OPTIONS.parse(p).await?;
    if opts.has('H') {
        say::print(p, FEATURES).await?;
        say::flush(p).await?;
        return Err(usage::misuse(p, USAGE, 1).await);
    }
    let mut editor = Editor::new(p, opts.operands.clone());
    editor.settings.read_only = opts.has('R');
    let commands: Vec<BString> = opts.values('c').map(BString::from).collect();
    match editor.session(p, commands).await {
        Ok(()) | Err(Stop::Interrupt) => Ok(Exit(0)),
        Err(Stop::Exit(exit)) => Err(exit),
    }
}

impl Editor {
    fn new(p: &Process, files: Vec<BString>) -> Self {
        let (columns, rows) = p.term_size(STDOUT).unwrap_or((80, 24));
        Self {
            text: text::Text::default(),
            dot: 0,
            mode: Mode::Command,
            count: 0,
            failed: false,
            editing: true,
            undo_line: None,
            indented: None,
            file: None,
            other: None,
            files,
            at_file: 0,
            screen: screen::Screen::new(columns.into(), rows.into()),
            status: status::Status::default(),
            keys: keys::Keys::default(),
            undo: undo::Undo::default(),
            registers: registers::Registers::default(),
            search: search::Search::default(),
            settings: Settings::default(),
            out: Vec::new(),
            terminal: None,
        }
    }

    /// Draws; it comes out when a key is waited for.
    fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.out.extend_from_slice(bytes.as_ref());
    }

    /// Keys come as they are typed; line feeds are no returns.
    fn take_terminal(&mut self, p: &mut Process) {
        if let Ok(settings) = p.term_settings(STDIN) {
            let raw = kernel::TermSettings {
                canonical: false,
                echo: false,
                newlines: false,
                returns: false,
                ..settings
            };
            // It is a terminal.
            let _ = p.set_term_settings(STDIN, raw);
        }
    }

    fn restore_terminal(&mut self, p: &mut Process) {
        if let Some(termios) = self.terminal {
            // It was a terminal.
            let _ = p.set_termios(STDIN, termios);
        }
    }

    /// All files, one after the other.
    async fn session(&mut self, p: &mut Process, commands: Vec<BString>) -> Result<(), Stop> {
        self.terminal = p.termios(STDIN).ok();
        self.write("\x1b[?1049h");
        self.initial_commands(p).await?;
        for signal in [Signal::INT, Signal::WINCH, Signal::CONT] {
            // None of them is fixed.
            let _ = p.signal_action(signal, Action::Catch);
        }
        let mut commands = Some(commands);
        loop {
            let file = self.files.get(self.at_file).cloned();
            self.editing = true;
            self.take_terminal(p);
            self.load(p, file).await;
            self.edit_file(p, commands.take().unwrap_or_default()).await?;
            if self.at_file >= self.files.len() {
                break;
            }
        }
        self.write("\x1b[?1049l");
        self.show(p).await
    }

    /// `$EXINIT`, or else the lines of ~/.exrc.
    async fn initial_commands(&mut self, p: &mut Process) -> Result<(), Stop> {
        self.load(p, None).await;
        if let Some(commands) = p.env().get("EXINIT").map(BString::from) {
            return self.colon(p, &commands).await;
        }
        let Some(home) = p.env().get("HOME").map(BString::from) else { return Ok(()) };
        let file = bytes!("{}/.exrc", home);
        let Ok(text) = stream::read_operand(p, file.as_ref()).await else { return Ok(()) };
        for line in text.split(|byte| *byte == b'\n') {
            self.colon(p, line).await?;
        }
        Ok(())
    }

    async fn edit_file(&mut self, p: &mut Process, commands: Vec<BString>) -> Result<(), Stop> {
        if p.term_size(STDOUT).is_err() && p.term_size(STDIN).is_err() && self.terminal.is_none() {
            self.ask_size(p).await?;
        }
        let mut first = Some(commands);
        loop {
            match self.keys_until_done(p, first.take()).await {
                Err(Stop::Interrupt) => {
                    (self.screen.top, self.dot, self.count, self.screen.offset) = (0, 0, 0, 0);
                    self.mode = Mode::Command;
                    self.undo.commit();
                    self.end_command();
                    self.redraw(false);
                }
                Err(stop) => return Err(stop),
                Ok(()) => break,
            }
        }
        self.clear_bottom();
        self.show(p).await?;
        self.restore_terminal(p);
        Ok(())
    }

    async fn keys_until_done(&mut self, p: &mut Process, first: Option<Vec<BString>>) -> Result<(), Stop> {
        if let Some(commands) = first {
            for command in commands {
                self.colon(p, &command).await?;
                if !self.editing {
                    break;
                }
            }
            self.redraw(false);
            self.message_read(p).await?;
        }
        while self.editing {
            let key = self.key(p).await?;
            self.key_pressed(p, key).await?;
            if !self.is_key_waiting(p).await {
                self.refresh(false);
                self.show_status();
                self.message_read(p).await?;
            }
        }
        Ok(())
    }
}
