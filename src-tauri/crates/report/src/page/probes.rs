//! Probes: what the order of the rubric and the length of an answer do to verdicts.

use super::words::Words;
use crate::Figures;
use crate::figures::ProbeFigures;
use crate::format::{Unit, p_value};
use crate::html::{Table, element};

/// A table for every probe; nothing without any.
pub(super) fn section(figures: &Figures, words: &Words) -> String {
    if figures.probes.is_empty() {
        return String::new();
    }
    let mut inner = words.paragraph("report-probes-lead");
    for probe in &figures.probes {
        inner.push_str(&one(probe, words));
    }
    words.section("probes", "report-probes-title", &inner)
}

fn one(probe: &ProbeFigures, words: &Words) -> String {
    let values = [
        ("name", probe.name.as_str().into()),
        ("outputs", probe.outputs.into()),
        ("missing", probe.missing.into()),
        ("chars", probe.filler_chars.unwrap_or(0).into()),
    ];
    let id = if probe.kind == "order" { "report-probe-order" } else { "report-probe-verbosity" };
    let mut out = element("p", "", &words.t(id, &values));
    let head = [
        "report-criterion",
        "report-probe-plain",
        "report-probe-changed",
        "report-probe-effect",
        "report-pairs-judges-p",
        "report-probe-flips",
    ]
    .map(|id| words.s(id));
    let mut table = Table::new(&probe.name, &head);
    let none = || words.s("report-not-applicable");
    for criterion in &probe.criteria {
        let mean = |e: &Option<shinsa_stats::Estimate>| {
            e.as_ref().map_or_else(none, |e| words.cell(e, Unit::Plain))
        };
        let effect = criterion.effect.as_ref();
        table.row(vec![
            words.name(&criterion.title),
            mean(&criterion.plain),
            mean(&criterion.changed),
            effect.map_or_else(none, |e| words.cell(&e.difference, Unit::Plain)),
            criterion.p_holm.map_or_else(none, p_value),
            words.cell(&criterion.flips, Unit::Share),
        ]);
    }
    out.push_str(&table.html());
    out
}
