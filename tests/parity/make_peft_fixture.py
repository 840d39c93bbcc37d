#!/usr/bin/env python3
"""Make tests/parity/fixtures/peft/ and peft-patterns/: adapters as PEFT writes them, and what they do.

Needed only to remake the fixture (see requirements.txt), never by `make test`;
run make_fixtures.py before. The base is fixtures/llama. Written are PEFT's own
adapter_config.json and adapter_model.safetensors, the last logits with it, and
the same base as a GGUF of the Llama family (q and k with permuted rows), so that
both row orders are held to one result. peft-patterns/ chooses its modules by a
pattern and gives some of them ranks and alphas of their own.

With `--check FOLDER`, reads an adapter that the engine saved, with PEFT, on the
same base, and compares its logits with those of the fixture.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

HERE = Path(__file__).resolve().parent / "fixtures"
BASE = HERE / "llama"
OUT = HERE / "peft"
TOKENS = [5, 99, 17, 64, 3, 127, 0, 42, 42, 8, 71, 23]


def base():
    return AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32, attn_implementation="eager").eval()


def logits(model):
    with torch.no_grad():
        return model(torch.tensor([TOKENS])).logits[0, -1]


def make():
    save(OUT, 7, r=4, lora_alpha=6, lora_dropout=0.05, use_rslora=True,
         target_modules=["q_proj", "k_proj", "v_proj", "down_proj"])
    write_gguf(base(), OUT / "base-gguf.bin")
    save(HERE / "peft-patterns", 8, r=4, lora_alpha=6,
         target_modules=r".*\.layers\.0\.self_attn\.q_proj|.*\.1\..*(q_proj|v_proj|down_proj)",
         rank_pattern={r"layers\.0\.self_attn\.q_proj": 2, "model.layers.1.mlp.down_proj": 6},
         alpha_pattern={"v_proj": 3, ".*down_proj": 5})


def save(out, seed, **settings):
    torch.manual_seed(seed)
    model = get_peft_model(base(), LoraConfig(bias="none", task_type="CAUSAL_LM", **settings)).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.copy_(torch.randn_like(parameter) * 0.3)
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    (out / "README.md").unlink(missing_ok=True)
    settings = json.loads((out / "adapter_config.json").read_text())
    settings["base_model_name_or_path"] = "fixtures/llama"  # no path of this machine
    if isinstance(settings["target_modules"], list):
        settings["target_modules"].sort()
    (out / "adapter_config.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")
    expected = {"tokens": TOKENS, "logits": logits(model).tolist(), "without": logits(base()).tolist()}
    (out / "expected.json").write_text(json.dumps(expected) + "\n")


def write_gguf(model, path):
    config = model.config
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("parity base")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    width = config.hidden_size // config.num_attention_heads
    writer.add_rope_dimension_count(width)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(config.vocab_size)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    letters = [chr(0x21 + i) for i in range(94)]
    tokens = letters + ["!\""] + [f"<unused{i}>" for i in range(config.vocab_size - 95)]
    writer.add_token_list(tokens)
    writer.add_token_types([1] * 95 + [5] * (config.vocab_size - 95))
    writer.add_token_merges(["! \""])
    names = {
        "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    }
    for name, tensor in model.state_dict().items():
        values = tensor.float().numpy()
        if name == "lm_head.weight":
            continue  # tied
        if name == "model.embed_tokens.weight":
            target = "token_embd.weight"
        elif name == "model.norm.weight":
            target = "output_norm.weight"
        else:
            _, _, layer, part = name.split(".", 3)
            part = part.removesuffix(".weight")
            target = f"blk.{layer}.{names[part]}.weight"
            if part.endswith(("q_proj", "k_proj")):
                heads = values.shape[0] // width
                values = values.reshape(heads, 2, width // 2, -1).swapaxes(1, 2).reshape(values.shape)
        writer.add_tensor(target, np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def check(folder):
    expected = json.loads((OUT / "expected.json").read_text())
    got = logits(PeftModel.from_pretrained(base(), folder).eval())
    difference = (got - torch.tensor(expected["logits"])).abs().max().item()
    print(f"largest difference of the logits: {difference:.2e}")
    return 0 if difference < 1e-4 else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        sys.exit(check(sys.argv[2]))
    make()
