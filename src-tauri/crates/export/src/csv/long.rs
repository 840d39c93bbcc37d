//! The long table: one line per rater, output and criterion.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{
    Answer, Answers, Declined, Evidence, Lang, Provenance, Rubric, RubricRef, Span, Way,
};

use super::cell::push_record;
use super::encode::{CsvEncoding, OnUnwritable, Unwritable};
use crate::error::ExportError;
use crate::stream::{Out, Written, failed, stream};

/// How the long table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvOptions {
    /// The encoding.
    pub encoding: CsvEncoding,
    /// What to do with characters that have no form in it.
    pub unwritable: OnUnwritable,
}

/// How an output's ratings stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// There is gold, and how it came about.
    Gold(Provenance),
    /// Raters differ and nobody has decided.
    Unresolved,
    /// Fewer than two raters.
    Single,
}

impl Standing {
    fn as_str(self) -> &'static str {
        match self {
            Self::Gold(Provenance::Unanimous) => "unanimous",
            Self::Gold(Provenance::Majority) => "majority",
            Self::Gold(Provenance::Adjudicated) => "adjudicated",
            Self::Unresolved => "unresolved",
            Self::Single => "single",
        }
    }
}

/// One rating: it becomes one line per criterion and list item.
#[derive(Clone, Debug, PartialEq)]
pub struct LongRow {
    /// Key of the case.
    pub case: String,
    /// Key of the output.
    pub output: String,
    /// Language of the case.
    pub lang: Lang,
    /// The rater as the dataset names them: a code, not a person's name.
    pub rater: String,
    /// The rater's profession, or nothing.
    pub profession: String,
    /// The rubric and its version.
    pub rubric: RubricRef,
    /// The rater's answers.
    pub answers: Answers,
    /// The gold answers, where there is gold.
    pub gold: Option<Answers>,
    /// How the output's ratings stand together.
    pub standing: Standing,
    /// The list items of the output (or the case's aspects) per list criterion.
    pub items: BTreeMap<String, Vec<String>>,
    /// The passages that the answers rest on.
    pub evidence: Evidence,
    /// The way in which the output was drawn for the rater and how likely it was;
    /// nothing where it was opened by hand, or imported.
    pub drawn: Option<(Way, f64)>,
}

/// Headings of the long table.
pub(crate) const HEADINGS: [&str; 18] = [
    "case",
    "output",
    "lang",
    "rater",
    "profession",
    "rubric",
    "rubric_version",
    "criterion",
    "item",
    "item_text",
    "answer",
    "declined",
    "gold",
    "provenance",
    "evidence",
    "evidence_at",
    "order",
    "probability",
];

/// Writes the long table: columns `case, output, lang, rater, profession,
/// rubric, rubric_version, criterion, item, item_text, answer, declined, gold,
/// provenance, evidence, evidence_at, order, probability`. `evidence` quotes the passages
/// an answer rests on, a line each; `evidence_at` says where they are, as `START-END` in
/// Unicode characters of the output, separated by `;`. `order` and `probability` say how
/// the output came to the rater, both empty where nothing drew it: probability is the
/// chance with which it came next among what was left then, so a mean over ratings that
/// were not drawn evenly must be weighted by it. Criteria come in the rubric's order (those of `rubrics`; the
/// alphabet for a rubric that isn't there); `item` counts list items from 1.
/// Several deductions in one cell are separated by `;`. Cells are safe to open
/// in a spreadsheet ([`super::formula_safe`]). `report` hears the ratings done
/// and returns false to cancel.
///
/// # Errors
/// [`ExportError`]: the file can't be written, the rows' source failed, the
/// caller cancelled, or characters have no form in the encoding and
/// [`OnUnwritable::Refuse`] was chosen. Nothing is left under `path` then but
/// what was there before.
pub fn long_csv<E>(
    path: &Path,
    rubrics: &[Rubric],
    options: CsvOptions,
    rows: impl IntoIterator<Item = Result<LongRow, E>>,
    report: &mut dyn FnMut(u64) -> bool,
) -> Result<Written, ExportError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut head = options.encoding.mark().to_vec();
    let mut line = String::new();
    push_record(&mut line, &HEADINGS.map(Cow::Borrowed));
    head.extend_from_slice(line.as_bytes());
    let write = |out: &mut Out, _: u64, row: LongRow| {
        let rubric = rubrics.iter().find(|rubric| rubric.reference() == row.rubric);
        for cells in lines(&row, rubric) {
            line.clear();
            let written = &mut out.written;
            written.lines += 1;
            let place = written.lines + 1;
            let mut kept = Vec::with_capacity(cells.len());
            for (cell, heading) in cells.into_iter().zip(HEADINGS) {
                kept.push(options.encoding.writable(cell, |character| {
                    written.unwritable += 1;
                    if written.unwritable_cells.len() < Unwritable::KEPT {
                        let column = heading.to_owned();
                        written.unwritable_cells.push(Unwritable { row: place, column, character });
                    }
                }));
            }
            push_record(&mut line, &kept);
            out.put(&options.encoding.bytes(&line)).map_err(|error| failed(path, error))?;
        }
        Ok(())
    };
    let check = |out: &mut Out| match out.written.unwritable_cells.first() {
        Some(first) if options.unwritable == OnUnwritable::Refuse => Err(ExportError::Unwritable {
            path: path.to_path_buf(),
            count: out.written.unwritable,
            first: first.clone(),
            all: out.written.unwritable_cells.clone(),
        }),
        _ => Ok(()),
    };
    stream(path, &head, rows, report, write, check)
}

