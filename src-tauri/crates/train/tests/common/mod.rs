//! A tiny random Llama on disk, with a byte-level tokenizer of its own, and
//! conversations for it.

#![allow(dead_code)] // each file of tests uses its part

use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Map, json};
use shinsa_jobs::Cancel;
use shinsa_lm::{LoraConfig, Projection, rng};
use shinsa_prompt::Message;
use shinsa_train::{Example, Schedule, TrainError, TrainReport, TrainSpec, run};

const HIDDEN: usize = 32;
const LAYERS: usize = 2;
const HEADS: usize = 2;
const KV_HEADS: usize = 1;
const HEAD: usize = 16;
const MIDDLE: usize = 48;
const CHATML: &str = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/// Trains without listening.
pub fn quietly(spec: &TrainSpec) -> Result<TrainReport, TrainError> {
    run(spec, &Cancel::default(), &mut |_| {})
}

/// The loss of every step.
pub fn losses(report: &TrainReport) -> Vec<f64> {
    report.steps.iter().map(|step| step.loss.unwrap()).collect()
}

/// Runs a test with a tiny model in a folder of its own.
pub fn in_folder<T>(test: impl FnOnce(&Path, &Path) -> T) -> T {
    let dir = tempfile::tempdir().unwrap();
    let model = tiny_model(dir.path(), false);
    test(&model, dir.path())
}

/// Writes the model and returns its folder. `poison` makes one weight no number.
pub fn tiny_model(dir: &Path, poison: bool) -> PathBuf {
    let folder = dir.join("model");
    shinsa_fsio::create_dir_all(&folder).unwrap();
    let put =
        |name: &str, bytes: &[u8]| shinsa_fsio::atomic_write(&folder.join(name), bytes).unwrap();

    let special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
    let vocab = special.len() + 256;
    let config = json!({
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
        "hidden_size": HIDDEN, "intermediate_size": MIDDLE, "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS, "num_key_value_heads": KV_HEADS, "head_dim": HEAD,
        "vocab_size": vocab, "max_position_embeddings": 256, "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0, "rope_scaling": null, "tie_word_embeddings": true,
        "attention_bias": false, "mlp_bias": false, "torch_dtype": "float32",
    });
    put("config.json", config.to_string().as_bytes());
    put("tokenizer.json", tokenizer(&special).to_string().as_bytes());
    let settings =
        json!({"eos_token": "<|im_end|>", "bos_token": "<|im_start|>", "chat_template": CHATML});
    put("tokenizer_config.json", settings.to_string().as_bytes());

    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    let mut add = |name: String, shape: &[usize], spread: f32| {
        let stream = tensors.len() as u64;
        let n: usize = shape.iter().product();
        let mut values: Vec<f32> = (0..n)
            .map(|i| {
                // Norms are near one, matrices near zero.
                let u = rng::uniform(11, stream, i as u64) * 2.0 - 1.0;
                if shape.len() == 1 { 1.0 + 0.1 * u } else { u * spread }
            })
            .collect();
        if poison && name.contains("layers.1.mlp.down_proj") {
            values[3] = f32::NAN;
        }
        let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        tensors.push((name, shape.to_vec(), bytes));
    };
    add("model.embed_tokens.weight".into(), &[vocab, HIDDEN], 0.5);
    add("model.norm.weight".into(), &[HIDDEN], 0.0);
    for layer in 0..LAYERS {
        let at = |part: &str| format!("model.layers.{layer}.{part}.weight");
        add(at("input_layernorm"), &[HIDDEN], 0.0);
        add(at("post_attention_layernorm"), &[HIDDEN], 0.0);
        add(at("self_attn.q_proj"), &[HEADS * HEAD, HIDDEN], 0.3);
        add(at("self_attn.k_proj"), &[KV_HEADS * HEAD, HIDDEN], 0.3);
        add(at("self_attn.v_proj"), &[KV_HEADS * HEAD, HIDDEN], 0.3);
        add(at("self_attn.o_proj"), &[HIDDEN, HEADS * HEAD], 0.3);
        add(at("mlp.gate_proj"), &[MIDDLE, HIDDEN], 0.3);
        add(at("mlp.up_proj"), &[MIDDLE, HIDDEN], 0.3);
        add(at("mlp.down_proj"), &[HIDDEN, MIDDLE], 0.3);
    }
    let views = tensors.iter().map(|(name, shape, bytes)| {
        (name.clone(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
    });
    put("model.safetensors", &safetensors::serialize(views, None).unwrap());
    folder
}

/// One token for each byte: no merges.
fn tokenizer(special: &[&str]) -> serde_json::Value {
    let printable = |b: u8| matches!(b, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let mut vocab = Map::new();
    for token in special {
        vocab.insert((*token).to_owned(), json!(vocab.len()));
    }
    let mut beyond = 0x100u32;
    for byte in 0..=u8::MAX {
        let spelled = if printable(byte) {
            char::from(byte)
        } else {
            beyond += 1;
            char::from_u32(beyond - 1).unwrap()
        };
        vocab.insert(spelled.to_string(), json!(vocab.len()));
    }
    let added: Vec<_> = special
        .iter()
        .enumerate()
        .map(|(id, text)| json!({"id": id, "content": text, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}))
        .collect();
    let bytes = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true});
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": added, "normalizer": null,
        "pre_tokenizer": bytes, "post_processor": null, "decoder": bytes,
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
            "vocab": vocab, "merges": []},
    })
}

/// Twelve short conversations whose answers follow a rule.
pub fn examples() -> Vec<Example> {
    (0..12)
        .map(|n| Example {
            id: format!("例{n}"),
            messages: vec![
                Message::system("Rate it."),
                Message::user(format!("case {n}{}", "!".repeat(n % 5))),
                Message::assistant(format!("{{\"score\":{}}}", n % 5)),
            ],
        })
        .collect()
}

/// Conversations that ask something else, for evaluation.
pub fn others() -> Vec<Example> {
    examples()
        .into_iter()
        .map(|mut example| {
            example.id = format!("別{}", example.id);
            example.messages[1].content.push('?');
            example
        })
        .collect()
}

/// Twenty steps on the tiny model.
pub fn spec(model: &Path, out: &Path) -> TrainSpec {
    let lora = LoraConfig {
        r: 4,
        alpha: 8.0,
        targets: Projection::ALL.to_vec(),
        seed: 3,
        ..LoraConfig::default()
    };
    TrainSpec {
        model: model.to_owned(),
        out_dir: out.to_owned(),
        name: "judge".into(),
        examples: examples(),
        lora,
        learning_rate: 2e-2,
        schedule: Schedule::Constant,
        max_steps: Some(20),
        tokens_per_step: 48,
        tokens_per_pack: Some(160),
        seed: 5,
        threads: Some(2),
        // The tiny model reads bytes: the conversations are long for it.
        probe: false,
        ..TrainSpec::default()
    }
}
