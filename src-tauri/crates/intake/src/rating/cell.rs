//! One answer from a spreadsheet's cell, as people write them.

use serde_json::Value;
use shinsa_domain::rubric::Kind;
use shinsa_domain::{Answer, Declined, Text};
use unicode_normalization::UnicodeNormalization;

use super::answer::read_answer;

/// What a cell says about a criterion.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    /// Nothing.
    Blank,
    /// An answer.
    Given(Answer),
    /// Something else; what was expected.
    Unreadable(String),
}

/// Reads a cell. Scales, choices and deductions are named by value, id or
/// label in either language; several deductions are separated by `;`, `、`,
/// `,`, `|` or line breaks; lists are JSON. A blank cell under deductions is
/// for the caller to judge: it means "none" in a row that has other answers.
pub(super) fn read_cell(kind: &Kind, cell: &str) -> Reading {
    let said = fold(cell);
    if said.is_empty() {
        return Reading::Blank;
    }
    if let Kind::Text { .. } = kind {
        return Reading::Given(Answer::Text(cell.to_owned()));
    }
    if let Some(declined) = declined(&said) {
        return Reading::Given(Answer::Declined { declined });
    }
    let expected = |words: Vec<String>| Reading::Unreadable(words.join(" | "));
    match kind {
        Kind::Scale { levels } => {
            let value = said.parse::<i32>().ok().or_else(|| {
                levels.iter().find(|level| names(&level.label, &said)).map(|level| level.value)
            });
            match value {
                Some(value) => Reading::Given(Answer::Int(value)),
                None => expected(levels.iter().map(|level| level.value.to_string()).collect()),
            }
        }
        Kind::Number { min, max, .. } => match said.parse::<f64>() {
            Ok(number) if number.is_finite() => Reading::Given(Answer::from_number(number)),
            _ => expected(vec![format!("{min} … {max}")]),
        },
        Kind::Points { .. } | Kind::Flag => match yes_or_no(&said) {
            Some(yes) => Reading::Given(Answer::Bool(yes)),
            None => expected(["true", "false"].map(str::to_owned).to_vec()),
        },
        Kind::Choice { options } => {
            let named = |id: &str, label: &Text| fold(id) == said || names(label, &said);
            match options.iter().find(|option| named(&option.id, &option.label)) {
                Some(option) => Reading::Given(Answer::Text(option.id.clone())),
                None => expected(options.iter().map(|option| option.id.clone()).collect()),
            }
        }
        Kind::Deductions { items } => {
            let mut labels = Vec::new();
            let parts = cell.split([';', '；', '、', ',', '，', '|', '｜', '\n']).map(fold);
            for part in parts.filter(|part| !part.is_empty() && !is_none(part)) {
                let named = |id: &str, label: &Text| fold(id) == part || names(label, &part);
                match items.iter().find(|item| named(&item.id, &item.label)) {
                    Some(item) => labels.push(item.id.clone()),
                    None => return expected(items.iter().map(|item| item.id.clone()).collect()),
                }
            }
            Reading::Given(Answer::Labels(labels))
        }
        Kind::List { .. } => {
            let answer = serde_json::from_str::<Value>(cell).ok().and_then(|v| read_answer(&v));
            match answer.filter(|answer| answer.items().is_some()) {
                Some(answer) => Reading::Given(answer),
                None => expected(vec!["[{…}, …]".to_owned()]),
            }
        }
        Kind::Text { .. } => Reading::Blank,
    }
}

/// NFKC, lower case, no outer blanks.
fn fold(text: &str) -> String {
    text.trim().nfkc().flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

fn names(label: &Text, said: &str) -> bool {
    [&label.ja, &label.en].into_iter().any(|name| !name.is_empty() && fold(name) == said)
}

fn is_none(said: &str) -> bool {
    matches!(said, "none" | "なし" | "無し" | "無" | "-" | "ー")
}

fn yes_or_no(said: &str) -> Option<bool> {
    match said {
        "true" | "1" | "yes" | "y" | "はい" | "あり" | "有り" | "有" | "○" | "◯" | "〇" => {
            Some(true)
        }
        "false" | "0" | "no" | "n" | "いいえ" | "なし" | "無し" | "無" | "×" | "x" | "✕" => {
            Some(false)
        }
        _ => None,
    }
}

fn declined(said: &str) -> Option<Declined> {
    match said {
        "cannot_judge" | "cannot judge" | "判断できない" | "判断不能" | "判定不能" | "評価不能"
        | "わからない" => Some(Declined::CannotJudge),
        "not_applicable" | "not applicable" | "n/a" | "na" | "該当なし" | "対象外" => {
            Some(Declined::NotApplicable)
        }
        "outside_specialty" | "outside my specialty" | "専門外" => {
            Some(Declined::OutsideSpecialty)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(kind: serde_json::Value, cell: &str) -> Option<Answer> {
        let kind: Kind = serde_json::from_value(kind).unwrap();
        match read_cell(&kind, cell) {
            Reading::Given(answer) => Some(answer),
            Reading::Blank | Reading::Unreadable(_) => None,
        }
    }

    #[test]
    fn cells_are_read_as_people_write_them() {
        let scale = json!({"type": "scale", "levels": [
            {"value": 1, "label": {"ja": "危険", "en": "Dangerous"}},
            {"value": 5, "label": {"ja": "安全", "en": "Safe"}}]});
        assert_eq!(read(scale.clone(), "５"), Some(Answer::Int(5)));
        assert_eq!(read(scale.clone(), " dangerous "), Some(Answer::Int(1)));
        assert_eq!(read(scale.clone(), "まあまあ"), None);
        assert_eq!(
            read(scale, "専門外"),
            Some(Answer::Declined { declined: Declined::OutsideSpecialty })
        );
        let flag = json!({"type": "flag"});
        for yes in ["TRUE", "○", "はい", "１", "あり"] {
            assert_eq!(read(flag.clone(), yes), Some(Answer::Bool(true)), "{yes}");
        }
        assert_eq!(read(flag.clone(), "×"), Some(Answer::Bool(false)));
        assert_eq!(read(flag, "maybe"), None);
        let faults = json!({"type": "deductions", "items": [
            {"id": "wrong_fact", "label": {"ja": "事実の誤り", "en": "Wrong fact"}, "points": 1.0},
            {"id": "unnatural", "label": {"ja": "不自然", "en": "Unnatural"}, "points": 0.5}]});
        let both = Answer::Labels(vec!["wrong_fact".into(), "unnatural".into()]);
        assert_eq!(read(faults.clone(), "事実の誤り、Unnatural"), Some(both));
        assert_eq!(read(faults.clone(), "なし"), Some(Answer::Labels(vec![])));
        assert_eq!(read(faults, "typo"), None);
        let number = json!({"type": "number", "min": 0.0, "max": 1.0, "step": 0.1});
        assert_eq!(read(number.clone(), "０．５"), Some(Answer::Number(0.5)));
        assert_eq!(read(number, "inf"), None);
        let text = json!({"type": "text", "max_chars": 100});
        assert_eq!(read(text, "4"), Some(Answer::Text("4".into())));
    }
}