type Cells<'r> = Vec<Cow<'r, str>>;

/// The lines of one rating, in the rubric's order.
fn lines<'r>(row: &'r LongRow, rubric: Option<&'r Rubric>) -> Vec<Cells<'r>> {
    let mut lines = Vec::new();
    let known: Vec<&str> = match rubric {
        Some(rubric) => rubric.asked().map(|criterion| criterion.id.as_str()).collect(),
        None => Vec::new(),
    };
    let stray = row.answers.keys().map(String::as_str).filter(|id| !known.contains(id));
    for id in known.iter().copied().chain(stray) {
        let answer = row.answers.get(id);
        let gold = row.gold.as_ref().and_then(|gold| gold.get(id));
        let Some(answer) = answer else { continue };
        let items = match answer {
            Answer::Items(items) => items,
            _ => {
                lines.push(line(row, Cow::Borrowed(id), None, id, Some(answer), gold));
                continue;
            }
        };
        let each = rubric.and_then(|rubric| rubric.criterion(id)).and_then(inner);
        for (index, item) in items.iter().enumerate() {
            let gold = gold.and_then(Answer::items).and_then(|items| items.get(index));
            let ids: Vec<&str> = match each {
                Some(each) => each.iter().map(|criterion| criterion.id.as_str()).collect(),
                None => item.keys().map(String::as_str).collect(),
            };
            for inner in ids.into_iter().filter(|inner| item.contains_key(*inner)) {
                let name = Cow::Owned(format!("{id}.{inner}"));
                let question = format!("{id}[{index}].{inner}");
                let gold = gold.and_then(|gold| gold.get(inner));
                let answer = item.get(inner);
                lines.push(line(row, name, Some((id, index)), &question, answer, gold));
            }
        }
    }
    lines
}

/// The criteria of a list's items.
fn inner(criterion: &Criterion) -> Option<&[Criterion]> {
    match &criterion.kind {
        Kind::List { each, .. } => Some(each),
        _ => None,
    }
}

fn line<'r>(
    row: &'r LongRow,
    criterion: Cow<'r, str>,
    item: Option<(&str, usize)>,
    question: &str,
    answer: Option<&Answer>,
    gold: Option<&Answer>,
) -> Cells<'r> {
    let item_text = item
        .and_then(|(list, index)| row.items.get(list)?.get(index))
        .map_or(Cow::Borrowed(""), |text| Cow::Borrowed(text.as_str()));
    let declined = match answer {
        Some(Answer::Declined { declined: Declined::CannotJudge }) => "cannot_judge",
        Some(Answer::Declined { declined: Declined::NotApplicable }) => "not_applicable",
        Some(Answer::Declined { declined: Declined::OutsideSpecialty }) => "outside_specialty",
        _ => "",
    };
    let passages = row.evidence.get(question).map_or(&[][..], Vec::as_slice);
    let joined = |of: &dyn Fn(&Span) -> String, by: &str| {
        Cow::Owned(passages.iter().map(of).collect::<Vec<_>>().join(by))
    };
    vec![
        Cow::Borrowed(row.case.as_str()),
        Cow::Borrowed(row.output.as_str()),
        Cow::Borrowed(row.lang.code()),
        Cow::Borrowed(row.rater.as_str()),
        Cow::Borrowed(row.profession.as_str()),
        Cow::Borrowed(row.rubric.id.as_str()),
        Cow::Owned(row.rubric.version.to_string()),
        criterion,
        item.map_or(Cow::Borrowed(""), |(_, index)| Cow::Owned((index + 1).to_string())),
        item_text,
        answer.map_or(Cow::Borrowed(""), |answer| Cow::Owned(plain(answer))),
        Cow::Borrowed(declined),
        gold.map_or(Cow::Borrowed(""), |gold| Cow::Owned(plain(gold))),
        Cow::Borrowed(row.standing.as_str()),
        joined(&|span| span.quote.clone(), "\n"),
        joined(&|span| format!("{}-{}", span.start, span.end), ";"),
        Cow::Borrowed(row.drawn.map_or("", |(way, _)| order(way))),
        row.drawn.map_or(Cow::Borrowed(""), |(_, p)| Cow::Owned(p.to_string())),
    ]
}

fn order(way: Way) -> &'static str {
    match way {
        Way::Random => "random",
        Way::Disagreement => "disagreement",
        Way::Uncertainty => "uncertainty",
    }
}

/// An answer as a cell.
fn plain(answer: &Answer) -> String {
    match answer {
        Answer::Bool(yes) => yes.to_string(),
        Answer::Int(number) => number.to_string(),
        Answer::Number(number) => number.to_string(),
        Answer::Text(text) => text.clone(),
        Answer::Labels(labels) => labels.join(";"),
        Answer::Items(items) => serde_json::to_string(items).unwrap_or_default(),
        Answer::Declined { .. } => String::new(),
    }
}
