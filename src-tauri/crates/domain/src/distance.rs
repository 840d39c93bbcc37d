//! How far two answers to one criterion lie apart.

use crate::Answer;
use crate::rubric::{Criterion, Kind};

/// The distance of two answers to `criterion`, 0 where they are the same: levels
/// and numbers in the scale's own unit; yes/no answers and options 0 or 1;
/// deductions as the number of faults that only one of the two names; lists as the
/// share of the items' answers that differ.
///
/// `None` for texts, for declined answers and for answers of another kind.
#[must_use]
pub fn distance(criterion: &Criterion, a: &Answer, b: &Answer) -> Option<f64> {
    let one = |same: bool| f64::from(u8::from(!same));
    match &criterion.kind {
        Kind::Scale { .. } | Kind::Number { .. } => Some((a.number()? - b.number()?).abs()),
        Kind::Flag | Kind::Points { .. } => Some(one(a.bool()? == b.bool()?)),
        Kind::Choice { .. } => match (a, b) {
            (Answer::Text(a), Answer::Text(b)) => Some(one(a == b)),
            _ => None,
        },
        Kind::Deductions { items } => {
            let (a, b) = (a.labels()?, b.labels()?);
            let differ = items.iter().filter(|i| a.contains(&i.id) != b.contains(&i.id)).count();
            #[allow(clippy::cast_precision_loss)] // a handful of faults
            Some(differ as f64)
        }
        Kind::List { each, .. } => {
            let (a, b) = (a.items()?, b.items()?);
            if a.len() != b.len() {
                return None;
            }
            let (mut all, mut differ) = (0_u32, 0_u32);
            for (a, b) in a.iter().zip(b) {
                for inner in each {
                    let (Some(a), Some(b)) = (a.get(&inner.id), b.get(&inner.id)) else { continue };
                    if let Some(gap) = distance(inner, a, b) {
                        all += 1;
                        differ += u32::from(gap > 0.0);
                    }
                }
            }
            (all > 0).then(|| f64::from(differ) / f64::from(all))
        }
        Kind::Text { .. } => None,
    }
}

/// The largest distance that any answer can have from `answer`: what a missing
/// verdict's error is at worst.
#[must_use]
pub fn farthest(criterion: &Criterion, answer: &Answer) -> Option<f64> {
    let beyond = |low: f64, high: f64| {
        answer.number().map(|here| (here - low).abs().max((high - here).abs()))
    };
    match &criterion.kind {
        Kind::Scale { levels } => {
            let (low, high) = (levels.first()?.value, levels.last()?.value);
            beyond(f64::from(low), f64::from(high))
        }
        Kind::Number { min, max, .. } => beyond(*min, *max),
        Kind::Flag | Kind::Points { .. } => answer.bool().map(|_| 1.0),
        Kind::Choice { .. } => matches!(answer, Answer::Text(_)).then_some(1.0),
        #[allow(clippy::cast_precision_loss)] // a handful of faults
        Kind::Deductions { items } => answer.labels().map(|_| items.len() as f64),
        Kind::List { .. } => answer.items().filter(|items| !items.is_empty()).map(|_| 1.0),
        Kind::Text { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rubric;
    use serde_json::{Value, json};

    fn criterion(kind: &Value) -> Criterion {
        serde_json::from_value(json!({"id": "c", "label": {"ja": "", "en": ""}, "kind": kind}))
            .unwrap()
    }

    fn answer(value: Value) -> Answer {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn every_kind_has_its_own_unit() {
        let levels: Vec<Value> =
            (1..=5).map(|v| json!({"value": v, "label": {"ja": "", "en": ""}})).collect();
        let scale = criterion(&json!({"type": "scale", "levels": levels}));
        assert_eq!(distance(&scale, &answer(json!(2)), &answer(json!(5))), Some(3.0));
        assert_eq!(farthest(&scale, &answer(json!(2))), Some(3.0));
        assert_eq!(farthest(&scale, &answer(json!(5))), Some(4.0));
        let flag = criterion(&json!({"type": "flag"}));
        assert_eq!(distance(&flag, &answer(json!(true)), &answer(json!(false))), Some(1.0));
        let declined = answer(json!({"declined": "cannot_judge"}));
        assert_eq!(distance(&flag, &declined, &answer(json!(false))), None);
        let faults = criterion(&json!({"type": "deductions", "items": [
            {"id": "a", "label": {"ja": "", "en": ""}, "points": 1},
            {"id": "b", "label": {"ja": "", "en": ""}, "points": 1},
            {"id": "c", "label": {"ja": "", "en": ""}, "points": 1}]}));
        assert_eq!(distance(&faults, &answer(json!(["a", "b"])), &answer(json!(["b"]))), Some(1.0));
        assert_eq!(distance(&faults, &answer(json!([])), &answer(json!([]))), Some(0.0));
        assert_eq!(farthest(&faults, &answer(json!(["a"]))), Some(3.0));
    }

    #[test]
    fn a_list_counts_the_share_of_its_items_answers_that_differ() {
        let list = criterion(&json!({"type": "list", "items": "case_aspects", "each": [
            {"id": "met", "label": {"ja": "", "en": ""}, "kind": {"type": "flag"}}]}));
        let a = answer(json!([{"met": true}, {"met": true}]));
        let b = answer(json!([{"met": true}, {"met": false}]));
        assert_eq!(distance(&list, &a, &b), Some(0.5));
        assert_eq!(distance(&list, &a, &answer(json!([{"met": true}]))), None);
    }

    #[test]
    fn distance_is_symmetric_and_zero_for_the_same_in_every_shipped_rubric() {
        for text in [
            include_str!("../../../../resources/rubrics/answer-safety.json"),
            include_str!("../../../../resources/rubrics/answer-usefulness.json"),
        ] {
            let rubric = Rubric::from_json(text).unwrap();
            for criterion in rubric.asked() {
                for a in [json!(3), json!(true), json!([])].map(answer) {
                    for b in [json!(4), json!(false), json!([])].map(answer) {
                        assert_eq!(distance(criterion, &a, &b), distance(criterion, &b, &a));
                        assert!(distance(criterion, &a, &a).is_none_or(|gap| gap == 0.0));
                        if let (Some(gap), Some(most)) =
                            (distance(criterion, &a, &b), farthest(criterion, &a))
                        {
                            assert!(gap <= most, "{}", criterion.id);
                        }
                    }
                }
            }
        }
    }
}
