//! Probabilities of levels from a server's token probabilities, where they say
//! enough: one token decides, and every level is among the alternatives.

use std::collections::BTreeMap;

use serde::Deserialize;
use shinsa_domain::LevelProbability;

use crate::outline::Outline;

/// A token of the answer, with what might have stood in its place.
#[derive(Debug, Deserialize)]
pub(crate) struct Token {
    #[serde(flatten)]
    own: Candidate,
    #[serde(default)]
    top_logprobs: Vec<Candidate>,
}

#[derive(Debug, Deserialize)]
struct Candidate {
    token: String,
    #[serde(default)]
    bytes: Option<Vec<u8>>,
    logprob: f64,
}

impl Candidate {
    fn text(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.token.as_bytes())
    }
}

/// The levels of every criterion for which the tokens say them, renormalised
/// over the levels; a criterion for which they don't is left out.
pub(crate) fn levels(
    outline: &Outline,
    text: &str,
    tokens: &[Token],
) -> BTreeMap<String, Vec<LevelProbability>> {
    let mut found = BTreeMap::new();
    let whole: Vec<u8> = tokens.iter().flat_map(|token| token.own.text()).copied().collect();
    // Some servers add an end token; anything else that differs is not this text.
    if !whole.starts_with(text.as_bytes()) {
        return found;
    }
    let mut at = 0;
    for token in tokens {
        let before = compact(&whole[..at.min(whole.len())]);
        at += token.own.text().len();
        // Blanks alone begin nothing: the token after them decides.
        if token.own.text().trim_ascii().is_empty() {
            continue;
        }
        if let Some(choice) = outline.choice_after(&before)
            && choice.written == 0
            && let Some(probabilities) = shares(choice.values, &token.top_logprobs)
        {
            found.insert(choice.path, probabilities);
        }
    }
    found
}

/// Each value's share; `None` unless each is met and no token fits two of them.
fn shares(values: &[String], candidates: &[Candidate]) -> Option<Vec<LevelProbability>> {
    let mut sums = vec![0.0; values.len()];
    for candidate in candidates {
        let text = candidate.text().trim_ascii_start();
        let mut fits = (0..values.len()).filter(|&i| begins(text, values[i].as_bytes()));
        if let Some(first) = fits.next() {
            if fits.next().is_some() {
                return None;
            }
            sums[first] += candidate.logprob.exp();
        }
    }
    let all: f64 = sums.iter().sum();
    let sound = all.is_finite() && sums.iter().all(|&sum| sum > 0.0);
    let level =
        |(value, sum): (&String, &f64)| LevelProbability { level: value.clone(), p: sum / all };
    sound.then(|| values.iter().zip(&sums).map(level).collect())
}

/// Whether a token begins this value and, if it goes beyond, ends it.
fn begins(text: &[u8], value: &[u8]) -> bool {
    match text.strip_prefix(value) {
        Some([]) => true,
        Some([next, ..]) => matches!(next, b',' | b'}' | b']') || next.is_ascii_whitespace(),
        None => !text.is_empty() && value.starts_with(text),
    }
}

/// JSON without the blanks between its parts: the outline's own spelling.
fn compact(text: &[u8]) -> Vec<u8> {
    let (mut quoted, mut escaped) = (false, false);
    let mut kept = Vec::with_capacity(text.len());
    for &byte in text {
        if quoted || !byte.is_ascii_whitespace() {
            kept.push(byte);
        }
        if escaped {
            escaped = false;
        } else if quoted && byte == b'\\' {
            escaped = true;
        } else if byte == b'"' {
            quoted = !quoted;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(values: &serde_json::Value, tops: &[(&str, f64)]) -> Option<Vec<(String, f64)>> {
        let schema = json!({"type": "object", "properties": {"safety": {"enum": values}},
            "required": ["safety"], "additionalProperties": false});
        let outline = Outline::from_schema(&schema).unwrap();
        let tops: Vec<_> =
            tops.iter().map(|(token, p)| json!({"token": token, "logprob": p.ln()})).collect();
        let tokens = json!([
            {"token": "{\"", "logprob": 0.0}, {"token": "safety", "logprob": 0.0},
            {"token": "\":", "logprob": 0.0}, {"token": " ", "logprob": 0.0},
            {"token": "2", "logprob": -1.0, "top_logprobs": tops}, {"token": "}", "logprob": 0.0}]);
        let tokens: Vec<Token> = serde_json::from_value(tokens).unwrap();
        let found = levels(&outline, "{\"safety\": 2}", &tokens);
        let list = found.get("safety")?;
        Some(list.iter().map(|l| (l.level.clone(), (l.p * 1000.0).round() / 1000.0)).collect())
    }

    #[test]
    fn levels_are_read_where_one_token_decides_among_all_of_them() {
        let read = of(&json!([1, 2, 3]), &[("2", 0.3), (" 1", 0.1), ("3}", 0.1), ("x", 0.5)]);
        let expected = [("1", 0.2), ("2", 0.6), ("3", 0.2)].map(|(l, p)| (l.to_owned(), p));
        assert_eq!(read, Some(expected.to_vec()));
    }

    #[test]
    fn nothing_is_said_where_a_level_is_not_met_or_a_token_fits_two() {
        assert_eq!(of(&json!([1, 2, 3]), &[("2", 0.6), ("1", 0.2)]), None);
        assert_eq!(of(&json!([1, 2, 10]), &[("2", 0.6), ("1", 0.2), ("10", 0.1)]), None);
        assert_eq!(of(&json!([1, 2, 3]), &[]), None);
    }

    #[test]
    fn blanks_are_dropped_between_parts_only() {
        assert_eq!(compact(b"{ \"a b\\\" \" :\n1 }"), b"{\"a b\\\" \":1}");
    }
}
