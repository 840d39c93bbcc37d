//! The canonical verdict: what training teaches and the grammar produces.

use serde_json::{Map, Value};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{Answer, Answers, Audience, Rubric};

use crate::PromptError;

/// The answers as compact JSON in the order of the rubric (deductions in the
/// order of their list), exactly as a judge's grammar would write them. Answers
/// to criteria that are not asked of `audience` are left out; an optional text
/// without an answer is empty.
///
/// # Errors
/// [`PromptError::Missing`], [`PromptError::Declined`], [`PromptError::WrongKind`].
pub fn verdict_json(
    rubric: &Rubric,
    answers: &Answers,
    audience: Audience,
) -> Result<String, PromptError> {
    Ok(object(&rubric.criteria, answers, audience)?.to_string())
}

fn object(
    criteria: &[Criterion],
    answers: &Answers,
    audience: Audience,
) -> Result<Value, PromptError> {
    let mut map = Map::new();
    for criterion in criteria.iter().filter(|c| audience.asks(c)) {
        map.insert(criterion.id.clone(), value(criterion, answers.get(&criterion.id), audience)?);
    }
    Ok(Value::Object(map))
}

fn value(
    criterion: &Criterion,
    answer: Option<&Answer>,
    audience: Audience,
) -> Result<Value, PromptError> {
    let id = || criterion.id.clone();
    let wrong = || PromptError::WrongKind { criterion: id() };
    let optional = matches!(criterion.kind, Kind::Text { .. }) && !criterion.required;
    let answer = match answer {
        None if optional => return Ok(Value::String(String::new())),
        Some(Answer::Declined { .. }) if optional => return Ok(Value::String(String::new())),
        None => return Err(PromptError::Missing { criterion: id() }),
        Some(Answer::Declined { .. }) => return Err(PromptError::Declined { criterion: id() }),
        Some(answer) => answer,
    };
    match &criterion.kind {
        Kind::Scale { .. } | Kind::Number { .. } => {
            let number = answer.number().ok_or_else(wrong)?;
            serde_json::to_value(Answer::from_number(number)).map_err(|_| wrong())
        }
        Kind::Points { .. } | Kind::Flag => answer.bool().map(Value::Bool).ok_or_else(wrong),
        Kind::Deductions { items } => {
            let found = answer.labels().ok_or_else(wrong)?;
            let inside = items.iter().filter(|i| found.contains(&i.id));
            Ok(Value::Array(inside.map(|i| Value::String(i.id.clone())).collect()))
        }
        Kind::Choice { .. } => match answer {
            Answer::Text(option) => Ok(Value::String(option.clone())),
            _ => Err(wrong()),
        },
        Kind::Text { max_chars } => match answer {
            Answer::Text(text) => {
                Ok(Value::String(text.chars().take(*max_chars as usize).collect()))
            }
            _ => Err(wrong()),
        },
        Kind::List { each, .. } => {
            let items = answer.items().ok_or_else(wrong)?;
            items
                .iter()
                .map(|item| object(each, item, audience))
                .collect::<Result<Vec<_>, _>>()
                .map(Value::Array)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::test_data::{mixed_rubric, safety_rubric};

    fn answers(value: serde_json::Value) -> Answers {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_verdict_is_compact_and_in_the_rubric_s_order() {
        let given = answers(json!({
            "harm": true, "safety": 2, "reason": "量が「2倍」\nです", "deductions": ["careless", "unnatural"],
        }));
        let rubric = safety_rubric();
        assert_eq!(
            verdict_json(&rubric, &given, Audience::Judge { reasons: false }).unwrap(),
            r#"{"safety":2,"deductions":["unnatural","careless"],"harm":true}"#
        );
        assert_eq!(
            verdict_json(&rubric, &given, Audience::Judge { reasons: true }).unwrap(),
            r#"{"safety":2,"deductions":["unnatural","careless"],"harm":true,"reason":"量が「2倍」\nです"}"#
        );
    }

    #[test]
    fn lists_and_numbers_are_spelt_as_the_schema_spells_them() {
        let given = answers(json!({
            "score": 1.0, "aspects": [{"met": true}],
            "drugs": [{"score": 0.5, "label": "correct"}],
        }));
        assert_eq!(
            verdict_json(&mixed_rubric(), &given, Audience::Judge { reasons: false }).unwrap(),
            r#"{"score":1,"aspects":[{"met":true}],"drugs":[{"label":"correct","score":0.5}]}"#
        );
    }

    #[test]
    fn a_rating_that_a_judge_could_not_give_is_refused() {
        let judge = Audience::Judge { reasons: false };
        let code =
            |value| verdict_json(&safety_rubric(), &answers(value), judge).unwrap_err().code();
        assert_eq!(code(json!({"safety": 2, "harm": true})), "verdict-missing");
        assert_eq!(
            code(json!({"safety": {"declined": "cannot_judge"}, "deductions": [], "harm": true})),
            "verdict-declined"
        );
        assert_eq!(
            code(json!({"safety": "two", "deductions": [], "harm": true})),
            "verdict-wrong-kind"
        );
    }
}
