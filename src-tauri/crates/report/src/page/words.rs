//! Sentences and numbers of one language.

use shinsa_domain::Text;
use shinsa_i18n::{Lang, Strings, Value};
use shinsa_stats::Estimate;

use crate::format::{Unit, interval};
use crate::html::{element, wrap};

pub(crate) struct Words {
    strings: Strings,
    lang: shinsa_domain::Lang,
}

impl Words {
    pub(crate) fn new(lang: Lang) -> Words {
        let content = match lang {
            Lang::Ja => shinsa_domain::Lang::Ja,
            Lang::En => shinsa_domain::Lang::En,
        };
        Words { strings: Strings::new(lang), lang: content }
    }

    pub(crate) fn t(&self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        self.strings.t(id, values)
    }

    pub(crate) fn s(&self, id: &str) -> String {
        self.strings.s(id)
    }

    /// `id` if the catalogue has it, else `fallback` as it is: for names that come from
    /// the data, such as a judge's.
    pub(crate) fn known(&self, id: &str, fallback: &str) -> String {
        if self.strings.has(id) { self.strings.s(id) } else { fallback.to_owned() }
    }

    pub(crate) fn name(&self, text: &Text) -> String {
        text.get(self.lang).to_owned()
    }

    /// The judge's name as a heading.
    pub(crate) fn judge(&self, name: &str) -> String {
        self.known(&format!("report-judge-{name}"), name)
    }

    /// The sentence for a reason code.
    pub(crate) fn reason(&self, code: Option<&str>) -> String {
        let code = code.unwrap_or("not-measured");
        self.known(&format!("report-reason-{code}"), code)
    }

    /// "undefined", and in brackets a short reason.
    pub(crate) fn undefined(&self, estimate: &Estimate) -> String {
        self.t("report-undefined", &[("reason", self.short(estimate).into())])
    }

    /// The reason in a word or two.
    fn short(&self, estimate: &Estimate) -> String {
        let code = estimate.reason.as_deref().unwrap_or("not-measured");
        self.known(&format!("report-reason-{code}.short"), code)
    }

    /// A value for a table's cell, with its interval, or why there is none, below.
    pub(crate) fn cell(&self, estimate: &Estimate, unit: Unit) -> String {
        let Some(value) = estimate.value else { return self.undefined(estimate) };
        match (interval(estimate, unit), estimate.reason.as_deref()) {
            (Some(range), _) => format!("{}\n{range}", unit.show(value)),
            (None, Some(_)) => format!("{}\n{}", unit.show(value), self.short(estimate)),
            (None, None) => unit.show(value),
        }
    }

    /// The range under a big number.
    pub(crate) fn range(&self, estimate: &Estimate, unit: Unit) -> String {
        if estimate.reason.is_some() {
            return self.short(estimate);
        }
        match (estimate.low, estimate.high) {
            (Some(low), Some(high)) => self.t(
                "report-range",
                &[
                    ("low", unit.show(low).into()),
                    ("high", unit.show(high).into()),
                    ("level", level(estimate).into()),
                ],
            ),
            (None, Some(high)) => self.t(
                "report-at-most",
                &[("high", unit.show(high).into()), ("level", level(estimate).into())],
            ),
            _ => self.s("report-no-interval"),
        }
    }

    pub(crate) fn section(&self, id: &str, heading: &str, inner: &str) -> String {
        let heading = element("h2", "", &self.s(heading));
        format!("<section id=\"{id}\">\n{heading}{inner}</section>\n")
    }

    pub(crate) fn paragraph(&self, id: &str) -> String {
        element("p", "", &self.s(id))
    }

    pub(crate) fn figure(&self, drawing: &str, caption: &str) -> String {
        wrap("figure", "", &format!("{drawing}{}", element("figcaption", "", caption)))
    }
}

/// The confidence level in percent, without needless decimals.
pub(crate) fn level(estimate: &Estimate) -> String {
    let percent = crate::format::fixed(estimate.level * 100.0, 1);
    percent.strip_suffix(".0").unwrap_or(&percent).to_owned()
}

/// Which sentence an alpha deserves: Krippendorff's customary bounds, .8 for sure
/// conclusions and .667 for tentative ones (Content Analysis, 2004, 11.4); a high value
/// whose interval reaches below .667 stays tentative.
pub(crate) fn alpha_verdict(estimate: &Estimate) -> &'static str {
    match estimate.value {
        None => "report-alpha-undefined",
        Some(value) if value >= 0.8 && estimate.low.is_some_and(|low| low >= 0.667) => {
            "report-alpha-high"
        }
        Some(value) if value >= 0.667 => "report-alpha-tentative",
        Some(value) if value > 0.0 => "report-alpha-low",
        Some(_) => "report-alpha-none",
    }
}
