use std::collections::BTreeMap;

use digest::Digest;

/// The stages that are done, by index and by name; names are compared without case.
#[derive(Debug, Default)]
pub(crate) struct Stages {
    done: Vec<Option<Digest>>,
    names: BTreeMap<String, usize>,
}

impl Stages {
    /// The image of the stage called `name`; the inner none is a stage that is still `scratch`.
    pub(crate) fn by_name(&self, name: &str) -> Option<Option<Digest>> {
        self.names.get(&name.to_lowercase()).map(|index| self.done[*index])
    }

    /// What `--from` names, if it is a stage. Errors are docker's words.
    pub(crate) fn by_name_or_index(&self, text: &str) -> Result<Option<Option<Digest>>, &'static str> {
        if let Some(image) = self.by_name(text) {
            return Ok(Some(image));
        }
        let Ok(index) = text.parse::<i64>() else { return Ok(None) };
        match usize::try_from(index) {
            Ok(index) if index < self.done.len() => Ok(Some(self.done[index])),
            Ok(index) if index == self.done.len() => Err("refers to current build stage"),
            _ => Err("index out of bounds"),
        }
    }

    /// A stage may not be called as an earlier one is.
    pub(crate) fn check_free(&self, name: Option<&str>) -> Result<(), String> {
        match name {
            Some(name) if self.by_name(name).is_some() => Err(format!("{name} stage name already used")),
            _ => Ok(()),
        }
    }

    /// A stage is done.
    pub(crate) fn push(&mut self, name: Option<&str>, image: Option<Digest>) {
        if let Some(name) = name {
            self.names.insert(name.to_lowercase(), self.done.len());
        }
        self.done.push(image);
    }

    /// Index of the stage that is being built.
    pub(crate) fn current(&self) -> usize {
        self.done.len()
    }
}
