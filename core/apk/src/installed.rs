//! The text of `/lib/apk/db/installed`: the stanzas of an index, followed by what each package put
//! into the file system.

use std::rc::Rc;

use bstr::{BString, ByteSlice, ByteVec};

use crate::{
    checksum::Checksum,
    dependency::Dependency,
    index::{self, Draft, FormatError, Known, spell_list, split_field},
    package::Package,
};

/// Owner and permission bits of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Numeric owner.
    pub uid: u32,
    /// Numeric group.
    pub gid: u32,
    /// Permission bits, at most 07777.
    pub mode: u16,
    /// Checksum of the extended attributes.
    pub xattrs: Option<Checksum>,
}

impl Access {
    /// What a directory has unless an `M:` line says otherwise.
    pub const DIRECTORY: Access = Access { uid: 0, gid: 0, mode: 0o755, xattrs: None };
    /// What a file has unless an `a:` line says otherwise.
    pub const FILE: Access = Access { uid: 0, gid: 0, mode: 0o644, xattrs: None };

    fn parse(text: &str) -> Option<Access> {
        let mut parts = text.splitn(4, ':');
        let mut part = |radix| u32::from_str_radix(parts.next()?, radix).ok();
        let (uid, gid, mode) = (part(10)?, part(10)?, part(8)?);
        let xattrs = match parts.next() {
            Some(checksum) => Some(Checksum::parse(checksum)?),
            None => None,
        };
        Some(Access { uid, gid, mode: u16::try_from(mode).ok()?, xattrs })
    }

    fn write(&self, letter: char, out: &mut BString) {
        let xattrs = self.xattrs.map(|checksum| format!(":{checksum}")).unwrap_or_default();
        out.push_str(format!("{letter}:{}:{}:{:o}{xattrs}\n", self.uid, self.gid, self.mode));
    }
}

/// A file (or link) that a package put into a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedFile {
    /// Last component of its path.
    pub name: BString,
    /// Owner and mode.
    pub access: Access,
    /// Checksum of its content, or of a symlink's target.
    pub checksum: Option<Checksum>,
}

/// A directory in which a package has something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedDirectory {
    /// Relative to the root; empty for the root itself.
    pub path: BString,
    /// Owner and mode that the package asks for.
    pub access: Access,
    /// The package's files in it.
    pub files: Vec<OwnedFile>,
}

/// A package's stanza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledPackage {
    /// Its description.
    pub package: Rc<Package>,
    /// Packages whose files it may take over (`r`).
    pub replaces: Vec<Dependency>,
    /// Rank among packages that replace each other (`q`).
    pub replaces_priority: u32,
    /// The pin it was installed with (`s`), without `@`.
    pub tag: Option<Rc<str>>,
    /// What went wrong when it was installed (`f`).
    pub broken: Broken,
    /// What it put into the file system.
    pub directories: Vec<OwnedDirectory>,
}

/// Which parts of an installation failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Broken {
    /// Some files could not be written.
    pub files: bool,
    /// A script failed.
    pub script: bool,
    /// Extended attributes could not be set.
    pub xattrs: bool,
}

impl Broken {
    /// Whether anything failed.
    pub fn any(self) -> bool {
        self.files || self.script || self.xattrs
    }
}

impl InstalledPackage {
    /// A package that has put nothing anywhere yet.
    pub fn new(package: Rc<Package>) -> Self {
        InstalledPackage {
            package,
            replaces: Vec::new(),
            replaces_priority: 0,
            tag: None,
            broken: Broken::default(),
            directories: Vec::new(),
        }
    }
}

/// The lines after the description.
#[derive(Default)]
struct Files {
    replaces: Vec<Dependency>,
    replaces_priority: u32,
    tag: Option<Rc<str>>,
    broken: Broken,
    directories: Vec<OwnedDirectory>,
}

impl Files {
    fn path(&mut self, field: u8, value: &[u8], named: bool) -> Option<()> {
        match field {
            b'F' if named => self.directories.push(OwnedDirectory {
                path: value.into(),
                access: Access::DIRECTORY,
                files: Vec::new(),
            }),
            b'R' => self.directories.last_mut()?.files.push(OwnedFile {
                name: value.into(),
                access: Access::FILE,
                checksum: None,
            }),
            _ => return None,
        }
        Some(())
    }

    fn text(&mut self, field: u8, value: &str) -> Option<()> {
        match field {
            b'M' => self.directories.last_mut()?.access = Access::parse(value)?,
            b'a' => self.directories.last_mut()?.files.last_mut()?.access = Access::parse(value)?,
            b'Z' => {
                self.directories.last_mut()?.files.last_mut()?.checksum = Checksum::parse(value);
            }
            b'r' => self.replaces = Dependency::parse_list(value).unwrap_or_else(|(read, _)| read),
            b'q' => self.replaces_priority = value.parse().unwrap_or(0),
            b's' => self.tag = Some(value.into()),
            b'f' => {
                for letter in value.bytes() {
                    match letter {
                        b'f' => self.broken.files = true,
                        b's' => self.broken.script = true,
                        b'x' => self.broken.xattrs = true,
                        _ => return None,
                    }
                }
            }
            // What later versions write is of no concern to this one, or of so much that it says so.
            _ => {}
        }
        Some(())
    }

