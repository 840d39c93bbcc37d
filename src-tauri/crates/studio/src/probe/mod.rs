//! Probes: does a judge heed the order of the rubric, or the length of an answer?
//!
//! The same outputs are judged twice, as every judge is asked and changed; the same
//! samples of both arms have the same seeds. A probe is a run of its own kind: its
//! verdicts have tables of their own and enter no figure of a judge.

mod effect;

pub(crate) use effect::probe_figures;
pub use effect::{ProbeEffect, ProbeReply};

use crate::adapter::adapter_path;
use crate::device::{Chosen, DeviceWish};
use crate::judge::Which;
use crate::judging::Judging;
use crate::prompts::JudgePrompt;
use crate::run::state_after;
use crate::studio::{Open, every};
use crate::train::AUDIENCE;
use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shinsa_domain::{
    Answers, Arm, Case, Hash, Lang, Output, OutputId, Probe, ProbeKind, ProbeVerdict, Rubric,
    RubricRef, RunId, RunState, Verdict, VerdictId, Viewer, hash_bytes, hash_json, padded,
    rating_schema, reversed,
};
use shinsa_jobs::Cancel;
use shinsa_judge::{JudgeItem, JudgeReport, JudgeSpec, Method, VerdictRecord};
use shinsa_lm::{Numeric, Sampling};
use shinsa_prompt::{Template, messages};
use std::collections::{BTreeMap, BTreeSet};

/// Starts a probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeStart {
    /// Its name. A probe that ended early goes on under the same name and settings.
    pub name: String,
    /// What is changed.
    pub kind: ProbeKind,
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
    /// Samples per output and arm, 1 to 100.
    pub samples: u32,
    /// Sampling temperature; 0 takes the likeliest, and then nothing but the change matters.
    pub temperature: f64,
    /// Seed of both arms.
    pub seed: u32,
    /// Threads; all cores where absent.
    pub threads: Option<u32>,
    /// In integers where the weights are.
    pub fast: bool,
    /// What should compute. A probe that goes on stays on the device it began with.
    #[serde(default)]
    pub device: DeviceWish,
    /// Characters of neutral text after the output, when probing verbosity.
    pub filler_chars: u32,
    /// Models that may rate outputs of their own, by name.
    pub allow_self: Vec<String>,
    /// The prompt; the project's choice where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<JudgePrompt>,
}

const FILLER_JA: &str = include_str!("../../../../../resources/prompts/filler.ja.txt");
const FILLER_EN: &str = include_str!("../../../../../resources/prompts/filler.en.txt");
const MAX_TOKENS: usize = 256;
/// More would leave no room for anything else in small models.
const MOST_FILLER: u32 = 20_000;

type Done = BTreeSet<(OutputId, Arm, u32)>;

struct Plan {
    probe: Probe,
    rubric: Rubric,
    outputs: BTreeMap<String, (Output, Case)>,
    done: Done,
    inputs: BTreeMap<String, String>,
    computed: Chosen,
}

