use std::path::PathBuf;

use super::*;
use crate::lora::{LoraConfig, Projection};
use crate::spec::{Arch, Rope, RopeLayout, RopeScaling};

fn spec(layout: RopeLayout) -> DecoderSpec {
    DecoderSpec {
        arch: Arch::Llama,
        vocab: 16,
        hidden: 8,
        layers: 2,
        heads: 2,
        kv_heads: 1,
        head_dim: 4,
        intermediate: 12,
        rms_eps: 1e-5,
        rope: Rope { theta: 1e4, scaling: RopeScaling::None, layout },
        tied_embeddings: true,
        qk_norm: false,
        attention_bias: false,
        max_positions: 32,
    }
}

fn hash(weights: &str) -> ModelHash {
    ModelHash { weights: weights.into(), tokenizer: "t".into(), template: "c".into() }
}

/// Every value its own place, so that a wrong move shows.
fn counted(spec: &DecoderSpec, targets: &[Projection]) -> Lora {
    let config = LoraConfig {
        r: 2,
        alpha: 4.0,
        dropout: 0.05,
        targets: targets.to_vec(),
        rslora: false,
        seed: 7,
    };
    let mut lora = Lora::zeros(spec, &config).unwrap();
    for (at, value) in lora.values.iter_mut().enumerate() {
        *value = at as f32;
    }
    lora
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("shinsa-peft-{name}-{}", std::process::id()));
        shinsa_fsio::create_dir_all(&dir).unwrap();
        Folder(dir)
    }
    fn put(&self, file: &str, bytes: &[u8]) {
        shinsa_fsio::atomic_write(&self.0.join(file), bytes).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = shinsa_fsio::remove_dir_all(&self.0);
    }
}

fn saved(name: &str, lora: &Lora, spec: &DecoderSpec) -> Folder {
    let folder = Folder::new(name);
    let base = Base { spec, name: "tiny", hash: &hash("w") };
    let (config, weights) = files(lora, base, &folder.0).unwrap();
    folder.put(CONFIG_FILE, &config);
    folder.put(WEIGHTS_FILE, &weights);
    folder
}

fn change(folder: &Folder, edit: impl FnOnce(&mut serde_json::Value)) {
    let bytes = std::fs::read(folder.0.join(CONFIG_FILE)).unwrap();
    let mut value = serde_json::from_slice(&bytes).unwrap();
    edit(&mut value);
    folder.put(CONFIG_FILE, value.to_string().as_bytes());
}

#[test]
fn an_adapter_comes_back_as_it_was_saved_in_both_row_orders() {
    for layout in [RopeLayout::Halves, RopeLayout::Interleaved] {
        let spec = spec(layout);
        let lora = counted(&spec, &Projection::ALL);
        let folder = saved(&format!("round-{layout:?}"), &lora, &spec);
        let hash = hash("w");
        let again = load(&folder.0, Base { spec: &spec, name: "", hash: &hash }).unwrap();
        assert_eq!(again, lora);
        assert_eq!(again.scale(), 2.0);
    }
}

#[test]
fn rows_of_q_and_k_leave_in_hugging_faces_order() {
    let spec = spec(RopeLayout::Interleaved);
    let lora = counted(&spec, &[Projection::Q, Projection::V]);
    let bytes = tensors::write(&lora, &spec).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let rows = |name: &str| -> Vec<f32> {
        let tensor = file
            .tensor(&format!("base_model.model.model.layers.0.self_attn.{name}.lora_B.weight"))
            .unwrap();
        let (words, _) = tensor.data().as_chunks::<4>();
        words
            .iter()
            .map(|word| f32::from_le_bytes(*word))
            .collect::<Vec<_>>()
            .chunks(2)
            .map(|row| row[0])
            .collect()
    };
    let first = lora.slots[0].b.start as f32;
    let moved: Vec<f32> = [0, 2, 1, 3, 4, 6, 5, 7].map(|row| first + 2.0 * row as f32).to_vec();
    assert_eq!(rows("q_proj"), moved);
    let first = lora.slots[1].b.start as f32;
    assert_eq!(rows("v_proj"), [0, 1, 2, 3].map(|row| first + 2.0 * row as f32));
}

#[test]
fn the_same_adapter_is_always_the_same_bytes() {
    let spec = spec(RopeLayout::Halves);
    let lora = counted(&spec, &Projection::ALL);
    assert_eq!(tensors::write(&lora, &spec).unwrap(), tensors::write(&lora, &spec).unwrap());
}

#[test]
fn an_adapter_of_another_base_is_refused_by_both_hashes() {
    let spec = spec(RopeLayout::Halves);
    let folder = saved("base", &counted(&spec, &[Projection::Q]), &spec);
    let other = hash("other");
    let error = load(&folder.0, Base { spec: &spec, name: "", hash: &other }).unwrap_err();
    assert_eq!(error.code(), "adapter-base");
    assert_eq!(
        (error.args()["expected"].as_str(), error.args()["actual"].as_str()),
        ("w", "other")
    );
    // From elsewhere, without our record: its shapes decide.
    change(&folder, |value| drop(value.as_object_mut().unwrap().remove("shinsa")));
    assert!(load(&folder.0, Base { spec: &spec, name: "", hash: &other }).is_ok());
}

