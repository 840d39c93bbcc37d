//! Tasks for Label Studio, and the labelling configuration they fit.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{Answer, Answers, Declined, Lang, Rubric, asked_of};

use crate::error::ExportError;
use crate::jsonl::to_json;
use crate::preference::name;
use crate::rated::{EVIDENCE, Rated};
use crate::stream::{Out, Written, failed, stream};

/// Behind a criterion's id: the control for answers that were declined.
const DECLINED: &str = "__declined";

/// Writes the tasks as one JSON array, a task a line. Each output is a task
/// with `data` (`case`, `output_key`, `lang`, `prompt`, `output`), one
/// annotation per rater and one with `ground_truth` for gold. The passages an answer rests
/// on are labels of the output's text, by criterion; their places count characters. `completed_by` is
/// null, since Label Studio takes only users it knows and else the one who
/// imports: the rater's code stands in each result's `meta`. `lead_time` is null,
/// since nobody measured it, and the other times are left out: its converter
/// sorts by them and stops at a null. `report` hears the tasks done and returns false
/// to cancel.
///
/// # Errors
/// [`ExportError`]; nothing is left under `path` then but what was there before.
pub fn label_studio_json(
    path: &Path,
    rubric: &Rubric,
    rated: &[Rated],
    report: &mut dyn FnMut(u64) -> bool,
) -> Result<Written, ExportError> {
    let mut line = Vec::new();
    let write = |out: &mut Out, number: u64, one: &Rated| {
        line.clear();
        line.extend_from_slice(if number == 1 { b"\n" } else { b",\n" });
        to_json(path, number, &task(rubric, one, number), &mut line)?;
        out.written.lines += 1;
        out.put(&line).map_err(|error| failed(path, error))
    };
    let rows = rated.iter().map(Ok::<_, ExportError>);
    let end = |out: &mut Out| out.put(b"\n]\n").map_err(|error| failed(path, error));
    stream(path, b"[", rows, report, write, end)
}

fn task(rubric: &Rubric, one: &Rated, number: u64) -> Value {
    let mut annotations = Vec::new();
    let gold = one.gold.iter().map(|(answers, _)| ("gold", answers, true));
    let raters = one.ratings.iter().map(|(rater, answers)| (rater.as_str(), answers, false));
    for (at, (who, answers, truth)) in raters.chain(gold).enumerate() {
        let result = [results(rubric, answers, who), passages(one, who)].concat();
        annotations.push(json!({
            "id": number * 1000 + at as u64,
            "result": result,
            "completed_by": null,
            "was_cancelled": false,
            "ground_truth": truth,
            "lead_time": null,
        }));
    }
    json!({
        "id": number,
        "data": {
            "case": one.case,
            "output_key": one.output,
            "lang": one.lang.code(),
            "prompt": one.prompt,
            "output": one.text,
            "rubric": name(rubric),
        },
        "annotations": annotations,
        "predictions": [],
    })
}

fn results(rubric: &Rubric, answers: &Answers, who: &str) -> Vec<Value> {
    let answered = rubric.asked().filter_map(|c| Some((c, answers.get(&c.id)?)));
    let of = |(criterion, answer): (&Criterion, &Answer)| {
        let (suffix, kind, value) = value(criterion, answer)?;
        Some(json!({
            "id": format!("{who}-{}", criterion.id),
            "from_name": format!("{}{suffix}", criterion.id),
            "to_name": "output",
            "type": kind,
            "value": value,
            "meta": {"text": [who]},
        }))
    };
    answered.filter_map(of).collect()
}

/// What a rater has marked in the output.
fn passages(one: &Rated, who: &str) -> Vec<Value> {
    let mut marked = Vec::new();
    for (question, spans) in one.evidence.get(who).into_iter().flatten() {
        // A list's questions stand under the list's own id.
        let criterion = asked_of(question);
        marked.extend(spans.iter().map(|span| {
            json!({
                "id": format!("{who}-{question}-{}", span.start),
                "from_name": EVIDENCE,
                "to_name": "output",
                "type": "labels",
                "value": {
                    "start": span.start, "end": span.end, "text": span.quote,
                    "labels": [criterion]
                },
                "meta": {"text": [who]},
            })
        }));
    }
    marked
}

