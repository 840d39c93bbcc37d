"""Judging on a GPU: verdicts per minute at 30 samples an output, our worker
against `transformers.generate`.

    python tests/gpu/verdicts.py tokenizer MODEL FOLDER   gives a random model a real vocabulary
    python tests/gpu/verdicts.py run MODEL WORKER OUT [ROUNDS]
    python tests/gpu/verdicts.py choices MODEL WORKER     ours alone, by how tokens are drawn

The work is that of tests/bench/judge.py (a synthetic rubric, 5 grades and a harm
flag, with and without a short reason before them), 30 samples an output. Both
sides get the same weights, prompts, sampling and number of new tokens: the peer
writes as many as our verdicts have on average (the end of its text is ignored),
and has no grammar, so what it writes is no verdict. The peer is batched: bf16,
sdpa, left-padded, KV cache, 30 samples of each of 4, 8 or 16 prompts at once; it
is asked both plainly (`num_return_sequences`) and with every prompt computed once
and its cache repeated for the samples, and the quickest way counts. What is
timed: with the model loaded, from the first prompt to the last token.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

import judge as bench  # noqa: E402

SAMPLES = 30
OUTPUTS = 40
BATCHES = [120, 240, 480]


def work(reasons):
    return [{**item, "samples": list(range(SAMPLES))} for item in bench.items(reasons)[:OUTPUTS]]


def ours(model, worker, items, batch, adapter=None):
    """One job of the worker, with its own word on how long it took."""
    spec = {"model": str(model), "adapter": adapter, "items": items, "device": "cuda", "sampling": bench.SAMPLING, "seed": 7,
            "max_tokens": bench.MAX_TOKENS, "batch": batch, "threads": None, "inputs": {}}
    child = subprocess.Popen([str(Path(worker).resolve())], env={**os.environ, "SHINSA_WORKER_PROTOCOL": "1"}, text=True, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    child.stdin.write(json.dumps({"job": "judge", "spec": spec}) + "\n")
    child.stdin.flush()
    verdicts, report = [], None
    for line in child.stdout:
        event = json.loads(line)
        if event["event"] == "item":
            verdicts.append(event["data"])
        elif event["event"] == "failed":
            raise SystemExit(f"our worker failed: {event}")
        elif event["event"] == "done":
            report = event["data"]
    child.wait()
    schema = items[0]["schema"]
    broken = sum(not bench.valid(schema, v["text"]) for v in verdicts)
    asked = {(i["id"], s) for i in items for s in i["samples"]}
    if broken or {(v["item"], v["sample"]) for v in verdicts} != asked or len(verdicts) != len(asked):
        raise SystemExit(f"ours: {len(verdicts)} verdicts of {len(asked)}, {broken} of them invalid")
    seconds = report["seconds"] - report["load_seconds"]
    engine = report["passport"]["judge"]
    return {"verdicts_min": 60 * len(verdicts) / seconds, "tokens": statistics.mean(v["verdict_tokens"] for v in verdicts),
            "forced": statistics.mean(v["forced_tokens"] for v in verdicts), "batch": batch, "seconds": seconds, "verdicts": len(verdicts),
            "prompt_tokens": max(v["prompt_tokens"] for v in verdicts), "peak_rss_bytes": report["peak_rss_bytes"], "invalid": broken, "spent": report.get("spent"),
            "device": engine["engine"]["device"], "numeric": engine["numeric_mode"]}


class Peer:
    def __init__(self, path):
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.torch = torch
        self.tokenizer = AutoTokenizer.from_pretrained(path, padding_side="left")
        self.tokenizer.pad_token = self.tokenizer.pad_token or self.tokenizer.eos_token
        self.model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.bfloat16, attn_implementation="sdpa").cuda().eval()

    def run(self, items, tokens, prompts, once):
        """Verdicts per minute with so many prompts at a time."""
        torch = self.torch
        texts = [self.tokenizer.apply_chat_template(i["messages"], tokenize=False, add_generation_prompt=True) for i in items]
        how = {"do_sample": True, "temperature": bench.SAMPLING["temperature"], "top_p": bench.SAMPLING["top_p"],
               "top_k": bench.SAMPLING["top_k"], "max_new_tokens": tokens, "min_new_tokens": tokens,
               "pad_token_id": self.tokenizer.pad_token_id}
        torch.cuda.synchronize()
        began, written, longest = time.perf_counter(), 0, 0
        with torch.inference_mode():
            for first in range(0, len(texts), prompts):
                batch = self.tokenizer(texts[first:first + prompts], return_tensors="pt", padding=True).to("cuda")
                longest = max(longest, batch["input_ids"].shape[1])
                if once:
                    from transformers import DynamicCache

                    cache = DynamicCache()
                    mask = batch["attention_mask"]
                    places = (mask.cumsum(-1) - 1).clamp(min=0)[:, :-1]
                    self.model(input_ids=batch["input_ids"][:, :-1], attention_mask=mask[:, :-1], position_ids=places,
                               past_key_values=cache, use_cache=True, logits_to_keep=1)
                    cache.batch_repeat_interleave(SAMPLES)
                    every = {k: v.repeat_interleave(SAMPLES, 0) for k, v in batch.items()}
                    out = self.model.generate(**every, past_key_values=cache, **how)
                else:
                    out = self.model.generate(**batch, num_return_sequences=SAMPLES, **how)
                assert out.shape[1] == batch["input_ids"].shape[1] + tokens, out.shape
                written += out.shape[0]
        torch.cuda.synchronize()
        seconds = time.perf_counter() - began
        return {"verdicts_min": 60 * written / seconds, "tokens": tokens, "prompts_at_once": prompts, "prompts_once": once,
                "seconds": seconds, "verdicts": written, "prompt_tokens": longest}

    def best(self, items, tokens):
        """The quickest of its ways, on 16 outputs."""
        all_ways = []
        self.run(items[:4], 4, 4, False)
        for once in (True, False):
            for prompts in (4, 8, 16):
                try:
                    all_ways.append(self.run(items[:16], tokens, prompts, once))
                except Exception as error:  # noqa: BLE001 - told; the other ways count
                    print(f"note: the peer did not run ({prompts} prompts, once {once}): {type(error).__name__}: {error}"[:300],
                          file=sys.stderr)
                    self.torch.cuda.empty_cache()
                    continue
                print(json.dumps(all_ways[-1]), file=sys.stderr)
        return max(all_ways, key=lambda way: way["verdicts_min"]), all_ways


def run(model, worker, out, rounds):
    rows = []
    mine = {}
    for reasons in (True, False):
        items = work(reasons)
        for batch in BATCHES:
            found = [ours(model, worker, items, batch) for _ in range(rounds)]
            found.sort(key=lambda one: one["verdicts_min"])
            mine[reasons, batch] = found[len(found) // 2]
            print(json.dumps(mine[reasons, batch]), file=sys.stderr)
    import torch
    import transformers

    peer = Peer(model)
    for reasons in (True, False):
        best = max((mine[reasons, batch] for batch in BATCHES), key=lambda one: one["verdicts_min"])
        theirs, ways = peer.best(work(reasons), round(best["tokens"]))
        rows.append({"work": f"judge {'reasons' if reasons else 'scores'}, N = {SAMPLES}", "ours": best,
                     "peer": {"name": f"transformers {transformers.__version__} generate, torch {torch.__version__}", **theirs},
                     "ratios": {"verdicts_min": best["verdicts_min"] / theirs["verdicts_min"]},
                     "others": {"ours": [mine[reasons, batch] for batch in BATCHES], "peer": ways},
                     "device": torch.cuda.get_device_name()})
        print(json.dumps(rows[-1]))
        Path(out).write_text(json.dumps(rows, indent=1) + "\n")


def tokenizer(model, folder):
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (Path(model) / name).write_bytes((Path(folder) / name).read_bytes())


def choices(model, worker):
    """Ours from the 40 likeliest tokens, from all, and from the likeliest 95 %, twice in turn."""
    ways = {"top_k 40": {}, "all": {"top_p": 1.0, "top_k": 0}, "top_p 0.95": {"top_k": 0}}
    usual = dict(bench.SAMPLING)
    for _ in range(2):
        for name, way in ways.items():
            bench.SAMPLING.update({**usual, **way})
            for reasons in (True, False):
                found = ours(model, worker, work(reasons), BATCHES[-1])
                print(f"{name}, {'reasons' if reasons else 'scores'}: {found['verdicts_min']:.0f} verdicts/min, {found['spent']}", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "tokenizer":
        tokenizer(sys.argv[2], sys.argv[3])
    elif sys.argv[1] == "choices":
        choices(sys.argv[2], sys.argv[3])
    else:
        run(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], int((sys.argv[5:] or ["3"])[0]))
