//! What the shell says: results on standard output, everything else on
//! standard error; as JSON or in the user's language.

use serde::Serialize;
use shinsa_studio::StudioError;
use shinsa_studio::i18n::{Lang, Strings, Value};
use std::io::Write;

/// The two streams, in one language.
pub struct Out {
    strings: Strings,
    /// One JSON object instead of text.
    pub json: bool,
}

impl Out {
    /// Output in `lang`.
    pub fn new(lang: Lang, json: bool) -> Self {
        Self { strings: Strings::new(lang), json }
    }

    /// The language as domain knows it.
    pub fn lang(&self) -> shinsa_studio::Lang {
        match self.strings.lang() {
            Lang::Ja => shinsa_studio::Lang::Ja,
            Lang::En => shinsa_studio::Lang::En,
        }
    }

    /// A sentence.
    pub fn t(&self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        self.strings.t(id, values)
    }

    /// A line of the result.
    pub fn line(&self, text: &str) {
        if !self.json {
            // A reader that closed the pipe has read enough.
            let _ = writeln!(std::io::stdout(), "{text}");
        }
    }

    /// A sentence of the result.
    pub fn say(&self, id: &str, values: &[(&str, Value<'_>)]) {
        self.line(&self.t(id, values));
    }

    /// What computed, and why no GPU did where one was sought.
    pub fn computed_on(&self, device: &str, no_gpu: Option<&StudioError>) {
        self.say("cli-computed-on", &[("device", device.into())]);
        if let Some(reason) = no_gpu {
            self.line(&self.sentence(reason));
        }
    }

    /// A sentence beside the result.
    pub fn note(&self, id: &str, values: &[(&str, Value<'_>)]) {
        let _ = writeln!(std::io::stderr(), "{}", self.t(id, values));
    }

    /// The result as one JSON object on one line.
    pub fn object(&self, value: &impl Serialize) -> Result<(), StudioError> {
        if self.json {
            let text = serde_json::to_string(value)?;
            let _ = writeln!(std::io::stdout(), "{text}");
        }
        Ok(())
    }

    /// The sentence of an error code with its arguments.
    pub fn problem<'a>(
        &self,
        code: &str,
        args: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> String {
        self.strings.error(code, args.into_iter().map(|(k, v)| (k.as_str(), v.as_str())))
    }

    /// Why it failed, on standard error; with `--json` also as an object.
    pub fn error(&self, error: &StudioError) {
        if self.json {
            let _ = self.object(&serde_json::json!({"error": error}));
        }
        self.plain_error(&self.sentence(error));
    }

    /// An error in words.
    pub fn sentence(&self, error: &StudioError) -> String {
        if self.strings.has(&format!("error-{}", error.code)) {
            self.problem(&error.code, &error.args)
        } else {
            format!("{}: {}", error.code, error.message())
        }
    }

    /// A sentence that says what went wrong.
    pub fn plain_error(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{} {text}", self.t("cli-error", &[]));
    }
}
