"""The peer on a GPU: transformers + peft (+ Liger, where it is installed).

    python tests/gpu/peer.py make DIR           a random Qwen3-0.6B in bf16
    python tests/gpu/peer.py bench DIR [SEQUENCES LENGTH DROPOUT CHECKPOINT]
"""

import json
import sys
import time
from pathlib import Path

import torch


def make(to):
    from transformers import AutoModelForCausalLM, Qwen3Config

    torch.manual_seed(1)
    config = Qwen3Config(
        vocab_size=151936, hidden_size=1024, intermediate_size=3072, num_hidden_layers=28,
        num_attention_heads=16, num_key_value_heads=8, head_dim=128, tie_word_embeddings=True,
        max_position_embeddings=40960, rope_theta=1e6, rms_norm_eps=1e-6)
    model = AutoModelForCausalLM.from_config(config).to(torch.bfloat16)
    model.save_pretrained(to)
    fixture = Path(__file__).resolve().parent.parent / "parity" / "fixtures" / "qwen3"
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (Path(to) / name).write_bytes((fixture / name).read_bytes())


def bench(path, sequences, length, dropout, checkpoint):
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    try:
        from liger_kernel.transformers import apply_liger_kernel_to_qwen3

        apply_liger_kernel_to_qwen3()
        name = "peft + liger"
    except Exception as error:  # noqa: BLE001 - any failure means no Liger, and is told
        name = f"peft ({type(error).__name__}: no liger)"
    model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.bfloat16, attn_implementation="sdpa").cuda()
    model.config.use_cache = False
    if checkpoint:
        model.gradient_checkpointing_enable()
        model.enable_input_require_grads()
    modules = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    model = get_peft_model(model, LoraConfig(r=16, lora_alpha=32, lora_dropout=dropout, target_modules=modules,
                                             task_type="CAUSAL_LM"))
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    adam = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.0, fused=True)
    tokens = torch.randint(0, 150000, (sequences, length), device="cuda")
    torch.cuda.reset_peak_memory_stats()
    times = []
    for step in range(18):
        torch.cuda.synchronize()
        begun = time.perf_counter()
        adam.zero_grad(set_to_none=True)
        model(input_ids=tokens, labels=tokens).loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        adam.step()
        torch.cuda.synchronize()
        if step >= 3:
            times.append(time.perf_counter() - begun)
    median = sorted(times)[len(times) // 2]
    print(json.dumps({
        "work": f"{sequences}x{length}, dropout {dropout:g}",
        "peer": {"name": name + (", checkpointed" if checkpoint else ""),
                 "tok_s": round(sequences * length / median), "peak_bytes": torch.cuda.max_memory_allocated()},
        "device": torch.cuda.get_device_name()}))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        rest = sys.argv[3:] + ["4", "1024", "0", "0"][len(sys.argv) - 3:]
        bench(sys.argv[2], int(rest[0]), int(rest[1]), float(rest[2]), rest[3] == "1")
