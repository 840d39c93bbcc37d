//! The rating room: one output at a time, saved at every change.

use crate::case::parse;
use crate::item::{frozen_items, versions};
use crate::pace::{Pace, idle_limit_s};
use crate::project::small;
use crate::queue::QueueOrder;
use crate::studio::{Open, every};
use crate::view::CaseView;
use crate::{Ctx, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{
    Answer, Answers, EventId, Evidence, Operation, OutputId, Problem, Rubric, RubricRef, Score,
    Viewer, check,
};
use shinsa_store::QueueState;
use std::collections::BTreeMap;

/// How far a rating has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum RatingState {
    /// Not begun.
    Todo,
    /// Begun, not ended.
    Draft,
    /// Ended by its rater.
    Done,
}

/// An output in the viewer's queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueueEntry {
    /// The output.
    pub output_id: String,
    /// How far it has come.
    pub state: RatingState,
    /// Whether it was left for later.
    pub skipped: bool,
    /// Whether somebody should look at it.
    pub flagged: bool,
}

/// What the viewer has to rate, in the viewer's own random order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Queue {
    /// In order.
    pub entries: Vec<QueueEntry>,
    /// The one to rate now: drawn for the viewer, and the same until it is ended or left
    /// for later. Nothing when all is done.
    pub current: Option<String>,
    /// What decides which comes next.
    pub order: QueueOrder,
    /// How many are done.
    pub done: u32,
    /// How many there are.
    pub total: u32,
    /// The viewer's own pace.
    pub pace: Pace,
}

/// Opens an output for rating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OpenRating {
    /// The output.
    pub output_id: String,
    /// By which rubric.
    pub rubric: RubricRef,
}

/// An output with everything a rater needs, and nothing a rater may not see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RateItem {
    /// The output.
    pub output_id: String,
    /// The case it answers.
    pub case: CaseView,
    /// The prompt, where it differs from the case's text.
    pub prompt: Option<String>,
    /// What was answered.
    pub output_text: String,
    /// The rubric.
    pub rubric: Rubric,
    /// The frozen items per list criterion.
    pub items: BTreeMap<String, Vec<String>>,
    /// The rating as it stands.
    pub rating: SavedRating,
    /// Seconds without a sign of life after which its reader counts as away.
    pub idle_limit_s: u32,
}

/// A rating as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SavedRating {
    /// The answers.
    pub answers: Answers,
    /// Whether it is ended.
    pub locked: bool,
    /// Why it was left for later, if it was.
    pub skipped: Option<String>,
    /// What somebody should look at, if anything.
    pub flag: Option<String>,
    /// Criteria whose answer stands as it was given by another version, and by which.
    pub carried: BTreeMap<String, u32>,
    /// The passages of the output that the answers rest on, by question.
    pub evidence: Evidence,
    /// What is missing or wrong, in the rubric's order.
    pub problems: Vec<Problem>,
    /// Score, label and harm by the rubric's rule.
    pub score: Score,
}

/// Saves one answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SaveAnswer {
    /// The output.
    pub output_id: String,
    /// By which rubric.
    pub rubric: RubricRef,
    /// The criterion.
    pub criterion: String,
    /// The answer; nothing clears it.
    pub answer: Option<Answer>,
    /// Milliseconds of active work on this output since its last change.
    #[serde(default)]
    pub active_ms: u32,
}

/// Leaves an output for later, or flags it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SetAside {
    /// The output.
    pub output_id: String,
    /// By which rubric.
    pub rubric: RubricRef,
    /// Why, or what to look at; nothing takes it back.
    pub words: Option<String>,
    /// Milliseconds of active work on this output since its last change.
    #[serde(default)]
    pub active_ms: u32,
}

/// Ends a rating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CompleteRating {
    /// The output.
    pub output_id: String,
    /// By which rubric.
    pub rubric: RubricRef,
    /// Milliseconds of active work on this output since its last change.
    #[serde(default)]
    pub active_ms: u32,
}

/// What ending a rating came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Completed {
    /// The rating as it stands: not locked while something is missing.
    pub rating: SavedRating,
    /// The next output that is not done.
    pub next: Option<String>,
}

/// What undo took back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Undone {
    /// On which output.
    pub output_id: String,
    /// By which rubric.
    pub rubric: RubricRef,
}

