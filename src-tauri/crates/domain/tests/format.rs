//! The published schema of rubrics says what the reader does.
#![cfg(feature = "schemars")]

use serde_json::{Value, json};
use shinsa_domain::{Rubric, rubric_format};
use std::path::{Path, PathBuf};

/// Set to write the published file instead of comparing it.
const WRITE: &str = "SHINSA_WRITE_SCHEMAS";

fn resources(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../resources").join(name)
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn shipped() -> Vec<Value> {
    let files = std::fs::read_dir(resources("rubrics")).unwrap();
    let rubrics: Vec<Value> = files.map(|entry| read(&entry.unwrap().path())).collect();
    assert!(rubrics.len() >= 5);
    rubrics
}

#[test]
#[allow(clippy::disallowed_methods)] // a generated source file, not a user's data
fn the_published_schema_is_the_formats_own() {
    let file = resources("schemas/rubric.schema.json");
    if std::env::var_os(WRITE).is_some() {
        let text = serde_json::to_string_pretty(&rubric_format()).unwrap();
        std::fs::write(&file, text + "\n").unwrap();
    }
    assert_eq!(
        read(&file),
        rubric_format(),
        "rubric.schema.json is stale: run `make bindings` and commit it"
    );
}

#[test]
fn every_shipped_rubric_fits_the_schema() {
    let validator = jsonschema::validator_for(&rubric_format()).unwrap();
    for rubric in shipped() {
        let errors: Vec<String> =
            validator.iter_errors(&rubric).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", rubric["id"]);
    }
}

/// Changes to a shipped rubric that neither side may take.
#[test]
fn schema_and_reader_refuse_the_same_broken_shapes() {
    let validator = jsonschema::validator_for(&rubric_format()).unwrap();
    let sound = read(&resources("rubrics/answer-safety.json"));
    let broken: [(&str, Value); 8] = [
        ("/title", json!("one language")),
        ("/title", json!({"ja": "x", "en": "x", "fr": "x"})),
        ("/version", json!("1")),
        ("/criteria", json!({})),
        ("/criteria/0/kind", json!({"type": "stars", "count": 5})),
        ("/criteria/0/kind", json!({"type": "scale"})),
        ("/criteria/0/colour", json!("red")),
        ("/scoring/base", json!({"of": "luck"})),
    ];
    assert!(validator.is_valid(&sound));
    for (place, value) in broken {
        let mut rubric = sound.clone();
        match rubric.pointer_mut(place) {
            Some(old) => *old = value,
            None => {
                let (parent, name) = place.rsplit_once('/').unwrap();
                rubric.pointer_mut(parent).unwrap()[name] = value;
            }
        }
        assert!(!validator.is_valid(&rubric), "the schema takes {place}: {rubric}");
        assert!(Rubric::from_json(&rubric.to_string()).is_err(), "the reader takes {place}");
    }
}
