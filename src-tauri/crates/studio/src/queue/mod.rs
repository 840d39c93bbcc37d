//! What comes next in a rater's queue, and who decides how.
//!
//! Order, draws and repeats are decided here on the lead's behalf, from what the rater
//! may not see; the rater learns which output is next, and nothing of why.

mod next;
mod weigh;

use crate::judge::JudgeStart;
use crate::rate::{Completed, QueueEntry, RatingState};
use crate::studio::{Open, every};
use crate::{Ctx, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{OutputId, QueueRule, Repeat, RubricRef, RunId, RunKind, Viewer, Way};
use shinsa_store::QueueState;
use std::collections::BTreeSet;

pub(crate) use crate::item::Item;

/// How the viewer's queue is ordered, as far as the viewer may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueueOrder {
    /// What decides which output comes next.
    pub way: Way,
    /// The ways that the viewer may choose; empty where the lead has decided.
    pub choices: Vec<Way>,
}

/// What holds for everyone's queue by a rubric, as the lead sets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueueSettings {
    /// What decides which output comes next.
    pub way: Way,
    /// The name of the judging whose verdicts tell how sure the judge is.
    pub run: Option<String>,
    /// Whether raters may choose for themselves.
    pub raters_choose: bool,
    /// Share of a rater's outputs that come to that rater a second time, 0 to 0.5.
    pub again_share: f64,
    /// They come no sooner than after this many other finished outputs, 1 to 10,000,
    pub again_items: u32,
    /// and this many days after the first rating, 0 to 3,650.
    pub again_days: u32,
}

/// Sets what holds for everyone's queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SetQueue {
    /// By which rubric.
    pub rubric: RubricRef,
    /// What is to hold.
    pub settings: QueueSettings,
}

/// Chooses the order of one's own queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChooseOrder {
    /// By which rubric.
    pub rubric: RubricRef,
    /// What is to decide which output comes next.
    pub way: Way,
}

/// One output that was drawn, for the lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawRow {
    /// For whom: the name.
    pub rater: String,
    /// The output's key.
    pub output: String,
    /// What decided.
    pub way: Way,
    /// The probability with which it came next, given what was left then.
    pub probability: f64,
    /// How many outputs were left then.
    pub among: u32,
    /// Seed, share drawn evenly, how many were weighed.
    pub recipe: serde_json::Value,
}

/// What the viewer is to rate now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextReply {
    /// The id under which it is in the viewer's queue; nothing when all is done.
    pub output_id: Option<String>,
    /// The case's key.
    pub case: Option<String>,
    /// What decides which comes next.
    pub order: QueueOrder,
}

