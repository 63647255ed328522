//! Git repositories as build contexts and sources of ADD.

use std::collections::BTreeMap;

use crate::go_quote;
use crate::instruction::go_bool;

/// A reference to a git repository, of the current vintage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitRef {
    /// What git is given: the address without query and fragment.
    pub remote: String,
    /// The last part of the remote without `.git`.
    pub short_name: String,
    /// Branch, tag or commit; empty for the default.
    pub reference: String,
    /// A folder in the repository; empty for its root.
    pub subdir: String,
    /// The commit that must be found.
    pub checksum: String,
    /// `github.com/...`: looks like a path.
    pub looks_local: bool,
    /// `git://` and `http://`.
    pub unencrypted: bool,
    /// `keep-git-dir`.
    pub keep_git_dir: Option<bool>,
    /// `submodules`.
    pub submodules: Option<bool>,
    /// `mtime`: `checkout` or `commit`; empty when not given.
    pub mtime: String,
    /// `fetch-by-commit`.
    pub fetch_by_commit: bool,
}

/// A git reference with a query that makes no sense; Docker's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GitRefError(pub String);

/// An address cut in pieces.
struct Address<'a> {
    scheme: String,
    path: &'a str,
    remote: String,
    query: &'a str,
    fragment: String,
}

impl GitRef {
    /// Parses `text`; nothing when it is no git reference but a path or another URL.
    ///
    /// # Errors
    /// When it is one, and its query is not as it must be.
    pub fn parse(text: &str) -> Result<Option<Self>, GitRefError> {
        let looks_local = text.starts_with("github.com/");
        let address = if text.starts_with("./") || text.starts_with("../") {
            None
        } else if looks_local {
            Address::of_url("https", text)
        } else if let Some((scheme, rest)) = scheme_of(text) {
            Address::of_url(&scheme.to_lowercase(), rest).filter(Address::is_supported)
        } else {
            Address::of_scp(text)
        };
        let Some(address) = address else { return Ok(None) };
        let is_web = matches!(address.scheme.as_str(), "http" | "https");
        if is_web && !looks_local && !address.path.ends_with(".git") {
            return Ok(None);
        }
        let remote = if looks_local { address.remote.replacen("https://", "", 1) } else { address.remote };
        let last = remote.rsplit('/').next().unwrap_or_default();
        let (reference, subdir) = address.fragment.split_once(':').unwrap_or((&address.fragment, ""));
        let mut found = Self {
            short_name: last.strip_suffix(".git").unwrap_or(last).to_owned(),
            reference: reference.to_owned(),
            subdir: pattern::filepath_clean(&format!("/{subdir}"))[1..].to_owned(),
            looks_local,
            unencrypted: matches!(address.scheme.as_str(), "http" | "git"),
            remote,
            ..Self::default()
        };
        found.query(&parse_query(address.query)).map_err(GitRefError)?;
        Ok(Some(found))
    }

    fn query(&mut self, query: &BTreeMap<String, Vec<String>>) -> Result<(), String> {
        let (mut tag, mut branch) = (String::new(), String::new());
        for (key, values) in query {
            let value = match values.as_slice() {
                [value] => value.as_str(),
                _ => return Err(format!("query {} has multiple values", go_quote(key))),
            };
            let switches = ["submodules", "keep-git-dir", "fetch-by-commit"];
            if value.is_empty() && !switches.contains(&key.as_str()) {
                return Err(format!("query {} has no value", go_quote(key)));
            }
            match key.as_str() {
                "ref" => merge("ref", &mut self.reference, value)?,
                "subdir" => merge("subdir", &mut self.subdir, value)?,
                "tag" => tag = with_prefix("refs/tags/", value),
                "branch" => branch = with_prefix("refs/heads/", value),
                "checksum" | "commit" => self.checksum = value.to_owned(),
                "keep-git-dir" => self.keep_git_dir = Some(switch(key, value)?),
                "submodules" => self.submodules = Some(switch(key, value)?),
                "fetch-by-commit" => self.fetch_by_commit = switch(key, value)?,
                "mtime" if matches!(value, "checkout" | "commit") => self.mtime = value.to_owned(),
                "mtime" => {
                    let value = go_quote(value);
                    return Err(format!("invalid mtime value: {value} (must be \"checkout\" or \"commit\")"));
                }
                _ => return Err(format!("unexpected query {}", go_quote(key))),
            }
        }
        if !tag.is_empty() {
            merge("ref", &mut self.reference, &tag)?;
        }
        if branch.is_empty() {
            return Ok(());
        }
        if !tag.is_empty() {
            return Err("branch conflicts with tag".to_owned());
        }
        merge("ref", &mut self.reference, &branch)
    }
}

/// Sets what is not set; another value than the one that is set is a conflict.
fn merge(what: &str, own: &mut String, value: &str) -> Result<(), String> {
    if !own.is_empty() && own != value {
        return Err(format!("{what} conflicts: {} vs {}", go_quote(own), go_quote(value)));
    }
    value.clone_into(own);
    Ok(())
}

fn with_prefix(prefix: &str, value: &str) -> String {
    if value.starts_with(prefix) { value.to_owned() } else { format!("{prefix}{value}") }
}

fn switch(key: &str, value: &str) -> Result<bool, String> {
    if value.is_empty() {
        return Ok(true);
    }
    go_bool(value).ok_or_else(|| format!("invalid {key} value: {}", go_quote(value)))
}

fn scheme_of(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let valid = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    valid.then_some((scheme, rest))
}

impl<'a> Address<'a> {
    /// `rest` is what follows `://`.
    fn of_url(scheme: &str, rest: &'a str) -> Option<Self> {
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = place.find('/').map_or("", |at| &place[at..]);
        let has_blank = place.chars().any(|ch| ch.is_control() || ch == ' ');
        let remote = format!("{scheme}://{place}");
        let address =
            Self { scheme: scheme.to_owned(), path, remote, query, fragment: decode(fragment, false) };
        (!has_blank).then_some(address)
    }

    fn is_supported(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "https" | "ssh" | "git")
    }

    /// `user@host:path`.
    fn of_scp(text: &'a str) -> Option<Self> {
        let (user, rest) = text.split_once('@')?;
        let (host, rest) = rest.split_once(':')?;
        let word = |text: &str, also: &[char]| {
            !text.is_empty() && text.chars().all(|ch| ch.is_ascii_alphanumeric() || also.contains(&ch))
        };
        if !word(user, &['-', '_']) || !word(host, &['-', '.']) || text.contains('\n') {
            return None;
        }
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let remote = format!("{user}@{host}:{path}");
        Some(Self { scheme: "ssh".to_owned(), path, remote, query, fragment: fragment.to_owned() })
    }
}

fn parse_query(query: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        found.entry(decode(key, true)).or_default().push(decode(value, true));
    }
    found
}

/// Resolves `%XX`, and `+` in a query; what is no escape stays as it is.
fn decode(text: &str, is_query: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(if is_query && bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
