//! What a writing run is given: which cases, what is still missing, by which prompt.

use super::{WriteKind, WriteStart};
use crate::adapter::adapter_path;
use crate::device::Chosen;
use crate::run::earlier_run;
use crate::{Studio, StudioError};
use serde_json::Value;
use shinsa_domain::{Case, CaseId, Lang, Run};
use shinsa_jobs::Cancel;
use shinsa_prompt::{Message, Template, case_messages};
use shinsa_store::Page;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Cases that are read at a time.
const CHUNK: u32 = 200;

/// What is known before any case was read.
pub(super) struct Prepared {
    kind: WriteKind,
    config: Value,
    /// The run of this name that goes on.
    pub earlier: Option<Run>,
    pub model: PathBuf,
    pub adapter: Option<PathBuf>,
    chosen: Chosen,
    templates: BTreeMap<Lang, Template>,
    limit: usize,
    samples: u32,
}

/// A run before its first text. Of cases it holds no more than their ids: their texts
/// are in the worker's specification, and read again one by one.
pub(super) struct Plan {
    pub run: Run,
    pub model: PathBuf,
    pub adapter: Option<PathBuf>,
    /// What computes.
    pub chosen: Chosen,
    pub templates: BTreeMap<Lang, Template>,
    /// By key.
    pub cases: BTreeMap<String, CaseId>,
    /// What the passport says of the use and the prompts.
    pub inputs: BTreeMap<String, String>,
}

/// Takes a case's prompt and the samples that are missing.
type Ask<'a> = &'a mut dyn FnMut(&Case, Vec<Message>, Vec<u32>);

impl Plan {
    /// The case of this key, which the worker wrote about.
    ///
    /// # Errors
    /// `worker-answer` for one that nobody asked for.
    pub fn case(&self, key: &str) -> Result<CaseId, StudioError> {
        self.cases.get(key).copied().ok_or_else(|| {
            StudioError::new(
                "worker-answer",
                format!("The worker wrote about {key}, which nobody asked for."),
            )
        })
    }

    /// The prompt for a case of this language.
    pub fn template(&self, lang: Lang) -> Result<&Template, StudioError> {
        self.templates.get(&lang).ok_or_else(|| {
            StudioError::new("worker-answer", format!("No prompt in {} was made.", lang.code()))
        })
    }
}

impl Studio {
    /// Checks the request; nothing is written.
    pub(super) fn prepare_writing(
        &self,
        request: &WriteStart,
        kind: WriteKind,
        cancel: &Cancel,
    ) -> Result<Prepared, StudioError> {
        if !(1..=100).contains(&request.samples) {
            return Err(StudioError::new(
                "bad-samples",
                "Samples per case must lie between 1 and 100.",
            ));
        }
        let model = self.model_path(request.model.as_deref())?;
        let (run, wish) = (kind.run(), request.device);
        let chosen = self.choose_for(run, &request.name, wish, request.fast, cancel)?;
        self.with(|open| {
            let viewer = open.lead()?;
            let adapter = request
                .adapter
                .as_deref()
                .map(|name| adapter_path(open.project.path(), name))
                .transpose()?;
            let mut templates = BTreeMap::new();
            for lang in [Lang::Ja, Lang::En] {
                let template = match &request.prompt {
                    Some(own) => Template::new(&own.name, lang, &own.text)?,
                    None => {
                        let version = request.versions.get(&lang).copied();
                        open.prompt(&viewer, kind.prompt(), lang, version)?
                    }
                };
                templates.insert(lang, template);
            }
            if open.project.view(&viewer).counts()?.cases == 0 || request.limit == Some(0) {
                return Err(StudioError::new(
                    "nothing-to-write",
                    "The project has no cases. Import some first.",
                ));
            }
            let mut config = serde_json::to_value(request)?;
            chosen.keep(&mut config);
            let earlier = earlier_run(open, kind.run(), &request.name, &config)?;
            Ok(Prepared {
                kind,
                config,
                earlier,
                model,
                adapter,
                chosen,
                templates,
                limit: request.limit.map_or(usize::MAX, |l| l as usize),
                samples: request.samples,
            })
        })
    }

    /// Renders the prompt of every case with samples that are not `done` and passes it
    /// to `item`; then begins the run, or takes it up. Cases are read a few at a time.
    pub(super) fn plan_writing(
        &self,
        prepared: Prepared,
        name: &str,
        done: &dyn Fn(&Case, u32) -> bool,
        item: Ask<'_>,
    ) -> Result<Plan, StudioError> {
        let Prepared { kind, config, earlier, model, adapter, chosen, templates, limit, samples } =
            prepared;
        let mut cases = BTreeMap::new();
        let mut inputs = BTreeMap::from([("use".to_owned(), kind.run_use().to_owned())]);
        let mut page = Some(Page::first(CHUNK));
        while let Some(now) = page.filter(|_| cases.len() < limit) {
            let read = self.with(|open| {
                let viewer = open.lead()?;
                Ok(open.project.view(&viewer).whole_cases(now)?)
            })?;
            for case in read.rows {
                if cases.len() >= limit {
                    break;
                }
                let missing: Vec<u32> = (0..samples).filter(|&k| !done(&case, k)).collect();
                if let Some(template) = templates.get(&case.lang) {
                    inputs
                        .entry(format!("prompt_template_{}", case.lang.code()))
                        .or_insert_with(|| template.hash().0);
                    if !missing.is_empty() {
                        item(&case, case_messages(template, &case.text)?, missing);
                    }
                }
                cases.insert(case.key, case.id);
            }
            page = read.next.map(|next| Page::after(next, CHUNK));
        }
        let run = match earlier {
            Some(run) => run,
            None => self.with(|open| self.begin_run(open, kind.run(), name, config))?,
        };
        Ok(Plan { run, model, adapter, chosen, templates, cases, inputs })
    }
}

impl WriteKind {
    /// As passports have it.
    fn run_use(self) -> &'static str {
        match self {
            Self::Outputs => "output",
            Self::Incidents => "incident",
        }
    }
}