impl Studio {
    /// Runs a probe and says what the change does. Every verdict is stored as it comes;
    /// a probe that ended early goes on where it was.
    ///
    /// # Errors
    /// `lead-only`, `nothing-to-judge`, `name-taken`, `bad-samples`, `bad-filler`,
    /// `self-judging`, those of the model and of the run, `cancelled`.
    pub fn probe(
        &self,
        request: &ProbeStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<ProbeReply, StudioError> {
        check(request)?;
        let (earlier, prompt, template) = self.with(|open| {
            let viewer = open.lead()?;
            let probe = open.project.view(&viewer).probe_by_name(&request.name)?;
            let earlier = probe.filter(|p| p.state != RunState::Done).map(|p| p.config);
            let prompt = open.run_prompt(&viewer, request.prompt.as_ref(), earlier.as_ref())?;
            let template = open.judge_template(&viewer, prompt.as_ref())?;
            Ok((earlier, prompt, template))
        })?;
        let request = &ProbeStart { prompt, ..request.clone() };
        let computed =
            self.choose_writer(request.device, request.fast, earlier.as_ref(), cancel)?;
        let model = self.model_path(request.model.as_deref())?;
        let weights = self.judge_weights(&model, cancel, on)?;
        let mut plan = self.plan_probe(request, &template, computed, weights.as_deref())?;
        // A probe that was gone on with keeps what the part before wrote down.
        let earlier = plan.probe.passport.as_ref().map(|(passport, _)| passport["arms"].clone());
        let mut passports: BTreeMap<String, Value> =
            earlier.and_then(|arms| serde_json::from_value(arms).ok()).unwrap_or_default();
        let mut end = Ok(());
        for arm in [Arm::Plain, Arm::Changed] {
            match self.run_arm(request, &template, &plan, arm, cancel, on) {
                Ok(report) => {
                    passports.extend(report.map(|r| (arm_name(arm).to_owned(), r.passport)));
                }
                Err(error) => {
                    end = Err(error);
                    break;
                }
            }
        }
        plan.probe.state = state_after(&end);
        plan.probe.ended = Some(self.ctx.now());
        let passport = json!({ "kind": "probe", "probe": request.kind, "arms": passports });
        plan.probe.passport = Some((passport.clone(), Hash(hash_json(&passport)?.0)));
        let outputs: Vec<&String> = plan.outputs.keys().collect();
        plan.probe.figures = json!({ "outputs": outputs, "inputs": plan.inputs });
        self.with(|open| {
            let op = open.op(&self.ctx, "end-probe")?;
            Ok(open.project.transact(&op, |tx| tx.update_probe(&plan.probe))?)
        })?;
        end?;
        self.probe_reply(&request.rubric, &request.name)
    }

    fn plan_probe(
        &self,
        request: &ProbeStart,
        template: &Template,
        computed: Chosen,
        weights: Option<&str>,
    ) -> Result<Plan, StudioError> {
        let model = self.model_path(request.model.as_deref())?;
        self.with(|open| {
            let viewer = open.lead()?;
            let rubric = open.rubric(&viewer, &request.rubric)?;
            let view = open.project.view(&viewer);
            let mut config = serde_json::to_value(request)?;
            computed.keep(&mut config);
            let earlier = view.probe_by_name(&request.name)?;
            if let Some(probe) = &earlier
                && (probe.config != config || probe.state == RunState::Done)
            {
                return Err(StudioError::new(
                    "name-taken",
                    format!("A probe called {} exists. Choose another name.", request.name),
                )
                .with("name", &request.name));
            }
            let outputs = chosen(open, &viewer, request)?;
            let mut inputs = self.check_own(
                open,
                &viewer,
                &Judging::Here(&model),
                weights,
                &request.allow_self,
                outputs.values().map(|(output, _)| Ok(output.clone())),
            )?;
            inputs.insert("rubric".to_owned(), rubric.hash()?.0);
            inputs.insert("prompt_template".to_owned(), template.hash().0);
            if request.kind == ProbeKind::Verbosity {
                inputs.insert(
                    "filler".to_owned(),
                    hash_bytes(format!("{FILLER_JA}\n{FILLER_EN}").as_bytes()).0,
                );
                inputs.insert("filler_chars".to_owned(), request.filler_chars.to_string());
            }
            let probe = match earlier {
                Some(probe) => probe,
                None => {
                    let probe = Probe {
                        id: RunId::new(self.ctx.now(), self.ctx.random()),
                        kind: request.kind,
                        name: request.name.clone(),
                        config,
                        state: RunState::Running,
                        started: self.ctx.now(),
                        ended: None,
                        passport: None,
                        figures: Value::Null,
                    };
                    let op = open.op(&self.ctx, "start-probe")?;
                    open.project.transact(&op, |tx| tx.insert_probe(&probe))?;
                    probe
                }
            };
            let view = open.project.view(&viewer);
            let done = every(|page| view.probe_verdicts(probe.id, page))?
                .into_iter()
                .map(|v| (v.verdict.output, v.arm, v.verdict.sample))
                .collect();
            Ok(Plan { probe, rubric, outputs, done, inputs, computed })
        })
    }

    fn run_arm(
        &self,
        request: &ProbeStart,
        template: &Template,
        plan: &Plan,
        arm: Arm,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<Option<JudgeReport>, StudioError> {
        let items = items(request, template, plan, arm)?;
        if items.is_empty() {
            return Ok(None);
        }
        let adapter = request.adapter.as_deref();
        let adapter = adapter
            .map(|name| self.with(|open| adapter_path(open.project.path(), name)))
            .transpose()?;
        let mut inputs = plan.inputs.clone();
        inputs.insert("probe".to_owned(), format!("{}/{}", kind_name(request.kind), arm_name(arm)));
        #[allow(clippy::cast_possible_truncation)] // settings of a few digits
        let temperature = request.temperature as f32;
        let spec = JudgeSpec {
            model: self.model_path(request.model.as_deref())?,
            adapter,
            beside: Vec::new(),
            items,
            asked: 0,
            device: plan.computed.device,
            numeric: if request.fast { Numeric::Fast } else { Numeric::Exact },
            method: Method::Sampled,
            sampling: Sampling { temperature, ..Sampling::default() },
            seed: u64::from(request.seed),
            max_tokens: MAX_TOKENS,
            batch: plan.computed.batch,
            threads: request.threads.map(|t| t as usize),
            inputs,
        };
        let value = self.work(
            &self.worker_of(&plan.computed)?,
            "judge",
            &spec,
            cancel,
            on,
            &mut |item, _| {
                let record: VerdictRecord = serde_json::from_value(item)?;
                let (output, _) = plan.outputs.get(&record.item).ok_or_else(|| {
                    StudioError::new(
                        "worker-answer",
                        format!("The worker rated {}, which nobody asked for.", record.item),
                    )
                })?;
                let verdict = ProbeVerdict {
                    arm,
                    verdict: Verdict {
                        id: VerdictId::new(self.ctx.now(), self.ctx.random()),
                        run: plan.probe.id,
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
                    },
                };
                self.with(|open| {
                    let op = open.op(&self.ctx, "store-probe-verdict")?;
                    Ok(open.project.transact(&op, |tx| tx.insert_probe_verdict(&verdict))?)
                })
            },
        )?;
        Ok(Some(serde_json::from_value(value)?))
    }
}

fn check(request: &ProbeStart) -> Result<(), StudioError> {
    if !(1..=100).contains(&request.samples) {
        return Err(StudioError::new(
            "bad-samples",
            "Samples per output must lie between 1 and 100.",
        ));
    }
    if request.kind == ProbeKind::Verbosity && !(1..=MOST_FILLER).contains(&request.filler_chars) {
        return Err(StudioError::new(
            "bad-filler",
            format!("The neutral text must have 1 to {MOST_FILLER} characters."),
        )
        .with("most", MOST_FILLER));
    }
    Ok(())
}

/// The outputs of a probe, by key, each with its case.
fn chosen(
    open: &Open,
    viewer: &Viewer,
    request: &ProbeStart,
) -> Result<BTreeMap<String, (Output, Case)>, StudioError> {
    let view = open.project.view(viewer);
    let split = open.split(viewer)?;
    let golds: BTreeMap<OutputId, Answers> = every(|page| view.golds(&request.rubric, page))?
        .into_iter()
        .map(|g| (g.output, g.answers))
        .collect();
    let mut outputs = BTreeMap::new();
    for output in every(|page| view.whole_outputs(page))? {
        if outputs.len() >= request.limit.map_or(usize::MAX, |l| l as usize) {
            break;
        }
        let case = view.case(output.case)?;
        let gold = golds.contains_key(&output.id);
        let wanted = match request.which {
            Which::HeldOut => gold && split.holds_out(&case.key),
            Which::Unrated => !gold,
            Which::All => true,
        };
        if wanted {
            outputs.insert(output.key.clone(), (output, case));
        }
    }
    if outputs.is_empty() {
        return Err(StudioError::new("nothing-to-judge", "No output fits this choice."));
    }
    Ok(outputs)
}

fn items(
    request: &ProbeStart,
    template: &Template,
    plan: &Plan,
    arm: Arm,
) -> Result<Vec<JudgeItem>, StudioError> {
    let changed = (arm == Arm::Changed).then_some(request.kind);
    let shown = match changed {
        Some(ProbeKind::Order) => reversed(&plan.rubric),
        _ => plan.rubric.clone(),
    };
    let mut items = Vec::new();
    for (key, (output, case)) in &plan.outputs {
        let samples: Vec<u32> =
            (0..request.samples).filter(|k| !plan.done.contains(&(output.id, arm, *k))).collect();
        if samples.is_empty() {
            continue;
        }
        let mut output = output.clone();
        if changed == Some(ProbeKind::Verbosity) {
            let filler = match Lang::guess(&output.text) {
                Lang::Ja => FILLER_JA,
                Lang::En => FILLER_EN,
            };
            output.text = padded(&output.text, filler, request.filler_chars as usize);
        }
        items.push(JudgeItem {
            id: key.clone(),
            messages: messages(template, &shown, AUDIENCE, &case.text, &output)?,
            schema: rating_schema(&shown, &case.text, &output, AUDIENCE),
            samples,
            judge: 0,
        });
    }
    Ok(items)
}

pub(crate) fn arm_name(arm: Arm) -> &'static str {
    match arm {
        Arm::Plain => "plain",
        Arm::Changed => "changed",
    }
}

pub(crate) fn kind_name(kind: ProbeKind) -> &'static str {
    match kind {
        ProbeKind::Order => "order",
        ProbeKind::Verbosity => "verbosity",
    }
}
