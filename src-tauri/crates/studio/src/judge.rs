//! Letting a judge rate outputs, and its verdicts beside gold.

use crate::adapter::adapter_path;
use crate::device::{Chosen, DeviceWish};
use crate::host::{JudgeEndpoint, requests_file};
use crate::judging::{Judging, frozen_outputs};
use crate::project::small;
use crate::studio::every;
use crate::train::{AUDIENCE, template};
use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsa_domain::{
    Answers, Hash, Output, OutputId, Rubric, RubricRef, Run, RunId, RunKind, RunState, Verdict,
    VerdictId, rating_schema, score,
};
use shinsa_jobs::Cancel;
use shinsa_judge::remote::{Endpoint, RemoteSpec};
use shinsa_judge::{JudgeItem, JudgeReport, JudgeSpec, Method, VerdictRecord};
use shinsa_lm::{Numeric, Sampling};
use shinsa_prompt::messages;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Which outputs a judge rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Those with gold in held-out cases: for measuring the judge.
    HeldOut,
    /// Those without gold: what nobody had time for.
    Unrated,
    /// All of them.
    All,
}

/// Runs a judge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgeStart {
    /// The run's name. A run that ended early goes on under the same name and settings.
    pub name: String,
    /// The model file or folder; the embedded one where absent.
    pub model: Option<String>,
    /// The adapter: a training run's name, or a PEFT folder.
    pub adapter: Option<String>,
    /// By which rubric.
    pub rubric: RubricRef,
    /// Which outputs.
    pub which: Which,
    /// At most so many of them, in the order of import.
    pub limit: Option<u32>,
    /// Samples per output, 1 to 100.
    pub samples: u32,
    /// Sampling temperature; 0 takes the likeliest.
    pub temperature: f64,
    /// Seed of the run.
    pub seed: u32,
    /// Threads; all cores where absent.
    pub threads: Option<u32>,
    /// In integers where the weights are: quicker and leaner, and rounded as
    /// llama.cpp rounds. Another judge than the exact one.
    #[serde(default)]
    pub fast: bool,
    /// What should compute. A run that goes on stays on the device it began with.
    #[serde(default)]
    pub device: DeviceWish,
    /// Models that may rate outputs of their own, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_self: Vec<String>,
    /// Exactly the outputs that this finished judging was given, instead of `which`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// One verdict on an output, whose numbers are expectations over the levels'
    /// probabilities, instead of samples. Another judge than the sampled one.
    #[serde(default)]
    pub from_probabilities: bool,
}

/// What a judging run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgeSummary {
    /// The run's id.
    pub run: String,
    /// Its name.
    pub name: String,
    /// Outputs rated.
    pub outputs: u32,
    /// Verdicts stored by this run, earlier ones included.
    pub verdicts: u32,
    /// Verdicts that were asked for and are missing.
    pub missing: u32,
    /// Wall time.
    pub seconds: f64,
    /// Peak resident memory of the worker, bytes.
    pub peak_rss_bytes: f64,
    /// What computed; an endpoint doesn't say.
    pub device: Option<String>,
    /// Why no GPU was used, where one was sought.
    pub no_gpu: Option<StudioError>,
}

/// The same, and why verdicts of an endpoint are missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgeAtReply {
    /// What the run came to.
    #[serde(flatten)]
    pub summary: JudgeSummary,
    /// Samples that were answered without a valid verdict, by the reason's code.
    pub missing_reasons: BTreeMap<String, u32>,
}

/// A judging run in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgeRunView {
    /// The run's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The adapter's name, where it had one.
    pub adapter: Option<String>,
    /// By which rubric.
    pub rubric: RubricRef,
    /// Samples per output.
    pub samples: u32,
    /// `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// Verdicts stored.
    pub verdicts: u32,
}

/// One sample of a verdict, scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct VerdictSample {
    /// Sample k of N.
    pub sample: u32,
    /// The answers.
    pub answers: Answers,
    /// The total by the rubric's scoring.
    pub total: Option<f64>,
    /// The overall label.
    pub label: Option<String>,
}

