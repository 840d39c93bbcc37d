//! Ratings of a file, with the people who are new with them.

use super::{Fate, ImportField};
use crate::studio::Open;
use crate::{Ctx, StudioError};
use shinsa_domain::{EventId, Rater, RaterId, Role, Rubric, RubricRef, check};
use shinsa_intake::RatingRecord;
use shinsa_store::ImportedRating;
use std::collections::BTreeMap;

/// The people and rubrics met while reading one file of ratings.
#[derive(Default)]
pub(super) struct NewRaters {
    known: Option<BTreeMap<String, Rater>>,
    rubrics: BTreeMap<RubricRef, Rubric>,
}

/// A rating with the rater who is new with it.
pub(super) type RatingRow = (Option<Rater>, ImportedRating);

/// What a column of a table of ratings can be taken for.
pub(super) fn fields(rubric: &Rubric) -> Vec<ImportField> {
    let plain = |name: &str| ImportField { name: name.to_owned(), label: None, several: false };
    shinsa_intake::RATING_FIELDS
        .iter()
        .map(|(name, _)| plain(name))
        .chain(rubric.asked().map(|criterion| ImportField {
            name: criterion.id.clone(),
            label: Some(criterion.label.clone()),
            several: false,
        }))
        .collect()
}

/// What a rating of a file becomes.
pub(super) fn rating(
    open: &Open,
    ctx: &Ctx,
    met: &mut NewRaters,
    record: &RatingRecord,
) -> Result<Fate<RatingRow>, StudioError> {
    let viewer = open.viewer()?;
    let view = open.project.view(&viewer);
    let version = match record.version {
        Some(version) => Some(version),
        None => view
            .rubrics()?
            .iter()
            .filter(|r| r.rubric.id == record.rubric)
            .map(|r| r.rubric.version)
            .max(),
    };
    let which = RubricRef { id: record.rubric.clone(), version: version.unwrap_or(0) };
    if !met.rubrics.contains_key(&which) {
        match open.rubric(&viewer, &which) {
            Ok(rubric) => {
                met.rubrics.insert(which.clone(), rubric);
            }
            Err(error) if error.code != "unknown-rubric" => return Err(error),
            Err(_) => {
                let name = record
                    .version
                    .map_or_else(|| record.rubric.clone(), |v| format!("{}@{v}", record.rubric));
                return Ok(Fate::Refused {
                    column: "rubric".to_owned(),
                    code: "unknown-rubric",
                    args: vec![("rubric", name)],
                });
            }
        }
    }
    let Some(output) = view.output_by_key(&record.output)? else {
        return Ok(Fate::Refused {
            column: "output".to_owned(),
            code: "unknown-output",
            args: vec![("output", record.output.clone())],
        });
    };
    let case = view.case(output.case)?;
    if let Some(problem) =
        check(&met.rubrics[&which], &case.text, &output, &record.answers, true).into_iter().next()
    {
        return Ok(Fate::Refused {
            column: "answers".to_owned(),
            code: "answer-refused",
            args: vec![("criterion", problem.criterion), ("problem", problem.code)],
        });
    }
    let (rater, is_new) = met.rater(open, ctx, record)?;
    let before = view.ratings_of(output.id, &which)?.into_iter().find(|r| r.rater == rater.id);
    if let Some(before) = before {
        return Ok(if before.locked && before.answers == record.answers {
            Fate::Repeated
        } else {
            // Somebody's rating is never overwritten from a file.
            Fate::Refused {
                column: "output".to_owned(),
                code: "rating-differs",
                args: vec![("output", record.output.clone()), ("rater", record.rater.clone())],
            }
        });
    }
    let event = || EventId::new(ctx.now(), ctx.random());
    let rating = ImportedRating {
        rater: rater.id,
        output: output.id,
        rubric: which,
        answers: record.answers.clone(),
        locked: true,
        at: record.at.unwrap_or_else(|| ctx.now()),
        events: [event(), event()],
    };
    Ok(Fate::New((is_new.then_some(rater), rating)))
}

impl NewRaters {
    /// The rater of that name, made where the project doesn't know it.
    fn rater(
        &mut self,
        open: &Open,
        ctx: &Ctx,
        record: &RatingRecord,
    ) -> Result<(Rater, bool), StudioError> {
        let known = match &mut self.known {
            Some(known) => known,
            None => self
                .known
                .insert(open.project.people()?.into_iter().map(|r| (r.name.clone(), r)).collect()),
        };
        if let Some(rater) = known.get(&record.rater) {
            return Ok((rater.clone(), false));
        }
        let rater = Rater {
            id: RaterId::new(ctx.now(), ctx.random()),
            name: record.rater.clone(),
            profession: record.profession.clone().unwrap_or_default(),
            role: Role::Rater,
        };
        known.insert(rater.name.clone(), rater.clone());
        Ok((rater, true))
    }
}
