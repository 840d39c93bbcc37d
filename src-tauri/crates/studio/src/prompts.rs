//! Prompts: those that come with Shinsa, and the versions that a project keeps of
//! them. A version never changes; an edit makes the next one, and a run records the
//! hash of what it was given.

use crate::studio::Open;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsa_domain::{
    Audience, Case, CaseId, CaseText, Hash, Lang, Millis, Origin, Output, OutputId, PromptId,
    Rubric, RubricRef, Viewer, texts_moved,
};
use shinsa_prompt::{BUILTIN, Message, Template, case_messages, messages};
use shinsa_store::Page;
use std::collections::BTreeMap;
use std::fmt;

/// The setting: every kept version, oldest first.
const PROMPTS: &str = "prompts";
/// The setting: the prompt that judging, training, probes and datasets take where
/// none is named. Absent or `null` is the short English one that comes with Shinsa.
const CHOSEN: &str = "judge-prompt";
/// More than any model reads.
const MOST_CHARS: usize = 50_000;

/// What a prompt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum PromptUse {
    /// Writing an output about a case.
    Answer,
    /// Taking a case apart.
    Incident,
    /// Judging an output.
    Judge,
}

impl PromptUse {
    /// Of the prompt of this name.
    fn of(name: &str) -> Self {
        match name {
            "answer" => Self::Answer,
            "incident" => Self::Incident,
            _ => Self::Judge,
        }
    }
}

/// The prompt that a judge is asked with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgePrompt {
    /// `judge-short` or `judge-full`.
    pub name: String,
    /// Its language.
    pub lang: Lang,
    /// The project's version; the one that comes with Shinsa where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

impl JudgePrompt {
    /// What is taken where nothing was ever chosen.
    fn is_usual(&self) -> bool {
        (self.name.as_str(), self.lang, self.version.unwrap_or(0)) == (USUAL.0, USUAL.1, 0)
    }

    fn is(&self, view: &PromptView) -> bool {
        (self.name.as_str(), self.lang, self.version.unwrap_or(0))
            == (view.name.as_str(), view.lang, view.version)
    }
}

/// `judge-full.ja@2`, as passports and dataset cards say it.
impl fmt::Display for JudgePrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}@{}", self.name, self.lang.code(), self.version.unwrap_or(0))
    }
}

/// A kept version, as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    name: String,
    lang: Lang,
    version: u32,
    text: String,
    hash: Hash,
    saved: Millis,
    by: String,
}

/// One version of a prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PromptView {
    /// Its name: `answer`, `incident`, `judge-short`, `judge-full`.
    pub name: String,
    /// Its language.
    pub lang: Lang,
    /// What it is for.
    pub used_for: PromptUse,
    /// 0 comes with Shinsa; the project's own count from 1.
    pub version: u32,
    /// Its text: Jinja, rendered with `part` as `system` and as `user`.
    pub text: String,
    /// BLAKE3 of the text, as runs record it.
    pub hash: String,
    /// When it was kept, in milliseconds since 1970; `null` where it comes with Shinsa.
    pub saved: Option<f64>,
    /// Who kept it.
    pub by: Option<String>,
    /// Whether judging, training, probes and datasets take it where none is named.
    pub chosen: bool,
}

/// Keeps a new version of a prompt, or tries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SavePrompt {
    /// Of which prompt.
    pub name: String,
    /// In which language.
    pub lang: Lang,
    /// The text.
    pub text: String,
}

/// What a model would be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TriedPrompt {
    /// The system turn: the same for every case.
    pub system: String,
    /// The user turn, about the example.
    pub user: String,
    /// The key of the project's case that is the example; `null` for an invented one.
    pub case: Option<String>,
}

