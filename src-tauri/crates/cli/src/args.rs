//! The command line, declared.

use crate::adapter::AdapterCommand;
use crate::assign::AssignCommand;
use crate::compare::{CompareArgs, VerdictsArgs};
use crate::ensemble::EnsembleArgs;
use crate::judge::JudgeArgs;
use crate::person::PersonCommand;
use crate::probe::ProbeArgs;
use crate::prompt::PromptCommand;
use crate::queue::{ConsistencyArgs, QueueArgs};
use crate::train::TrainArgs;
use crate::write::WriteArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Expert ratings of what language models answered: import, rate, agree,
/// export, train a judge, report. Everything stays on this machine.
///
/// Exit codes: 0 done · 1 refused or failed (the message says why) · 2 wrong
/// usage · 3 the input has problems (listed; nothing was changed) · 130 stopped
/// by Ctrl-C.
#[derive(Parser, Debug)]
#[command(name = "shinsa", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// One JSON object on standard output instead of text; progress as plain
    /// lines on standard error.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of the messages: ja or en (default: the system's).
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<String>,
    /// Whose view to take: the name of a rater in the project (default: the lead).
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub rater: Option<String>,
    /// File whose first line is the passphrase (else SHINSA_PASSPHRASE, else asked).
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// File whose first line is the own passphrase of whoever --as names (else
    /// SHINSA_PERSON_PASSPHRASE, else asked where there is one).
    #[arg(long, global = true, value_name = "FILE")]
    pub person_passphrase_file: Option<PathBuf>,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// The whole way once, on synthetic data: from cases to a trained judge and a report.
    Demo(DemoArgs),
    /// Make a project, or say what is in one.
    #[command(subcommand)]
    Project(ProjectCommand),
    /// People's own passphrases.
    #[command(subcommand)]
    Person(PersonCommand),
    /// Rubrics of a project, and those shipped with Shinsa.
    #[command(subcommand)]
    Rubric(RubricCommand),
    /// Who is to rate what: a plan with overlap, calibration and audit.
    #[command(subcommand)]
    Assign(AssignCommand),
    /// Bring cases, outputs or ratings in from a file.
    Import(ImportArgs),
    /// How far raters agree, with intervals over cases.
    Agreement(ScopeArgs),
    /// Which output comes next for whom: order, repeats, draws.
    Queue(QueueArgs),
    /// How far a rater agrees with themself on outputs that came a second time.
    Consistency(ConsistencyArgs),
    /// Consolidate locked ratings into gold by majority; what has none is listed.
    Gold(GoldArgs),
    /// Decide where raters differ: list, show, decide, settle, take back.
    Adjudicate(AdjudicateArgs),
    /// Ratings of one output, as far as the viewer may see them.
    Ratings(RatingsArgs),
    /// Which of two outputs people find better: counted, and one by one.
    Preferences {
        /// The project folder.
        path: PathBuf,
    },
    /// Write an expert-labelled dataset.
    Export(ExportArgs),
    /// Language models on this machine.
    #[command(subcommand)]
    Model(ModelCommand),
    /// Adapters as files: other formats, sums, merged models.
    #[command(subcommand)]
    Adapter(AdapterCommand),
    /// Train a LoRA judge on gold.
    Train(TrainArgs),
    /// Let a judge rate outputs.
    Judge(JudgeArgs),
    /// What a judging came to beside gold, missing verdicts bounded both ways.
    Verdicts(VerdictsArgs),
    /// Compare judgings of the same outputs.
    Compare(CompareArgs),
    /// Whether order or length sways a judge.
    Probe(ProbeArgs),
    /// Combine several judges' stored verdicts.
    Ensemble(EnsembleArgs),
    /// Let a model write outputs for the project's cases.
    Generate(WriteArgs),
    /// Take incident reports apart: actions, events, causes, countermeasures.
    Restructure(WriteArgs),
    /// What models are asked with, and the project's own versions of it.
    #[command(subcommand)]
    Prompt(PromptCommand),
    /// Hosts that outputs may be sent to for judging: allow, deny, list.
    #[command(subcommand)]
    Host(HostCommand),
    /// Write the report: one HTML page, and its figures as JSON.
    Report(ReportArgs),
}

