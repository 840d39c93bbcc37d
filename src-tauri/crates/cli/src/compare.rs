//! Judges beside gold and beside each other.

use crate::args::ScopeArgs;
use crate::out::Out;
use crate::run::done;
use crate::show::{figure, percent};
use clap::Args;
use shinsa_studio::{
    BoundsView, CompareReply, CompareRequest, JudgeQuality, RubricRef, Studio, StudioError,
};

/// `shinsa verdicts`.
#[derive(Args, Debug)]
pub struct VerdictsArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// The judging run's name.
    #[arg(long)]
    pub name: String,
}

/// `shinsa compare`.
#[derive(Args, Debug)]
pub struct CompareArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// The judging runs in their order, base first.
    #[arg(long, value_delimiter = ',', num_args = 1.., required = true, value_name = "NAME")]
    pub runs: Vec<String>,
}

/// `0.500 (0.250 to 0.750 …)`: what is seen, and the bounds where anything is missing.
fn bounded(out: &Out, bounds: &BoundsView) -> String {
    if bounds.missing == 0 {
        return figure(&bounds.seen);
    }
    let number = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), |v| format!("{v:.3}"));
    out.t(
        "cli-bounds",
        &[
            ("seen", figure(&bounds.seen).into()),
            ("least", number(bounds.least.value).into()),
            ("most", number(bounds.most.value).into()),
            ("low", number(bounds.least.low).into()),
            ("high", number(bounds.most.high).into()),
        ],
    )
}

/// What a judging came to, with bounds for what is missing.
pub fn verdicts(
    studio: &Studio,
    out: &Out,
    args: &VerdictsArgs,
    rubric: &RubricRef,
) -> Result<u8, StudioError> {
    let reply = studio.judge_quality(rubric, &args.name)?;
    show_quality(out, &reply);
    let rows = studio.verdicts(&args.name)?;
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.2}"));
    for row in &rows {
        out.say(
            "cli-verdict",
            &[
                ("output", row.output_key.as_str().into()),
                ("samples", row.samples.len().into()),
                ("mean", number(row.mean_total).into()),
                ("gold", number(row.gold_total).into()),
            ],
        );
    }
    let mut said = serde_json::to_value(&reply)?;
    said["rows"] = serde_json::to_value(rows)?;
    done(out, &said)
}

fn show_quality(out: &Out, reply: &JudgeQuality) {
    out.say(
        "cli-verdicts",
        &[
            ("name", reply.name.as_str().into()),
            ("outputs", reply.outputs.into()),
            ("asked", reply.asked.into()),
            ("missing", reply.missing.into()),
            ("silent", reply.silent.into()),
            ("measured", reply.measured.into()),
        ],
    );
    own(out, &reply.name, reply.own);
    for criterion in &reply.criteria {
        out.line(criterion.title.get(out.lang()));
        for (id, bounds) in [
            ("ui-quality-mean", &criterion.mean),
            ("ui-quality-exact", &criterion.exact),
            ("ui-quality-within-one", &criterion.within_one),
            ("ui-quality-error", &criterion.error),
        ] {
            if let Some(bounds) = bounds {
                out.line(&format!("  {}  {}", out.t(id, &[]), bounded(out, bounds)));
            }
        }
    }
}

/// Says that a judge rated its own model's outputs, where it did.
pub fn own(out: &Out, name: &str, count: u32) {
    if count > 0 {
        out.say("ui-own-outputs", &[("name", name.into()), ("count", count.into())]);
    }
}

/// Compares judges pair by pair.
pub fn compare(
    studio: &Studio,
    out: &Out,
    args: &CompareArgs,
    rubric: RubricRef,
) -> Result<u8, StudioError> {
    let reply = studio.compare(&CompareRequest { rubric, runs: args.runs.clone() })?;
    show(out, &reply);
    done(out, &reply)
}

fn show(out: &Out, reply: &CompareReply) {
    out.say(
        "ui-compare-items",
        &[("outputs", reply.outputs.into()), ("measured", reply.measured.into())],
    );
    for what in &reply.differ {
        out.say(&format!("ui-compare-differ-{what}"), &[]);
    }
    for judge in &reply.judges {
        own(out, &judge.name, judge.own);
    }
    let name = |place: u32| {
        usize::try_from(place)
            .ok()
            .and_then(|place| reply.judges.get(place))
            .map_or("", |judge| judge.name.as_str())
    };
    let p = |p: Option<f64>| p.map_or_else(|| "–".to_owned(), |p| format!("{p:.4}"));
    for pair in &reply.pairs {
        let (before, after) = (name(pair.before), name(pair.after));
        out.line(&format!("{before} → {after}"));
        for criterion in &pair.criteria {
            let title = criterion.title.get(out.lang());
            out.line(&format!(
                "  {}",
                out.t(
                    &format!("ui-compare-reading-{}", criterion.reading),
                    &[
                        ("criterion", title.into()),
                        ("before", before.into()),
                        ("after", after.into())
                    ]
                )
            ));
            out.line(&format!(
                "    {}  {} → {}: {}",
                out.t("ui-quality-error", &[]),
                number(criterion.error_before.value),
                number(criterion.error_after.value),
                figure(&criterion.error)
            ));
            out.line(&format!(
                "    {}  {} → {}: {}",
                out.t("ui-quality-exact", &[]),
                percent(criterion.agreement_before.value),
                percent(criterion.agreement_after.value),
                figure(&criterion.agreement)
            ));
            out.say(
                "cli-compare-counts",
                &[
                    ("wins", criterion.wins.into()),
                    ("losses", criterion.losses.into()),
                    ("ties", criterion.ties.into()),
                    ("p", p(criterion.p).into()),
                    ("holm", p(criterion.p_holm).into()),
                    ("test", out.t(&format!("ui-test-{}", criterion.test), &[]).into()),
                ],
            );
            if criterion.missing > 0 {
                out.say(
                    "cli-compare-missing",
                    &[
                        ("missing", criterion.missing.into()),
                        ("least", number(criterion.bounds.least.value).into()),
                        ("most", number(criterion.bounds.most.value).into()),
                    ],
                );
            }
        }
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{v:.3}"))
}