impl Studio {
    /// What holds for everyone's queue. For the lead.
    ///
    /// # Errors
    /// `lead-only`, `not-signed-in`, `unknown-rubric`.
    pub fn queue_settings(&self, rubric: &RubricRef) -> Result<QueueSettings, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            open.rubric(&viewer, rubric)?;
            let view = open.project.view(&viewer);
            let rule = view.queue_rule(rubric)?.unwrap_or_default();
            Ok(QueueSettings {
                way: rule.way,
                run: rule.run.map(|run| view.run(run)).transpose()?.map(|run| run.name),
                raters_choose: rule.raters_choose,
                again_share: rule.again_share,
                again_items: rule.again_items,
                again_days: rule.again_days,
            })
        })
    }

    /// Sets what holds for everyone's queue from the next draw on. For the lead.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`, `unknown-run`, `run-other-rubric`, `no-judging`
    /// (uncertainty needs one), `bad-queue-setting` with its name.
    pub fn set_queue(&self, request: &SetQueue) -> Result<QueueSettings, StudioError> {
        let settings = &request.settings;
        bounds("again-share", settings.again_share, 0.0, 0.5)?;
        bounds("again-items", f64::from(settings.again_items), 1.0, 10_000.0)?;
        bounds("again-days", f64::from(settings.again_days), 0.0, 3_650.0)?;
        self.with(|open| {
            let viewer = open.lead()?;
            open.rubric(&viewer, &request.rubric)?;
            let named = settings.run.as_deref().map(str::trim).filter(|name| !name.is_empty());
            let run = named.map(|name| open.judging(&viewer, name, &request.rubric)).transpose()?;
            if settings.way == Way::Uncertainty && run.is_none() {
                return Err(no_judging());
            }
            let rule = QueueRule {
                way: settings.way,
                run,
                raters_choose: settings.raters_choose,
                again_share: settings.again_share,
                again_items: settings.again_items,
                again_days: settings.again_days,
            };
            let op = open.op(&self.ctx, "set-queue")?;
            open.project.transact(&op, |tx| tx.set_queue_rule(&request.rubric, &rule))?;
            Ok(())
        })?;
        self.queue_settings(&request.rubric)
    }

    /// Chooses the order of the viewer's own queue. What is being rated stays the current
    /// one until it is ended or left for later.
    ///
    /// # Errors
    /// `order-not-yours` where the lead has decided, `no-judging`, `unknown-rubric`.
    pub fn choose_order(&self, request: &ChooseOrder) -> Result<QueueOrder, StudioError> {
        self.with(|open| {
            let viewer = open.viewer()?;
            open.rubric(&viewer, &request.rubric)?;
            let order = open.queue_order(&viewer, &request.rubric)?;
            if order.choices.is_empty() {
                return Err(StudioError::new(
                    "order-not-yours",
                    "The project's lead has decided the order.",
                ));
            }
            if !order.choices.contains(&request.way) {
                return Err(no_judging());
            }
            let op = open.op(&self.ctx, "choose-order")?;
            open.project.transact(&op, |tx| tx.set_queue_wish(&request.rubric, request.way))?;
            open.queue_order(&viewer, &request.rubric)
        })
    }

    /// What the viewer is to rate now; it stays the same until it is ended or left for
    /// later.
    ///
    /// # Errors
    /// `not-signed-in`, `unknown-rubric`.
    pub fn next(&self, rubric: &RubricRef) -> Result<NextReply, StudioError> {
        self.with(|open| {
            let viewer = open.viewer()?;
            open.rubric(&viewer, rubric)?;
            open.ensure_queue(&self.ctx, &viewer, rubric)?;
            let next = open.next_case(&self.ctx, &viewer, rubric, None)?;
            let item = next.map(|id| open.rated_item(&viewer, id, rubric)).transpose()?;
            Ok(NextReply {
                output_id: next.map(|id| id.to_string()),
                case: item.map(|item| item.case.key),
                order: open.queue_order(&viewer, rubric)?,
            })
        })
    }

    /// Every draw with its probability, oldest first. For the lead.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`.
    pub fn draws(&self, rubric: &RubricRef) -> Result<Vec<DrawRow>, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            open.rubric(&viewer, rubric)?;
            let view = open.project.view(&viewer);
            let people = open.project.people()?;
            let mut rows = Vec::new();
            for draw in every(|page| view.draws(rubric, page))? {
                let rater = people.iter().find(|r| r.id == draw.rater);
                rows.push(DrawRow {
                    rater: rater.map(|r| r.name.clone()).unwrap_or_default(),
                    output: view.output(draw.output)?.key,
                    way: draw.way,
                    probability: draw.probability,
                    among: draw.among,
                    recipe: draw.recipe,
                });
            }
            Ok(rows)
        })
    }
}

fn no_judging() -> StudioError {
    StudioError::new("no-judging", "Nothing tells how sure a judge is: name a judging first.")
}

fn bounds(name: &str, value: f64, low: f64, high: f64) -> Result<(), StudioError> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(StudioError::new("bad-queue-setting", format!("{name} must be {low} to {high}."))
        .with("setting", name)
        .with("low", low)
        .with("high", high))
}