impl Kept {
    fn view(self) -> PromptView {
        #[allow(clippy::cast_precision_loss)] // milliseconds, far below 2^53
        let saved = Some(self.saved as f64);
        PromptView {
            used_for: PromptUse::of(&self.name),
            name: self.name,
            lang: self.lang,
            version: self.version,
            text: self.text,
            hash: self.hash.0,
            saved,
            by: Some(self.by),
            chosen: false,
        }
    }
}

impl Open {
    fn kept_prompts(&self, viewer: &Viewer) -> Result<Vec<Kept>, StudioError> {
        match self.project.view(viewer).setting(PROMPTS)? {
            Some(value) => Ok(serde_json::from_value(value)?),
            None => Ok(Vec::new()),
        }
    }

    /// A prompt by name, language and version; 0 or none is the one that comes with
    /// Shinsa.
    ///
    /// # Errors
    /// `prompt-unknown-template`, `unknown-prompt-version`.
    pub(crate) fn prompt(
        &self,
        viewer: &Viewer,
        name: &str,
        lang: Lang,
        version: Option<u32>,
    ) -> Result<Template, StudioError> {
        let Some(version) = version.filter(|version| *version > 0) else {
            return Ok(Template::builtin(name, lang)?);
        };
        let kept = self.kept_prompts(viewer)?;
        let found = kept.iter().find(|k| k.name == name && k.lang == lang && k.version == version);
        let found = found.ok_or_else(|| {
            StudioError::new(
                "unknown-prompt-version",
                format!("The project has no version {version} of the prompt {name}."),
            )
            .with("name", format!("{name}.{}", lang.code()))
            .with("version", version)
        })?;
        Ok(Template::new(name, lang, &found.text)?)
    }
}

/// The prompt that is taken where nothing was ever chosen.
const USUAL: (&str, Lang) = ("judge-short", Lang::En);

fn usual() -> JudgePrompt {
    JudgePrompt { name: USUAL.0.to_owned(), lang: USUAL.1, version: None }
}

impl Open {
    /// The prompt that the project judges with where none is named; `None` for the
    /// usual one.
    pub(crate) fn chosen_prompt(
        &self,
        viewer: &Viewer,
    ) -> Result<Option<JudgePrompt>, StudioError> {
        match self.project.view(viewer).setting(CHOSEN)? {
            Some(value) => Ok(serde_json::from_value(value)?),
            None => Ok(None),
        }
    }

    /// The prompt of a run: the named one, that of its earlier part (`earlier` are its
    /// settings), or else the project's choice.
    ///
    /// # Errors
    /// When the project can't be read.
    pub(crate) fn run_prompt(
        &self,
        viewer: &Viewer,
        named: Option<&JudgePrompt>,
        earlier: Option<&Value>,
    ) -> Result<Option<JudgePrompt>, StudioError> {
        match (named, earlier) {
            (Some(named), _) => Ok(Some(named.clone())),
            (None, Some(earlier)) => match earlier.get("prompt") {
                Some(prompt) => Ok(serde_json::from_value(prompt.clone())?),
                None => Ok(None),
            },
            (None, None) => self.chosen_prompt(viewer),
        }
    }

    /// The template of a judge's prompt; of the usual one where none is given.
    ///
    /// # Errors
    /// As [`Open::prompt`].
    pub(crate) fn judge_template(
        &self,
        viewer: &Viewer,
        prompt: Option<&JudgePrompt>,
    ) -> Result<Template, StudioError> {
        let usual = usual();
        let prompt = prompt.unwrap_or(&usual);
        self.prompt(viewer, &prompt.name, prompt.lang, prompt.version)
    }
}

