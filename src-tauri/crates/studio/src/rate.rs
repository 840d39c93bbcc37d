//! The rating room: one output at a time, saved at every change.

use crate::case::parse;
use crate::pace::{MOST_ACTIVE_MS, Pace, idle_limit_s};
use crate::project::small;
use crate::studio::{Open, every};
use crate::view::CaseView;
use crate::{Ctx, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::{Criterion, ItemSource, Kind};
use shinsa_domain::{
    Answer, Answers, Case, EventId, Operation, Output, OutputId, Problem, RatingEvent, Rubric,
    RubricRef, Score, Viewer, check, score,
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

/// An output with what its rating rests on.
pub(crate) struct Item {
    pub output: Output,
    pub case: Case,
    pub rubric: Rubric,
}

/// The frozen items per list criterion.
pub(crate) fn frozen_items(item: &Item) -> BTreeMap<String, Vec<String>> {
    let of = |criterion: &Criterion| match &criterion.kind {
        Kind::List { items: ItemSource::CaseAspects, .. } => Some(item.case.text.aspects.clone()),
        Kind::List { items: ItemSource::Output, .. } => {
            Some(item.output.items.get(&criterion.id).cloned().unwrap_or_default())
        }
        _ => None,
    };
    item.rubric.criteria.iter().filter_map(|c| Some((c.id.clone(), of(c)?))).collect()
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
            let view = open.project.view(&viewer);
            let rows = every(|page| view.queue(rubric, None, page))?;
            let done = rows.iter().filter(|r| r.state == QueueState::Done).count();
            let entries = rows.iter().map(|r| QueueEntry {
                output_id: r.output.to_string(),
                state: r.state.into(),
                skipped: r.skipped,
                flagged: r.flagged,
            });
            let pace = Pace::of(&view.active_times(rubric)?, rows.len() - done);
            Ok(Queue {
                done: small(done),
                total: small(rows.len()),
                entries: entries.collect(),
                pace,
            })
        })
    }

    /// An output with everything a rater needs.
    ///
    /// # Errors
    /// `not-found`, `unknown-rubric`, `bad-id`.
    pub fn open_rating(&self, request: &OpenRating) -> Result<RateItem, StudioError> {
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            let viewer = open.viewer()?;
            let item = open.item(&viewer, id, &request.rubric)?;
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
            let item = open.item(&viewer, id, &request.rubric)?;
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
            let locked = open
                .project
                .view(&viewer)
                .own_rating(id, &request.rubric)?
                .is_some_and(|r| r.locked);
            let set = Operation::Set {
                criterion: request.criterion.clone(),
                answer: request.answer.clone(),
            };
            let operations = if locked { vec![Operation::Unlock, set] } else { vec![set] };
            open.append(&self.ctx, &viewer, &item, operations, request.active_ms, "rate")?;
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
            let item = open.item(&viewer, id, &request.rubric)?;
            let before = open.saved(&viewer, &item)?;
            if before.problems.is_empty() && !before.locked {
                let (lock, active) = (vec![Operation::Lock], request.active_ms);
                open.append(&self.ctx, &viewer, &item, lock, active, "complete-rating")?;
            }
            open.completed(&viewer, &item)
        })
    }

    /// Leaves an output for later, with the reason, and says which is next.
    ///
    /// # Errors
    /// `no-reason` for an empty one, `already-done` for a rating that is ended,
    /// `not-found`, `unknown-rubric`, `bad-id`.
    pub fn skip_rating(&self, request: &SetAside) -> Result<Completed, StudioError> {
        let reason = words(request)?;
        self.aside(request, |item, before| {
            if before.locked {
                return Err(StudioError::new("already-done", "This rating is ended.")
                    .with("output", &item.output.key));
            }
            Ok(Operation::Skip { reason })
        })
    }

    /// Flags an output for somebody to look at, or takes the flag off.
    ///
    /// # Errors
    /// `no-reason` for an empty note, `not-found`, `unknown-rubric`, `bad-id`.
    pub fn flag_rating(&self, request: &SetAside) -> Result<SavedRating, StudioError> {
        let note = words(request)?;
        Ok(self.aside(request, |_, _| Ok(Operation::Flag { note }))?.rating)
    }

    fn aside(
        &self,
        request: &SetAside,
        operation: impl FnOnce(&Item, &SavedRating) -> Result<Operation, StudioError>,
    ) -> Result<Completed, StudioError> {
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            let viewer = open.viewer()?;
            let item = open.item(&viewer, id, &request.rubric)?;
            let operation = operation(&item, &open.saved(&viewer, &item)?)?;
            let active = request.active_ms;
            open.append(&self.ctx, &viewer, &item, vec![operation], active, "set-aside")?;
            open.completed(&viewer, &item)
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
    pub(crate) fn item(
        &self,
        viewer: &Viewer,
        output: OutputId,
        rubric: &RubricRef,
    ) -> Result<Item, StudioError> {
        let rubric = self.rubric(viewer, rubric)?;
        let view = self.project.view(viewer);
        let output = view.output(output)?;
        let case = view.case(output.case)?;
        Ok(Item { output, case, rubric })
    }

    fn saved(&self, viewer: &Viewer, item: &Item) -> Result<SavedRating, StudioError> {
        let rating =
            self.project.view(viewer).own_rating(item.output.id, &item.rubric.reference())?;
        let (answers, locked, skipped, flag, carried) = rating
            .map(|r| (r.answers, r.locked, r.skipped, r.flag, versions(r.carried)))
            .unwrap_or_default();
        Ok(SavedRating {
            problems: check(&item.rubric, &item.case.text, &item.output, &answers, true),
            score: score(&item.rubric, &answers),
            answers,
            locked,
            skipped,
            flag,
            carried,
        })
    }

    /// The rating as it stands, and which output is next.
    fn completed(&self, viewer: &Viewer, item: &Item) -> Result<Completed, StudioError> {
        let (view, id) = (self.project.view(viewer), item.output.id);
        let rubric = item.rubric.reference();
        let here = view.place_in_queue(&rubric, id)?;
        let next = view.next_in_queue(&rubric, here.unwrap_or(0))?;
        let next = next.filter(|n| n.output != id).map(|n| n.output.to_string());
        Ok(Completed { rating: self.saved(viewer, item)?, next })
    }

    fn append(
        &mut self,
        ctx: &Ctx,
        viewer: &Viewer,
        item: &Item,
        operations: Vec<Operation>,
        active_ms: u32,
        name: &'static str,
    ) -> Result<(), StudioError> {
        let op = self.op(ctx, name)?;
        // The time belongs to the change itself, not to the unlocking before it.
        let last = operations.len().saturating_sub(1);
        let events: Vec<RatingEvent> = operations
            .into_iter()
            .enumerate()
            .map(|(index, operation)| RatingEvent {
                id: EventId::new(ctx.now(), ctx.random()),
                device: op.device,
                sequence: 0,
                rater: viewer.rater,
                output: item.output.id,
                rubric: item.rubric.reference(),
                operation,
                parent: None,
                at: ctx.now(),
                active_ms: if index == last { active_ms.min(MOST_ACTIVE_MS) } else { 0 },
            })
            .collect();
        self.project.transact(&op, |tx| tx.append_events(&events).map(|_| ()))?;
        Ok(())
    }

    /// Without a plan a rater gets everything, in an order of their own.
    fn ensure_queue(
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

/// The versions that carried answers come from.
fn versions(carried: BTreeMap<String, RubricRef>) -> BTreeMap<String, u32> {
    carried.into_iter().map(|(criterion, from)| (criterion, from.version)).collect()
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
