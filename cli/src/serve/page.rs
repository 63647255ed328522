use std::{borrow::Cow, collections::BTreeMap, fs, path::Path};

include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// How to get the page into the program.
const MISSING: &str = "this program was built without the lab. In a checkout: cargo xtask web, then build it again; \
    or name a folder that has the page with --page";

/// The files of the page, by name. It has no folders, so that no path leads anywhere else.
pub(super) struct Page(BTreeMap<String, Cow<'static, [u8]>>);

impl Page {
    /// What was there when the program was built.
    pub(super) fn embedded() -> Result<Self, String> {
        let files = EMBEDDED.iter().map(|(name, bytes)| ((*name).to_owned(), Cow::Borrowed(*bytes)));
        Page(files.collect()).whole().ok_or_else(|| MISSING.to_owned())
    }

    /// What is in a folder now.
    pub(super) fn of_folder(folder: &Path) -> Result<Self, String> {
        let named = |error: std::io::Error| format!("{}: {error}", folder.display());
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(named)? {
            let path = entry.map_err(named)?.path();
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                files
                    .insert(name.to_string_lossy().into_owned(), Cow::Owned(fs::read(&path).map_err(named)?));
            }
        }
        Page(files).whole().ok_or_else(|| format!("{}: there is no index.html", folder.display()))
    }

    fn whole(self) -> Option<Self> {
        self.0.contains_key("index.html").then_some(self)
    }

    /// A file and its media type.
    pub(super) fn file(&self, name: &str) -> Option<(&[u8], &'static str)> {
        let bytes = self.0.get(name)?;
        let kind = match name.rsplit('.').next().unwrap_or_default() {
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            "wasm" => "application/wasm",
            "json" | "webmanifest" => "application/json",
            _ => "application/octet-stream",
        };
        Some((bytes, kind))
    }
}
