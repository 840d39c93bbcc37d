//! How outputs came to their raters, where not all were as likely as the others.

use super::words::Words;
use crate::format::{Unit, fixed};
use crate::html::{Table, element};
use crate::{DrawnWhat, Figures};

pub(super) fn section(figures: &Figures, words: &Words) -> String {
    let Some(drawn) = &figures.drawn else { return String::new() };
    let all = drawn.random + drawn.disagreement + drawn.uncertainty + drawn.not_drawn;
    let counts = [
        ("all", all.into()),
        ("random", drawn.random.into()),
        ("disagreement", drawn.disagreement.into()),
        ("uncertainty", drawn.uncertainty.into()),
        ("other", drawn.not_drawn.into()),
    ];
    let mut inner = element("p", "note", &words.t("report-drawn-lead", &counts));
    if !drawn.shares.is_empty() {
        let head = [
            "report-drawn-share",
            "report-drawn-plain",
            "report-drawn-weighted",
            "report-drawn-n",
            "report-drawn-effective",
        ]
        .map(|id| words.s(id));
        let mut table = Table::new(&words.s("report-drawn-table"), &head);
        for share in &drawn.shares {
            let name = match &share.what {
                DrawnWhat::Harm(title) => words.name(title),
                DrawnWhat::Label(label) => {
                    words.t("report-drawn-label", &[("label", label.as_str().into())])
                }
            };
            let effective = share.effective.map(|size| fixed(size, 1));
            table.row(vec![
                name,
                words.cell(&share.plain, Unit::Share),
                words.cell(&share.weighted, Unit::Share),
                share.weighted.n.to_string(),
                effective.unwrap_or_else(|| words.s("report-not-applicable")),
            ]);
        }
        inner.push_str(&words.paragraph("report-drawn-how"));
        inner.push_str(&table.html());
    }
    words.section("drawn", "report-drawn-title", &inner)
}
