//! What the notes on executables say.

use apk::Engine;
use bstr::ByteSlice;
use vfs::{Content, ProgramNote};

use crate::behaviours;

/// Bytes of a foreign executable that are searched.
const SCANNED: usize = 8 << 20;

/// A note on an executable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// The multi-call binary of busybox: the applet is chosen by argument 0.
    Busybox,
    /// The package manager, in one of its versions.
    Apk(Engine),
    /// A packaged program that a script of the catalogue plays.
    Behaviour(String),
    /// A packaged program without simulation, by its path.
    Program(String),
}

impl Note {
    /// The note for an executable at an absolute path, of a package of this version.
    ///
    /// A program that has the name of an applet is played by the applet: packages such as
    /// coreutils bring their own `ls`, which does much the same.
    pub(crate) fn of_executable(path: &str, version: &str) -> Note {
        let name = path.rsplit('/').next().unwrap_or(path);
        match path {
            "/bin/busybox" => Note::Busybox,
            "/sbin/apk" => Note::Apk(Engine::like(version)),
            _ if behaviours::find(name).is_some() => Note::Behaviour(name.to_owned()),
            _ if applets::find(name.as_bytes()).is_some() => Note::Busybox,
            _ => Note::Program(path.to_owned()),
        }
    }

    /// The note for a real program, of an image that came from elsewhere: busybox and apk by what they say of
    /// themselves, programs of the catalogue by their name. `None` for all others.
    pub(crate) fn of_foreign(exe: &[u8], content: &Content) -> Option<Note> {
        let bytes = content.read(0, SCANNED);
        if bytes.find(b"BusyBox v1.").is_some() {
            return Some(Note::Busybox);
        }
        const APK: &[u8] = b"apk-tools ";
        let mut versions = bytes.find_iter(APK).map(|at| &bytes[at + APK.len()..]);
        if let Some(version) = versions.find(|rest| rest.first().is_some_and(u8::is_ascii_digit)) {
            let end = version.find_not_byteset(b"0123456789.").unwrap_or(version.len());
            return Some(Note::Apk(Engine::like(&version[..end].to_str_lossy())));
        }
        let name = exe.rsplit(|byte| *byte == b'/').next().unwrap_or(exe).to_str().ok()?;
        behaviours::find(name).map(|_| Note::Behaviour(name.to_owned()))
    }

    /// As it is kept in a file.
    pub(crate) fn into_note(self) -> ProgramNote {
        ProgramNote::new(match self {
            Note::Busybox => "busybox".to_owned(),
            Note::Apk(engine) => format!("apk {}", engine.version()),
            Note::Behaviour(name) => format!("behaviour {name}"),
            Note::Program(path) => format!("program {path}"),
        })
    }

    /// Reads a note; `None` when it is none of ours.
    pub(crate) fn parse(note: &ProgramNote) -> Option<Note> {
        let text = note.text().to_str().ok()?;
        match text.split_once(' ') {
            None if text == "busybox" => Some(Note::Busybox),
            None if text == "apk" => Some(Note::Apk(Engine::default())),
            Some(("apk", version)) => Some(Note::Apk(Engine::like(version))),
            Some(("behaviour", name)) => Some(Note::Behaviour(name.to_owned())),
            Some(("program", path)) => Some(Note::Program(path.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_programs_are_known_by_what_they_say() {
        let note = |exe: &str, text: &str| {
            Note::of_foreign(exe.as_bytes(), &Content::from(format!("\x7fELF\0\0{text}\0").as_str()))
        };
        assert_eq!(note("/usr/bin/tools", "BusyBox v1.35.0 (Debian)"), Some(Note::Busybox));
        let apk = "This apk-tools is OLD!\0apk-tools 2.14.6, compiled for x86_64.";
        assert_eq!(note("/sbin/apk", apk), Some(Note::Apk(Engine::V2_14_6)));
        assert_eq!(
            note("/usr/local/bin/redis-server", "Redis"),
            Some(Note::Behaviour("redis-server".to_owned()))
        );
        assert_eq!(note("/usr/bin/python3", "Python"), None);
    }
}
