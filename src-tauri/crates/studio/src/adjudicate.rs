//! Adjudication: where raters differ, a person decides. Raters are shown by
//! letters only, in an order that says nothing about who they are.

use crate::case::parse;
use crate::item::{Item, frozen_items};
use crate::project::small;
use crate::studio::{Open, every};
use crate::view::CaseView;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::Kind;
use shinsa_domain::{
    Answers, Cause, Evidence, Gold, GoldId, OutputId, Problem, Provenance, RaterId, Rating, Role,
    Rubric, RubricRef, Viewer, agreed, check, differing,
};
use shinsa_fsio as fsio;
use std::collections::BTreeMap;
use std::path::Path;

/// An output that several people have rated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AdjudicationEntry {
    /// The output.
    pub output_id: String,
    /// Its key.
    pub output: String,
    /// Ratings it has.
    pub ratings: u32,
    /// The criteria on which they differ, in the rubric's order.
    pub differing: Vec<String>,
    /// How its gold came about, if it has any.
    pub gold: Option<Provenance>,
}

/// What there is to decide: differences first, then what is agreed but not yet
/// gold, then what a person or all raters have settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AdjudicationQueue {
    /// In order.
    pub entries: Vec<AdjudicationEntry>,
    /// On which raters differ and nobody has decided.
    pub open: u32,
    /// On which raters agree, without gold.
    pub agreed: u32,
    /// Decided by a person.
    pub decided: u32,
}

/// Names an output and a rubric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OpenAdjudication {
    /// The output.
    pub output_id: String,
    /// By which rubric.
    pub rubric: RubricRef,
}

/// An output with all that its raters said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AdjudicationItem {
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
    /// What each rater answered: the first is shown as A, the next as B.
    pub ratings: Vec<Answers>,
    /// The passages that each rater's answers rest on, in the same order.
    pub evidence: Vec<Evidence>,
    /// The criteria on which they differ.
    pub differing: Vec<String>,
    /// The gold as it stands; else what all raters say alike.
    pub answers: Answers,
    /// Why they differed, as it was decided.
    pub causes: BTreeMap<String, Cause>,
    /// How the gold came about, if there is any.
    pub gold: Option<Provenance>,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Adjudicate {
    /// The output.
    pub output_id: String,
    /// By which rubric.
    pub rubric: RubricRef,
    /// What counts from now on.
    pub answers: Answers,
    /// For every criterion on which raters differ, or on which the decision is
    /// none of theirs: why.
    pub causes: BTreeMap<String, Cause>,
}

/// A decision as a JSON file holds it: `{"answers": {...}, "causes": {...}}`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// As [`Adjudicate::answers`].
    pub answers: Answers,
    /// As [`Adjudicate::causes`].
    #[serde(default)]
    pub causes: BTreeMap<String, Cause>,
}

impl Decision {
    /// Reads a decision.
    ///
    /// # Errors
    /// `bad-decision` with the reason, and those of reading the file.
    pub fn read(file: &Path) -> Result<Self, StudioError> {
        serde_json::from_str(&fsio::read_to_string(file, 1 << 20)?).map_err(|error| {
            StudioError::new("bad-decision", format!("{}: {error}", file.display()))
                .with("file", file.display().to_string())
                .with("reason", error.to_string())
        })
    }
}

/// What a decision came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Adjudicated {
    /// What is missing or wrong, in the rubric's order; nothing was then stored.
    pub problems: Vec<Problem>,
    /// Criteria whose cause is missing; nothing was then stored.
    pub without_cause: Vec<String>,
    /// The next output on which raters differ and nobody has decided.
    pub next: Option<String>,
}

/// What settling everything that is agreed came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Settled {
    /// Outputs that have gold from now on.
    pub settled: u32,
}

/// The ended ratings of one output.
struct Judged {
    output: OutputId,
    key: String,
    answers: Vec<Answers>,
    gold: Option<Gold>,
}

