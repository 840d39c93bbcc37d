//! What went in, what it rests on, and how to read it.

use super::words::Words;
use crate::format::{bytes, fixed, whole};
use crate::html::{Table, element, wrap};
use crate::{Figures, Volatile};

/// What went in and what came out.
pub(super) fn data(figures: &Figures, words: &Words) -> String {
    let counts = &figures.counts;
    let mut table = Table::new(&words.s("report-data-table"), &[]);
    let total = counts.cases.values().sum::<usize>();
    table.row(vec![words.s("report-cases"), whole(total as u64)]);
    for (lang, count) in &counts.cases {
        let name = words.known(&format!("report-lang-{lang}"), lang);
        let row = words.t("report-cases-in", &[("language", name.into())]);
        table.row(vec![row, whole(*count as u64)]);
    }
    let rows = [
        ("report-outputs", counts.outputs),
        ("report-ratings", counts.ratings),
        ("report-gold-unanimous", counts.gold_unanimous),
        ("report-gold-adjudicated", counts.gold_adjudicated),
        ("report-undecided", counts.undecided),
    ];
    for (id, count) in rows {
        table.row(vec![words.s(id), whole(count as u64)]);
    }
    for (file, rows) in &counts.exported {
        let row = words.t("report-exported", &[("file", file.as_str().into())]);
        table.row(vec![row, whole(*rows as u64)]);
    }
    let raters: Vec<String> = figures
        .experts
        .raters
        .iter()
        .map(|rater| match &rater.profession {
            Some(profession) => {
                let name = words.known(&format!("report-profession-{profession}"), profession);
                let values = [
                    ("name", rater.name.as_str().into()),
                    ("profession", name.into()),
                    ("n", rater.ratings.into()),
                ];
                words.t("report-rater", &values)
            }
            None => words.t(
                "report-rater-plain",
                &[("name", rater.name.as_str().into()), ("n", rater.ratings.into())],
            ),
        })
        .collect();
    let split = words.t(
        "report-split",
        &[
            ("training", counts.training_outputs.into()),
            ("training_cases", counts.training_cases.into()),
            ("held", counts.held_out_outputs.into()),
            ("held_cases", counts.held_out_cases.into()),
        ],
    );
    let mut inner = element("p", "", &split);
    inner.push_str(&table.html());
    if !raters.is_empty() {
        let list: String = raters.iter().map(|rater| element("li", "", rater)).collect();
        inner.push_str(&element("h3", "", &words.s("report-raters")));
        inner.push_str(&wrap("ul", "", &list));
    }
    words.section("data", "report-data-title", &inner)
}

/// Hashes, seeds, files, times: what someone needs to do it again.
pub(super) fn provenance(figures: &Figures, volatile: &Volatile, words: &Words) -> String {
    let mut inner = words.paragraph("report-record-lead");
    let mut hashes = Table::new(&words.s("report-hashes"), &[]);
    for judge in &figures.judges {
        hashes.row(vec![words.judge(&judge.name), judge.judge.clone()]);
    }
    for hash in &figures.hashes {
        let name = words.known(&format!("report-hash-{}", hash.name), &hash.name);
        hashes.row(vec![name, hash.hash.clone()]);
    }
    for (name, seed) in &figures.seeds {
        let row = words.t("report-seed", &[("name", name.as_str().into())]);
        hashes.row(vec![row, seed.to_string()]);
    }
    inner.push_str(&wrap("div", "hashes", &hashes.html()));

    let mut times = Table::new(&words.s("report-times"), &[]);
    times.row(vec![words.s("report-total-time"), duration(volatile.seconds, words)]);
    for timing in &volatile.timings {
        let name = words.known(&format!("report-phase-{}", timing.phase), &timing.phase);
        times.row(vec![name, duration(timing.seconds, words)]);
    }
    times.row(vec![words.s("report-peak-memory"), bytes(volatile.peak_rss_bytes)]);
    for (name, value) in &volatile.facts {
        times.row(vec![words.known(&format!("report-fact-{name}"), name), value.clone()]);
    }
    inner.push_str(&times.html());

    if !volatile.files.is_empty() {
        let mut files = Table::new(&words.s("report-files"), &[]);
        for file in &volatile.files {
            let name = words.known(&format!("report-file-{}", file.name), &file.name);
            files.row(vec![name, file.path.clone()]);
        }
        inner.push_str(&wrap("div", "files", &files.html()));
    }
    words.section("record", "report-record-title", &inner)
}

fn duration(seconds: f64, words: &Words) -> String {
    if seconds < 60.0 {
        return words.t("report-seconds", &[("s", fixed(seconds, 1).into())]);
    }
    let whole_seconds = seconds.round() as u64;
    let values = [
        ("m", (whole_seconds / 60).to_string().into()),
        ("s", (whole_seconds % 60).to_string().into()),
    ];
    words.t("report-minutes", &values)
}

/// Plain words for every figure.
pub(super) fn reading(words: &Words) -> String {
    let entries = [
        "interval",
        "alpha",
        "ac",
        "raw",
        "kappa",
        "icc",
        "gold",
        "qwk",
        "exact",
        "mae",
        "macro-f1",
        "paired",
        "flip",
        "mass",
        "harm",
        "undefined",
    ];
    let list: String = entries
        .iter()
        .map(|entry| {
            let term = words.s(&format!("report-read-{entry}"));
            let text = words.s(&format!("report-read-{entry}.text"));
            format!("{}{}", element("dt", "", &term), element("dd", "", &text))
        })
        .collect();
    words.section("reading", "report-reading-title", &wrap("dl", "", &list))
}
