//! `shinsa assign`: who is to rate what.

use crate::args::{Cli, ScopeArgs};
use crate::out::Out;
use crate::progress::Progress;
use crate::run::{done, scope};
use clap::{Args, Subcommand};
use serde_json::json;
use shinsa_studio::{
    AssignRequest, AssignView, Cancel, JobUpdate, SecondsBasis, Studio, StudioError,
};

/// `shinsa assign`.
#[derive(Subcommand, Debug)]
pub enum AssignCommand {
    /// Make a plan, and every queue by it; what is begun stays.
    Plan(PlanArgs),
    /// The plan that counts, and what is left of it.
    Show(ScopeArgs),
    /// Take the plan back: the one before it counts again, or none.
    Undo(ScopeArgs),
}

/// `shinsa assign plan`.
#[derive(Args, Debug)]
pub struct PlanArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// People who rate any output.
    #[arg(long, default_value_t = 1)]
    pub raters: u32,
    /// Share of the outputs that more people rate, 0 to 1.
    #[arg(long, default_value_t = 0.0)]
    pub overlap: f64,
    /// People who rate one of that share.
    #[arg(long, default_value_t = 2)]
    pub overlap_raters: u32,
    /// Outputs that everybody rates first.
    #[arg(long, default_value_t = 0)]
    pub calibration: u32,
    /// Share of the outputs that get one more, independent rater, 0 to 1.
    #[arg(long, default_value_t = 0.0)]
    pub audit: f64,
    /// A person who takes part, by name; repeatable (default: all raters).
    #[arg(long = "person", value_name = "NAME")]
    pub people: Vec<String>,
    /// Seed of the draw (default: a new one, which is kept).
    #[arg(long)]
    pub seed: Option<u32>,
    /// Seconds that a rating needs (default: as measured, else a guess).
    #[arg(long)]
    pub seconds: Option<f64>,
    /// Say what the plan would come to, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Plans, shows or takes back, by the arguments.
pub fn assign(
    studio: &Studio,
    cli: &Cli,
    out: &Out,
    command: &AssignCommand,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    match command {
        AssignCommand::Plan(args) => {
            let request = AssignRequest {
                rubric: scope(studio, cli, out, &args.scope)?,
                people: args.people.clone(),
                per_output: args.raters,
                overlap_share: args.overlap,
                overlap_raters: args.overlap_raters,
                calibration: args.calibration,
                audit_share: args.audit,
                seed: args.seed,
                seconds: args.seconds,
            };
            let mut progress = Progress::of_long(out);
            let mut on = |update: JobUpdate| progress.update(&update);
            let plan = if args.dry_run {
                studio.assign_preview(&request, cancel, &mut on)?
            } else {
                studio.assign(&request, cancel, &mut on)?
            };
            drop(progress);
            show(out, &plan);
            let said = if args.dry_run { "cli-assign-dry-run" } else { "cli-assign-done" };
            let seed = plan.request.seed.unwrap_or_default();
            out.say(said, &[("seed", seed.to_string().into())]);
            done(out, &plan)
        }
        AssignCommand::Show(args) => {
            let rubric = scope(studio, cli, out, args)?;
            let plan = studio.assignment(&rubric)?;
            show_if_any(out, plan.as_ref());
            done(out, &json!({ "plan": plan }))
        }
        AssignCommand::Undo(args) => {
            let rubric = scope(studio, cli, out, args)?;
            let mut progress = Progress::of_long(out);
            let undone =
                studio.unassign(&rubric, cancel, &mut |update| progress.update(&update))?;
            drop(progress);
            if undone.withdrawn {
                out.say("cli-assign-undone", &[]);
            }
            show_if_any(out, undone.now.as_ref());
            done(out, &undone)
        }
    }
}

fn show_if_any(out: &Out, plan: Option<&AssignView>) {
    match plan {
        Some(plan) => show(out, plan),
        None => out.say("cli-assign-none", &[]),
    }
}

fn show(out: &Out, plan: &AssignView) {
    out.say(
        "cli-assign-parts",
        &[
            ("outputs", plan.outputs.into()),
            ("calibration", plan.parts.calibration.into()),
            ("base", plan.parts.base.into()),
            ("overlap", plan.parts.overlap.into()),
            ("audit", plan.parts.audit.into()),
        ],
    );
    for rater in &plan.raters {
        let said = out.t(
            "cli-assign-rater",
            &[
                ("name", rater.name.as_str().into()),
                ("todo", rater.todo.into()),
                ("begun", rater.begun.into()),
                ("hours", format!("{:.1}", rater.hours).into()),
            ],
        );
        out.line(&format!("  {said}"));
    }
    let basis = match plan.basis {
        SecondsBasis::Measured => "cli-assign-measured",
        SecondsBasis::Given => "cli-assign-given",
        SecondsBasis::Guess => "cli-assign-guess",
    };
    out.say(
        basis,
        &[
            ("hours", format!("{:.1}", plan.hours).into()),
            ("seconds", format!("{:.0}", plan.seconds).into()),
            ("timed", plan.timed.into()),
            ("people", plan.timed_raters.into()),
        ],
    );
    if plan.unplanned > 0 {
        out.say("cli-assign-unplanned", &[("outputs", plan.unplanned.into())]);
    }
}
