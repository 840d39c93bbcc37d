//! Writing a rubric: a draft is kept at every change, published when it is sound.

use crate::case::parse;
use crate::project::small;
use crate::studio::Open;
use crate::view::RubricHead;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::{Base, Criterion, Kind, Level, Source};
use shinsa_domain::{
    Answers, CriterionFit, DraftId, Rubric, RubricProblem, RubricRef, Score, Scoring, Text, Viewer,
    carry_fits, score,
};
use shinsa_store::RubricDraft;

/// A rubric being written, in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DraftHead {
    /// The draft's id.
    pub id: String,
    /// The rubric's name so far.
    pub title: Text,
    /// The published version that it changes; nothing for a new rubric.
    pub base: Option<RubricRef>,
}

/// Begins a draft, or goes on with the one there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BeginDraft {
    /// The published version to change; nothing for a new rubric.
    #[serde(default)]
    pub from: Option<RubricRef>,
}

/// Keeps a draft as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SaveDraft {
    /// The draft.
    pub id: String,
    /// What is written so far. It may break any rule of rubrics.
    pub rubric: Rubric,
}

/// A rubric being written, with what its writer should know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DraftView {
    /// The draft.
    pub id: String,
    /// The published version that it changes; nothing for a new rubric.
    pub base: Option<RubricRef>,
    /// What is written so far; its version is the one it will be published as.
    pub rubric: Rubric,
    /// What must be put right before it can be published, in the rubric's order.
    pub problems: Vec<RubricProblem>,
    /// Against the version that it changes: whose ratings could be carried over.
    pub fits: Vec<CriterionFit>,
    /// Whether nothing has changed since that version.
    pub unchanged: bool,
    /// Whether a change can be taken back.
    pub can_undo: bool,
    /// Whether a change that was taken back can be made again.
    pub can_redo: bool,
}

/// What publishing came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PublishedRubric {
    /// The new version.
    pub head: RubricHead,
    /// The version before it, whose ratings may be carried over.
    pub base: Option<RubricRef>,
    /// Ratings by that version.
    pub ratings: u32,
}

/// Tries answers out on a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TryRubric {
    /// The draft.
    pub id: String,
    /// The answers.
    pub answers: Answers,
}

/// What the answers come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TriedRubric {
    /// Score, label and harm by the draft's rule.
    pub score: Score,
}

impl Studio {
    /// The rubrics that are being written. Only a lead has any.
    ///
    /// # Errors
    /// `lead-only`.
    pub fn rubric_drafts(&self) -> Result<Vec<DraftHead>, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let drafts = open.project.view(&viewer).rubric_drafts()?;
            Ok(drafts
                .into_iter()
                .map(|d| DraftHead { id: d.id.to_string(), title: d.rubric.title, base: d.base })
                .collect())
        })
    }

    /// Begins a new rubric or the change of a published one; where that rubric is
    /// being changed already, goes on with it.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`.
    pub fn begin_draft(&self, request: &BeginDraft) -> Result<DraftView, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let view = open.project.view(&viewer);
            let rubric = match &request.from {
                Some(from) => {
                    let same = |d: &RubricDraft| d.base.as_ref().is_some_and(|b| b.id == from.id);
                    if let Some(draft) = view.rubric_drafts()?.into_iter().find(same) {
                        return open.shown(&viewer, draft);
                    }
                    open.rubric(&viewer, from)?
                }
                None => {
                    let mut taken: Vec<String> =
                        open.rubric_heads(&viewer)?.into_iter().map(|h| h.id).collect();
                    taken.extend(view.rubric_drafts()?.into_iter().map(|d| d.rubric.id));
                    beginning(&taken)
                }
            };
            let id = DraftId::new(self.ctx.now(), self.ctx.random());
            let op = open.op(&self.ctx, "begin-rubric-draft")?;
            open.project
                .transact(&op, |tx| tx.begin_rubric_draft(id, request.from.as_ref(), &rubric))?;
            open.draft(&viewer, id)
        })
    }

    /// A rubric being written.
    ///
    /// # Errors
    /// `lead-only`, `bad-id`, `not-found`.
    pub fn open_draft(&self, id: &str) -> Result<DraftView, StudioError> {
        let id = parse::<DraftId>(id)?;
        self.with(|open| {
            let viewer = open.lead()?;
            open.draft(&viewer, id)
        })
    }

    /// Keeps a draft as it is now, sound or not.
    ///
    /// # Errors
    /// `lead-only`, `bad-id`, `not-found`.
    pub fn save_draft(&self, request: &SaveDraft) -> Result<DraftView, StudioError> {
        let id = parse::<DraftId>(&request.id)?;
        self.with(|open| {
            let viewer = open.lead()?;
            let op = open.op(&self.ctx, "save-rubric-draft")?;
            open.project.transact(&op, |tx| tx.save_rubric_draft(id, &request.rubric))?;
            open.draft(&viewer, id)
        })
    }

    /// Takes the draft's last change back, or makes it again. Where there is
    /// none, nothing changes.
    ///
    /// # Errors
    /// `lead-only`, `bad-id`, `not-found`.
    pub fn step_draft(&self, id: &str, forward: bool) -> Result<DraftView, StudioError> {
        let id = parse::<DraftId>(id)?;
        self.with(|open| {
            let viewer = open.lead()?;
            let op = open
                .op(&self.ctx, if forward { "redo-rubric-draft" } else { "undo-rubric-draft" })?;
            open.project.transact(&op, |tx| tx.step_rubric_draft(id, forward).map(|_| ()))?;
            open.draft(&viewer, id)
        })
    }

    /// Drops a draft. What is published stays as it is.
    ///
    /// # Errors
    /// `lead-only`, `bad-id`, `not-found`.
    pub fn drop_draft(&self, id: &str) -> Result<(), StudioError> {
        let id = parse::<DraftId>(id)?;
        self.with(|open| {
            open.lead()?;
            let op = open.op(&self.ctx, "drop-rubric-draft")?;
            Ok(open.project.transact(&op, |tx| tx.drop_rubric_draft(id))?)
        })
    }

    /// What answers come to by a draft's rule.
    ///
    /// # Errors
    /// `lead-only`, `bad-id`, `not-found`.
    pub fn try_draft(&self, request: &TryRubric) -> Result<TriedRubric, StudioError> {
        let id = parse::<DraftId>(&request.id)?;
        self.with(|open| {
            let viewer = open.lead()?;
            let rubric = open.project.view(&viewer).rubric_draft(id)?.rubric;
            Ok(TriedRubric { score: score(&rubric, &request.answers) })
        })
    }

    /// Publishes a draft as the next version of its rubric; the draft is then gone.
    ///
    /// # Errors
    /// `rubric-invalid` with the place of the first mistake, `rubric-unchanged`,
    /// `lead-only`, `bad-id`, `not-found`; nothing is published then.
    pub fn publish_draft(&self, id: &str) -> Result<PublishedRubric, StudioError> {
        let id = parse::<DraftId>(id)?;
        self.with(|open| {
            let viewer = open.lead()?;
            let draft = open.draft(&viewer, id)?;
            if let Some(problem) = draft.problems.into_iter().next() {
                return Err(shinsa_domain::RubricError::Rule(problem).into());
            }
            if draft.unchanged {
                return Err(StudioError::new(
                    "rubric-unchanged",
                    "Nothing has changed since the published version.",
                ));
            }
            let op = open.op(&self.ctx, "publish-rubric")?;
            open.project.transact(&op, |tx| {
                tx.publish_rubric(&draft.rubric)?;
                tx.drop_rubric_draft(id)
            })?;
            let view = open.project.view(&viewer);
            let ratings = match &draft.base {
                Some(base) => view.carry_counts(base, draft.rubric.version)?.ratings,
                None => 0,
            };
            Ok(PublishedRubric {
                head: RubricHead::of(&draft.rubric),
                base: draft.base,
                ratings: small(ratings),
            })
        })
    }
}

