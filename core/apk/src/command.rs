use kernel::LocalBoxFuture;

use crate::{
    commands::COMMANDS,
    commit::Outcome,
    engine::Engine,
    open::Needs,
    options::{Group, Spec, flag},
    session::Session,
};

/// A command of apk.
pub(crate) struct Command {
    /// Its name.
    pub(crate) name: &'static str,
    /// Section of the overview.
    pub(crate) section: Section,
    /// Its arguments in the usage line.
    pub(crate) arguments: &'static str,
    /// One line for the overview.
    pub(crate) summary: &'static str,
    /// Shared options that it knows.
    pub(crate) groups: &'static [&'static Group],
    /// Its own options.
    pub(crate) options: &'static [Spec],
    /// Empty arguments do not count.
    pub(crate) drops_empty: bool,
    /// What it needs of the database.
    pub(crate) needs: fn(&Given, Engine) -> Needs,
    /// Does it.
    pub(crate) run: for<'s, 'p> fn(&'s mut Session<'p>, Given) -> LocalBoxFuture<'s, Outcome>,
}

/// Where the overview shows a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Packages,
    System,
    Queries,
    Repositories,
    Miscellaneous,
}

impl Section {
    pub(crate) const ALL: [(Section, &'static str); 5] = [
        (Section::Packages, "Package installation and removal"),
        (Section::System, "System maintenance"),
        (Section::Queries, "Querying package information"),
        (Section::Repositories, "Repository maintenance"),
        (Section::Miscellaneous, "Miscellaneous"),
    ];
}

/// `-h`, which every command knows.
pub(crate) const HELP: Spec = flag("h", "help", "Show this text");

/// What the command line gave a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Its own options with their arguments, in order.
    pub(crate) options: Vec<(&'static str, String)>,
    /// The other words.
    pub(crate) args: Vec<String>,
}

impl Given {
    /// Whether an option was given.
    pub(crate) fn has(&self, option: &str) -> bool {
        self.options.iter().any(|(name, _)| *name == option)
    }

    /// The argument of an option, the last one counting.
    pub(crate) fn value(&self, option: &str) -> Option<&str> {
        self.options.iter().rev().find(|(name, _)| *name == option).map(|(_, value)| value.as_str())
    }
}

impl Command {
    /// The command of a name.
    pub(crate) fn find(name: &str) -> Option<&'static Command> {
        COMMANDS.iter().copied().find(|command| command.name == name)
    }

    /// All options that it knows.
    pub(crate) fn specs(&self) -> Vec<Spec> {
        let shared = self.groups.iter().flat_map(|group| group.options);
        shared.chain([&HELP]).chain(self.options).copied().collect()
    }
}
