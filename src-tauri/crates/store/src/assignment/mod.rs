//! Plans of who is to rate what. They are a lead's: a rater's queue shows what to
//! rate, never why or who else does.

use rusqlite::{Row, named_params, params};
use shinsa_domain::{AssignmentPlan, OutputId, PlanId, PlannedRating, RaterId, Role, RubricRef};

use crate::column::{json, to_json, uuid, word};
use crate::page::{Page, Rows};
use crate::{StoreError, Tx, View, words};

/// How long the team works on an output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeamTimes {
    /// Milliseconds of active work on each output that somebody has finished and that
    /// was timed, ascending.
    pub active_ms: Vec<u64>,
    /// How many people's they are.
    pub raters: u64,
}

fn read_plan(row: &Row<'_>) -> rusqlite::Result<AssignmentPlan> {
    Ok(AssignmentPlan {
        id: PlanId(uuid(row, "id")?),
        rubric: RubricRef { id: row.get("rubric")?, version: row.get("rubric_version")? },
        rules: json(row, "body")?,
    })
}

impl View<'_> {
    /// Whether ratings by this rubric version are given out by a plan. Everyone may
    /// know: it says nothing of any output.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn is_planned(&self, rubric: &RubricRef) -> Result<bool, StoreError> {
        let sql = include_str!("current.sql");
        Ok(self.first("read-plan", sql, params![rubric.id, rubric.version], |_| Ok(()))?.is_some())
    }

    /// Whether a plan counts that doesn't give the output to the viewer, who has not begun
    /// it either. Then it is not the viewer's to rate: what raters rate besides would be
    /// drawn by nobody, and no probability would stand for it.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn outside_plan(&self, output: OutputId, rubric: &RubricRef) -> Result<bool, StoreError> {
        let params = named_params! {
            ":rater": self.viewer.rater.0.as_bytes(), ":output": output.0.as_bytes(),
            ":rubric": rubric.id, ":version": rubric.version
        };
        Ok(self.first("read-plan", include_str!("outside.sql"), params, |_| Ok(()))?.is_some())
    }

    /// The plan that counts. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn assignment_plan(
        &self,
        rubric: &RubricRef,
    ) -> Result<Option<AssignmentPlan>, StoreError> {
        self.lead_only("read-plan")?;
        let sql = include_str!("current.sql");
        self.first("read-plan", sql, params![rubric.id, rubric.version], read_plan)
    }

    /// What a plan gave to whom and why. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn planned_ratings(
        &self,
        plan: PlanId,
        page: Page,
    ) -> Result<Rows<PlannedRating>, StoreError> {
        self.lead_only("list-plan")?;
        let params = named_params! {
            ":plan": plan.0.as_bytes(), ":after": page.after, ":limit": page.limit
        };
        self.page("list-plan", include_str!("list.sql"), params, page, |row| {
            Ok(PlannedRating {
                output: OutputId(uuid(row, "output")?),
                rater: RaterId(uuid(row, "rater")?),
                part: word(row, "part", words::plan_part_from)?,
                probability: row.get("probability")?,
            })
        })
    }

    /// Every rating by this rubric version that is begun or ended, without a word of
    /// what it says. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn begun_ratings(
        &self,
        rubric: &RubricRef,
        page: Page,
    ) -> Result<Rows<(OutputId, RaterId)>, StoreError> {
        self.lead_only("list-begun")?;
        let params = named_params! {
            ":rubric": rubric.id, ":version": rubric.version,
            ":after": page.after, ":limit": page.limit
        };
        self.page("list-begun", include_str!("begun.sql"), params, page, |row| {
            Ok((OutputId(uuid(row, "output")?), RaterId(uuid(row, "rater")?)))
        })
    }

    /// How long the team has worked on the outputs that it finished, all together: a
    /// lead plans with it and is not shown anyone's own pace. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn team_times(&self, rubric: &RubricRef) -> Result<TeamTimes, StoreError> {
        self.lead_only("team-times")?;
        let params = named_params! { ":rubric": rubric.id, ":version": rubric.version };
        let rows = self.all("team-times", include_str!("times.sql"), params, |row| {
            Ok((RaterId(uuid(row, "rater")?), row.get::<_, i64>("active")?.unsigned_abs()))
        })?;
        let raters: std::collections::BTreeSet<RaterId> = rows.iter().map(|(r, _)| *r).collect();
        Ok(TeamTimes {
            active_ms: rows.into_iter().map(|(_, active)| active).collect(),
            raters: raters.len() as u64,
        })
    }
}

