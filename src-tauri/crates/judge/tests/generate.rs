//! Outputs written with the shipped model.

use std::collections::BTreeMap;
use std::path::PathBuf;

use shinsa_jobs::{Cancel, Event};
use shinsa_judge::{GenerateItem, GenerateReport, GenerateSpec, Generated, Sampling, generate};
use shinsa_prompt::Message;

fn model() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let path = std::env::var_os("SHINSA_TEST_MODEL")
        .map_or_else(|| root.join("target/models/smollm2-135m-instruct-q4_1.gguf"), PathBuf::from);
    assert!(path.is_file(), "{} is missing; run scripts/fetch-model first", path.display());
    path
}

fn spec() -> GenerateSpec {
    let item = |id: &str, what: &str| GenerateItem {
        id: id.into(),
        messages: vec![Message::system("Answer briefly."), Message::user(what)],
        samples: vec![0, 1],
    };
    GenerateSpec {
        device: shinsa_lm::Device::Cpu,
        model: model(),
        adapter: None,
        items: vec![item("a", "What is a wristband for? 🏥"), item("b", "転倒を防ぐには？")],
        numeric: shinsa_lm::Numeric::Fast,
        sampling: Sampling { temperature: 0.8, top_p: 0.95, ..Sampling::default() },
        seed: 3,
        max_tokens: 24,
        batch: 4,
        threads: None,
        stream: true,
        inputs: BTreeMap::new(),
    }
}

type Texts = BTreeMap<(String, u32), String>;

/// Whole outputs, and what was told of them piece by piece.
fn run(spec: &GenerateSpec) -> (Texts, Texts, GenerateReport) {
    let (mut whole, mut pieces) = (Texts::new(), Texts::new());
    let report = generate(spec, &Cancel::default(), &mut |event| {
        let Event::Item(value) = event else { return };
        match serde_json::from_value(value).unwrap() {
            Generated::Piece { item, sample, text } => {
                pieces.entry((item, sample)).or_default().push_str(&text);
            }
            Generated::Output { item, sample, text, tokens, .. } => {
                assert!(tokens <= 24);
                assert!(whole.insert((item, sample), text).is_none(), "an output came twice");
            }
        }
    });
    (whole, pieces, report.unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn outputs_depend_on_their_own_prompt_and_seed_and_come_piece_by_piece() {
    let (whole, pieces, report) = run(&spec());
    assert_eq!((whole.len(), report.outputs), (4, 4));
    assert_ne!(whole[&("a".into(), 0)], whole[&("a".into(), 1)], "samples differ");
    for (key, text) in &whole {
        // The last character may have been cut in two.
        let told = pieces.get(key).map_or("", |t| t.trim());
        let end = text.trim_end_matches('\u{fffd}');
        assert!(told.starts_with(end) || end.starts_with(told), "{told:?} of {text:?}");
    }
    let alone = GenerateSpec { batch: 1, threads: Some(1), stream: false, ..spec() };
    let (again, none, other) = run(&alone);
    assert_eq!(again, whole);
    assert!(none.is_empty());
    assert_eq!(other.passport_hash, report.passport_hash);
}

#[test]
fn what_can_not_be_written_is_refused_or_skipped_by_name() {
    let mut long = spec();
    long.items[1].messages[1] = Message::user("薬 ".repeat(9000));
    let (whole, _, report) = run(&long);
    assert_eq!(whole.len(), 2);
    assert_eq!(report.skipped.len(), 1);
    assert_eq!(
        (report.skipped[0].item.as_str(), report.skipped[0].failure.code.as_str()),
        ("b", "judge-too-long")
    );
    let none = GenerateSpec { max_tokens: 0, ..spec() };
    let refused = generate(&none, &Cancel::default(), &mut |_| {});
    assert_eq!(refused.unwrap_err().code(), "judge-spec");
    let cancel = Cancel::default();
    let stopped = generate(&spec(), &cancel, &mut |event| {
        if matches!(event, Event::Item(_)) {
            cancel.cancel();
        }
    });
    assert_eq!(stopped.unwrap_err().code(), "cancelled");
}
