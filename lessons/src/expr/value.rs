//! Values, and where they came from.

use std::fmt;
use std::rc::Rc;

use api::{Event, FileChange};
use digest::Digest;
use vfs::{Inode, Tree};

/// The types of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// True or false.
    Bool,
    /// A whole number; sizes are bytes.
    Int,
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// An image.
    Image,
    /// A file of an image, a container or the project folder.
    File,
    /// A layer of an image.
    Layer,
    /// A container.
    Container,
    /// A build with its steps.
    Build,
    /// A step of a build.
    Step,
    /// A program's run to its end.
    Run,
    /// The Dockerfile of the project.
    Dockerfile,
    /// The project folder.
    Project,
}

impl Type {
    /// Its name with an article, for messages.
    pub fn described(self) -> &'static str {
        match self {
            Type::Bool => "true or false",
            Type::Int => "a number",
            Type::Text => "a text",
            Type::Texts => "a list of texts",
            Type::Image => "an image",
            Type::File => "a file",
            Type::Layer => "a layer",
            Type::Container => "a container",
            Type::Build => "a build",
            Type::Step => "a step of a build",
            Type::Run => "a run of a program",
            Type::Dockerfile => "the Dockerfile",
            Type::Project => "the project folder",
        }
    }
}

/// A value of the language.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Bool(bool),
    Int(i64),
    Text(String),
    Texts(Vec<String>),
    Image(ImageValue),
    File(FileValue),
    Layer(LayerValue),
    Container { name: String, exists: bool },
    Build(Rc<BuildValue>),
    Step(StepValue),
    Run(Rc<RunValue>),
    Dockerfile,
    Project,
}

/// An image by the name it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct ImageValue {
    pub(crate) name: String,
    pub(crate) id: Option<Digest>,
}

/// A path in a tree.
#[derive(Clone, Debug)]
pub(crate) struct FileValue {
    pub(crate) path: String,
    pub(crate) tree: Tree,
    pub(crate) inode: Option<Inode>,
    /// The image that has it.
    pub(crate) image: Option<ImageValue>,
}

/// A layer of an image, counted from 1 at the bottom.
#[derive(Clone, Debug)]
pub(crate) struct LayerValue {
    pub(crate) number: usize,
    pub(crate) chain: Digest,
    pub(crate) created_by: String,
}

/// What a build said and did.
#[derive(Clone, Debug, Default)]
pub(crate) struct BuildValue {
    pub(crate) events: Vec<Event>,
    pub(crate) output: String,
    pub(crate) exit: u8,
}

/// A step by its place among the events of a build.
#[derive(Clone, Debug)]
pub(crate) struct StepValue {
    pub(crate) build: Rc<BuildValue>,
    /// Index of its `StepStarted`.
    pub(crate) at: usize,
    pub(crate) text: String,
}

/// What a program wrote and how it ended.
#[derive(Clone, Debug)]
pub(crate) struct RunValue {
    pub(crate) exit: i64,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A value with the place it was taken from, for people.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) value: Value,
    pub(crate) from: String,
}

impl Seen {
    pub(crate) fn new(value: impl Into<Value>, from: impl Into<String>) -> Self {
        Seen { value: value.into(), from: from.into() }
    }
}

/// Something that an expression needs is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Absent {
    /// What was found instead, a sentence.
    pub(crate) found: String,
    /// Where it was looked for.
    pub(crate) from: String,
}

impl Absent {
    pub(crate) fn new(found: impl Into<String>, from: impl Into<String>) -> Self {
        Absent { found: found.into(), from: from.into() }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Value::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Value::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}

impl From<Vec<String>> for Value {
    fn from(value: Vec<String>) -> Self {
        Value::Texts(value)
    }
}

impl From<&[FileChange]> for Value {
    /// One text for each change, as `docker diff` writes it.
    fn from(changes: &[FileChange]) -> Self {
        let line = |change: &FileChange| {
            let letter = match change.kind {
                api::FileChangeKind::Added => 'A',
                api::FileChangeKind::Changed => 'C',
                api::FileChangeKind::Deleted => 'D',
            };
            format!("{letter} {}", change.path)
        };
        Value::Texts(changes.iter().map(line).collect())
    }
}

/// Letters of a text, and items of a list, that are shown.
const SHOWN: usize = 300;

impl fmt::Display for Value {
    /// For people; long texts and lists are cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(value) => write!(f, "{value}"),
            Value::Text(text) => write!(f, "{}", quoted(text)),
            Value::Texts(texts) => {
                let shown: Vec<String> = texts.iter().take(12).map(|text| quoted(text)).collect();
                let rest = texts.len().saturating_sub(12);
                let more = if rest > 0 { format!(", and {rest} more") } else { String::new() };
                write!(f, "[{}{more}]", shown.join(", "))
            }
            Value::Image(image) => write!(f, "image {}", image.name),
            Value::File(file) => write!(f, "{}", file.path),
            Value::Layer(layer) => write!(f, "layer {}", layer.number),
            Value::Container { name, .. } => write!(f, "container {name}"),
            Value::Build(_) => f.write_str("the build"),
            Value::Step(step) => write!(f, "step {:?}", step.text),
            Value::Run(_) => f.write_str("the run"),
            Value::Dockerfile => f.write_str("the Dockerfile"),
            Value::Project => f.write_str("the project folder"),
        }
    }
}

fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(SHOWN).collect();
    let more = if shown.len() < text.len() { "..." } else { "" };
    format!("{shown:?}{more}")
}
