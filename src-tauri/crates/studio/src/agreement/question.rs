//! What raters are asked, as numbers: a criterion of an output, or one of every item of a
//! list.

use super::{scale, value};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{Answers, Rubric, Text};
use shinsa_stats::Scale;

/// A question whose answers can be compared.
pub(crate) struct Question<'r> {
    /// The criterion's id; `drugs[].label` for one asked of every item of a list.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// The criterion that is answered.
    pub criterion: &'r Criterion,
    /// The scale of its values.
    pub scale: Scale,
    list: Option<&'r Criterion>,
}

impl<'r> Question<'r> {
    /// Every question of a rubric whose answers have values, in its order.
    pub fn all(rubric: &'r Rubric) -> Vec<Self> {
        let mut all = Vec::new();
        for asked in rubric.asked() {
            match &asked.kind {
                Kind::List { each, .. } => {
                    all.extend(each.iter().filter_map(|inner| Self::of(inner, Some(asked))));
                }
                _ => all.extend(Self::of(asked, None)),
            }
        }
        all
    }

    fn of(criterion: &'r Criterion, list: Option<&'r Criterion>) -> Option<Self> {
        let scale = scale(criterion)?;
        let (id, title) = match list {
            None => (criterion.id.clone(), criterion.label.clone()),
            Some(list) => {
                let (of, own) = (&list.label, &criterion.label);
                let title = Text {
                    ja: format!("{} · {}", of.ja, own.ja),
                    en: format!("{} · {}", of.en, own.en),
                };
                (format!("{}[].{}", list.id, criterion.id), title)
            }
        };
        Some(Self { id, title, criterion, scale, list })
    }

    /// Whether it is asked of every item of a list.
    pub fn of_items(&self) -> bool {
        self.list.is_some()
    }

    /// The values of one rating: one, or one for each item in the list's order, which
    /// was frozen before anyone rated.
    pub fn values(&self, answers: &Answers) -> Vec<Option<f64>> {
        let of = |answers: &Answers| value(self.criterion, answers.get(&self.criterion.id)?);
        match self.list {
            None => vec![of(answers)],
            Some(list) => {
                let items = answers.get(&list.id).and_then(|answer| answer.items());
                items.unwrap_or_default().iter().map(of).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_is_asked_item_by_item_and_its_texts_are_not_compared() {
        let text = include_str!("../../../../../resources/rubrics/drug-suggestion.json");
        let rubric = Rubric::from_json(text).unwrap();
        let all = Question::all(&rubric);
        let ids: Vec<&str> = all.iter().map(|q| q.id.as_str()).collect();
        assert_eq!(ids[..3], ["drugs[].label", "drugs[].harm", "drugs[].score"]);
        assert_eq!(all[0].title.en, "Suggested drugs · Verdict");
        assert!(all[0].of_items() && !all[3].of_items());
        let answers: Answers = serde_json::from_value(json!({"drugs": [
            {"label": "incorrect", "harm": true, "score": 0.2},
            {"label": {"declined": "cannot_judge"}, "harm": false},
        ]}))
        .unwrap();
        let values: Vec<Vec<Option<f64>>> = all[..3].iter().map(|q| q.values(&answers)).collect();
        assert_eq!(values[0], [Some(2.0), None]);
        assert_eq!(values[1], [Some(1.0), Some(0.0)]);
        assert_eq!(values[2], [Some(0.2), None]);
        // Nobody has rated the list: no rows. Another question has always one.
        assert!(all[0].values(&Answers::new()).is_empty());
        assert_eq!(all[3].values(&Answers::new()), [None]);
    }
}
