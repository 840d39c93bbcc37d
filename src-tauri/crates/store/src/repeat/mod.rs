//! Outputs that come to their rater a second time, for the rater's own consistency.
//!
//! The second rating has tables of its own, so that nothing that counts ratings can count
//! it. While it is open, its rater is shown neither the first one nor anything else that
//! hangs on the output: `view/unveiled.sql` and `view/rating_visible.sql` see to it.

use rusqlite::{Row, named_params};
use shinsa_domain::{
    Answers, EventId, Millis, Operation, OutputId, RaterId, Rating, RatingEvent, Repeat, RepeatId,
    Repeated, Role, RubricRef, fold,
};
use std::collections::BTreeSet;

use crate::column::{json, json_opt, to_json, uuid};
use crate::rating::read_event;
use crate::{StoreError, Tx, View};

fn read(row: &Row<'_>) -> rusqlite::Result<Repeat> {
    Ok(Repeat {
        id: RepeatId(uuid(row, "id")?),
        rater: RaterId(uuid(row, "rater")?),
        output: OutputId(uuid(row, "output")?),
        rubric: RubricRef { id: row.get("rubric")?, version: row.get("rubric_version")? },
        begun: row.get("begun")?,
        locked: row.get("locked")?,
        skipped: row.get("skipped")?,
        flagged: row.get("flagged")?,
    })
}

impl View<'_> {
    /// What has come to the viewer again and isn't ended, oldest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn open_repeats(&self, rubric: &RubricRef) -> Result<Vec<Repeat>, StoreError> {
        let params = self.own(rubric);
        self.all("list-repeats", include_str!("open.sql"), params.as_slice(), read)
    }

    /// One of the viewer's own repeats.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn repeat(&self, id: RepeatId) -> Result<Option<Repeat>, StoreError> {
        let params =
            named_params! { ":id": id.0.as_bytes(), ":me": self.viewer.rater.0.as_bytes() };
        self.first("read-repeat", include_str!("read.sql"), params, read)
    }

    /// What the viewer has said the second time so far.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn second_rating(&self, id: RepeatId) -> Result<Option<Rating>, StoreError> {
        let params =
            named_params! { ":id": id.0.as_bytes(), ":me": self.viewer.rater.0.as_bytes() };
        let second = self.first("read-repeat", include_str!("second.sql"), params, |row| {
            json_opt(row, "second")
        })?;
        Ok(second.flatten())
    }

    /// Whether the viewer is rating this output a second time, so that the first rating
    /// must wait.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn awaits_second(&self, output: OutputId) -> Result<bool, StoreError> {
        let params =
            named_params! { ":me": self.viewer.rater.0.as_bytes(), ":output": output.0.as_bytes() };
        Ok(self.first("read-repeat", include_str!("waits.sql"), params, |_| Ok(()))?.is_some())
    }

    /// How many outputs have come to the viewer again, ended or not.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn repeats_kept(&self, rubric: &RubricRef) -> Result<u64, StoreError> {
        let params = self.own(rubric);
        let n = self
            .first("list-repeats", include_str!("kept.sql"), params.as_slice(), |row| {
                row.get::<_, i64>("n")
            })?
            .unwrap_or_default();
        Ok(n.unsigned_abs())
    }

    /// The outputs that may come to the viewer again: ended before `before`, so many
    /// others (`items`) ended since, and never come again yet.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn may_come_again(
        &self,
        rubric: &RubricRef,
        items: u32,
        before: Millis,
    ) -> Result<Vec<OutputId>, StoreError> {
        let params = named_params! {
            ":me": self.viewer.rater.0.as_bytes(), ":rubric": rubric.id,
            ":version": rubric.version, ":items": items, ":before": before
        };
        self.all("list-repeats", include_str!("may.sql"), params, |row| {
            Ok(OutputId(uuid(row, "output")?))
        })
    }

    /// What was said the first and the second time, where the second is ended: one's
    /// own; for a lead everyone's.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn repeated(&self, rubric: &RubricRef) -> Result<Vec<Repeated>, StoreError> {
        let params = named_params! {
            ":me": self.viewer.rater.0.as_bytes(), ":rubric": rubric.id,
            ":version": rubric.version, ":role": self.role()
        };
        self.all("list-repeats", include_str!("repeated.sql"), params, |row| {
            let second: Option<Rating> = json_opt(row, "second")?;
            Ok(Repeated {
                rater: RaterId(uuid(row, "rater")?),
                output: OutputId(uuid(row, "output")?),
                first: json(row, "first")?,
                second: second.map_or_else(Answers::new, |rating| rating.answers),
            })
        })
    }
}

/// What the viewer's last undoable change was on.
pub(crate) struct Last {
    event: RatingEvent,
    repeat: RepeatId,
    operation: i64,
}

