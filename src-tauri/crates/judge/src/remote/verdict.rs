//! From a server's answer to a verdict, or to the reason why it is missing.

use std::time::Duration;

use jsonschema::Validator;
use serde::Deserialize;
use serde_json::Value;
use shinsa_jobs::Failure;

use super::levels::{Token, levels};
use super::strict;
use crate::outline::Outline;
use crate::spec::VerdictRecord;

/// A chat completion, as far as it is of use.
#[derive(Debug, Deserialize)]
pub(crate) struct Reply {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    message: Message,
    #[serde(default)]
    finish_reason: Option<String>,
    /// Kept as it came: servers differ, and it is not what the verdict rests on.
    #[serde(default)]
    logprobs: Value,
}

#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
}

/// Which sample an answer is for.
pub(crate) struct Asked<'a> {
    pub(crate) item: &'a str,
    pub(crate) sample: u32,
    pub(crate) seed: u64,
    pub(crate) took: Duration,
}

fn missing(code: &str, reason: impl std::fmt::Display) -> Failure {
    Failure::new(code, format!("no valid verdict came back: {reason}"))
        .with("reason", reason.to_string())
}

impl Reply {
    /// Reads the envelope.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        serde_json::from_slice(bytes).map_err(|error| missing("endpoint-answer", error))
    }
}

/// The verdict in `reply`. Nothing is repaired: what is cut, no JSON, or not as
/// the schema says is an error with its reason.
pub(crate) fn read(
    reply: &Reply,
    asked: &Asked<'_>,
    validator: &Validator,
    outline: Option<&Outline>,
) -> Result<VerdictRecord, Failure> {
    let choice =
        reply.choices.first().ok_or_else(|| missing("endpoint-answer", "it holds no choice"))?;
    let finish = choice.finish_reason.as_deref();
    if finish == Some("length") {
        return Err(missing("verdict-cut", "it was cut at the most tokens"));
    }
    let Some(text) = choice.message.content.as_deref().filter(|text| !text.trim().is_empty())
    else {
        return Err(missing("verdict-not-json", "it is empty"));
    };
    let answers: Value =
        strict::from_str(text).map_err(|error| missing("verdict-not-json", error))?;
    if let Some(error) = validator.iter_errors(&answers).next() {
        let place = error.instance_path().to_string();
        let place = if place.is_empty() { "the whole".to_owned() } else { place };
        return Err(missing("verdict-invalid", format!("{place}: {error}")));
    }
    let tokens: Vec<Token> = choice
        .logprobs
        .get("content")
        .and_then(|content| Vec::deserialize(content).ok())
        .unwrap_or_default();
    let usage = reply.usage.as_ref();
    Ok(VerdictRecord {
        item: asked.item.to_owned(),
        sample: asked.sample,
        judge: 0,
        seed: asked.seed,
        answers,
        text: text.to_owned(),
        prompt_tokens: usage.map_or(0, |usage| usage.prompt_tokens),
        verdict_tokens: usage.map_or(0, |usage| usage.completion_tokens),
        forced_tokens: 0,
        millis: u32::try_from(asked.took.as_millis()).unwrap_or(u32::MAX),
        // What the server's own grammar took away can't be known from here.
        mass: None,
        cut: false,
        levels: outline.map(|outline| levels(outline, text, &tokens)).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reply(content: &str, finish: &str) -> Result<VerdictRecord, Failure> {
        let schema = json!({"type": "object", "properties": {"safety": {"enum": [1, 2, 3]}},
            "required": ["safety"], "additionalProperties": false});
        let validator = jsonschema::validator_for(&schema).unwrap();
        let bytes = json!({"choices": [{"message": {"content": content}, "finish_reason": finish}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 7}})
        .to_string();
        let asked = Asked { item: "a", sample: 1, seed: 9, took: Duration::from_millis(3) };
        read(&Reply::parse(bytes.as_bytes())?, &asked, &validator, None)
    }

    #[test]
    fn a_valid_verdict_is_taken_as_it_was_written() {
        let record = reply("{\"safety\": 2}\n", "stop").unwrap();
        assert_eq!(
            (record.answers, record.text.as_str()),
            (json!({"safety": 2}), "{\"safety\": 2}\n")
        );
        assert_eq!((record.prompt_tokens, record.verdict_tokens, record.mass), (5, 7, None));
    }

    #[test]
    fn what_is_not_valid_is_missing_with_its_reason_and_never_repaired() {
        let code = |content, finish| reply(content, finish).unwrap_err().code;
        assert_eq!(code("```json\n{\"safety\": 2}\n```", "stop"), "verdict-not-json");
        assert_eq!(code("{\"safety\": 2", "stop"), "verdict-not-json");
        assert_eq!(code("", "stop"), "verdict-not-json");
        assert_eq!(code("{\"safety\": 1, \"safety\": 2}", "stop"), "verdict-not-json");
        assert_eq!(code("{\"safety\": 4}", "stop"), "verdict-invalid");
        assert_eq!(code("{\"safety\": \"2\"}", "stop"), "verdict-invalid");
        assert_eq!(code("{\"safety\": 2, \"more\": 1}", "stop"), "verdict-invalid");
        assert_eq!(code("{\"safety\": 2}", "length"), "verdict-cut");
        for bytes in ["", "<html>", "{}", "{\"choices\": 1}"] {
            assert_eq!(Reply::parse(bytes.as_bytes()).unwrap_err().code, "endpoint-answer");
        }
    }
}
