//! Error messages.

use bstr::BString;

use super::{Machine, Raise};
use crate::state::{Opt, ReadOnly};

impl Machine {
    /// A complete message: the shell's name, the command's where there is one, the line, and the text.
    pub(crate) fn message(&self, text: impl AsRef<[u8]>) -> BString {
        let mut message = self.state.arg0.clone();
        message.extend_from_slice(b": ");
        if let Some(command) = &self.state.command_name {
            if **command != self.state.arg0 {
                message.extend_from_slice(command);
                message.extend_from_slice(b": ");
            }
            if !self.is_at_prompt() {
                message.extend_from_slice(format!("line {}: ", self.state.line).as_bytes());
            }
        }
        message.extend_from_slice(text.as_ref());
        message
    }

    /// A complete line of a builtin that is an applet, too: the program's name and the text.
    pub(crate) fn applet_message(&self, text: impl AsRef<[u8]>) -> BString {
        let mut message = self.state.applet.clone();
        message.extend_from_slice(b": ");
        message.extend_from_slice(text.as_ref());
        message.push(b'\n');
        message
    }

    /// Adds such a line to what the builtin complains.
    pub(crate) fn complain_as_applet(&mut self, text: impl AsRef<[u8]>) {
        let message = self.applet_message(text);
        self.err.extend_from_slice(&message);
    }

    /// The error that ends the script with status 2.
    pub(crate) fn raise(&self, text: impl AsRef<[u8]>) -> Raise {
        Raise::Error { message: self.message(text), status: 2 }
    }

    /// The error with another status.
    pub(crate) fn raise_with(&self, text: impl AsRef<[u8]>, status: u8) -> Raise {
        Raise::Error { message: self.message(text), status }
    }

    /// The refusal to change a read-only variable.
    pub(crate) fn read_only(&self, refusal: ReadOnly) -> Raise {
        let mut text = refusal.0;
        text.extend_from_slice(b": is read only");
        self.raise(text)
    }

    /// Adds a complete message to what the builtin complains.
    pub(crate) fn complain(&mut self, text: impl AsRef<[u8]>) {
        let message = self.message(text);
        self.err.extend_from_slice(&message);
        self.err.push(b'\n');
    }

    /// Commands come from a prompt, whose user needs no line numbers.
    fn is_at_prompt(&self) -> bool {
        self.state.options.is_on(Opt::Interactive) && self.state.call_depth == 0
    }
}
