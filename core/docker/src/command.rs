use api::Backend;

use crate::{Flag, Host, failure::Failure, flags::Matches};

/// A docker command: one row of [`crate::COMMANDS`].
#[derive(Debug)]
pub struct Command {
    /// All its spellings, the first one shown in messages (`images`, `image ls`, ...).
    pub names: &'static [&'static str],
    /// What follows the name in a usage line.
    pub usage: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// How many arguments it takes.
    pub args: ArgRule,
    /// Whether flags may follow arguments.
    pub interspersed: bool,
    /// Docker's flags.
    pub flags: &'static [Flag],
    /// Flags that only Glasshull has; unknown when the program is called as `docker`.
    pub glass_flags: &'static [Flag],
    pub(crate) run: fn(&mut Call<'_>) -> Result<u8, Failure>,
}

/// How many arguments a command takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgRule {
    /// None.
    None,
    /// Just so many.
    Exactly(usize),
    /// So many or more.
    AtLeast(usize),
    /// So many or fewer.
    AtMost(usize),
    /// From the first number to the second.
    Between(usize, usize),
}

impl ArgRule {
    /// The complaint, without the command's name, when `count` arguments do not fit.
    pub(crate) fn complaint(self, count: usize) -> Option<String> {
        let (fits, text) = match self {
            ArgRule::None => (count == 0, "accepts no arguments".to_owned()),
            ArgRule::Exactly(n) => (count == n, format!("requires exactly {n} {}", plural(n))),
            ArgRule::AtLeast(n) => (count >= n, format!("requires at least {n} {}", plural(n))),
            ArgRule::AtMost(n) => (count <= n, format!("requires at most {n} {}", plural(n))),
            ArgRule::Between(low, high) => (
                (low..=high).contains(&count),
                format!("requires at least {low} and at most {high} {}", plural(high)),
            ),
        };
        (!fits).then_some(text)
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "argument" } else { "arguments" }
}

/// One call of a command: what was asked, of whom, from where.
pub(crate) struct Call<'a> {
    pub(crate) command: &'static Command,
    /// The spelling by which it was called.
    pub(crate) name: &'static str,
    pub(crate) matches: Matches,
    pub(crate) backend: &'a mut dyn Backend,
    pub(crate) host: &'a mut dyn Host,
}

impl Call<'_> {
    /// The value of a switch.
    pub(crate) fn switch(&self, long: &str) -> bool {
        self.matches.switch(self.command.flags, long)
    }

    /// Names the first of these flags that was given: none of them is simulated.
    pub(crate) fn refuse(&self, flags: &[&str]) -> Result<(), Failure> {
        match flags.iter().find(|flag| self.matches.is_set(flag)) {
            Some(flag) => Err(Failure::client(format!("glasshull: the flag --{flag} is not simulated"))),
            None => Ok(()),
        }
    }

    /// The arguments.
    pub(crate) fn args(&self) -> &[String] {
        &self.matches.args
    }

    /// Prints to standard output.
    pub(crate) fn print(&mut self, text: impl AsRef<str>) {
        self.host.write(api::Stream::Stdout, text.as_ref().as_bytes());
    }

    /// Asks whether to go on, and waits for an answer.
    pub(crate) fn agrees(&mut self, question: &str) -> Result<bool, Failure> {
        self.print(question);
        Ok(matches!(self.host.read_line()?.first(), Some(b'y' | b'Y')))
    }

    /// Prints to standard error.
    pub(crate) fn eprint(&mut self, text: impl AsRef<str>) {
        self.host.write(api::Stream::Stderr, text.as_ref().as_bytes());
    }

    /// Does `each` for every argument, as docker does: all are tried, complaints are printed as they come, and any of
    /// them makes the exit status 1.
    pub(crate) fn for_each_argument(
        &mut self,
        mut each: impl FnMut(&mut Self, &str) -> Result<(), Failure>,
    ) -> Result<u8, Failure> {
        let mut exit = 0;
        for name in self.matches.args.clone() {
            if let Err(failure) = each(self, &name) {
                self.eprint(failure.text(self.backend.version(), self.command, self.name).0);
                exit = 1;
            }
        }
        Ok(exit)
    }
}
