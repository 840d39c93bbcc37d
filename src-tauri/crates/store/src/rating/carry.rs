//! Carrying ratings over from one version of a rubric to another.
//!
//! Every rater's answers go over to that same rater, by an event that names where
//! they come from; nothing of the old version changes. Which criteria may go over
//! is the domain's rule ([`carry_fits`]) and is checked here again.

use rusqlite::named_params;
use serde::Serialize;
use shinsa_domain::{
    Answers, EventId, Evidence, Fit, Operation, OutputId, RaterId, Rating, RatingEvent, Role,
    Rubric, RubricRef, asked_of, asks_the_same, carry_fits,
};

use super::read_event;
use crate::column::{json, uuid};
use crate::{StoreError, Tx, View};

/// How many ratings there are to carry over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CarryCounts {
    /// Ratings by the old version with any answer.
    pub ratings: u64,
    /// Those of them that are ended.
    pub locked: u64,
    /// Those whose rater has begun the same output by the new version already.
    pub begun: u64,
    /// Ratings by the new version that hold carried answers.
    pub carried: u64,
}

/// What carrying over came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// Ratings that went over.
    pub carried: u64,
    /// Those of them that are ended by the new version, too.
    pub locked: u64,
    /// Ratings left alone: their rater has begun by the new version already.
    pub begun: u64,
    /// Ratings without an answer to any of the criteria.
    pub empty: u64,
}

/// A rating that may go over.
struct Source {
    seq: i64,
    rater: RaterId,
    output: OutputId,
    answers: Answers,
    evidence: Evidence,
    locked: bool,
    last: EventId,
}

/// Ratings read at a time, and between two calls of the progress hook.
const CHUNK: u32 = 200;

impl View<'_> {
    /// How many ratings there are to carry over. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn carry_counts(&self, from: &RubricRef, to: u32) -> Result<CarryCounts, StoreError> {
        self.lead_only("count-carried")?;
        let params = named_params! { ":rubric": from.id, ":from": from.version, ":to": to };
        let counts =
            self.first("count-carried", include_str!("carry_count.sql"), params, |row| {
                let n = |column: &str| row.get::<_, i64>(column).map(i64::unsigned_abs);
                Ok(CarryCounts {
                    ratings: n("ratings")?,
                    locked: n("locked")?,
                    begun: n("begun")?,
                    carried: n("carried")?,
                })
            })?;
        Ok(counts.unwrap_or_default())
    }
}

