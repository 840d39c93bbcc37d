//! Pointing at the passages of an output that an answer rests on.

use crate::case::parse;
use crate::item::{Item, frozen_items};
use crate::rate::SavedRating;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::Kind;
use shinsa_domain::{Operation, OutputId, RubricRef, Span, with_span};

/// Marks a passage of an output for a question, or takes a mark off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MarkPassage {
    /// The output.
    pub output_id: String,
    /// By which rubric.
    pub rubric: RubricRef,
    /// The question: a criterion's id, or `drugs[1].label` inside a list.
    pub question: String,
    /// Its first character, in Unicode scalar values of the output's source text.
    pub start: u32,
    /// The character after its last one.
    pub end: u32,
    /// What the page took it for; the mark is refused where the text says otherwise.
    #[serde(default)]
    pub quote: Option<String>,
    /// Takes the mark with these very ends off.
    #[serde(default)]
    pub remove: bool,
    /// Milliseconds of active work on this output since its last change.
    #[serde(default)]
    pub active_ms: u32,
}

/// Passages for one question at most.
const MOST_PASSAGES: usize = 100;

impl Studio {
    /// Marks a passage as what an answer rests on, or takes a mark off. Passages that meet
    /// become one. A rating that was ended is opened again first, as by an answer.
    ///
    /// # Errors
    /// `unknown-question`, `no-passage` for ends outside the text or nothing but blanks,
    /// `passage-moved` where the quote isn't what stands there, `too-many-passages`,
    /// `not-found`, `bad-id`; nothing is then changed.
    pub fn mark_passage(&self, request: &MarkPassage) -> Result<SavedRating, StudioError> {
        let id = parse::<OutputId>(&request.output_id)?;
        self.with(|open| {
            let viewer = open.viewer()?;
            let item = open.rated_item(&viewer, id, &request.rubric)?;
            if !questions(&item).contains(&request.question) {
                return Err(StudioError::new(
                    "unknown-question",
                    format!("{} is no question of this rubric.", request.question),
                )
                .with("question", &request.question));
            }
            let before = open.own(&viewer, &item)?.map(|rating| rating.evidence);
            let before = before.and_then(|mut all| all.remove(&request.question));
            let before = before.unwrap_or_default();
            let spans = changed(request, &item.output.text, &before)?;
            if spans != before {
                let cite = Operation::Cite { criterion: request.question.clone(), spans };
                open.change(&self.ctx, &viewer, &item, cite, request.active_ms)?;
            }
            open.saved(&viewer, &item)
        })
    }
}

/// The passages after the change.
fn changed(request: &MarkPassage, text: &str, before: &[Span]) -> Result<Vec<Span>, StudioError> {
    if request.remove {
        let other = |span: &&Span| (span.start, span.end) != (request.start, request.end);
        return Ok(before.iter().filter(other).cloned().collect());
    }
    let span = Span::of(text, request.start, request.end).ok_or_else(|| {
        StudioError::new("no-passage", "There is nothing to mark there. Select some of the text.")
    })?;
    if request.quote.as_ref().is_some_and(|quote| quote.trim() != span.quote) {
        return Err(StudioError::new(
            "passage-moved",
            "What was selected is not what stands there. Switch to plain text and select it again.",
        )
        .with("quote", &span.quote));
    }
    let spans = with_span(text, before, &span);
    if spans.len() > MOST_PASSAGES {
        return Err(StudioError::new(
            "too-many-passages",
            format!("An answer can rest on {MOST_PASSAGES} passages at most."),
        )
        .with("most", MOST_PASSAGES));
    }
    Ok(spans)
}

/// What can be asked of an item, as problems name it.
fn questions(item: &Item) -> Vec<String> {
    let items = frozen_items(item);
    let mut all = Vec::new();
    for criterion in item.rubric.asked() {
        let Kind::List { each, .. } = &criterion.kind else {
            all.push(criterion.id.clone());
            continue;
        };
        let count = items.get(&criterion.id).map_or(0, Vec::len);
        for index in 0..count {
            all.extend(each.iter().map(|inner| format!("{}[{index}].{}", criterion.id, inner.id)));
        }
    }
    all
}
