//! InvalidBaseImagePlatform.

use super::super::linter::Linter;
use super::super::plan::Planned;
use super::super::{BaseImage, Options, Rule};
use crate::go_quote;

pub(in crate::lint) const RULE: Rule = Rule {
    name: "InvalidBaseImagePlatform",
    description: "Base image platform does not match expected target platform",
    url: "",
    experimental: false,
};

/// Compares operating system and architecture with what FROM or the build asks for.
pub(in crate::lint) fn check(
    linter: &Linter,
    planned: &Planned<'_>,
    base: &BaseImage,
    options: &Options<'_>,
) {
    let expected = planned.platform.as_ref().unwrap_or(&options.target_platform);
    let actual = &base.platform;
    if expected.os == actual.os && expected.architecture == actual.architecture {
        return;
    }
    let (name, actual, expected) =
        (&planned.base, go_quote(&actual.to_string()), go_quote(&expected.to_string()));
    let detail =
        format!("Base image {name} was pulled with platform {actual}, expected {expected} for current build");
    linter.report(&RULE, planned.stage.instruction.lines, detail);
}
