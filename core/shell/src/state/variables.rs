//! Shell variables.

use std::rc::Rc;

use bstr::{BStr, BString, ByteSlice};

use super::Ifs;

/// ash keeps variables in a hash table of this many rows, and hands them to programs row by row.
const ROWS: u32 = 39;

/// One variable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Variable {
    /// None: unset, perhaps with attributes.
    pub(crate) value: Option<BString>,
    pub(crate) exported: bool,
    pub(crate) read_only: bool,
    /// When it was made, for the order within a row of the table.
    order: u32,
}

impl Variable {
    /// Bytes of its value.
    fn len(&self) -> usize {
        self.value.as_ref().map_or(0, |value| value.len())
    }
}

/// The refusal to change a read-only variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadOnly(pub(crate) BString);

/// All variables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vars {
    map: im::OrdMap<BString, Variable>,
    made: u32,
    /// Bytes of all values.
    bytes: usize,
    /// Made from the variable `IFS`, which every expansion looks at.
    ifs: Rc<Ifs>,
}

impl Vars {
    /// The value of a set variable.
    pub(crate) fn get(&self, name: &[u8]) -> Option<&BStr> {
        self.map.get(name.as_bstr()).and_then(|variable| variable.value.as_ref()).map(|value| value.as_bstr())
    }

    /// A variable with its attributes.
    pub(crate) fn variable(&self, name: &[u8]) -> Option<&Variable> {
        self.map.get(name.as_bstr())
    }

    /// Sets a value and keeps the attributes.
    pub(crate) fn set(&mut self, name: &[u8], value: impl Into<BString>) -> Result<(), ReadOnly> {
        let value = value.into();
        let (added, variable) = (value.len(), self.entry(name)?);
        let dropped = variable.value.replace(value).map_or(0, |value| value.len());
        self.bytes = self.bytes + added - dropped;
        self.note_ifs(name);
        Ok(())
    }

    /// Sets a value and exports the variable.
    pub(crate) fn set_exported(&mut self, name: &[u8], value: impl Into<BString>) -> Result<(), ReadOnly> {
        self.set(name, value)?;
        self.attributes(name).exported = true;
        Ok(())
    }

    /// Makes a variable unset without forgetting its attributes.
    pub(crate) fn clear_value(&mut self, name: &[u8]) -> Result<(), ReadOnly> {
        self.bytes -= self.entry(name)?.value.take().map_or(0, |value| value.len());
        self.note_ifs(name);
        Ok(())
    }

    /// Removes a variable with its attributes.
    pub(crate) fn unset(&mut self, name: &[u8]) -> Result<(), ReadOnly> {
        if self.map.get(name.as_bstr()).is_some_and(|variable| variable.read_only) {
            return Err(ReadOnly(name.into()));
        }
        self.bytes -= self.map.remove(name.as_bstr()).map_or(0, |variable| variable.len());
        self.note_ifs(name);
        Ok(())
    }

    /// Sets or clears the export attribute, making the variable if need be.
    pub(crate) fn set_export(&mut self, name: &[u8], exported: bool) {
        self.attributes(name).exported = exported;
    }

    /// Makes a variable read-only.
    pub(crate) fn set_read_only(&mut self, name: &[u8]) {
        self.attributes(name).read_only = true;
    }

    /// Puts back what `variable` gave before, read-only or not.
    pub(crate) fn restore(&mut self, name: &[u8], variable: Option<Variable>) {
        let added = variable.as_ref().map_or(0, Variable::len);
        let dropped = match variable {
            Some(variable) => self.map.insert(name.into(), variable),
            None => self.map.remove(name.as_bstr()),
        };
        self.bytes = self.bytes + added - dropped.map_or(0, |variable| variable.len());
        self.note_ifs(name);
    }

    /// Bytes of all values together.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// All variables by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&BString, &Variable)> {
        self.map.iter()
    }

    /// The environment for programs, in the order of ash's table.
    pub(crate) fn exported(&self) -> Vec<(&BString, &BString)> {
        let mut rows: Vec<_> = self
            .map
            .iter()
            .filter(|(_, variable)| variable.exported)
            .filter_map(|(name, variable)| Some((row(name), variable.order, name, variable.value.as_ref()?)))
            .collect();
        rows.sort_unstable_by_key(|entry| (entry.0, entry.1));
        rows.into_iter().map(|(_, _, name, value)| (name, value)).collect()
    }

    /// The field separators in force.
    pub(crate) fn ifs(&self) -> Rc<Ifs> {
        self.ifs.clone()
    }

    fn note_ifs(&mut self, name: &[u8]) {
        if name == Ifs::NAME {
            self.ifs = Rc::new(Ifs::new(self.get(name)));
        }
    }

    fn entry(&mut self, name: &[u8]) -> Result<&mut Variable, ReadOnly> {
        let variable = self.attributes(name);
        if variable.read_only { Err(ReadOnly(name.into())) } else { Ok(variable) }
    }

    fn attributes(&mut self, name: &[u8]) -> &mut Variable {
        let Vars { map, made, .. } = self;
        map.entry(name.into()).or_insert_with(|| {
            *made += 1;
            Variable { order: *made, ..Variable::default() }
        })
    }
}

/// The row of a name: its bytes summed up, the first one sixteen times more.
pub(crate) fn row(name: &[u8]) -> u32 {
    let first = name.first().map_or(0, |byte| u32::from(*byte) << 4);
    name.iter().fold(first, |sum, byte| sum.wrapping_add(u32::from(*byte))) % ROWS
}
