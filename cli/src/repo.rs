//! `glasshull repo`: package repositories of the user's own, kept beside the world.

use std::{
    fs,
    path::{Path, PathBuf},
};

use api::Stream;
use clap::{Args, Subcommand};
use docker::Host;

use crate::{
    host::NativeHost,
    state::{self, Access, State, repositories},
};

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

fn import(home: &Path, path: &Path, name: Option<&str>) -> Result<String, String> {
    let named = |error: std::io::Error| format!("{}: {error}", path.display());
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new(".")) };
    let index = if path.is_dir() { path.join(repositories::INDEX) } else { path.to_owned() };
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
    repositories::keep(home, &name, &files).map_err(|error| format!("{}: {error}", path.display()))?;
    list_of(home, &[name])
}

fn list(home: &Path) -> Result<String, String> {
    list_of(home, &repositories::names(home)?)
}

fn list_of(home: &Path, names: &[String]) -> Result<String, String> {
    let catalog = repositories::catalog(home)?;
    let served = catalog.imported_repositories();
    let mut text = String::new();
    for name in names {
        let url = repositories::address(home, name)?;
        let description = served.iter().find(|(other, _)| *other == url);
        let description = description.map_or("", |(_, description)| description);
        text += &format!("{name}\t{url}\t{}\n", description.replace('\n', " "));
    }
    Ok(text)
}

fn serve(home: &Path, name: &str, url: Option<&str>) -> Result<String, String> {
    if !repositories::names(home)?.iter().any(|known| known == name) {
        return Err(format!("there is no repository '{name}'"));
    }
    let own = repositories::own_address(name);
    let url = url.unwrap_or(&own);
    let is_address = url
        .split_once("://")
        .is_some_and(|(scheme, rest)| ["http", "https"].contains(&scheme) && !rest.is_empty());
    if !is_address || url.contains(char::is_whitespace) {
        return Err(format!("'{url}' is no address: it begins with http:// or https://"));
    }
    repositories::serve(home, name, url)?;
    list_of(home, &[name.to_owned()])
}
