//! The border to JavaScript. Structured values cross as JSON; an error is a thrown `Error` with a sentence.
//!
//! What the lessons say comes with the part of the module that was left behind: who asks for it brings that part first.
//!
//! A panic is a bug of the simulation. It cannot unwind here: the hook keeps its message for [`last_panic`], the module
//! traps, and the page starts a new module from its journal.

use std::{cell::RefCell, panic};

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::Session;

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

#[wasm_bindgen]
extern "C" {
    /// Brings the part of the module that was left behind: `xtask web` has it called where a function of that part is.
    #[wasm_bindgen(js_name = glasshullMore)]
    fn more();
}

/// Brings the part of the module that was left behind, if it was not called before.
#[wasm_bindgen(js_name = wholly)]
pub fn wholly() {
    more();
}

/// What the last panic said, after a trap; empty before.
#[wasm_bindgen(js_name = lastPanic)]
pub fn last_panic() -> String {
    PANIC.with_borrow(String::clone)
}

/// SHA-256 of a text, as `sha256:` and 64 hexadecimal digits.
#[wasm_bindgen]
pub fn sha256(text: &str) -> String {
    digest::sha256(text).to_string()
}

/// The files of facts that what ran last has missed; `string[]` as JSON. Supply them, and do it again.
#[wasm_bindgen(js_name = takeWanted)]
pub fn take_wanted() -> Result<String, JsError> {
    json(Ok(catalog::Parts::shared().take_wanted()))
}

/// Brings a file of facts.
#[wasm_bindgen]
pub fn supply(name: &str, bytes: Vec<u8>) -> Result<(), JsError> {
    catalog::Parts::shared()
        .supply(name, bytes)
        .map_err(|damaged| JsError::new(&format!("{name}: {damaged}")))
}

/// Whether a line needs more lines to be whole.
#[wasm_bindgen(js_name = isIncomplete)]
pub fn is_incomplete(line: &str) -> bool {
    Session::is_incomplete(line)
}

/// The lessons that come with the program, in a language, as JSON; those that are not in it are in English.
#[wasm_bindgen]
pub fn lessons(locale: &str) -> Result<String, JsError> {
    more();
    json(crate::lesson_views_in(locale))
}

/// What the build checks say of a Dockerfile; `Mark[]` as JSON.
#[wasm_bindgen]
pub fn lint(text: &str) -> Result<String, JsError> {
    json(Ok(crate::lint(text)))
}

/// The prose of a lesson in a language, with the transcripts that running it gives; `Part[]` as JSON.
#[wasm_bindgen(js_name = lessonProse)]
pub fn lesson_prose(lesson: &str, locale: &str) -> Result<String, JsError> {
    more();
    json(crate::lesson_prose(lesson, locale))
}

/// Names of docker commands that go on from the words typed so far, as JSON.
#[wasm_bindgen]
pub fn commands(words: Vec<String>) -> Result<String, JsError> {
    json(Ok(docker::complete(&words)))
}

/// The digest of the state that a token, a link or the JSON of a session leads to.
#[wasm_bindgen]
pub fn replay(text: &str) -> Result<String, JsError> {
    crate::replay(text).map(|state| state.to_string()).map_err(|message| JsError::new(&message))
}

/// A session as JavaScript holds it.
#[wasm_bindgen(js_name = Session)]
pub struct JsSession(Session);

