//! `--cache-from` and `--cache-to`.

use std::collections::BTreeMap;

use api::{CacheExport, CacheFolder};

use super::solve_request::failed;
use crate::command::Call;
use crate::context::join;
use crate::failure::Failure;
use crate::{HostErrorKind, Select};

/// Where cached steps come from and go to.
#[derive(Default)]
pub(super) struct Caches {
    /// Images, as named.
    pub(super) named: Vec<String>,
    /// Folders that were read.
    pub(super) folders: Vec<CacheFolder>,
    /// Whether the image itself is to tell of its cache.
    pub(super) inline: bool,
    /// Caches for folders, and the folders.
    pub(super) exports: Vec<CacheExport>,
    pub(super) destinations: Vec<String>,
}

impl Caches {
    /// Reads both flags of a command line, and the folders that they name.
    pub(super) fn read(call: &mut Call<'_>) -> Result<Self, Failure> {
        let mut caches = Caches::default();
        for given in call.matches.list("cache-from").to_vec() {
            caches.from(call, &given)?;
        }
        for given in call.matches.list("cache-to").to_vec() {
            caches.to(&given)?;
        }
        Ok(caches)
    }

    fn from(&mut self, call: &mut Call<'_>, given: &str) -> Result<(), Failure> {
        let Some((kind, fields)) = fields(given)? else {
            self.named.push(given.to_owned());
            return Ok(());
        };
        match kind.as_str() {
            "registry" => match fields.get("ref") {
                Some(reference) => self.named.push(reference.clone()),
                None => return Err(failed("registry cache importer requires ref".to_owned())),
            },
            "local" => {
                let source = fields.get("src").filter(|source| !source.is_empty());
                let source = source.ok_or_else(|| failed("local cache importer requires src".to_owned()))?;
                self.folders.extend(folder(call, source, given)?);
            }
            other => return Err(not_simulated("cache-from", other)),
        }
        Ok(())
    }

    fn to(&mut self, given: &str) -> Result<(), Failure> {
        let Some((kind, fields)) = fields(given)? else { return Err(not_simulated("cache-to", "registry")) };
        let field = |name: &str, default: &str| fields.get(name).map_or(default, String::as_str).to_owned();
        match kind.as_str() {
            "inline" => self.inline = true,
            "local" => {
                let dest = fields.get("dest").filter(|dest| !dest.is_empty());
                let dest = dest.ok_or_else(|| failed("local cache exporter requires dest".to_owned()))?;
                let compression = field("compression", "gzip");
                if !["gzip", "zstd", "uncompressed"].contains(&compression.as_str()) {
                    return Err(failed(format!(
                        "failed to solve: unsupported compression type: {compression}"
                    )));
                }
                let all = field("mode", "min") == "max";
                self.destinations.push(dest.clone());
                self.exports.push(CacheExport { all, compression, tag: field("tag", "latest") });
            }
            other => return Err(not_simulated("cache-to", other)),
        }
        Ok(())
    }
}

fn not_simulated(flag: &str, kind: &str) -> Failure {
    Failure::client(format!("glasshull: --{flag} of type {kind} is not simulated"))
}

/// The type of a cache with its other fields.
type Typed = (String, BTreeMap<String, String>);

/// The type and the other fields of `type=TYPE,KEY=VALUE`; none for a plain name.
fn fields(given: &str) -> Result<Option<Typed>, Failure> {
    if !given.contains('=') {
        return Ok(None);
    }
    let pairs = given.split(',').map(|field| match field.split_once('=') {
        Some((key, value)) => Ok((key.trim().to_lowercase(), value.to_owned())),
        None => Err(failed(format!("invalid value {field}"))),
    });
    let mut fields: BTreeMap<String, String> = pairs.collect::<Result<_, _>>()?;
    match fields.remove("type") {
        Some(kind) if !kind.is_empty() => Ok(Some((kind, fields))),
        _ => Err(failed(format!("type required form> {}", "\"type=...\""))),
    }
}

/// The files of a folder with a cache; where there is none the client says so and goes on.
fn folder(call: &mut Call<'_>, source: &str, given: &str) -> Result<Option<CacheFolder>, Failure> {
    let index = join(source, "index.json");
    if let Err(error) = call.host.metadata(&index) {
        let reason = match error.kind {
            HostErrorKind::NotFound => "no such file or directory".to_owned(),
            _ => error.message,
        };
        call.eprint(format!(
            "WARNING: local cache import at {source} not found due to err: could not read {index}: open {index}: {reason}\n"
        ));
        return Ok(None);
    }
    let tree = call.host.load_dir(source, &mut |_, _| Select::Include)?;
    let digest = digest::sha256(given);
    let number = digest.as_bytes().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    Ok(Some(CacheFolder { shown: format!("local:{number}"), tree }))
}
