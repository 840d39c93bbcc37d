"""Makes the fixtures that hold the engine to transformers + peft.

Run once, by hand, in an environment with torch, transformers, peft, gguf and
safetensors (the tests themselves need none of them):

    python tests/parity/make_fixtures.py [PATH TO smollm2-135m-instruct-q4_1.gguf]

It writes, beside itself, fixtures/<family>/ for tiny random models (weights
rounded to bfloat16, all arithmetic in float32): config.json, model.safetensors,
a small tokenizer, and expected.safetensors with the adapter's values, the
logits and the gradient of every LoRA matrix; and fixtures/smollm2.json with the
shipped model's greedy continuation and its largest logits.
"""

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers import LlamaConfig, Qwen2Config, Qwen3Config

HERE = Path(__file__).resolve().parent / "fixtures"
MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
# Lengths on both sides of a tile (12 rows), a block of queries (24) and of keys (16).
LENGTHS = [37, 13, 1, 24]

COMMON = dict(
    num_attention_heads=4, num_key_value_heads=2,
    rms_norm_eps=1e-5, max_position_embeddings=128, attention_dropout=0.0,
    bos_token_id=0, eos_token_id=1, pad_token_id=None,
)
FAMILIES = {
    "llama": LlamaConfig(vocab_size=128, hidden_size=64, intermediate_size=80, num_hidden_layers=2,
                         tie_word_embeddings=True, rope_theta=10000.0, **COMMON),
    # Widths that aren't whole panels, Llama 3's frequencies, an output of its own.
    "llama3": LlamaConfig(vocab_size=61, hidden_size=40, intermediate_size=56, num_hidden_layers=1, head_dim=16,
                          tie_word_embeddings=False, rope_theta=5000.0, rope_scaling=dict(
                              rope_type="llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
                              original_max_position_embeddings=32), **COMMON),
    "qwen2": Qwen2Config(vocab_size=64, hidden_size=64, intermediate_size=48, num_hidden_layers=1,
                         tie_word_embeddings=True, rope_theta=10000.0, use_sliding_window=False, **COMMON),
    "qwen3": Qwen3Config(vocab_size=64, hidden_size=48, intermediate_size=48, num_hidden_layers=1,
                         head_dim=16, tie_word_embeddings=False, rope_theta=10000.0, use_sliding_window=False, **COMMON),
    # Positions on both sides of the 32 it was "trained" on, a ramp that isn't a step.
    "yarn": Qwen3Config(vocab_size=48, hidden_size=48, intermediate_size=32, num_hidden_layers=1,
                        head_dim=32, tie_word_embeddings=True, use_sliding_window=False, rope_parameters=dict(
                            rope_type="yarn", rope_theta=10000.0, factor=4.0, beta_fast=8.0, beta_slow=0.5,
                            original_max_position_embeddings=32), **COMMON),
    "linear": LlamaConfig(vocab_size=48, hidden_size=48, intermediate_size=32, num_hidden_layers=1, head_dim=16,
                          tie_word_embeddings=True, rope_parameters=dict(
                              rope_type="linear", rope_theta=10000.0, factor=3.0), **COMMON),
}