impl Studio {
    /// Chooses what judging, training, probes and datasets take where no prompt is
    /// named. Runs that have begun stay with theirs.
    ///
    /// # Errors
    /// `lead-only`, `prompt-unknown-template`, `unknown-prompt-version`,
    /// `prompt-without-output` for a prompt that isn't a judge's.
    pub fn choose_prompt(&self, prompt: &JudgePrompt) -> Result<Vec<PromptView>, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            open.judge_template(&viewer, Some(prompt))?;
            if PromptUse::of(&prompt.name) != PromptUse::Judge {
                let words = "{{ output }}";
                let told = format!("The user part of this prompt doesn't hold {words}.");
                return Err(StudioError::new("prompt-without-output", told).with("words", words));
            }
            let kept = Some(prompt).filter(|prompt| !prompt.is_usual());
            if open.chosen_prompt(&viewer)?.as_ref() != kept {
                let value = serde_json::to_value(kept)?;
                let op = open.op(&self.ctx, "choose-prompt")?;
                open.project.transact(&op, |tx| tx.set_setting(CHOSEN, &value))?;
            }
            Ok(())
        })?;
        self.prompts()
    }

    /// Every prompt: as it comes with Shinsa, followed by the project's own versions of
    /// it, oldest first.
    ///
    /// # Errors
    /// `lead-only`.
    pub fn prompts(&self) -> Result<Vec<PromptView>, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let kept = open.kept_prompts(&viewer)?;
            let mut all = Vec::new();
            for (name, lang, text) in BUILTIN {
                all.push(PromptView {
                    name: name.to_owned(),
                    lang,
                    used_for: PromptUse::of(name),
                    version: 0,
                    text: text.to_owned(),
                    hash: Template::builtin(name, lang)?.hash().0,
                    saved: None,
                    by: None,
                    chosen: false,
                });
                let own = kept.iter().filter(|k| k.name == name && k.lang == lang);
                all.extend(own.cloned().map(Kept::view));
            }
            let chosen = open.chosen_prompt(&viewer)?.unwrap_or_else(usual);
            all.iter_mut().for_each(|view| view.chosen = chosen.is(view));
            Ok(all)
        })
    }

    /// Keeps a new version of a prompt, once it was tried. A text that is there already,
    /// here or with Shinsa, makes no new version: that one is the reply.
    ///
    /// # Errors
    /// As [`Studio::try_prompt`].
    pub fn save_prompt(&self, request: &SavePrompt) -> Result<PromptView, StudioError> {
        self.try_prompt(request)?;
        let hash = Template::new(&request.name, request.lang, &request.text)?.hash();
        let same = |view: &PromptView| {
            view.name == request.name && view.lang == request.lang && view.hash == hash.0
        };
        if let Some(there) = self.prompts()?.into_iter().find(same) {
            return Ok(there);
        }
        self.with(|open| {
            let viewer = open.lead()?;
            let mut kept = open.kept_prompts(&viewer)?;
            let own = kept.iter().filter(|k| k.name == request.name && k.lang == request.lang);
            let new = Kept {
                name: request.name.clone(),
                lang: request.lang,
                version: own.map(|k| k.version).max().unwrap_or(0) + 1,
                text: request.text.replace("\r\n", "\n"),
                hash,
                saved: self.ctx.now(),
                by: open.rater()?.name.clone(),
            };
            kept.push(new.clone());
            let value = serde_json::to_value(&kept)?;
            let op = open.op(&self.ctx, "save-prompt")?;
            open.project.transact(&op, |tx| tx.set_setting(PROMPTS, &value))?;
            Ok(new.view())
        })
    }

    /// What a model would be given by this text, with the project's first case or an
    /// invented one. Nothing is kept.
    ///
    /// # Errors
    /// `lead-only`, `prompt-unknown-template`, `prompt-template` with the engine's words,
    /// `prompt-too-long`; `prompt-without-case` and `prompt-without-output` where a model
    /// would not see what it is asked about.
    pub fn try_prompt(&self, request: &SavePrompt) -> Result<TriedPrompt, StudioError> {
        Template::builtin(&request.name, request.lang)?;
        if request.text.chars().count() > MOST_CHARS {
            return Err(StudioError::new(
                "prompt-too-long",
                format!("A prompt has at most {MOST_CHARS} characters."),
            )
            .with("most", MOST_CHARS));
        }
        let template = Template::new(&request.name, request.lang, &request.text)?;
        let used_for = PromptUse::of(&request.name);
        let (case, output, rubric) = self.with(|open| {
            let viewer = open.lead()?;
            let view = open.project.view(&viewer);
            let first = view.whole_cases(Page::first(1))?.rows.into_iter().next();
            let output = view.whole_outputs(Page::first(1))?.rows.into_iter().next();
            let head = open.rubric_heads(&viewer)?.into_iter().next_back();
            let own =
                |h: crate::RubricHead| view.rubric(&RubricRef { id: h.id, version: h.version });
            Ok((first, output, head.map(own).transpose()?))
        })?;
        let rubric = match (rubric, used_for) {
            (Some(rubric), _) => Some(rubric),
            (None, PromptUse::Judge) => Some(crate::rubric::shipped("answer-safety")?),
            (None, _) => None,
        };
        let (now, chance) = (self.ctx.now(), self.ctx.random());
        let mut answer = Output {
            id: OutputId::new(now, chance),
            key: String::new(),
            case: CaseId::new(now, chance),
            prompt: PromptId::new(now, chance),
            sample: 0,
            text: MARK.1.to_owned(),
            items: BTreeMap::new(),
            origin: Origin::default(),
        };
        let render = |case: &CaseText, output: &Output| {
            turns(&template, used_for, rubric.as_ref(), case, output)
        };
        // Marks that stand in no text say whether the model sees what it is asked about.
        let marked = CaseText { what: MARK.0.to_owned(), ..CaseText::default() };
        let [_, user] = &render(&marked, &answer)?;
        if !user.contains(MARK.0) {
            let words = "{{ case.what }}";
            let told = format!("The user part of this prompt doesn't hold {words}.");
            return Err(StudioError::new("prompt-without-case", told).with("words", words));
        }
        if used_for == PromptUse::Judge && !user.contains(MARK.1) {
            let words = "{{ output }}";
            let told = format!("The user part of this prompt doesn't hold {words}.");
            return Err(StudioError::new("prompt-without-output", told).with("words", words));
        }
        let text = case.as_ref().map_or_else(|| example_case(request.lang), |c| c.text.clone());
        let of_case = |o: &Output| case.as_ref().is_some_and(|c: &Case| c.id == o.case);
        match output.filter(of_case) {
            Some(output) => answer = output,
            None => "…".clone_into(&mut answer.text),
        }
        let [system, user] = render(&text, &answer)?;
        Ok(TriedPrompt { system, user, case: case.map(|c| c.key) })
    }
}

