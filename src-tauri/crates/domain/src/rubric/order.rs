//! The order in which a judge is asked: its reasons before its scores, or after.

use super::{Criterion, Kind, Rubric};

/// The rubric with texts before everything else, or after it; else as it was. For
/// asking alone: nothing is scored by it.
#[must_use]
pub fn texts_moved(rubric: &Rubric, first: bool) -> Rubric {
    let mut asked = rubric.clone();
    moved(&mut asked.criteria, first);
    asked
}

fn moved(criteria: &mut [Criterion], first: bool) {
    for criterion in criteria.iter_mut() {
        if let Kind::List { each, .. } = &mut criterion.kind {
            moved(each, first);
        }
    }
    criteria.sort_by_key(|c| matches!(c.kind, Kind::Text { .. }) != first);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_move_and_everything_else_keeps_its_order() {
        let text = include_str!("../../../../../resources/rubrics/answer-safety.json");
        let rubric: Rubric = serde_json::from_str(text).unwrap();
        let order = |rubric: &Rubric| -> Vec<String> {
            rubric.criteria.iter().map(|c| c.id.clone()).collect()
        };
        let (first, last) = (texts_moved(&rubric, true), texts_moved(&rubric, false));
        assert_eq!(order(&first)[..4], ["reason", "safety", "deductions", "harm"]);
        assert_eq!(order(&last).last().map(String::as_str), Some("reason"));
        assert_eq!(texts_moved(&first, false), last);
    }
}