#[wasm_bindgen(js_class = Session)]
impl JsSession {
    /// A fresh machine.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<JsSession, JsError> {
        panic::set_hook(Box::new(|panic| PANIC.set(panic.to_string())));
        Session::new().map(JsSession).map_err(|message| JsError::new(&message))
    }

    /// Runs a line, with or without somebody at the keyboard; a `Reply` as JSON.
    pub fn run(&mut self, line: &str, typed: Option<String>) -> Result<String, JsError> {
        json(self.0.run(line, typed.as_deref()))
    }

    /// Types into the line that waits; the `Reply` of the whole line as JSON.
    #[wasm_bindgen(js_name = typeIn)]
    pub fn type_in(&mut self, text: &str) -> Result<String, JsError> {
        json(self.0.type_in(text))
    }

    /// The files of the project folder; `FileView[]` as JSON.
    pub fn files(&self) -> Result<String, JsError> {
        json(Ok(self.0.files()))
    }

    /// The bytes of a file of the project folder.
    #[wasm_bindgen(js_name = readFile)]
    pub fn read_file(&self, path: &str) -> Result<Vec<u8>, JsError> {
        self.0.read_file(path).map_err(|message| JsError::new(&message))
    }

    /// Writes a file of the project folder.
    #[wasm_bindgen(js_name = writeFile)]
    pub fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), JsError> {
        self.0.write_file(path, bytes).map_err(|message| JsError::new(&message))
    }

    /// Does to the project folder what an `Entry` as JSON says.
    pub fn put(&mut self, entry: &str) -> Result<(), JsError> {
        let entry = serde_json::from_str(entry).map_err(JsError::from)?;
        self.0.put(&entry).map_err(|message| JsError::new(&message))
    }

    /// Removes a file or folder of the project folder.
    #[wasm_bindgen(js_name = removeFile)]
    pub fn remove_file(&mut self, path: &str) -> Result<(), JsError> {
        self.0.remove_file(path).map_err(|message| JsError::new(&message))
    }

    /// Images and containers; a `State` as JSON.
    pub fn state(&self) -> Result<String, JsError> {
        json(self.0.state())
    }

    /// The configuration of an image, in Docker's JSON.
    #[wasm_bindgen(js_name = imageConfig)]
    pub fn image_config(&self, name: &str) -> Result<String, JsError> {
        json(self.0.image_config(name))
    }

    /// The files of an image; `TreeEntry[]` as JSON.
    #[wasm_bindgen(js_name = imageTree)]
    pub fn image_tree(&self, name: &str) -> Result<String, JsError> {
        json(self.0.image_tree(name))
    }

    /// The beginning of a text file of an image; undefined if it is no text.
    #[wasm_bindgen(js_name = imageFile)]
    pub fn image_file(&self, name: &str, path: &str, limit: usize) -> Result<Option<String>, JsError> {
        self.0.image_file(name, path, limit).map_err(|message| JsError::new(&message))
    }

    /// What the next edit of each line and file would do anew; `NextEdit[]` as JSON.
    #[wasm_bindgen(js_name = nextEdits)]
    pub fn next_edits(&self, line: &str, directory: &str, is_buildkit: bool) -> Result<String, JsError> {
        json(self.0.next_edits(line, directory, is_buildkit))
    }

    /// An image as a tar of an OCI image layout.
    #[wasm_bindgen(js_name = imageArchive)]
    pub fn image_archive(&self, name: &str) -> Result<Vec<u8>, JsError> {
        self.0.image_archive(name).map_err(|message| JsError::new(&message))
    }

    /// A digest of everything that a session holds.
    #[wasm_bindgen(js_name = stateHash)]
    pub fn state_hash(&self) -> Result<String, JsError> {
        self.0.state_hash().map(|digest| digest.to_string()).map_err(|message| JsError::new(&message))
    }

    /// What the checks of a lesson say; a `Grade` as JSON.
    pub fn grade(&self, lesson: &str, locale: &str) -> Result<String, JsError> {
        more();
        json(self.0.grade(lesson, locale))
    }

    /// The answer to a question of a lesson, in the state as it is.
    pub fn answer(&self, lesson: &str, question: &str) -> Result<String, JsError> {
        more();
        self.0.answer(lesson, question).map_err(|message| JsError::new(&message))
    }

    /// The levels of help of a lesson for the state as it is; `string[]` as JSON.
    pub fn hints(&self, lesson: &str, locale: &str) -> Result<String, JsError> {
        more();
        json(self.0.hints(lesson, locale))
    }
}

fn json<T: Serialize>(value: Result<T, String>) -> Result<String, JsError> {
    let value = value.map_err(|message| JsError::new(&message))?;
    serde_json::to_string(&value).map_err(JsError::from)
}