impl Tx<'_> {
    /// Stores a plan with its ratings; it counts from now on. `go_on` hears the ratings
    /// stored and returns false to cancel. For a lead only.
    ///
    /// # Errors
    /// `cancelled`, `not-allowed`, `not-found` for a rubric that isn't there, or when the database
    /// refuses, as it does for a person or output that isn't there.
    pub fn put_assignment_plan(
        &self,
        plan: &AssignmentPlan,
        planned: &[PlannedRating],
        go_on: &mut dyn FnMut(usize) -> bool,
    ) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        self.require_rubric(&plan.rubric)?;
        self.execute(
            include_str!("insert.sql"),
            params![
                plan.id.0.as_bytes(),
                plan.rubric.id,
                plan.rubric.version,
                to_json("assignment_plans.body", &plan.rules)?,
                self.seq
            ],
        )?;
        for (done, one) in planned.iter().enumerate() {
            heard(go_on, done)?;
            self.execute(
                include_str!("insert_item.sql"),
                params![
                    plan.id.0.as_bytes(),
                    one.rater.0.as_bytes(),
                    one.output.0.as_bytes(),
                    words::plan_part(one.part),
                    one.probability
                ],
            )?;
        }
        Ok(())
    }

    /// Takes the plan that counts back, so that the one before it counts again.
    /// Returns which it was; `None` where there is none. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database refuses.
    pub fn withdraw_assignment_plan(
        &self,
        rubric: &RubricRef,
    ) -> Result<Option<PlanId>, StoreError> {
        self.allow(&[Role::Lead])?;
        let Some(plan) = self.view().assignment_plan(rubric)? else { return Ok(None) };
        self.execute(include_str!("withdraw.sql"), params![plan.id.0.as_bytes(), self.seq])?;
        Ok(Some(plan.id))
    }

    /// Makes these outputs, in this order, what a person has to rate, in place of what
    /// that person has not begun. What is begun keeps its place. `go_on` hears the outputs
    /// queued and returns false to cancel. For a lead only.
    ///
    /// # Errors
    /// `cancelled`, `not-allowed`, `not-found` for a person or rubric that isn't there, or when the
    /// database refuses, as it does for an output that isn't there.
    pub fn requeue(
        &self,
        rater: RaterId,
        rubric: &RubricRef,
        outputs: &[OutputId],
        go_on: &mut dyn FnMut(usize) -> bool,
    ) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        self.require("rater", include_str!("../rater/exists.sql"), &rater.0)?;
        self.require_rubric(rubric)?;
        let of = params![rater.0.as_bytes(), rubric.id, rubric.version];
        self.execute(include_str!("clear.sql"), of)?;
        for (done, output) in outputs.iter().enumerate() {
            heard(go_on, done)?;
            self.execute(
                include_str!("../rating/assign.sql"),
                params![
                    rater.0.as_bytes(),
                    output.0.as_bytes(),
                    rubric.id,
                    rubric.version,
                    self.seq
                ],
            )?;
        }
        Ok(())
    }
}

fn heard(go_on: &mut dyn FnMut(usize) -> bool, done: usize) -> Result<(), StoreError> {
    if go_on(done) { Ok(()) } else { Err(StoreError::Cancelled) }
}
