//! The whole way once, on synthetic data, through the same use cases as a
//! user's: nothing here reaches below them.

use crate::agreement::{Interval, RubricRequest};
use crate::device::DeviceWish;
use crate::export::{ExportFormat, ExportRequest};
use crate::gold::{GoldReply, GoldRequest};
use crate::import::{ImportKind, ImportReply, ImportRequest, STORING};
use crate::judge::{JudgeStart, JudgeSummary, Reasons, Which};
use crate::project::{CreateProject, ProjectView, small};
use crate::report::ReportRequest;
use crate::rubric::AddRubric;
use crate::train::TrainSummary;
use crate::view::JobProgress;
use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{Lang, RubricRef};
use shinsa_fsio as fsio;
use shinsa_jobs::{Cancel, TreeMemory};
use shinsa_report::{FileFigure, Timing, Volatile};
use shinsa_stats::Estimate;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The demo project's passphrase: no secret, since the data is invented.
pub const DEMO_PASSPHRASE: &str = "shinsa demo";
const NAME: &str = "demo";
/// The folder for it that the window makes.
const FOLDER: &str = "shinsa-demo";
const RUBRIC: &str = "answer-safety";
const MARK: &str = ".shinsa-demo";
const DATA: [(&str, ImportKind, &[u8]); 4] = [
    (
        "incidents.csv",
        ImportKind::Cases,
        include_bytes!("../../../../resources/demo/incidents.csv"),
    ),
    (
        "questions.en.jsonl",
        ImportKind::Cases,
        include_bytes!("../../../../resources/demo/questions.en.jsonl"),
    ),
    (
        "outputs.jsonl",
        ImportKind::Outputs,
        include_bytes!("../../../../resources/demo/outputs.jsonl"),
    ),
    (
        "ratings.jsonl",
        ImportKind::Ratings,
        include_bytes!("../../../../resources/demo/ratings.jsonl"),
    ),
];
/// What training may take, bytes.
const MEMORY: f64 = 1.5e9;
/// Of the cases, held out; the seed is one that leaves at least 24 gold outputs there.
const HELD_OUT_SHARE: f64 = 0.22;
const SPLIT_SEED: u32 = 1;

/// Makes the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoRequest {
    /// Folder for the project and its files.
    pub out: PathBuf,
    /// Seed of everything random.
    pub seed: u32,
    /// Threads; all cores where absent.
    pub threads: Option<u32>,
    /// Samples per output of each judge.
    pub samples: u32,
    /// Training steps at most.
    pub max_steps: Option<u32>,
    /// Held-out outputs at most.
    pub held_out: Option<u32>,
    /// Folder of other data of the same shape; the embedded data where absent.
    pub data: Option<PathBuf>,
    /// The model; the embedded one where absent.
    pub model: Option<String>,
    /// Language of the report.
    pub lang: Lang,
}

/// What the demo is doing, for a shell to show.
#[derive(Clone, Debug, PartialEq)]
pub enum DemoStage {
    /// A project was made here.
    Project(String),
    /// A file is coming in.
    Importing(String, JobUpdate),
    /// A file came in.
    Imported(String, ImportReply),
    /// How far experts agree on the primary criterion.
    Agreement(Interval),
    /// Gold was made.
    Gold(GoldReply),
    /// A dataset was written into this folder.
    Exported(String),
    /// Training goes on.
    Training(JobUpdate),
    /// Training ended.
    Trained(TrainSummary),
    /// A judge is at work.
    Judging(String, JobUpdate),
    /// A judge is done.
    Judged(JudgeSummary),
}

/// One figure with its interval, by the name it has in the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemoTable {
    /// Krippendorff's alpha of the experts.
    pub experts: BTreeMap<String, Interval>,
    /// The judge before training.
    pub untrained: BTreeMap<String, Interval>,
    /// The judge after training.
    pub trained: BTreeMap<String, Interval>,
    /// How often gold says harm, with its upper bound.
    pub harm: DemoHarm,
}

/// The harm rate of gold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DemoHarm {
    /// Harmful outputs among those with gold.
    pub rate: Option<f64>,
    /// One-sided 95 % upper bound (Clopper-Pearson).
    pub upper: Option<f64>,
    /// Outputs with gold.
    pub n: u32,
    /// Why it is undefined.
    pub reason: Option<String>,
}

/// The finished demo: what `--json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemoMade {
    /// The table.
    #[serde(flatten)]
    pub table: DemoTable,
    /// Wall time.
    pub seconds: f64,
    /// Peak of the summed resident memory of all processes.
    pub peak_rss_bytes: u64,
    /// Name to path.
    pub files: BTreeMap<String, String>,
}

