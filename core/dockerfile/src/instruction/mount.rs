//! `RUN --mount`.

use super::csv;
use super::number::{go_bool, parse_ram, parse_uint32};
use crate::{Case, Vintage, go_quote, with_suggestion};

/// Expands a value; the error is Docker's text.
pub type ExpandValue<'e> = &'e dyn Fn(&str) -> Result<String, String>;

/// What is mounted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the type of its name")]
pub enum MountType {
    #[default]
    Bind,
    Cache,
    Tmpfs,
    Secret,
    Ssh,
}

impl MountType {
    const ALL: [Self; 5] = [Self::Bind, Self::Cache, Self::Secret, Self::Ssh, Self::Tmpfs];

    /// As written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bind => "bind",
            Self::Cache => "cache",
            Self::Tmpfs => "tmpfs",
            Self::Secret => "secret",
            Self::Ssh => "ssh",
        }
    }
}

/// How builds share a cache mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the mode of its name")]
pub enum Sharing {
    Shared,
    Private,
    Locked,
}

impl Sharing {
    const ALL: [(&'static str, Self); 3] =
        [("locked", Self::Locked), ("private", Self::Private), ("shared", Self::Shared)];
}

/// One mount of a RUN.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// `type`.
    pub kind: MountType,
    /// `from`: a stage or image; empty is the context.
    pub from: String,
    /// `source`.
    pub source: String,
    /// `target`.
    pub target: String,
    /// Whether it can only be read.
    pub read_only: bool,
    /// `size` of a tmpfs in bytes.
    pub size: i64,
    /// `id` of a cache or secret.
    pub id: String,
    /// `sharing` of a cache.
    pub sharing: Option<Sharing>,
    /// `required` of a secret or ssh mount.
    pub required: bool,
    /// `env`: the variable a secret is put into; empty for the default name.
    pub env: Option<String>,
    /// `mode`.
    pub mode: Option<u32>,
    /// `uid`.
    pub uid: Option<u32>,
    /// `gid`.
    pub gid: Option<u32>,
}

const KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "target",
    "readonly",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "src",
    "dst",
    "destination",
    "ro",
    "rw",
    "readwrite",
    "env",
];

/// A mount being read.
struct Reader {
    mount: Mount,
    read_only: Option<bool>,
    vintage: Vintage,
}

/// 20.10: values are taken as they are.
pub(super) fn parse_20_10(flag: &str) -> Result<Mount, String> {
    Reader::new(Vintage::Docker20_10).read(flag, &|value| Ok(value.to_owned()))
}

/// The current vintage, once variables are known.
pub(super) fn parse(flag: &str, expand: ExpandValue<'_>) -> Result<Mount, String> {
    Reader::new(Vintage::Current).read(flag, expand)
}

/// What the current vintage checks before variables are known.
pub(super) fn check(flag: &str) -> Result<(), String> {
    for field in fields(flag)? {
        let Some((key, value)) = field.split_once('=') else { continue };
        let has_variable = value.find('$').is_some_and(|at| at + 1 != value.len());
        if key.eq_ignore_ascii_case("from") && has_variable {
            let key = key.to_lowercase();
            return Err(format!("'{key}' doesn't support variable expansion, define alias stage instead"));
        }
    }
    Ok(())
}

fn fields(flag: &str) -> Result<Vec<String>, String> {
    csv::fields(flag).map_err(|error| format!("failed to parse csv mounts: {error}"))
}

impl Reader {
    fn new(vintage: Vintage) -> Self {
        Self { mount: Mount::default(), read_only: None, vintage }
    }

    fn read(mut self, flag: &str, expand: ExpandValue<'_>) -> Result<Mount, String> {
        for field in fields(flag)? {
            match field.split_once('=') {
                None => self.switch(&field)?,
                Some((key, value)) => self.set(&key.to_lowercase(), &expand(value)?, &field)?,
            }
        }
        self.finish()
    }

    fn switch(&mut self, field: &str) -> Result<(), String> {
        match field.to_lowercase().as_str() {
            "readonly" | "ro" => self.read_only = Some(true),
            "readwrite" | "rw" => self.read_only = Some(false),
            "required" => {
                self.only_for("required", &[MountType::Secret, MountType::Ssh])?;
                self.mount.required = true;
            }
            _ => return Err(format!("invalid field '{field}' must be a key=value pair")),
        }
        Ok(())
    }

    fn only_for(&self, key: &str, kinds: &[MountType]) -> Result<(), String> {
        match kinds.contains(&self.mount.kind) {
            true => Ok(()),
            false => Err(format!("unexpected key '{key}' for mount type '{}'", self.mount.kind.name())),
        }
    }