impl Studio {
    /// What the viewer has to rate. Where no plan says, a rater without a queue for
    /// this rubric gets all outputs, in an order of their own that is then stored.
    ///
    /// # Errors
    /// `not-signed-in`, `unknown-rubric`.
    pub fn rating_queue(&self, rubric: &RubricRef) -> Result<Queue, StudioError> {
        self.with(|open| {
            let viewer = open.viewer()?;
            open.rubric(&viewer, rubric)?;
            open.ensure_queue(&self.ctx, &viewer, rubric)?;
            let current = open.next_case(&self.ctx, &viewer, rubric, None)?;
            let order = open.queue_order(&viewer, rubric)?;
            let entries = open.queue_entries(&viewer, rubric)?;
            let done = entries.iter().filter(|e| e.state == RatingState::Done).count();
            let times = open.project.view(&viewer).active_times(rubric)?;
            Ok(Queue {
                current: current.map(|id| id.to_string()),
                order,
                done: small(done),
                total: small(entries.len()),
                pace: Pace::of(&times, entries.len() - done),
                entries,
            })
        })
    }

    /// An output with everything a rater needs.
    ///
    /// # Errors
    /// `not-found`, `unknown-rubric`, `bad-id`, `comes-later`.
    pub fn open_rating(&self, request: &OpenRating) -> Result<RateItem, StudioError> {
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            let viewer = open.viewer()?;
            let item = open.rated_item(&viewer, id, &request.rubric)?;
            let prompt = open.project.view(&viewer).prompt(item.output.prompt)?.text;
            Ok(RateItem {
                output_id: id.to_string(),
                prompt: (prompt != item.case.text.what).then_some(prompt),
                output_text: item.output.text.clone(),
                items: frozen_items(&item),
                rating: open.saved(&viewer, &item)?,
                idle_limit_s: idle_limit_s(&item.case.text, &item.output.text),
                case: CaseView::of(&item.case),
                rubric: item.rubric,
            })
        })
    }

    /// Saves one answer. A rating that was ended is opened again first, so that
    /// a rater can correct it.
    ///
    /// # Errors
    /// `answer-refused` with the criterion and the problem; then nothing changed.
    pub fn save_answer(&self, request: &SaveAnswer) -> Result<SavedRating, StudioError> {
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            let viewer = open.viewer()?;
            let item = open.rated_item(&viewer, id, &request.rubric)?;
            if let Some(answer) = &request.answer {
                let alone = Answers::from([(request.criterion.clone(), answer.clone())]);
                let problem = check(&item.rubric, &item.case.text, &item.output, &alone, false)
                    .into_iter()
                    .next();
                if let Some(problem) = problem {
                    return Err(StudioError::new(
                        "answer-refused",
                        format!("{}: {}", problem.criterion, problem.code),
                    )
                    .with("criterion", &problem.criterion)
                    .with("problem", &problem.code));
                }
            }
            let set = Operation::Set {
                criterion: request.criterion.clone(),
                answer: request.answer.clone(),
            };
            open.change(&self.ctx, &viewer, &item, set, request.active_ms)?;
            open.saved(&viewer, &item)
        })
    }

    /// Ends a rating, if nothing is missing, and says which output is next.
    ///
    /// # Errors
    /// `not-found`, `unknown-rubric`, `bad-id`. What is missing is no error: it
    /// is in the reply, and the rating stays a draft.
    pub fn complete_rating(&self, request: &CompleteRating) -> Result<Completed, StudioError> {
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            let viewer = open.viewer()?;
            let item = open.rated_item(&viewer, id, &request.rubric)?;
            let before = open.saved(&viewer, &item)?;
            if before.problems.is_empty() && !before.locked {
                let (lock, active) = (vec![Operation::Lock], request.active_ms);
                open.append(&self.ctx, &viewer, &item, lock, active, "complete-rating")?;
            }
            open.completed(&self.ctx, &viewer, &item)
        })
    }

    /// Leaves an output for later, with the reason, and says which is next.
    ///
    /// # Errors
    /// `no-reason` for an empty one, `already-done` for a rating that is ended,
    /// `not-found`, `unknown-rubric`, `bad-id`.
    pub fn skip_rating(&self, request: &SetAside) -> Result<Completed, StudioError> {
        let reason = words(request)?;
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            let viewer = open.viewer()?;
            let item = open.rated_item(&viewer, id, &request.rubric)?;
            if open.own(&viewer, &item)?.is_some_and(|rating| rating.locked) {
                return Err(StudioError::new("already-done", "This rating is ended.")
                    .with("output", &item.output.key));
            }
            let skip = vec![Operation::Skip { reason }];
            open.append(&self.ctx, &viewer, &item, skip, request.active_ms, "set-aside")?;
            open.completed(&self.ctx, &viewer, &item)
        })
    }

    /// Flags an output for somebody to look at, or takes the flag off.
    ///
    /// # Errors
    /// `no-reason` for an empty note, `not-found`, `unknown-rubric`, `bad-id`.
    pub fn flag_rating(&self, request: &SetAside) -> Result<SavedRating, StudioError> {
        let note = words(request)?;
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            let viewer = open.viewer()?;
            let item = open.rated_item(&viewer, id, &request.rubric)?;
            let flag = vec![Operation::Flag { note }];
            open.append(&self.ctx, &viewer, &item, flag, request.active_ms, "set-aside")?;
            open.saved(&viewer, &item)
        })
    }

    /// Takes back the viewer's last change, on whatever output it was.
    ///
    /// # Errors
    /// `not-signed-in`.
    pub fn undo_rating(&self) -> Result<Option<Undone>, StudioError> {
        self.with(|open| {
            let op = open.op(&self.ctx, "undo")?;
            let id = EventId::new(self.ctx.now(), self.ctx.random());
            let undone = open.project.transact(&op, |tx| tx.undo_last(id))?;
            Ok(undone
                .map(|event| Undone { output_id: event.output.to_string(), rubric: event.rubric }))
        })
    }
}

