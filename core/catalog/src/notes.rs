//! What the notes on executables say.

use apk::Engine;
use bstr::ByteSlice;
use vfs::ProgramNote;

use crate::behaviours;

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
