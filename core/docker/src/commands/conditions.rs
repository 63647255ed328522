//! `--filter` of the commands that remove what is not used.

use vfs::Time;

use crate::{command::Call, failure::Failure};

/// What must hold of a thing that is removed.
pub(super) struct Conditions {
    /// Labels, and whether it has to have them.
    labels: Vec<(String, bool)>,
    /// When it was made at the latest.
    until: Option<Time>,
}

impl Conditions {
    /// The conditions of a call; `known` are the filters that this command has.
    pub(super) fn of(call: &Call<'_>, known: &[&str]) -> Result<Self, Failure> {
        let mut conditions = Conditions { labels: Vec::new(), until: None };
        let now = call.backend.now();
        for (key, value) in super::images::filters(call.matches.list("filter"))? {
            if !known.contains(&key.as_str()) {
                return Err(Failure::client(format!("Error response from daemon: Invalid filter '{key}'")));
            }
            match key.as_str() {
                "until" => {
                    let time = super::events::time(&value, now);
                    conditions.until = Some(time.map_err(|failure| match failure {
                        Failure::Client { message, exit } => Failure::Client {
                            message: format!("Error response from daemon: {message}"),
                            exit,
                        },
                        other => other,
                    })?);
                }
                "label" => conditions.labels.push((value, true)),
                "label!" => conditions.labels.push((value, false)),
                _ => {}
            }
        }
        Ok(conditions)
    }

    /// Whether a thing with these labels, made then, stays.
    pub(super) fn spare(&self, labels: &[(String, String)], created: Time) -> bool {
        let lacks = |(wanted, has): &(String, bool)| {
            let is = |(key, value): &(String, String)| key == wanted || format!("{key}={value}") == *wanted;
            labels.iter().any(is) != *has
        };
        self.labels.iter().any(lacks) || self.until.is_some_and(|until| created > until)
    }
}