/// Reasons and notes in one's own words: some, or `None` to take them back.
fn words(request: &SetAside) -> Result<Option<String>, StudioError> {
    let Some(words) = request.words.as_deref().map(str::trim) else { return Ok(None) };
    if words.is_empty() {
        return Err(StudioError::new("no-reason", "Say why, in a few words."));
    }
    Ok(Some(words.chars().take(MOST_WORDS).collect()))
}

/// Characters of a reason that are kept.
const MOST_WORDS: usize = 500;

impl From<QueueState> for RatingState {
    fn from(state: QueueState) -> Self {
        match state {
            QueueState::Todo => Self::Todo,
            QueueState::Draft => Self::Draft,
            QueueState::Done => Self::Done,
        }
    }
}

impl Open {
    /// Without a plan a rater gets everything, in an order of their own.
    pub(crate) fn ensure_queue(
        &mut self,
        ctx: &Ctx,
        viewer: &Viewer,
        rubric: &RubricRef,
    ) -> Result<(), StudioError> {
        let view = self.project.view(viewer);
        // By a plan, who has nothing to rate has nothing to rate.
        if view.progress(rubric)?.assigned > 0 || view.is_planned(rubric)? {
            return Ok(());
        }
        let mut outputs: Vec<OutputId> =
            every(|page| view.outputs(None, page))?.into_iter().map(|row| row.id).collect();
        outputs.sort_by_cached_key(|id| crate::assign::order(viewer.rater, *id));
        let op = self.op_of_lead(ctx, "assign")?;
        self.project.transact(&op, |tx| tx.assign(viewer.rater, rubric, &outputs).map(|_| ()))?;
        Ok(())
    }
}

/// A rating as the viewer may see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RatingRow {
    /// The output's key.
    pub output: String,
    /// The rater's name; nothing where the viewer may not know it.
    pub rater: String,
    /// The answers.
    pub answers: Answers,
    /// Whether it is ended.
    pub locked: bool,
    /// Criteria whose answer stands as it was given by another version, and by which.
    pub carried: BTreeMap<String, u32>,
}

impl Studio {
    /// The ratings by a rubric that the viewer may see, drafts included; of one
    /// output (its key) or of all.
    ///
    /// # Errors
    /// `not-signed-in`, `unknown-rubric`.
    pub fn ratings(
        &self,
        request: &crate::RubricRequest,
        output: Option<&str>,
    ) -> Result<Vec<RatingRow>, StudioError> {
        self.with(|open| {
            let viewer = open.viewer()?;
            open.rubric(&viewer, &request.rubric)?;
            let view = open.project.view(&viewer);
            let names: BTreeMap<_, String> =
                open.project.people()?.into_iter().map(|r| (r.id, r.name)).collect();
            let keys: BTreeMap<OutputId, String> = every(|page| view.outputs(None, page))?
                .into_iter()
                .map(|row| (row.id, row.key))
                .collect();
            let rows = every(|page| view.ratings(&request.rubric, false, page))?
                .into_iter()
                .filter_map(|rating| {
                    let key = keys.get(&rating.output)?;
                    output.is_none_or(|wanted| wanted == key).then(|| RatingRow {
                        output: key.clone(),
                        rater: names.get(&rating.rater).cloned().unwrap_or_default(),
                        answers: rating.answers,
                        locked: rating.locked,
                        carried: versions(rating.carried),
                    })
                });
            Ok(rows.collect())
        })
    }
}