impl Tx<'_> {
    /// Brings an output to its rater again, whose ended rating is kept as the first.
    /// For a lead only: the program does it on the lead's behalf.
    ///
    /// # Errors
    /// `not-found` without such a rating, `not-allowed`, or when the database refuses (it
    /// has come again already).
    pub fn begin_repeat(
        &self,
        id: RepeatId,
        rater: RaterId,
        output: OutputId,
        rubric: &RubricRef,
    ) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        let added = self.execute(
            include_str!("insert.sql"),
            named_params! {
                ":id": id.0.as_bytes(), ":rater": rater.0.as_bytes(),
                ":output": output.0.as_bytes(), ":rubric": rubric.id,
                ":version": rubric.version, ":operation": self.seq
            },
        )?;
        if added == 0 {
            return Err(StoreError::NotFound { noun: "rating", id: output.to_string() });
        }
        Ok(())
    }

    /// Appends events to one of the viewer's own second ratings. Their output and rubric
    /// are the repeat's.
    ///
    /// # Errors
    /// `not-found`, for another's too; `rating-locked`, `nothing-to-undo`.
    pub fn append_second(&self, id: RepeatId, events: &[RatingEvent]) -> Result<(), StoreError> {
        let repeat = self.view().repeat(id)?;
        let repeat = repeat
            .filter(|repeat| repeat.rater == self.op.viewer.rater)
            .ok_or_else(|| StoreError::NotFound { noun: "output", id: id.to_string() })?;
        let sql = include_str!("events.sql");
        let params = named_params! { ":id": id.0.as_bytes() };
        let mut all = self.view().all("list-repeats", sql, params, read_event)?;
        let begun = || Rating::begun(repeat.rater, repeat.output, repeat.rubric.clone());
        let mut before = fold(&all).unwrap_or_else(begun);
        for event in events {
            if let Operation::Undo { event: target } = &event.operation
                && all.iter().all(|e| e.id != *target)
            {
                return Err(StoreError::NothingToUndo { event: target.to_string() });
            }
            all.push(RatingEvent { sequence: u64::MAX, ..event.clone() });
            let after = fold(&all).unwrap_or_else(begun);
            let changed = before.answers != after.answers || before.evidence != after.evidence;
            if before.locked && after.locked && changed {
                return Err(StoreError::RatingLocked { output: id.to_string() });
            }
            // The table numbers events; here the order in which they came is enough.
            let place = u64::try_from(all.len()).unwrap_or(u64::MAX);
            if let Some(last) = all.last_mut() {
                last.sequence = u64::MAX / 2 + place;
            }
            before = after;
            self.execute(
                include_str!("insert_event.sql"),
                named_params! {
                    ":id": event.id.0.as_bytes(), ":device": event.device.0.as_bytes(),
                    ":repeat": id.0.as_bytes(), ":rater": repeat.rater.0.as_bytes(),
                    ":body": to_json("repeat_events.body", &event.operation)?,
                    ":at": event.at, ":active_ms": event.active_ms, ":operation": self.seq
                },
            )?;
        }
        self.execute(
            include_str!("update.sql"),
            named_params! {
                ":id": id.0.as_bytes(), ":second": to_json("repeats.second", &before)?,
                ":locked": before.locked, ":skipped": before.skipped.is_some(),
                ":flagged": before.flag.is_some()
            },
        )?;
        Ok(())
    }

    /// The viewer's last change of a second rating that still counts.
    pub(crate) fn last_second(&self) -> Result<Option<Last>, StoreError> {
        let me = named_params! { ":me": self.op.viewer.rater.0.as_bytes() };
        let rows = self.view().all("list-repeats", include_str!("backwards.sql"), me, |row| {
            Ok(Last {
                event: read_event(row)?,
                repeat: RepeatId(uuid(row, "repeat")?),
                operation: row.get("operation")?,
            })
        })?;
        let mut undone = BTreeSet::new();
        for last in rows {
            match last.event.operation {
                Operation::Undo { event: target } => {
                    if !undone.contains(&last.event.id) {
                        undone.insert(target);
                    }
                }
                _ if undone.contains(&last.event.id) => {}
                _ => return Ok(Some(last)),
            }
        }
        Ok(None)
    }

    /// Undoes `last` by an event with the id `id` if it came after the rating event
    /// `other`; returns it with the repeat it belongs to.
    pub(crate) fn undo_second(
        &self,
        id: EventId,
        last: Last,
        other: Option<EventId>,
    ) -> Result<Option<(RatingEvent, RepeatId)>, StoreError> {
        if let Some(other) = other {
            let at = self
                .view()
                .first("list-events", include_str!("operation.sql"), [other.0.as_bytes()], |row| {
                    row.get::<_, i64>("operation")
                })?
                .unwrap_or_default();
            if at > last.operation {
                return Ok(None);
            }
        }
        let undo = RatingEvent {
            id,
            device: self.op.device,
            operation: Operation::Undo { event: last.event.id },
            parent: None,
            at: self.op.at,
            active_ms: 0,
            ..last.event.clone()
        };
        self.append_second(last.repeat, std::slice::from_ref(&undo))?;
        Ok(Some((last.event, last.repeat)))
    }

    /// Takes an open second rating back, because its rater is about to see the first.
    pub(crate) fn withdraw_repeat(&self, output: OutputId) -> Result<(), StoreError> {
        let params = named_params! {
            ":me": self.op.viewer.rater.0.as_bytes(), ":output": output.0.as_bytes()
        };
        self.execute(include_str!("withdraw.sql"), params)?;
        Ok(())
    }
}
