//! What training did.

use super::words::Words;
use crate::Figures;
use crate::figures::TrainingFigures;
use crate::format::{fixed, percent, short, whole};
use crate::html::{Table, element, wrap};
use crate::plot::{LossPlot, smoothing};

pub(super) fn section(figures: &Figures, words: &Words) -> String {
    let Some(training) = &figures.training else {
        let inner = words.paragraph("report-training-none");
        return words.section("training", "report-training-title", &inner);
    };
    let share = training.trainable_parameters as f64 / training.model.parameters.max(1) as f64;
    let lead = words.t(
        "report-training-lead",
        &[
            ("model", training.model.name.as_str().into()),
            ("parameters", whole(training.model.parameters).into()),
            ("trainable", whole(training.trainable_parameters).into()),
            ("share", percent(share).into()),
            ("examples", training.examples.into()),
            ("held", training.evaluation_examples.into()),
        ],
    );
    let mut inner = element("p", "", &lead);
    inner.push_str(&outcome(training, words));
    inner.push_str(&plot(training, words));
    inner.push_str(&tables(training, words));
    words.section("training", "report-training-title", &inner)
}

fn outcome(training: &TrainingFigures, words: &Words) -> String {
    match (training.evaluation.first(), training.evaluation.last()) {
        (Some(first), Some(last)) if first.step < last.step => {
            let id = if last.loss < first.loss {
                "report-training-fell"
            } else {
                "report-training-did-not-fall"
            };
            let values =
                [("from", fixed(first.loss, 3).into()), ("to", fixed(last.loss, 3).into())];
            element("p", "", &words.t(id, &values))
        }
        _ => String::new(),
    }
}

fn plot(training: &TrainingFigures, words: &Words) -> String {
    if training.steps.is_empty() {
        return String::new();
    }
    let title = words.s("report-loss-title");
    let plot = LossPlot {
        id: "plot-loss",
        title: &title,
        description: &words.s("report-see-table"),
        steps: &training.steps,
        evaluation: &training.evaluation,
        step_word: &words.s("report-step"),
        training_word: &words.s("report-loss-training"),
        evaluation_word: &words.s("report-loss-evaluation"),
    };
    let window = smoothing(training.steps.len());
    let caption = if window > 1 {
        words.t("report-loss-caption-smooth", &[("steps", window.into())])
    } else {
        words.s("report-loss-caption")
    };
    words.figure(&plot.html(), &caption)
}

fn tables(training: &TrainingFigures, words: &Words) -> String {
    let mut settings = Table::new(&words.s("report-settings"), &[]);
    for (name, value) in &training.settings {
        settings.row(vec![words.known(&format!("report-setting-{name}"), name), value.clone()]);
    }
    settings.row(vec![words.s("report-tokens"), whole(training.tokens)]);

    let head = ["report-step", "report-loss", "report-lr", "report-norm", "report-targets"]
        .map(|id| words.s(id));
    let mut steps = Table::new(&words.s("report-steps"), &head);
    for step in &training.steps {
        steps.row(vec![
            step.step.to_string(),
            fixed(step.loss, 4),
            short(step.lr),
            fixed(step.grad_norm, 3),
            whole(step.targets as u64),
        ]);
    }
    let head = ["report-step", "report-loss"].map(|id| words.s(id));
    let mut evaluation = Table::new(&words.s("report-loss-evaluation"), &head);
    for row in &training.evaluation {
        evaluation.row(vec![row.step.to_string(), fixed(row.loss, 4)]);
    }
    let summary = element("summary", "", &words.s("report-steps-all"));
    let all = format!("{summary}{}{}", evaluation.html(), steps.html());
    format!("{}{}", settings.html(), wrap("details", "", &all))
}
