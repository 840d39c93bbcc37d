//! How far the team has come with a rubric: for the lead.

use crate::agreement::RubricRequest;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::Criterion;
use shinsa_domain::{RaterId, Rating, Text};
use std::collections::BTreeMap;

/// How many outputs are in each state. Each is in one, but for the flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct States {
    /// Not begun; of a criterion: not answered yet.
    pub todo: u32,
    /// Begun, not ended; of a criterion: answered in a rating that isn't ended.
    pub draft: u32,
    /// Ended.
    pub done: u32,
    /// Left for later.
    pub skipped: u32,
    /// With a flag, whatever the state.
    pub flagged: u32,
}

/// The states of one criterion, over all raters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CriterionProgress {
    /// The criterion.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// How far it has come.
    pub states: States,
}

/// The states of one rater.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RaterProgress {
    /// The name.
    pub name: String,
    /// How far that person has come.
    pub states: States,
}

/// How far everyone has come with a rubric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TeamProgress {
    /// Those who have something to rate, or have rated.
    pub raters: Vec<RaterProgress>,
    /// What the rubric asks, in its order.
    pub criteria: Vec<CriterionProgress>,
}

impl States {
    /// Counts a rating; `answered` says whether what is counted was answered in it.
    fn count(&mut self, rating: &Rating, answered: bool) {
        let state = match (rating.locked, rating.skipped.is_some(), answered) {
            (true, ..) => &mut self.done,
            (false, true, _) => &mut self.skipped,
            (false, false, true) => &mut self.draft,
            (false, false, false) => &mut self.todo,
        };
        *state += 1;
        self.flagged += u32::from(rating.flag.is_some());
    }
}

impl Studio {
    /// How far everyone has come with a rubric, by criterion and by rater: counts
    /// only, no answer. For the lead.
    ///
    /// # Errors
    /// `lead-only`, `not-signed-in`, `unknown-rubric`.
    pub fn team_progress(&self, request: &RubricRequest) -> Result<TeamProgress, StudioError> {
        let (rubric, people, queues) = self.with(|open| {
            let viewer = open.lead()?;
            let rubric = open.rubric(&viewer, &request.rubric)?;
            let queues = open.project.view(&viewer).team_progress(&request.rubric)?;
            Ok((rubric, open.project.people()?, queues))
        })?;
        let ratings = self.chunks(|view, page| view.ratings(&request.rubric, false, page))?;
        let mut raters: BTreeMap<RaterId, States> = BTreeMap::new();
        for (rater, progress) in queues {
            // What was begun is counted by its rating, which may also have come in a file.
            raters.entry(rater).or_default().todo =
                u32::try_from(progress.todo).unwrap_or(u32::MAX);
        }
        let todo = raters.values().map(|states| states.todo).sum();
        for rating in &ratings {
            raters.entry(rating.rater).or_default().count(rating, true);
        }
        let of = |criterion: &Criterion| {
            let mut states = States { todo, ..States::default() };
            for rating in &ratings {
                states.count(rating, rating.answers.contains_key(&criterion.id));
            }
            CriterionProgress { id: criterion.id.clone(), title: criterion.label.clone(), states }
        };
        Ok(TeamProgress {
            criteria: rubric.asked().map(of).collect(),
            raters: people
                .into_iter()
                .filter_map(|p| Some(RaterProgress { name: p.name, states: *raters.get(&p.id)? }))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shinsa_domain::{OutputId, RubricRef};

    #[test]
    fn every_rating_is_in_one_state_and_a_flag_stands_beside_it() {
        let rubric = RubricRef { id: "r".into(), version: 1 };
        let begun = Rating::begun(RaterId::new(0, [0; 10]), OutputId::new(0, [0; 10]), rubric);
        let skipped = Rating { skipped: Some("chart".into()), ..begun.clone() };
        let done = Rating { locked: true, flag: Some("dose".into()), ..begun.clone() };
        let mut states = States { todo: 4, ..States::default() };
        states.count(&begun, false);
        states.count(&begun, true);
        states.count(&skipped, true);
        states.count(&done, false);
        assert_eq!(states, States { todo: 5, draft: 1, done: 1, skipped: 1, flagged: 1 });
    }
}
