//! The page, section by section.

mod bounds;
mod drawn;
mod experts;
mod glance;
mod judges;
mod pairs;
mod probes;
mod record;
mod training;
mod words;

use shinsa_i18n::Lang;

use crate::html::{element, escape, wrap};
use crate::{Figures, Volatile};
use words::Words;

/// The page's one style sheet, exactly as it stands in its `<style>` element: a shell
/// that shows the page under a strict policy allows it by its hash.
pub fn style() -> &'static str {
    include_str!("../style.css")
}

/// A page as [`render_html`] makes it, in one scheme whatever the system prefers: for a
/// window that has a choice of its own.
#[must_use]
pub fn in_scheme(page: &str, dark: bool) -> String {
    let (media, scheme) = if dark { ("all", "dark") } else { ("not all", "light") };
    page.replacen("@media (prefers-color-scheme: dark)", &format!("@media {media}"), 1).replacen(
        "color-scheme: light dark;",
        &format!("color-scheme: {scheme};"),
        1,
    )
}

/// The whole report as one HTML page in `lang`.
///
/// It holds no script and asks for nothing from outside; a policy in its head forbids
/// both, should a text ever try. Every text is escaped.
pub fn render_html(figures: &Figures, volatile: &Volatile, lang: Lang) -> String {
    let words = Words::new(lang);
    let title = words.t("report-page-title", &[("project", figures.project.as_str().into())]);
    let mut body = header(figures, &words);
    body.push_str("<main>\n");
    body.push_str(&glance::section(figures, &words));
    body.push_str(&record::data(figures, &words));
    body.push_str(&drawn::section(figures, &words));
    body.push_str(&experts::section(figures, &words));
    body.push_str(&training::section(figures, &words));
    body.push_str(&judges::section(figures, &words));
    body.push_str(&probes::section(figures, &words));
    body.push_str(&record::provenance(figures, volatile, &words));
    body.push_str(&record::reading(&words));
    body.push_str("</main>\n");
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n<style>{}</style>\n</head>\n\
         <body>\n{body}</body>\n</html>\n",
        lang.tag(),
        escape(&title),
        style()
    )
}

fn header(figures: &Figures, words: &Words) -> String {
    let counts = &figures.counts;
    let line = words.t(
        "report-header-line",
        &[
            ("rubric", words.name(&figures.rubric.title).into()),
            ("version", figures.rubric.version.into()),
            ("cases", counts.cases.values().sum::<usize>().into()),
            ("outputs", counts.outputs.into()),
            ("raters", figures.experts.raters.len().into()),
        ],
    );
    let mut out = element("p", "eyebrow", &words.s("report-eyebrow"));
    out.push_str(&element("h1", "", &figures.project));
    out.push_str(&element("p", "soft", &line));
    if figures.synthetic {
        out.push_str(&element("p", "note", &words.s("report-synthetic")));
    }
    wrap("header", "", &out)
}
