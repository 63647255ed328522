//! The stanzas of `APKINDEX` files, which the installed database shares.

use std::rc::Rc;

use thiserror::Error;

use crate::{checksum::Checksum, dependency::Dependency, package::Package};

/// More stanzas than this are refused. The largest repository of Alpine has about 20,000.
pub const MAX_PACKAGES: usize = 200_000;

/// Why a text is no index or database.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FormatError {
    /// A line that is not `letter:value`, or whose value cannot be read.
    #[error("line {line}: malformed field '{field}'")]
    Field {
        /// Counted from one.
        line: usize,
        /// The letter, or `?`.
        field: char,
    },
    /// A stanza without a name or a version.
    #[error("line {line}: package without name or version")]
    Unnamed {
        /// Line of the stanza's end, counted from one.
        line: usize,
    },
    /// More than [`MAX_PACKAGES`].
    #[error("more than {MAX_PACKAGES} packages")]
    TooMany,
}

/// A stanza that is still being read.
#[derive(Default)]
pub(crate) struct Draft {
    package: Option<Package>,
    checksum: Option<Checksum>,
    named: bool,
    versioned: bool,
}

/// Whether a letter belongs to the package's description.
pub(crate) enum Known {
    Yes,
    No,
}

impl Draft {
    pub(crate) fn is_empty(&self) -> bool {
        self.package.is_none()
    }

    /// Whether its name has been read.
    pub(crate) fn is_named(&self) -> bool {
        self.named
    }

    /// Takes a field of the description; `Err` when its value cannot be read.
    pub(crate) fn set(&mut self, field: u8, value: &str) -> Result<Known, ()> {
        let package = self.package.get_or_insert_with(|| Package::new("", "", Checksum::from_bytes([0; 20])));
        let number = || value.parse::<u64>().map_err(|_| ());
        let list = || Dependency::parse_list(value).map_err(|_| ());
        match field {
            b'C' => self.checksum = Some(Checksum::parse(value).ok_or(())?),
            b'P' => (package.name, self.named) = (value.into(), true),
            b'V' => (package.version, self.versioned) = (value.into(), true),
            b'A' => package.arch = Some(value.into()),
            b'S' => package.size = number()?,
            b'I' => package.installed_size = number()?,
            b'T' => package.about_mut().description = Some(value.into()),
            b'U' => package.about_mut().url = value.into(),
            b'L' => package.about_mut().license = value.into(),
            b'o' => package.about_mut().origin = Some(value.into()),
            b'm' => package.about_mut().maintainer = Some(value.into()),
            b't' => package.about_mut().build_time = number()?,
            b'c' => package.about_mut().commit = Some(value.into()),
            b'k' => package.provider_priority = value.parse().map_err(|_| ())?,
            b'D' => package.depends.extend(list()?),
            b'p' => package.provides.extend(list()?),
            b'i' => package.install_if.extend(list()?),
            _ => return Ok(Known::No),
        }
        Ok(Known::Yes)
    }

    /// The finished stanza. Derived indexes have no checksums: such a package is known by the
    /// checksum of its label.
    pub(crate) fn finish(self, line: usize) -> Result<Package, FormatError> {
        match self.package {
            Some(mut package) if self.named && self.versioned => {
                package.checksum = self.checksum.unwrap_or_else(|| Checksum::of(package.label()));
                Ok(package)
            }
            _ => Err(FormatError::Unnamed { line }),
        }
    }
}

/// Splits `letter:value`; both must be there.
pub(crate) fn split_field(line: &[u8], number: usize) -> Result<(u8, &[u8]), FormatError> {
    match line {
        [field, b':', value @ ..] => Ok((*field, value)),
        _ => Err(FormatError::Field { line: number, field: '?' }),
    }
}

/// Reads an index, packages in file order. Letters that this version does not know are skipped.
pub fn parse(text: &[u8]) -> Result<Vec<Package>, FormatError> {
    let mut packages = Vec::new();
    let mut draft = Draft::default();
    let mut number = 0;
    for line in text.split(|&b| b == b'\n') {
        number += 1;
        if line.len() < 2 {
            if !draft.is_empty() {
                packages.push(std::mem::take(&mut draft).finish(number)?);
                if packages.len() > MAX_PACKAGES {
                    return Err(FormatError::TooMany);
                }
            }
            continue;
        }
        let (field, value) = split_field(line, number)?;
        let malformed = FormatError::Field { line: number, field: field as char };
        let value = std::str::from_utf8(value).map_err(|_| malformed.clone())?;
        draft.set(field, value).map_err(|()| malformed)?;
    }
    if !draft.is_empty() {
        packages.push(draft.finish(number)?);
    }
    Ok(packages)
}

/// Writes the description of a package, without the empty line that ends a stanza.
pub fn write_header(package: &Package, out: &mut String) {
    let number = |value: u64| (value != 0).then(|| value.to_string());
    let list = |list: &[Dependency]| Some(spell_list(list)).filter(|text| !text.is_empty());
    let text = |value: &Option<Rc<str>>| value.as_deref().map(str::to_owned);
    let about = package.about();
    let fields = [
        ('C', Some(package.checksum.to_string())),
        ('P', Some(package.name.to_string())),
        ('V', Some(package.version.to_string())),
        ('A', text(&package.arch)),
        ('S', Some(package.size.to_string())),
        ('I', Some(package.installed_size.to_string())),
        ('T', text(&about.description)),
        ('U', Some(about.url.clone())),
        ('L', Some(about.license.clone())),
        ('o', text(&about.origin)),
        ('m', text(&about.maintainer)),
        ('t', number(about.build_time)),
        ('c', text(&about.commit)),
        ('k', number(package.provider_priority.into())),
        ('D', list(&package.depends)),
        ('p', list(&package.provides)),
        ('i', list(&package.install_if)),
    ];
    for (letter, value) in fields {
        if let Some(value) = value {
            out.push_str(&format!("{letter}:{value}\n"));
        }
    }
}

/// Dependencies joined by blanks, but for those on nothing, of which no spelling without a tag can be read.
pub fn spell_list(list: &[Dependency]) -> String {
    list.iter()
        .filter(|dependency| !dependency.name.is_empty())
        .map(Dependency::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}
