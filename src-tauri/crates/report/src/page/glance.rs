//! The four numbers to carry away.

use shinsa_stats::Estimate;

use super::words::{Words, alpha_verdict, level};
use crate::Figures;
use crate::format::{Unit, fixed, p_value};
use crate::html::{element, wrap};

pub(super) fn section(figures: &Figures, words: &Words) -> String {
    let mut cards = experts(figures, words);
    for judge in &figures.judges {
        if let Some(primary) = judge.criterion(&figures.primary) {
            cards.push_str(&card(
                words,
                &words.judge(&judge.name),
                &primary.comparison.qwk,
                Unit::Plain,
                &words.s("report-glance-qwk"),
            ));
        }
    }
    cards.push_str(&harm(figures, words));
    let mut inner = wrap("div", "cards", &cards);
    inner.push_str(&change(figures, words));
    words.section("glance", "report-glance-title", &inner)
}

fn card(words: &Words, heading: &str, estimate: &Estimate, unit: Unit, sentence: &str) -> String {
    let big = estimate.value.map_or_else(|| "—".to_owned(), |value| unit.show(value));
    let mut inner = element("h3", "", heading);
    inner.push_str(&element("p", "big", &big));
    if estimate.is_defined() {
        inner.push_str(&element("p", "range", &words.range(estimate, unit)));
        inner.push_str(&element("p", "", sentence));
    } else {
        inner.push_str(&element("p", "", &words.reason(estimate.reason.as_deref())));
    }
    wrap("div", "card", &inner)
}

fn experts(figures: &Figures, words: &Words) -> String {
    let Some(primary) = figures.primary_agreement() else { return String::new() };
    let alpha = &primary.agreement.alpha;
    card(
        words,
        &words.s("report-glance-experts"),
        alpha,
        Unit::Plain,
        &words.t(alpha_verdict(alpha), &[]),
    )
}

fn harm(figures: &Figures, words: &Words) -> String {
    let Some(harm) = &figures.harm else { return String::new() };
    let id = if harm.events == 0 { "report-glance-harm-none" } else { "report-glance-harm-some" };
    let values = [
        ("events", harm.events.into()),
        ("n", harm.rate.n.into()),
        ("level", level(&harm.rate).into()),
    ];
    let mut sentence = words.t(id, &values);
    if figures.drawn.is_some() {
        sentence.push(' ');
        sentence.push_str(&words.s("report-glance-drawn"));
    }
    card(words, &words.s("report-glance-harm"), &harm.rate, Unit::Share, &sentence)
}

/// The paired comparison in one sentence; also the judges' section says it.
pub(super) fn change(figures: &Figures, words: &Words) -> String {
    let Some(change) = &figures.change else { return String::new() };
    let (Some(value), Some(p)) = (change.difference.value, change.p) else {
        let reason = change.reason.as_deref().or(change.difference.reason.as_deref());
        return element("p", "", &words.reason(reason));
    };
    let id = match (p < 0.05, value < 0.0) {
        (true, true) => "report-change-better",
        (true, false) => "report-change-worse",
        (false, _) => "report-change-unclear",
    };
    let range = crate::format::interval(&change.difference, Unit::Plain);
    let values = [
        ("difference", fixed(value, 2).into()),
        ("range", range.unwrap_or_default().into()),
        ("p", p_value(p).into()),
        ("cases", change.cases.into()),
    ];
    element("p", "", &words.t(id, &values))
}