/// `shinsa demo`.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Folder for the project and its files; made where absent. A project of an
    /// earlier demo there is replaced.
    #[arg(long, default_value = "shinsa-demo")]
    pub out: PathBuf,
    /// Seed of everything random.
    #[arg(long, default_value_t = 7)]
    pub seed: u32,
    /// Threads of training and judging (default: all cores).
    #[arg(long)]
    pub threads: Option<u32>,
    /// Samples per output of each judge.
    #[arg(long, default_value_t = 4)]
    pub samples: u32,
    /// Training steps at most (default: as many as the data takes).
    #[arg(long)]
    pub steps: Option<u32>,
    /// Held-out outputs at most (default: all of them).
    #[arg(long)]
    pub held_out: Option<u32>,
    /// Folder of the demo's data (default: the embedded one).
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// The model file (default: the embedded one).
    #[arg(long)]
    pub model: Option<PathBuf>,
}

/// `shinsa project`.
#[derive(Subcommand, Debug)]
pub enum ProjectCommand {
    /// Make a project folder NAME.shinsa, protected by a passphrase.
    New {
        /// The folder to make.
        path: PathBuf,
        /// The project's name (default: the folder's).
        #[arg(long)]
        name: Option<String>,
        /// The name of the lead who makes it.
        #[arg(long, default_value = "lead")]
        lead: String,
    },
    /// Add a person with a role.
    Person {
        /// The project folder.
        path: PathBuf,
        /// The person's name.
        name: String,
        /// What the person may do.
        #[arg(long, value_enum, default_value = "rater")]
        role: PersonRole,
        /// The person's profession, kept with the ratings.
        #[arg(long, default_value = "")]
        profession: String,
    },
    /// Say what is in a project.
    Info {
        /// The project folder.
        path: PathBuf,
    },
}

/// What a person may do.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum PersonRole {
    /// Rates alone and blind.
    Rater,
    /// Decides where raters differ.
    Adjudicator,
    /// Prepares everything and sees everything.
    Lead,
}

/// `shinsa rubric`.
#[derive(Subcommand, Debug)]
pub enum RubricCommand {
    /// Add a shipped rubric by its id, or one from a JSON file.
    Add {
        /// The project folder.
        path: PathBuf,
        /// A shipped id (see `rubric list`) or a path to a file.
        rubric: String,
    },
    /// The project's rubrics; without a project, those shipped.
    List {
        /// The project folder.
        path: Option<PathBuf>,
    },
    /// Print a rubric as JSON.
    Show {
        /// The project folder.
        path: PathBuf,
        /// `id` or `id@version`.
        rubric: String,
    },
    /// Print the JSON Schema of a rubric file, to write one with.
    Schema,
    /// List every mistake in a rubric file; changes nothing.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// Carry ratings over from one version of a rubric to a later one, criterion by
    /// criterion; the old ratings stay.
    Carry {
        /// The project folder.
        path: PathBuf,
        /// The version that was rated by: `id@version`.
        from: String,
        /// The version to carry to (default: the newest).
        #[arg(long)]
        to: Option<u32>,
        /// Criteria to carry; repeatable (default: those that are the same word for word).
        #[arg(long = "criterion", value_name = "ID")]
        criteria: Vec<String>,
        /// Say what would go over and what not, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Take carried ratings of the newer version back where nobody has gone on.
        #[arg(long, conflicts_with_all = ["dry_run", "criteria"])]
        back: bool,
    },
}

/// What should compute.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// A GPU where one can be used, else the processor.
    Auto,
    /// The processor.
    Cpu,
    /// An NVIDIA GPU, or an error that says why not.
    Cuda,
    /// An Apple GPU, or an error that says why not.
    Metal,
}

impl From<Device> for shinsa_studio::DeviceWish {
    fn from(device: Device) -> Self {
        match device {
            Device::Auto => Self::Auto,
            Device::Cpu => Self::Cpu,
            Device::Cuda => Self::Cuda,
            Device::Metal => Self::Metal,
        }
    }
}

/// What a file holds.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportKind {
    /// Cases, from CSV, XLSX or JSONL; columns of a table may hold outputs.
    Cases,
    /// Outputs, from JSONL.
    Outputs,
    /// Ratings, from JSONL, or from CSV or XLSX with a row per rater and output.
    Ratings,
}

/// `shinsa import`.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// What the file holds.
    pub kind: ImportKind,
    /// The project folder.
    pub path: PathBuf,
    /// The file.
    pub file: PathBuf,
    /// List every problem and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// The file's encoding, when the guess is wrong: utf-8, cp932, utf-16le, utf-16be.
    #[arg(long)]
    pub encoding: Option<String>,
    /// A column for a field, as FIELD=HEADING; repeatable (fields of cases: key,
    /// title, what, factors, improvements, reference, lang, aspects; of ratings:
    /// output, rater, profession, at, and the criteria's ids).
    #[arg(long = "map", value_name = "FIELD=HEADING")]
    pub map: Vec<String>,
    /// A column of a table of cases that holds outputs, by its heading;
    /// repeatable (default: those whose headings tell).
    #[arg(long, value_name = "HEADING")]
    pub outputs: Vec<String>,
    /// The sheet of a workbook (default: the first with anything in it).
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// The rubric of ratings in a CSV: `id` or `id@version` (default: the only one).
    #[arg(long)]
    pub rubric: Option<String>,
    /// Whose ratings a CSV holds, where no column says.
    #[arg(long = "rater", value_name = "NAME")]
    pub whose: Option<String>,
    /// Import the good rows even though others have problems.
    #[arg(long)]
    pub partial: bool,
    /// Write the rows with problems to this file, to correct and import again.
    #[arg(long, value_name = "FILE")]
    pub failed_rows: Option<PathBuf>,
}

