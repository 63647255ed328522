use bstr::{BStr, BString, ByteSlice};

/// Environment variables in order, as bytes. Names are unique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env {
    entries: Vec<(BString, BString)>,
}

impl Env {
    /// No variables.
    pub fn new() -> Self {
        Env::default()
    }

    /// The variables of `NAME=value` strings; of two with one name the later value stands at the earlier place.
    /// A string without `=` is left out.
    pub fn from_strings<S: AsRef<[u8]>>(strings: impl IntoIterator<Item = S>) -> Self {
        let mut env = Env::new();
        for string in strings {
            if let Some((name, value)) = string.as_ref().split_once_str("=") {
                env.set(name, value);
            }
        }
        env
    }

    /// A variable's value.
    pub fn get(&self, name: impl AsRef<[u8]>) -> Option<&BStr> {
        let name = name.as_ref();
        self.entries.iter().find(|(key, _)| key.as_slice() == name).map(|(_, value)| value.as_bstr())
    }

    /// Sets a variable: in place when it exists, else at the end.
    pub fn set(&mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        let (name, value) = (name.as_ref(), BString::from(value.as_ref()));
        match self.entries.iter_mut().find(|(key, _)| key.as_slice() == name) {
            Some(entry) => entry.1 = value,
            None => self.entries.push((BString::from(name), value)),
        }
    }

    /// Removes a variable and tells whether it was there.
    pub fn remove(&mut self, name: impl AsRef<[u8]>) -> bool {
        let before = self.entries.len();
        self.entries.retain(|(key, _)| key.as_slice() != name.as_ref());
        self.entries.len() != before
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Name and value of each, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&BStr, &BStr)> {
        self.entries.iter().map(|(name, value)| (name.as_bstr(), value.as_bstr()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes as exec counts them: each `NAME=value` and its NUL.
    pub(crate) fn byte_len(&self) -> usize {
        self.entries.iter().map(|(name, value)| name.len() + value.len() + 2).sum()
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> FromIterator<(N, V)> for Env {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut env = Env::new();
        for (name, value) in pairs {
            env.set(name, value);
        }
        env
    }
}
