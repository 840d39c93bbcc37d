//! Judges beside each other on the same outputs.

use shinsa_stats::Versus;

use super::words::Words;
use crate::Figures;
use crate::figures::PairFigures;
use crate::format::{Unit, fixed, p_value};
use crate::html::{Table, element};

/// Every pair with its sentences and its table; nothing without two judges.
pub(super) fn section(figures: &Figures, words: &Words) -> String {
    if figures.pairs.is_empty() {
        return String::new();
    }
    let mut out = element("h3", "", &words.s("report-pairs-judges-title"));
    out.push_str(&words.paragraph("report-pairs-judges-how"));
    for pair in &figures.pairs {
        out.push_str(&one(pair, words));
    }
    out
}

fn one(pair: &PairFigures, words: &Words) -> String {
    let (before, after) = (words.judge(&pair.before), words.judge(&pair.after));
    let names = [("before", before.as_str().into()), ("after", after.as_str().into())];
    if pair.refused.is_some() {
        return element("p", "soft", &words.t("report-pairs-judges-refused", &names));
    }
    let mut out = String::new();
    for criterion in &pair.criteria {
        let id = format!("report-pairs-judges-{}", reading(&criterion.versus));
        let values = [
            ("criterion", words.name(&criterion.title).into()),
            ("before", before.as_str().into()),
            ("after", after.as_str().into()),
        ];
        out.push_str(&element("p", "", &words.t(&id, &values)));
    }
    let head = [
        "report-criterion",
        "report-pairs-judges-error",
        "report-pairs-judges-agreement",
        "report-pairs-judges-tally",
        "report-pairs-judges-p",
        "report-missing",
    ]
    .map(|id| words.s(id));
    let mut table = Table::new(&words.t("report-pairs-judges-table", &names), &head);
    for criterion in &pair.criteria {
        let versus = &criterion.versus;
        let p = |p: Option<f64>| p.map_or_else(|| "—".to_owned(), p_value);
        let test = words.s(&format!("report-test-{}", versus.test));
        table.row(vec![
            words.name(&criterion.title),
            words.cell(&versus.error.difference, Unit::Plain),
            words.cell(&versus.agreement.difference, Unit::Plain),
            format!("{} / {} / {}", versus.wins, versus.losses, versus.ties),
            format!("{}\n{test}", p(versus.p_holm)),
            missing(versus),
        ]);
    }
    out.push_str(&table.html());
    out
}

fn missing(versus: &Versus) -> String {
    let show = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |v| fixed(v, 2));
    if versus.missing == 0 {
        return "0".to_owned();
    }
    let (least, most) = (versus.bounds.least.value, versus.bounds.most.value);
    format!("{}\n{} … {}", versus.missing, show(least), show(most))
}

/// Which sentence: the corrected p value decides whether there is a difference.
fn reading(versus: &Versus) -> &'static str {
    match (versus.p_holm, versus.better()) {
        (None, _) => "nothing",
        (Some(p), Some(better)) if p < 0.05 => {
            if better {
                "better"
            } else {
                "worse"
            }
        }
        _ => "open",
    }
}
