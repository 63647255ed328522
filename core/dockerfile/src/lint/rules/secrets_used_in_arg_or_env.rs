//! SecretsUsedInArgOrEnv.

use super::super::Rule;
use super::super::linter::Linter;
use crate::{Lines, go_quote};

pub(in crate::lint) const RULE: Rule = Rule {
    name: "SecretsUsedInArgOrEnv",
    description: "Sensitive data should not be used in the ARG or ENV commands",
    url: "https://docs.docker.com/go/dockerfile/rule/secrets-used-in-arg-or-env/",
    experimental: false,
};

/// Words of a name that tell of a secret.
const SECRET: [&str; 10] =
    ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];

/// Words that tell that it is none.
const HARMLESS: [&str; 3] = ["public", "file", "version"];

/// The words of a name are what `_` separates, in any letter case.
pub(in crate::lint) fn check(linter: &Linter, lines: Lines, instruction: &str, name: &str) {
    let has = |words: &[&str]| name.split('_').any(|part| words.contains(&part.to_lowercase().as_str()));
    if has(&SECRET) && !has(&HARMLESS) {
        let name = go_quote(name);
        let detail = format!("Do not use ARG or ENV instructions for sensitive data ({instruction} {name})");
        linter.report(&RULE, lines, detail);
    }
}
