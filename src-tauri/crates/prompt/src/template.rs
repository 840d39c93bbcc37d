//! Prompt templates: versioned text, hashed, rendered in a sandbox.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};
use shinsa_domain::{Hash, Lang, hash_bytes};
use thiserror::Error;

/// What can go wrong between a rubric and its prompt.
#[derive(Debug, Error)]
pub enum PromptError {
    /// No template of that name and language is built in.
    #[error("there is no prompt template {name} in {lang}; known are: {known}")]
    UnknownTemplate {
        /// As asked for.
        name: String,
        /// `ja` or `en`.
        lang: &'static str,
        /// The names there are.
        known: String,
    },
    /// The template's own text is broken, or uses a name it isn't given.
    #[error("the prompt template {name} failed: {reason}; correct the template")]
    Template {
        /// Its name.
        name: String,
        /// The engine's words, with the line.
        reason: String,
    },
    /// A criterion that a judge must answer has no answer.
    #[error(
        "criterion {criterion} has no answer; a verdict answers every criterion, so leave this rating out or complete it"
    )]
    Missing {
        /// Its id.
        criterion: String,
    },
    /// A criterion was declined, which a judge can't do.
    #[error(
        "criterion {criterion} was declined; a verdict answers every criterion, so leave this rating out"
    )]
    Declined {
        /// Its id.
        criterion: String,
    },
    /// An answer isn't of its criterion's kind.
    #[error(
        "the answer to criterion {criterion} isn't of its kind; check the rating against the rubric"
    )]
    WrongKind {
        /// Its id.
        criterion: String,
    },
}

impl PromptError {
    /// A short name that never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTemplate { .. } => "prompt-unknown-template",
            Self::Template { .. } => "prompt-template",
            Self::Missing { .. } => "verdict-missing",
            Self::Declined { .. } => "verdict-declined",
            Self::WrongKind { .. } => "verdict-wrong-kind",
        }
    }

    /// The values that a translated message needs, by name.
    #[must_use]
    pub fn args(&self) -> std::collections::BTreeMap<String, String> {
        let pairs: Vec<(&str, String)> = match self {
            Self::UnknownTemplate { name, lang, known } => {
                vec![("name", name.clone()), ("lang", (*lang).to_owned()), ("known", known.clone())]
            }
            Self::Template { name, reason } => {
                vec![("name", name.clone()), ("reason", reason.clone())]
            }
            Self::Missing { criterion }
            | Self::Declined { criterion }
            | Self::WrongKind { criterion } => vec![("criterion", criterion.clone())],
        };
        pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
    }
}

/// The templates that come with the program: name, language, source.
pub const BUILTIN: [(&str, Lang, &str); 8] = [
    ("judge-short", Lang::Ja, include_str!("../../../../resources/prompts/judge-short.ja.jinja")),
    ("judge-short", Lang::En, include_str!("../../../../resources/prompts/judge-short.en.jinja")),
    ("judge-full", Lang::Ja, include_str!("../../../../resources/prompts/judge-full.ja.jinja")),
    ("judge-full", Lang::En, include_str!("../../../../resources/prompts/judge-full.en.jinja")),
    ("answer", Lang::Ja, include_str!("../../../../resources/prompts/answer.ja.jinja")),
    ("answer", Lang::En, include_str!("../../../../resources/prompts/answer.en.jinja")),
    ("incident", Lang::Ja, include_str!("../../../../resources/prompts/incident.ja.jinja")),
    ("incident", Lang::En, include_str!("../../../../resources/prompts/incident.en.jinja")),
];

/// How many template instructions one rendering may take; a rubric's own needs
/// a few thousand.
const FUEL: u64 = 2_000_000;

/// A prompt template: a Jinja source that is rendered with `part` as `system`
/// and as `user`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name, without the language.
    pub name: String,
    /// The language it asks in, and in which the rubric's texts are taken.
    pub lang: Lang,
    source: String,
}

impl Template {
    /// A template that comes with the program: `judge-short` for small models,
    /// `judge-full` for models that can read a page; `answer` for outputs,
    /// `incident` for taking a report apart.
    ///
    /// # Errors
    /// [`PromptError::UnknownTemplate`].
    pub fn builtin(name: &str, lang: Lang) -> Result<Self, PromptError> {
        let found = BUILTIN.iter().find(|(n, l, _)| *n == name && *l == lang);
        let Some((_, _, source)) = found else {
            let mut known: Vec<&str> = BUILTIN.iter().map(|(name, _, _)| *name).collect();
            known.dedup();
            return Err(PromptError::UnknownTemplate {
                name: name.to_owned(),
                lang: lang.code(),
                known: known.join(", "),
            });
        };
        Self::new(name, lang, source)
    }

    /// A template of one's own; line ends are unified, so that its hash is the
    /// same on every system.
    ///
    /// # Errors
    /// [`PromptError::Template`] when it doesn't compile.
    pub fn new(name: &str, lang: Lang, source: &str) -> Result<Self, PromptError> {
        let template =
            Template { name: name.to_owned(), lang, source: source.replace("\r\n", "\n") };
        environment()
            .and_then(|environment| environment.template_from_str(&template.source).map(drop))
            .map_err(|e| template.failed(&e))?;
        Ok(template)
    }

    /// Its source text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// BLAKE3 of the source text.
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash_bytes(self.source.as_bytes())
    }

    pub(crate) fn render(&self, values: Value) -> Result<String, PromptError> {
        let text = environment()
            .and_then(|environment| environment.template_from_str(&self.source)?.render(values))
            .map_err(|e| self.failed(&e))?;
        Ok(text.trim().to_owned())
    }

    fn failed(&self, error: &minijinja::Error) -> PromptError {
        PromptError::Template {
            name: format!("{}.{}", self.name, self.lang.code()),
            reason: format!("{error:#}"),
        }
    }
}

/// No loader, so no includes; names that aren't given are errors; bounded work.
fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    Ok(environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_template_compiles() {
        for (name, lang, _) in BUILTIN {
            Template::builtin(name, lang).unwrap();
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
        let error = Template::builtin("judge-long", Lang::En).unwrap_err();
        assert_eq!(error.code(), "prompt-unknown-template");
        assert!(error.to_string().contains("judge-short"), "{error}");
    }

    #[test]
    fn a_template_can_neither_include_files_nor_run_for_ever() {
        for source in [
            "{% include '/etc/passwd' %}",
            "{% for i in range(100000) %}{% for j in range(100000) %}.{% endfor %}{% endfor %}",
            "{{ nothing.at.all }}",
        ] {
            let template = Template::new("mine", Lang::En, source);
            let result = template.and_then(|t| t.render(minijinja::context! {}));
            assert_eq!(result.unwrap_err().code(), "prompt-template", "{source}");
        }
    }

    #[test]
    fn line_ends_do_not_change_the_hash() {
        let unix = Template::new("a", Lang::Ja, "x\ny").unwrap();
        let windows = Template::new("a", Lang::Ja, "x\r\ny").unwrap();
        assert_eq!(unix.hash(), windows.hash());
    }
}