/// Private-use characters around them: no case and no prompt has these.
const MARK: (&str, &str) = ("\u{e000}case\u{e001}", "\u{e000}output\u{e001}");

/// The two turns of a prompt.
fn turns(
    template: &Template,
    used_for: PromptUse,
    rubric: Option<&Rubric>,
    case: &CaseText,
    output: &Output,
) -> Result<[String; 2], StudioError> {
    let turns = match (used_for, rubric) {
        (PromptUse::Judge, Some(rubric)) => {
            let audience = Audience::Judge { reasons: true };
            messages(template, &texts_moved(rubric, false), audience, case, output)?
        }
        _ => case_messages(template, case)?,
    };
    let mut turns = turns.into_iter().map(|Message { content, .. }| content);
    Ok([turns.next().unwrap_or_default(), turns.next().unwrap_or_default()])
}

fn example_case(lang: Lang) -> CaseText {
    let what = match lang {
        Lang::Ja => "（ここに事例の文が入ります）",
        Lang::En => "(The case's text stands here.)",
    };
    CaseText { what: what.to_owned(), ..CaseText::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prompt_that_comes_with_shinsa_has_a_use() {
        for (name, ..) in BUILTIN {
            let used_for = PromptUse::of(name);
            assert_eq!(used_for == PromptUse::Judge, name.starts_with("judge"), "{name}");
        }
    }
}
