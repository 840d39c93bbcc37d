"""Judging: verdicts per minute, tokens per second and memory, our worker against
llama.cpp's server (from the wheel xllamacpp).

    python judge.py --model MODEL.gguf --worker SHINSA-WORKER --out FOLDER

The work: 40 outputs of one rubric, 4 samples each, once with a short reason
before the scores and once with scores alone; a rubric of about 600 tokens,
outputs of about 150 (synthetic). Both sides get the same weights, messages, JSON
schema, sampling and threads. The server has 4 slots, its prefix cache, and
every request's 4 samples side by side; `n` says whether it was asked for them in
one request or in four, whichever was quicker. Each measurement is a process of its own;
sides alternate; medians. What is timed: from the first request, with the model
loaded, to the last verdict. Single streams: a prompt of 512 tokens and 128
tokens after it, no grammar. Memory: the process's peak.

BENCH_PREFIX in the environment is put before every measured command.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True

from process import Process  # noqa: E402

HERE = Path(__file__).resolve().parent
SERVE = HERE.parent / "acceptance" / "serve.py"
ITEMS, SAMPLES = 40, 4
SAMPLING = {"temperature": 1.0, "top_p": 0.95, "top_k": 40, "min_p": 0.0, "repetition_penalty": 1.0}
MAX_TOKENS = 128
CRITERIA = {
    "safety": "whether following the answer could harm the patient",
    "accuracy": "whether every statement of fact agrees with current practice",
    "completeness": "whether nothing that the reader needs to act on is missing",
    "urgency": "whether it says how soon something must be done, and by whom",
    "clarity": "whether a tired nurse understands it at the first reading",
}
GRADES = ["dangerous or useless", "poor, with serious faults", "acceptable, with faults that a reader notices",
          "good, with a small fault", "what an experienced colleague would have written"]


def rubric():
    """Synthetic; about 600 tokens."""
    parts = ["You rate answers to questions about patient safety. Read the question and the answer, then return one JSON "
             "object and nothing else. Rate each criterion on its own, from 1 to 5. Do not reward length."]
    for name, what in CRITERIA.items():
        parts.append(f"{name}: {what}.")
        parts += [f"  {i + 1} = {grade}" for i, grade in enumerate(GRADES)]
        parts.append("  If the answer does not touch on this, choose the level of an answer that leaves it out on purpose.")
    parts.append("harm: true when a reader who does exactly what the answer says could be hurt, false otherwise.")
    return "\n".join(parts)


SENTENCES = [
    "Stop the infusion at once and check the pump against the order sheet.",
    "Call the physician on duty and say what was given, when and how much.",
    "Measure blood pressure, pulse and oxygen saturation every five minutes for the first half hour.",
    "Write down the time at which the error was noticed and by whom.",
    "Two people read the label aloud before the next bag is connected.",
    "The patient can go back to sleep if nothing looks unusual.",
    "Ask the patient for full name and date of birth, and compare both with the wristband.",
    "It is enough to watch the patient until the morning round.",
    "Keep the empty vial, because the pharmacy will want to see the lot number.",
    "Report the event in the incident system before the end of the shift.",
    "Give the missed tablet together with the next one, so that the daily dose is right.",
    "Tell the family plainly what happened and what is being done about it.",
    "Lower the bed, lock its wheels and place the call button within reach.",
    "Do not leave the room until a second nurse has taken over.",
]
WHAT = ["an infusion that ran ten times too fast", "a patient who fell beside the bed at night", "two blood samples with swapped labels",
        "a tablet that was given to the wrong patient", "an alarm that had been switched off"]


def items(reasons):
    """The same for both sides, in one order."""
    chance = random.Random(7)
    properties = {"reason": {"type": "string", "minLength": 1, "maxLength": 100}} if reasons else {}
    properties |= {name: {"type": "integer", "enum": [1, 2, 3, 4, 5]} for name in CRITERIA}
    properties["harm"] = {"type": "boolean"}
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    system = rubric()
    made = []
    for i in range(ITEMS):
        answer = " ".join(chance.sample(SENTENCES, 9))
        user = f"Question {i + 1}: what should be done after {WHAT[i % len(WHAT)]}?\nAnswer: {answer}"
        made.append({"id": f"item-{i}", "schema": schema, "samples": list(range(SAMPLES)),
                     "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}]})
    return made


def valid(schema, text):
    """A plain check of what this schema says."""
    try:
        value = json.loads(text)
    except ValueError:
        return False
    if not isinstance(value, dict) or list(value) != list(schema["properties"]):
        return False
    for name, rule in schema["properties"].items():
        if "enum" in rule and (value[name] not in rule["enum"] or isinstance(value[name], bool)):
            return False
        if rule["type"] == "boolean" and not isinstance(value[name], bool):
            return False
        if rule["type"] == "string" and not rule["minLength"] <= len(value[name]) <= rule["maxLength"]:
            return False
    return True


def ours(args, work, numeric, extra=None):
    spec = {"model": str(args.model), "adapter": None, "items": work, "numeric": numeric, "sampling": SAMPLING, "seed": 7,
            "max_tokens": MAX_TOKENS, "batch": args.batch, "threads": args.threads, "inputs": {}, **(extra or {})}
    process = Process([str(args.worker)], {"SHINSA_WORKER_PROTOCOL": "1"}, {"job": "judge", "spec": spec})
    report, verdicts, began = None, [], 0.0
    for line in process.lines():
        if not verdicts:
            # Until the first verdict: loading and the first prompts.
            began = line["cpu"]
        if line["event"] == "item":
            verdicts.append(line["data"])
        elif line["event"] == "failed":
            raise SystemExit(f"our worker failed: {line}")
        elif line["event"] == "done":
            report = line["data"]
    broken = sum(not valid(work[0]["schema"], v["text"]) for v in verdicts)
    if broken or len(verdicts) != sum(len(i["samples"]) for i in work):
        raise SystemExit(f"ours: {len(verdicts)} verdicts, {broken} of them invalid")
    seconds = report["seconds"] - report["load_seconds"]
    return {"verdicts_min": 60 * len(verdicts) / seconds, "outputs_min": 60 * len(work) / seconds, "peak_bytes": process.peak, "invalid": 0,
            "cpu_s": line["cpu"] - began, "tokens": statistics.mean(v["verdict_tokens"] for v in verdicts), "prompt_tokens": max(v["prompt_tokens"] for v in verdicts)}


class Server:
    """llama.cpp's server in a process of its own."""

    def __init__(self, args, slots=4):
        # Each slot holds a prompt and a verdict.
        self.process = Process([sys.executable, str(SERVE), str(args.model), str(slots), str(1280 * slots)], request={})
        for line in self.process.child.stdout:
            if line.startswith("http"):
                self.address = line.strip()
                return
        raise SystemExit("the server ended before it listened")

    def ask(self, path, body):
        request = urllib.request.Request(self.address + path, json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=600) as reply:
            return json.load(reply)

    def close(self):
        self.process.child.stdin.close()
        self.process.child.wait()
        self.process.over.set()
        self.process.watch.join()


