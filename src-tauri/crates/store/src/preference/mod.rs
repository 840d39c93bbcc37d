//! Preferences: pairs to compare, and what was said of them.
//!
//! A person sees their own only; the lead sees everyone's. There is nothing here
//! that unveils: what others prefer is never shown to somebody who compares.

use std::collections::BTreeSet;

use rusqlite::{Row, named_params, params};
use shinsa_domain::{
    EventId, Opinion, OutputId, Pair, PairId, PreferenceEvent, Preferred, RaterId, Role,
};

use crate::column::{uuid, uuid_opt};
use crate::page::{Found, Inserted, Page, Rows};
use crate::{StoreError, Tx, View, words};

/// A pair with what its rater has said so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairRow {
    /// The two outputs and whose they are.
    pub pair: Pair,
    /// What was said.
    pub opinion: Opinion,
}

fn choice(row: &Row<'_>) -> rusqlite::Result<Option<Preferred>> {
    let word: Option<String> = row.get("choice")?;
    word.map(|word| {
        words::preferred_from(&word)
            .ok_or_else(|| crate::column::damaged("choice", &format!("unknown word {word:?}")))
    })
    .transpose()
}

fn read(row: &Row<'_>) -> rusqlite::Result<PairRow> {
    Ok(PairRow {
        pair: Pair {
            id: PairId(uuid(row, "id")?),
            rater: RaterId(uuid(row, "rater")?),
            a: OutputId(uuid(row, "a")?),
            b: OutputId(uuid(row, "b")?),
        },
        opinion: Opinion { choice: choice(row)?, reason: row.get("reason")? },
    })
}

fn read_event(row: &Row<'_>) -> rusqlite::Result<PreferenceEvent> {
    Ok(PreferenceEvent {
        id: EventId(uuid(row, "id")?),
        pair: PairId(uuid(row, "pair")?),
        opinion: Opinion { choice: choice(row)?, reason: row.get("reason")? },
        undoes: uuid_opt(row, "undoes")?.map(EventId),
        active_ms: row.get("active_ms")?,
    })
}

impl View<'_> {
    /// The viewer's own pairs, in the viewer's order.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn pairs(&self, page: Page) -> Result<Rows<PairRow>, StoreError> {
        self.pairs_of(false, page)
    }

    /// Everyone's pairs for a lead; for anybody else their own.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn preferences(&self, page: Page) -> Result<Rows<PairRow>, StoreError> {
        self.pairs_of(true, page)
    }

    /// One of the viewer's own pairs.
    ///
    /// # Errors
    /// `not-found`, for another's too; or when the database can't be read.
    pub fn pair(&self, id: PairId) -> Result<PairRow, StoreError> {
        let params = named_params! {
            ":id": id.0.as_bytes(), ":me": self.viewer.rater.0.as_bytes()
        };
        self.first("read-pair", include_str!("read.sql"), params, read)?
            .ok_or_else(|| StoreError::NotFound { noun: "pair", id: id.to_string() })
    }

    /// Whether outputs have come since the viewer's pairs were made.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn pairs_are_stale(&self) -> Result<bool, StoreError> {
        let me = [self.viewer.rater.0.as_bytes()];
        let stale = self.first("look-up", include_str!("stale.sql"), me, |row| row.get("stale"))?;
        Ok(stale.unwrap_or(false))
    }

    fn pairs_of(&self, all: bool, page: Page) -> Result<Rows<PairRow>, StoreError> {
        let params = named_params! {
            ":me": self.viewer.rater.0.as_bytes(), ":all": all, ":role": self.role(),
            ":after": page.after, ":limit": page.limit
        };
        self.page("list-pairs", include_str!("list.sql"), params, page, read)
    }
}

impl Tx<'_> {
    /// Appends pairs to their raters' queues, in this order; two outputs that a
    /// rater has already, whichever is A, stay as they are. For a lead only.
    ///
    /// # Errors
    /// `not-found` for a rater or output that isn't there, `not-allowed`.
    pub fn add_pairs(&self, pairs: &[Pair]) -> Result<Inserted, StoreError> {
        self.allow(&[Role::Lead])?;
        let mut inserted = Inserted::default();
        for (index, pair) in pairs.iter().enumerate() {
            self.require("rater", include_str!("../rater/exists.sql"), &pair.rater.0)?;
            for output in [pair.a, pair.b] {
                self.require("output", include_str!("../output/exists.sql"), &output.0)?;
            }
            let added = self.execute(
                include_str!("insert_pair.sql"),
                params![
                    pair.id.0.as_bytes(),
                    pair.rater.0.as_bytes(),
                    pair.a.0.as_bytes(),
                    pair.b.0.as_bytes(),
                    self.seq
                ],
            )?;
            let found = if added > 0 { Found::New } else { Found::Same };
            inserted.count(index, pair.id, found);
        }
        Ok(inserted)
    }

    /// Keeps what the viewer says of one of the viewer's own pairs. The same as
    /// before changes nothing.
    ///
    /// # Errors
    /// `not-found`, for another's pair too; or when the database refuses.
    pub fn prefer(
        &self,
        id: EventId,
        pair: PairId,
        opinion: &Opinion,
        active_ms: u32,
    ) -> Result<(), StoreError> {
        if self.view().pair(pair)?.opinion == *opinion {
            return Ok(());
        }
        let opinion = opinion.clone();
        self.insert_preference(&PreferenceEvent { id, pair, opinion, undoes: None, active_ms })
    }

    /// Takes back the viewer's last change of an opinion that still counts, by a
    /// change with the id `id`. Returns on which pair; `None` when nothing is left.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn undo_preference(&self, id: EventId) -> Result<Option<PairId>, StoreError> {
        let me = [self.op.viewer.rater.0.as_bytes()];
        let events =
            self.view().all("list-events", include_str!("events_backwards.sql"), me, read_event)?;
        let mut undone: BTreeSet<EventId> = events.iter().filter_map(|e| e.undoes).collect();
        // An undo is not itself undone here: it is passed over, as what it took back is.
        undone.extend(events.iter().filter(|e| e.undoes.is_some()).map(|e| e.id));
        let Some(at) = events.iter().position(|e| !undone.contains(&e.id)) else {
            return Ok(None);
        };
        let target = &events[at];
        let before = events[at + 1..]
            .iter()
            .find(|e| e.pair == target.pair && !undone.contains(&e.id))
            .map(|e| e.opinion.clone())
            .unwrap_or_default();
        self.insert_preference(&PreferenceEvent {
            id,
            pair: target.pair,
            opinion: before,
            undoes: Some(target.id),
            active_ms: 0,
        })?;
        Ok(Some(target.pair))
    }

    fn insert_preference(&self, event: &PreferenceEvent) -> Result<(), StoreError> {
        self.execute(
            include_str!("insert_event.sql"),
            params![
                event.id.0.as_bytes(),
                self.op.device.0.as_bytes(),
                event.pair.0.as_bytes(),
                event.opinion.choice.map(words::preferred),
                event.opinion.reason,
                event.undoes.as_ref().map(|e| e.0.as_bytes()),
                self.op.at,
                event.active_ms,
                self.seq
            ],
        )?;
        Ok(())
    }
}
