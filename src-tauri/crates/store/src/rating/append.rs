//! Appending to ratings: events, imports, undo.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, named_params, params};
use shinsa_domain::{
    Answers, EventId, Evidence, Millis, Operation, OutputId, RaterId, Rating, RatingEvent, Role,
    RubricRef, fold,
};

use super::read_event;
use crate::column::{json, to_json, uuid};
use crate::page::{Found, Inserted};
use crate::{StoreError, Tx, words};

/// A whole rating that comes from elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedRating {
    /// Who rated.
    pub rater: RaterId,
    /// What was rated.
    pub output: OutputId,
    /// By which version of which rubric.
    pub rubric: RubricRef,
    /// The answers.
    pub answers: Answers,
    /// Whether it is finished.
    pub locked: bool,
    /// When it was made.
    pub at: Millis,
    /// Ids for the two events it may become.
    pub events: [EventId; 2],
}

/// A rating as it stands, with its last event.
struct Standing {
    answers: Answers,
    locked: bool,
    skipped: Option<String>,
    flag: Option<String>,
    carried: BTreeMap<String, RubricRef>,
    evidence: Evidence,
    last: EventId,
}

impl Tx<'_> {
    /// Appends events in their order, and keeps what they add up to in step. The
    /// store gives the sequence (an event's own is kept beside it as its
    /// device's, 0 meaning none) and, where it is missing, the parent. An event
    /// whose id is there already is the same one. A rater or adjudicator appends
    /// only to their own ratings. By hand nobody begins what a plan gives to others.
    ///
    /// Locking tells everyone that this rating is finished; while it lasts the
    /// answers don't change.
    ///
    /// # Errors
    /// `rating-locked`, `nothing-to-undo`, `not-assigned`, `not-found` for a rater, output or
    /// rubric that isn't there, `not-allowed`; nothing is then appended.
    pub fn append_events(&self, events: &[RatingEvent]) -> Result<Inserted, StoreError> {
        let mut inserted = Inserted::default();
        for (index, event) in events.iter().enumerate() {
            if event.rater != self.op.viewer.rater {
                self.allow(&[Role::Lead])?;
            }
            let there = self.view().first(
                "read-event",
                include_str!("event.sql"),
                [event.id.0.as_bytes()],
                read_event,
            )?;
            let found = match there {
                Some(there) => Found::compare(&[
                    ("rater", there.rater == event.rater),
                    ("output", there.output == event.output),
                    ("rubric", there.rubric == event.rubric),
                    ("operation", there.operation == event.operation),
                ]),
                None => {
                    let own = event.rater == self.op.viewer.rater;
                    if own && self.view().outside_plan(event.output, &event.rubric)? {
                        let output = event.output.to_string();
                        return Err(StoreError::NotAssigned { output });
                    }
                    self.append(event)?;
                    Found::New
                }
            };
            inserted.count(index, event.id, found);
        }
        Ok(inserted)
    }

    /// Takes whole ratings from elsewhere. One that stands here with the same
    /// answers is the same; one that stands with others is a conflict and left
    /// as it is. For a lead only.
    ///
    /// # Errors
    /// As [`Tx::append_events`].
    pub fn import_ratings(&self, ratings: &[ImportedRating]) -> Result<Inserted, StoreError> {
        self.allow(&[Role::Lead])?;
        let mut inserted = Inserted::default();
        for (index, rating) in ratings.iter().enumerate() {
            let there = self.view().rating_of(rating.rater, rating.output, &rating.rubric)?;
            let found = match there {
                Some(there) if there.locked || !there.answers.is_empty() => Found::compare(&[
                    ("answers", same(&there.answers, &rating.answers)),
                    ("locked", there.locked == rating.locked),
                ]),
                _ => {
                    self.append(&self.event(rating, 0))?;
                    if rating.locked {
                        self.append(&self.event(rating, 1))?;
                    }
                    Found::New
                }
            };
            inserted.count(index, rating.output, found);
        }
        Ok(inserted)
    }

    /// Undoes the viewer's last event that still counts, on whatever output it
    /// was, by an event with the id `id`. Returns what was undone; `None` when
    /// nothing is left. Of a second rating, the output in it is the id under which it
    /// came again.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn undo_last(&self, id: EventId) -> Result<Option<RatingEvent>, StoreError> {
        let target = self.last_event()?;
        if let Some(last) = self.last_second()? {
            let undone = self.undo_second(id, last, target.as_ref().map(|event| event.id))?;
            if let Some((event, repeat)) = undone {
                return Ok(Some(RatingEvent { output: OutputId(repeat.0), ..event }));
            }
        }
        let Some(target) = target else { return Ok(None) };
        self.withdraw_repeat(target.output)?;
        self.append(&RatingEvent {
            id,
            device: self.op.device,
            sequence: 0,
            operation: Operation::Undo { event: target.id },
            parent: None,
            at: self.op.at,
            active_ms: 0,
            ..target.clone()
        })?;
        Ok(Some(target))
    }

    /// The viewer's last rating event that still counts.
    fn last_event(&self) -> Result<Option<RatingEvent>, StoreError> {
        let mut undone = BTreeSet::new();
        let failed = crate::error::sqlite("read-events");
        let mut statement =
            self.conn.prepare_cached(include_str!("events_backwards.sql")).map_err(&failed)?;
        let mut rows = statement.query([self.op.viewer.rater.0.as_bytes()]).map_err(&failed)?;
        loop {
            let Some(row) = rows.next().map_err(&failed)? else { return Ok(None) };
            let event = read_event(row).map_err(&failed)?;
            match event.operation {
                // Newest first, so an undo that was itself undone is known by now.
                Operation::Undo { event: target } => {
                    if !undone.contains(&event.id) {
                        undone.insert(target);
                    }
                }
                // What a lead has carried over is not the rater's to take back by
                // a key: answering anew is.
                Operation::Carry { .. } => {}
                _ if undone.contains(&event.id) => {}
                _ => return Ok(Some(event)),
            }
        }
    }

    fn event(&self, rating: &ImportedRating, part: usize) -> RatingEvent {
        RatingEvent {
            id: rating.events[part.min(1)],
            device: self.op.device,
            sequence: 0,
            rater: rating.rater,
            output: rating.output,
            rubric: rating.rubric.clone(),
            operation: if part == 0 {
                Operation::Replace { answers: rating.answers.clone() }
            } else {
                Operation::Lock
            },
            parent: None,
            at: rating.at,
            active_ms: 0,
        }
    }

    /// Appends one event that isn't there yet.
    pub(super) fn append(&self, event: &RatingEvent) -> Result<(), StoreError> {
        let before = self.standing(event)?;
        if before.is_none() {
            self.require_event(event)?;
        }
        let after = self.apply(event, before.as_ref())?;
        if let Some(before) = &before
            && before.locked
            && after.locked
            && (before.answers != after.answers || before.evidence != after.evidence)
        {
            return Err(StoreError::RatingLocked { output: event.output.to_string() });
        }
        let parent = event.parent.or(before.map(|before| before.last));
        let sequence = i64::try_from(event.sequence).ok().filter(|sequence| *sequence > 0);
        self.execute(
            include_str!("insert_event.sql"),
            params![
                event.id.0.as_bytes(),
                event.device.0.as_bytes(),
                sequence,
                event.rater.0.as_bytes(),
                event.output.0.as_bytes(),
                event.rubric.id,
                event.rubric.version,
                words::operation(&event.operation),
                to_json("rating_events.body", &event.operation)?,
                parent.as_ref().map(|parent| parent.0.as_bytes()),
                event.at,
                event.active_ms,
                self.seq
            ],
        )?;
        let last = self.conn.last_insert_rowid();
        self.execute(
            include_str!("upsert.sql"),
            named_params! {
                ":rater": event.rater.0.as_bytes(), ":output": event.output.0.as_bytes(),
                ":rubric": event.rubric.id, ":version": event.rubric.version,
                ":answers": to_json("ratings.answers", &after.answers)?,
                ":locked": after.locked, ":skipped": after.skipped, ":flag": after.flag,
                ":carried": to_json("ratings.carried", &after.carried)?,
                ":evidence": to_json("ratings.evidence", &after.evidence)?,
                ":last": last
            },
        )?;
        Ok(())
    }

    fn standing(&self, event: &RatingEvent) -> Result<Option<Standing>, StoreError> {
        let params = named_params! {
            ":rater": event.rater.0.as_bytes(), ":output": event.output.0.as_bytes(),
            ":rubric": event.rubric.id, ":version": event.rubric.version
        };
        let map = |row: &Row<'_>| {
            Ok(Standing {
                answers: json(row, "answers")?,
                locked: row.get("locked")?,
                skipped: row.get("skipped")?,
                flag: row.get("flag")?,
                carried: json(row, "carried")?,
                evidence: json(row, "evidence")?,
                last: EventId(uuid(row, "last")?),
            })
        };
        self.view().first("read-rating", include_str!("standing.sql"), params, map)
    }

    /// What the rating is after `event`: one step for most, the whole fold for
    /// an undo.
    fn apply(&self, event: &RatingEvent, before: Option<&Standing>) -> Result<Rating, StoreError> {
        let mut rating = Rating::begun(event.rater, event.output, event.rubric.clone());
        if let Some(before) = before {
            rating.answers.clone_from(&before.answers);
            rating.locked = before.locked;
            rating.skipped.clone_from(&before.skipped);
            rating.flag.clone_from(&before.flag);
            rating.carried.clone_from(&before.carried);
            rating.evidence.clone_from(&before.evidence);
        }
        if let Operation::Undo { event: target } = &event.operation {
            let mut events = self.own_events(event)?;
            if events.iter().all(|e| e.id != *target) {
                return Err(StoreError::NothingToUndo { event: target.to_string() });
            }
            events.push(RatingEvent { sequence: u64::MAX, ..event.clone() });
            return Ok(fold(&events).unwrap_or(rating));
        }
        rating.step(&event.operation);
        Ok(rating)
    }

    fn own_events(&self, event: &RatingEvent) -> Result<Vec<RatingEvent>, StoreError> {
        let params = named_params! {
            ":output": event.output.0.as_bytes(), ":rubric": event.rubric.id,
            ":version": event.rubric.version, ":me": event.rater.0.as_bytes(), ":role": "rater"
        };
        self.view().all("list-events", include_str!("events.sql"), params, read_event)
    }

    fn require_event(&self, event: &RatingEvent) -> Result<(), StoreError> {
        self.require("rater", include_str!("../rater/exists.sql"), &event.rater.0)?;
        self.require("output", include_str!("../output/exists.sql"), &event.output.0)?;
        self.require_rubric(&event.rubric)
    }

    /// Refuses a rubric version that isn't there.
    pub(crate) fn require_rubric(&self, rubric: &RubricRef) -> Result<(), StoreError> {
        self.view()
            .first(
                "look-up",
                include_str!("../rubric/exists.sql"),
                params![rubric.id, rubric.version],
                |_| Ok(()),
            )?
            .ok_or_else(|| StoreError::NotFound {
                noun: "rubric",
                id: format!("{} version {}", rubric.id, rubric.version),
            })
    }
}

/// Equality of answers as values, so that `4` from a table and `4.0` are the same.
fn same(a: &Answers, b: &Answers) -> bool {
    a.len() == b.len() && a.iter().all(|(id, answer)| b.get(id).is_some_and(|o| answer.same(o)))
}
