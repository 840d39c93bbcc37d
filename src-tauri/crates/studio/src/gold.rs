//! Gold: unanimous ratings stand, others are decided by majority; what has
//! none is left for a person.

use crate::project::small;
use crate::studio::every;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{
    Answers, Consolidated, Gold, GoldId, OutputId, Provenance, RaterId, RubricRef, Tie, consolidate,
};
use std::collections::BTreeMap;

/// Makes gold from the locked ratings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct GoldRequest {
    /// By which rubric.
    pub rubric: RubricRef,
    /// Where no answer has a majority, take the more cautious one instead of
    /// leaving the output for a person.
    #[serde(default)]
    pub cautious: bool,
}

/// An output without gold, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Unresolved {
    /// The output's key.
    pub output: String,
    /// Ratings it has.
    pub ratings: u32,
    /// The criteria without a majority; none where there are too few ratings.
    pub criteria: Vec<String>,
}

/// What consolidating came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct GoldReply {
    /// Outputs on which all raters agreed.
    pub unanimous: u32,
    /// Outputs decided by majority.
    pub majority: u32,
    /// Outputs decided by a person earlier; they stand.
    pub adjudicated: u32,
    /// Outputs without gold.
    pub unresolved: Vec<Unresolved>,
}

impl Studio {
    /// Consolidates the locked ratings of a rubric into gold. What a person
    /// adjudicated stands; everything else follows the ratings as they are now.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`.
    pub fn make_gold(&self, request: &GoldRequest) -> Result<GoldReply, StudioError> {
        let tie = if request.cautious { Tie::Cautious } else { Tie::Unresolved };
        self.with(|open| {
            let viewer = open.lead()?;
            let rubric = open.rubric(&viewer, &request.rubric)?;
            let view = open.project.view(&viewer);
            let mut by_output: BTreeMap<OutputId, Vec<(RaterId, Answers)>> = BTreeMap::new();
            for rating in every(|page| view.ratings(&request.rubric, true, page))? {
                by_output.entry(rating.output).or_default().push((rating.rater, rating.answers));
            }
            let current: BTreeMap<OutputId, Gold> =
                every(|page| view.golds(&request.rubric, page))?
                    .into_iter()
                    .map(|g| (g.output, g))
                    .collect();
            let mut reply =
                GoldReply { unanimous: 0, majority: 0, adjudicated: 0, unresolved: Vec::new() };
            let (mut fresh, mut withdrawn) = (Vec::new(), Vec::new());
            for row in every(|page| view.outputs(None, page))? {
                let id = row.id;
                let before = current.get(&id);
                if before.is_some_and(|g| g.provenance == Provenance::Adjudicated) {
                    reply.adjudicated += 1;
                    continue;
                }
                let Some(mut ratings) = by_output.remove(&id) else { continue };
                ratings.sort_by_key(|(rater, _)| *rater);
                let answers: Vec<Answers> = ratings.iter().map(|(_, a)| a.clone()).collect();
                let criteria = match consolidate(&rubric, &answers, tie) {
                    Consolidated::Gold(answers, provenance) => {
                        match provenance {
                            Provenance::Unanimous => reply.unanimous += 1,
                            Provenance::Majority | Provenance::Adjudicated => reply.majority += 1,
                        }
                        let raters: Vec<RaterId> = ratings.iter().map(|(r, _)| *r).collect();
                        let same = before.is_some_and(|g| {
                            g.answers == answers && g.provenance == provenance && g.raters == raters
                        });
                        if !same {
                            let gold_id = GoldId::new(self.ctx.now(), self.ctx.random());
                            fresh.push(Gold {
                                id: gold_id,
                                output: id,
                                rubric: request.rubric.clone(),
                                answers,
                                provenance,
                                raters,
                                by: None,
                                causes: BTreeMap::new(),
                            });
                        }
                        continue;
                    }
                    Consolidated::Unresolved(criteria) => criteria,
                    Consolidated::TooFew => Vec::new(),
                };
                if before.is_some() {
                    withdrawn.push((GoldId::new(self.ctx.now(), self.ctx.random()), id));
                }
                reply.unresolved.push(Unresolved {
                    output: row.key,
                    ratings: small(ratings.len()),
                    criteria,
                });
            }
            if !fresh.is_empty() || !withdrawn.is_empty() {
                let op = open.op(&self.ctx, "make-gold")?;
                open.project.transact(&op, |tx| {
                    for (id, output) in &withdrawn {
                        tx.withdraw_gold(*id, *output, &request.rubric)?;
                    }
                    tx.put_gold(&fresh).map(|_| ())
                })?;
            }
            Ok(reply)
        })
    }
}