/// An output's verdicts beside its gold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct VerdictRow {
    /// The output.
    pub output_id: String,
    /// Its key.
    pub output_key: String,
    /// The beginning of its text.
    pub excerpt: String,
    /// The gold answers, where there are any.
    pub gold: Option<Answers>,
    /// The total of gold.
    pub gold_total: Option<f64>,
    /// The samples, in order.
    pub samples: Vec<VerdictSample>,
    /// Mean total of the samples that have one.
    pub mean_total: Option<f64>,
}

const EXCERPT: usize = 80;
/// Room for the verdict; the grammar's own bound is lower for scores only.
const MAX_TOKENS: usize = 256;
/// The same at an endpoint, which can't end a text early: what is cut is missing.
const REMOTE_MAX_TOKENS: usize = 1024;

/// Requests under way at the same time: what small servers have slots for.
const PARALLEL: usize = 4;
/// A verdict on one's own machine, without a GPU, may take minutes.
const TIMEOUT_MS: u64 = 300_000;
/// With waits of 1, 2, 4 and 8 s a server can be restarted meanwhile.
const ATTEMPTS: u32 = 5;
const BACKOFF_MS: u64 = 1000;

/// What the worker is given.
enum Job {
    Local(JudgeSpec),
    Remote(RemoteSpec),
}

struct Plan {
    run: Run,
    rubric: Rubric,
    job: Job,
    /// Whether nothing is left to be judged.
    empty: bool,
    outputs: BTreeMap<String, (Output, Option<Answers>)>,
    stored: usize,
}

impl JudgeStart {
    fn method(&self) -> Method {
        if self.from_probabilities { Method::Probabilities } else { Method::Sampled }
    }
}

