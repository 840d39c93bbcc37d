//! Ratings: an append-only series of events, folded into what counts.

use crate::{
    Answer, Answers, DeviceId, EventId, Evidence, Millis, OutputId, RaterId, RubricRef, Span,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a rating event does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "op")]
pub enum Operation {
    /// Answers one criterion; `None` clears it.
    Set {
        /// The criterion.
        criterion: String,
        /// The answer.
        answer: Option<Answer>,
    },
    /// Answers everything at once (import, gold from elsewhere).
    Replace {
        /// The answers.
        answers: Answers,
    },
    /// Takes answers over from the same rater's rating by another version of the
    /// rubric, which stays as it is. Made by a lead when a version is published.
    Carry {
        /// The version that was rated by.
        from: RubricRef,
        /// The last event of the rating there.
        event: EventId,
        /// The answers that go over.
        answers: Answers,
        /// The passages that they rest on.
        #[serde(default, skip_serializing_if = "Evidence::is_empty")]
        evidence: Evidence,
        /// Whether the rating was ended there and asks for nothing anew.
        locked: bool,
    },
    /// Says which passages of the output one answer rests on: all of them, in the order
    /// of the text; none takes them away.
    Cite {
        /// The criterion, or `drugs[1].label` inside a list.
        criterion: String,
        /// The passages.
        spans: Vec<Span>,
    },
    /// Ends the rating: from now on its rater may see others'.
    Lock,
    /// Takes the lock off again.
    Unlock,
    /// Leaves the output for later, with the reason; `None` takes it up again, as
    /// an answer or a lock does by itself.
    Skip {
        /// Why.
        reason: Option<String>,
    },
    /// Asks that somebody look at it; `None` takes the flag off.
    Flag {
        /// What to look at.
        note: Option<String>,
    },
    /// Compensates an earlier event: state as if it had not happened.
    Undo {
        /// The event.
        event: EventId,
    },
}

/// One event of a rating. Never changed, never deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatingEvent {
    /// Stable identity; the same event from two files is one event.
    pub id: EventId,
    /// Where it was made.
    pub device: DeviceId,
    /// Counted per project from 1: the order that counts, never the clock.
    pub sequence: u64,
    /// Who rates.
    pub rater: RaterId,
    /// What is rated.
    pub output: OutputId,
    /// By which version of which rubric.
    pub rubric: RubricRef,
    /// What happened.
    pub operation: Operation,
    /// The event before it in this rating, as its maker knew it.
    pub parent: Option<EventId>,
    /// When, for people to read.
    pub at: Millis,
    /// Milliseconds of active work on this output since the rater's event before it;
    /// 0 where nobody measured. Decides nothing.
    #[serde(default)]
    pub active_ms: u32,
}

/// What a rater's events on one output add up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    /// Who rated.
    pub rater: RaterId,
    /// What was rated.
    pub output: OutputId,
    /// By which version of which rubric.
    pub rubric: RubricRef,
    /// The answers.
    pub answers: Answers,
    /// Whether the rater has ended it.
    pub locked: bool,
    /// Why it was left for later, if it was.
    pub skipped: Option<String>,
    /// What somebody should look at, if anything.
    pub flag: Option<String>,
    /// Criteria whose answer was taken over as it is, and from which version.
    pub carried: BTreeMap<String, RubricRef>,
    /// The passages that the answers rest on.
    pub evidence: Evidence,
}

impl Rating {
    /// A rating before its first event.
    #[must_use]
    pub fn begun(rater: RaterId, output: OutputId, rubric: RubricRef) -> Self {
        Self {
            rater,
            output,
            rubric,
            answers: Answers::new(),
            locked: false,
            skipped: None,
            flag: None,
            carried: BTreeMap::new(),
            evidence: Evidence::new(),
        }
    }

    /// What one operation does to it. An undo needs all events: [`fold`].
    pub fn step(&mut self, operation: &Operation) {
        match operation {
            Operation::Set { criterion, answer: Some(answer) } => {
                self.answers.insert(criterion.clone(), answer.clone());
                self.carried.remove(criterion);
                self.skipped = None;
            }
            Operation::Set { criterion, answer: None } => {
                self.answers.remove(criterion);
                self.carried.remove(criterion);
            }
            Operation::Replace { answers } => {
                self.answers.clone_from(answers);
                self.carried.clear();
                self.evidence.clear();
            }
            Operation::Carry { from, answers, evidence, locked, .. } => {
                for (criterion, answer) in answers {
                    self.answers.insert(criterion.clone(), answer.clone());
                    self.carried.insert(criterion.clone(), from.clone());
                }
                self.evidence.extend(evidence.clone());
                self.locked |= locked;
            }
            Operation::Cite { criterion, spans } if spans.is_empty() => {
                self.evidence.remove(criterion);
            }
            Operation::Cite { criterion, spans } => {
                self.evidence.insert(criterion.clone(), spans.clone());
                self.skipped = None;
            }
            Operation::Lock => {
                self.locked = true;
                self.skipped = None;
            }
            Operation::Unlock => self.locked = false,
            Operation::Skip { reason } => self.skipped.clone_from(reason),
            Operation::Flag { note } => self.flag.clone_from(note),
            Operation::Undo { .. } => {}
        }
    }
}