    fn finish(self, package: Package) -> InstalledPackage {
        InstalledPackage {
            package: Rc::new(package),
            replaces: self.replaces,
            replaces_priority: self.replaces_priority,
            tag: self.tag,
            broken: self.broken,
            directories: self.directories,
        }
    }
}

/// Reads the database, packages in file order.
pub fn parse(text: &[u8]) -> Result<Vec<InstalledPackage>, FormatError> {
    let mut packages = Vec::new();
    let (mut draft, mut files) = (Draft::default(), Files::default());
    let mut number = 0;
    for line in text.split(|&b| b == b'\n').chain(std::iter::once(&b""[..])) {
        number += 1;
        if line.len() < 2 {
            if !draft.is_empty() {
                let package = std::mem::take(&mut draft).finish(number)?;
                packages.push(std::mem::take(&mut files).finish(package));
                if packages.len() > index::MAX_PACKAGES {
                    return Err(FormatError::TooMany);
                }
            }
            continue;
        }
        let (field, value) = split_field(line, number)?;
        read_field(field, value, &mut draft, &mut files)
            .ok_or(FormatError::Field { line: number, field: field as char })?;
    }
    Ok(packages)
}

fn read_field(field: u8, value: &[u8], draft: &mut Draft, files: &mut Files) -> Option<()> {
    if matches!(field, b'F' | b'R') {
        return files.path(field, value, draft.is_named());
    }
    let value = value.to_str().ok()?;
    match draft.set(field, value) {
        // A value that cannot be read is none.
        Ok(Known::Yes) | Err(()) => Some(()),
        Ok(Known::No) => files.text(field, value),
    }
}

/// Whether there are lines that no version known here writes, and that older ones are not meant to skip: those whose
/// letter is not a small one.
pub fn has_unknown_fields(text: &[u8]) -> bool {
    let is_unknown = |line: &[u8]| match line {
        [field, b':', ..] => !field.is_ascii_lowercase() && !b"CPVASITULDFMRZ".contains(field),
        _ => false,
    };
    text.split(|&byte| byte == b'\n').any(is_unknown)
}

/// The order of the files of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOrder {
    /// That of the package.
    AsPackaged,
    /// As apk 3 sorts them.
    ByName,
}

/// Writes the database, packages in the order given (apk sorts them by name).
pub fn write<'a>(packages: impl IntoIterator<Item = &'a InstalledPackage>, order: FileOrder) -> BString {
    let mut out = BString::default();
    for package in packages {
        write_stanza(package, order, &mut out);
    }
    out
}

fn write_stanza(installed: &InstalledPackage, order: FileOrder, out: &mut BString) {
    let mut header = String::new();
    index::write_header(&installed.package, &mut header);
    out.push_str(header);
    let replaces = spell_list(&installed.replaces);
    if !replaces.is_empty() {
        out.push_str(format!("r:{replaces}\n"));
    }
    if installed.replaces_priority != 0 {
        out.push_str(format!("q:{}\n", installed.replaces_priority));
    }
    if let Some(tag) = &installed.tag {
        out.push_str(format!("s:{tag}\n"));
    }
    let Broken { files, script, xattrs } = installed.broken;
    if installed.broken.any() {
        let letters = [(files, 'f'), (script, 's'), (xattrs, 'x')];
        let letters: String = letters.into_iter().filter(|(set, _)| *set).map(|(_, letter)| letter).collect();
        out.push_str(format!("f:{letters}\n"));
    }
    for directory in &installed.directories {
        write_directory(directory, order, out);
    }
    out.push(b'\n');
}

fn write_directory(directory: &OwnedDirectory, order: FileOrder, out: &mut BString) {
    out.push_str("F:");
    out.push_str(&directory.path);
    out.push(b'\n');
    if directory.access != Access::DIRECTORY {
        directory.access.write('M', out);
    }
    let mut files: Vec<_> = directory.files.iter().collect();
    if order == FileOrder::ByName {
        files.sort_by(|a, b| a.name.cmp(&b.name));
    }
    for file in files {
        out.push_str("R:");
        out.push_str(&file.name);
        out.push(b'\n');
        if file.access != Access::FILE {
            file.access.write('a', out);
        }
        if let Some(checksum) = file.checksum {
            out.push_str(format!("Z:{checksum}\n"));
        }
    }
}
