//! Content in a saved state: by its bytes where they are known, by its recipe where they are not.

use std::sync::Arc;

use bstr::BString;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::sparse::Sparse;
use super::synthetic::Synthetic;
use super::{Content, MAX_FILE_SIZE, Repr, WHOLE_MAX};
use crate::ProgramNote;

/// The stored form of a [`Content`].
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stored {
    Whole(BString),
    Synthetic(Recipe),
    Sparse { len: u64, base: Option<(Recipe, u64)>, chunks: Vec<StoredChunk> },
}

#[derive(Serialize, Deserialize)]
struct Recipe {
    len: u64,
    seed: u64,
    program: Option<BString>,
}

/// One chunk of sparse content.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredChunk {
    pub(super) index: u64,
    pub(super) bytes: BString,
    /// Which of its pages were written.
    pub(super) pages: u16,
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let stored = match &self.0 {
            Repr::Whole(bytes) => Stored::Whole(BString::from(bytes.as_slice())),
            Repr::Synthetic(synthetic) => Stored::Synthetic(Recipe::of(synthetic)),
            Repr::Sparse(sparse) => {
                let (len, base, chunks) = sparse.to_stored();
                Stored::Sparse { len, base: base.map(|(base, len)| (Recipe::of(base), len)), chunks }
            }
        };
        stored.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Stored::deserialize(from)? {
            Stored::Whole(bytes) if bytes.len() as u64 > WHOLE_MAX => {
                Content(Repr::Sparse(Arc::new(Sparse::from_bytes(&bytes))))
            }
            Stored::Whole(bytes) => Content::from(bytes),
            Stored::Synthetic(recipe) => Content::synthetic(recipe.synthetic()),
            Stored::Sparse { len, base, chunks } => {
                let base = base.map(|(recipe, len)| (Arc::new(recipe.synthetic()), len));
                Sparse::from_stored(len, base, chunks)
                    .filter(|sparse| sparse.len() <= MAX_FILE_SIZE)
                    .map(|sparse| Content(Repr::Sparse(Arc::new(sparse))))
                    .ok_or_else(|| D::Error::custom("a file's chunks do not fit its length"))?
            }
        })
    }
}

impl Recipe {
    fn of(synthetic: &Synthetic) -> Self {
        let program = synthetic.program.as_ref().map(|note| note.text().into());
        Recipe { len: synthetic.len, seed: synthetic.seed, program }
    }

    fn synthetic(self) -> Synthetic {
        Synthetic {
            len: self.len.min(MAX_FILE_SIZE),
            seed: self.seed,
            program: self.program.map(ProgramNote::new),
        }
    }
}
