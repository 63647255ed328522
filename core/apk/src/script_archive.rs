//! `/lib/apk/db/scripts.tar`: the scripts of installed packages.

use std::io::Read;

use bstr::BString;
use tar::{Archive, Builder, EntryType, Header};

use crate::{checksum::Checksum, contents::ScriptKind, database::Installed, engine::Engine};

/// Scripts larger than this are passed over.
const MAX_SCRIPT: u64 = 1 << 20;

/// Whose script it is, which one, and its text.
pub(crate) type StoredScript = (Checksum, ScriptKind, BString);

/// The scripts of an archive, up to the first entry that cannot be read.
pub(crate) fn read(archive: &[u8]) -> Vec<StoredScript> {
    let mut archive = Archive::new(archive);
    let entries = archive.entries().into_iter().flatten();
    entries.map_while(Result::ok).filter_map(script).collect()
}

/// `name-version.checksum.kind`
fn script(entry: tar::Entry<'_, &[u8]>) -> Option<StoredScript> {
    let name = entry.path_bytes().into_owned();
    let mut parts = name.rsplitn(3, |&b| b == b'.');
    let kind = ScriptKind::parse(parts.next()?)?;
    let checksum = Checksum::parse(std::str::from_utf8(parts.next()?).ok()?)?;
    let mut text = Vec::new();
    entry.take(MAX_SCRIPT).read_to_end(&mut text).ok()?;
    Some((checksum, kind, text.into()))
}

/// An archive of scripts: names, texts, times in seconds. A name that is too long for a tar header
/// is an error.
pub fn write<'s>(scripts: impl IntoIterator<Item = (String, &'s [u8], u64)>) -> std::io::Result<Vec<u8>> {
    let mut builder = Builder::new(Vec::new());
    for (name, text, mtime) in scripts {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o755);
        header.set_uid(0);
        header.set_gid(0);
        header.set_username("root")?;
        header.set_groupname("root")?;
        header.set_size(text.len() as u64);
        header.set_mtime(mtime);
        builder.append_data(&mut header, name, text)?;
    }
    builder.into_inner()
}

/// The archive of the scripts of installed packages, in that order, with the time of the packages
/// unless another one is given.
pub(crate) fn write_installed(
    installed: &[Installed],
    moment: Option<u64>,
    engine: Engine,
) -> std::io::Result<Vec<u8>> {
    write(installed.iter().flat_map(|installed| {
        let package = &installed.record.package;
        let checksum = match engine.is_third() {
            true => package.checksum.to_hex(),
            false => package.checksum.to_string(),
        };
        let name = move |kind: &ScriptKind| format!("{}.{checksum}.{}", package.label(), kind.name());
        let time = moment.unwrap_or(package.about().build_time);
        installed.scripts.iter().map(move |(kind, text)| (name(kind), text.as_slice(), time))
    }))
}