impl Tx<'_> {
    /// Carries the answers to `criteria`, with the passages they rest on, over from version `from` of a rubric to
    /// version `to`, rater by rater, and each rater's queue with them. A carried
    /// rating is a draft for its rater to go over; it is ended only where it was
    /// ended before and the new version asks nothing anew ([`asks_the_same`]). A
    /// rating that its rater has begun by `to` is left alone. `event` makes ids;
    /// `report` hears the ratings done and returns false to cancel. For a lead only.
    ///
    /// # Errors
    /// `cannot-carry` for a criterion whose answers can't soundly go over,
    /// `not-found`, `not-allowed`, `cancelled`; nothing is carried then.
    pub fn carry_ratings(
        &self,
        from: &RubricRef,
        to: u32,
        criteria: &[String],
        event: &mut dyn FnMut() -> EventId,
        report: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Carried, StoreError> {
        self.allow(&[Role::Lead])?;
        let view = self.view();
        let target = RubricRef { id: from.id.clone(), version: to };
        let (old, new) = (view.rubric(from)?, view.rubric(&target)?);
        let fits = carry_fits(&old, &new);
        for id in criteria {
            if !fits.iter().any(|f| &f.criterion == id && f.fit != Fit::Not) {
                return Err(StoreError::CannotCarry { criterion: id.clone() });
            }
        }
        let whole = asks_the_same(&old, &new) && all_asked(&new, criteria);
        let mut done = Carried::default();
        let (mut after, mut seen) = (0, 0);
        loop {
            let sources = self.sources(from, after)?;
            let Some(last) = sources.last() else { break };
            after = last.seq;
            for source in &sources {
                seen += 1;
                self.carry_one(source, from, &target, criteria, whole, event, &mut done)?;
            }
            if !report(seen) {
                return Err(StoreError::Cancelled);
            }
        }
        let params = named_params! {
            ":rubric": from.id, ":from": from.version, ":to": to, ":operation": self.seq
        };
        self.execute(include_str!("carry_queue.sql"), params)?;
        Ok(done)
    }

    /// Takes carried ratings of a version back, by a compensating event for each
    /// that its rater has not touched since. Returns how many. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database refuses.
    pub fn uncarry_ratings(
        &self,
        rubric: &RubricRef,
        event: &mut dyn FnMut() -> EventId,
    ) -> Result<u64, StoreError> {
        self.allow(&[Role::Lead])?;
        let params = named_params! { ":rubric": rubric.id, ":version": rubric.version };
        let last =
            self.view().all("list-carried", include_str!("carry_back.sql"), params, read_event)?;
        let mut undone = 0;
        for target in last.into_iter().filter(|e| matches!(e.operation, Operation::Carry { .. })) {
            let operation = Operation::Undo { event: target.id };
            self.append(&self.carry_event(
                event(),
                target.rater,
                target.output,
                rubric,
                operation,
            ))?;
            undone += 1;
        }
        Ok(undone)
    }

    #[allow(clippy::too_many_arguments)] // one rating's part of one operation
    fn carry_one(
        &self,
        source: &Source,
        from: &RubricRef,
        to: &RubricRef,
        criteria: &[String],
        whole: bool,
        event: &mut dyn FnMut() -> EventId,
        done: &mut Carried,
    ) -> Result<(), StoreError> {
        let answers: Answers = source
            .answers
            .iter()
            .filter(|(id, _)| criteria.contains(id))
            .map(|(id, answer)| (id.clone(), answer.clone()))
            .collect();
        if answers.is_empty() {
            done.empty += u64::from(!source.answers.is_empty());
            return Ok(());
        }
        let there = self.view().rating_of(source.rater, source.output, to)?;
        let begun =
            |there: Rating| there.locked || !there.answers.is_empty() || !there.evidence.is_empty();
        if there.is_some_and(begun) {
            done.begun += 1;
            return Ok(());
        }
        let locked = whole && source.locked;
        // Passages go with the answer that rests on them.
        let evidence: Evidence = source
            .evidence
            .iter()
            .filter(|(question, _)| answers.contains_key(asked_of(question)))
            .map(|(question, spans)| (question.clone(), spans.clone()))
            .collect();
        let operation =
            Operation::Carry { from: from.clone(), event: source.last, answers, evidence, locked };
        self.append(&self.carry_event(event(), source.rater, source.output, to, operation))?;
        done.carried += 1;
        done.locked += u64::from(locked);
        Ok(())
    }

    fn carry_event(
        &self,
        id: EventId,
        rater: RaterId,
        output: OutputId,
        rubric: &RubricRef,
        operation: Operation,
    ) -> RatingEvent {
        RatingEvent {
            id,
            device: self.op.device,
            sequence: 0,
            rater,
            output,
            rubric: rubric.clone(),
            operation,
            parent: None,
            at: self.op.at,
            active_ms: 0,
        }
    }

    fn sources(&self, from: &RubricRef, after: i64) -> Result<Vec<Source>, StoreError> {
        let params = named_params! {
            ":rubric": from.id, ":version": from.version, ":after": after, ":limit": CHUNK
        };
        self.view().all("list-ratings", include_str!("carry.sql"), params, |row| {
            Ok(Source {
                seq: row.get("seq")?,
                rater: RaterId(uuid(row, "rater")?),
                output: OutputId(uuid(row, "output")?),
                answers: json(row, "answers")?,
                evidence: json(row, "evidence")?,
                locked: row.get("locked")?,
                last: EventId(uuid(row, "last")?),
            })
        })
    }
}

fn all_asked(rubric: &Rubric, criteria: &[String]) -> bool {
    rubric.asked().all(|c| criteria.contains(&c.id))
}