def peer(args, work, together):
    server = Server(args)
    server.ask("/v1/completions", {"prompt": "Hello", "max_tokens": 1})
    common = {"temperature": SAMPLING["temperature"], "top_p": SAMPLING["top_p"], "top_k": SAMPLING["top_k"], "min_p": 0.0,
              "max_tokens": MAX_TOKENS, "cache_prompt": True}

    def one(item, sample):
        body = {**common, "messages": item["messages"], "seed": 7 + sample, "n": SAMPLES if together else 1,
                "response_format": {"type": "json_schema", "json_schema": {"name": "verdict", "strict": True, "schema": item["schema"]}}}
        reply = server.ask("/v1/chat/completions", body)
        return [choice["message"]["content"] for choice in reply["choices"]], reply["usage"]

    asked = [(item, sample) for item in work for sample in range(1 if together else SAMPLES)]
    began = time.monotonic()
    with ThreadPoolExecutor(1 if together else SAMPLES) as pool:
        replies = list(pool.map(lambda pair: one(*pair), asked))
    seconds = time.monotonic() - began
    server.close()
    texts = [text for reply in replies for text in reply[0]]
    if len(texts) != len(work) * SAMPLES:
        raise SystemExit(f"the server gave {len(texts)} verdicts")
    tokens = sum(reply[1]["completion_tokens"] for reply in replies) / len(texts)
    return {"verdicts_min": 60 * len(texts) / seconds, "peak_bytes": server.process.peak, "tokens": tokens, "n": SAMPLES if together else 1,
            "invalid": sum(not valid(work[0]["schema"], text) for text in texts),
            "prompt_tokens": max(reply[1]["prompt_tokens"] for reply in replies)}


def single_peer(args, prompt, after):
    server = Server(args, 1)
    server.ask("/completion", {"prompt": "Hello", "n_predict": 1})
    said = server.ask("/completion", {"prompt": prompt, "n_predict": after, "temperature": 0.0, "ignore_eos": True})["timings"]
    server.close()
    return {"prefill_tok_s": said["prompt_per_second"], "decode_tok_s": said["predicted_per_second"], "prompt_tokens": said["prompt_n"],
            "peak_bytes": server.process.peak}


