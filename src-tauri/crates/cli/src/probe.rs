//! Probes of a judge: order and verbosity.

use crate::args::{Device, ScopeArgs, Which};
use crate::judge::which;
use crate::out::Out;
use crate::progress::Progress;
use crate::run::done;
use crate::show::figure;
use clap::{Args, ValueEnum};
use shinsa_studio::{Cancel, ProbeKind, ProbeReply, ProbeStart, RubricRef, Studio, StudioError};
use std::path::PathBuf;

/// What a probe changes.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Criteria, levels and options in reverse order.
    Order,
    /// Neutral text after the output.
    Verbosity,
}

/// `shinsa probe`.
#[derive(Args, Debug)]
pub struct ProbeArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// What is changed.
    #[arg(long, value_enum)]
    pub kind: Change,
    /// The probe's name in the project.
    #[arg(long)]
    pub name: String,
    /// The model (default: the embedded one).
    #[arg(long)]
    pub model: Option<PathBuf>,
    /// The adapter: a training run's name, or a PEFT folder.
    #[arg(long)]
    pub adapter: Option<String>,
    /// Which outputs.
    #[arg(long, value_enum, default_value = "held-out")]
    pub which: Which,
    /// So many of them at most.
    #[arg(long)]
    pub limit: Option<u32>,
    /// Samples per output and arm, 1 to 100.
    #[arg(long, default_value_t = 1)]
    pub samples: u32,
    /// Sampling temperature; 0 takes the likeliest.
    #[arg(long, default_value_t = 0.0)]
    pub temperature: f32,
    /// Seed of both arms.
    #[arg(long, default_value_t = 7)]
    pub seed: u32,
    /// Threads (default: all cores).
    #[arg(long)]
    pub threads: Option<u32>,
    /// In integers where the weights are.
    #[arg(long)]
    pub fast: bool,
    /// What computes.
    #[arg(long, value_enum, default_value_t = Device::Auto)]
    pub device: Device,
    /// Characters of neutral text for verbosity.
    #[arg(long, default_value_t = 400)]
    pub filler: u32,
    /// Let this model rate outputs of its own; repeatable.
    #[arg(long, value_name = "MODEL")]
    pub allow_self: Vec<String>,
}

/// Runs a probe and shows its effects.
pub fn probe(
    studio: &Studio,
    out: &Out,
    args: &ProbeArgs,
    rubric: RubricRef,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    let request = ProbeStart {
        name: args.name.clone(),
        kind: match args.kind {
            Change::Order => ProbeKind::Order,
            Change::Verbosity => ProbeKind::Verbosity,
        },
        model: args.model.as_ref().map(|m| m.display().to_string()),
        adapter: args.adapter.clone(),
        rubric,
        which: which(args.which),
        limit: args.limit,
        samples: args.samples,
        temperature: f64::from(args.temperature),
        seed: args.seed,
        threads: args.threads,
        fast: args.fast,
        device: args.device.into(),
        filler_chars: args.filler,
        allow_self: args.allow_self.clone(),
        prompt: None,
    };
    let mut progress = Progress::new(out);
    let reply = studio.probe(&request, cancel, &mut |update| progress.update(&update))?;
    drop(progress);
    show(out, &reply);
    done(out, &reply)
}

fn show(out: &Out, reply: &ProbeReply) {
    out.say(
        &format!("cli-probe-{}", reply.kind),
        &[
            ("name", reply.name.as_str().into()),
            ("outputs", reply.outputs.into()),
            ("missing", reply.missing.into()),
            ("chars", reply.filler_chars.unwrap_or(0).into()),
        ],
    );
    for criterion in &reply.criteria {
        out.line(criterion.title.get(out.lang()));
        let p = criterion.p_holm.map_or_else(|| "–".to_owned(), |p| format!("{p:.4}"));
        if let Some(effect) = &criterion.effect {
            out.say("cli-probe-effect", &[("effect", figure(effect).into()), ("p", p.into())]);
        }
        out.say("cli-probe-flips", &[("share", figure(&criterion.flips).into())]);
    }
}