def tokenizer(vocab):
    """Byte-level BPE without merges: only its size matters here."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    t = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(letters[:vocab])}, merges=[]))
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    return t


def tiny(name, config):
    torch.manual_seed(20240501)
    out = HERE / name
    out.mkdir(parents=True, exist_ok=True)
    config._attn_implementation = "eager"
    model = AutoModelForCausalLM.from_config(config).float().eval()
    with torch.no_grad():
        for n, p in model.named_parameters():
            if p.dim() == 1 and "norm" in n:
                p.copy_(1.0 + 0.2 * torch.randn_like(p))
            else:
                p.copy_(torch.randn_like(p) * (0.1 if p.dim() == 1 else 0.7 / p.shape[1] ** 0.5))
            p.copy_(p.bfloat16().float())
    tied = config.tie_word_embeddings
    weights = {n: p.detach().bfloat16().contiguous() for n, p in model.state_dict().items()
               if not (tied and n == "lm_head.weight")}
    save_file(weights, out / "model.safetensors")
    settings = config.to_dict()
    (out / "config.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")
    tokenizer(config.vocab_size).save(str(out / "tokenizer.json"))
    (out / "tokenizer_config.json").write_text(json.dumps({"eos_token": None, "chat_template": "{{ messages }}"}) + "\n")

    peft = get_peft_model(model, LoraConfig(r=4 if name == "llama" else 3, lora_alpha=10, lora_dropout=0.0, target_modules=MODULES,
                                            task_type="CAUSAL_LM", bias="none"))
    peft.eval()
    adapter = {n: p for n, p in peft.named_parameters() if p.requires_grad}
    with torch.no_grad():
        for n, p in adapter.items():
            p.copy_(torch.randn_like(p) * (0.1 if "lora_B" in n else 0.15))
    tokens = [torch.randint(0, config.vocab_size, (n,)) for n in LENGTHS]
    rows, wanted, loss, base, logits = [], [], 0.0, 0, []
    for t in tokens:
        result = peft(t[None]).logits[0]
        logits.append(result.detach())
        for row in range(len(t) - 1):
            # About a third, and always a sequence's last possible target.
            if row % 3 == 1 or row == len(t) - 2:
                rows.append(base + row)
                wanted.append(int(t[row + 1]))
                loss = loss + torch.nn.functional.cross_entropy(result[row].double(), t[row + 1], reduction="sum")
        base += len(t)
    with torch.no_grad(), peft.disable_adapter():
        plain = torch.stack([peft(t[None]).logits[0, -1] for t in tokens])
    mean = loss / len(rows)
    mean.backward()
    tensors = {
        "tokens": torch.cat(tokens).int(),
        "bounds": torch.tensor([0, *torch.tensor(LENGTHS).cumsum(0).tolist()]).int(),
        "target_rows": torch.tensor(rows).int(),
        "target_tokens": torch.tensor(wanted).int(),
        "logits": torch.cat(logits),
        "plain_last_logits": plain,
        "loss": mean.detach().float()[None],
    }
    for n, p in adapter.items():
        short = n.replace("base_model.model.model.", "").replace(".default", "")
        tensors["value:" + short] = p.detach()
        tensors["grad:" + short] = p.grad
    save_file({k: v.contiguous() for k, v in tensors.items()}, out / "expected.safetensors")
    print(name, "loss", float(mean.detach()))


PROMPTS = [
    "The capital of France is",
    "<|im_start|>user\nWhat should a nurse check before giving insulin?<|im_end|>\n<|im_start|>assistant\n",
    "患者の転倒を防ぐには、",
]


def shipped(path):
    """The shipped model, dequantised by transformers, decoding greedily."""
    path = Path(path)
    tok = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32).eval()
    cases = []
    for text in PROMPTS:
        ids = tok(text, add_special_tokens=False)["input_ids"]
        with torch.no_grad():
            last = model(torch.tensor([ids])).logits[0, -1]
            new = list(ids)
            margin = 1e9
            for _ in range(24):
                step = model(torch.tensor([new])).logits[0, -1]
                best = step.topk(2)
                margin = min(margin, float(best.values[0] - best.values[1]))
                new.append(int(best.indices[0]))
        top = last.topk(16)
        cases.append({
            "prompt": ids, "continuation": new[len(ids):], "smallest_margin": margin,
            "top_ids": top.indices.tolist(), "top_logits": top.values.tolist(),
            "log_sum_exp": float(last.double().logsumexp(0)),
        })
        print(repr(tok.decode(new[len(ids):])), margin)
    (HERE / "smollm2.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    for family, settings in FAMILIES.items():
        tiny(family, settings)
    if len(sys.argv) > 1:
        shipped(sys.argv[1])
