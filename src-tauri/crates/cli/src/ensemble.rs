//! Several judges combined.

use crate::args::ScopeArgs;
use crate::out::Out;
use crate::run::done;
use crate::show::{figure, percent};
use clap::{Args, ValueEnum};
use shinsa_studio::{
    AgainstGold, Combination, EnsembleReply, EnsembleRequest, RubricRef, Studio, StudioError,
};

/// How judges are combined.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The mean, each judge counting once.
    Mean,
    /// What more than half of the judges say.
    Majority,
    /// The mean with weights.
    Weights,
}

/// `shinsa ensemble`.
#[derive(Args, Debug)]
pub struct EnsembleArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// The judging runs, by name: two or more.
    #[arg(long, value_delimiter = ',', num_args = 1.., required = true, value_name = "NAME")]
    pub judges: Vec<String>,
    /// How they are combined.
    #[arg(long, value_enum, default_value = "mean")]
    pub how: How,
    /// One weight per judge.
    #[arg(long, value_delimiter = ',', num_args = 1.., value_name = "NUMBER")]
    pub weights: Vec<f64>,
    /// Levels between two judges from which a person must look.
    #[arg(long, value_name = "LEVELS")]
    pub apart: Option<f64>,
}

/// Combines judges and shows what comes of it.
pub fn ensemble(
    studio: &Studio,
    out: &Out,
    args: &EnsembleArgs,
    rubric: RubricRef,
) -> Result<u8, StudioError> {
    let reply = studio.ensemble(&EnsembleRequest {
        rubric,
        judges: args.judges.clone(),
        how: match args.how {
            How::Mean => Combination::Mean,
            How::Majority => Combination::Majority,
            How::Weights => Combination::Weights,
        },
        weights: args.weights.clone(),
        apart: args.apart,
    })?;
    show(out, &reply);
    done(out, &reply)
}

fn show(out: &Out, reply: &EnsembleReply) {
    let recipe = &reply.recipe;
    let names: Vec<&str> = recipe.judges.iter().map(|j| j.name.as_str()).collect();
    let how = match recipe.how {
        Combination::Mean => "ui-ensemble-how-mean",
        Combination::Majority => "ui-ensemble-how-majority",
        Combination::Weights => "ui-ensemble-how-weights",
    };
    out.say(
        "cli-ensemble",
        &[
            ("judges", names.join(", ").into()),
            ("how", out.t(how, &[]).into()),
            ("outputs", reply.outputs.into()),
            ("left", reply.left_out.into()),
        ],
    );
    out.say(&format!("ui-ensemble-from-{}", recipe.weights_from), &[]);
    if recipe.mixed {
        out.say("ui-ensemble-mixed", &[]);
    }
    if let Some(calibration) = &recipe.calibration {
        out.say(
            "ui-ensemble-calibrated",
            &[
                ("outputs", calibration.outputs.into()),
                ("cases", calibration.cases.into()),
                ("measured", reply.measured.into()),
            ],
        );
        for (criterion, reason) in &calibration.failed {
            let reason = out.t(&format!("ui-undefined-{reason}"), &[]);
            out.say(
                "ui-ensemble-failed",
                &[("criterion", criterion.as_str().into()), ("reason", reason.into())],
            );
        }
    }
    for criterion in &reply.criteria {
        out.line(criterion.title.get(out.lang()));
        if let Some(mean) = &criterion.mean {
            out.line(&format!("  {}  {}", out.t("ui-ensemble-mean", &[]), figure(mean)));
        }
        let same = percent(criterion.unanimous.value);
        out.say(
            "cli-ensemble-alike",
            &[("share", same.into()), ("undecided", criterion.undecided.into())],
        );
        let against = |name: &str, found: &AgainstGold| {
            let mut text = format!(
                "    {name}: {} {}; {} {}",
                out.t("ui-ensemble-exact", &[]),
                figure(&found.exact),
                out.t("ui-ensemble-error", &[]),
                figure(&found.error)
            );
            if let Some(qwk) = &found.qwk {
                text.push_str(&format!("; QWK {}", figure(qwk)));
            }
            out.line(&text);
        };
        if let Some(found) = &criterion.combined {
            against(&out.t("ui-ensemble-together", &[]), found);
        }
        for (judge, found) in recipe.judges.iter().zip(&criterion.single) {
            let weight = judge.weights.get(&criterion.id).copied().unwrap_or(1.0);
            against(&format!("{} ({weight:.2})", judge.name), found);
        }
    }
    out.say("ui-ensemble-flagged", &[("flagged", reply.flagged.into())]);
    for row in reply.rows.iter().filter(|row| !row.look.is_empty()) {
        let why: Vec<String> = row
            .look
            .iter()
            .map(|why| {
                let text = out.t(&format!("ui-look-{}", why.code), &[]);
                why.criterion.as_ref().map_or(text.clone(), |c| format!("{c}: {text}"))
            })
            .collect();
        out.line(&format!("  {}  {}", row.output_key, why.join("; ")));
    }
    out.say("cli-recipe", &[("hash", reply.recipe_hash.as_str().into())]);
}