impl Studio {
    /// What several people have rated, in the order in which it should be decided.
    ///
    /// # Errors
    /// `not-adjudicator`, `unknown-rubric`.
    pub fn adjudication_queue(&self, rubric: &RubricRef) -> Result<AdjudicationQueue, StudioError> {
        self.with(|open| {
            let viewer = open.adjudicator()?;
            let whole = open.rubric(&viewer, rubric)?;
            let entries = open.to_decide(&viewer, &whole)?;
            let count = |of: u8| small(entries.iter().filter(|e| urgency(e) == of).count());
            let decided = |e: &&AdjudicationEntry| e.gold == Some(Provenance::Adjudicated);
            Ok(AdjudicationQueue {
                open: count(0) + count(1),
                agreed: count(2),
                decided: small(entries.iter().filter(decided).count()),
                entries,
            })
        })
    }

    /// An output with all that its raters said.
    ///
    /// # Errors
    /// `not-adjudicator`, `not-found`, `unknown-rubric`, `bad-id`.
    pub fn open_adjudication(
        &self,
        request: &OpenAdjudication,
    ) -> Result<AdjudicationItem, StudioError> {
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            let viewer = open.adjudicator()?;
            let item = open.item(&viewer, id, &request.rubric)?;
            let view = open.project.view(&viewer);
            let prompt = view.prompt(item.output.prompt)?.text;
            let ratings = by_letter(view.ratings_of(id, &request.rubric)?, id);
            let evidence = ratings.iter().map(|rating| rating.evidence.clone()).collect();
            let ratings: Vec<Answers> = ratings.into_iter().map(|r| r.answers).collect();
            let gold = view.gold(id, &request.rubric)?;
            let (answers, causes, provenance) = match gold {
                Some(gold) => (gold.answers, gold.causes, Some(gold.provenance)),
                None => (agreed(&item.rubric, &ratings), BTreeMap::new(), None),
            };
            Ok(AdjudicationItem {
                output_id: request.output_id.clone(),
                prompt: (prompt != item.case.text.what).then_some(prompt),
                output_text: item.output.text.clone(),
                items: frozen_items(&item),
                differing: differing(&item.rubric, &ratings),
                ratings,
                evidence,
                answers,
                causes,
                gold: provenance,
                case: CaseView::of(&item.case),
                rubric: item.rubric,
            })
        })
    }

    /// Decides: the answers are gold from now on, with who decided and why.
    ///
    /// # Errors
    /// `not-adjudicator`, `too-few-ratings` for an output that fewer than two
    /// people have rated, `not-found`, `unknown-rubric`, `bad-id`. What is
    /// missing is no error: it is in the reply, and nothing was stored.
    pub fn adjudicate(&self, request: &Adjudicate) -> Result<Adjudicated, StudioError> {
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            let viewer = open.adjudicator()?;
            let item = open.item(&viewer, id, &request.rubric)?;
            let ratings = open.whose(id, &request.rubric)?;
            if ratings.len() < 2 {
                return Err(StudioError::new(
                    "too-few-ratings",
                    "Fewer than two people have rated this output: there is nothing to decide.",
                )
                .with("output", &item.output.key));
            }
            let given: Vec<Answers> = ratings.iter().map(|(_, answers)| answers.clone()).collect();
            let problems = problems(&item, &request.answers);
            let without_cause = without_cause(&item.rubric, &given, request);
            if problems.is_empty() && without_cause.is_empty() {
                let all = agreed(&item.rubric, &given);
                let unanimous = differing(&item.rubric, &given).is_empty()
                    && all.iter().all(|(id, a)| request.answers.get(id).is_some_and(|b| a.same(b)));
                let gold = Gold {
                    id: GoldId::new(self.ctx.now(), self.ctx.random()),
                    output: id,
                    rubric: request.rubric.clone(),
                    answers: request.answers.clone(),
                    provenance: if unanimous {
                        Provenance::Unanimous
                    } else {
                        Provenance::Adjudicated
                    },
                    raters: ratings.iter().map(|(rater, _)| *rater).collect(),
                    by: Some(viewer.rater),
                    causes: request.causes.clone(),
                };
                let op = open.op(&self.ctx, "adjudicate")?;
                open.project.transact(&op, |tx| tx.put_gold(&[gold]).map(|_| ()))?;
            }
            let next = open
                .to_decide(&viewer, &item.rubric)?
                .into_iter()
                .find(|entry| urgency(entry) < 2 && entry.output_id != request.output_id)
                .map(|entry| entry.output_id);
            Ok(Adjudicated { problems, without_cause, next })
        })
    }

    /// Makes gold of everything on which all raters agree and that has none yet.
    ///
    /// # Errors
    /// `not-adjudicator`, `unknown-rubric`.
    pub fn settle_agreed(&self, rubric: &RubricRef) -> Result<Settled, StudioError> {
        self.with(|open| {
            let viewer = open.adjudicator()?;
            let whole = open.rubric(&viewer, rubric)?;
            let mut golds = Vec::new();
            for judged in open.judged(&viewer, rubric)? {
                let item = open.item(&viewer, judged.output, rubric)?;
                let answers = agreed(&whole, &judged.answers);
                let ready = judged.gold.is_none()
                    && differing(&whole, &judged.answers).is_empty()
                    && problems(&item, &answers).is_empty();
                if !ready {
                    continue;
                }
                golds.push(Gold {
                    id: GoldId::new(self.ctx.now(), self.ctx.random()),
                    output: judged.output,
                    rubric: rubric.clone(),
                    answers,
                    provenance: Provenance::Unanimous,
                    raters: open.whose(judged.output, rubric)?.into_iter().map(|r| r.0).collect(),
                    by: Some(viewer.rater),
                    causes: BTreeMap::new(),
                });
            }
            if !golds.is_empty() {
                let op = open.op(&self.ctx, "settle-agreed")?;
                open.project.transact(&op, |tx| tx.put_gold(&golds).map(|_| ()))?;
            }
            Ok(Settled { settled: small(golds.len()) })
        })
    }

    /// Takes an output's gold back; its history keeps it. Returns whether there
    /// was any.
    ///
    /// # Errors
    /// `not-adjudicator`, `bad-id`.
    pub fn withdraw_gold(&self, request: &OpenAdjudication) -> Result<bool, StudioError> {
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            open.adjudicator()?;
            let op = open.op(&self.ctx, "withdraw-gold")?;
            let gold = GoldId::new(self.ctx.now(), self.ctx.random());
            Ok(open.project.transact(&op, |tx| tx.withdraw_gold(gold, id, &request.rubric))?)
        })
    }
}