/// Folds the events of one rater on one output by one rubric version, in the
/// order of their sequence. `None` for no events.
#[must_use]
pub fn fold(events: &[RatingEvent]) -> Option<Rating> {
    let first = events.first()?;
    let mut order: Vec<&RatingEvent> = events.iter().collect();
    order.sort_by_key(|e| e.sequence);
    let mut undone = std::collections::BTreeSet::new();
    // Backwards, so that an undone undo restores what it had compensated.
    for event in order.iter().rev() {
        if let Operation::Undo { event: target } = &event.operation
            && !undone.contains(&event.id)
        {
            undone.insert(*target);
        }
    }
    let mut rating = Rating::begun(first.rater, first.output, first.rubric.clone());
    for event in order.into_iter().filter(|e| !undone.contains(&e.id)) {
        rating.step(&event.operation);
    }
    Some(rating)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(sequence: u64, operation: Operation) -> RatingEvent {
        RatingEvent {
            id: id(sequence),
            device: DeviceId::new(0, [0; 10]),
            sequence,
            rater: RaterId::new(0, [0; 10]),
            output: OutputId::new(0, [0; 10]),
            rubric: RubricRef { id: "r".into(), version: 1 },
            operation,
            parent: None,
            at: 0,
            active_ms: 0,
        }
    }

    fn id(n: u64) -> EventId {
        EventId::new(i64::try_from(n).unwrap(), [0; 10])
    }

    fn set(value: i32) -> Operation {
        Operation::Set { criterion: "safety".into(), answer: Some(Answer::Int(value)) }
    }

    #[test]
    fn the_last_by_sequence_counts_whatever_the_order_of_arrival() {
        let rating = fold(&[event(2, set(5)), event(1, set(2))]).unwrap();
        assert_eq!(rating.answers["safety"], Answer::Int(5));
    }

    #[test]
    fn undo_restores_the_answer_before() {
        let rating =
            fold(&[event(1, set(2)), event(2, set(5)), event(3, Operation::Undo { event: id(2) })])
                .unwrap();
        assert_eq!(rating.answers["safety"], Answer::Int(2));
    }

    #[test]
    fn what_was_left_for_later_is_taken_up_by_an_answer_and_a_flag_stays() {
        let skip = Operation::Skip { reason: Some("needs the chart".into()) };
        let flag = Operation::Flag { note: Some("dose?".into()) };
        let events = [event(1, flag), event(2, skip.clone()), event(3, set(2)), event(4, skip)];
        let left = |n: usize| fold(&events[..n]).unwrap().skipped.is_some();
        assert_eq!((left(1), left(2), left(3), left(4)), (false, true, false, true));
        let mut all = events.to_vec();
        all.push(event(5, Operation::Lock));
        let rating = fold(&all).unwrap();
        assert!(rating.locked && rating.skipped.is_none());
        assert_eq!(rating.flag.as_deref(), Some("dose?"));
    }

    #[test]
    fn what_was_carried_is_marked_until_its_rater_answers_anew() {
        let from = RubricRef { id: "r".into(), version: 0 };
        let answers = Answers::from([
            ("safety".into(), Answer::Int(4)),
            ("harm".into(), Answer::Bool(false)),
        ]);
        let span = Span { start: 0, end: 2, quote: "転倒".into() };
        let evidence = Evidence::from([("safety".into(), vec![span])]);
        let carry =
            Operation::Carry { from: from.clone(), event: id(90), answers, evidence, locked: true };
        let events = [
            event(1, carry),
            event(2, Operation::Unlock),
            event(3, set(2)),
            event(4, Operation::Undo { event: id(1) }),
        ];
        let carried = fold(&events[..1]).unwrap();
        assert!(carried.locked && carried.carried.len() == 2);
        assert_eq!(carried.evidence["safety"][0].quote, "転倒");
        let answered = fold(&events[..3]).unwrap();
        assert_eq!(answered.carried, BTreeMap::from([("harm".into(), from)]));
        assert_eq!(answered.answers["safety"], Answer::Int(2));
        // Taken back: what the rater has answered since stays.
        let back = fold(&events).unwrap();
        assert_eq!(back.answers, Answers::from([("safety".into(), Answer::Int(2))]));
        assert!(back.carried.is_empty() && back.evidence.is_empty() && !back.locked);
    }

    #[test]
    fn passages_follow_their_events_and_an_undo_brings_back_those_before() {
        let span =
            |start: u32, end: u32| Span { start, end, quote: "転".repeat((end - start) as usize) };
        let cite = |spans| Operation::Cite { criterion: "safety".into(), spans };
        let events = [
            event(1, cite(vec![span(0, 2)])),
            event(2, cite(vec![span(0, 2), span(5, 6)])),
            event(3, Operation::Undo { event: id(2) }),
            event(4, cite(vec![])),
        ];
        let kept = |n: usize| fold(&events[..n]).unwrap().evidence.remove("safety");
        assert_eq!(kept(2).map(|spans| spans.len()), Some(2));
        assert_eq!(kept(3), Some(vec![span(0, 2)]));
        assert_eq!(kept(4), None);
    }

    #[test]
    fn undoing_an_undo_is_redo() {
        let events = [
            event(1, set(2)),
            event(2, set(5)),
            event(3, Operation::Undo { event: id(2) }),
            event(4, Operation::Undo { event: id(3) }),
        ];
        assert_eq!(fold(&events).unwrap().answers["safety"], Answer::Int(5));
    }
}
