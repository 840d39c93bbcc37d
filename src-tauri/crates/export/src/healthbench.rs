//! HealthBench's two files: prompts with a points rubric, and the raters'
//! verdicts on single points of it.

use std::collections::BTreeSet;

use serde::Serialize;
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{Lang, Rubric, Span};
use shinsa_prompt::Message;

use crate::preference::name;
use crate::rated::Rated;

/// A prompt with the rubric it is graded by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HealthBenchRow {
    prompt_id: String,
    prompt: Vec<Message>,
    rubrics: Vec<Point>,
    example_tags: Vec<String>,
    ideal_completions_data: Option<Ideal>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Point {
    criterion: String,
    points: f64,
    tags: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Ideal {
    ideal_completion: String,
    ideal_completions_group: Option<String>,
    ideal_completions_ref_completions: Option<Vec<String>>,
}

/// One point of the rubric on one answer, with what each rater said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HealthBenchMetaRow {
    prompt_id: String,
    completion_id: String,
    prompt: Vec<Message>,
    completion: String,
    rubric: String,
    category: String,
    binary_labels: Vec<bool>,
    anonymized_physician_ids: Vec<String>,
    /// The passages of the completion that each label rests on, in the same order; places
    /// count characters. HealthBench has no such field and passes over it.
    evidence: Vec<Vec<Span>>,
}

fn points(rubric: &Rubric) -> impl Iterator<Item = (&Criterion, f64)> {
    rubric.asked().filter_map(|criterion| match criterion.kind {
        Kind::Points { points } => Some((criterion, points)),
        _ => None,
    })
}

fn words(criterion: &Criterion, lang: Lang) -> String {
    let (label, help) = (criterion.label.get(lang), criterion.help.get(lang));
    if help.is_empty() { label.to_owned() } else { format!("{label}\n{help}") }
}

/// One row per prompt, in the order of `rated`; empty for a rubric without points.
#[must_use]
pub fn healthbench_rows(rubric: &Rubric, rated: &[Rated]) -> Vec<HealthBenchRow> {
    let mut seen = BTreeSet::new();
    let asked = points(rubric).count() > 0;
    let fresh = rated.iter().filter(|one| asked && seen.insert((&one.case, &one.prompt)));
    fresh
        .map(|one| HealthBenchRow {
            prompt_id: one.prompt_id(),
            prompt: vec![Message::user(one.prompt.clone())],
            rubrics: points(rubric)
                .map(|(criterion, points)| Point {
                    criterion: words(criterion, one.lang),
                    points,
                    tags: vec![format!("criterion:{}", criterion.id)],
                })
                .collect(),
            example_tags: vec![
                format!("rubric:{}", name(rubric)),
                format!("language:{}", one.lang.code()),
                format!("case:{}", one.case),
            ],
            ideal_completions_data: (!one.reference.is_empty()).then(|| Ideal {
                ideal_completion: one.reference.clone(),
                ideal_completions_group: None,
                ideal_completions_ref_completions: None,
            }),
        })
        .collect()
}

/// One row per answer and point that somebody judged; who declined is left out.
#[must_use]
pub fn healthbench_meta_rows(rubric: &Rubric, rated: &[Rated]) -> Vec<HealthBenchMetaRow> {
    let mut rows = Vec::new();
    for one in rated {
        for (criterion, _) in points(rubric) {
            let said = |(rater, answers): &(String, shinsa_domain::Answers)| {
                Some((rater.clone(), answers.get(&criterion.id)?.bool()?))
            };
            let (raters, labels): (Vec<String>, Vec<bool>) =
                one.ratings.iter().filter_map(said).unzip();
            let marked = |rater: &String| one.evidence.get(rater)?.get(&criterion.id).cloned();
            let evidence = raters.iter().map(|rater| marked(rater).unwrap_or_default()).collect();
            if labels.is_empty() {
                continue;
            }
            rows.push(HealthBenchMetaRow {
                prompt_id: one.prompt_id(),
                completion_id: one.output.clone(),
                prompt: vec![Message::user(one.prompt.clone())],
                completion: one.text.clone(),
                rubric: words(criterion, one.lang),
                category: criterion.id.clone(),
                binary_labels: labels,
                anonymized_physician_ids: raters,
                evidence,
            });
        }
    }
    rows
}
