//! InvalidDefinitionDescription.

use super::super::Rule;
use super::super::linter::Linter;
use crate::{Command, Instruction};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "InvalidDefinitionDescription",
    description: "Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.",
    url: "https://docs.docker.com/go/dockerfile/rule/invalid-definition-description/",
    experimental: true,
};

/// The last comment before a named stage or an ARG must begin with a name it declares.
pub(in crate::lint) fn check(linter: &Linter, instruction: &Instruction) {
    let (keyword, names): (&str, Vec<&str>) = match &instruction.command {
        Command::From(from) => ("FROM", from.name.as_deref().into_iter().collect()),
        Command::Arg(arg) => ("ARG", arg.args.iter().map(|pair| pair.key.as_str()).collect()),
        _ => return,
    };
    let (Some(comment), Some(first)) = (instruction.comments.last(), names.first()) else { return };
    if comment.split(' ').next().is_some_and(|word| names.contains(&word)) {
        return;
    }
    let example = if names.len() > 1 { "<arg_key>" } else { first };
    let detail = format!("Comment for {keyword} should follow the format: `# {example} <description>`");
    linter.report(&RULE, instruction.lines, detail);
}