    fn set(&mut self, key: &str, value: &str, field: &str) -> Result<(), String> {
        let invalid = || format!("invalid value for {key}: {value}");
        let number =
            |radix| parse_uint32(value, radix).ok_or_else(|| format!("invalid value {value} for {key}"));
        let current = self.vintage == Vintage::Current;
        match key {
            "type" => self.mount.kind = self.kind(value)?,
            "from" => self.mount.from = value.to_owned(),
            "source" | "src" => self.mount.source = value.to_owned(),
            "target" | "dst" | "destination" => self.mount.target = value.to_owned(),
            "readonly" | "ro" => self.read_only = Some(go_bool(value).ok_or_else(invalid)?),
            "readwrite" | "rw" => self.read_only = Some(!go_bool(value).ok_or_else(invalid)?),
            "required" => {
                self.only_for(key, &[MountType::Secret, MountType::Ssh])?;
                self.mount.required = go_bool(value).ok_or_else(invalid)?;
            }
            "size" if current => {
                self.only_for(key, &[MountType::Tmpfs])?;
                self.mount.size = parse_ram(value).ok_or_else(invalid)?;
            }
            "id" => self.mount.id = value.to_owned(),
            "sharing" => self.mount.sharing = Some(self.sharing(value)?),
            "mode" => self.mount.mode = Some(number(8)?),
            "uid" => self.mount.uid = Some(number(10)?),
            "gid" => self.mount.gid = Some(number(10)?),
            "env" if current => self.mount.env = Some(value.to_owned()),
            _ => return Err(self.suggesting(format!("unexpected key '{key}' in '{field}'"), key, &KEYS)),
        }
        Ok(())
    }

    fn suggesting(&self, message: String, word: &str, options: &[&str]) -> String {
        match self.vintage {
            Vintage::Docker20_10 => message,
            Vintage::Current => with_suggestion(message, word, options.iter().copied(), Case::Sensitive),
        }
    }

    fn kind(&self, value: &str) -> Result<MountType, String> {
        let found = MountType::ALL.into_iter().find(|kind| kind.name() == value.to_lowercase());
        found.ok_or_else(|| {
            let message = format!("unsupported mount type {}", go_quote(value));
            self.suggesting(message, value, &MountType::ALL.map(MountType::name))
        })
    }

    fn sharing(&self, value: &str) -> Result<Sharing, String> {
        let found = Sharing::ALL.into_iter().find(|(name, _)| *name == value.to_lowercase());
        found.map(|(_, sharing)| sharing).ok_or_else(|| {
            let message = format!("unsupported sharing value {}", go_quote(value));
            self.suggesting(message, value, &Sharing::ALL.map(|(name, _)| name))
        })
    }

    fn finish(mut self) -> Result<Mount, String> {
        let kind = self.mount.kind;
        if matches!(kind, MountType::Bind | MountType::Tmpfs) {
            let owner = [("mode", self.mount.mode), ("uid", self.mount.uid), ("gid", self.mount.gid)];
            if let Some((key, _)) = owner.iter().find(|(_, value)| value.is_some()) {
                return Err(format!("{key} not allowed for {} type mounts", go_quote(kind.name())));
            }
        }
        let writable = matches!(kind, MountType::Cache | MountType::Tmpfs);
        self.mount.read_only = self.read_only.unwrap_or(!writable);
        if self.vintage == Vintage::Docker20_10 {
            self.check_sharing()?;
            self.check_secret()?;
        } else {
            self.check_secret()?;
            self.check_sharing()?;
        }
        Ok(self.mount)
    }

    fn check_sharing(&self) -> Result<(), String> {
        match self.mount.sharing {
            Some(_) if self.mount.kind != MountType::Cache => {
                Err(format!("invalid cache sharing set for {} mount", self.mount.kind.name()))
            }
            _ => Ok(()),
        }
    }

    fn check_secret(&self) -> Result<(), String> {
        let mount = &self.mount;
        if mount.kind != MountType::Secret {
            return Ok(());
        }
        let fault = if !mount.from.is_empty() {
            "secret mount should not have a from"
        } else if mount.sharing.is_some() {
            "secret mount should not define sharing"
        } else if mount.source.is_empty() && mount.target.is_empty() && mount.id.is_empty() {
            "invalid secret mount. one of source, target required"
        } else if !mount.source.is_empty() && !mount.id.is_empty() {
            "both source and id can't be set"
        } else {
            return Ok(());
        };
        Err(fault.to_owned())
    }
}
