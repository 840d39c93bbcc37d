#!/usr/bin/env python3
"""Make tests/parity/fixtures/llama-cpp-lora.json: what llama.cpp says with our adapter.

    python tests/parity/make_llama_cpp_fixture.py PATH TO shinsa

Needed only to remake the fixture (see requirements.txt), never by `make test`.
An adapter of the embedded model is written as a PEFT folder from a formula that
lm/tests/llama_cpp.rs repeats, exported by `shinsa adapter export` to a GGUF, and
applied by llama.cpp, which decodes greedily with and without it. With `--check`,
compares with the fixture instead of writing it.

llama.cpp rounds activations to 8 bits before it multiplies by 4-bit weights, so on
the embedded file near ties may fall either way. The tokens that the engine is held
to come from the same weights dequantised to f32 by gguf-py, where nothing is
rounded; those of the file itself are kept beside them (`stored`).
"""

import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import gguf
import numpy as np
import xllamacpp
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent.parent / "target" / "models" / "smollm2-135m-instruct-q4_1.gguf"
OUT = HERE / "fixtures" / "llama-cpp-lora.json"
LAYERS, HIDDEN, KV, MIDDLE = 30, 576, 192, 1536
# In the order of the computation; the formula's stream is the place in this list.
MODULES = [
    ("self_attn.q_proj", HIDDEN, HIDDEN), ("self_attn.k_proj", HIDDEN, KV), ("self_attn.v_proj", HIDDEN, KV),
    ("self_attn.o_proj", HIDDEN, HIDDEN), ("mlp.gate_proj", HIDDEN, MIDDLE), ("mlp.up_proj", HIDDEN, MIDDLE),
    ("mlp.down_proj", MIDDLE, HIDDEN),
]
RANK, ALPHA, SIZE = 4, 8, 0.25
PROMPTS = [
    "The capital of France is",
    "Once upon a time there was a nurse who",
    "<|im_start|>user\nWhat should a nurse check before giving insulin?<|im_end|>\n<|im_start|>assistant\n",
    "Water boils at",
    "The most important rule of hand hygiene is",
    "def add(a, b):\n    return",
]
STEPS = 16


def formula(stream, n, size):
    """n numbers in [-size/2, size/2): a multiplicative hash of their places."""
    i = np.arange(n, dtype=np.uint32) + np.uint32(stream * 7919)
    h = i * np.uint32(2654435761)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(2246822519)
    h ^= h >> np.uint32(13)
    return ((h >> np.uint32(8)).astype(np.float32) / np.float32(1 << 24) - np.float32(0.5)) * np.float32(size)


def write_peft(folder):
    tensors = {}
    for layer in range(LAYERS):
        for place, (module, inp, out) in enumerate(MODULES):
            stream = 2 * (layer * len(MODULES) + place)
            name = f"base_model.model.model.layers.{layer}.{module}"
            tensors[f"{name}.lora_A.weight"] = formula(stream, RANK * inp, SIZE).reshape(RANK, inp)
            tensors[f"{name}.lora_B.weight"] = formula(stream + 1, out * RANK, SIZE).reshape(out, RANK)
    folder.mkdir()
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({
        "peft_type": "LORA", "task_type": "CAUSAL_LM", "r": RANK, "lora_alpha": ALPHA, "lora_dropout": 0.0,
        "bias": "none", "target_modules": [module.split(".")[1] for module, _, _ in MODULES],
    }))


def write_f32(path):
    """The embedded model with all weights in f32, its metadata as they are."""
    reader = gguf.GGUFReader(MODEL)
    writer = gguf.GGUFWriter(path, "llama")
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        array = field.types[0] == gguf.GGUFValueType.ARRAY
        writer.add_key_value(field.name, field.contents(), field.types[0], field.types[-1] if array else None)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


class Peer:
    def __init__(self, model, adapter=None, cache=xllamacpp.ggml_type.GGML_TYPE_F32):
        params = xllamacpp.CommonParams()
        params.model.path = str(model)
        params.n_ctx = 256
        params.n_parallel = 1
        params.port = 0
        params.warmup = False
        params.verbosity = 0
        params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.cache_type_k = cache
        params.cache_type_v = cache
        if adapter is not None:
            lora = xllamacpp.CommonAdapterLoraInfo()
            lora.path, lora.scale = str(adapter), 1.0
            params.lora_adapters = [lora]
        self.server = xllamacpp.Server(params)

    def post(self, path, body):
        request = urllib.request.Request(
            self.server.listening_address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)

    def ids(self, text):
        return self.post("/tokenize", {"content": text, "add_special": False, "parse_special": True})["tokens"]

    def greedy(self, ids):
        """Tokens, and how far the runner-up was behind at the closest call (log-probability)."""
        reply = self.post("/completion", {
            "prompt": ids, "n_predict": STEPS, "temperature": 0, "top_k": 1, "n_probs": 2, "ignore_eos": True,
            "cache_prompt": False, "return_tokens": True})
        best = [p["top_logprobs"] for p in reply["completion_probabilities"]]
        assert [b[0]["id"] for b in best] == reply["tokens"], "it was not greedy"
        return reply["tokens"], min(b[0]["logprob"] - b[1]["logprob"] for b in best)


def make(shinsa):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write_peft(folder / "peft")
        adapter = folder / "adapter.gguf"
        subprocess.run([shinsa, "adapter", "export", folder / "peft", "--to", adapter, "--model", MODEL], check=True)
        whole = folder / "f32.gguf"
        write_f32(whole)
        with_it, without, stored = Peer(whole, adapter), Peer(whole), Peer(MODEL, adapter)
        cases = []
        for text in PROMPTS:
            ids = with_it.ids(text)
            (tokens, closest), (plain, _), (rounded, _) = (p.greedy(ids) for p in (with_it, without, stored))
            assert tokens != plain, f"the adapter changes nothing of {text!r}"
            cases.append({"prompt": ids, "tokens": tokens, "without": plain, "stored": rounded,
                          "closest": round(closest, 4)})
            print(repr(text), "closest", round(closest, 4), "stored", "same" if rounded == tokens else "another")
    return {"made_by": f"xllamacpp {xllamacpp.__version__}", "r": RANK, "alpha": ALPHA, "size": SIZE, "cases": cases}


if __name__ == "__main__":
    result = make(sys.argv[1])
    if "--check" in sys.argv:
        kept = json.loads(OUT.read_text())
        assert result["cases"] == kept["cases"], "llama.cpp says other tokens than the fixture"
        print(f"{len(kept['cases'])} continuations as in the fixture")
    else:
        OUT.write_text(json.dumps(result, indent=1) + "\n")
