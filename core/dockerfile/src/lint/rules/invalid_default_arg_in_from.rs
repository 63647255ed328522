//! InvalidDefaultArgInFrom.

use super::super::environment::Environment;
use super::super::linter::Linter;
use super::super::{Options, Rule};
use crate::Dockerfile;
use crate::expand::Expander;

pub(in crate::lint) const RULE: Rule = Rule {
    name: "InvalidDefaultArgInFrom",
    description: "Default value for global ARG results in an empty or invalid base image name",
    url: "https://docs.docker.com/go/dockerfile/rule/invalid-default-arg-in-from/",
    experimental: false,
};

/// `defaults` are the global variables as they are without build arguments.
pub(in crate::lint) fn check(
    linter: &Linter,
    dockerfile: &Dockerfile,
    defaults: &Environment,
    options: &Options<'_>,
) {
    let expander = Expander::new(dockerfile.escape, dockerfile.vintage);
    for stage in &dockerfile.stages {
        let written = &stage.from.image;
        let Ok(name) = expander.word(written, &|name| defaults.get(name)) else { return };
        if !(options.is_reference)(&name) {
            let detail =
                format!("Default value for ARG {written} results in empty or invalid base image name");
            linter.report(&RULE, stage.instruction.lines, detail);
        }
    }
}
