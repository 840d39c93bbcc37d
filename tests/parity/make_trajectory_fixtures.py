"""Makes the fixtures that hold training to transformers + peft, step by step.

Run once, by hand, in an environment with requirements.txt (the tests need none
of it):

    python tests/parity/make_trajectory_fixtures.py [PATH TO smollm2-135m-instruct-q4_1.gguf]

It reads fixtures/<family>/ (see make_fixtures.py) and writes, beside them,
fixtures/trajectories.json: fifty AdamW steps of each tiny model; and, with the
shipped model, fixtures/smollm2-training.safetensors and smollm2-training.json:
the norm and 64 elements of the gradient of every LoRA matrix, and a short
trajectory. Arithmetic is in float32, except for those gradients of the shipped
model: thirty layers down PyTorch's own float32 is off by more than the tests
allow, so they come from float64 on the same float32 weights.
"""

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.models.llama.modeling_llama import LlamaRMSNorm

HERE = Path(__file__).resolve().parent / "fixtures"
MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
SAMPLES = 64
TEXTS = [
    ("<|im_start|>user\nThe patient fell beside the bed at night; the sensor was off. What should be done first?"
     "<|im_end|>\n<|im_start|>assistant\n",
     "Check consciousness and the head, call a doctor, write down the time, and test the sensor at every change of shift."
     "<|im_end|>"),
    ("<|im_start|>user\nCan I take two tablets tonight because I forgot one this morning?<|im_end|>\n"
     "<|im_start|>assistant\n",
     "No. Take the next one at its usual time and ask your pharmacist.<|im_end|>"),
]


def adapted(model, r, alpha):
    config = LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=MODULES, task_type="CAUSAL_LM", bias="none")
    peft = get_peft_model(model, config)
    peft.train()
    named = {n.replace("base_model.model.model.", "").replace(".default", ""): p
             for n, p in peft.named_parameters() if p.requires_grad}
    return peft, named


def made(index, length, size):
    """Values that Rust makes alike: all in f64, rounded once."""
    i = torch.arange(length, dtype=torch.float64)
    return ((((i * 7919 + index * 104729) % 2003) / 2003 - 0.5) * size).float()


def loss_of(peft, batch):
    """Mean over all targets of all sequences."""
    total, count = 0.0, 0
    for tokens, rows in batch:
        logits = peft(torch.tensor([tokens])).logits[0]
        wanted = torch.tensor([tokens[row + 1] for row in rows])
        total = total + torch.nn.functional.cross_entropy(logits[rows], wanted, reduction="sum")
        count += len(rows)
    return total / count


def in_double(peft, named, batch):
    """Every gradient in float64; transformers' norm would go back to float32."""

    def norm(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.variance_epsilon))

    kept, LlamaRMSNorm.forward = LlamaRMSNorm.forward, norm
    peft.zero_grad()
    peft.double()
    loss_of(peft, batch).backward()
    grads = {name: p.grad.clone() for name, p in named.items()}
    LlamaRMSNorm.forward = kept
    peft.zero_grad()
    peft.float()
    return grads


def train(peft, parameters, batches, rates, steps):
    optimiser = torch.optim.AdamW(parameters, lr=rates["lr"], betas=tuple(rates["betas"]), eps=rates["eps"],
                                  weight_decay=rates["weight_decay"])
    losses, norms = [], []
    for step in range(steps):
        optimiser.zero_grad()
        loss = loss_of(peft, batches[step % len(batches)])
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, rates["clip"])))
        optimiser.step()
        losses.append(float(loss.detach()))
    return {"rates": rates, "losses": losses, "grad_norms": norms}


def stored(batches):
    """Batches as Rust reads them: sequences, and the rows whose next token is learned."""
    return [[{"tokens": tokens, "rows": rows} for tokens, rows in batch] for batch in batches]


def tiny(family):
    torch.manual_seed(77)
    model = AutoModelForCausalLM.from_pretrained(HERE / family, dtype=torch.float32)
    expected = load_file(HERE / family / "expected.safetensors")
    r = expected["value:layers.0.self_attn.q_proj.lora_A.weight"].shape[0]
    peft, named = adapted(model, r, 10)
    with torch.no_grad():
        for name, p in named.items():
            p.copy_(expected["value:" + name])
    vocab = model.config.vocab_size
    batches = []
    for lengths in [(19, 33), (26, 5, 12), (40,)]:
        batch = []
        for n in lengths:
            # A row of tokens with a pattern in it, so that there is something to learn.
            first, stride = torch.randint(0, vocab, (2,)).tolist()
            tokens = [(first + stride * (i // 2) + i % 3) % vocab for i in range(n)]
            batch.append((tokens, [row for row in range(n - 1) if row % 4 != 0]))
        batches.append(batch)
    rates = {"lr": 3e-3, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.01, "clip": 1.0}
    result = train(peft, list(named.values()), batches, rates, 50)
    print(family, result["losses"][0], "->", result["losses"][-1])
    return {"batches": stored(batches), **result}


def shipped(path):
    path = Path(path)
    tok = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
    peft, named = adapted(model, 8, 16)
    with torch.no_grad():
        for index, (name, p) in enumerate(named.items()):
            size = 0.02 if "lora_B" in name else 2 / p.shape[1] ** 0.5
            p.copy_(made(index, p.numel(), size).reshape(p.shape))
    batch = []
    for asked, answered in TEXTS:
        ids = lambda text: tok(text, add_special_tokens=False)["input_ids"]
        prompt, whole = ids(asked), ids(asked + answered)
        assert whole[:len(prompt)] == prompt
        batch.append((whole, list(range(len(prompt) - 1, len(whole) - 1))))
    loss = loss_of(peft, batch)
    loss.backward()
    narrow = {name: p.grad.double() for name, p in named.items()}
    exact = in_double(peft, named, batch)
    far = {name: float((narrow[name] - g).norm() / g.norm()) for name, g in exact.items()}
    worst = max(far, key=far.get)
    print(f"float32's gradient is at most {far[worst]:.1e} from float64's, in {worst}")
    tensors = {}
    for name, grad in exact.items():
        flat = grad.flatten()
        at = (torch.arange(SAMPLES) * 7907 + 13) % flat.numel()
        tensors[name] = torch.cat([flat.norm()[None], flat[at]]).float()
    save_file(tensors, HERE / "smollm2-training.safetensors")
    rates = {"lr": 2e-4, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.01, "clip": 1.0}
    result = train(peft, list(named.values()), [batch], rates, 8)
    assert abs(result["losses"][0] - float(loss.detach())) < 1e-6
    print("smollm2", result["losses"])
    what = {"names": list(named), "r": 8, "alpha": 16, "float32_apart": far[worst], "batches": stored([batch]), **result}
    (HERE / "smollm2-training.json").write_text(json.dumps(what) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(2)
    families = {family: tiny(family) for family in ["llama", "llama3", "qwen2", "qwen3"]}
    (HERE / "trajectories.json").write_text(json.dumps(families) + "\n")
    if len(sys.argv) > 1:
        shipped(sys.argv[1])
