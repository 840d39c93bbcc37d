//! Merged models do what their base does with the adapter beside it.

// Tests make files of their own.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use shinsa_lm::adapter::combine;
use shinsa_lm::merge::{Float, MergeReport, Phase, Target, merge};
use shinsa_lm::peft::load_peft;
use shinsa_lm::rng::uniform;
use shinsa_lm::{LmError, Lora, LoraConfig, Model, OpenOptions, Residency, Session};

const TOKENS: [u32; 12] = [5, 99, 17, 64, 3, 127, 0, 42, 42, 8, 71, 23];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/parity/fixtures")
}

/// A folder of this test's own, removed when it is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("shinsa-merge-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&self.0)
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open(path: &Path) -> Model {
    Model::open(path, &OpenOptions { residency: Residency::Stored, ..OpenOptions::default() })
        .unwrap()
}

fn logits(model: &Model, lora: Option<&Lora>) -> Vec<f32> {
    Session::new(model, lora).prefix(None, &TOKENS).unwrap().logits().to_vec()
}

fn apart(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn merged(base: &Path, lora: &Lora, target: &Target) -> Result<MergeReport, LmError> {
    merge(open(base), lora, target, &mut |_| true)
}

/// The same tiny base as a folder and as a GGUF of the Llama family.
fn bases(dir: &Folder) -> [PathBuf; 2] {
    let path = dir.0.join("base.gguf");
    fs::copy(fixtures().join("peft/base-gguf.bin"), &path).unwrap();
    [fixtures().join("llama"), path]
}

/// A GGUF of the Llama family whose weights have as many types as a mixed quant.
fn quantised(dir: &Folder) -> PathBuf {
    let from = fs::read(fixtures().join("peft/base-gguf.bin")).unwrap();
    let from = gguf_file::Content::read(&mut std::io::Cursor::new(from)).unwrap();
    let mut metadata: BTreeMap<String, Value> = from.metadata.into_iter().collect();
    for (key, value) in [
        ("embedding_length", 256),
        ("feed_forward_length", 256),
        ("attention.head_count", 4),
        ("attention.head_count_kv", 2),
        ("rope.dimension_count", 64),
        ("block_count", 1),
    ] {
        metadata.insert(format!("llama.{key}"), Value::U32(value));
    }
    let mut tensors = Vec::new();
    for (i, (name, rows, dtype)) in [
        ("token_embd", 128, GgmlDType::Q8_0),
        ("blk.0.attn_q", 256, GgmlDType::Q4K),
        ("blk.0.attn_k", 128, GgmlDType::Q4_0),
        ("blk.0.attn_v", 128, GgmlDType::Q5K),
        ("blk.0.attn_output", 256, GgmlDType::Q4_1),
        ("blk.0.ffn_gate", 256, GgmlDType::Q5_0),
        ("blk.0.ffn_up", 256, GgmlDType::F16),
        ("blk.0.ffn_down", 256, GgmlDType::Q6K),
        ("blk.0.attn_norm", 0, GgmlDType::F32),
        ("blk.0.ffn_norm", 0, GgmlDType::F32),
        ("output_norm", 0, GgmlDType::F32),
    ]
    .into_iter()
    .enumerate()
    {
        let n = if rows == 0 { 256 } else { rows * 256 };
        let number = |j: usize| match rows {
            0 => 0.8 + 0.4 * uniform(5, i as u64, j as u64),
            _ => (uniform(5, i as u64, j as u64) - 0.5) * 0.15,
        };
        let values: Vec<f32> = (0..n).map(number).collect();
        let shape = if rows == 0 { vec![256] } else { vec![rows, 256] };
        let tensor = Tensor::from_vec(values, shape, &Device::Cpu).unwrap();
        tensors.push((format!("{name}.weight"), QTensor::quantize(&tensor, dtype).unwrap()));
    }
    let path = dir.0.join("quantised.gguf");
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(k, v)| (k.as_str(), v)).collect();
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(k, v)| (k.as_str(), v)).collect();
    gguf_file::write(&mut fs::File::create(&path).unwrap(), &metadata, &tensors).unwrap();
    path
}

fn random(model: &Model, seed: u64, r: usize, size: f32) -> Lora {
    let config = LoraConfig { r, alpha: 2.0 * r as f32, seed, ..LoraConfig::default() };
    let mut lora = Lora::init(&model.spec, &config).unwrap();
    for slot in lora.slots.clone() {
        for i in slot.b {
            lora.values[i] = (uniform(seed, 99, i as u64) - 0.5) * size;
        }
    }
    lora
}

#[test]
fn a_merged_folder_does_what_the_adapter_does_from_either_kind_of_base() {
    let dir = Folder::new("folder");
    for (i, base) in bases(&dir).iter().enumerate() {
        let model = open(base);
        let lora = load_peft(&fixtures().join("peft"), &model).unwrap();
        let (adapted, plain) = (logits(&model, Some(&lora)), logits(&model, None));
        let before = model.hash.clone();
        for (float, near) in [(Float::F32, 1e-4), (Float::Bf16, 0.3)] {
            let out = dir.0.join(format!("out-{i}-{float:?}"));
            let report = merged(base, &lora, &Target::Folder(out.clone(), float)).unwrap();
            let again = open(&out);
            assert_eq!(again.spec, model.spec, "{base:?}");
            assert_eq!(again.tokenizer.hash(), before.tokenizer);
            assert_eq!(again.template.source(), model.template.source());
            let far = apart(&logits(&again, None), &adapted);
            assert!(far <= near, "{base:?} {float:?}: {far}");
            assert!(apart(&logits(&again, None), &plain) > 2.0 * near);
            assert_eq!(report.weights, again.hash.weights);
            assert!(report.kl_before.unwrap() < 1e-6, "{report:?}");
            assert!(report.kl_after < 0.1 * report.kl_base, "{report:?}");
        }
        assert_eq!(open(base).hash, before, "the base was only read");
    }
}