impl Open {
    /// The judging of this name by this rubric.
    fn judging(
        &self,
        viewer: &Viewer,
        name: &str,
        rubric: &RubricRef,
    ) -> Result<RunId, StudioError> {
        let found = self.project.view(viewer).run_by_name(RunKind::Judge, name)?;
        let run = found.ok_or_else(|| {
            StudioError::new("unknown-run", format!("There is no judging named {name}."))
                .with("run", name)
        })?;
        let request: JudgeStart = serde_json::from_value(run.config)?;
        if request.rubric != *rubric {
            return Err(StudioError::new(
                "run-other-rubric",
                format!("{name} judged by another rubric."),
            )
            .with("run", name)
            .with("rubric", format!("{}@{}", rubric.id, rubric.version)));
        }
        Ok(run.id)
    }

    /// What holds for everyone, the judging included: read on the lead's behalf.
    fn queue_rule(&self, rubric: &RubricRef) -> Result<QueueRule, StudioError> {
        let lead = self.first_lead()?;
        Ok(self.project.view(&lead).queue_rule(rubric)?.unwrap_or_default())
    }

    /// How the viewer's queue is ordered.
    pub(crate) fn queue_order(
        &self,
        viewer: &Viewer,
        rubric: &RubricRef,
    ) -> Result<QueueOrder, StudioError> {
        let rule = self.queue_rule(rubric)?;
        let free = rule.raters_choose;
        let choices: Vec<Way> = [Way::Random, Way::Disagreement, Way::Uncertainty]
            .into_iter()
            .filter(|way| free && (*way != Way::Uncertainty || rule.run.is_some()))
            .collect();
        let wish = self.project.view(viewer).queue_wish(rubric)?;
        let way = wish.filter(|way| choices.contains(way)).unwrap_or(rule.way);
        Ok(QueueOrder { way, choices })
    }

    /// The viewer's queue in the stored order. An output that is being rated a second
    /// time stands in it once, as one to do, among the next ones.
    pub(crate) fn queue_entries(
        &self,
        viewer: &Viewer,
        rubric: &RubricRef,
    ) -> Result<Vec<QueueEntry>, StudioError> {
        let view = self.project.view(viewer);
        let repeats = view.open_repeats(rubric)?;
        let waiting: BTreeSet<OutputId> = repeats.iter().map(|r| r.output).collect();
        let mut entries: Vec<QueueEntry> = every(|page| view.queue(rubric, None, page))?
            .into_iter()
            .filter(|row| !waiting.contains(&row.output))
            .map(|row| QueueEntry {
                output_id: row.output.to_string(),
                state: row.state.into(),
                skipped: row.skipped,
                flagged: row.flagged,
            })
            .collect();
        let todo = |e: &QueueEntry| e.state != RatingState::Done && !e.skipped;
        let place = entries.iter().position(todo).unwrap_or(entries.len());
        entries.splice(place..place, repeats.iter().map(entry));
        Ok(entries)
    }

    /// The rating as it stands, and which output is next.
    pub(crate) fn completed(
        &mut self,
        ctx: &Ctx,
        viewer: &Viewer,
        item: &Item,
    ) -> Result<Completed, StudioError> {
        let rubric = item.rubric.reference();
        let next = self.next_case(ctx, viewer, &rubric, Some(item))?;
        let next = next.filter(|id| *id != item.shown()).map(|id| id.to_string());
        Ok(Completed { rating: self.saved(viewer, item)?, next })
    }
}

/// A repeat in the queue: like any other output.
fn entry(repeat: &Repeat) -> QueueEntry {
    let state = if repeat.begun { QueueState::Draft } else { QueueState::Todo };
    QueueEntry {
        output_id: repeat.id.to_string(),
        state: state.into(),
        skipped: repeat.skipped,
        flagged: repeat.flagged,
    }
}
