//! Pages of lists, and what an insertion did.

use serde::Serialize;

/// Which part of a list is wanted: the rows after a key, never by offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The `next` of the page before, or 0 for the first one.
    pub after: i64,
    /// How many rows at most.
    pub limit: u32,
}

impl Page {
    /// The first `limit` rows.
    #[must_use]
    pub fn first(limit: u32) -> Self {
        Self { after: 0, limit }
    }

    /// The rows after a page that ended with `next`.
    #[must_use]
    pub fn after(next: i64, limit: u32) -> Self {
        Self { after: next, limit }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rows<T> {
    /// The rows, in the list's order.
    pub rows: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<i64>,
}

impl<T> Rows<T> {
    /// From rows with their keys, as fetched under a limit.
    pub(crate) fn new(keyed: Vec<(i64, T)>, limit: u32) -> Self {
        let full = keyed.len() as u64 >= u64::from(limit);
        let next = keyed.last().map(|(key, _)| *key).filter(|_| full);
        Self { rows: keyed.into_iter().map(|(_, row)| row).collect(), next }
    }
}

/// What an idempotent insertion did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Inserted {
    /// How many were added.
    pub new: usize,
    /// How many stood there already, the same in every respect.
    pub same: usize,
    /// Those that stand there with other contents; they were left as they were.
    pub conflicts: Vec<Conflict>,
}

/// Something that stands in the project already, with other contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// Its place in what was to be inserted, from 0.
    pub index: usize,
    /// Its key, or its id where it has none.
    pub key: String,
    /// What differs: `text`, `case`, `items`, `answers`, …
    pub field: &'static str,
}

impl Inserted {
    /// Counts one item of an insertion.
    pub(crate) fn count(&mut self, index: usize, key: impl ToString, found: Found) {
        match found {
            Found::New => self.new += 1,
            Found::Same => self.same += 1,
            Found::Differs(field) => {
                self.conflicts.push(Conflict { index, key: key.to_string(), field });
            }
        }
    }
}

/// How an item stands to what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    New,
    Same,
    Differs(&'static str),
}

impl Found {
    /// `Same`, or the first field that differs.
    pub(crate) fn compare(fields: &[(&'static str, bool)]) -> Self {
        fields.iter().find(|(_, same)| !same).map_or(Self::Same, |(field, _)| Self::Differs(field))
    }
}
