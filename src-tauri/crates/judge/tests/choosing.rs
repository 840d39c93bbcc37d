//! What choosing tokens costs on the host, with a vocabulary of 151,936.
//! `QWEN_TOKENIZER=FOLDER cargo test --release -p shinsa-judge --test choosing -- --ignored --nocapture`

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use shinsa_judge::{Grammars, Outline, Sampling, Vocabulary};
use shinsa_lm::{Rng, Tokenizer};

const WIDTH: usize = 151_936;

#[test]
#[ignore = "a measurement; needs a tokenizer of Qwen3's"]
#[allow(clippy::print_stdout, clippy::unwrap_used)]
fn what_a_choice_takes() {
    let folder = std::env::var("QWEN_TOKENIZER").unwrap();
    let began = Instant::now();
    let lap = |what: &str| println!("{:8.1} ms  {what}", began.elapsed().as_secs_f64() * 1e3);
    let tokenizer = Arc::new(Tokenizer::from_folder(folder.as_ref()).unwrap());
    lap("tokenizer");
    let bytes = (0..tokenizer.vocab_size() as u32)
        .map(|id| if tokenizer.is_special(id) { vec![] } else { tokenizer.token_bytes(id) })
        .collect();
    let vocabulary = Vocabulary::new(bytes, WIDTH, move |text| tokenizer.encode(text, false));
    lap("vocabulary");
    let grammars = Grammars::new(vocabulary).unwrap();
    lap("grammars");
    for reasons in [true, false] {
        let mut schema = json!({"type": "object", "properties": {}, "additionalProperties": false});
        if reasons {
            schema["properties"]["reason"] =
                json!({"type": "string", "minLength": 1, "maxLength": 100});
        }
        for name in ["safety", "accuracy", "completeness", "urgency", "clarity"] {
            schema["properties"][name] = json!({"type": "integer", "enum": [1, 2, 3, 4, 5]});
        }
        schema["properties"]["harm"] = json!({"type": "boolean"});
        let names: Vec<String> =
            schema["properties"].as_object().unwrap().keys().cloned().collect();
        schema["required"] = json!(names);
        let outline = Arc::new(Outline::from_schema(&schema).unwrap());
        let empty = grammars.begin(outline).unwrap();
        lap("an outline's grammar");
        let logits: Vec<Vec<f32>> = (0..64u64)
            .map(|row| {
                let mut rng = Rng::new(3, row);
                (0..WIDTH).map(|_| (0..4).map(|_| rng.next_f64() as f32 - 0.5).sum()).collect()
            })
            .collect();
        // A judge's own settings, then others that are usual.
        let all = Sampling { temperature: 0.7, ..Sampling::default() };
        let few = Sampling { temperature: 1.0, top_p: 0.95, top_k: 40, ..all };
        let most = Sampling { top_p: 0.95, ..all };
        let wary = Sampling { repetition_penalty: 1.1, ..all };
        for (name, sampling) in [("all", all), ("few", few), ("top-p", most), ("penalty", wary)] {
            let (mut times, mut took) = (Vec::new(), Duration::ZERO);
            for n in 0..24 {
                let mut verdict = empty.seat(n);
                let mut rng = Rng::new(7, n as u64);
                verdict.force().unwrap();
                let mut of = Vec::new();
                while !verdict.is_complete() {
                    let began = Instant::now();
                    let row = &logits[(n * 31 + of.len()) % 64];
                    verdict.choose(row, &sampling, &mut rng, 128).unwrap();
                    of.push(began.elapsed().as_secs_f64() * 1e3);
                    took += began.elapsed();
                }
                times.push(of);
            }
            let all: usize = times.iter().map(Vec::len).sum();
            println!("{name}: {all} choices, {:.3} ms each", took.as_secs_f64() * 1e3 / all as f64);
            for of in [&times[0], &times[23]] {
                println!(
                    "{:?}",
                    of.iter().map(|t| (t * 100.0).round() / 100.0).collect::<Vec<_>>()
                );
            }
        }
    }
}
