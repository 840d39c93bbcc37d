//! How far a rater agrees with themself: the first rating of an output beside the second.

use crate::agreement::{Interval, Question, SEED};
use crate::project::small;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{Repeated, RubricRef, Text};
use shinsa_stats::{Ratings, Resampling, clusters_of, live};

/// Asks for a rater's consistency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConsistencyRequest {
    /// By which rubric.
    pub rubric: RubricRef,
    /// Whose, by name; one's own where absent. Another's is the lead's to ask.
    #[serde(default)]
    pub rater: Option<String>,
}

/// A rater's consistency on one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CriterionConsistency {
    /// The criterion.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// Outputs, or items of a list, answered both times.
    pub both: u32,
    /// Share of the same answers.
    pub raw: Interval,
    /// Cohen's (labels) or the quadratic weighted kappa (levels); none for free numbers.
    pub kappa: Option<Interval>,
    /// ICC(2,1); none for labels without an order.
    pub icc: Option<Interval>,
    /// What the figures say together: the code of a sentence.
    pub reading: String,
}

/// A rater's consistency with themself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConsistencyReply {
    /// Whose.
    pub rater: String,
    /// Outputs rated a second time.
    pub repeats: u32,
    /// In the rubric's order.
    pub criteria: Vec<CriterionConsistency>,
}

impl Studio {
    /// How far a rater agrees with themself on outputs that came a second time: one's own,
    /// or for the lead anyone's. Only what was ended the second time counts. Intervals are
    /// over cases.
    ///
    /// # Errors
    /// `lead-only` for another's, `unknown-rater`, `unknown-rubric`, `not-signed-in`.
    pub fn consistency(
        &self,
        request: &ConsistencyRequest,
    ) -> Result<ConsistencyReply, StudioError> {
        let (rubric, name, pairs, keys) = self.with(|open| {
            let viewer = open.viewer()?;
            let mine = open.rater()?.clone();
            let rubric = open.rubric(&viewer, &request.rubric)?;
            let rater = match &request.rater {
                Some(name) if *name != mine.name => {
                    open.lead()?;
                    let people = open.project.people()?;
                    people.into_iter().find(|p| p.name == *name).ok_or_else(|| {
                        StudioError::new("unknown-rater", format!("There is nobody named {name}."))
                            .with("name", name)
                    })?
                }
                _ => mine,
            };
            let view = open.project.view(&viewer);
            let mut pairs = view.repeated(&request.rubric)?;
            pairs.retain(|pair| pair.rater == rater.id);
            let case = |pair: &Repeated| {
                let output = view.output(pair.output)?;
                Ok::<_, StudioError>(view.case(output.case)?.key)
            };
            let keys = pairs.iter().map(case).collect::<Result<Vec<_>, _>>()?;
            Ok((rubric, rater.name, pairs, keys))
        })?;
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let clusters = clusters_of(&keys);
        let criteria = Question::all(&rubric)
            .iter()
            .map(|question| figures(question, &pairs, &clusters))
            .collect::<Result<_, _>>()?;
        Ok(ConsistencyReply { rater: name, repeats: small(pairs.len()), criteria })
    }
}

fn figures(
    question: &Question<'_>,
    pairs: &[Repeated],
    cases: &[usize],
) -> Result<CriterionConsistency, StudioError> {
    let (mut rows, mut clusters) = (Vec::new(), Vec::new());
    for (pair, case) in pairs.iter().zip(cases) {
        let (first, second) = (question.values(&pair.first), question.values(&pair.second));
        for item in 0..first.len().max(second.len()) {
            let at = |own: &[Option<f64>]| own.get(item).copied().flatten();
            rows.push(vec![at(&first), at(&second)]);
            clusters.push(*case);
        }
    }
    let table = Ratings::new(2, rows)
        .map_err(|e| StudioError::new(e.code(), "The ratings do not form a table."))?;
    let how = Resampling::for_rows(SEED, clusters.len());
    let told = live(&table, &clusters, (&table, &clusters), &question.scale, &how);
    Ok(CriterionConsistency {
        id: question.id.clone(),
        title: question.title.clone(),
        both: small(told.all.units),
        raw: (&told.all.raw).into(),
        kappa: told.kappa.as_ref().map(Into::into),
        icc: told.icc.as_ref().map(Into::into),
        reading: told.reading.code().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use shinsa_domain::{OutputId, RaterId, Rubric};
    use shinsa_i18n::{Lang, Strings};
    use shinsa_stats::Reading;

    fn pair(first: i32, second: i32) -> Repeated {
        let answers = |v: i32| serde_json::from_value(json!({ "safety": v })).unwrap();
        Repeated {
            rater: RaterId::new(0, [0; 10]),
            output: OutputId::new(0, [0; 10]),
            first: answers(first),
            second: answers(second),
        }
    }

    fn safety(pairs: &[Repeated]) -> CriterionConsistency {
        let text = include_str!("../../../../resources/rubrics/answer-safety.json");
        let rubric = Rubric::from_json(text).unwrap();
        let questions = Question::all(&rubric);
        let question = questions.iter().find(|q| q.id == "safety").unwrap();
        let clusters: Vec<usize> = (0..pairs.len()).collect();
        figures(question, pairs, &clusters).unwrap()
    }

    #[test]
    fn weighted_kappa_of_first_and_second_is_the_one_worked_out_by_hand() {
        // Levels 1 to 5, weights (i - j)^2. Observed sum: 0 + 0 + 0 + 1 = 1. Expected:
        // every first with every second, (1,1,5,4) x (1,1,5,5), over 4: (1: 0+0+16+16 twice
        // = 64; 5: 16+16+0+0 = 32; 4: 9+9+1+1 = 20) / 4 = 29. Kappa = 1 - 1/29.
        let told = safety(&[pair(1, 1), pair(1, 1), pair(5, 5), pair(4, 5)]);
        assert_eq!((told.both, told.raw.value), (4, Some(0.75)));
        let kappa = told.kappa.unwrap().value.unwrap();
        assert!((kappa - (1.0 - 1.0 / 29.0)).abs() < 1e-12, "{kappa}");
    }

    #[test]
    fn nothing_repeated_and_nothing_varied_say_why_there_is_no_figure() {
        let none = safety(&[]);
        assert_eq!((none.both, none.raw.value, none.reading.as_str()), (0, None, "nothing"));
        assert!(none.raw.reason.is_some());
        let same = safety(&[pair(4, 4), pair(4, 4), pair(4, 4)]);
        assert_eq!(same.raw.value, Some(1.0));
        assert_eq!(same.kappa.unwrap().reason.as_deref(), Some("no-variation"));
    }

    #[test]
    fn every_reading_of_consistency_has_its_sentence_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let strings = Strings::new(lang);
            for reading in Reading::ALL {
                assert!(strings.has(&format!("ui-consistency-{}", reading.code())), "{reading:?}");
            }
        }
    }
}
