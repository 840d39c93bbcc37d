//! What missing verdicts leave open, and verdicts on a judge's own outputs.

use shinsa_stats::Bounds;

use super::words::Words;
use crate::Figures;
use crate::format::Unit;
use crate::html::{Table, element};

/// The figures with every missing verdict at either limit.
pub(super) fn missing(figures: &Figures, words: &Words) -> String {
    let mut out = element("h3", "", &words.s("report-bounds-title"));
    let head = [
        "report-judge",
        "report-criterion",
        "report-bounds-missing",
        "report-exact",
        "report-within-one",
        "report-mae",
    ]
    .map(|id| words.s(id));
    let mut table = Table::new(&words.s("report-bounds-table"), &head);
    let mut rows = 0;
    for judge in &figures.judges {
        for criterion in &judge.criteria {
            let Some(bounds) = criterion.bounds.as_ref().filter(|b| b.exact.missing > 0) else {
                continue;
            };
            rows += 1;
            table.row(vec![
                words.judge(&judge.name),
                words.name(&criterion.title),
                format!("{} / {}", bounds.exact.missing, bounds.exact.asked),
                range(&bounds.exact, Unit::Share, words),
                range(&bounds.within_one, Unit::Share, words),
                range(&bounds.mae, Unit::Plain, words),
            ]);
        }
    }
    if rows > 0 {
        out.push_str(&words.paragraph("report-bounds-how"));
        out.push_str(&table.html());
    }
    let flags = flags(figures, words);
    if rows == 0 && flags.is_empty() {
        out.push_str(&element("p", "soft", &words.s("report-bounds-none")));
    }
    out.push_str(&flags);
    out
}

fn flags(figures: &Figures, words: &Words) -> String {
    let head = [
        "report-judge",
        "report-bounds-missing",
        "report-flagged",
        "report-sensitivity",
        "report-specificity",
    ]
    .map(|id| words.s(id));
    let mut table = Table::new(&words.s("report-bounds-harm"), &head);
    let mut rows = 0;
    for judge in &figures.judges {
        let Some(bounds) = judge.harm_bounds.as_ref().filter(|b| b.flagged.missing > 0) else {
            continue;
        };
        rows += 1;
        table.row(vec![
            words.judge(&judge.name),
            format!("{} / {}", bounds.flagged.missing, bounds.flagged.asked),
            range(&bounds.flagged, Unit::Share, words),
            range(&bounds.sensitivity, Unit::Share, words),
            range(&bounds.specificity, Unit::Share, words),
        ]);
    }
    if rows > 0 { table.html() } else { String::new() }
}

/// `25.0% to 75.0%`, and below it the same with the intervals over cases.
fn range(bounds: &Bounds, unit: Unit, words: &Words) -> String {
    let show = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |v| unit.show(v));
    words.t(
        "report-bounds-range",
        &[
            ("least", show(bounds.least.value).into()),
            ("most", show(bounds.most.value).into()),
            ("low", show(bounds.least.low).into()),
            ("high", show(bounds.most.high).into()),
        ],
    )
}

/// Judges that rated outputs of their own model.
pub(super) fn own(figures: &Figures, words: &Words) -> String {
    figures
        .judges
        .iter()
        .filter_map(|judge| Some((judge, judge.own.as_ref()?)))
        .map(|(judge, own)| {
            let values = [
                ("judge", words.judge(&judge.name).into()),
                ("count", own.outputs.into()),
                ("allowed", own.allowed.as_str().into()),
            ];
            element("p", "note", &words.t("report-own", &values))
        })
        .collect()
}
