use std::{fs, path::PathBuf};

use clap::Args;

use super::print;

#[derive(Args)]
pub(crate) struct Options {
    /// The folder to make; its name becomes the lesson's id
    folder: PathBuf,
}

const YAML: &str = include_str!("new/lesson.yaml");
const CONTENT: &str = include_str!("new/content.en.md");

/// Writes a small lesson that passes its own test.
pub(super) fn run(options: &Options) -> Result<bool, String> {
    let folder = &options.folder;
    let id = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let named = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        return Err(format!("{} exists already", folder.display()));
    }
    for below in ["files", "solution"] {
        fs::create_dir_all(folder.join(below)).map_err(named)?;
    }
    let files = [
        ("lesson.yaml", YAML.replace("LESSON", &id)),
        ("content.en.md", CONTENT.to_owned()),
        ("files/Dockerfile", "FROM alpine\n".to_owned()),
        ("solution/Dockerfile", "FROM alpine\nRUN echo hello >/greeting\n".to_owned()),
    ];
    for (path, text) in files {
        fs::write(folder.join(path), text).map_err(named)?;
    }
    let shown = folder.display();
    print(&format!("{shown} is a lesson that works. Change it, and try it: glasshull lesson test {shown}\n"));
    Ok(true)
}