impl Open {
    /// The viewer, if it may decide where raters differ.
    fn adjudicator(&self) -> Result<Viewer, StudioError> {
        let viewer = self.viewer()?;
        match viewer.role {
            Role::Adjudicator | Role::Lead => Ok(viewer),
            Role::Rater => Err(StudioError::new(
                "not-adjudicator",
                "Only an adjudicator or the lead decides where raters differ.",
            )),
        }
    }

    /// What several people have rated, in the order in which it should be decided.
    fn to_decide(
        &self,
        viewer: &Viewer,
        rubric: &Rubric,
    ) -> Result<Vec<AdjudicationEntry>, StudioError> {
        let judged = self.judged(viewer, &rubric.reference())?.into_iter();
        let mut entries: Vec<AdjudicationEntry> = judged
            .map(|judged| AdjudicationEntry {
                output_id: judged.output.to_string(),
                output: judged.key,
                ratings: small(judged.answers.len()),
                differing: differing(rubric, &judged.answers),
                gold: judged.gold.map(|gold| gold.provenance),
            })
            .collect();
        // Stable: within a group the order of import stays.
        entries.sort_by_key(|e| (urgency(e), usize::MAX - e.differing.len()));
        Ok(entries)
    }

    /// All outputs that two people or more have rated, in the order of import,
    /// as far as the viewer may see them.
    fn judged(&self, viewer: &Viewer, rubric: &RubricRef) -> Result<Vec<Judged>, StudioError> {
        let view = self.project.view(viewer);
        let mut ratings: BTreeMap<OutputId, Vec<Rating>> = BTreeMap::new();
        for rating in every(|page| view.ratings(rubric, true, page))? {
            ratings.entry(rating.output).or_default().push(rating);
        }
        let mut golds: BTreeMap<OutputId, Gold> =
            every(|page| view.golds(rubric, page))?.into_iter().map(|g| (g.output, g)).collect();
        let outputs = every(|page| view.outputs(None, page))?;
        Ok(outputs
            .into_iter()
            .filter_map(|row| {
                let ratings = ratings.remove(&row.id).filter(|ratings| ratings.len() > 1)?;
                Some(Judged {
                    output: row.id,
                    key: row.key,
                    answers: by_letter(ratings, row.id).into_iter().map(|r| r.answers).collect(),
                    gold: golds.remove(&row.id),
                })
            })
            .collect())
    }

