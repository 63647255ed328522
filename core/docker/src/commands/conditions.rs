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
        let mut conditions = Conditions::none();
        for (key, value) in super::images::filters(call.matches.list("filter"))? {
            if !known.contains(&key.as_str()) {
                return Err(Failure::client(format!("Error response from daemon: Invalid filter '{key}'")));
            }
            match key.as_str() {
                "until" => conditions.until = Conditions::until(call, &value)?.until,
                "label" => conditions.labels.push((value, true)),
                "label!" => conditions.labels.push((value, false)),
                _ => {}
            }
        }
        Ok(conditions)
    }

    /// No condition.
    pub(super) fn none() -> Self {
        Conditions { labels: Vec::new(), until: None }
    }

    /// That a thing was made at this time at the latest.
    pub(super) fn until(call: &Call<'_>, value: &str) -> Result<Self, Failure> {
        let time = super::events::time(value, call.backend.now());
        let until = time.map_err(|failure| match failure {
            Failure::Client { message, exit } => {
                Failure::Client { message: format!("Error response from daemon: {message}"), exit }
            }
            other => other,
        })?;
        Ok(Conditions { until: Some(until), ..Conditions::none() })
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
