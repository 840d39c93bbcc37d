//! `shinsa queue` and `shinsa consistency`: what comes next for whom, and how steadily a
//! rater rates.

use crate::args::ScopeArgs;
use crate::out::Out;
use crate::run::done;
use crate::show;
use clap::{Args, ValueEnum};
use serde_json::json;
use shinsa_studio::{
    ChooseOrder, ConsistencyReply, ConsistencyRequest, QueueOrder, QueueSettings, RubricRef,
    SetQueue, Studio, StudioError, Way,
};

/// What decides which output comes next.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Each rater's own random order.
    Random,
    /// Those whose ratings by others differ most are likelier.
    Disagreement,
    /// Those of which a judging is least sure are likelier.
    Uncertainty,
}

/// `shinsa queue`.
#[derive(Args, Debug)]
pub struct QueueArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// What decides which output comes next, for everyone.
    #[arg(long, value_enum)]
    pub order: Option<Order>,
    /// The judging whose verdicts tell how sure the judge is.
    #[arg(long, value_name = "NAME")]
    pub run: Option<String>,
    /// Whether raters may choose the order of their own queue.
    #[arg(long, value_name = "BOOL")]
    pub raters_choose: Option<bool>,
    /// Share of each rater's outputs that come a second time, 0 to 0.5.
    #[arg(long, value_name = "SHARE")]
    pub again: Option<f64>,
    /// No sooner than after so many other finished outputs.
    #[arg(long, value_name = "N", requires = "again")]
    pub after_items: Option<u32>,
    /// No sooner than so many days after the first rating.
    #[arg(long, value_name = "N", requires = "again")]
    pub after_days: Option<u32>,
    /// Choose the order of one's own queue, where the lead lets raters.
    #[arg(long, value_enum, conflicts_with_all = ["order", "run", "raters_choose", "again"])]
    pub choose: Option<Order>,
    /// Say what the viewer is to rate now.
    #[arg(long, conflicts_with = "draws")]
    pub next: bool,
    /// List every draw with its probability.
    #[arg(long)]
    pub draws: bool,
}

/// `shinsa consistency`.
#[derive(Args, Debug)]
pub struct ConsistencyArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Whose, by name (default: the viewer's own).
    #[arg(long, value_name = "NAME")]
    pub whose: Option<String>,
}

fn way(order: Order) -> Way {
    match order {
        Order::Random => Way::Random,
        Order::Disagreement => Way::Disagreement,
        Order::Uncertainty => Way::Uncertainty,
    }
}

fn word(way: Way) -> &'static str {
    match way {
        Way::Random => "random",
        Way::Disagreement => "disagreement",
        Way::Uncertainty => "uncertainty",
    }
}

/// Sets, chooses, draws or lists, by the arguments; without any, says what holds.
pub fn queue(
    studio: &Studio,
    out: &Out,
    args: &QueueArgs,
    rubric: RubricRef,
) -> Result<u8, StudioError> {
    if let Some(order) = args.choose {
        let order = studio.choose_order(&ChooseOrder { rubric, way: way(order) })?;
        say_order(out, &order);
        return done(out, &order);
    }
    if args.next {
        let reply = studio.next(&rubric)?;
        match (&reply.output_id, &reply.case) {
            (Some(id), Some(case)) => out.say(
                "cli-queue-next",
                &[("case", case.as_str().into()), ("id", id.as_str().into())],
            ),
            _ => out.say("cli-queue-all-done", &[]),
        }
        say_order(out, &reply.order);
        return done(out, &reply);
    }
    if args.draws {
        let rows = studio.draws(&rubric)?;
        for row in &rows {
            out.line(&format!(
                "{}  {}  {}  {:.6}  1/{}",
                row.rater,
                row.output,
                word(row.way),
                row.probability,
                row.among
            ));
        }
        return done(out, &json!({ "draws": rows }));
    }
    let mut settings = studio.queue_settings(&rubric)?;
    let before = settings.clone();
    changed(args, &mut settings);
    if settings != before {
        settings = studio.set_queue(&SetQueue { rubric, settings })?;
    }
    say_settings(out, &settings);
    done(out, &settings)
}

fn changed(args: &QueueArgs, settings: &mut QueueSettings) {
    if let Some(order) = args.order {
        settings.way = way(order);
    }
    if let Some(run) = &args.run {
        settings.run = Some(run.clone());
    }
    settings.raters_choose = args.raters_choose.unwrap_or(settings.raters_choose);
    settings.again_share = args.again.unwrap_or(settings.again_share);
    settings.again_items = args.after_items.unwrap_or(settings.again_items);
    settings.again_days = args.after_days.unwrap_or(settings.again_days);
}

fn say_order(out: &Out, order: &QueueOrder) {
    out.say("cli-queue-order", &[("way", word(order.way).into())]);
}

fn say_settings(out: &Out, settings: &QueueSettings) {
    out.say("cli-queue-order", &[("way", word(settings.way).into())]);
    if let Some(run) = &settings.run {
        out.say("cli-queue-run", &[("run", run.as_str().into())]);
    }
    let choose = if settings.raters_choose { "cli-queue-free" } else { "cli-queue-fixed" };
    out.say(choose, &[]);
    out.say(
        "cli-queue-again",
        &[
            ("share", format!("{:.0}", settings.again_share * 100.0).into()),
            ("items", settings.again_items.into()),
            ("days", settings.again_days.into()),
        ],
    );
}

/// How far a rater agrees with themself.
pub fn consistency(
    studio: &Studio,
    out: &Out,
    args: &ConsistencyArgs,
    rubric: RubricRef,
) -> Result<u8, StudioError> {
    let request = ConsistencyRequest { rubric, rater: args.whose.clone() };
    let reply = studio.consistency(&request)?;
    told(out, &reply);
    done(out, &reply)
}

fn told(out: &Out, reply: &ConsistencyReply) {
    out.say(
        "cli-consistency",
        &[("rater", reply.rater.as_str().into()), ("repeats", reply.repeats.into())],
    );
    for criterion in &reply.criteria {
        out.line(criterion.title.get(out.lang()));
        out.line(&format!(
            "  {}  {}",
            out.t("cli-agreement-raw", &[]),
            show::figure(&criterion.raw)
        ));
        for (name, figure) in [("kappa", &criterion.kappa), ("ICC", &criterion.icc)] {
            if let Some(figure) = figure {
                out.line(&format!("  {name}  {}", show::figure(figure)));
            }
        }
        out.line(&format!("  {}", out.t(&format!("ui-consistency-{}", criterion.reading), &[])));
    }
}
