//! The table of applets: a theme is a folder, its `mod.rs` has one row per applet.

use kernel::{Exit, LocalBoxFuture, Process};

use super::absent::ABSENT;
use super::say;

/// Where Alpine installs the link to busybox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `/bin`
    Bin,
    /// `/sbin`
    Sbin,
    /// `/usr/bin`
    UsrBin,
    /// `/usr/sbin`
    UsrSbin,
}

impl Place {
    /// The directory without its leading slash, as `busybox --list-full` prints it.
    pub fn directory(self) -> &'static str {
        match self {
            Self::Bin => "bin",
            Self::Sbin => "sbin",
            Self::UsrBin => "usr/bin",
            Self::UsrSbin => "usr/sbin",
        }
    }
}

/// One applet.
pub struct Applet {
    /// The name it is called by.
    pub name: &'static str,
    /// The directory of its link.
    pub place: Place,
    /// The usage text after the name; `--help` and misuse print it.
    pub usage: &'static str,
    /// Runs it in a process whose `argv[0]` names it.
    pub run: for<'p> fn(&'p mut Process) -> LocalBoxFuture<'p, Exit>,
}

/// How an applet ends: both sides hold the exit status; `Err` is an early end whose reason has been printed, so
/// that `?` leaves the applet.
pub type Ended = Result<Exit, Exit>;

/// One row: `applet!("gunzip", Bin, gunzip)` takes `USAGE` and `main` from the module.
macro_rules! applet {
    ($name:literal, $place:ident, $($module:ident)::+) => {
        $crate::frame::table::Applet {
            name: $name,
            place: $crate::frame::table::Place::$place,
            usage: $($module::)+USAGE,
            run: |p| {
                Box::pin(async move {
                    let ended = $($module::)+main(p).await;
                    $crate::frame::table::leave(p, ended).await
                })
            },
        }
    };
}
pub(crate) use applet;

/// Writes out what is buffered, as exit(3) does; a failure turns success into 1.
pub(crate) async fn leave(p: &mut Process, ended: Ended) -> Exit {
    match (ended, say::flush(p).await) {
        (Ok(Exit(0)), Err(failed)) => failed,
        (Ok(exit) | Err(exit), _) => exit,
    }
}

/// The rows of each theme, each sorted by name.
const THEMES: &[&[Applet]] = &[
    crate::archive::APPLETS,
    crate::calc::APPLETS,
    crate::files::APPLETS,
    crate::log::APPLETS,
    crate::net::APPLETS,
    crate::process::APPLETS,
    crate::script::APPLETS,
    crate::system::APPLETS,
    crate::text::APPLETS,
    crate::time::APPLETS,
    crate::users::APPLETS,
];

/// The applet of that name.
pub fn find(name: &[u8]) -> Option<&'static Applet> {
    let found = THEMES.iter().chain([&crate::libc::PROGRAMS]).find_map(|rows| {
        let at = rows.binary_search_by(|row| row.name.as_bytes().cmp(name)).ok()?;
        Some(&rows[at])
    });
    found.or_else(|| {
        let at = ABSENT.binary_search_by(|row| row.applet.name.as_bytes().cmp(name)).ok()?;
        Some(&ABSENT[at].applet)
    })
}

/// All applets, sorted by name.
pub fn table() -> Vec<&'static Applet> {
    let mut all: Vec<&'static Applet> =
        THEMES.iter().copied().flatten().chain(ABSENT.iter().map(|row| &row.applet)).collect();
    all.sort_by_key(|applet| applet.name);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_is_sorted_and_names_are_unique() {
        assert!(ABSENT.is_sorted_by(|a, b| a.applet.name < b.applet.name));
        for rows in THEMES {
            assert!(rows.is_sorted_by(|a, b| a.name < b.name));
        }
        let mut names: Vec<&str> = THEMES.iter().copied().flatten().map(|applet| applet.name).collect();
        names.sort_unstable();
        assert!(names.is_sorted_by(|a, b| a < b));
        assert!(table().is_sorted_by(|a, b| a.name < b.name));
    }
}
