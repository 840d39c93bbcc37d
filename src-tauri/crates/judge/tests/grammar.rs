//! Whatever a model's logits say, a verdict is valid, spelt one way, and within
//! its token limit: random schemas, random logits, an independent validator.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use shinsa_domain::{Audience, CaseText, Output, Rubric, rating_schema};
use shinsa_judge::{Grammars, Outline, Sampling, Verdict, Vocabulary};
use shinsa_lm::Rng;

/// Every byte, and some pieces as byte-pair vocabularies have them.
fn vocabulary() -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = (0..=255u8).map(|byte| vec![byte]).collect();
    let pieces = [
        "{\"", "\":", "\",\"", ",\"", "\":[", "[]", "\"]", "\"]}", "true", "false", "tr", "fa",
        "safety", "harm", "reason", "10", "12", "0.", ".5", "誤薬", "薬", "転倒", "\\\"", "\\n",
        "\"}", "},{\"", "}]", "abc", "ab", " the", "null", ":\"", "[{\"", "1}", "5,\"",
    ];
    words.extend(pieces.iter().map(|piece| piece.as_bytes().to_vec()));
    words
}

fn grammars() -> (Grammars, usize) {
    let words = vocabulary();
    let width = words.len() + 13;
    let pieces = words.clone();
    let encode = move |text: &str| {
        let (mut rest, mut ids) = (text.as_bytes(), Vec::new());
        while !rest.is_empty() {
            let fits = pieces.iter().enumerate().filter(|(_, word)| rest.starts_with(word));
            let (id, word) = fits.max_by_key(|(_, word)| word.len()).unwrap();
            ids.push(u32::try_from(id).unwrap());
            rest = &rest[word.len()..];
        }
        ids
    };
    (Grammars::new(Vocabulary::new(words, width, encode)).unwrap(), width)
}

fn below(rng: &mut Rng, n: u64) -> usize {
    usize::try_from(rng.next_u64() % n).unwrap()
}

fn random_value(rng: &mut Rng, depth: usize) -> Value {
    let some = |rng: &mut Rng, all: &[Value]| {
        let count = 1 + below(rng, all.len() as u64);
        Value::Array(all[..count].to_vec())
    };
    match below(rng, if depth == 0 { 9 } else { 6 }) {
        0 => json!({"enum": some(rng, &[json!(1), json!(2), json!(3), json!(10), json!(12)])}),
        1 => json!({"type": "boolean"}),
        2 => json!({"enum": some(rng, &[json!("a"), json!("ab"), json!("誤薬\"1\""), json!("c")])}),
        3 => json!({"enum": some(rng, &[json!(0), json!(0.5), json!(1), json!(-2.25)])}),
        4 => json!({"type": "string", "maxLength": below(rng, 30)}),
        5 => json!({"type": "integer", "minimum": -3, "maximum": below(rng, 150)}),
        6 => {
            json!({"enum": some(rng, &[json!([]), json!(["a"]), json!(["b"]), json!(["a", "b"])])})
        }
        7 => {
            let ids = some(rng, &[json!("a"), json!("b"), json!("cc"), json!("d"), json!("薬")]);
            let count = ids.as_array().map_or(0, Vec::len);
            json!({"type": "array", "items": {"enum": ids}, "uniqueItems": true, "maxItems": count})
        }
        _ => {
            let low = below(rng, 3);
            let high = low + below(rng, 3);
            json!({"type": "array", "items": random_object(rng, depth + 1), "minItems": low,
                "maxItems": high})
        }
    }
}

fn random_object(rng: &mut Rng, depth: usize) -> Value {
    let names = ["safety", "harm", "reason", "理由", "x_1", "d"];
    let count = below(rng, names.len() as u64 + 1);
    let mut properties = Map::new();
    for name in &names[..count] {
        properties.insert((*name).into(), random_value(rng, depth));
    }
    let required: Vec<&String> = properties.keys().collect();
    json!({"type": "object", "required": required, "properties": properties,
        "additionalProperties": false})
}

/// Logits that sometimes insist on long texts, sometimes are flat.
fn write(mut verdict: Verdict, width: usize, rng: &mut Rng, max_tokens: usize) -> Verdict {
    let sampling = Sampling { temperature: 1.0, ..Sampling::default() };
    let spread = rng.next_f64() * 12.0;
    verdict.force().unwrap();
    while !verdict.is_complete() {
        let logits: Vec<f32> = (0..width).map(|_| (rng.next_f64() * spread) as f32).collect();
        verdict.choose(&logits, &sampling, rng, max_tokens).unwrap();
    }
    verdict
}

