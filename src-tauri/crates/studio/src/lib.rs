//! Every use case of Shinsa, once: the desktop shell and the command line call
//! the same methods of [`Studio`], with a typed request and a typed reply.
//!
//! A `Studio` holds at most one open project and the person on whose behalf
//! everything runs. Long work (training, judging) takes the project's lock only
//! to read what it needs and to store what came out, so that a rating can be
//! saved at any time.

mod adapter;
mod adjudicate;
mod agreement;
mod assign;
mod case;
mod consistency;
mod ctx;
mod demo;
mod device;
mod error;
mod evidence;
mod export;
mod gold;
mod host;
mod import;
mod item;
mod job;
mod judge;
mod judging;
mod mine;
mod model;
mod pace;
mod preference;
mod probe;
mod project;
mod prompts;
mod queue;
mod rate;
mod report;
mod rubric;
mod run;
mod secret;
mod signing;
mod studio;
mod team;
mod train;
mod view;
mod watch;
mod writing;

pub use adapter::{
    AdapterPart, ExportAdapter, ExportedAdapter, MergeAdapters, MergeReply, MergeType,
};
pub use adjudicate::{
    Adjudicate, Adjudicated, AdjudicationEntry, AdjudicationItem, AdjudicationQueue, Decision,
    OpenAdjudication, Settled,
};
pub use agreement::{
    AgreementRater, AgreementReply, CriterionAgreement, DrawnCounts, HandView, Interval, PairView,
    RubricRequest,
};
pub use assign::{AssignParts, AssignRater, AssignRequest, AssignUndone, AssignView, SecondsBasis};
pub use consistency::{ConsistencyReply, ConsistencyRequest, CriterionConsistency};
pub use ctx::{Ctx, MODEL_FILE, Places};
pub use demo::{DEMO_PASSPHRASE, DemoHarm, DemoMade, DemoRequest, DemoStage, DemoTable};
pub use device::DeviceWish;
pub use error::StudioError;
pub use evidence::MarkPassage;
pub use export::{ExportFormat, ExportReply, ExportRequest};
pub use gold::{GoldReply, GoldRequest, Unresolved};
pub use host::{HostCheck, HostsReply, HostsView, JudgeEndpoint, RequestView};
pub use import::{
    ImportField, ImportKind, ImportProblem, ImportReply, ImportRequest, ImportRow, MappedColumn,
};
pub use job::{JobUpdate, WrittenPiece};
pub use judge::{
    Beside, JudgeAtReply, JudgeRunView, JudgeStart, JudgeSummary, Reasons, VerdictRow,
    VerdictSample, Which,
};
pub use judging::{
    AgainstGold, BoundsView, Calibrated, CompareReply, CompareRequest, ComparedCriterion,
    ComparedJudge, ComparedPair, CriterionQuality, EnsembleCriterion, EnsembleJudge,
    EnsembleRecipe, EnsembleReply, EnsembleRequest, EnsembleRow, EnsembleTotals, JudgeMark,
    JudgeQuality, WhyLook,
};
pub use mine::MineAndGold;
pub use model::{AdapterView, ModelView};
pub use pace::Pace;
pub use preference::{PairEntry, PairItem, PairQueue, PreferenceRow, Preferences, SavePreference};
pub use probe::{ProbeEffect, ProbeReply, ProbeStart};
pub use project::{AddPerson, CreateProject, OpenProject, ProjectView, Recent};
pub use prompts::{JudgePrompt, PromptUse, PromptView, SavePrompt, TriedPrompt};
pub use queue::{ChooseOrder, DrawRow, NextReply, QueueOrder, QueueSettings, SetQueue};
pub use rate::{
    CompleteRating, Completed, OpenRating, Queue, QueueEntry, RateItem, RatingRow, RatingState,
    SaveAnswer, SavedRating, SetAside, Undone,
};
pub use report::{ReportFiles, ReportLook, ReportRequest};
pub use rubric::{
    AddRubric, BeginDraft, CarriedReply, CarryPlan, CarryRatings, CarryScope, CheckedRubric,
    DraftHead, DraftView, PublishedRubric, SaveDraft, TriedRubric, TryRubric, parse_reference,
};
pub use secret::Secret;
pub use signing::{ChangePassphrase, IssuedPassphrase, SignIn};
pub use studio::Studio;
pub use team::{CriterionProgress, RaterProgress, States, TeamProgress};
pub use train::{
    TrainCourse, TrainLong, TrainOverLong, TrainPart, TrainPiece, TrainPlan, TrainPreview,
    TrainSchedule, TrainStart, TrainSummary,
};
pub use view::{
    CaseRow, CaseView, JobProgress, OutputRow, OutputView, OwnPassphrase, Page, PageRequest,
    RaterView, RubricHead,
};

pub use writing::{
    IncidentView, OwnPrompt, SkippedCase, WriteKind, WriteRunView, WriteStart, WriteSummary,
};

pub use shinsa_domain::{
    Combination, Evidence, Fit, Lang, Preferred, ProbeKind, Role, Rubric, RubricRef, Span, Way,
};
pub use shinsa_i18n as i18n;
pub use shinsa_jobs::{Cancel, TreeMemory};
pub use shinsa_lm::Sampling;
