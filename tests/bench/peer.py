"""transformers + peft on the benchmark's work: a plain loop, one process.

    python peer.py WORK.json CONVERSATIONS-IN-A-BATCH

Every optimiser step prints one line of JSON. Padded batches in the order given,
f32, the library's own attention, loss over the learned tokens of the whole step
(as the Trainer does it with gradient accumulation).
"""

import json
import os
import sys
import time
from pathlib import Path

work = json.loads(Path(sys.argv[1]).read_text("utf-8"))
os.environ["OMP_NUM_THREADS"] = str(work["threads"])
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import torch  # noqa: E402
from peft import PeftModel  # noqa: E402
from transformers import AutoModelForCausalLM  # noqa: E402


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def say(**what):
    print(json.dumps(what), flush=True)


def padded(examples):
    longest = max(len(e["tokens"]) for e in examples)
    ids = torch.zeros((len(examples), longest), dtype=torch.long)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, -100)
    for row, e in enumerate(examples):
        tokens, n, prompt = torch.tensor(e["tokens"]), len(e["tokens"]), e["prompt"]
        ids[row, :n], mask[row, :n], labels[row, prompt:n] = tokens, 1, tokens[prompt:]
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


say(imports=resident())
torch.set_num_threads(work["threads"])
model = AutoModelForCausalLM.from_pretrained(work["peer_model"], dtype=torch.float32)
model = PeftModel.from_pretrained(model, work["adapter"], is_trainable=True)
model.config.use_cache = False
model.train()
trained = [p for p in model.parameters() if p.requires_grad]
optimiser = torch.optim.AdamW(trained, lr=work["lr"], betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
examples, size = work["examples"], int(sys.argv[2])
batches = [padded(examples[i:i + size]) for i in range(0, len(examples), size)]
learned = sum(len(e["tokens"]) - e["prompt"] for e in examples)
tokens = sum(len(e["tokens"]) for e in examples)
say(parameters=sum(p.numel() for p in trained), padding=sum(b["input_ids"].numel() for b in batches) / tokens - 1)
for step in range(work["steps"]):
    began = time.perf_counter()
    total = 0.0
    for batch in batches:
        loss = model(**batch, num_items_in_batch=torch.tensor(learned)).loss
        loss.backward()
        total += float(loss.detach())
    norm = torch.nn.utils.clip_grad_norm_(trained, work["clip"])
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    seconds = time.perf_counter() - began
    say(step=step + 1, loss=total, grad_norm=float(norm), tokens=tokens, targets=learned, seconds=seconds)