fn assert_sound(schema: &Value, verdict: &Verdict, max_tokens: usize) {
    let text = verdict.text();
    let value: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let validator = jsonschema::validator_for(schema).unwrap();
    assert!(validator.is_valid(&value), "{text} under {schema}");
    assert_eq!(value.to_string(), text, "one spelling");
    assert!(verdict.tokens() <= max_tokens, "{} > {max_tokens}: {text}", verdict.tokens());
    assert!((0.0..=1.0 + 1e-9).contains(&verdict.mass()));
    for level in verdict.levels().values() {
        let sum: f64 = level.iter().map(|level| level.p).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{level:?}");
    }
}

fn label(text: &str) -> Value {
    json!({"ja": text, "en": "some words"})
}

/// A criterion of any kind; lists only at the top.
fn random_criterion(rng: &mut Rng, id: usize, list: bool) -> Value {
    let few = |rng: &mut Rng| 2 + below(rng, 5);
    let kind = match below(rng, if list { 8 } else { 7 }) {
        0 => {
            let first = below(rng, 3) as i64 - 1;
            let level = |i: usize| json!({"value": first + i as i64, "label": label("段階")});
            json!({"type": "scale", "levels": (0..few(rng)).map(level).collect::<Vec<_>>()})
        }
        1 => json!({"type": "number", "min": 0, "max": below(rng, 12) + 1, "step": 0.5}),
        2 => json!({"type": "points", "points": below(rng, 10) + 1}),
        3 => {
            let item =
                |i: usize| json!({"id": format!("fault_{i}"), "label": label("減点"), "points": 1});
            json!({"type": "deductions", "items": (0..few(rng)).map(item).collect::<Vec<_>>()})
        }
        4 => {
            let option = |i: usize| json!({"id": format!("option_{i}"), "label": label("選択")});
            json!({"type": "choice", "options": (0..few(rng)).map(option).collect::<Vec<_>>()})
        }
        5 => json!({"type": "flag"}),
        6 => json!({"type": "text", "max_chars": 1 + below(rng, 60)}),
        _ => {
            let each = (0..1 + below(rng, 3)).map(|i| random_criterion(rng, i, false));
            let each: Vec<Value> = each.collect();
            json!({"type": "list", "items": "output", "each": each})
        }
    };
    json!({"id": format!("criterion_{id}"), "label": label("評価"), "kind": kind})
}

/// A random rubric's schema for an output with random list items.
fn random_rubric(rng: &mut Rng) -> Value {
    let mut criteria: Vec<Value> =
        (0..1 + below(rng, 6)).map(|i| random_criterion(rng, i, true)).collect();
    // A rubric says how it is scored; here by one statement.
    let met = json!({"type": "points", "points": 1});
    criteria.push(json!({"id": "met", "label": label("満たす"), "kind": met}));
    let lists: Map<String, Value> = criteria
        .iter()
        .map(|c| (c["id"].as_str().unwrap().to_owned(), json!(vec!["甲"; below(rng, 4)])))
        .collect();
    let rubric = json!({"id": "random", "version": 1, "title": label("乱数"), "description": label("乱数"),
        "criteria": criteria,
        "scoring": {"base": {"of": "points"}, "clamp": [0, 1],
            "thresholds": [{"min": 0, "label": "any"}]}});
    let rubric = Rubric::from_json(&rubric.to_string()).unwrap_or_else(|e| panic!("{e}: {rubric}"));
    let id = "00000000-0000-7000-8000-000000000000";
    let output: Output = serde_json::from_value(json!({"id": id, "key": "o", "case": id,
        "prompt": id, "sample": 0, "text": "x", "items": lists, "origin": {}}))
    .unwrap();
    let reasons = rng.next_f64() < 0.5;
    rating_schema(&rubric, &CaseText::default(), &output, Audience::Judge { reasons })
}

#[test]
fn every_verdict_is_valid_and_within_its_limit_whatever_the_logits() {
    let (grammars, width) = grammars();
    let mut rng = Rng::new(20260101, 0);
    let (mut cut, mut samples) = (0, 0);
    for round in 0..1_700 {
        // Rubrics, and in every fifth round a schema of more nesting than they have.
        let schema = match round % 5 {
            0 => random_object(&mut rng, 0),
            _ => random_rubric(&mut rng),
        };
        let outline = Arc::new(Outline::from_schema(&schema).unwrap());
        let empty = grammars.begin(Arc::clone(&outline)).unwrap();
        for extra in [0, 0, 1, 5, 20, 1000] {
            let max_tokens = outline.need() + extra;
            let verdict = write(empty.clone(), width, &mut rng, max_tokens);
            assert_sound(&schema, &verdict, max_tokens);
            cut += usize::from(verdict.cut());
            samples += 1;
        }
    }
    assert!(samples == 10_200 && cut > 200, "{cut} cut of {samples}");
}

