//! `glasshull repo`: package repositories of the user's own, kept beside the world.
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

use api::Stream;
use catalog::Catalog;
use clap::{Args, Subcommand};
use docker::Host;

use crate::{
    host::NativeHost,
    state::{self, Access, State},
};

const FOLDER: &str = "repositories";
const INDEX: &str = "APKINDEX.tar.gz";
const ADDRESS: &str = "url";
/// An index or package larger than this is refused.
const MAX_FILE: u64 = 1 << 30;

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Keep a copy of a mirror's folder (an index and packages), or of an index alone
    Import {
        /// The folder, or its APKINDEX.tar.gz
        path: PathBuf,
        /// What to call it; otherwise as the folder is called
        #[arg(long)]
        name: Option<String>,
    },
    /// Show the repositories: name, address, what the index says of itself
    #[command(visible_alias = "ls")]
    List,
    /// Serve a repository at an address, in place of what is simulated there
    Use {
        /// Its name
        name: String,
        /// As in /etc/apk/repositories: https://dl-cdn.alpinelinux.org/alpine/v3.20/main
        url: Option<String>,
    },
}

/// Does it; what is kept is checked before.
pub(crate) fn run(options: &Options) -> Result<u8, String> {
    let home = state::home()?;
    // The lock of the world is that of its repositories.
    let _state = State::open(home.clone(), Access::Write)?;
    let text = match &options.verb {
        Verb::Import { path, name } => import(&home, path, name.as_deref())?,
        Verb::List => list(&home)?,
        Verb::Use { name, url } => serve(&home, name, url.as_deref())?,
    };
    NativeHost::new().write(Stream::Stdout, text.as_bytes());
    Ok(0)
}

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

fn names(home: &Path) -> Result<Vec<String>, String> {
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

fn import(home: &Path, path: &Path, name: Option<&str>) -> Result<String, String> {
    let named = |error: std::io::Error| format!("{}: {error}", path.display());
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new(".")) };
    let index = if path.is_dir() { path.join(INDEX) } else { path.to_owned() };
    let found = index.canonicalize().map_err(|error| format!("{}: {error}", index.display()))?;
    let own = found.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let name = name.map(str::to_owned).or(own).unwrap_or_default();
    if name.is_empty()
        || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        || name.starts_with('.')
    {
        return Err(format!(
            "'{name}' is no name for a repository: use --name with letters, digits, '-', '_' and '.'"
        ));
    }
    let mut files = vec![index];
    if path.is_dir() {
        let entries = fs::read_dir(folder).map_err(named)?;
        let is_package = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "apk");
        files.extend(entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(is_package));
    }
    let target = home.join(FOLDER).join(&name);
    let fresh = home.join(FOLDER).join(format!(".{name}.new"));
    let result =
        copy(&files, &fresh, &format!("https://repositories.glasshull.test/{name}")).and_then(|()| {
            let catalog = Catalog::new().map_err(|error| error.to_string())?;
            offer(&catalog, &fresh)?;
            if target.exists() {
                fs::remove_dir_all(&target).map_err(|error| error.to_string())?;
            }
            fs::rename(&fresh, &target).map_err(|error| error.to_string())
        });
    if let Err(error) = result {
        // What was copied so far is of no use; that it cannot be removed changes nothing.
        let _ = fs::remove_dir_all(&fresh);
        return Err(format!("{}: {error}", path.display()));
    }
    list_of(home, &[name])
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

fn list(home: &Path) -> Result<String, String> {
    list_of(home, &names(home)?)
}

fn list_of(home: &Path, names: &[String]) -> Result<String, String> {
    let catalog = catalog(home)?;
    let served = catalog.imported_repositories();
    let mut text = String::new();
    for name in names {
        let url = address(home, name)?;
        let description = served.iter().find(|(other, _)| *other == url);
        let description = description.map_or("", |(_, description)| description);
        text += &format!("{name}\t{url}\t{}\n", description.replace('\n', " "));
    }
    Ok(text)
}

fn address(home: &Path, name: &str) -> Result<String, String> {
    let file = home.join(FOLDER).join(name).join(ADDRESS);
    let text = fs::read_to_string(file).map_err(|_| format!("there is no repository '{name}'"))?;
    Ok(text.trim().trim_end_matches('/').to_owned())
}

fn serve(home: &Path, name: &str, url: Option<&str>) -> Result<String, String> {
    if !names(home)?.iter().any(|known| known == name) {
        return Err(format!("there is no repository '{name}'"));
    }
    let own = format!("https://repositories.glasshull.test/{name}");
    let url = url.unwrap_or(&own);
    let is_address = url
        .split_once("://")
        .is_some_and(|(scheme, rest)| ["http", "https"].contains(&scheme) && !rest.is_empty());
    if !is_address || url.contains(char::is_whitespace) {
        return Err(format!("'{url}' is no address: it begins with http:// or https://"));
    }
    let file = home.join(FOLDER).join(name).join(ADDRESS);
    fs::write(&file, format!("{url}\n")).map_err(|error| format!("{}: {error}", file.display()))?;
    list_of(home, &[name.to_owned()])
}
