//! `shinsa train`: the run, its plan, and a look at what it would learn.

use crate::args::{Device, ScopeArgs};
use crate::out::Out;
use crate::progress::Progress;
use clap::{Args, ValueEnum};
use serde_json::json;
use shinsa_studio::{
    Cancel, Studio, StudioError, TrainLong, TrainOverLong, TrainPlan, TrainPreview, TrainSchedule,
    TrainStart, TrainSummary,
};
use std::path::PathBuf;

const MIB: f64 = 1024.0 * 1024.0;
/// Around what is learned, on a terminal and in a file alike.
const MARKS: (char, char) = ('⟦', '⟧');

/// `shinsa train`.
#[derive(Args, Debug)]
pub struct TrainArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// The adapter's name in the project.
    #[arg(long, default_value = "judge")]
    pub name: String,
    /// The model (default: the embedded one).
    #[arg(long)]
    pub model: Option<PathBuf>,
    /// Rank of the adapter.
    #[arg(long)]
    pub rank: Option<u32>,
    /// Peak learning rate.
    #[arg(long)]
    pub learning_rate: Option<f64>,
    /// Times through the data.
    #[arg(long)]
    pub epochs: Option<f64>,
    /// Steps at most.
    #[arg(long)]
    pub steps: Option<u32>,
    /// Seed of the run.
    #[arg(long)]
    pub seed: Option<u32>,
    /// Threads (default: all cores).
    #[arg(long)]
    pub threads: Option<u32>,
    /// Refuse a run whose planned peak is above this many bytes (default: what is free).
    #[arg(long)]
    pub memory_limit: Option<u64>,
    /// What computes.
    #[arg(long, value_enum, default_value_t = Device::Auto)]
    pub device: Device,
    /// Load, plan, compute the largest pack once, and say what the run would cost.
    #[arg(long)]
    pub plan_only: bool,
    /// Show the first N examples as tokens, what is learned marked, and train nothing.
    #[arg(long, value_name = "N")]
    pub preview: Option<u32>,
    /// Longest example, in tokens.
    #[arg(long)]
    pub max_tokens: Option<u32>,
    /// What becomes of a longer example.
    #[arg(long, value_enum)]
    pub over_long: Option<OverLong>,
    /// Learn every answer of a conversation, not only the last.
    #[arg(long)]
    pub all_turns: bool,
    /// Measure held-out loss and forgetting after every so many steps.
    #[arg(long)]
    pub evaluate_every: Option<u32>,
    /// Stop after so many measurements without improvement (needs --evaluate-every).
    #[arg(long, requires = "evaluate_every")]
    pub patience: Option<u32>,
    /// Nats per token that count as an improvement.
    #[arg(long, requires = "patience")]
    pub min_delta: Option<f64>,
    /// Keep the last adapter, not the best one by held-out loss.
    #[arg(long)]
    pub keep_last: bool,
    /// Course of the learning rate.
    #[arg(long, value_enum)]
    pub schedule: Option<Course>,
    /// Steps in which the rate rises; below 1 a share of all steps.
    #[arg(long, value_name = "STEPS")]
    pub warmup: Option<f64>,
    /// Scale of the adapter: alpha / r.
    #[arg(long)]
    pub alpha: Option<f64>,
    /// Dropout of the adapter's input, 0 to below 1.
    #[arg(long)]
    pub dropout: Option<f64>,
    /// Scale by alpha / sqrt(r) (rsLoRA).
    #[arg(long)]
    pub rslora: bool,
    /// How many times as fast the adapter's B learns (LoRA+).
    #[arg(long)]
    pub b_ratio: Option<f64>,
    /// Strength of noise on the embeddings (NEFTune); 5 is usual, 0 is none.
    #[arg(long)]
    pub neftune: Option<f64>,
    /// Decoupled weight decay.
    #[arg(long)]
    pub weight_decay: Option<f64>,
    /// Keep the weights as stored: slower, far less memory.
    #[arg(long)]
    pub stored_weights: bool,
}

/// What becomes of an over-long example.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverLong {
    /// Refuse the run.
    Refuse,
    /// Cut it at its end.
    Truncate,
    /// Leave it out.
    Drop,
}

/// Course of the learning rate.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// Straight down to 0.
    Linear,
    /// Half a cosine down to a tenth.
    Cosine,
    /// No change.
    Constant,
}

/// Trains, or with `--plan-only` and `--preview` only looks.
pub fn train(
    studio: &Studio,
    out: &Out,
    args: &TrainArgs,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    let request = request(studio, args)?;
    if let Some(count) = args.preview {
        let shown = studio.train_preview(&request, count)?;
        for example in &shown {
            preview(out, example);
        }
        return out.object(&json!({ "examples": shown })).map(|()| 0);
    }
    let mut progress = Progress::new(out);
    if args.plan_only {
        let planned = studio.train_plan(&request, cancel, &mut |u| progress.update(&u))?;
        drop(progress);
        plan(out, &planned);
        return out.object(&planned).map(|()| 0);
    }
    let summary = studio.train(&request, cancel, &mut |update| progress.update(&update))?;
    drop(progress);
    report(out, &summary);
    out.object(&summary).map(|()| 0)
}

