//! One file for each instruction: what it changes, and how history tells it.

pub(super) mod add;
pub(super) mod arg;
pub(crate) mod cmd;
pub(super) mod copy;
pub(crate) mod entrypoint;
pub(crate) mod env;
pub(super) mod expose;
pub(super) mod from;
pub(crate) mod healthcheck;
pub(crate) mod label;
pub(super) mod maintainer;
pub(crate) mod onbuild;
pub(super) mod run;
pub(crate) mod shell;
pub(crate) mod stopsignal;
pub(crate) mod user;
pub(crate) mod volume;
pub(super) mod workdir;

/// A list as Go's `%q` writes it: `["a" "b"]`.
fn quoted(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| dockerfile::go_quote(word)).collect();
    format!("[{}]", words.join(" "))
}

/// A list as Go's `%v` writes it: `[a b]`.
fn listed(words: &[String]) -> String {
    format!("[{}]", words.join(" "))
}
