//! The judge against the experts, before and after.

use shinsa_stats::{Confusion, Estimate, FlagComparison};

use super::words::{Words, level};
use super::{bounds, glance, pairs};
use crate::Figures;
use crate::figures::{CriterionComparison, JudgeFigures};
use crate::format::{Unit, fixed, percent};
use crate::html::{Table, element, escape, wrap};
use crate::plot::{IntervalPlot, IntervalRow, MatrixCell, MatrixPlot};

const MARKS: [&str; 3] = ["second", "first", "third"];

/// The colour of judge `i`: the same in every plot.
fn mark(i: usize) -> &'static str {
    MARKS[i % MARKS.len()]
}

pub(super) fn section(figures: &Figures, words: &Words) -> String {
    if figures.judges.is_empty() {
        let inner = words.paragraph("report-judges-none");
        return words.section("judges", "report-judges-title", &inner);
    }
    let mut inner = words.paragraph("report-judges-lead");
    inner.push_str(&bounds::own(figures, words));
    inner.push_str(&ceiling(figures, words));
    inner.push_str(&element("h3", "", &words.s("report-confusion-title")));
    inner.push_str(&confusions(figures, words));
    inner.push_str(&element("h3", "", &words.s("report-change-title")));
    inner.push_str(&glance::change(figures, words));
    inner.push_str(&before_after(figures, words));
    inner.push_str(&table(figures, words));
    inner.push_str(&bounds::missing(figures, words));
    inner.push_str(&pairs::section(figures, words));
    inner.push_str(&element("h3", "", &words.s("report-steady-title")));
    inner.push_str(&steadiness(figures, words));
    inner.push_str(&harm(figures, words));
    words.section("judges", "report-judges-title", &inner)
}

fn primary(
    figures: &Figures,
) -> impl Iterator<Item = (usize, &JudgeFigures, &CriterionComparison)> {
    figures.judges.iter().enumerate().filter_map(|(i, judge)| {
        judge.criterion(&figures.primary).map(|criterion| (i, judge, criterion))
    })
}

/// The pairs of experts as a measure of what can be asked of a judge.
fn ceiling(figures: &Figures, words: &Words) -> String {
    let kappas: Vec<f64> =
        figures.experts.pairs.iter().filter_map(|pair| pair.kappa.value).collect();
    if kappas.is_empty() {
        return String::new();
    }
    let low = kappas.iter().copied().fold(f64::INFINITY, f64::min);
    let high = kappas.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let values = [("low", fixed(low, 2).into()), ("high", fixed(high, 2).into())];
    element("p", "", &words.t("report-ceiling", &values))
}

fn confusions(figures: &Figures, words: &Words) -> String {
    let mut plots = String::new();
    let mut tables = String::new();
    for (i, judge, criterion) in primary(figures) {
        let Some(confusion) = &criterion.comparison.confusion else { continue };
        let name = words.judge(&judge.name);
        let heading = element("h3", "", &name);
        let drawing = matrix(i, &name, confusion, criterion, words);
        let caption = element("figcaption", "", &tally(criterion, words));
        plots.push_str(&wrap("figure", "", &format!("{heading}{drawing}{caption}")));
        tables.push_str(&counts(&name, confusion, criterion, words));
    }
    let summary = element("summary", "", &words.s("report-confusion-tables"));
    format!(
        "{}{}{}",
        words.paragraph("report-confusion-how"),
        wrap("div", "pair", &plots),
        wrap("details", "", &format!("{summary}{tables}"))
    )
}

fn matrix(
    i: usize,
    name: &str,
    confusion: &Confusion,
    criterion: &CriterionComparison,
    words: &Words,
) -> String {
    let cells = confusion.counts.iter().enumerate().map(|(gold, row)| {
        let total: usize = row.iter().sum();
        let cell = |(said, count): (usize, &usize)| MatrixCell {
            text: count.to_string(),
            strength: if total == 0 { 0.0 } else { *count as f64 / total as f64 },
            diagonal: said == gold,
        };
        row.iter().enumerate().map(cell).collect()
    });
    let title = words.t("report-confusion-plot", &[("judge", name.into())]);
    MatrixPlot {
        id: &format!("plot-confusion-{i}"),
        title: &title,
        description: &words.s("report-see-table"),
        across: &words.s("report-judge-says"),
        down: &words.s("report-experts-say"),
        columns: confusion.labels.iter().map(|label| number(*label)).collect(),
        rows: level_names(confusion, criterion, words),
        cells: cells.collect(),
        mark: mark(i),
    }
    .html()
}

fn number(label: f64) -> String {
    fixed(label, if label.fract() == 0.0 { 0 } else { 1 })
}

fn level_names(
    confusion: &Confusion,
    criterion: &CriterionComparison,
    words: &Words,
) -> Vec<String> {
    let name = |(i, label): (usize, &f64)| match criterion.levels.get(i) {
        Some(text) => format!("{} {}", number(*label), words.name(text)),
        None => number(*label),
    };
    confusion.labels.iter().enumerate().map(name).collect()
}

fn tally(criterion: &CriterionComparison, words: &Words) -> String {
    let comparison = &criterion.comparison;
    words.t(
        "report-tally",
        &[
            ("verdicts", (comparison.verdicts - comparison.missing).into()),
            ("outputs", comparison.outputs.into()),
            ("missing", comparison.missing.into()),
        ],
    )
}

