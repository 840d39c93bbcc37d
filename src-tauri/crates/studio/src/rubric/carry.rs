//! Carrying ratings over to the next version of a rubric.

use crate::project::small;
use crate::studio::Open;
use crate::view::JobProgress;
use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{CriterionFit, EventId, RubricRef, asks_the_same, carry_fits};
use shinsa_jobs::Cancel;

/// Two versions of one rubric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CarryScope {
    /// The version that was rated by.
    pub from: RubricRef,
    /// The version that its ratings go over to.
    pub to: u32,
}

/// What carrying over would mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CarryPlan {
    /// The version that was rated by.
    pub from: RubricRef,
    /// The version that its ratings go over to.
    pub to: u32,
    /// Every criterion: whether its answers may go over, and why not.
    pub criteria: Vec<CriterionFit>,
    /// Ratings with any answer.
    pub ratings: u32,
    /// Those of them that are ended.
    pub ended: u32,
    /// Those whose rater has begun by the new version: they are left alone.
    pub begun: u32,
    /// Ratings by the new version that hold carried answers.
    pub carried: u32,
    /// Whether ended ratings stay ended, if all criteria go over: the new version
    /// asks nothing anew. Otherwise they become drafts for their raters to end.
    pub stays_ended: bool,
}

/// Carries ratings over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CarryRatings {
    /// The version that was rated by.
    pub from: RubricRef,
    /// The version that its ratings go over to.
    pub to: u32,
    /// The criteria whose answers go over.
    pub criteria: Vec<String>,
}

/// What carrying over came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CarriedReply {
    /// Ratings that went over.
    pub carried: u32,
    /// Those of them that are ended by the new version, too.
    pub ended: u32,
    /// Ratings left alone, because their rater has begun by the new version.
    pub begun: u32,
    /// Ratings without an answer to any of the criteria.
    pub empty: u32,
}

impl Studio {
    /// What carrying ratings over from one version to another would mean.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`.
    pub fn carry_plan(&self, scope: &CarryScope) -> Result<CarryPlan, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let old = open.rubric(&viewer, &scope.from)?;
            let new = open.rubric(&viewer, &target(scope))?;
            let counts = open.project.view(&viewer).carry_counts(&scope.from, scope.to)?;
            Ok(CarryPlan {
                from: scope.from.clone(),
                to: scope.to,
                criteria: carry_fits(&old, &new),
                ratings: small(counts.ratings),
                ended: small(counts.locked),
                begun: small(counts.begun),
                carried: small(counts.carried),
                stays_ended: asks_the_same(&old, &new),
            })
        })
    }

    /// Carries every rater's answers to the chosen criteria over to that rater's
    /// rating by the other version. The old ratings stay as they are.
    ///
    /// # Errors
    /// `cannot-carry` with the criterion, `lead-only`, `unknown-rubric`,
    /// `cancelled`; nothing is carried then.
    pub fn carry_ratings(
        &self,
        request: &CarryRatings,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<CarriedReply, StudioError> {
        let scope = CarryScope { from: request.from.clone(), to: request.to };
        let total = self.carry_plan(&scope)?.ratings;
        self.with(|open| {
            let op = open
                .op(&self.ctx, "carry-ratings")?
                .with(serde_json::json!({ "from": request.from, "to": request.to, "criteria": request.criteria }));
            let mut report = |done: u64| {
                on(JobUpdate::Progress(JobProgress {
                    phase: "carry".to_owned(),
                    done: f64::from(small(done)),
                    total: f64::from(total),
                    ..JobProgress::default()
                }));
                !cancel.is_cancelled()
            };
            let done = open.project.transact(&op, |tx| {
                let mut id = || EventId::new(self.ctx.now(), self.ctx.random());
                tx.carry_ratings(&request.from, request.to, &request.criteria, &mut id, &mut report)
            })?;
            Ok(CarriedReply {
                carried: small(done.carried),
                ended: small(done.locked),
                begun: small(done.begun),
                empty: small(done.empty),
            })
        })
    }

    /// Takes carried ratings of a version back where their rater has not gone on.
    /// Returns how many.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`.
    pub fn carry_back(&self, rubric: &RubricRef) -> Result<u32, StudioError> {
        self.with(|open: &mut Open| {
            let viewer = open.lead()?;
            open.rubric(&viewer, rubric)?;
            let op = open.op(&self.ctx, "uncarry-ratings")?;
            let mut id = || EventId::new(self.ctx.now(), self.ctx.random());
            let undone = open.project.transact(&op, |tx| tx.uncarry_ratings(rubric, &mut id))?;
            Ok(small(undone))
        })
    }
}

fn target(scope: &CarryScope) -> RubricRef {
    RubricRef { id: scope.from.id.clone(), version: scope.to }
}
