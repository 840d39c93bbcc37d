//! One's own ratings beside the gold that came of them.

use crate::studio::every;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{Answers, Gold, OutputId, Provenance, RubricRef, differing};
use std::collections::{BTreeMap, BTreeSet};

/// One's own ended rating of an output that has gold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MineAndGold {
    /// The output.
    pub output_id: String,
    /// What one answered oneself.
    pub mine: Answers,
    /// What counts.
    pub gold: Answers,
    /// How the gold came about.
    pub provenance: Provenance,
    /// The criteria on which both differ, in the rubric's order.
    pub differing: Vec<String>,
}

impl Studio {
    /// One's own ended ratings beside gold, those that differ first. What isn't
    /// ended yet isn't compared: it is to stay one's own.
    ///
    /// # Errors
    /// `not-signed-in`, `unknown-rubric`.
    pub fn mine_and_gold(&self, rubric: &RubricRef) -> Result<Vec<MineAndGold>, StudioError> {
        self.with(|open| {
            let viewer = open.viewer()?;
            let whole = open.rubric(&viewer, rubric)?;
            let view = open.project.view(&viewer);
            // To a lead, who sees all ratings, they are no secret; here they are one's own.
            let waiting: BTreeSet<OutputId> =
                view.open_repeats(rubric)?.into_iter().map(|repeat| repeat.output).collect();
            let mut golds: BTreeMap<OutputId, Gold> = every(|page| view.golds(rubric, page))?
                .into_iter()
                .map(|g| (g.output, g))
                .collect();
            let mut rows: Vec<MineAndGold> = every(|page| view.ratings(rubric, true, page))?
                .into_iter()
                .filter(|rating| rating.rater == viewer.rater && !waiting.contains(&rating.output))
                .filter_map(|rating| {
                    let gold = golds.remove(&rating.output)?;
                    let both = [rating.answers, gold.answers];
                    let differing = differing(&whole, &both);
                    let [mine, gold_answers] = both;
                    Some(MineAndGold {
                        output_id: rating.output.to_string(),
                        mine,
                        gold: gold_answers,
                        provenance: gold.provenance,
                        differing,
                    })
                })
                .collect();
            // Stable: the order in which they were rated stays within a group.
            rows.sort_by_key(|row| usize::MAX - row.differing.len());
            Ok(rows)
        })
    }
}
