//! One language's catalogue and the lookup of a sentence in it.

use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource};
use fluent_syntax::ast::Pattern;
use unic_langid::LanguageIdentifier;

use crate::Lang;

/// A value put into a sentence: `"text".into()`, `3.into()`, `0.5.into()`.
/// Numbers choose plural forms; pass text where the digits must not be touched.
pub use fluent_bundle::FluentValue as Value;

/// The embedded files of a language as (name, text).
pub fn sources(lang: Lang) -> [(&'static str, &'static str); 5] {
    macro_rules! embedded {
        ($tag:literal) => {
            [
                ("cli", include_str!(concat!("../../../../resources/i18n/", $tag, "/cli.ftl"))),
                (
                    "errors",
                    include_str!(concat!("../../../../resources/i18n/", $tag, "/errors.ftl")),
                ),
                ("help", include_str!(concat!("../../../../resources/i18n/", $tag, "/help.ftl"))),
                (
                    "report",
                    include_str!(concat!("../../../../resources/i18n/", $tag, "/report.ftl")),
                ),
                ("ui", include_str!(concat!("../../../../resources/i18n/", $tag, "/ui.ftl"))),
            ]
        };
    }
    match lang {
        Lang::Ja => embedded!("ja"),
        Lang::En => embedded!("en"),
    }
}

/// Every sentence of one language. Build it once; it can be shared by threads.
pub struct Strings {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Strings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Strings").field("lang", &self.lang).finish_non_exhaustive()
    }
}

impl Strings {
    /// The embedded catalogue of `lang`. A broken entry is left out and so shows
    /// as its id; the crate's tests keep broken entries from being shipped.
    pub fn new(lang: Lang) -> Strings {
        let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The isolating marks (U+2068, U+2069) would end up in files and JSON.
        bundle.set_use_isolating(false);
        for (_, text) in sources(lang) {
            let resource = match FluentResource::try_new(text.to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Strings { lang, bundle }
    }

    /// The language of these strings.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether the catalogue has this id (`message` or `message.attribute`).
    pub fn has(&self, id: &str) -> bool {
        self.pattern(id).is_some()
    }

    /// The sentence `id` with its variables filled in. A missing id comes back
    /// as itself, and a missing variable as `{$name}`, so that a gap is seen and
    /// nothing is ever silently empty.
    pub fn t(&self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        let Some(pattern) = self.pattern(id) else {
            return id.to_owned();
        };
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(*name, value.clone());
        }
        let mut problems: Vec<FluentError> = Vec::new();
        self.bundle.format_pattern(pattern, Some(&args), &mut problems).into_owned()
    }

    /// `t` without variables.
    pub fn s(&self, id: &str) -> String {
        self.t(id, &[])
    }

    /// The message for a stable error code (`error-CODE` in `errors.ftl`), its
    /// arguments as variables. An unknown code is shown with its arguments, so
    /// that a report of it still helps.
    pub fn error<K: AsRef<str>, V: AsRef<str>>(
        &self,
        code: &str,
        args: impl IntoIterator<Item = (K, V)>,
    ) -> String {
        let args: Vec<(K, V)> = args.into_iter().collect();
        let id = format!("error-{code}");
        if self.has(&id) {
            let values: Vec<(&str, Value<'_>)> =
                args.iter().map(|(k, v)| (k.as_ref(), Value::from(v.as_ref()))).collect();
            return self.t(&id, &values);
        }
        let mut text = code.to_owned();
        for (name, value) in &args {
            text.push_str(&format!("; {}: {}", name.as_ref(), value.as_ref()));
        }
        text
    }

    fn pattern(&self, id: &str) -> Option<&Pattern<&str>> {
        match id.split_once('.') {
            Some((message, attribute)) => {
                Some(self.bundle.get_message(message)?.get_attribute(attribute)?.value())
            }
            None => self.bundle.get_message(id)?.value(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings_of(text: &str) -> Strings {
        let mut strings = Strings::new(Lang::En);
        strings.bundle.add_resource_overriding(FluentResource::try_new(text.to_owned()).unwrap());
        strings
    }

    #[test]
    fn a_missing_id_shows_itself() {
        let strings = Strings::new(Lang::Ja);
        assert_eq!(strings.s("no-such-sentence"), "no-such-sentence");
        assert!(!strings.has("no-such-sentence"));
    }

    #[test]
    fn variables_are_filled_in_without_isolating_marks() {
        let strings =
            strings_of("test-greeting = Cases: { $n } in { $place }\n    .title = T { $n }\n");
        let values = [("n", 3.into()), ("place", "病棟".into())];
        assert_eq!(strings.t("test-greeting", &values), "Cases: 3 in 病棟");
        assert_eq!(strings.t("test-greeting.title", &values), "T 3");
        assert_eq!(strings.t("test-greeting", &[("n", 3.into())]), "Cases: 3 in {$place}");
    }

    #[test]
    fn english_numbers_choose_their_plural() {
        let strings =
            strings_of("test-n = { $n ->\n    [one] one case\n   *[other] { $n } cases\n }\n");
        assert_eq!(strings.t("test-n", &[("n", 1.into())]), "one case");
        assert_eq!(strings.t("test-n", &[("n", 2.into())]), "2 cases");
    }

    #[test]
    fn an_unknown_error_code_keeps_its_arguments() {
        let strings = strings_of("error-test-known = Row { $row } is broken.\n");
        assert_eq!(strings.error("test-known", [("row", "4")]), "Row 4 is broken.");
        assert_eq!(strings.error("test-unknown", [("row", "4")]), "test-unknown; row: 4");
    }

    #[test]
    fn strings_can_be_shared_by_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Strings>();
    }
}
