//! How replies look as text.

use crate::out::Out;
use shinsa_studio::{
    AgreementReply, DrawnCounts, ImportReply, Interval, Preferences, Preferred, ProjectView,
};

/// `0.812 [0.755, 0.860], n 128`, or why it is undefined.
pub fn figure(interval: &Interval) -> String {
    let number = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), |v| format!("{v:.3}"));
    match (interval.value, &interval.reason) {
        (None, reason) => format!("– ({})", reason.as_deref().unwrap_or("not-measured")),
        (Some(value), _) => format!(
            "{value:.3} [{}, {}], n {}",
            number(interval.low),
            number(interval.high),
            interval.n
        ),
    }
}

/// A share as a percentage with one decimal.
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |s| format!("{:.1} %", s * 100.0))
}

/// What is in a project.
pub fn project(out: &Out, view: &ProjectView) {
    out.say(
        "cli-project",
        &[("name", view.name.as_str().into()), ("path", view.path.as_str().into())],
    );
    out.say(
        "cli-project-counts",
        &[
            ("cases", view.cases.into()),
            ("outputs", view.outputs.into()),
            ("ratings", view.ratings.into()),
            ("gold", view.gold.into()),
            ("verdicts", view.verdicts.into()),
        ],
    );
    for rubric in &view.rubrics {
        out.line(&format!("  {}@{}  {}", rubric.id, rubric.version, rubric.title.get(out.lang())));
    }
    for rater in &view.raters {
        out.line(&format!("  {}  {} {}", rater.name, rater.role, rater.profession));
    }
}

/// What a file held, its problems first.
pub fn import(out: &Out, file: &str, reply: &ImportReply) {
    for problem in &reply.problems {
        let text = out.problem(&problem.code, &problem.args);
        let row = problem.row.map_or_else(|| "–".to_owned(), |r| r.to_string());
        let column = problem.column.clone().unwrap_or_else(|| "–".to_owned());
        let line = out.t(
            "cli-import-problem",
            &[
                ("file", file.into()),
                ("row", row.into()),
                ("column", column.into()),
                ("text", text.into()),
            ],
        );
        let mark =
            out.t(if problem.severity == "error" { "cli-error" } else { "cli-warning" }, &[]);
        out.line(&format!("{mark} {line}"));
    }
    out.say(
        "cli-import-read",
        &[
            ("rows", reply.rows.into()),
            ("encoding", reply.sheet.as_ref().unwrap_or(&reply.encoding).as_str().into()),
            ("new", reply.new.into()),
            ("repeated", reply.repeated.into()),
        ],
    );
    if reply.new_outputs > 0 {
        out.say("cli-import-outputs", &[("outputs", reply.new_outputs.into())]);
    }
    out.say(if reply.committed { "cli-import-done" } else { "cli-import-nothing" }, &[]);
}

/// That rated outputs were not drawn evenly, where they were not.
pub fn drawn(out: &Out, counts: &DrawnCounts) {
    if counts.weighed() > 0 {
        let said = [
            ("all", counts.all().into()),
            ("disagreement", counts.disagreement.into()),
            ("uncertainty", counts.uncertainty.into()),
        ];
        out.say("ui-agreement-drawn", &said);
    }
}

/// What the figures of agreement say, criterion by criterion, then pairs and raters.
pub fn agreement(out: &Out, reply: &AgreementReply) {
    drawn(out, &reply.drawn);
    let name = |place: u32| {
        let rater = usize::try_from(place).ok().and_then(|place| reply.raters.get(place));
        match rater {
            Some(rater) if !rater.name.is_empty() => rater.name.clone(),
            _ => out.t("cli-agreement-others", &[]),
        }
    };
    for criterion in &reply.criteria {
        out.line(criterion.title.get(out.lang()));
        if criterion.of_items {
            out.line(&format!("  {}", out.t("ui-agreement-items", &[])));
        }
        let row = |name: &str, interval: &Interval| {
            out.line(&format!("  {name}  {}", figure(interval)));
        };
        row("alpha", &criterion.alpha);
        row(&out.t("cli-agreement-raw", &[]), &criterion.raw);
        for (name, interval) in
            [("kappa", &criterion.kappa), ("Gwet ", &criterion.ac), ("ICC  ", &criterion.icc)]
        {
            if let Some(interval) = interval {
                row(name, interval);
            }
        }
        out.line(&format!("  {}", out.t(&format!("ui-reading-{}", criterion.reading), &[])));
        for pair in &criterion.pairs {
            let told = out.t(
                "cli-agreement-pair",
                &[
                    ("a", name(pair.a).into()),
                    ("b", name(pair.b).into()),
                    ("kappa", figure(&pair.kappa).into()),
                    ("raw", percent(pair.raw.value).into()),
                ],
            );
            out.line(&format!("    {told}"));
        }
        for hand in &criterion.hands {
            let told = out.t(
                "cli-agreement-hand",
                &[
                    ("rater", name(hand.rater).into()),
                    ("severity", figure(&hand.severity).into()),
                    ("drift", figure(&hand.drift).into()),
                ],
            );
            out.line(&format!("    {told}"));
        }
    }
}

/// Preferences, one a line, and their counts.
pub fn preferences(out: &Out, all: &Preferences) {
    for row in &all.rows {
        let choice = match row.choice {
            Preferred::A => "a",
            Preferred::B => "b",
            Preferred::Tie => "tie",
            Preferred::CannotJudge => "cannot-judge",
        };
        let said = out.t("cli-preference", &[("choice", choice.into())]);
        out.line(&format!(
            "{}  A {}  B {}  {}  {said}  {}",
            row.case, row.a, row.b, row.rater, row.reason
        ));
    }
    out.say(
        "cli-preferences",
        &[
            ("said", all.rows.len().into()),
            ("pairs", all.pairs.into()),
            ("a", all.a.into()),
            ("b", all.b.into()),
            ("ties", all.ties.into()),
            ("cannot", all.cannot_judge.into()),
        ],
    );
}
