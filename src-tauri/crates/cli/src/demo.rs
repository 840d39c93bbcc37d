//! `shinsa demo`.

use crate::args::DemoArgs;
use crate::out::Out;
use crate::progress::Progress;
use crate::show::{figure, percent};
use shinsa_studio::{
    Cancel, DEMO_PASSPHRASE, DemoMade, DemoRequest, DemoStage, Interval, Studio, StudioError,
};

/// Makes the demo and shows its table.
pub fn demo(
    studio: &Studio,
    args: &DemoArgs,
    out: &Out,
    cancel: &Cancel,
) -> Result<(), StudioError> {
    let request = DemoRequest {
        out: args.out.clone(),
        seed: args.seed,
        threads: args.threads,
        samples: args.samples,
        max_steps: args.steps,
        held_out: args.held_out,
        data: args.data.clone(),
        model: args.model.as_ref().map(|m| m.display().to_string()),
        lang: out.lang(),
    };
    let mut progress: Option<Progress<'_>> = None;
    let made = studio.demo(&request, cancel, &mut |stage| stage_news(out, &mut progress, stage))?;
    drop(progress);
    table(out, &made);
    out.object(&made)
}

fn stage_news<'o>(out: &'o Out, progress: &mut Option<Progress<'o>>, stage: DemoStage) {
    if let DemoStage::Training(update) | DemoStage::Judging(_, update) = &stage {
        progress.get_or_insert_with(|| Progress::new(out)).update(update);
        return;
    }
    *progress = None;
    match stage {
        DemoStage::Project(path) => {
            out.note(
                "cli-demo-project",
                &[("path", path.into()), ("passphrase", DEMO_PASSPHRASE.into())],
            );
        }
        DemoStage::Imported(file, reply) => {
            out.note(
                "cli-demo-imported",
                &[
                    ("file", file.into()),
                    ("n", reply.new.into()),
                    ("encoding", reply.encoding.into()),
                ],
            );
        }
        DemoStage::Agreement(alpha) => {
            out.note("cli-demo-agreement", &[("alpha", figure(&alpha).into())])
        }
        DemoStage::Gold(gold) => out.note(
            "cli-demo-gold",
            &[
                ("unanimous", gold.unanimous.into()),
                ("majority", gold.majority.into()),
                ("unresolved", gold.unresolved.len().into()),
            ],
        ),
        DemoStage::Exported(path) => out.note("cli-demo-exported", &[("path", path.into())]),
        DemoStage::Trained(run) => out.note(
            "cli-demo-trained",
            &[
                ("examples", run.examples.into()),
                ("steps", run.steps.into()),
                ("first", loss(run.first_evaluation).into()),
                ("last", loss(run.last_evaluation).into()),
                ("trainable", format!("{:.0}", run.trainable).into()),
                ("seconds", format!("{:.0}", run.seconds).into()),
            ],
        ),
        DemoStage::Judged(run) => out.note(
            "cli-demo-judged",
            &[
                ("name", run.name.into()),
                ("outputs", run.outputs.into()),
                ("verdicts", run.verdicts.into()),
                ("seconds", format!("{:.0}", run.seconds).into()),
            ],
        ),
        DemoStage::Importing(..) | DemoStage::Training(_) | DemoStage::Judging(..) => {}
    }
}

fn loss(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{v:.3}"))
}

fn table(out: &Out, made: &DemoMade) {
    let rows = [
        ("cli-demo-row-experts", made.table.experts.get("alpha")),
        ("cli-demo-row-untrained", made.table.untrained.get("qwk")),
        ("cli-demo-row-trained", made.table.trained.get("qwk")),
    ];
    out.line("");
    for (id, interval) in rows {
        let shown = figure(interval.unwrap_or(&Interval::default()));
        out.line(&format!("  {}  {shown}", out.t(id, &[])));
    }
    let harm = &made.table.harm;
    let rate = out.t(
        "cli-demo-harm",
        &[
            ("rate", percent(harm.rate).into()),
            ("upper", percent(harm.upper).into()),
            ("n", harm.n.into()),
        ],
    );
    out.line(&format!("  {}  {rate}", out.t("cli-demo-row-harm", &[])));
    #[allow(clippy::cast_precision_loss)] // shown in MiB
    let peak = made.peak_rss_bytes as f64 / (1024.0 * 1024.0);
    out.say(
        "cli-demo-cost",
        &[
            ("seconds", format!("{:.0}", made.seconds).into()),
            ("peak", format!("{peak:.0}").into()),
        ],
    );
    out.line("");
    for (name, path) in &made.files {
        out.line(&format!("  {name:<9} {path}"));
    }
}
