//! A small project to test with.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;
use shinsa_domain::*;
use shinsa_store::*;

pub const PASSPHRASE: &str = "spring 転倒 river";

/// A project with a rubric, three raters, an adjudicator, and outputs.
pub struct Sample {
    pub dir: tempfile::TempDir,
    pub project: Project,
    pub rubric: RubricRef,
    pub lead: Rater,
    pub raters: Vec<Rater>,
    pub judge: Rater,
    pub outputs: Vec<OutputId>,
    clock: Clock,
}

/// Ids and times that count up.
#[derive(Clone, Debug, Default)]
pub struct Clock(Cell<u64>);

impl Clock {
    pub fn tick(&self) -> (Millis, [u8; 10]) {
        let n = self.0.get() + 1;
        self.0.set(n);
        let mut random = [0; 10];
        random[2..].copy_from_slice(&n.to_le_bytes());
        (1_750_000_000_000 + i64::try_from(n).unwrap(), random)
    }
}

macro_rules! id {
    ($clock:expr, $kind:ident) => {{
        let (at, random) = $clock.tick();
        $kind::new(at, random)
    }};
}
pub(crate) use id;

pub fn device() -> DeviceId {
    DeviceId::new(1, [1; 10])
}

pub fn person(clock: &Clock, name: &str, role: Role) -> Rater {
    Rater { id: id!(clock, RaterId), name: name.into(), profession: "nurse".into(), role }
}

pub fn rubric() -> Rubric {
    Rubric::from_json(include_str!("../../../../../resources/rubrics/answer-safety.json")).unwrap()
}

pub fn answers(safety: i32, reason: &str) -> Answers {
    serde_json::from_value(
        json!({"safety": safety, "deductions": [], "harm": false, "reason": reason}),
    )
    .unwrap()
}

pub fn case(clock: &Clock, key: &str, what: &str) -> Case {
    let text = CaseText { what: what.into(), ..CaseText::default() };
    Case { id: id!(clock, CaseId), key: key.into(), lang: Lang::guess(what), text }
}

/// Makes an empty project in a folder of its own.
pub fn empty(clock: &Clock) -> (tempfile::TempDir, Project, Rater) {
    let dir = tempfile::tempdir().unwrap();
    let lead = person(clock, "Lead", Role::Lead);
    let new = NewProject {
        id: id!(clock, ProjectId),
        name: "転倒 2026",
        passphrase: PASSPHRASE,
        lead: &lead,
        device: device(),
        at: 1_750_000_000_000,
        cost: KdfCost::LEAST,
    };
    let project = Project::create(dir.path(), &new).unwrap();
    (dir, project, lead)
}

