//! Shell variables.

use std::rc::Rc;

use bstr::{BStr, BString, ByteSlice};

use super::Ifs;
use super::slots::Slots;
use crate::ast::NameRef;

/// ash keeps variables in a hash table of this many rows, and hands them to programs row by row.
const ROWS: u32 = 39;

/// A buffer of so many bytes is not kept for a value of less than half of them.
const ROOMY: usize = 256;

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
    slots: Slots,
    /// Places by name.
    places: im::OrdMap<BString, u32>,
    made: u32,
    /// Bytes of all values.
    bytes: usize,
    /// Made from the variable `IFS`, which every expansion looks at.
    ifs: Rc<Ifs>,
}

impl Vars {
    /// The value of a set variable.
    pub(crate) fn get(&self, name: &[u8]) -> Option<&BStr> {
        self.get_at(name.into())
    }

    /// The same, of a name that a script spells.
    pub(crate) fn get_at(&self, name: NameRef<'_>) -> Option<&BStr> {
        self.find(name)?.value.as_ref().map(|value| value.as_bstr())
    }

    /// A variable with its attributes.
    pub(crate) fn variable(&self, name: &[u8]) -> Option<&Variable> {
        self.find(name.into())
    }

    /// Sets a value and keeps the attributes.
    pub(crate) fn set(&mut self, name: NameRef<'_>, value: &[u8]) -> Result<(), ReadOnly> {
        let Vars { slots, places, made, bytes, .. } = self;
        let variable = writable(slots, places, made, name)?;
        let dropped = variable.len();
        match &mut variable.value {
            // Most values take the place of one of the same kind.
            Some(old) if old.capacity() < ROOMY || old.capacity() / 2 < value.len() => {
                old.clear();
                old.extend_from_slice(value);
            }
            old => *old = Some(value.into()),
        }
        *bytes = *bytes + value.len() - dropped;
        self.note_ifs(name.text);
        Ok(())
    }

    /// Sets a value and exports the variable.
    pub(crate) fn set_exported(&mut self, name: NameRef<'_>, value: &[u8]) -> Result<(), ReadOnly> {
        self.set(name, value)?;
        self.attributes(name).exported = true;
        Ok(())
    }

    /// Makes a variable unset without forgetting its attributes.
    pub(crate) fn clear_value(&mut self, name: &[u8]) -> Result<(), ReadOnly> {
        let Vars { slots, places, made, bytes, .. } = self;
        let variable = writable(slots, places, made, name.into())?;
        *bytes -= variable.value.take().map_or(0, |value| value.len());
        self.note_ifs(name);
        Ok(())
    }

    /// Removes a variable with its attributes.
    pub(crate) fn unset(&mut self, name: &[u8]) -> Result<(), ReadOnly> {
        if self.variable(name).is_some_and(|variable| variable.read_only) {
            return Err(ReadOnly(name.into()));
        }
        self.restore(name, None);
        Ok(())
    }

    /// Sets or clears the export attribute, making the variable if need be.
    pub(crate) fn set_export(&mut self, name: &[u8], exported: bool) {
        self.attributes(name.into()).exported = exported;
    }

    /// Makes a variable read-only.
    pub(crate) fn set_read_only(&mut self, name: &[u8]) {
        self.attributes(name.into()).read_only = true;
    }

    /// Puts back what `variable` gave before, read-only or not.
    pub(crate) fn restore(&mut self, name: &[u8], variable: Option<Variable>) {
        let added = variable.as_ref().map_or(0, Variable::len);
        let place = match (place_of(&self.slots, &self.places, name.into()), &variable) {
            (Some(place), _) => place,
            (None, None) => return,
            (None, Some(_)) => add_place(&mut self.slots, &mut self.places, name.into()),
        };
        let Some(slot) = self.slots.get_mut(place) else { return };
        let dropped = std::mem::replace(&mut slot.variable, variable);
        self.bytes = self.bytes + added - dropped.map_or(0, |variable| variable.len());
        self.note_ifs(name);
    }

    /// Bytes of all values together.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// All variables by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&BString, &Variable)> {
        let slots = self.places.values().filter_map(|place| self.slots.get(*place));
        slots.filter_map(|slot| Some((&slot.name, slot.variable.as_ref()?)))
    }

    /// The environment for programs, in the order of ash's table.
    pub(crate) fn exported(&self) -> Vec<(&BString, &BString)> {
        let mut rows: Vec<_> = self
            .iter()
            .filter(|(_, variable)| variable.exported)
            .filter_map(|(name, variable)| Some((row(name), variable.order, name, variable.value.as_ref()?)))
            .collect();
        rows.sort_unstable_by_key(|entry| (entry.0, entry.1));
        rows.into_iter().map(|(_, _, name, value)| (name, value)).collect()
    }

    /// The field separators in force.
    pub(crate) fn ifs(&self) -> &Rc<Ifs> {
        &self.ifs
    }

    fn note_ifs(&mut self, name: &[u8]) {
        if name == Ifs::NAME {
            self.ifs = Rc::new(Ifs::new(self.get(name)));
        }
    }

    fn find(&self, name: NameRef<'_>) -> Option<&Variable> {
        self.slots.get(place_of(&self.slots, &self.places, name)?)?.variable.as_ref()
    }

    fn attributes(&mut self, name: NameRef<'_>) -> &mut Variable {
        made_at(&mut self.slots, &mut self.places, &mut self.made, name)
    }
}

type Places = im::OrdMap<BString, u32>;

/// The place of a name: that which the script's spelling remembers, if it is right, else the one in the table.
fn place_of(slots: &Slots, places: &Places, name: NameRef<'_>) -> Option<u32> {
    if let Some(guess) = name.place
        && slots.get(guess.get()).is_some_and(|slot| slot.name == name.text)
    {
        return Some(guess.get());
    }
    let place = *places.get(name.text.as_bstr())?;
    if let Some(guess) = name.place {
        guess.set(place);
    }
    Some(place)
}

fn add_place(slots: &mut Slots, places: &mut Places, name: NameRef<'_>) -> u32 {
    let place = slots.add(name.text);
    places.insert(name.text.into(), place);
    place
}

/// The variable of a name, made if it is not there.
fn made_at<'v>(
    slots: &'v mut Slots,
    places: &mut Places,
    made: &mut u32,
    name: NameRef<'_>,
) -> &'v mut Variable {
    let place = place_of(slots, places, name).unwrap_or_else(|| add_place(slots, places, name));
    let slot = slots.get_mut(place).expect("every place in the table is in the list");
    slot.variable.get_or_insert_with(|| {
        *made += 1;
        Variable { order: *made, ..Variable::default() }
    })
}

fn writable<'v>(
    slots: &'v mut Slots,
    places: &mut Places,
    made: &mut u32,
    name: NameRef<'_>,
) -> Result<&'v mut Variable, ReadOnly> {
    let variable = made_at(slots, places, made, name);
    if variable.read_only { Err(ReadOnly(name.text.into())) } else { Ok(variable) }
}

/// The row of a name: its bytes summed up, the first one sixteen times more.
pub(crate) fn row(name: &[u8]) -> u32 {
    let first = name.first().map_or(0, |byte| u32::from(*byte) << 4);
    name.iter().fold(first, |sum, byte| sum.wrapping_add(u32::from(*byte))) % ROWS
}
