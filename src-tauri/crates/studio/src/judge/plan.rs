//! What a judging run is given: which outputs, what is still missing, which judge.

use super::JudgeStart;
use super::request::{Reasons, Which};
use crate::adapter::adapter_path;
use crate::device::Chosen;
use crate::host::{JudgeEndpoint, requests_file};
use crate::judging::{Judging as Whose, frozen_outputs};
use crate::run::earlier_run;
use crate::studio::{Open, every};
use crate::{JobUpdate, Studio, StudioError};
use shinsa_domain::rubric::{Criterion, Kind, Source};
use shinsa_domain::{
    Audience, OutputId, Rubric, Run, RunKind, RunState, Viewer, rating_schema, texts_moved,
};
use shinsa_jobs::Cancel;
use shinsa_judge::remote::{Endpoint, RemoteSpec};
use shinsa_judge::{JudgeItem, JudgeSpec};
use shinsa_lm::{Numeric, Sampling};
use shinsa_prompt::{Template, messages};
use shinsa_store::OutputRow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Room for the verdict; the grammar's own bound is lower for scores only.
const MAX_TOKENS: usize = 256;
/// The same with reasons; a longer one is ended early.
const REASONED: usize = 512;
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
pub(super) enum Job {
    Local(JudgeSpec),
    Remote(RemoteSpec),
}

/// One judge's run, and how many verdicts an earlier part of it made.
pub(super) struct Judging {
    pub run: Run,
    pub stored: usize,
}

/// Runs before their first verdict: the request's, and those beside it.
pub(super) struct Plan {
    pub runs: Vec<Judging>,
    pub rubric: Rubric,
    pub job: Job,
    /// Outputs by key.
    pub outputs: BTreeMap<String, OutputId>,
    /// What is still to be judged.
    pub items: Items,
}

/// The samples that are there, by output.
type Done = BTreeMap<OutputId, BTreeSet<u32>>;

/// What is still to be judged: rendered when it is asked for, and then dropped.
pub(super) struct Items {
    /// Outputs of which something is missing, and by which judge.
    missing: Vec<(OutputId, usize)>,
    /// By judge.
    done: Vec<Done>,
    samples: u32,
    /// As the judge is asked it.
    rubric: Rubric,
    template: Template,
    audience: Audience,
}

impl Items {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.missing.len()
    }

    /// Whether an earlier part of the run made some of an output's verdicts.
    pub fn is_begun(&self, output: OutputId, judge: usize) -> bool {
        self.done.get(judge).is_some_and(|done| done.contains_key(&output))
    }

    /// Those at some places.
    ///
    /// # Errors
    /// When the project can't be read.
    pub fn read(&self, open: &Open, at: &[usize]) -> Result<Vec<JudgeItem>, StudioError> {
        let viewer = open.lead()?;
        let view = open.project.view(&viewer);
        let item = |&(id, judge): &(OutputId, usize)| {
            let output = view.output(id)?;
            let case = view.case(output.case)?;
            let done = self.done.get(judge).and_then(|done| done.get(&id));
            let missing = |k: &u32| !done.is_some_and(|done| done.contains(k));
            Ok(JudgeItem {
                messages: messages(
                    &self.template,
                    &self.rubric,
                    self.audience,
                    &case.text,
                    &output,
                )?,
                schema: rating_schema(&self.rubric, &case.text, &output, self.audience),
                samples: (0..self.samples).filter(missing).collect(),
                judge,
                id: output.key,
            })
        };
        at.iter().filter_map(|&at| self.missing.get(at)).map(item).collect()
    }
}

