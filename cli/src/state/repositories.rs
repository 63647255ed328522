//! The package repositories of the user's own.
//!
//! ```text
//! repositories/NAME/url                where it is served
//! repositories/NAME/APKINDEX.tar.gz    its index
//! repositories/NAME/*.apk              its packages
//! ```

use std::{
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use catalog::Catalog;

const FOLDER: &str = "repositories";
/// The file of an index.
pub(crate) const INDEX: &str = "APKINDEX.tar.gz";
const ADDRESS: &str = "url";
/// An index or package larger than this is refused.
const MAX_FILE: u64 = 1 << 30;

/// The catalogue with the repositories that are kept in a folder.
pub(crate) fn catalog(home: &Path) -> Result<Rc<Catalog>, String> {
    let catalog = Catalog::new().map_err(|error| error.to_string())?;
    for name in names(home)? {
        let folder = home.join(FOLDER).join(&name);
        offer(&catalog, &folder).map_err(|error| format!("repository {name}: {error}"))?;
    }
    Ok(Rc::new(catalog))
}

fn offer(catalog: &Catalog, folder: &Path) -> Result<(), String> {
    let url = fs::read_to_string(folder.join(ADDRESS)).map_err(|error| error.to_string())?;
    let index = fs::read(folder.join(INDEX)).map_err(|error| error.to_string())?;
    let folder = folder.to_owned();
    let package = move |file: &str| fs::read(folder.join(file)).ok();
    catalog.import_repository(url.trim(), &index, package).map_err(|error| error.to_string())
}

/// Their names, in order.
pub(crate) fn names(home: &Path) -> Result<Vec<String>, String> {
    let Ok(entries) = fs::read_dir(home.join(FOLDER)) else { return Ok(Vec::new()) };
    let name = |entry: std::io::Result<fs::DirEntry>| entry.map(|entry| entry.file_name().into_string());
    let mut names = Vec::new();
    for entry in entries {
        names.extend(name(entry).map_err(|error| error.to_string())?.ok());
    }
    // What an import that died has left.
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    Ok(names)
}

/// Where a repository is served of which nothing else is said.
pub(crate) fn own_address(name: &str) -> String {
    format!("https://repositories.glasshull.test/{name}")
}

/// Keeps a copy of files, the index first, as a repository, in place of the one of that name.
pub(crate) fn keep(home: &Path, name: &str, files: &[PathBuf]) -> Result<(), String> {
    let target = home.join(FOLDER).join(name);
    let fresh = home.join(FOLDER).join(format!(".{name}.new"));
    let result = copy(files, &fresh, &own_address(name)).and_then(|()| {
        let catalog = Catalog::new().map_err(|error| error.to_string())?;
        offer(&catalog, &fresh)?;
        if target.exists() {
            fs::remove_dir_all(&target).map_err(|error| error.to_string())?;
        }
        fs::rename(&fresh, &target).map_err(|error| error.to_string())
    });
    if result.is_err() {
        // What was copied so far is of no use; that it cannot be removed changes nothing.
        let _ = fs::remove_dir_all(&fresh);
    }
    result
}

fn copy(files: &[PathBuf], fresh: &Path, url: &str) -> Result<(), String> {
    let wrong = |error: std::io::Error| error.to_string();
    if fresh.exists() {
        fs::remove_dir_all(fresh).map_err(wrong)?;
    }
    fs::create_dir_all(fresh).map_err(wrong)?;
    for (number, file) in files.iter().enumerate() {
        if fs::metadata(file).map_err(wrong)?.len() > MAX_FILE {
            return Err(format!("{} is larger than {MAX_FILE} bytes", file.display()));
        }
        // The index comes first, under whatever name.
        let name = if number == 0 { Some(INDEX.as_ref()) } else { file.file_name() };
        fs::copy(file, fresh.join(name.unwrap_or_default())).map_err(wrong)?;
    }
    fs::write(fresh.join(ADDRESS), format!("{url}\n")).map_err(wrong)
}

/// Where a repository is served.
pub(crate) fn address(home: &Path, name: &str) -> Result<String, String> {
    let file = home.join(FOLDER).join(name).join(ADDRESS);
    let text = fs::read_to_string(file).map_err(|_| format!("there is no repository '{name}'"))?;
    Ok(text.trim().trim_end_matches('/').to_owned())
}

/// Serves a repository at an address.
pub(crate) fn serve(home: &Path, name: &str, url: &str) -> Result<(), String> {
    let file = home.join(FOLDER).join(name).join(ADDRESS);
    fs::write(&file, format!("{url}\n")).map_err(|error| format!("{}: {error}", file.display()))
}
