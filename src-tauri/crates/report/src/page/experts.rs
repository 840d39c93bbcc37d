//! Do the experts agree with each other?

use shinsa_stats::Estimate;

use super::words::{Words, alpha_verdict};
use crate::Figures;
use crate::format::{Unit, fixed};
use crate::html::{Table, element};
use crate::plot::{IntervalPlot, IntervalRow, MatrixCell, MatrixPlot};

pub(super) fn section(figures: &Figures, words: &Words) -> String {
    let mut inner = words.paragraph("report-experts-lead");
    if let Some(primary) = figures.primary_agreement() {
        let sentence = words.t(
            "report-experts-primary",
            &[
                ("criterion", words.name(&primary.title).into()),
                ("verdict", words.s(alpha_verdict(&primary.agreement.alpha)).into()),
            ],
        );
        inner.push_str(&element("p", "", &sentence));
    }
    inner.push_str(&intervals(figures, words));
    inner.push_str(&table(figures, words));
    inner.push_str(&pairs(figures, words));
    words.section("experts", "report-experts-title", &inner)
}

fn intervals(figures: &Figures, words: &Words) -> String {
    let mut rows = Vec::new();
    for criterion in &figures.experts.criteria {
        let agreement = &criterion.agreement;
        let mut add = |label: &str, estimate: &'_ Estimate, mark: &'static str, unit, group| {
            rows.push((words.s(label), estimate.clone(), mark, unit, group));
        };
        add(
            "report-alpha",
            &agreement.alpha,
            "first",
            Unit::Plain,
            Some(words.name(&criterion.title)),
        );
        if let Some(ac) = &agreement.ac {
            add("report-ac", ac, "third", Unit::Plain, None);
        }
        add("report-raw", &agreement.raw, "second", Unit::Share, None);
    }
    let title = words.s("report-experts-plot");
    let plot = IntervalPlot {
        id: "plot-experts",
        title: &title,
        description: &words.s("report-see-table"),
        rows: rows
            .iter()
            .map(|(label, estimate, mark, unit, group)| IntervalRow {
                group: group.clone(),
                label: label.clone(),
                estimate,
                unit: *unit,
                mark,
                undefined: words.undefined(estimate),
            })
            .collect(),
        guides: vec![
            (0.667, words.s("report-guide-tentative")),
            (0.8, words.s("report-guide-reliable")),
        ],
    };
    words.figure(&plot.html(), &words.s("report-experts-caption"))
}

fn table(figures: &Figures, words: &Words) -> String {
    let head = [
        "report-criterion",
        "report-units",
        "report-ratings",
        "report-alpha",
        "report-ac",
        "report-raw",
        "report-icc-single",
    ]
    .map(|id| words.s(id));
    let mut table = Table::new(&words.s("report-experts-table"), &head);
    let none = || words.s("report-not-applicable");
    for criterion in &figures.experts.criteria {
        let agreement = &criterion.agreement;
        let optional = |estimate: &Option<Estimate>| {
            estimate.as_ref().map_or_else(none, |estimate| words.cell(estimate, Unit::Plain))
        };
        let units = match criterion.of_items {
            true => words.t("report-units-items", &[("n", agreement.units.into())]),
            false => agreement.units.to_string(),
        };
        table.row(vec![
            words.name(&criterion.title),
            units,
            agreement.ratings.to_string(),
            words.cell(&agreement.alpha, Unit::Plain),
            optional(&agreement.ac),
            words.cell(&agreement.raw, Unit::Share),
            optional(&agreement.icc_single),
        ]);
    }
    table.html()
}

fn pairs(figures: &Figures, words: &Words) -> String {
    let raters = &figures.experts.raters;
    if figures.experts.pairs.is_empty() || raters.len() < 2 {
        return String::new();
    }
    let names: Vec<String> = raters.iter().map(|rater| rater.name.clone()).collect();
    let blank = MatrixCell { text: String::new(), strength: 0.0, diagonal: true };
    let mut cells = vec![vec![blank; raters.len()]; raters.len()];
    let head = ["report-pair", "report-units", "report-kappa", "report-raw"].map(|id| words.s(id));
    let mut table = Table::new(&words.s("report-pairs-table"), &head);
    for pair in &figures.experts.pairs {
        let (Some(a), Some(b)) = (raters.get(pair.a), raters.get(pair.b)) else { continue };
        let cell = MatrixCell {
            text: pair.kappa.value.map_or_else(|| "—".to_owned(), |value| fixed(value, 2)),
            strength: pair.kappa.value.unwrap_or(0.0).clamp(0.0, 1.0),
            diagonal: false,
        };
        cells[pair.a][pair.b] = cell.clone();
        cells[pair.b][pair.a] = cell;
        table.row(vec![
            format!("{} · {}", a.name, b.name),
            pair.n.to_string(),
            words.cell(&pair.kappa, Unit::Plain),
            words.cell(&pair.raw, Unit::Share),
        ]);
    }
    let title = words.s("report-pairs-title");
    let plot = MatrixPlot {
        id: "plot-pairs",
        title: &title,
        description: &words.s("report-see-table"),
        across: "",
        down: "",
        columns: raters.iter().map(|rater| rater.name.clone()).collect(),
        rows: names,
        cells,
        mark: "first",
    };
    let figure = words.figure(&plot.html(), &words.s("report-pairs-caption"));
    let heading = element("h3", "", &title);
    format!("{heading}<div class=\"pair\">{figure}<div>{}</div></div>\n", table.html())
}
