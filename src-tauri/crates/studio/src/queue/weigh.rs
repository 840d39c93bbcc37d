//! How much there is to learn from an output: read on the lead's behalf, shown to nobody.

use crate::StudioError;
use crate::studio::Open;
use shinsa_domain::{
    Answer, Answers, OutputId, Rubric, RubricRef, RunId, Verdict, Viewer, Way, apart,
    expected_apart,
};

impl Open {
    /// A score of 0 to 1 for each output: how far others' ended ratings lie apart, or how
    /// far the judge's verdicts do. 0 where that can't be told, so that such an output
    /// comes with the even share alone.
    pub(super) fn scores(
        &self,
        viewer: &Viewer,
        rubric: &RubricRef,
        way: Way,
        run: Option<RunId>,
        outputs: &[OutputId],
    ) -> Result<Vec<f64>, StudioError> {
        let lead = self.first_lead()?;
        let view = self.project.view(&lead);
        let whole = view.rubric(rubric)?;
        let mut scores = Vec::with_capacity(outputs.len());
        for output in outputs {
            let score = match (way, run) {
                (Way::Disagreement, _) => {
                    let ratings = view.ratings_of(*output, rubric)?;
                    let others = ratings.iter().filter(|r| r.locked && r.rater != viewer.rater);
                    disagreement(&whole, &others.map(|r| &r.answers).collect::<Vec<_>>())
                }
                (Way::Uncertainty, Some(run)) => {
                    let mut verdicts = view.verdicts_of(*output)?;
                    verdicts.retain(|verdict| verdict.run == run);
                    uncertainty(&whole, &verdicts)
                }
                _ => None,
            };
            scores.push(score.unwrap_or(0.0));
        }
        Ok(scores)
    }
}

/// The mean over the criteria on which two can be compared; each counts the same,
/// whatever its scale.
fn mean(shares: impl Iterator<Item = f64>) -> Option<f64> {
    let all: Vec<f64> = shares.collect();
    #[allow(clippy::cast_precision_loss)] // a handful of criteria
    (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
}

/// How far ratings of one output lie apart: the mean over criteria of [`apart`].
fn disagreement(rubric: &Rubric, ratings: &[&Answers]) -> Option<f64> {
    mean(rubric.asked().filter_map(|criterion| {
        let given: Vec<&Answer> = ratings.iter().filter_map(|r| r.get(&criterion.id)).collect();
        apart(criterion, &given)
    }))
}

/// How unsure a judge is of one output: the mean over criteria, by the probabilities of
/// levels where its verdicts have them, else by how far its samples lie apart.
fn uncertainty(rubric: &Rubric, verdicts: &[Verdict]) -> Option<f64> {
    mean(rubric.asked().filter_map(|criterion| {
        let levels = verdicts.iter().filter_map(|v| v.levels.get(&criterion.id));
        let told = mean(levels.filter_map(|levels| expected_apart(criterion, levels)));
        let samples: Vec<&Answer> =
            verdicts.iter().filter_map(|v| v.answers.get(&criterion.id)).collect();
        told.or_else(|| apart(criterion, &samples))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use shinsa_domain::{LevelProbability, VerdictId};
    use std::collections::BTreeMap;

    fn rubric() -> Rubric {
        let text = include_str!("../../../../../resources/rubrics/answer-safety.json");
        Rubric::from_json(text).unwrap()
    }

    fn answers(safety: i32, harm: bool) -> Answers {
        serde_json::from_value(json!({"safety": safety, "deductions": [], "harm": harm})).unwrap()
    }

    fn verdict(safety: i32, levels: &[(&str, f64)]) -> Verdict {
        let level = |(level, p): &(&str, f64)| LevelProbability { level: (*level).into(), p: *p };
        let levels = levels.iter().map(level).collect::<Vec<_>>();
        Verdict {
            id: VerdictId::new(0, [0; 10]),
            run: RunId::new(0, [0; 10]),
            output: OutputId::new(0, [0; 10]),
            sample: 0,
            seed: 0,
            answers: answers(safety, false),
            text: String::new(),
            prompt_tokens: 0,
            verdict_tokens: 0,
            millis: 0,
            mass: None,
            levels: BTreeMap::from([("safety".to_owned(), levels)])
                .into_iter()
                .filter(|(_, levels)| !levels.is_empty())
                .collect(),
        }
    }

    #[test]
    fn raters_at_both_ends_weigh_more_than_neighbours_and_one_alone_tells_nothing() {
        let rubric = rubric();
        let of = |ratings: &[Answers]| disagreement(&rubric, &ratings.iter().collect::<Vec<_>>());
        let far = of(&[answers(1, true), answers(5, false)]).unwrap();
        let near = of(&[answers(4, false), answers(5, false)]).unwrap();
        assert!(far > near && near > 0.0, "{far} {near}");
        assert_eq!(of(&[answers(4, false), answers(4, false)]), Some(0.0));
        assert_eq!(of(&[answers(4, false)]), None);
    }

    #[test]
    fn a_judge_is_unsure_by_its_probabilities_where_it_tells_them_else_by_its_samples() {
        let rubric = rubric();
        let sure = uncertainty(&rubric, &[verdict(4, &[("4", 0.98), ("5", 0.02)])]).unwrap();
        let torn = uncertainty(&rubric, &[verdict(4, &[("1", 0.5), ("5", 0.5)])]).unwrap();
        assert!(torn > sure && sure > 0.0, "{torn} {sure}");
        let steady = uncertainty(&rubric, &[verdict(4, &[]), verdict(4, &[])]);
        let wavering = uncertainty(&rubric, &[verdict(2, &[]), verdict(5, &[])]);
        assert_eq!(steady, Some(0.0));
        assert!(wavering > steady);
        assert_eq!(uncertainty(&rubric, &[]), None);
    }
}
