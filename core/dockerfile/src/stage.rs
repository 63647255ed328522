//! Instructions into stages: the whole Dockerfile.

use std::borrow::Cow;

use crate::instruction::{self, Arg, Command, From, Instruction};
use crate::syntax::{self, Node, Remainder, Sink, Syntax};
use crate::{Case, ParseError, ParseErrorKind, Vintage, with_suggestion};

/// A Dockerfile as a build sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// The escape character: `\` or a backquote.
    pub escape: char,
    /// Whose language it is.
    pub vintage: Vintage,
    /// The ARG instructions before the first FROM.
    pub global_args: Vec<Instruction>,
    /// The stages in order. Empty for a file of ARGs alone: what then happens is the builder's.
    pub stages: Vec<Stage>,
    /// `[WARNING]: ...` lines the classic builder prints first; empty as a rule.
    pub warning_text: String,
}

/// Room for the instructions of a stage; most have no more.
const STEPS: usize = 16;

/// One FROM and what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Counted from 0.
    pub index: usize,
    /// The FROM instruction; `from` is its content.
    pub instruction: Instruction,
    /// Base, platform and name.
    pub from: From,
    /// The instructions after it, in order; none is FROM.
    pub instructions: Vec<Instruction>,
}

impl Stage {
    /// The name in lower case.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.from.name.as_deref()
    }
}

/// Gives instructions their types as they are read; an error of the syntax further down comes before one of an
/// instruction.
struct Maker {
    dockerfile: Dockerfile,
    failed: Option<ParseError>,
}

impl Sink<'_> for Maker {
    fn take(&mut self, node: Node<'_>) {
        self.pass(node);
    }

    fn pass(&mut self, node: Node<'_>) {
        if self.failed.is_none() {
            let made = instruction::parse(&node, self.dockerfile.vintage);
            let pushed = made.and_then(|instruction| self.dockerfile.push(instruction, &node));
            self.failed = pushed.err();
        }
    }
}

/// A `--target` that names no stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TargetError {
    /// BuildKit's text; the classic builder of Docker 29 has it without the suggestion.
    pub message: String,
    /// The classic builder's text.
    pub classic: String,
}

impl Dockerfile {
    /// Parses the bytes of a Dockerfile; bytes that are no UTF-8 become U+FFFD, and spans count in the
    /// text after that.
    ///
    /// # Errors
    /// The first error in Docker's order: first all of the syntax, then instruction by instruction.
    pub fn parse(text: &[u8], vintage: Vintage) -> Result<Self, ParseError> {
        // Checking all of it at once is faster than looking for what is to be replaced.
        let text = std::str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed);
        let mut maker = Maker { dockerfile: Self::empty(vintage), failed: None };
        let Remainder { escape, empty_continuations } = syntax::parse_each(&text, vintage, &mut maker)?;
        if let Some(error) = maker.failed {
            return Err(error);
        }
        let warning_text = syntax::warning_text(&empty_continuations, vintage);
        Ok(Self { escape, warning_text, ..maker.dockerfile })
    }

    fn empty(vintage: Vintage) -> Self {
        Self {
            escape: '\\',
            vintage,
            global_args: Vec::new(),
            stages: Vec::new(),
            warning_text: String::new(),
        }
    }

    /// The second half of [`Dockerfile::parse`].
    ///
    /// # Errors
    /// The first instruction that is wrong, or that stands before FROM and is no ARG.
    pub fn from_syntax(tree: &Syntax<'_>) -> Result<Self, ParseError> {
        let mut dockerfile =
            Self { escape: tree.escape, warning_text: tree.warning_text(), ..Self::empty(tree.vintage) };
        for node in &tree.nodes {
            dockerfile.push(instruction::parse(node, tree.vintage)?, node)?;
        }
        Ok(dockerfile)
    }

    fn push(&mut self, instruction: Instruction, node: &Node<'_>) -> Result<(), ParseError> {
        if let Command::From(from) = &instruction.command {
            let from = from.clone();
            let index = self.stages.len();
            self.stages.push(Stage { index, instruction, from, instructions: Vec::with_capacity(STEPS) });
            return Ok(());
        }
        match self.stages.last_mut() {
            Some(stage) => stage.instructions.push(instruction),
            None if matches!(instruction.command, Command::Arg(_)) => self.global_args.push(instruction),
            None => {
                return Err(ParseError {
                    kind: ParseErrorKind::Stage,
                    message: "no build stage in current context".to_owned(),
                    lines: node.lines,
                    span: Some(node.span),
                    vintage: self.vintage,
                });
            }
        }
        Ok(())
    }

    /// The first stage of that name in any letter case: how the classic builder looks names up.
    #[must_use]
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| is_named(stage, name))
    }

    /// The last stage of that name in any letter case: how BuildKit looks names up.
    #[must_use]
    pub fn last_stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().rfind(|stage| is_named(stage, name))
    }

    /// The stage to be built: the last one for an empty name, else by name; a number is no name.
    ///
    /// # Errors
    /// When there is no such stage.
    pub fn target(&self, name: &str) -> Result<Option<&Stage>, TargetError> {
        if name.is_empty() {
            return Ok(self.stages.last());
        }
        self.stage(name).map(Some).ok_or_else(|| self.no_target(name))
    }

    fn no_target(&self, name: &str) -> TargetError {
        match self.vintage {
            Vintage::Docker20_10 => TargetError {
                message: format!("target stage {name} could not be found"),
                classic: format!("failed to reach build target {name} in Dockerfile"),
            },
            Vintage::Current => {
                let message = format!("target stage {} could not be found", crate::go_quote(name));
                let names = self.stages.iter().filter_map(Stage::name);
                TargetError {
                    classic: message.clone(),
                    message: with_suggestion(message, name, names, Case::Sensitive),
                }
            }
        }
    }

    /// The global ARGs' contents, in order.
    pub fn global_arg_commands(&self) -> impl Iterator<Item = &Arg> {
        self.global_args.iter().filter_map(|instruction| match &instruction.command {
            Command::Arg(arg) => Some(arg),
            _ => None,
        })
    }

    /// N of the classic builder's `Step i/N`, up to and with the stage at `target`: global ARGs,
    /// FROMs and instructions.
    #[must_use]
    pub fn step_count(&self, target: usize) -> usize {
        let stages = self.stages.iter().take(target.saturating_add(1));
        self.global_args.len() + stages.map(|stage| 1 + stage.instructions.len()).sum::<usize>()
    }
}

fn is_named(stage: &Stage, name: &str) -> bool {
    stage.name().is_some_and(|own| own == name.to_lowercase())
}
