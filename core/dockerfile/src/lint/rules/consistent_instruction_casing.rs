//! ConsistentInstructionCasing.

use super::super::Rule;
use super::super::linter::Linter;
use crate::{Instruction, Stage};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "ConsistentInstructionCasing",
    description: "All commands within the Dockerfile should use the same casing (either upper or lower)",
    url: "https://docs.docker.com/go/dockerfile/rule/consistent-instruction-casing/",
    experimental: false,
};

/// The majority is taken over FROM and what follows; a tie is upper case. Names in mixed case have no vote.
pub(in crate::lint) fn check(linter: &Linter, stages: &[Stage]) {
    let is_lower = |name: &str| name == name.to_lowercase();
    let is_upper = |name: &str| name == name.to_uppercase();
    let lower = instructions(stages).filter(|one| is_lower(&one.keyword)).count();
    let upper = instructions(stages).filter(|one| is_upper(&one.keyword)).count();
    for instruction in instructions(stages) {
        let name = &instruction.keyword;
        let (fits, wanted) = match lower > upper {
            true => (is_lower(name), "lowercase"),
            false => (is_upper(name), "uppercase"),
        };
        if !fits {
            let detail = format!("Command '{name}' should match the case of the command majority ({wanted})");
            linter.report(&RULE, instruction.lines, detail);
        }
    }
}

fn instructions(stages: &[Stage]) -> impl Iterator<Item = &Instruction> {
    stages.iter().flat_map(|stage| std::iter::once(&stage.instruction).chain(&stage.instructions))
}