impl Open {
    fn draft(&self, viewer: &Viewer, id: DraftId) -> Result<DraftView, StudioError> {
        self.shown(viewer, self.project.view(viewer).rubric_draft(id)?)
    }

    /// A draft with its problems, as the version that it would become.
    fn shown(&self, viewer: &Viewer, draft: RubricDraft) -> Result<DraftView, StudioError> {
        let RubricDraft { id, base, mut rubric, can_undo, can_redo } = draft;
        let before = base.as_ref().map(|base| self.rubric(viewer, base)).transpose()?;
        let newest =
            self.rubric_heads(viewer)?.into_iter().filter(|h| h.id == rubric.id).map(|h| h.version);
        let newest = newest.max();
        rubric.version = newest.map_or(1, |version| version + 1);
        let mut problems = rubric.problems();
        let foreign = match &base {
            Some(base) => base.id != rubric.id,
            None => newest.is_some(),
        };
        if foreign {
            problems.insert(
                0,
                RubricProblem {
                    place: "id".to_owned(),
                    problem: "id-taken".to_owned(),
                    rule: "must be the changed rubric's own, or new".to_owned(),
                },
            );
        }
        let unchanged = before
            .as_ref()
            .is_some_and(|before| Rubric { version: rubric.version, ..before.clone() } == rubric);
        Ok(DraftView {
            id: id.to_string(),
            fits: before.map(|before| carry_fits(&before, &rubric)).unwrap_or_default(),
            base,
            rubric,
            problems,
            unchanged,
            can_undo,
            can_redo,
        })
    }
}

/// What a new rubric begins with: one scale, which is also the score.
fn beginning(taken: &[String]) -> Rubric {
    let free = |n: &u32| !taken.contains(&format!("rubric-{n}"));
    let n = (1..).find(free).unwrap_or(1);
    let text = |ja: &str, en: &str| Text { ja: ja.to_owned(), en: en.to_owned() };
    let level = |(value, ja, en): (i32, &str, &str)| Level {
        value,
        label: text(ja, en),
        description: Text::default(),
    };
    let levels = [
        (1, "悪い", "Bad"),
        (2, "やや悪い", "Rather bad"),
        (3, "ふつう", "Fair"),
        (4, "やや良い", "Rather good"),
        (5, "良い", "Good"),
    ];
    Rubric {
        id: format!("rubric-{n}"),
        version: 1,
        title: Text::default(),
        description: Text::default(),
        guidelines: Text::default(),
        criteria: vec![Criterion {
            id: "quality".to_owned(),
            label: text("質", "Quality"),
            help: Text::default(),
            kind: Kind::Scale { levels: levels.into_iter().map(level).collect() },
            source: Source::Asked,
            required: true,
            required_when: None,
            examples: Vec::new(),
        }],
        scoring: Scoring {
            base: Base::Criterion { id: "quality".to_owned() },
            deductions: Vec::new(),
            caps: Vec::new(),
            clamp: None,
            thresholds: Vec::new(),
            harm: shinsa_domain::rubric::Veto::default(),
        },
    }
}
