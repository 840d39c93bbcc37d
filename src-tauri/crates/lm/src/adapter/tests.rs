//! What an exported file holds, name by name and byte by byte, and what several
//! adapters do together.

use candle_core::quantized::gguf_file::{Content, Value};
use std::io::Cursor;
use std::path::PathBuf;

use super::*;
use crate::model::ModelHash;
use crate::spec::{Arch, Rope, RopeLayout, RopeScaling};
use crate::weights::gguf::GgufFile;

fn spec(arch: Arch) -> DecoderSpec {
    DecoderSpec {
        arch,
        vocab: 16,
        hidden: 8,
        layers: 2,
        heads: 2,
        kv_heads: 1,
        head_dim: 4,
        intermediate: 12,
        rms_eps: 1e-5,
        rope: Rope { theta: 1e4, scaling: RopeScaling::None, layout: RopeLayout::Halves },
        tied_embeddings: true,
        qk_norm: arch == Arch::Qwen3,
        attention_bias: arch == Arch::Qwen2,
        max_positions: 32,
    }
}

fn hash(weights: &str) -> ModelHash {
    ModelHash { weights: weights.into(), tokenizer: "t".into(), template: "c".into() }
}

fn adapter(spec: &DecoderSpec, r: usize, rslora: bool, targets: &[Projection]) -> Lora {
    let targets = targets.to_vec();
    let config = LoraConfig { r, alpha: 6.0, dropout: 0.0, targets, rslora, seed: 0 };
    let mut lora = Lora::zeros(spec, &config).unwrap();
    for (i, v) in lora.values.iter_mut().enumerate() {
        *v = (i % 97) as f32 / 8.0 - 5.0 + r as f32;
    }
    lora
}

/// A file that is removed when the test is over.
struct File(PathBuf);

impl File {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("shinsa-{name}-{}.gguf", std::process::id()));
        shinsa_fsio::atomic_write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = shinsa_fsio::remove_file(&self.0);
    }
}

#[test]
fn an_exported_adapter_has_llama_cpps_names_shapes_and_keys() {
    let spec = spec(Arch::Llama);
    let lora = adapter(&spec, 2, true, &Projection::ALL);
    let bytes = gguf::bytes(&lora, &spec, &hash("w")).unwrap();
    let content = Content::read(&mut Cursor::new(&bytes)).unwrap();
    let text = |key: &str| content.metadata[key].to_string().unwrap().clone();
    assert_eq!(text("general.type"), "adapter");
    assert_eq!(text("general.architecture"), "llama");
    assert_eq!(text("adapter.type"), "lora");
    // alpha / r is the factor there: 6 / √2 = (6·√2) / 2.
    let Value::F32(alpha) = content.metadata["adapter.lora.alpha"] else { panic!("no f32") };
    assert!((alpha / 2.0 - lora.scale()).abs() < 1e-6);
    let mut shapes: Vec<_> = content
        .tensor_infos
        .iter()
        .filter(|(name, _)| name.starts_with("blk.1."))
        .map(|(name, info)| (name.as_str(), info.shape.dims().to_vec()))
        .collect();
    shapes.sort();
    let wanted = [
        ("attn_k", 8, 4),
        ("attn_output", 8, 8),
        ("attn_q", 8, 8),
        ("attn_v", 8, 4),
        ("ffn_down", 12, 8),
        ("ffn_gate", 8, 12),
        ("ffn_up", 8, 12),
    ];
    let wanted: Vec<_> = wanted
        .iter()
        .flat_map(|(name, inp, out)| {
            let name = format!("blk.1.{name}.weight");
            [(format!("{name}.lora_a"), vec![2, *inp]), (format!("{name}.lora_b"), vec![*out, 2])]
        })
        .collect();
    let wanted: Vec<_> = wanted.iter().map(|(n, s)| (n.as_str(), s.clone())).collect();
    assert_eq!(shapes, wanted);
}

#[test]
fn rows_of_q_and_k_are_permuted_for_the_llama_family_alone() {
    for (arch, rows) in
        [(Arch::Llama, [0, 2, 1, 3, 4, 6, 5, 7]), (Arch::Qwen3, [0, 1, 2, 3, 4, 5, 6, 7])]
    {
        let spec = spec(arch);
        let lora = adapter(&spec, 2, false, &[Projection::Q, Projection::V]);
        let bytes = gguf::bytes(&lora, &spec, &hash("w")).unwrap();
        let content = Content::read(&mut Cursor::new(&bytes)).unwrap();
        let stored = |name: &str| -> Vec<f32> {
            let info = &content.tensor_infos[name];
            let at = (content.tensor_data_offset + info.offset) as usize;
            let data = &bytes[at..at + 4 * info.shape.elem_count()];
            data.as_chunks::<4>().0.iter().map(|w| f32::from_le_bytes(*w)).collect()
        };
        let b = |p: Projection| &lora.values[lora.slot(1, p).unwrap().b.clone()];
        let moved: Vec<f32> =
            rows.iter().flat_map(|row| b(Projection::Q)[row * 2..][..2].to_vec()).collect();
        assert_eq!(stored("blk.1.attn_q.weight.lora_b"), moved, "{arch:?}");
        assert_eq!(stored("blk.1.attn_v.weight.lora_b"), b(Projection::V), "{arch:?}");
        let a = &lora.values[lora.slot(1, Projection::Q).unwrap().a.clone()];
        assert_eq!(stored("blk.1.attn_q.weight.lora_a"), a, "{arch:?}");
    }
}