#[test]
fn a_merged_gguf_keeps_its_bases_types_and_all_that_was_not_adapted() {
    let dir = Folder::new("gguf");
    let base = quantised(&dir);
    let model = open(&base);
    let whole = Model::open(&base, &OpenOptions::default()).unwrap();
    assert_eq!(logits(&model, None), logits(&whole, None), "stored and dequantised");
    let lora = random(&model, 3, 4, 0.1);
    let out = dir.0.join("merged.gguf");
    let hash = model.hash.clone();
    let report = merged(&base, &lora, &Target::Gguf(out.clone())).unwrap();
    assert_eq!(open(&base).hash, hash, "the base was only read");
    assert!(report.kl_before.unwrap() < 1e-6, "{report:?}");
    assert!(report.kl_after > report.kl_before.unwrap(), "{report:?}");
    assert!(report.kl_after < 0.5 * report.kl_base, "{report:?}");

    let (old, new) = (fs::read(&base).unwrap(), fs::read(&out).unwrap());
    let head = |bytes: &[u8]| gguf_file::Content::read(&mut std::io::Cursor::new(bytes)).unwrap();
    let (a, b) = (head(&old), head(&new));
    assert_eq!((old.len(), a.tensor_data_offset), (new.len(), b.tensor_data_offset));
    for (name, info) in &a.tensor_infos {
        let other = &b.tensor_infos[name];
        assert_eq!((info.ggml_dtype, info.offset), (other.ggml_dtype, other.offset), "{name}");
        let at = (a.tensor_data_offset + info.offset) as usize;
        let size =
            info.shape.elem_count() / info.ggml_dtype.block_size() * info.ggml_dtype.type_size();
        let same = old[at..at + size] == new[at..at + size];
        let adapted = name.starts_with("blk.") && !name.contains("norm");
        assert_eq!(same, !adapted, "{name}");
    }
}

#[test]
fn a_merged_gguf_of_floats_does_what_the_adapter_does() {
    let dir = Folder::new("floats");
    let [_, base] = bases(&dir);
    let model = open(&base);
    let lora = load_peft(&fixtures().join("peft"), &model).unwrap();
    let out = dir.0.join("merged.gguf");
    merged(&base, &lora, &Target::Gguf(out.clone())).unwrap();
    assert!(apart(&logits(&open(&out), None), &logits(&model, Some(&lora))) <= 1e-4);
}

#[test]
fn several_adapters_merge_to_their_weighted_sum() {
    let dir = Folder::new("several");
    let base = fixtures().join("llama");
    let model = open(&base);
    let (one, two) = (random(&model, 1, 4, 0.5), random(&model, 2, 3, 0.5));
    let sum = combine(&model.spec, &[(one.clone(), 0.75), (two.clone(), -0.5)]).unwrap();
    // One after the other, each at its own weight.
    let scaled =
        |lora: &Lora, weight: f32| combine(&model.spec, &[(lora.clone(), weight)]).unwrap();
    let (first, second) = (dir.0.join("first"), dir.0.join("second"));
    let target = |path: &Path| Target::Folder(path.to_owned(), Float::F32);
    merged(&base, &scaled(&one, 0.75), &target(&first)).unwrap();
    merged(&first, &scaled(&two, -0.5), &target(&second)).unwrap();
    let both = dir.0.join("both");
    merged(&base, &sum, &target(&both)).unwrap();
    let wanted = logits(&open(&second), None);
    assert!(apart(&logits(&open(&both), None), &wanted) <= 1e-4);
    assert!(apart(&logits(&model, Some(&sum)), &wanted) <= 1e-4);
    assert!(apart(&logits(&model, Some(&one)), &wanted) > 0.05);
}

#[test]
fn what_is_stopped_or_refused_leaves_nothing_behind() {
    let dir = Folder::new("refused");
    let [folder, base] = bases(&dir);
    let lora = random(&open(&base), 1, 4, 0.5);
    let names = dir.names();
    for target in
        [Target::Gguf(dir.0.join("merged.gguf")), Target::Folder(dir.0.join("merged"), Float::F32)]
    {
        // While writing, and while measuring what was written.
        for stop in [1, 2] {
            let mut seen = Vec::new();
            let stopped = merge(open(&base), &lora, &target, &mut |step| {
                if seen.last() != Some(&step.phase) {
                    seen.push(step.phase);
                }
                seen.len() <= stop
            });
            assert_eq!(stopped.unwrap_err().code(), "cancelled", "{seen:?}");
            assert_eq!(seen[..stop], [Phase::Measure, Phase::Write][..stop]);
            assert_eq!(dir.names(), names, "{target:?}");
        }
    }
    let refused = |base: &Path, lora: &Lora, target: Target| {
        let code = merged(base, lora, &target).unwrap_err().code();
        assert_eq!(dir.names(), names, "{target:?}");
        code
    };
    let taken = Target::Gguf(base.clone());
    assert_eq!(refused(&base, &lora, taken), "file-exists", "not even the base itself");
    let gguf = Target::Gguf(dir.0.join("merged.gguf"));
    assert_eq!(refused(&folder, &lora, gguf.clone()), "model-unsupported");
    let other = Lora::zeros(&open(&fixtures().join("qwen3")).spec, &LoraConfig::default()).unwrap();
    assert_eq!(refused(&base, &other, gguf), "lora-config");
}