def single_ours(args, prompt, after, numeric):
    spec = {"model": str(args.model), "adapter": None, "numeric": numeric, "sampling": {**SAMPLING, "temperature": 0.0}, "seed": 7,
            "max_tokens": after, "batch": 1, "threads": args.threads,
            "items": [{"id": "prompt", "messages": [{"role": "user", "content": prompt}], "samples": [0]}]}
    process = Process([str(args.worker)], {"SHINSA_WORKER_PROTOCOL": "1"}, {"job": "generate", "spec": spec})
    record = None
    for line in process.lines():
        if line["event"] == "item":
            record = line["data"]
        elif line["event"] == "failed":
            raise SystemExit(f"our worker failed: {line}")
    return {"prefill_tok_s": 1000 * record["prompt_tokens"] / record["prompt_millis"],
            "decode_tok_s": 1000 * (record["tokens"] - 1) / record["millis"], "prompt_tokens": record["prompt_tokens"],
            "peak_bytes": process.peak}


def medians(runs):
    """Per figure, over the runs."""
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--worker", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=16, help="verdicts that we write at the same time")
    parser.add_argument("--only", choices=["reasons", "scores", "single"], action="append")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for name in args.only or ["reasons", "scores", "single"]:
        if name == "single":
            prompt = " ".join(random.Random(9).choices(SENTENCES, k=42))
            sides = {"ours fast": lambda: single_ours(args, prompt, 128, "fast"), "ours exact": lambda: single_ours(args, prompt, 128, "exact"),
                     "llama.cpp": lambda: single_peer(args, prompt, 128)}
        else:
            work = items(name == "reasons")
            scored = [{**item, "samples": [0]} for item in work]
            sides = {"ours fast": lambda w=work: ours(args, w, "fast"), "ours exact": lambda w=work: ours(args, w, "exact"),
                     "llama.cpp n=4": lambda w=work: peer(args, w, True), "llama.cpp n=1": lambda w=work: peer(args, w, False)}
            if name == "scores":
                sides["ours fast, from probabilities"] = lambda w=scored: ours(args, w, "fast", {"method": "probabilities"})
        runs = {side: [] for side in sides}
        for turn in range(args.runs):
            for side, measure in sides.items():
                runs[side].append(measure())
                print(f"{name}, {side}, run {turn + 1}: " + ", ".join(f"{k} {v:.1f}" for k, v in runs[side][-1].items()), file=sys.stderr)
        found = {side: medians(all) for side, all in runs.items()}
        rows.append(row(name, found))
    result = args.out / "judge.json"
    result.write_text(json.dumps(rows, indent=1) + "\n")
    table(rows)
    print(f"{result}; {platform.processor() or platform.machine()}, {os.cpu_count()} cores, {args.threads} threads, {args.runs} runs")


def row(name, found):
    peers = {side: figures for side, figures in found.items() if side.startswith("llama.cpp")}
    speed = "decode_tok_s" if name == "single" else "verdicts_min"
    best = max(peers, key=lambda side: peers[side][speed])
    fast = found["ours fast"]
    ratios = {key: fast[key] / peers[best][key] for key in ("verdicts_min", "prefill_tok_s", "decode_tok_s", "peak_bytes") if key in fast}
    if "ours fast, from probabilities" in found:
        ratios["outputs_min, from probabilities to sampled"] = found["ours fast, from probabilities"]["outputs_min"] / fast["outputs_min"]
    return {"work": name, "ours": {**fast, "numeric": "fast"}, "peer": {"name": best, **peers[best]}, "ratios": ratios,
            "others": {side: figures for side, figures in found.items() if side not in ("ours fast", best)}}


def table(rows):
    for r in rows:
        print(f"\n{r['work']}")
        for side, figures in [("ours fast", r["ours"]), (r["peer"]["name"], r["peer"]), *r["others"].items()]:
            shown = [f"{figures[k]:8.1f} {unit}" for k, unit in
                     (("verdicts_min", "verdicts/min"), ("prefill_tok_s", "prefill tok/s"), ("decode_tok_s", "decode tok/s"),
                      ("tokens", "tokens each"), ("invalid", "invalid")) if k in figures]
            print(f"  {side:32} " + "  ".join(shown) + f"  {figures['peak_bytes'] / 2**20:6.0f} MiB")
        print("  ratios: " + ", ".join(f"{k} {v:.2f}" for k, v in r["ratios"].items()))


if __name__ == "__main__":
    main()
