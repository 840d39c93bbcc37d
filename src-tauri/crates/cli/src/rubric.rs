//! `shinsa rubric`.

use crate::PROBLEMS;
use crate::args::{Cli, RubricCommand};
use crate::out::Out;
use crate::progress::Progress;
use crate::run::{done, open};
use shinsa_studio::{
    AddRubric, Cancel, CarryPlan, CarryRatings, CarryScope, Fit, Studio, StudioError,
};
use std::path::Path;

pub fn rubric(
    studio: &Studio,
    cli: &Cli,
    out: &Out,
    command: &RubricCommand,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    match command {
        RubricCommand::Add { path, rubric } => {
            open(studio, cli, out, path)?;
            let file =
                Path::new(rubric).extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
            let request = if file {
                AddRubric { shipped: None, path: Some(rubric.clone()) }
            } else {
                AddRubric { shipped: Some(rubric.clone()), path: None }
            };
            let head = studio.add_rubric(&request)?;
            out.say(
                "cli-rubric-added",
                &[("rubric", format!("{}@{}", head.id, head.version).into())],
            );
            done(out, &head)
        }
        RubricCommand::List { path } => {
            let heads = match path {
                Some(path) => {
                    open(studio, cli, out, path)?;
                    studio.rubrics()?
                }
                None => studio.shipped_rubrics()?,
            };
            for head in &heads {
                out.line(&format!("{}@{}  {}", head.id, head.version, head.title.get(out.lang())));
            }
            done(out, &serde_json::json!({ "rubrics": heads }))
        }
        RubricCommand::Show { path, rubric } => {
            open(studio, cli, out, path)?;
            let which = studio.which_rubric(Some(rubric))?;
            let rubric = studio.rubric(&which)?;
            out.line(&serde_json::to_string_pretty(&rubric)?);
            done(out, &rubric)
        }
        RubricCommand::Schema => {
            let schema = studio.rubric_format();
            out.line(&serde_json::to_string_pretty(&schema)?);
            done(out, &schema)
        }
        RubricCommand::Check { file } => check(studio, out, file),
        RubricCommand::Carry { path, from, to, criteria, dry_run, back } => {
            open(studio, cli, out, path)?;
            let from = studio.which_rubric(Some(from))?;
            let to = match to {
                Some(to) => studio.which_rubric(Some(&format!("{}@{to}", from.id)))?,
                None => studio.which_rubric(Some(&from.id))?,
            };
            if *back {
                let taken = studio.carry_back(&to)?;
                out.say("cli-carry-back", &[("count", taken.into())]);
                return done(out, &serde_json::json!({ "taken_back": taken }));
            }
            carry(studio, out, CarryScope { from, to: to.version }, criteria, *dry_run, cancel)
        }
    }
}

fn check(studio: &Studio, out: &Out, file: &Path) -> Result<u8, StudioError> {
    let checked = studio.check_rubric(file)?;
    let name = format!("{}@{}", checked.rubric.id, checked.rubric.version);
    if checked.problems.is_empty() {
        out.say("cli-rubric-sound", &[("rubric", name.into())]);
    }
    for problem in &checked.problems {
        let args = [
            ("place".to_owned(), problem.place.clone()),
            ("problem".to_owned(), problem.problem.clone()),
            ("message".to_owned(), problem.rule.clone()),
        ];
        out.line(&out.problem("rubric-invalid", args.iter().map(|(k, v)| (k, v))));
    }
    out.object(&checked)?;
    Ok(if checked.problems.is_empty() { 0 } else { PROBLEMS })
}

/// Carries ratings over; without criteria named, those of the very same words.
fn carry(
    studio: &Studio,
    out: &Out,
    scope: CarryScope,
    criteria: &[String],
    dry_run: bool,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    let plan = studio.carry_plan(&scope)?;
    show(out, &plan);
    if dry_run {
        return done(out, &plan);
    }
    let criteria = if criteria.is_empty() {
        let same = plan.criteria.into_iter().filter(|c| c.fit == Fit::Same);
        same.map(|c| c.criterion).collect()
    } else {
        criteria.to_vec()
    };
    let request = CarryRatings { from: scope.from, to: scope.to, criteria };
    let mut progress = Progress::new(out);
    let reply = studio.carry_ratings(&request, cancel, &mut |update| progress.update(&update))?;
    drop(progress);
    out.say(
        "cli-carried",
        &[
            ("carried", reply.carried.into()),
            ("ended", reply.ended.into()),
            ("begun", reply.begun.into()),
            ("empty", reply.empty.into()),
        ],
    );
    done(out, &reply)
}

fn show(out: &Out, plan: &CarryPlan) {
    for criterion in &plan.criteria {
        let reason = criterion.reason.as_deref().unwrap_or("same");
        out.line(&format!(
            "{}  {}",
            criterion.criterion,
            out.t("cli-carry-fit", &[("reason", reason.into())])
        ));
    }
    out.say(
        "cli-carry-counts",
        &[
            ("ratings", plan.ratings.into()),
            ("ended", plan.ended.into()),
            ("begun", plan.begun.into()),
        ],
    );
}
