//! What apk prints, and its way of breaking lists into lines.

/// Which stream a piece of output goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Width assumed when the output is no terminal.
pub const DEFAULT_WIDTH: usize = 50;

/// Output in order, kept until it can be written.
#[derive(Clone, Debug)]
pub struct Console {
    /// 1 normally, less with `-q`, more with `-v`.
    pub verbosity: i32,
    /// Columns of the terminal.
    pub width: usize,
    /// The verbosity from which on warnings are printed.
    warns_from: i32,
    pieces: Vec<(Stream, String)>,
    count: u64,
}

impl Default for Console {
    fn default() -> Self {
        Console::new(DEFAULT_WIDTH)
    }
}

impl Console {
    /// For a terminal of this many columns.
    pub fn new(width: usize) -> Self {
        Console { verbosity: 1, width, warns_from: 1, pieces: Vec::new(), count: 0 }
    }

    /// Prints warnings from a verbosity on.
    pub fn warning_from(self, verbosity: i32) -> Self {
        Console { warns_from: verbosity, ..self }
    }

    /// A line on standard output, unless quiet.
    pub fn message(&mut self, text: impl AsRef<str>) {
        if self.verbosity > 0 {
            self.line(text);
        }
    }

    /// A warning, unless quiet (apk 3: very quiet).
    pub fn warning(&mut self, text: impl AsRef<str>) {
        if self.verbosity >= self.warns_from {
            self.write(Stream::Err, format!("WARNING: {}\n", text.as_ref()));
        }
    }

    /// An error, always.
    pub fn error(&mut self, text: impl AsRef<str>) {
        self.write(Stream::Err, format!("ERROR: {}\n", text.as_ref()));
    }

    /// A line on standard output, always.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.write(Stream::Out, format!("{}\n", text.as_ref()));
    }

    /// Raw text.
    pub fn write(&mut self, stream: Stream, text: impl Into<String>) {
        self.pieces.push((stream, text.into()));
        self.count += 1;
    }

    /// How many pieces there have been.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Everything since the last call.
    pub fn take(&mut self) -> Vec<(Stream, String)> {
        std::mem::take(&mut self.pieces)
    }
}

/// A list under a label, broken at the console's width, continued under its first item.
pub(crate) struct Listing {
    text: String,
    column: usize,
    indent: usize,
    width: usize,
}

impl Listing {
    pub(crate) fn new(width: usize) -> Self {
        Listing { text: String::new(), column: 0, indent: 0, width }
    }

    /// A line of its own.
    pub(crate) fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        (self.column, self.indent) = (0, 0);
    }

    /// Starts a list, unless one is running.
    pub(crate) fn start(&mut self, label: &str) {
        if self.column == 0 {
            self.text.push_str(label);
            self.column = label.len();
            self.indent = self.column + 1;
        }
    }

    /// Starts a list whose label has the line to itself.
    pub(crate) fn start_below(&mut self, label: &str, indent: usize) {
        self.line(label);
        self.indent = indent;
    }

    /// Adds an item.
    pub(crate) fn item(&mut self, item: &str) {
        if self.column <= self.indent {
            self.text.push_str(&" ".repeat(self.indent - self.column));
            self.column = self.indent + item.len();
        } else if self.column + item.len() + 1 >= self.width {
            self.text.push('\n');
            self.text.push_str(&" ".repeat(self.indent));
            self.column = self.indent + item.len();
        } else {
            self.text.push(' ');
            self.column += 1 + item.len();
        }
        self.text.push_str(item);
    }

    /// Ends the list, if one is running.
    pub(crate) fn end(&mut self) {
        if self.column > 0 {
            self.line("");
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}