#[test]
fn the_shipped_rubrics_verdicts_are_valid_and_complete_for_the_domain_too() {
    let (grammars, width) = grammars();
    let mut rng = Rng::new(7, 0);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../resources/rubrics");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "json"));
    paths.sort();
    assert!(!paths.is_empty());
    let case = CaseText {
        what: "転倒".into(),
        aspects: vec!["一".into(), "二".into()],
        ..CaseText::default()
    };
    let id = "00000000-0000-7000-8000-000000000000";
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(rubric) = Rubric::from_json(&text) else { continue };
        let lists: Map<String, Value> =
            rubric.criteria.iter().map(|c| (c.id.clone(), json!(["甲", "乙"]))).collect();
        let output: Output = serde_json::from_value(json!({"id": id, "key": "o", "case": id,
            "prompt": id, "sample": 0, "text": "x", "items": lists, "origin": {}}))
        .unwrap();
        for reasons in [false, true] {
            let schema = rating_schema(&rubric, &case, &output, Audience::Judge { reasons });
            let outline = Arc::new(Outline::from_schema(&schema).unwrap());
            let empty = grammars.begin(Arc::clone(&outline)).unwrap();
            for extra in [0, 40, 300] {
                let max_tokens = outline.need() + extra;
                let verdict = write(empty.clone(), width, &mut rng, max_tokens);
                assert_sound(&schema, &verdict, max_tokens);
                let answers = serde_json::from_str(&verdict.text()).unwrap();
                let problems = shinsa_domain::check(&rubric, &case, &output, &answers, false);
                assert!(problems.is_empty(), "{}: {problems:?}", verdict.text());
            }
        }
    }
}

#[test]
fn one_seed_writes_one_verdict() {
    let (grammars, width) = grammars();
    let schema = json!({"type": "object", "required": ["safety", "reason"], "properties": {
        "safety": {"enum": [1, 2, 3]}, "reason": {"type": "string", "maxLength": 12}},
        "additionalProperties": false});
    let outline = Arc::new(Outline::from_schema(&schema).unwrap());
    let empty = grammars.begin(outline).unwrap();
    let text = |seed| write(empty.clone(), width, &mut Rng::new(seed, 0), 64).text();
    assert_eq!(text(3), text(3));
    assert!((0..8).any(|seed| text(seed) != text(3)));
}

#[test]
fn the_distribution_over_levels_is_read_where_one_token_decides() {
    let (grammars, width) = grammars();
    let schema = json!({"type": "object", "required": ["n", "harm", "m"], "properties": {
        "n": {"enum": [1, 2, 3]}, "harm": {"type": "boolean"}, "m": {"enum": [1, 10]}},
        "additionalProperties": false});
    let outline = Arc::new(Outline::from_schema(&schema).unwrap());
    let mut verdict = grammars.begin(outline).unwrap();
    let mut logits = vec![f32::NEG_INFINITY; width];
    for (byte, p) in [(b'1', 0.5f32), (b'2', 0.25), (b'3', 0.05), (b'}', 0.1), (b'x', 0.1)] {
        logits[usize::from(byte)] = p.ln();
    }
    // "t" and "tr" and "true" all lead to true.
    for (piece, p) in [("t", 0.125f32), ("tr", 0.125), ("true", 0.5), ("f", 0.25)] {
        let id = vocabulary().iter().position(|word| word == piece.as_bytes()).unwrap();
        logits[id] = p.ln();
    }
    let greedy = Sampling::default();
    let mut rng = Rng::new(0, 0);
    verdict.force().unwrap();
    while !verdict.is_complete() {
        verdict.choose(&logits, &greedy, &mut rng, 64).unwrap();
    }
    assert_eq!(verdict.text(), r#"{"n":1,"harm":true,"m":1}"#);
    let p = |name: &str| -> Vec<f64> { verdict.levels()[name].iter().map(|l| l.p).collect() };
    let near = |a: Vec<f64>, b: &[f64]| {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6), "{a:?} {b:?}");
    };
    near(p("n"), &[0.625, 0.3125, 0.0625]);
    near(p("harm"), &[0.75, 0.25]);
    assert!(!verdict.levels().contains_key("m"), "1 and 10 begin alike");
}
