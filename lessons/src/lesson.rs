use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Check;

/// Bytes of a `lesson.yaml`.
const MAX_YAML: usize = 256 * 1024;
/// The newest format that this program reads.
const FORMAT: u32 = 1;

/// A lesson as its `lesson.yaml` says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lesson {
    /// Version of the format; 1.
    pub format: u32,
    /// Its id: lower-case words joined by dashes.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The one thing that it makes visible.
    pub insight: String,
    /// How long it takes.
    pub minutes: u32,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What has to hold in the end.
    pub checks: Vec<CheckEntry>,
}

/// A check with what a learner and a grade book need of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CheckEntry {
    /// Its id within the lesson.
    pub id: String,
    /// What it is worth.
    pub points: u32,
    /// What holds when it passes, as a sentence.
    pub message: String,
    /// Help for who does not pass.
    #[serde(default)]
    pub hint: String,
    /// The predicate.
    pub check: Check,
}

/// Why a lesson cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LessonError {
    /// The text is too long.
    #[error("a lesson.yaml of {0} bytes exceeds the limit of {MAX_YAML}")]
    TooLarge(usize),
    /// The text is no YAML, or not of the format; the message names line, column and what was expected.
    #[error("{0}")]
    Yaml(String),
    /// The format is of a later version.
    #[error("format {0} is not known; this program reads format {FORMAT}")]
    Format(u32),
    /// Two checks have one id.
    #[error("two checks have the id {0:?}")]
    DuplicateCheck(String),
}

impl Lesson {
    /// Reads a `lesson.yaml`.
    ///
    /// # Errors
    /// When the text exceeds a limit, is not of the format, or contradicts itself.
    pub fn parse(yaml: &str) -> Result<Lesson, LessonError> {
        if yaml.len() > MAX_YAML {
            return Err(LessonError::TooLarge(yaml.len()));
        }
        let lesson: Lesson =
            serde_yaml::from_str(yaml).map_err(|error| LessonError::Yaml(error.to_string()))?;
        if lesson.format != FORMAT {
            return Err(LessonError::Format(lesson.format));
        }
        let mut ids: Vec<&str> = lesson.checks.iter().map(|entry| entry.id.as_str()).collect();
        ids.sort_unstable();
        match ids.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(LessonError::DuplicateCheck(pair[0].to_owned())),
            None => Ok(lesson),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BUILTIN;

    #[test]
    fn every_builtin_lesson_reads() {
        for lesson in BUILTIN {
            let parsed = Lesson::parse(lesson.yaml).map(|parsed| parsed.id);
            assert_eq!(parsed, Ok(lesson.id.to_owned()));
        }
    }

    #[test]
    fn a_broken_lesson_names_the_place() {
        let yaml = BUILTIN[0].yaml.replace("minutes: 10", "minutes: ten");
        let message = Lesson::parse(&yaml).unwrap_err().to_string();
        insta::assert_snapshot!(message);
    }

    #[test]
    fn contradictions_are_refused() {
        let yaml = BUILTIN[0].yaml.replace("id: program", "id: package");
        assert_eq!(Lesson::parse(&yaml), Err(LessonError::DuplicateCheck("package".to_owned())));
        assert_eq!(Lesson::parse(&"a".repeat(300_000)), Err(LessonError::TooLarge(300_000)));
    }
}
