use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An expression as text, with its place in `lesson.yaml`. [`crate::Lesson::parse`] has seen that it can be read.
#[derive(Clone, Debug, Default)]
pub struct Expression {
    /// The text.
    pub text: String,
    /// Its line, 1 for the first; 0 where it was not read from a file.
    pub(crate) line: u64,
    /// Its column, 1 for the first.
    pub(crate) column: u64,
}

impl Expression {
    /// An expression that no file holds.
    pub fn new(text: impl Into<String>) -> Self {
        Expression { text: text.into(), line: 0, column: 0 }
    }
}

impl PartialEq for Expression {
    /// The place does not count.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Expression {}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(not(target_family = "wasm"))]
impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = serde_yaml::Spanned::<String>::deserialize(deserializer)?;
        Ok(Expression { text: found.value, line: found.referenced.line(), column: found.referenced.column() })
    }
}

/// JSON tells no places.
#[cfg(target_family = "wasm")]
impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Expression::new)
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Expression {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Expression".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "maxLength": 4096,
            "description": "An expression of the language of checks; `glasshull lesson language` lists its names.",
            "examples": ["image.cmd == [\"redis-server\"]", "image.file(\"/etc/apk/world\").lines has \"redis\""],
        })
    }
}