fn counts(
    name: &str,
    confusion: &Confusion,
    criterion: &CriterionComparison,
    words: &Words,
) -> String {
    let mut head = vec![words.s("report-experts-say")];
    head.extend(confusion.labels.iter().map(|label| number(*label)));
    let caption = words.t("report-confusion-plot", &[("judge", name.into())]);
    let mut table = Table::new(&caption, &head);
    for (label, row) in level_names(confusion, criterion, words).into_iter().zip(&confusion.counts)
    {
        table.row(std::iter::once(label).chain(row.iter().map(usize::to_string)).collect());
    }
    table.html()
}

type Reading = fn(&CriterionComparison) -> &Estimate;

const READINGS: [(&str, Unit, Reading); 4] = [
    ("report-qwk", Unit::Plain, |c| &c.comparison.qwk),
    ("report-exact", Unit::Share, |c| &c.comparison.exact),
    ("report-within-one", Unit::Share, |c| &c.comparison.within_one),
    ("report-macro-f1", Unit::Plain, |c| &c.comparison.macro_f1),
];

fn before_after(figures: &Figures, words: &Words) -> String {
    let mut rows = Vec::new();
    for (id, unit, read) in READINGS {
        for (place, (i, judge, criterion)) in primary(figures).enumerate() {
            let estimate = read(criterion);
            rows.push(IntervalRow {
                group: (place == 0).then(|| words.s(id)),
                label: words.judge(&judge.name),
                estimate,
                unit,
                mark: mark(i),
                undefined: words.undefined(estimate),
            });
        }
    }
    let title = words.s("report-change-title");
    let description = words.s("report-see-table");
    let plot = IntervalPlot {
        id: "plot-change",
        title: &title,
        description: &description,
        rows,
        guides: Vec::new(),
    };
    words.figure(&plot.html(), &words.s("report-change-caption"))
}

fn table(figures: &Figures, words: &Words) -> String {
    let head = [
        "report-judge",
        "report-criterion",
        "report-qwk",
        "report-exact",
        "report-within-one",
        "report-mae",
        "report-macro-f1",
        "report-missing",
    ]
    .map(|id| words.s(id));
    let mut table = Table::new(&words.s("report-judges-table"), &head);
    for judge in &figures.judges {
        for criterion in &judge.criteria {
            let comparison = &criterion.comparison;
            table.row(vec![
                words.judge(&judge.name),
                words.name(&criterion.title),
                words.cell(&comparison.qwk, Unit::Plain),
                words.cell(&comparison.exact, Unit::Share),
                words.cell(&comparison.within_one, Unit::Share),
                words.cell(&comparison.mae, Unit::Plain),
                words.cell(&comparison.macro_f1, Unit::Plain),
                comparison.missing.to_string(),
            ]);
        }
    }
    table.html()
}

fn steadiness(figures: &Figures, words: &Words) -> String {
    let head = [
        "report-judge",
        "report-samples",
        "report-unsteady",
        "report-flip",
        "report-within-sd",
        "report-between-sd",
        "report-mass",
    ]
    .map(|id| words.s(id));
    let mut table = Table::new(&words.s("report-steady-table"), &head);
    for (_, judge, criterion) in primary(figures) {
        let spread = &criterion.comparison.spread;
        table.row(vec![
            words.judge(&judge.name),
            judge.samples.to_string(),
            words.cell(&spread.unsteady, Unit::Share),
            words.cell(&spread.flip_rate, Unit::Share),
            words.cell(&spread.within_sd, Unit::Plain),
            words.cell(&spread.between_sd, Unit::Plain),
            judge.mass.map_or_else(|| words.s("report-not-applicable"), percent),
        ]);
    }
    format!("{}{}", words.paragraph("report-steady-how"), table.html())
}

fn harm(figures: &Figures, words: &Words) -> String {
    let judged: Vec<(&JudgeFigures, &FlagComparison)> =
        figures.judges.iter().filter_map(|judge| Some((judge, judge.harm.as_ref()?))).collect();
    if figures.harm.is_none() && judged.is_empty() {
        return String::new();
    }
    let mut out = element("h3", "", &words.s("report-harm-title"));
    if let Some(harm) = &figures.harm {
        let bound = |share: Option<f64>| share.map_or_else(|| "—".to_owned(), percent);
        let values = [
            ("events", harm.events.into()),
            ("n", harm.rate.n.into()),
            ("rate", bound(harm.rate.value).into()),
            ("upper", bound(harm.rate.high).into()),
            ("level", level(&harm.rate).into()),
        ];
        out.push_str(&element("p", "", &words.t("report-harm-sentence", &values)));
    }
    if !judged.is_empty() {
        let head = [
            "report-judge",
            "report-flagged",
            "report-sensitivity",
            "report-specificity",
            "report-balanced-f1",
            "report-missing",
        ]
        .map(|id| words.s(id));
        let mut table = Table::new(&words.s("report-harm-table"), &head);
        for (judge, harm) in judged {
            table.row(vec![
                words.judge(&judge.name),
                words.cell(&harm.flagged, Unit::Share),
                words.cell(&harm.sensitivity, Unit::Share),
                words.cell(&harm.specificity, Unit::Share),
                words.cell(&harm.balanced_f1, Unit::Plain),
                harm.missing.to_string(),
            ]);
        }
        out.push_str(&table.html());
        out.push_str(&format!("<p class=\"soft\">{}</p>\n", escape(&words.s("report-harm-how"))));
    }
    out
}