#[test]
fn an_exported_adapter_comes_back_and_only_for_its_base() {
    let spec = spec(Arch::Llama);
    let lora = adapter(&spec, 2, false, &[Projection::Q, Projection::Down]);
    let file = File::new("again", &gguf::bytes(&lora, &spec, &hash("w")).unwrap());
    let open = |spec: &DecoderSpec, weights: &str| {
        gguf::read(&GgufFile::open(&file.0).unwrap(), spec, &hash(weights))
    };
    assert_eq!(open(&spec, "w").unwrap(), lora);
    assert_eq!(open(&spec, "other").unwrap_err().code(), "adapter-base");
    assert_eq!(open(&self::spec(Arch::Qwen2), "w").unwrap_err().code(), "adapter-base");
    let wide = DecoderSpec { intermediate: 16, ..spec.clone() };
    let error = open(&wide, "w").unwrap_err();
    assert!(error.to_string().contains("blk.0.ffn_down.weight.lora_a"), "{error}");
    let shallow = DecoderSpec { layers: 1, ..spec.clone() };
    let error = open(&shallow, "w").unwrap_err();
    assert!(error.to_string().contains("blk.1."), "{error}");
}

/// `s·B·A` of one module, row-major.
fn product(lora: &Lora, layer: usize, p: Projection) -> Vec<f64> {
    let Some(slot) = lora.slot(layer, p) else { return Vec::new() };
    let (r, inp) = (lora.config.r, slot.in_features);
    let (a, b) = (&lora.values[slot.a.clone()], &lora.values[slot.b.clone()]);
    let element = |i: usize| {
        let (row, column) = (i / inp, i % inp);
        let sum: f64 =
            (0..r).map(|k| f64::from(b[row * r + k]) * f64::from(a[k * inp + column])).sum();
        sum * f64::from(lora.scale())
    };
    (0..slot.out_features * inp).map(element).collect()
}

#[test]
fn adapters_of_any_ranks_add_up_to_the_weighted_sum_of_their_products() {
    let spec = spec(Arch::Llama);
    let one = adapter(&spec, 2, false, &[Projection::Q, Projection::V]);
    let two = adapter(&spec, 3, true, &[Projection::V, Projection::Up]);
    let sum = combine(&spec, &[(one.clone(), 0.5), (two.clone(), -2.0)]).unwrap();
    assert_eq!((sum.config.r, sum.scale()), (5, 1.0));
    for p in Projection::ALL {
        let (a, b, got) = (product(&one, 1, p), product(&two, 1, p), product(&sum, 1, p));
        let at = |v: &[f64], i: usize| v.get(i).copied().unwrap_or(0.0);
        for (i, got) in got.iter().enumerate() {
            let want = 0.5 * at(&a, i) - 2.0 * at(&b, i);
            assert!((got - want).abs() <= 1e-5 * want.abs().max(1.0), "{p:?} {i}: {got} {want}");
        }
        assert_eq!(got.is_empty(), a.is_empty() && b.is_empty(), "{p:?}");
    }
    assert_eq!(combine(&spec, &[(one.clone(), 1.0)]).unwrap(), one);
}

#[test]
fn adapters_that_can_not_be_added_are_refused() {
    let spec = spec(Arch::Llama);
    let one = adapter(&spec, 2, false, &[Projection::Down]);
    let wide = DecoderSpec { intermediate: 16, ..spec.clone() };
    let other = adapter(&wide, 2, false, &[Projection::Down]);
    let code = |parts: &[(Lora, f32)]| combine(&spec, parts).unwrap_err().code();
    assert_eq!(code(&[]), "lora-config");
    assert_eq!(code(&[(one.clone(), f32::NAN)]), "lora-config");
    assert_eq!(code(&[(one.clone(), 1.0), (other, 1.0)]), "lora-config");
    let huge = adapter(&spec, MAX_RANK, false, &[Projection::Down]);
    assert_eq!(code(&[(one, 1.0), (huge, 1.0)]), "lora-config");
}
