//! Letting a model write about cases: outputs, and incidents taken apart.
//!
//! Both are runs that go on where they were: what is finished is stored at once,
//! and a run of the same name and settings is asked for what is missing.

mod incidents;
mod outputs;

pub use incidents::IncidentView;

use crate::adapter::adapter_path;
use crate::device::{Chosen, DeviceWish};
use crate::project::small;
use crate::run::{Left, earlier_run};
use crate::studio::every;
use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsa_domain::{Case, Lang, Run, RunKind};
use shinsa_jobs::Cancel;
use shinsa_judge::Skipped;
use shinsa_lm::{Numeric, Sampling};
use shinsa_prompt::Template;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A prompt template of one's own, instead of the one that comes with Shinsa.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPrompt {
    /// A name for it.
    pub name: String,
    /// Its text: Jinja, rendered with `part` as `system` and as `user`.
    pub text: String,
}

/// Starts a run that writes, or goes on with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WriteStart {
    /// The run's name. A run that ended early goes on under the same name and settings.
    pub name: String,
    /// The model file or folder; the embedded one where absent.
    pub model: Option<String>,
    /// The adapter: a training run's name, or a PEFT folder.
    pub adapter: Option<String>,
    /// The prompt; the built-in one in each case's language where absent.
    pub prompt: Option<OwnPrompt>,
    /// At most so many cases, in the order of import.
    pub limit: Option<u32>,
    /// Samples per case, 1 to 100.
    pub samples: u32,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// Most tokens of one text.
    pub max_tokens: u32,
    /// Seed of the run.
    pub seed: u32,
    /// Threads; all cores where absent.
    pub threads: Option<u32>,
    /// In integers where the weights are.
    pub fast: bool,
    /// What should compute. A run that goes on stays on the device it began with.
    #[serde(default)]
    pub device: DeviceWish,
}

/// What a writing run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WriteSummary {
    /// The run's id.
    pub run: String,
    /// Its name.
    pub name: String,
    /// Cases that were asked for.
    pub cases: u32,
    /// Texts stored by this run, earlier ones included.
    pub texts: u32,
    /// Of those written now, how many were cut off at the limit of tokens.
    pub cut: u32,
    /// Cases that could not be written about, with the reason.
    pub skipped: Vec<Skipped>,
    /// Wall time.
    pub seconds: f64,
    /// Peak resident memory of the worker, bytes.
    pub peak_rss_bytes: f64,
    /// What computed.
    pub device: String,
    /// Why no GPU was used, where one was sought.
    pub no_gpu: Option<StudioError>,
}

/// What both kinds of runs know before they begin.
struct Plan {
    run: Run,
    cases: Vec<Case>,
    model: PathBuf,
    adapter: Option<PathBuf>,
    chosen: Chosen,
}

impl WriteStart {
    fn numeric(&self) -> Numeric {
        if self.fast { Numeric::Fast } else { Numeric::Exact }
    }

    /// The template for a case of this language.
    fn template(&self, builtin: &str, lang: Lang) -> Result<Template, StudioError> {
        Ok(match &self.prompt {
            Some(own) => Template::new(&own.name, lang, &own.text)?,
            None => Template::builtin(builtin, lang)?,
        })
    }
}

/// What the passport says of the prompts: a hash per language that was used.
fn inputs(use_of: &str, templates: &[&Template]) -> BTreeMap<String, String> {
    let mut inputs = BTreeMap::from([("use".to_owned(), use_of.to_owned())]);
    for template in templates {
        inputs.insert(format!("prompt_template_{}", template.lang.code()), template.hash().0);
    }
    inputs
}

impl Studio {
    /// Checks the request, and begins or takes up its run.
    fn plan_writing(
        &self,
        request: &WriteStart,
        kind: RunKind,
        cancel: &Cancel,
    ) -> Result<Plan, StudioError> {
        if !(1..=100).contains(&request.samples) {
            return Err(StudioError::new(
                "bad-samples",
                "Samples per case must lie between 1 and 100.",
            ));
        }
        let model = self.model_path(request.model.as_deref())?;
        let chosen = self.choose_for(kind, &request.name, request.device, request.fast, cancel)?;
        self.with(|open| {
            let viewer = open.lead()?;
            let adapter = request
                .adapter
                .as_deref()
                .map(|name| adapter_path(open.project.path(), name))
                .transpose()?;
            let view = open.project.view(&viewer);
            let mut cases = every(|page| view.whole_cases(page))?;
            cases.truncate(request.limit.map_or(usize::MAX, |l| l as usize));
            if cases.is_empty() {
                return Err(StudioError::new(
                    "nothing-to-write",
                    "The project has no cases. Import some first.",
                ));
            }
            let mut config = serde_json::to_value(request)?;
            chosen.keep(&mut config);
            let run = match earlier_run(open, kind, &request.name, &config)? {
                Some(run) => run,
                None => self.begin_run(open, kind, &request.name, config)?,
            };
            Ok(Plan { run, cases, model, adapter, chosen })
        })
    }

    /// Lets the worker write and records how the run ended. Nothing is written
    /// when nothing is missing: `spec` is then `None`.
    fn write(
        &self,
        plan: &Plan,
        job: Option<(&str, Value)>,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
        item: &mut dyn FnMut(Value) -> Result<(), StudioError>,
    ) -> Result<Value, StudioError> {
        let report = match job {
            None => Ok(Value::Null),
            Some((job, spec)) => {
                let worker = self.worker_of(&plan.chosen)?;
                self.work(&worker, job, &spec, cancel, on, &mut |value, _| item(value))
            }
        };
        self.end_run(&plan.run, report, |report| Ok(Left::report(report.clone())))
    }
}

fn summary(plan: &Plan, texts: usize, report: &Value) -> Result<WriteSummary, StudioError> {
    let skipped = match &report["skipped"] {
        Value::Null => Vec::new(),
        skipped => serde_json::from_value(skipped.clone())?,
    };
    Ok(WriteSummary {
        run: plan.run.id.to_string(),
        name: plan.run.name.clone(),
        cases: small(plan.cases.len()),
        texts: small(texts),
        cut: report["cut"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        skipped,
        seconds: report["seconds"].as_f64().unwrap_or(0.0),
        peak_rss_bytes: report["peak_rss_bytes"].as_f64().unwrap_or(0.0),
        device: plan.chosen.name.clone(),
        no_gpu: plan.chosen.reason.clone(),
    })
}