impl Studio {
    /// Checks the request, and begins or takes up its runs.
    pub(super) fn plan_judging(
        &self,
        request: &JudgeStart,
        endpoint: Option<&JudgeEndpoint>,
        computed: &Chosen,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<Plan, StudioError> {
        check(request, endpoint)?;
        // An endpoint has its own model; none of this machine is needed.
        let model = match endpoint {
            None => self.model_path(request.model.as_deref())?,
            Some(_) => PathBuf::new(),
        };
        let weights = match endpoint {
            None => self.judge_weights(&model, cancel, on)?,
            Some(_) => None,
        };
        self.with(|open| {
            let viewer = open.lead()?;
            let allowed = open.hosts()?;
            if let Some(endpoint) = endpoint {
                Endpoint::parse(&endpoint.url)?.allowed_by(&allowed)?;
            }
            let rubric = open.rubric(&viewer, &request.rubric)?;
            let asked = asked(request, &rubric)?;
            let begun = open.project.view(&viewer).run_by_name(RunKind::Judge, &request.name)?;
            let begun = begun.filter(|run| run.state != RunState::Done).map(|run| run.config);
            let prompt = open.run_prompt(&viewer, request.prompt.as_ref(), begun.as_ref())?;
            let request = &JudgeStart { prompt, ..request.clone() };
            let template = open.judge_template(&viewer, request.prompt.as_ref())?;
            let judges = request.judges();
            let path = open.project.path().to_owned();
            let adapter = |judge: &JudgeStart| {
                judge.adapter.as_deref().map(|name| adapter_path(&path, name)).transpose()
            };
            let mut adapters = judges.iter().map(adapter).collect::<Result<Vec<_>, _>>()?;
            let (mut earlier, mut done) = (Vec::new(), Vec::new());
            for judge in &judges {
                let mut config = serde_json::to_value(judge)?;
                if let Some(endpoint) = endpoint {
                    config["endpoint"] = serde_json::to_value(endpoint)?;
                }
                computed.keep(&mut config);
                let run = earlier_run(open, RunKind::Judge, &judge.name, &config)?;
                done.push(match &run {
                    Some(run) => open.project.view(&viewer).samples_done(run.id)?,
                    None => Done::new(),
                });
                earlier.push((&judge.name, config, run));
            }
            let rows = chosen(open, &viewer, request)?;
            if rows.is_empty() {
                return Err(StudioError::new("nothing-to-judge", "No output fits this choice."));
            }
            let judging = endpoint.map_or(Whose::Here(&model), Whose::There);
            let (weights, allow) = (weights.as_deref(), &request.allow_self);
            let view = open.project.view(&viewer);
            let whole = rows.iter().map(|row| Ok(view.output(row.id)?));
            let own = self.check_own(open, &viewer, &judging, weights, allow, whole)?;
            let mut inputs = BTreeMap::from([
                ("rubric".to_owned(), rubric.hash()?.0),
                ("prompt_template".to_owned(), template.hash().0),
            ]);
            inputs.extend(own);
            inputs.extend(request.reasons.said().map(|s| ("reasons".to_owned(), s.to_owned())));
            let max_tokens = if request.reasons == Reasons::None { MAX_TOKENS } else { REASONED };
            #[allow(clippy::cast_possible_truncation)] // settings of a few digits
            let temperature = request.temperature as f32;
            let sampling = Sampling { temperature, ..Sampling::default() };
            let seed = u64::from(request.seed);
            let stored: Vec<usize> =
                done.iter().map(|done| done.values().map(BTreeSet::len).sum()).collect();
            let items = missing(&rows, request, done, asked, template);
            let job = match endpoint {
                Some(endpoint) => Job::Remote(RemoteSpec {
                    endpoint: endpoint.url.clone(),
                    model: endpoint.model.clone(),
                    allowed,
                    log: requests_file(open.project.path()),
                    now: self.ctx.now(),
                    items: items.read(open, &(0..items.count()).collect::<Vec<_>>())?,
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
                    adapter: adapters.remove(0),
                    beside: adapters,
                    items: Vec::new(),
                    asked: items.count(),
                    device: computed.device,
                    numeric: if request.fast { Numeric::Fast } else { Numeric::Exact },
                    sampling,
                    seed,
                    max_tokens,
                    batch: computed.batch,
                    threads: request.threads.map(|t| t as usize),
                    inputs,
                }),
            };
            let mut runs = Vec::new();
            for ((name, config, earlier), stored) in earlier.into_iter().zip(stored) {
                let run = match earlier {
                    Some(run) => run,
                    None => self.begin_run(open, RunKind::Judge, name, config)?,
                };
                runs.push(Judging { run, stored });
            }
            let outputs = rows.into_iter().map(|row| (row.key, row.id)).collect();
            Ok(Plan { runs, rubric, job, outputs, items })
        })
    }
}

fn check(request: &JudgeStart, endpoint: Option<&JudgeEndpoint>) -> Result<(), StudioError> {
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
    if !request.beside.is_empty() && endpoint.is_some() {
        return Err(StudioError::new(
            "beside-here",
            "Judges beside each other share a model on this machine; an endpoint's has a run of its own.",
        ));
    }
    let mut names = BTreeSet::from([&request.name]);
    if let Some(twice) = request.beside.iter().find(|one| !names.insert(&one.name)) {
        return Err(StudioError::new(
            "name-taken",
            format!("Two judges are called {}. Give each a name of its own.", twice.name),
        )
        .with("name", &twice.name));
    }
    Ok(())
}

/// The rubric as the judge is asked it.
///
/// # Errors
/// `judge-no-reasons` where reasons are wanted and the rubric asks for none.
fn asked(request: &JudgeStart, rubric: &Rubric) -> Result<Rubric, StudioError> {
    let text = |c: &Criterion| matches!(c.kind, Kind::Text { .. }) && c.source == Source::Asked;
    match request.reasons {
        Reasons::None => Ok(rubric.clone()),
        _ if !rubric.criteria.iter().any(text) => Err(StudioError::new(
            "judge-no-reasons",
            "This rubric asks for no text, so there are no reasons to write.",
        )),
        reasons => Ok(texts_moved(rubric, reasons == Reasons::First)),
    }
}

/// What is still to be judged of some outputs.
fn missing(
    rows: &[OutputRow],
    request: &JudgeStart,
    done: Vec<Done>,
    rubric: Rubric,
    template: Template,
) -> Items {
    let whole = |done: &Done, id: OutputId| {
        let there = |k| done.get(&id).is_some_and(|done| done.contains(&k));
        (0..request.samples).all(there)
    };
    let mut missing = Vec::new();
    for row in rows {
        let judges = done.iter().enumerate().filter(|(_, done)| !whole(done, row.id));
        missing.extend(judges.map(|(judge, _)| (row.id, judge)));
    }
    let audience = Audience::Judge { reasons: request.reasons != Reasons::None };
    Items { missing, done, samples: request.samples, rubric, template, audience }
}

/// The outputs that the request names, in the order of import.
///
/// # Errors
/// Those of [`frozen_outputs`].
pub(super) fn chosen(
    open: &Open,
    viewer: &Viewer,
    request: &JudgeStart,
) -> Result<Vec<OutputRow>, StudioError> {
    let split = open.split(viewer)?;
    let view = open.project.view(viewer);
    let golds: BTreeSet<OutputId> =
        every(|page| view.golds(&request.rubric, page))?.into_iter().map(|g| g.output).collect();
    let frozen = frozen_outputs(open, viewer, request)?;
    let wanted = |row: &OutputRow| match (&frozen, request.which) {
        (Some(frozen), _) => frozen.contains(&row.id),
        (None, Which::HeldOut) => golds.contains(&row.id) && split.holds_out(&row.case_key),
        (None, Which::Unrated) => !golds.contains(&row.id),
        (None, Which::All) => true,
    };
    let mut rows = every(|page| view.outputs(None, page))?;
    rows.retain(wanted);
    rows.truncate(request.limit.map_or(usize::MAX, |limit| limit as usize));
    Ok(rows)
}