impl Sample {
    /// With `n` cases of one output each.
    pub fn new(n: usize) -> Self {
        let clock = Clock::default();
        let (dir, project, lead) = empty(&clock);
        let raters: Vec<Rater> =
            ["Aoki", "Brown", "Chiba"].map(|name| person(&clock, name, Role::Rater)).into();
        let judge = person(&clock, "Doi", Role::Adjudicator);
        let rubric = rubric();
        let mut sample = Self {
            dir,
            project,
            rubric: rubric.reference(),
            lead,
            raters,
            judge,
            outputs: vec![],
            clock,
        };
        let people: Vec<Rater> = sample.raters.iter().chain([&sample.judge]).cloned().collect();
        let cases: Vec<Case> = (0..n)
            .map(|i| case(&sample.clock, &format!("case-{i:03}"), &format!("夜間に転倒した {i}")))
            .collect();
        let op = sample.op("fill");
        let clock = sample.clock.clone();
        sample.outputs = sample
            .project
            .transact(&op, |tx| {
                tx.insert_raters(&people)?;
                tx.publish_rubric(&rubric)?;
                tx.insert_cases(&cases)?;
                let mut outputs = vec![];
                for (i, case) in cases.iter().enumerate() {
                    let prompt = Prompt {
                        id: id!(clock, PromptId),
                        case: case.id,
                        template: None,
                        text: format!("どうしますか {i}"),
                    };
                    outputs.push(output(&clock, case.id, tx.ensure_prompt(&prompt)?, i));
                }
                tx.insert_outputs(&outputs)?;
                Ok::<_, StoreError>(outputs.iter().map(|o| o.id).collect())
            })
            .unwrap();
        // The ids made inside the operation must not be made again.
        sample.clock = clock;
        sample
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Takes over a clock that went on inside an operation.
    pub fn keep(&mut self, clock: Clock) {
        self.clock = clock;
    }

    pub fn path(&self) -> PathBuf {
        self.project.path().to_path_buf()
    }

    pub fn as_lead(&self) -> Viewer {
        Viewer { rater: self.lead.id, role: Role::Lead }
    }

    pub fn as_rater(&self, i: usize) -> Viewer {
        Viewer { rater: self.raters[i].id, role: Role::Rater }
    }

    pub fn as_adjudicator(&self) -> Viewer {
        Viewer { rater: self.judge.id, role: Role::Adjudicator }
    }

    /// An operation of the lead.
    pub fn op(&self, name: &str) -> Op {
        self.op_of(name, self.as_lead())
    }

    pub fn op_of(&self, name: &str, viewer: Viewer) -> Op {
        Op::new(name, viewer, device(), 1_750_000_000_500)
    }

    pub fn event(&self, rater: usize, output: usize, operation: Operation) -> RatingEvent {
        RatingEvent {
            id: id!(self.clock, EventId),
            device: device(),
            sequence: 0,
            rater: self.raters[rater].id,
            output: self.outputs[output],
            rubric: self.rubric.clone(),
            operation,
            parent: None,
            at: 1_750_000_000_600,
            active_ms: 0,
        }
    }

    /// The rater appends an event of their own.
    pub fn append(
        &mut self,
        rater: usize,
        output: usize,
        operation: Operation,
    ) -> Result<EventId, StoreError> {
        let event = self.event(rater, output, operation);
        let op = self.op_of("rate", self.as_rater(rater));
        self.project.transact(&op, |tx| tx.append_events(std::slice::from_ref(&event)))?;
        Ok(event.id)
    }

    /// The rater answers everything and locks.
    pub fn rate(&mut self, rater: usize, output: usize, safety: i32, reason: &str) {
        let answers = answers(safety, reason);
        self.append(rater, output, Operation::Replace { answers }).unwrap();
        self.append(rater, output, Operation::Lock).unwrap();
    }

    pub fn gold(&self, output: usize, safety: i32) -> Gold {
        let mut raters: Vec<RaterId> = self.raters.iter().map(|r| r.id).collect();
        raters.sort();
        Gold {
            id: id!(self.clock, GoldId),
            output: self.outputs[output],
            rubric: self.rubric.clone(),
            answers: answers(safety, "gold-canary"),
            provenance: Provenance::Majority,
            raters,
            by: None,
            causes: Default::default(),
        }
    }

    pub fn run(&mut self, name: &str) -> Run {
        let run = Run {
            id: id!(self.clock, RunId),
            kind: RunKind::Judge,
            name: name.into(),
            config: json!({"seed": 7, "note": "config-canary"}),
            state: RunState::Running,
            started: 5,
            ended: None,
            passport: None,
            artefacts: BTreeMap::new(),
            figures: json!({}),
        };
        let op = self.op("start-run");
        self.project.transact(&op, |tx| tx.insert_run(&run)).unwrap();
        run
    }

    pub fn verdict(&self, run: RunId, output: usize, sample: u32) -> Verdict {
        Verdict {
            id: id!(self.clock, VerdictId),
            run,
            output: self.outputs[output],
            sample,
            seed: u64::MAX - u64::from(sample),
            answers: answers(2, "verdict-canary"),
            text: format!("{{\"safety\":2,\"sample\":{sample}}}"),
            prompt_tokens: 300,
            verdict_tokens: 12,
            millis: 40,
            mass: Some(0.1 + 0.2),
            levels: BTreeMap::from([(
                "safety".into(),
                vec![LevelProbability { level: "2".into(), p: 1.0 / 3.0 }],
            )]),
        }
    }
}

pub fn output(clock: &Clock, case: CaseId, prompt: PromptId, i: usize) -> Output {
    Output {
        id: id!(clock, OutputId),
        key: format!("origin-canary-{i:03}"),
        case,
        prompt,
        sample: 0,
        text: format!("看護師に連絡してください。{i}"),
        items: BTreeMap::from([("drugs".into(), vec!["a".into(), "b".into()])]),
        origin: Origin {
            model: Some("origin-canary".into()),
            seed: Some(u64::MAX),
            ..Origin::default()
        },
    }
}
