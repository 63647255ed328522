use serde::{Deserialize, Serialize};
use vfs::Time;

/// A session: what was done from the beginning of a world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The format: 1.
    pub version: u32,
    /// The lesson that it belongs to; empty for none.
    #[serde(default)]
    pub lesson: String,
    /// Where the project folder lies, if not at [`PROJECT`](crate::machine::PROJECT). BuildKit remembers folders by
    /// their path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// What was done, oldest first.
    pub journal: Vec<Entry>,
}

/// Something that changes a session. Paths are relative to the project folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "camelCase")]
pub enum Entry {
    /// A line in the shell of the simulated machine.
    Run {
        /// The line, or several.
        line: String,
        /// What was typed while it ran, control characters too: where somebody sat at a keyboard.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        typed: Option<String>,
    },
    /// A file with its whole content; folders above it are made.
    WriteFile {
        /// Its path.
        path: String,
        /// Its content, where it is UTF-8.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// Its content in base64, where it is not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base64: Option<String>,
        /// Permission bits; 0644 unless said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<u16>,
        /// Seconds since 1970 with nine decimals; the machine's clock unless said.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "seconds")]
        time: Option<Time>,
    },
    /// A file or folder goes.
    RemoveFile {
        /// Its path.
        path: String,
    },
    /// A folder is made, or gets these attributes; an empty path is the project folder itself.
    MakeFolder {
        /// Its path.
        path: String,
        /// Permission bits; 0755 unless said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<u16>,
        /// As of a file.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "seconds")]
        time: Option<Time>,
    },
    /// A symbolic link.
    Link {
        /// Its path.
        path: String,
        /// Where it leads.
        target: String,
        /// As of a file.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "seconds")]
        time: Option<Time>,
    },
}

/// Times as text: JavaScript's numbers do not hold nanoseconds since 1970.
mod seconds {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use vfs::Time;

    const NANOS: i64 = 1_000_000_000;

    pub(super) fn serialize<S: Serializer>(time: &Option<Time>, to: S) -> Result<S::Ok, S::Error> {
        let Some(Time(nanos)) = time else { return to.serialize_none() };
        match (nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS)) {
            (seconds, 0) => to.serialize_str(&seconds.to_string()),
            (seconds, nanos) => to.serialize_str(&format!("{seconds}.{nanos:09}")),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Time>, D::Error> {
        let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
        let (seconds, nanos) = text.split_once('.').unwrap_or((&text, "000000000"));
        let whole = seconds.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(NANOS));
        let nanos = (nanos.len() == 9).then(|| nanos.parse::<u32>().ok()).flatten();
        let time = whole.zip(nanos).and_then(|(whole, nanos)| whole.checked_add(i64::from(nanos)));
        time.map(|nanos| Some(Time(nanos))).ok_or_else(|| D::Error::custom(format!("{text:?} is no time")))
    }
}
