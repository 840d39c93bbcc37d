//! What a judging run is given: which outputs, what is still missing, which judge.

use super::JudgeStart;
use super::request::{Reasons, Which};
use crate::adapter::adapter_path;
use crate::device::Chosen;
use crate::host::{JudgeEndpoint, requests_file};
use crate::judging::{Judging as Whose, frozen_outputs};
use crate::run::earlier_run;
use crate::studio::{Open, every};
use crate::train::template;
use crate::{JobUpdate, Studio, StudioError};
use shinsa_domain::rubric::{Criterion, Kind, Source};
use shinsa_domain::{
    Answers, Audience, Output, OutputId, Rubric, Run, RunKind, Viewer, rating_schema, texts_moved,
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
    /// Whether nothing is left to be judged.
    pub empty: bool,
    /// By key, each with its gold.
    pub outputs: BTreeMap<String, (Output, Option<Answers>)>,
}

/// The samples that are there, by output.
type Done = BTreeMap<OutputId, BTreeSet<u32>>;

/// Outputs by key, each with its gold, and what is still to be judged of them.
type Asked = (BTreeMap<String, (Output, Option<Answers>)>, Vec<JudgeItem>);

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
            let template = match &request.prompt {
                Some(own) => open.prompt(&viewer, &own.name, own.lang, own.version)?,
                None => template()?,
            };
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
            let (outputs, items) = choose(open, &viewer, request, &asked, &template, &done)?;
            let judging = endpoint.map_or(Whose::Here(&model), Whose::There);
            let chosen: Vec<&Output> = outputs.values().map(|(output, _)| output).collect();
            let (weights, allow) = (weights.as_deref(), &request.allow_self);
            let own = self.check_own(open, &viewer, &judging, weights, allow, &chosen)?;
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
                    adapter: adapters.remove(0),
                    beside: adapters,
                    items,
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
            for ((name, config, earlier), done) in earlier.into_iter().zip(&done) {
                let run = match earlier {
                    Some(run) => run,
                    None => self.begin_run(open, RunKind::Judge, name, config)?,
                };
                runs.push(Judging { run, stored: done.values().map(BTreeSet::len).sum() });
            }
            Ok(Plan { runs, rubric, job, empty, outputs })
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

/// The outputs that the request names, and what is still to be judged of them.
fn choose(
    open: &Open,
    viewer: &Viewer,
    request: &JudgeStart,
    rubric: &Rubric,
    template: &Template,
    done: &[Done],
) -> Result<Asked, StudioError> {
    let audience = Audience::Judge { reasons: request.reasons != Reasons::None };
    let view = open.project.view(viewer);
    let mut golds: BTreeMap<OutputId, Answers> = every(|page| view.golds(&request.rubric, page))?
        .into_iter()
        .map(|g| (g.output, g.answers))
        .collect();
    let (mut outputs, mut items) = (BTreeMap::new(), Vec::new());
    for row in chosen(open, viewer, request)? {
        let output = view.output(row.id)?;
        let case = view.case(output.case)?;
        for (judge, done) in done.iter().enumerate() {
            let samples: Vec<u32> = (0..request.samples)
                .filter(|k| !done.get(&row.id).is_some_and(|d| d.contains(k)))
                .collect();
            if !samples.is_empty() {
                items.push(JudgeItem {
                    id: output.key.clone(),
                    messages: messages(template, rubric, audience, &case.text, &output)?,
                    schema: rating_schema(rubric, &case.text, &output, audience),
                    samples,
                    judge,
                });
            }
        }
        outputs.insert(output.key.clone(), (output, golds.remove(&row.id)));
    }
    if outputs.is_empty() {
        return Err(StudioError::new("nothing-to-judge", "No output fits this choice."));
    }
    Ok((outputs, items))
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
