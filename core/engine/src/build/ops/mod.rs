//! One file for each instruction: what it changes, and how history tells it.

pub(super) mod add;
pub(super) mod arg;
pub(super) mod cmd;
pub(super) mod copy;
pub(super) mod entrypoint;
pub(super) mod env;
pub(super) mod expose;
pub(super) mod from;
pub(super) mod healthcheck;
pub(super) mod label;
pub(super) mod maintainer;
pub(super) mod onbuild;
pub(super) mod run;
pub(super) mod shell;
pub(super) mod stopsignal;
pub(super) mod user;
pub(super) mod volume;
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