#[test]
fn settings_that_this_engine_does_not_do_are_refused_by_name() {
    let spec = spec(RopeLayout::Halves);
    let hash = hash("w");
    for (key, value) in [
        ("use_dora", serde_json::json!(true)),
        ("modules_to_save", serde_json::json!(["lm_head"])),
        ("bias", serde_json::json!("all")),
        ("bias", serde_json::json!("lora_only")),
        ("lora_bias", serde_json::json!(true)),
        ("trainable_token_indices", serde_json::json!([1, 2])),
        ("target_parameters", serde_json::json!(["experts.gate_up_proj"])),
        ("rank_pattern", serde_json::json!({"q_proj": 2.5})),
        ("rank_pattern", serde_json::json!({"q_(": 2})),
        ("alpha_pattern", serde_json::json!({"q_proj": -1})),
        ("alpha_pattern", serde_json::json!(["q_proj"])),
        ("peft_type", serde_json::json!("IA3")),
        ("target_modules", serde_json::json!(["q_proj", "c_attn"])),
        ("r", serde_json::json!(0)),
    ] {
        let folder = saved(&format!("refused-{key}"), &counted(&spec, &[Projection::Q]), &spec);
        change(&folder, |config| config[key] = value);
        let error = load(&folder.0, Base { spec: &spec, name: "", hash: &hash }).unwrap_err();
        assert_eq!(error.code(), "adapter-broken");
        let named = if key == "target_modules" { "c_attn" } else { key };
        assert!(error.to_string().contains(named), "{error}");
    }
}

#[test]
fn target_modules_may_be_a_list_a_pattern_or_a_word() {
    let spec = spec(RopeLayout::Halves);
    let hash = hash("w");
    let base = Base { spec: &spec, name: "", hash: &hash };
    let lora = counted(&spec, &Projection::ALL);
    let folder = saved("targets", &lora, &spec);
    let with = |targets: serde_json::Value| {
        change(&folder, |config| config["target_modules"] = targets);
        load(&folder.0, base)
    };
    assert_eq!(with("all-linear".into()).unwrap(), lora);
    assert_eq!(with(".*(self_attn|mlp)\\..*_proj".into()).unwrap(), lora);
    // A pattern in a dialect that can't be read: the tensors tell.
    assert_eq!(with("(?!lm_head).*_proj".into()).unwrap(), lora);
    // A pattern that leaves some of the tensors out.
    let error = with(".*self_attn.*".into()).unwrap_err();
    assert!(error.to_string().contains("mlp.gate_proj"), "{error}");
    let error = with("q_proj".into()).unwrap_err();
    assert!(error.to_string().contains("isn't among the target modules"), "{error}");

    let folder = saved("targets-some", &counted(&spec, &[Projection::Q]), &spec);
    let with = |targets: serde_json::Value| {
        change(&folder, |config| config["target_modules"] = targets);
        load(&folder.0, base)
    };
    assert!(with(serde_json::json!(["self_attn.q_proj"])).is_ok());
    let error = with("all-linear".into()).unwrap_err();
    assert!(error.to_string().contains("layers.0.self_attn.k_proj.lora_A.weight is missing"));
}

#[test]
fn modules_that_the_settings_leave_out_stay_unadapted() {
    let deep = DecoderSpec { layers: 3, ..spec(RopeLayout::Halves) };
    let shallow = DecoderSpec { layers: 2, ..deep.clone() };
    let hash = hash("w");
    let folder = saved("narrow", &counted(&shallow, &[Projection::Q]), &shallow);
    let base = Base { spec: &deep, name: "", hash: &hash };
    assert!(load(&folder.0, base).is_err());
    change(&folder, |config| config["layers_to_transform"] = serde_json::json!([0, 1]));
    let lora = load(&folder.0, base).unwrap();
    let last = lora.slot(2, Projection::Q).unwrap();
    for range in [last.a.clone(), last.b.clone()] {
        assert!(lora.values[range].iter().all(|v| *v == 0.0));
    }
    assert!(lora.values[..last.a.start].iter().skip(1).all(|v| *v != 0.0));
}

#[test]
fn tensors_that_do_not_fit_are_refused_by_name() {
    let (small, hash) = (spec(RopeLayout::Halves), hash("w"));
    let folder = saved("shape", &counted(&small, &[Projection::Up]), &small);
    let wide = DecoderSpec { intermediate: 16, ..small.clone() };
    let shallow = DecoderSpec { layers: 1, ..small.clone() };
    for (base, part) in [(&wide, "up_proj.lora_B"), (&shallow, "layers.1.")] {
        let error = load(&folder.0, Base { spec: base, name: "", hash: &hash }).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
    let deep = DecoderSpec { layers: 3, ..small.clone() };
    let error = load(&folder.0, Base { spec: &deep, name: "", hash: &hash }).unwrap_err();
    assert!(error.to_string().contains("layers.2.mlp.up_proj.lora_A.weight is missing"), "{error}");
    change(&folder, |config| config["target_modules"] = serde_json::json!(["q_proj"]));
    let error = load(&folder.0, Base { spec: &small, name: "", hash: &hash }).unwrap_err();
    assert!(error.to_string().contains("isn't among the target modules"), "{error}");
    folder.put(WEIGHTS_FILE, b"\x08\0\0\0\0\0\0\0{}");
    assert_eq!(
        load(&folder.0, Base { spec: &small, name: "", hash: &hash }).unwrap_err().code(),
        "adapter-broken"
    );
}

#[test]
fn a_missing_file_is_named() {
    let spec = spec(RopeLayout::Halves);
    let hash = hash("w");
    let error = load(
        &std::env::temp_dir().join("shinsa-no-adapter"),
        Base { spec: &spec, name: "", hash: &hash },
    )
    .unwrap_err();
    assert_eq!(error.code(), "io");
    assert!(error.to_string().contains(CONFIG_FILE));
}