impl Studio {
    /// Lets a judge rate outputs. Every verdict is stored as it comes; a run
    /// that ended early goes on where it was.
    ///
    /// # Errors
    /// `nothing-to-judge`, `name-taken`, `bad-samples`, `unknown-adapter`, those
    /// of the model and of the run, `cancelled`.
    pub fn judge(
        &self,
        request: &JudgeStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<JudgeSummary, StudioError> {
        Ok(self.judge_at(request, None, cancel, on)?.summary)
    }

    /// Lets a judge rate outputs, at an endpoint where one is given: its host
    /// must be allowed by the lead.
    ///
    /// # Errors
    /// As [`Studio::judge`], and `endpoint-…`.
    pub fn judge_at(
        &self,
        request: &JudgeStart,
        endpoint: Option<&JudgeEndpoint>,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<JudgeAtReply, StudioError> {
        let chosen = match endpoint {
            None => self.choose_judge(request, cancel)?,
            Some(_) => Chosen::default(),
        };
        let plan = self.plan_judging(request, endpoint, &chosen)?;
        let worker = self.worker_of(&chosen)?;
        let asked = plan.outputs.len() * request.samples as usize;
        let mut rows: BTreeMap<OutputId, Vec<Verdict>> = BTreeMap::new();
        let mut stored = plan.stored;
        let report: Result<Option<JudgeReport>, StudioError> = if plan.empty {
            Ok(None)
        } else {
            let (job, spec) = match &plan.job {
                Job::Local(spec) => ("judge", serde_json::to_value(spec)?),
                Job::Remote(spec) => ("judge-remote", serde_json::to_value(spec)?),
            };
            let value = self.work(&worker, job, &spec, cancel, on, &mut |item, on| {
                let record: VerdictRecord = serde_json::from_value(item)?;
                let (verdict, output, gold) = self.verdict(&plan, record)?;
                self.with(|open| {
                    let op = open.op(&self.ctx, "store-verdict")?;
                    open.project.transact(&op, |tx| {
                        tx.insert_verdicts(std::slice::from_ref(&verdict)).map(|_| ())
                    })?;
                    Ok(())
                })?;
                stored += 1;
                let list = rows.entry(output.id).or_default();
                list.push(verdict);
                if list.len() == request.samples as usize {
                    on(JobUpdate::Verdicts(row(&plan.rubric, output, gold, list)));
                }
                Ok(())
            });
            value.and_then(|value| Ok(Some(serde_json::from_value(value)?)))
        };
        let (state, figures) = match &report {
            Ok(report) => (RunState::Done, serde_json::to_value(report)?),
            Err(error) if error.code == "cancelled" => (RunState::Cancelled, Value::Null),
            Err(error) => (RunState::Failed, serde_json::to_value(error)?),
        };
        let passport = report
            .as_ref()
            .ok()
            .and_then(Option::as_ref)
            .map(|r| (r.passport.clone(), Hash(r.passport_hash.clone())));
        self.with(|open| {
            let op = open.op(&self.ctx, "end-judging")?;
            let run =
                Run { state, ended: Some(self.ctx.now()), passport, figures, ..plan.run.clone() };
            open.project.transact(&op, |tx| tx.update_run(&run))?;
            Ok(())
        })?;
        let report = report?;
        let mut missing_reasons = BTreeMap::new();
        for missing in report.iter().flat_map(|report| &report.missing) {
            *missing_reasons.entry(missing.failure.code.clone()).or_insert(0) += 1;
        }
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let summary = JudgeSummary {
            run: plan.run.id.to_string(),
            name: request.name.clone(),
            outputs: small(plan.outputs.len()),
            verdicts: small(stored),
            missing: small(asked.saturating_sub(stored)),
            seconds: report.as_ref().map_or(0.0, |r| r.seconds),
            peak_rss_bytes: report.as_ref().map_or(0.0, |r| r.peak_rss_bytes as f64),
            device: endpoint.is_none().then_some(chosen.name),
            no_gpu: chosen.reason,
        };
        Ok(JudgeAtReply { summary, missing_reasons })
    }

    fn plan_judging(
        &self,
        request: &JudgeStart,
        endpoint: Option<&JudgeEndpoint>,
        computed: &Chosen,
    ) -> Result<Plan, StudioError> {
        if !(1..=100).contains(&request.samples) {
            return Err(StudioError::new(
                "bad-samples",
                "Samples per output must lie between 1 and 100.",
            ));
        }
        if request.from_probabilities && (request.samples != 1 || endpoint.is_some()) {
            return Err(StudioError::new(
                "probabilities-once",
                "From probabilities there is one verdict on an output, by a model on this machine.",
            ));
        }
        let template = template()?;
        // An endpoint has its own model; none of this machine is needed.
        let model = match endpoint {
            None => self.model_path(request.model.as_deref())?,
            Some(_) => PathBuf::new(),
        };
        self.with(|open| {
            let viewer = open.lead()?;
            let allowed = open.hosts()?;
            if let Some(endpoint) = endpoint {
                Endpoint::parse(&endpoint.url)?.allowed_by(&allowed)?;
            }
            let rubric = open.rubric(&viewer, &request.rubric)?;
            let adapter = request
                .adapter
                .as_deref()
                .map(|name| adapter_path(open.project.path(), name))
                .transpose()?;
            let split = open.split(&viewer)?;
            let view = open.project.view(&viewer);
            let golds: BTreeMap<OutputId, Answers> =
                every(|page| view.golds(&request.rubric, page))?
                    .into_iter()
                    .map(|g| (g.output, g.answers))
                    .collect();
            let mut items = Vec::new();
            let mut outputs = BTreeMap::new();
            let mut config = serde_json::to_value(request)?;
            if let Some(endpoint) = endpoint {
                config["endpoint"] = serde_json::to_value(endpoint)?;
            }
            computed.keep(&mut config);
            let earlier = view.run_by_name(RunKind::Judge, &request.name)?;
            if let Some(run) = &earlier
                && (run.config != config || run.state == RunState::Done)
            {
                return Err(StudioError::new(
                    "name-taken",
                    format!("A judging run called {} exists. Choose another name.", request.name),
                )
                .with("name", &request.name));
            }
            let done: BTreeMap<OutputId, BTreeSet<u32>> = match &earlier {
                Some(run) => view.samples_done(run.id)?,
                None => BTreeMap::new(),
            };
            let frozen = frozen_outputs(open, &viewer, request)?;
            for output in every(|page| view.whole_outputs(page))? {
                let id = output.id;
                if outputs.len() >= request.limit.map_or(usize::MAX, |l| l as usize) {
                    break;
                }
                let gold = golds.get(&id);
                let case = view.case(output.case)?;
                let wanted = match request.which {
                    Which::HeldOut => gold.is_some() && split.holds_out(&case.key),
                    Which::Unrated => gold.is_none(),
                    Which::All => true,
                };
                if !frozen.as_ref().map_or(wanted, |frozen| frozen.contains(&id)) {
                    continue;
                }
                let samples: Vec<u32> = (0..request.samples)
                    .filter(|k| !done.get(&id).is_some_and(|d| d.contains(k)))
                    .collect();
                if !samples.is_empty() {
                    items.push(JudgeItem {
                        id: output.key.clone(),
                        messages: messages(&template, &rubric, AUDIENCE, &case.text, &output)?,
                        schema: rating_schema(&rubric, &case.text, &output, AUDIENCE),
                        samples,
                        judge: 0,
                    });
                }
                outputs.insert(output.key.clone(), (output, gold.cloned()));
            }
            if outputs.is_empty() {
                return Err(StudioError::new("nothing-to-judge", "No output fits this choice."));
            }
            let judging = endpoint.map_or(Judging::Here(&model), Judging::There);
            let chosen: Vec<&Output> = outputs.values().map(|(output, _)| output).collect();
            let own = self.check_own(open, &viewer, &judging, &request.allow_self, &chosen)?;
            let mut inputs = BTreeMap::from([
                ("rubric".to_owned(), rubric.hash()?.0),
                ("prompt_template".to_owned(), template.hash().0),
            ]);
            inputs.extend(own);
            #[allow(clippy::cast_possible_truncation)] // settings of a few digits
            let temperature = request.temperature as f32;
            let sampling = Sampling { temperature, ..Sampling::default() };
            let seed = u64::from(request.seed);
            let empty = items.is_empty();
            let job = match endpoint {
                Some(endpoint) => Job::Remote(RemoteSpec {
                    endpoint: endpoint.url.clone(),
                    model: endpoint.model.clone(),
                    allowed,
                    log: requests_file(open.project.path()),
                    now: self.ctx.now(),
                    items,
                    sampling,
                    seed,
                    max_tokens: REMOTE_MAX_TOKENS,
                    parallel: PARALLEL,
                    timeout_ms: TIMEOUT_MS,
                    attempts: ATTEMPTS,
                    backoff_ms: BACKOFF_MS,
                    inputs,
                }),
                None => Job::Local(JudgeSpec {
                    method: request.method(),
                    model: model.clone(),
                    adapter,
                    beside: Vec::new(),
                    items,
                    device: computed.device,
                    numeric: if request.fast { Numeric::Fast } else { Numeric::Exact },
                    sampling,
                    seed,
                    max_tokens: MAX_TOKENS,
                    batch: computed.batch,
                    threads: request.threads.map(|t| t as usize),
                    inputs,
                }),
            };
            let run = match earlier {
                Some(run) => run,
                None => {
                    let run = Run {
                        id: RunId::new(self.ctx.now(), self.ctx.random()),
                        kind: RunKind::Judge,
                        name: request.name.clone(),
                        config,
                        state: RunState::Running,
                        started: self.ctx.now(),
                        ended: None,
                        passport: None,
                        artefacts: BTreeMap::new(),
                        figures: Value::Null,
                    };
                    let op = open.op(&self.ctx, "start-judging")?;
                    open.project.transact(&op, |tx| tx.insert_run(&run))?;
                    run
                }
            };
            let stored = done.values().map(BTreeSet::len).sum();
            Ok(Plan { run, rubric, job, empty, outputs, stored })
        })
    }

    fn verdict<'p>(
        &self,
        plan: &'p Plan,
        record: VerdictRecord,
    ) -> Result<(Verdict, &'p Output, Option<&'p Answers>), StudioError> {
        let (output, gold) = plan.outputs.get(&record.item).ok_or_else(|| {
            StudioError::new(
                "worker-answer",
                format!("The worker rated {}, which nobody asked for.", record.item),
            )
        })?;
        let verdict = Verdict {
            id: VerdictId::new(self.ctx.now(), self.ctx.random()),
            run: plan.run.id,
            output: output.id,
            sample: record.sample,
            seed: record.seed,
            answers: serde_json::from_value(record.answers)?,
            text: record.text,
            prompt_tokens: record.prompt_tokens,
            verdict_tokens: record.verdict_tokens,
            millis: record.millis,
            mass: record.mass,
            levels: record.levels,
        };
        Ok((verdict, output, gold.as_ref()))
    }

    /// The judging runs of the project, oldest first.
    ///
    /// # Errors
    /// `no-project`, `lead-only`.
    pub fn judge_runs(&self) -> Result<Vec<JudgeRunView>, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let view = open.project.view(&viewer);
            let mut runs = Vec::new();
            for row in every(|page| view.runs(Some(RunKind::Judge), page))? {
                let run = view.run(row.id)?;
                let request: JudgeStart = serde_json::from_value(run.config)?;
                runs.push(JudgeRunView {
                    id: run.id.to_string(),
                    name: run.name,
                    adapter: request.adapter,
                    rubric: request.rubric,
                    samples: request.samples,
                    state: serde_json::to_value(run.state)?.as_str().unwrap_or_default().to_owned(),
                    verdicts: small(
                        view.samples_done(run.id)?.values().map(BTreeSet::len).sum::<usize>(),
                    ),
                });
            }
            Ok(runs)
        })
    }

    /// The verdicts of a run beside gold, as far as the viewer may see them.
    ///
    /// # Errors
    /// `unknown-run`.
    pub fn verdicts(&self, run: &str) -> Result<Vec<VerdictRow>, StudioError> {
        self.with(|open| {
            let viewer = open.viewer()?;
            let view = open.project.view(&viewer);
            open.lead()?;
            let found = every(|page| view.runs(Some(RunKind::Judge), page))?
                .into_iter()
                .find(|r| r.id.to_string() == run || r.name == run);
            let run = found.map(|r| view.run(r.id)).transpose()?.ok_or_else(|| {
                StudioError::new("unknown-run", format!("No judging run is called {run}."))
                    .with("run", run)
            })?;
            let request: JudgeStart = serde_json::from_value(run.config)?;
            let rubric = open.rubric(&viewer, &request.rubric)?;
            let golds: BTreeMap<OutputId, Answers> =
                every(|page| view.golds(&request.rubric, page))?
                    .into_iter()
                    .map(|g| (g.output, g.answers))
                    .collect();
            let mut by_output: BTreeMap<OutputId, Vec<Verdict>> = BTreeMap::new();
            for verdict in every(|page| view.verdicts(run.id, page))? {
                by_output.entry(verdict.output).or_default().push(verdict);
            }
            let mut rows = Vec::new();
            for output in every(|page| view.whole_outputs(page))? {
                if let Some(list) = by_output.get_mut(&output.id) {
                    rows.push(row(&rubric, &output, golds.get(&output.id), list));
                }
            }
            Ok(rows)
        })
    }
}

fn row(
    rubric: &Rubric,
    output: &Output,
    gold: Option<&Answers>,
    verdicts: &mut [Verdict],
) -> VerdictRow {
    verdicts.sort_by_key(|v| v.sample);
    let samples: Vec<VerdictSample> = verdicts
        .iter()
        .map(|v| {
            let scored = score(rubric, &v.answers);
            VerdictSample {
                sample: v.sample,
                answers: v.answers.clone(),
                total: scored.total,
                label: scored.label,
            }
        })
        .collect();
    let totals: Vec<f64> = samples.iter().filter_map(|s| s.total).collect();
    #[allow(clippy::cast_precision_loss)] // at most 100 samples
    let mean = (!totals.is_empty()).then(|| totals.iter().sum::<f64>() / totals.len() as f64);
    VerdictRow {
        output_id: output.id.to_string(),
        output_key: output.key.clone(),
        excerpt: output.text.chars().take(EXCERPT).collect(),
        gold: gold.cloned(),
        gold_total: gold.and_then(|g| score(rubric, g).total),
        samples,
        mean_total: mean,
    }
}