fn request(studio: &Studio, args: &TrainArgs) -> Result<TrainStart, StudioError> {
    let mut request = studio.train_defaults(args.scope.rubric.as_deref())?;
    request.name.clone_from(&args.name);
    request.model = args.model.as_ref().map(|m| m.display().to_string());
    request.r = args.rank.unwrap_or(request.r);
    request.alpha = args.alpha.unwrap_or(request.alpha);
    request.dropout = args.dropout.unwrap_or(request.dropout);
    request.learning_rate = args.learning_rate.unwrap_or(request.learning_rate);
    request.epochs = args.epochs.unwrap_or(request.epochs);
    request.max_steps = args.steps;
    request.max_tokens = args.max_tokens.unwrap_or(request.max_tokens);
    request.seed = args.seed.unwrap_or(request.seed);
    request.threads = args.threads;
    request.device = args.device.into();
    #[allow(clippy::cast_precision_loss)] // bytes, as the use case takes them
    {
        request.memory_limit_bytes = args.memory_limit.map(|b| b as f64);
    }
    let course = &mut request.course;
    course.schedule = match args.schedule {
        None => course.schedule,
        Some(Course::Linear) => TrainSchedule::Linear,
        Some(Course::Cosine) => TrainSchedule::Cosine,
        Some(Course::Constant) => TrainSchedule::Constant,
    };
    course.over_long = match args.over_long {
        None => course.over_long,
        Some(OverLong::Refuse) => TrainOverLong::Refuse,
        Some(OverLong::Truncate) => TrainOverLong::Truncate,
        Some(OverLong::Drop) => TrainOverLong::Drop,
    };
    match args.warmup {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count of steps
        Some(steps) if steps >= 1.0 => course.warmup_steps = Some(steps.round() as u32),
        Some(share) => course.warmup_ratio = share,
        None => {}
    }
    course.all_turns |= args.all_turns;
    course.evaluate_every = args.evaluate_every.unwrap_or(course.evaluate_every);
    course.patience = args.patience.unwrap_or(course.patience);
    course.min_delta = args.min_delta.unwrap_or(course.min_delta);
    course.keep_last |= args.keep_last;
    course.rslora |= args.rslora;
    course.b_ratio = args.b_ratio.unwrap_or(course.b_ratio);
    course.neftune_alpha = args.neftune.unwrap_or(course.neftune_alpha);
    course.weight_decay = args.weight_decay.unwrap_or(course.weight_decay);
    course.stored_weights |= args.stored_weights;
    Ok(request)
}

/// The example as the model reads it, what is learned between marks.
fn preview(out: &Out, example: &TrainPreview) {
    out.say(
        "cli-preview",
        &[
            ("id", example.id.as_str().into()),
            ("tokens", example.tokens.into()),
            ("learned", example.learned.into()),
            ("limit", example.limit.into()),
        ],
    );
    let mut text = String::new();
    let mut inside = false;
    for piece in &example.pieces {
        if piece.learned != inside {
            text.push(if piece.learned { MARKS.0 } else { MARKS.1 });
            inside = piece.learned;
        }
        text.push_str(&piece.text);
    }
    if inside {
        text.push(MARKS.1);
    }
    out.line(&text);
}

fn plan(out: &Out, plan: &TrainPlan) {
    let seconds = plan.seconds.map_or_else(|| "–".to_owned(), |s| format!("{s:.0}"));
    out.say(
        "cli-plan",
        &[
            ("examples", plan.examples.into()),
            ("evaluated", plan.evaluated.into()),
            ("steps", plan.steps.into()),
            ("tokens", format!("{:.0}", plan.tokens).into()),
            ("targets", format!("{:.0}", plan.targets).into()),
            ("seconds", seconds.into()),
        ],
    );
    for part in plan.parts.iter().filter(|part| part.bytes > 0.0) {
        let name = out.t(&format!("cli-plan-{}", part.part), &[]);
        out.line(&format!("  {:>8.1} MiB  {name}", part.bytes / MIB));
    }
    out.say(
        "cli-plan-total",
        &[
            ("total", format!("{:.0}", plan.total_bytes / MIB).into()),
            ("dry", format!("{:.0}", plan.dry_peak_bytes / MIB).into()),
            ("limit", format!("{:.0}", plan.limit_bytes / MIB).into()),
        ],
    );
    over_long(out, &plan.over_long);
}

fn over_long(out: &Out, list: &[TrainLong]) {
    for long in list {
        out.say(
            if long.kept == 0 { "cli-over-long-left-out" } else { "cli-over-long-cut" },
            &[
                ("id", long.id.as_str().into()),
                ("tokens", long.tokens.into()),
                ("kept", long.kept.into()),
            ],
        );
    }
}

fn report(out: &Out, summary: &TrainSummary) {
    let number = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), |v| format!("{v:.3}"));
    out.say(
        "cli-demo-trained",
        &[
            ("examples", summary.examples.into()),
            ("steps", summary.steps.into()),
            ("first", number(summary.first_evaluation).into()),
            ("last", number(summary.last_evaluation).into()),
            ("trainable", format!("{:.0}", summary.trainable).into()),
            ("seconds", format!("{:.0}", summary.seconds).into()),
        ],
    );
    out.computed_on(&summary.device, summary.no_gpu.as_ref());
    over_long(out, &summary.over_long);
    let planned = summary.planned_seconds;
    out.say(
        "cli-trained-course",
        &[
            ("kept", summary.kept_step.into()),
            ("early", if summary.stopped_early { "yes" } else { "no" }.into()),
            ("kl", number(summary.kl).into()),
            (
                "peak",
                format!("{:.0}", summary.peak_device_bytes.unwrap_or(summary.peak_rss_bytes) / MIB)
                    .into(),
            ),
            ("planned", format!("{:.0}", summary.planned_bytes / MIB).into()),
            ("expected", planned.map_or_else(|| "–".to_owned(), |s| format!("{s:.0}")).into()),
        ],
    );
    if let Some(driver) = summary.driver_bytes {
        out.say("cli-driver", &[("bytes", format!("{:.0}", driver / MIB).into())]);
    }
    out.line(&summary.adapter);
}