/// Suffix of the control's name, type and value of one answer.
fn value(criterion: &Criterion, answer: &Answer) -> Option<(&'static str, &'static str, Value)> {
    let choices = |list: Value| Some(("", "choices", json!({"choices": list})));
    if let Answer::Declined { declined } = answer {
        let why = match declined {
            Declined::CannotJudge => "cannot_judge",
            Declined::NotApplicable => "not_applicable",
            Declined::OutsideSpecialty => "outside_specialty",
        };
        return Some((DECLINED, "choices", json!({"choices": [why]})));
    }
    match &criterion.kind {
        Kind::Scale { .. } => choices(json!([answer.number()?.to_string()])),
        Kind::Flag | Kind::Points { .. } => choices(json!([answer.bool()?.to_string()])),
        Kind::Deductions { .. } => choices(json!(answer.labels()?)),
        Kind::Choice { .. } => match answer {
            Answer::Text(id) => choices(json!([id])),
            _ => None,
        },
        Kind::Number { .. } => Some(("", "number", json!({"number": answer.number()?}))),
        Kind::Text { .. } => match answer {
            Answer::Text(text) => Some(("", "textarea", json!({"text": [text]}))),
            _ => None,
        },
        // Items differ from task to task, which controls can't: their JSON as text.
        Kind::List { .. } => {
            let text = serde_json::to_string(answer.items()?).ok()?;
            Some(("", "textarea", json!({"text": [text]})))
        }
    }
}

/// The labelling configuration (XML) that the tasks fit: a control per
/// criterion, named by its id, and one for answers that were declined. Choices
/// show the words in `lang` and record the ids as aliases.
#[must_use]
pub fn label_studio_config(rubric: &Rubric, lang: Lang) -> String {
    let mut out = String::from("<View>\n");
    // Writing to a String never fails.
    let _ = writeln!(out, "  <Header value=\"{}\"/>", xml(rubric.title.get(lang)));
    out.push_str("  <Text name=\"prompt\" value=\"$prompt\"/>\n");
    out.push_str("  <Text name=\"output\" value=\"$output\"/>\n");
    let _ = writeln!(out, "  <Labels name=\"{EVIDENCE}\" toName=\"output\">");
    for criterion in rubric.asked() {
        let _ = writeln!(out, "    <Label value=\"{}\"/>", xml(&criterion.id));
    }
    out.push_str("  </Labels>\n");
    for criterion in rubric.asked() {
        let _ =
            writeln!(out, "  <Header value=\"{}\" size=\"4\"/>", xml(criterion.label.get(lang)));
        control(&mut out, criterion, lang);
        let declined = [
            ("cannot_judge", "判断できない", "cannot judge"),
            ("not_applicable", "該当しない", "not applicable"),
            ("outside_specialty", "専門外", "outside my specialty"),
        ];
        let shown = declined
            .map(|(id, ja, en)| (id.to_owned(), if lang == Lang::Ja { ja } else { en }.to_owned()));
        choices(&mut out, &format!("{}{DECLINED}", criterion.id), "single-radio", shown);
    }
    out.push_str("</View>\n");
    out
}

fn control(out: &mut String, criterion: &Criterion, lang: Lang) {
    let id = &criterion.id;
    match &criterion.kind {
        Kind::Scale { levels } => choices(
            out,
            id,
            "single-radio",
            levels.iter().map(|level| {
                let described = level.description.get(lang);
                let colon = if described.is_empty() { "" } else { ": " };
                let words = format!("{} {}{colon}{described}", level.value, level.label.get(lang));
                (level.value.to_string(), words)
            }),
        ),
        Kind::Flag | Kind::Points { .. } => {
            let (yes, no) = if lang == Lang::Ja { ("はい", "いいえ") } else { ("yes", "no") };
            let shown = [("true", yes), ("false", no)];
            choices(out, id, "single-radio", shown.map(|(id, w)| (id.to_owned(), w.to_owned())));
        }
        Kind::Deductions { items } => choices(
            out,
            id,
            "multiple",
            items.iter().map(|item| (item.id.clone(), item.label.get(lang).to_owned())),
        ),
        Kind::Choice { options } => choices(
            out,
            id,
            "single-radio",
            options.iter().map(|option| (option.id.clone(), option.label.get(lang).to_owned())),
        ),
        Kind::Number { min, max, step } => {
            let _ = writeln!(
                out,
                "  <Number name=\"{id}\" toName=\"output\" min=\"{min}\" max=\"{max}\" step=\"{step}\"/>"
            );
        }
        Kind::Text { .. } | Kind::List { .. } => {
            let _ = writeln!(out, "  <TextArea name=\"{id}\" toName=\"output\" rows=\"3\"/>");
        }
    }
}

fn choices(
    out: &mut String,
    id: &str,
    choice: &str,
    options: impl IntoIterator<Item = (String, String)>,
) {
    let _ = writeln!(out, "  <Choices name=\"{id}\" toName=\"output\" choice=\"{choice}\">");
    for (alias, words) in options {
        let _ = writeln!(out, "    <Choice value=\"{}\" alias=\"{}\"/>", xml(&words), xml(&alias));
    }
    out.push_str("  </Choices>\n");
}

fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\r' | '\t' => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}
