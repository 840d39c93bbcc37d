//! Records for Argilla's `records.log`: flat keys per question.

use serde_json::{Map, Value, json};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{Answer, Provenance, Rubric, asked_of};

use crate::rated::{EVIDENCE, Rated};

/// The label of deductions of which none applies.
const NONE: &str = "none";

/// One record per output and rater (an output nobody rated has one without a
/// response): the fields `case`, `prompt` and `output`, then for each criterion
/// `ID.suggestion` (gold), `ID.suggestion.score` (the share of its raters who
/// gave that answer), `ID.suggestion.agent` (how gold came about) and
/// `ID.response`. Every record has the same keys; what is not there is null.
/// Flags are the labels `true` and `false`, lists their JSON. Deductions are
/// labels, too, `none` where none applies, and have a score each: Argilla takes
/// neither an empty list nor one score for several labels. The passages that a rater's
/// answers rest on are the response to one span question over the field `output`,
/// [`EVIDENCE`], whose labels are the criteria (a list's questions stand under the list);
/// passages of two criteria may overlap. Their places count characters.
#[must_use]
pub fn argilla_rows(rubric: &Rubric, rated: &[Rated]) -> Vec<Map<String, Value>> {
    let mut rows = Vec::new();
    for one in rated {
        let nobody = [(String::new(), shinsa_domain::Answers::new())];
        let ratings = if one.ratings.is_empty() { &nobody[..] } else { &one.ratings };
        for (rater, answers) in ratings {
            let mut row = Map::new();
            let id = if rater.is_empty() {
                one.output.clone()
            } else {
                format!("{}/{rater}", one.output)
            };
            for (name, value) in [
                ("id", json!(id)),
                ("case", json!(one.case)),
                ("prompt", json!(one.prompt)),
                ("output", json!(one.text)),
                ("lang", json!(one.lang.code())),
                ("rater", if rater.is_empty() { Value::Null } else { json!(rater) }),
            ] {
                row.insert(name.to_owned(), value);
            }
            for criterion in rubric.asked() {
                question(&mut row, criterion, one, answers.get(&criterion.id));
            }
            row.insert(format!("{EVIDENCE}.response"), passages(one, rater));
            rows.push(row);
        }
    }
    rows
}

/// What a rater has marked in the output; null where that is nothing.
fn passages(one: &Rated, rater: &str) -> Value {
    let mut marked: Vec<Value> = Vec::new();
    for (question, spans) in one.evidence.get(rater).into_iter().flatten() {
        let label = asked_of(question);
        for span in spans {
            let value = json!({"start": span.start, "end": span.end, "label": label});
            // Two questions about a list may rest on the same passage.
            if !marked.contains(&value) {
                marked.push(value);
            }
        }
    }
    if marked.is_empty() { Value::Null } else { Value::Array(marked) }
}

fn question(
    row: &mut Map<String, Value>,
    criterion: &Criterion,
    one: &Rated,
    given: Option<&Answer>,
) {
    let id = &criterion.id;
    let gold = one.gold.as_ref().and_then(|(answers, how)| Some((answers.get(id)?, *how)));
    let value = |answer: Option<&Answer>| answer.map_or(Value::Null, |a| plain(criterion, a));
    let agent = gold.map(|(_, how)| match how {
        Provenance::Unanimous => "gold-unanimous",
        Provenance::Majority => "gold-majority",
        Provenance::Adjudicated => "gold-adjudicated",
    });
    let share = gold.and_then(|(gold, _)| {
        let said: Vec<&Answer> = one
            .ratings
            .iter()
            .filter_map(|(_, answers)| answers.get(id))
            .filter(|answer| !answer.is_declined())
            .collect();
        let share = |gave: &dyn Fn(&Answer) -> bool| {
            let same = said.iter().filter(|answer| gave(answer)).count();
            #[allow(clippy::cast_precision_loss)] // a few raters
            let share = same as f64 / said.len() as f64;
            share
        };
        (!said.is_empty()).then(|| match labels(gold) {
            Some(labels_of_gold) => {
                let of = |label: &str| {
                    share(&|answer| labels(answer).is_some_and(|given| given.contains(&label)))
                };
                json!(labels_of_gold.into_iter().map(of).collect::<Vec<f64>>())
            }
            None => json!(share(&|answer| answer.same(gold))),
        })
    });
    row.insert(format!("{id}.suggestion"), value(gold.map(|(answer, _)| answer)));
    row.insert(format!("{id}.suggestion.score"), json!(share));
    row.insert(format!("{id}.suggestion.agent"), json!(agent));
    row.insert(format!("{id}.response"), value(given));
}

/// The labels of deductions; `none` where none applies.
fn labels(answer: &Answer) -> Option<Vec<&str>> {
    let labels = answer.labels()?;
    Some(if labels.is_empty() { vec![NONE] } else { labels.iter().map(String::as_str).collect() })
}

fn plain(criterion: &Criterion, answer: &Answer) -> Value {
    match (answer, &criterion.kind) {
        (Answer::Declined { .. }, _) => Value::Null,
        (Answer::Bool(yes), _) => json!(yes.to_string()),
        (Answer::Labels(_), _) => json!(labels(answer)),
        (Answer::Items(items), _) => json!(serde_json::to_string(items).unwrap_or_default()),
        // A number is a text question there; a scale is a rating.
        (_, Kind::Number { .. }) => json!(answer.number().map(|n| n.to_string())),
        (answer, _) => serde_json::to_value(answer).unwrap_or(Value::Null),
    }
}
