//! Preferences: which of two outputs for one prompt a person finds better.

use crate::{EventId, OutputId, PairId, RaterId};
use serde::{Deserialize, Serialize};

/// What a person says of two outputs side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Preferred {
    /// The one shown as A is better.
    A,
    /// The one shown as B is better.
    B,
    /// Neither is.
    Tie,
    /// Can't tell.
    CannotJudge,
}

/// Two outputs for one person to compare, A shown on the left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Stable identity: of these two for this person.
    pub id: PairId,
    /// Who compares.
    pub rater: RaterId,
    /// Shown as A.
    pub a: OutputId,
    /// Shown as B.
    pub b: OutputId,
}

/// What a person has said of a pair so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// Which is better; nothing while it is open.
    pub choice: Option<Preferred>,
    /// Why; may be empty.
    pub reason: String,
}

/// One change of an opinion. Never changed, never deleted; the last by sequence
/// counts, and an undo is a change of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreferenceEvent {
    /// Stable identity.
    pub id: EventId,
    /// The pair.
    pub pair: PairId,
    /// The opinion from now on.
    pub opinion: Opinion,
    /// The change that this one takes back, if it does.
    pub undoes: Option<EventId>,
    /// Milliseconds of active work on the pair since the change before it.
    pub active_ms: u32,
}

/// How several people's opinions on the same two outputs stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Votes {
    /// For the first output.
    pub first: u32,
    /// For the second one.
    pub second: u32,
    /// For neither.
    pub ties: u32,
}

impl Votes {
    /// Counts one opinion; `swapped` where the first output was shown as B.
    pub fn count(&mut self, choice: Preferred, swapped: bool) {
        match (choice, swapped) {
            (Preferred::A, false) | (Preferred::B, true) => self.first += 1,
            (Preferred::B, false) | (Preferred::A, true) => self.second += 1,
            (Preferred::Tie, _) => self.ties += 1,
            (Preferred::CannotJudge, _) => {}
        }
    }

    /// Whether more people prefer the first one (`true`) or the second one than
    /// anything else; nothing where no side has more than the other and the ties.
    #[must_use]
    pub fn winner(&self) -> Option<bool> {
        if self.first > self.second.max(self.ties) {
            Some(true)
        } else if self.second > self.first.max(self.ties) {
            Some(false)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_are_counted_by_output_whatever_the_side_it_was_shown_on() {
        let mut votes = Votes::default();
        votes.count(Preferred::A, false);
        votes.count(Preferred::B, true);
        votes.count(Preferred::A, true);
        votes.count(Preferred::CannotJudge, false);
        assert_eq!(votes, Votes { first: 2, second: 1, ties: 0 });
        assert_eq!(votes.winner(), Some(true));
    }

    #[test]
    fn no_side_wins_against_as_many_others_or_ties() {
        let votes = |first, second, ties| Votes { first, second, ties }.winner();
        assert_eq!(votes(1, 1, 0), None);
        assert_eq!(votes(1, 0, 1), None);
        assert_eq!(votes(0, 2, 1), Some(false));
        assert_eq!(votes(0, 0, 0), None);
    }
}