/// A project and one of its rubrics.
#[derive(Args, Debug)]
pub struct ScopeArgs {
    /// The project folder.
    pub path: PathBuf,
    /// `id` or `id@version` (default: the only one).
    #[arg(long)]
    pub rubric: Option<String>,
}

/// `shinsa gold`.
#[derive(Args, Debug)]
pub struct GoldArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Where no answer has a majority, take the more cautious one instead of
    /// leaving the output for a person.
    #[arg(long)]
    pub cautious: bool,
}

/// `shinsa adjudicate`.
#[derive(Args, Debug)]
pub struct AdjudicateArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// The output (its key) to show or decide; without it all are listed.
    #[arg(long)]
    pub output: Option<String>,
    /// JSON file with `answers` and, where raters differ, `causes`.
    #[arg(long, requires = "output")]
    pub decision: Option<PathBuf>,
    /// Take the output's gold back.
    #[arg(long, requires = "output", conflicts_with = "decision")]
    pub withdraw: bool,
    /// Make gold of everything on which all raters agree.
    #[arg(long, conflicts_with = "output")]
    pub settle: bool,
}

/// `shinsa ratings`.
#[derive(Args, Debug)]
pub struct RatingsArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Only this output (its key).
    #[arg(long)]
    pub output: Option<String>,
}

/// What to write.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// A folder: SFT split by case, the long table, the card and its metadata.
    Dataset,
    /// JSONL of `messages`, ending with the gold verdict.
    Sft,
    /// JSONL of `prompt`, `chosen`, `rejected`, from preferences and rated alternatives.
    Dpo,
    /// JSONL of `prompt`, `completion`, `label`.
    Kto,
    /// JSONL of prompts with the points of the rubric.
    Healthbench,
    /// JSONL of single points with the raters' binary labels.
    HealthbenchMeta,
    /// JSON of tasks, and the labelling configuration beside it.
    LabelStudio,
    /// JSONL of records for Argilla.
    Argilla,
    /// Long CSV: one row per rater, output and criterion; UTF-8 with BOM.
    Csv,
}

/// `shinsa export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// What to write.
    #[arg(long, value_enum, default_value = "dataset")]
    pub format: ExportFormat,
    /// Where to: a file, or a folder for `dataset`.
    #[arg(long)]
    pub out: PathBuf,
    /// Write the CSV in CP932 and list the cells that can't be written so.
    #[arg(long)]
    pub cp932: bool,
}

/// `shinsa model`.
#[derive(Subcommand, Debug)]
pub enum ModelCommand {
    /// Remember a model: a GGUF file, or a folder with config.json and safetensors.
    Add {
        /// The file or folder.
        model: PathBuf,
    },
    /// The embedded model and those added.
    List,
    /// Read a model's header and say what it is.
    Inspect {
        /// The file or folder.
        model: PathBuf,
    },
}

/// `shinsa host`.
#[derive(Subcommand, Debug)]
pub enum HostCommand {
    /// Allow a host, as host:port; without one, llama-server's on this machine.
    Allow {
        /// The project folder.
        path: PathBuf,
        /// The host, as host:port, or an endpoint's address.
        #[arg(value_name = "HOST:PORT")]
        host: Option<String>,
    },
    /// Allow a host no longer.
    Deny {
        /// The project folder.
        path: PathBuf,
        /// The host, as host:port, or an endpoint's address.
        #[arg(value_name = "HOST:PORT")]
        host: String,
    },
    /// The allowed hosts, and every request that left.
    List {
        /// The project folder.
        path: PathBuf,
    },
}

/// Which outputs to judge.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those with gold in held-out cases.
    HeldOut,
    /// Those without gold.
    Unrated,
    /// All.
    All,
}

/// `shinsa report`.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Folder for report.html, figures.json and volatile.json (default: the
    /// project's exports folder).
    #[arg(long)]
    pub out: Option<PathBuf>,
}
