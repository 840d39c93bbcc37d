//! Models and adapters that must be refused, and how.

use crate::demo;
use serde_json::Value;
use shinsa_tests::{Shinsa, embedded_model};
use std::fs;
use std::io::Read;

#[test]
fn the_embedded_model_says_what_it_is() {
    let model = embedded_model().to_string_lossy().into_owned();
    let card = Shinsa::new().json(&["model", "inspect", &model, "--json"]);
    assert_eq!(card["bytes"].as_f64(), Some(98_362_432.0), "{card}");
}

#[test]
fn a_gguf_cut_short_is_refused_by_name() {
    let shinsa = Shinsa::new();
    let mut start = Vec::new();
    let file = fs::File::open(embedded_model()).expect("the model");
    file.take(4 << 20).read_to_end(&mut start).expect("its first 4 MiB");
    let cut = shinsa.file("cut.gguf", &start);
    let run = shinsa.run(&["model", "inspect", &cut, "--json"]);
    run.failed_with("gguf-truncated").refused(&["cut.gguf"]);
    let header_only = shinsa.file("stub.gguf", &start[..20]);
    shinsa.run(&["model", "inspect", &header_only]).refused(&["stub.gguf"]);
    let nonsense = shinsa.file("text.gguf", "this is no model");
    shinsa.run(&["model", "inspect", &nonsense]).refused(&["text.gguf"]);
}

#[test]
fn a_run_that_cannot_fit_is_refused_before_it_starts() {
    let demo = demo::small();
    let _alone = demo.alone();
    let project = demo.project();
    demo.shinsa
        .run(&["train", &project, "--name", "huge", "--memory-limit", "1000000", "--json"])
        .failed_with("train-does-not-fit");
}

#[test]
fn an_adapter_of_another_base_is_refused() {
    let demo = demo::small();
    let _alone = demo.alone();
    let adapter = demo.adapter();
    let other = demo.shinsa.path("other-base");
    #[allow(clippy::disallowed_methods)] // a copy for the test to spoil
    {
        fs::create_dir_all(&other).expect("a folder");
        for name in ["adapter_config.json", "adapter_model.safetensors"] {
            fs::copy(adapter.join(name), other.join(name)).expect("a copy of the adapter");
        }
        let config = other.join("adapter_config.json");
        let text = fs::read_to_string(&config).expect("the adapter's configuration");
        let mut json: Value = serde_json::from_str(&text).expect("JSON");
        let spoiled = spoil_hashes(&mut json["shinsa"]);
        assert!(spoiled > 0, "the adapter does not record its base: {text}");
        fs::write(&config, json.to_string()).expect("the spoiled configuration");
    }
    let folder = other.to_string_lossy().into_owned();
    let project = demo.project();
    demo.shinsa
        .run(&["judge", &project, "--name", "wrong", "--adapter", &folder, "--json"])
        .failed_with("adapter-base");
}

/// Turns every hash below into another one; returns how many.
fn spoil_hashes(value: &mut Value) -> usize {
    match value {
        Value::String(text) if text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit()) => {
            *text = "0".repeat(64);
            1
        }
        Value::Object(map) => map.values_mut().map(spoil_hashes).sum(),
        _ => 0,
    }
}

/// A tiny base with an adapter of PEFT's, from the parity fixtures.
fn tiny(shinsa: &Shinsa) -> (String, String) {
    let fixtures = shinsa_tests::root().join("tests/parity/fixtures");
    let gguf = fs::read(fixtures.join("peft/base-gguf.bin")).expect("the fixture");
    (shinsa.file("base.gguf", gguf), fixtures.join("peft").to_string_lossy().into_owned())
}

#[test]
fn an_adapter_goes_to_llama_cpp_and_back_and_adds_up() {
    let shinsa = Shinsa::new();
    let (base, peft) = tiny(&shinsa);
    let gguf = shinsa.path("a.gguf").to_string_lossy().into_owned();
    let folder = shinsa.path("again").to_string_lossy().into_owned();
    let export = |from: &[&str], to: &str| {
        let mut args = vec!["adapter", "export"];
        args.extend_from_slice(from);
        args.extend_from_slice(&["--to", to, "--model", &base, "--json"]);
        shinsa.run(&args)
    };
    let there = export(&[&peft], &gguf).last_json();
    assert_eq!(there["rank"], 4, "{there}");
    let back = export(&[&gguf], &folder).last_json();
    assert_eq!(there["parameters"], back["parameters"]);
    export(&[&peft], &gguf).failed_with("file-exists");
    let sum = shinsa.path("sum").to_string_lossy().into_owned();
    let both = [format!("{peft}=0.5"), format!("{folder}=0.5")];
    let both = export(&[&both[0], &both[1]], &sum).last_json();
    assert_eq!(both["rank"], 8, "{both}");
    // An adapter of another base: the file's shapes tell.
    let other = shinsa.path("other").to_string_lossy().into_owned();
    let model = embedded_model().to_string_lossy().into_owned();
    shinsa
        .run(&["adapter", "export", &gguf, "--to", &other, "--model", &model, "--json"])
        .failed_with("adapter-base");
    assert!(!shinsa.path("other").exists());
}

#[test]
fn a_merged_model_opens_says_how_far_it_moved_and_leaves_its_base_alone() {
    let shinsa = Shinsa::new();
    let (base, peft) = tiny(&shinsa);
    let before = fs::read(&base).expect("the base");
    for (name, dtype) in [("merged.gguf", "bf16"), ("merged", "f32")] {
        let to = shinsa.path(name).to_string_lossy().into_owned();
        let args = ["adapter", "merge", &base, &peft, "--to", &to, "--dtype", dtype, "--json"];
        let reply = shinsa.json(&args);
        let kl = |key: &str| reply[key].as_f64().expect("a divergence");
        assert!(kl("kl_after") < 1e-6 && kl("kl_before") < 1e-6, "{reply}");
        assert!(kl("kl_base") > 1e-3, "{reply}");
        let record = fs::read_to_string(reply["record"].as_str().expect("a record"));
        let record: Value = serde_json::from_str(&record.expect("the record")).expect("JSON");
        assert_eq!(record["report"]["weights"], reply["weights"]);
        assert_eq!(record["adapters"][0]["weight"], 1.0);
        let card = shinsa.json(&["model", "inspect", &to, "--json"]);
        assert_eq!(card["arch"], "llama", "{card}");
        shinsa.run(&args).failed_with("file-exists");
        let said = shinsa.run(&["adapter", "merge", &base, "no-adapter", "--to", "x", "--json"]);
        said.failed_with("io");
    }
    assert_eq!(fs::read(&base).expect("the base"), before);
}