    /// The ended ratings of an output with their raters' true ids, which gold
    /// keeps; never shown.
    fn whose(
        &self,
        output: OutputId,
        rubric: &RubricRef,
    ) -> Result<Vec<(RaterId, Answers)>, StudioError> {
        let viewer = self.first_lead()?;
        let mut ratings: Vec<(RaterId, Answers)> = self
            .project
            .view(&viewer)
            .ratings_of(output, rubric)?
            .into_iter()
            .filter(|rating| rating.locked)
            .map(|rating| (rating.rater, rating.answers))
            .collect();
        ratings.sort_by_key(|(rater, _)| *rater);
        Ok(ratings)
    }
}

/// 0: differs, no gold; 1: differs, settled by majority alone; 2: agreed, no
/// gold; 3: settled.
fn urgency(entry: &AdjudicationEntry) -> u8 {
    match (entry.differing.is_empty(), entry.gold) {
        (false, None) => 0,
        (false, Some(Provenance::Majority)) => 1,
        (true, None) => 2,
        _ => 3,
    }
}

/// Ended ratings in an order that is the same for everyone and differs from
/// output to output, so that no letter stands for a person.
fn by_letter(ratings: Vec<Rating>, output: OutputId) -> Vec<Rating> {
    let mut ratings: Vec<Rating> = ratings.into_iter().filter(|r| r.locked).collect();
    ratings.sort_by_cached_key(|r| {
        // All that is shown decides, so that nothing else can be read from a place.
        let said = serde_json::to_string(&(&r.answers, &r.evidence)).unwrap_or_default();
        *blake3::hash(format!("letter\n{output}\n{said}").as_bytes()).as_bytes()
    });
    ratings
}

/// What is missing or wrong. Reasons are the raters' own words: a decision needs none.
fn problems(item: &Item, answers: &Answers) -> Vec<Problem> {
    let is_text = |id: &str| {
        item.rubric.criteria.iter().any(|c| c.id == id && matches!(c.kind, Kind::Text { .. }))
    };
    check(&item.rubric, &item.case.text, &item.output, answers, true)
        .into_iter()
        .filter(|problem| !(problem.code == "missing" && is_text(&problem.criterion)))
        .collect()
}

fn without_cause(rubric: &Rubric, given: &[Answers], request: &Adjudicate) -> Vec<String> {
    let all = agreed(rubric, given);
    let differ = differing(rubric, given);
    rubric
        .asked()
        .map(|criterion| &criterion.id)
        .filter(|id| {
            let overruled =
                all.get(*id).is_some_and(|a| request.answers.get(*id).is_none_or(|b| !a.same(b)));
            (differ.contains(id) || overruled) && !request.causes.contains_key(*id)
        })
        .cloned()
        .collect()
}