impl Studio {
    /// Makes the demo project and goes the whole way with it. Steps 1 and 2
    /// alone are [`Studio::demo_project`].
    ///
    /// # Errors
    /// Those of the use cases; `not-a-demo` when `out` holds another project.
    pub fn demo(
        &self,
        request: &DemoRequest,
        cancel: &Cancel,
        on: &mut dyn FnMut(DemoStage),
    ) -> Result<DemoMade, StudioError> {
        let start = Instant::now();
        let memory = TreeMemory::start();
        let mut watch = Watch { last: start, timings: Vec::new() };
        let rubric = self.demo_project(request, cancel, on)?;
        watch.lap("import");
        let agreement = self.agreement(&RubricRequest { rubric: rubric.clone() })?;
        if let Some(primary) =
            agreement.criteria.iter().find(|c| Some(&c.id) == agreement.primary.as_ref())
        {
            on(DemoStage::Agreement(primary.alpha.clone()));
        }
        on(DemoStage::Gold(
            self.make_gold(&GoldRequest { rubric: rubric.clone(), cautious: false })?,
        ));
        watch.lap("agreement");
        let dataset = request.out.join("dataset");
        let export = ExportRequest {
            rubric: rubric.clone(),
            format: ExportFormat::Dataset,
            path: dataset.display().to_string(),
            cp932: false,
        };
        let exported = self.export(&export, cancel, &mut |_| {})?;
        on(DemoStage::Exported(export.path));
        watch.lap("export");
        let judge = |name: &str, adapter: Option<String>| JudgeStart {
            reasons: Reasons::None,
            prompt: None,
            name: name.to_owned(),
            model: request.model.clone(),
            adapter,
            rubric: rubric.clone(),
            which: Which::HeldOut,
            limit: request.held_out,
            samples: request.samples,
            temperature: 0.7,
            seed: request.seed,
            threads: request.threads,
            fast: false,
            device: DeviceWish::Cpu,
            allow_self: Vec::new(),
            same_as: None,
            from_probabilities: false,
            beside: Vec::new(),
        };
        let untrained = judge("untrained", None);
        let judged = self.judge(&untrained, cancel, &mut |u| {
            on(DemoStage::Judging(untrained.name.clone(), u))
        })?;
        on(DemoStage::Judged(judged));
        watch.lap("judge-untrained");
        let mut train = self.train_defaults(Some(RUBRIC))?;
        // The same figures wherever it runs.
        train.device = DeviceWish::Cpu;
        // More would only keep more layers; the demo leaves the laptop usable.
        train.memory_limit_bytes = Some(MEMORY);
        train.model.clone_from(&request.model);
        train.max_steps = request.max_steps;
        train.seed = request.seed;
        train.threads = request.threads;
        let trained = self.train(&train, cancel, &mut |u| on(DemoStage::Training(u)))?;
        let adapter = trained.adapter.clone();
        on(DemoStage::Trained(trained));
        watch.lap("train");
        let after = judge("trained", Some(train.name));
        let judged =
            self.judge(&after, cancel, &mut |u| on(DemoStage::Judging(after.name.clone(), u)))?;
        on(DemoStage::Judged(judged));
        watch.lap("judge-trained");

        let mut files = exported.files;
        files.insert("project".to_owned(), self.info()?.path);
        files.insert("adapter".to_owned(), adapter);
        let volatile = Volatile {
            seconds: start.elapsed().as_secs_f64(),
            peak_rss_bytes: memory.peak(),
            timings: watch.timings,
            files: files
                .iter()
                .map(|(name, path)| FileFigure { name: name.clone(), path: path.clone() })
                .collect(),
            facts: BTreeMap::from([("version".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]),
        };
        let report = ReportRequest { rubric, out: None, lang: request.lang };
        let (written, figures) = self.write_report_with(&report, volatile)?;
        files.insert("report".to_owned(), written.page);
        files.insert("figures".to_owned(), written.figures);
        files.insert("volatile".to_owned(), written.volatile);
        let qwk = |name: &str| {
            let found = figures.judge(name).and_then(|j| j.criterion(&figures.primary));
            BTreeMap::from([(
                "qwk".to_owned(),
                found.map_or_else(Interval::default, |c| (&c.comparison.qwk).into()),
            )])
        };
        let alpha = figures
            .primary_agreement()
            .map_or_else(Interval::default, |c| (&c.agreement.alpha).into());
        Ok(DemoMade {
            table: DemoTable {
                experts: BTreeMap::from([("alpha".to_owned(), alpha)]),
                untrained: qwk("untrained"),
                trained: qwk("trained"),
                harm: figures.harm.as_ref().map(|h| DemoHarm::of(&h.rate)).unwrap_or_default(),
            },
            seconds: start.elapsed().as_secs_f64(),
            peak_rss_bytes: memory.peak(),
            files,
        })
    }

    /// Makes the demo project in a new folder below `parent` and opens it as its
    /// lead. Stopped or failed, it leaves nothing behind.
    ///
    /// # Errors
    /// As [`Studio::demo`].
    pub fn try_demo(
        &self,
        parent: &Path,
        lang: Lang,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<ProjectView, StudioError> {
        // Whoever has rated in an earlier demo keeps it.
        let folder = |n: u32| match n {
            1 => parent.join(FOLDER),
            n => parent.join(format!("{FOLDER}-{n}")),
        };
        let Some(out) = (1..=u32::MAX).map(folder).find(|path| !fsio::exists(path)) else {
            return Err(StudioError::new("unexpected", "No name is left for a folder."));
        };
        let request = DemoRequest {
            out,
            seed: 7,
            threads: None,
            samples: 4,
            max_steps: None,
            held_out: None,
            data: None,
            model: None,
            lang,
        };
        let mut came = 0.0;
        let made = self.demo_project(&request, cancel, &mut |stage| {
            let part = match stage {
                DemoStage::Imported(..) => {
                    came += 1.0;
                    0.0
                }
                DemoStage::Importing(_, JobUpdate::Progress(p))
                    if p.phase == STORING && p.total > 0.0 =>
                {
                    p.done / p.total
                }
                _ => 0.0,
            };
            on(JobUpdate::Progress(JobProgress {
                phase: "demo".to_owned(),
                done: came + part,
                total: f64::from(small(DATA.len())),
                ..JobProgress::default()
            }));
        });
        if let Err(error) = made {
            self.close()?;
            fsio::remove_dir_all(&request.out)?;
            return Err(error);
        }
        self.info()
    }

    /// Makes the demo project with cases, outputs and ratings, and opens it.
    ///
    /// # Errors
    /// As [`Studio::demo`].
    pub fn demo_project(
        &self,
        request: &DemoRequest,
        cancel: &Cancel,
        on: &mut dyn FnMut(DemoStage),
    ) -> Result<RubricRef, StudioError> {
        self.close()?;
        clear(&request.out)?;
        let data = match &request.data {
            Some(data) => data.clone(),
            None => {
                let data = request.out.join("data");
                fsio::create_dir_all(&data)?;
                for (name, _, bytes) in DATA {
                    fsio::atomic_write(&data.join(name), bytes)?;
                }
                data
            }
        };
        let made = self.create(&CreateProject {
            parent: request.out.display().to_string(),
            name: NAME.to_owned(),
            passphrase: DEMO_PASSPHRASE.to_owned(),
            lead: "lead".to_owned(),
        })?;
        on(DemoStage::Project(made.path));
        let head = self.add_rubric(&AddRubric { shipped: Some(RUBRIC.to_owned()), path: None })?;
        self.set_split(HELD_OUT_SHARE, SPLIT_SEED)?;
        for (name, kind, _) in DATA {
            let path = data.join(name).display().to_string();
            let import = ImportRequest {
                kind,
                path,
                encoding: None,
                mapping: BTreeMap::new(),
                outputs: None,
                sheet: None,
                rubric: None,
                rater: None,
                commit: true,
                partial: false,
                failed_rows: None,
            };
            let reply = self.import(&import, cancel, &mut |update| {
                on(DemoStage::Importing(name.to_owned(), update));
            })?;
            if !reply.committed {
                let first = reply.problems.iter().find(|p| p.severity == "error");
                let code = first.map_or_else(String::new, |p| p.code.clone());
                let row = first.and_then(|p| p.row).unwrap_or(0);
                return Err(StudioError::new(
                    "import-refused",
                    format!("{}: row {row}: {code}", import.path),
                )
                .with("path", &import.path)
                .with("row", row)
                .with("problem", code));
            }
            on(DemoStage::Imported(name.to_owned(), reply));
        }
        Ok(RubricRef { id: head.id, version: head.version })
    }
}

impl DemoHarm {
    fn of(rate: &Estimate) -> Self {
        Self { rate: rate.value, upper: rate.high, n: small(rate.n), reason: rate.reason.clone() }
    }
}

struct Watch {
    last: Instant,
    timings: Vec<Timing>,
}

impl Watch {
    fn lap(&mut self, phase: &str) {
        self.timings
            .push(Timing { phase: phase.to_owned(), seconds: self.last.elapsed().as_secs_f64() });
        self.last = Instant::now();
    }
}

/// Makes the folder ready: an earlier demo's project is removed, anybody
/// else's is left alone.
fn clear(out: &Path) -> Result<(), StudioError> {
    let project = out.join(format!("{NAME}{}", shinsa_store::FOLDER_SUFFIX));
    if fsio::exists(&project) {
        if !fsio::is_file(&out.join(MARK)) {
            return Err(StudioError::new(
                "not-a-demo",
                format!("{} is not from a demo. Choose another folder.", project.display()),
            )
            .with("path", project.display()));
        }
        fsio::remove_dir_all(&project)?;
    }
    fsio::create_dir_all(out)?;
    fsio::atomic_write(
        &out.join(MARK),
        b"Made by `shinsa demo`; it may be replaced by the next one.\n",
    )?;
    Ok(())
}
