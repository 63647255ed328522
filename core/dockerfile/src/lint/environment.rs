//! Variables in the order they were set last.

/// Names with values. Setting a name again moves it to the end.
#[derive(Clone, Debug, Default)]
pub(super) struct Environment {
    pairs: Vec<(String, String)>,
}

impl Environment {
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.pairs.retain(|(own, _)| own != name);
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }
}
