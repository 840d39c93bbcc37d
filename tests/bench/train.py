"""Training speed and memory: our worker against transformers + peft.

    python train.py --model MODEL.gguf --worker SHINSA-WORKER --out FOLDER

Both sides train the same adapter (r 16, seven modules, the same initial values)
on the same weights with the same tokens in the same optimiser steps. Each
measurement is a process of its own, started afresh; sides alternate; a process's
first step warms up and is not timed. Speed: tokens that are not padding, by the
median step; `by cpu` is the same by processor time, for a machine that others
use, too. Memory: the largest peak of the summed process tree, loading
included. Both sides' losses must agree, or nothing is written.

BENCH_PREFIX in the environment is put before every measured command (nice,
taskset, numactl, ...).
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
from pathlib import Path

sys.dont_write_bytecode = True
os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_PROGRESS_BARS="1", TQDM_DISABLE="1", TRANSFORMERS_VERBOSITY="error")

import lessons  # noqa: E402
from process import Process  # noqa: E402

HERE = Path(__file__).resolve().parent
LORA = {"r": 16, "alpha": 32.0, "dropout": 0.0, "rslora": False, "seed": 7,
        "targets": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]}
LR, CLIP = 2e-4, 1.0
# Apart, in nats per learned token.
AGREE = 1e-3


def ours(args, work, residency):
    spec = {
        "model": str(args.model), "residency": residency, "out_dir": str(args.out / "adapters"),
        "name": f"bench-{residency}", "lora": LORA, "learning_rate": work["lr"], "clip": CLIP,
        "schedule": {"kind": "constant"}, "probe": False, "max_steps": work["steps"], "threads": args.threads,
        "examples": [{"id": e["id"], "messages": e["messages"]} for e in work["examples"]],
        # One step sees every example once.
        "tokens_per_step": sum(len(e["tokens"]) - e["prompt"] for e in work["examples"]),
        **work.get("ours", {}),
    }
    process = Process([str(args.worker)], {"SHINSA_WORKER_PROTOCOL": "1"}, {"job": "train", "spec": spec})
    steps, plan, report = [], None, None
    for line in process.lines():
        data = line.get("data", {})
        if line["event"] == "item" and data.get("kind") == "step":
            steps.append({"loss": data["loss"], "grad_norm": data["grad_norm"], "tokens": data["tokens"],
                          "targets": data["targets"], "seconds": data["tokens"] / data["tokens_per_s"], "cpu": line["cpu"]})
        elif line["event"] == "item" and data.get("kind") == "plan":
            plan = data["total_bytes"]
        elif line["event"] == "failed":
            raise SystemExit(f"our worker failed: {data}")
        elif line["event"] == "done":
            report = data
    return {"steps": steps, "peak": process.peak, "plan": plan, "adapter": report["adapter_dir"]}


def peer(path, batch):
    process = Process([sys.executable, str(HERE / "peer.py"), str(path), str(batch)])
    said = list(process.lines())
    facts = {k: v for line in said if "step" not in line for k, v in line.items() if k != "cpu"}
    return {"steps": [line for line in said if "step" in line], "peak": process.peak, **facts}


def prepare(args):
    """Weights for the peer, the examples, and the adapter that both begin with."""
    args.out.mkdir(parents=True, exist_ok=True)
    folder = args.out / "peer-model"
    if not (folder / "model.safetensors").is_file():
        import torch
        from safetensors.torch import save_file
        from transformers import AutoModelForCausalLM, AutoTokenizer
        model = AutoModelForCausalLM.from_pretrained(args.model.parent, gguf_file=args.model.name, dtype=torch.float32)
        # Plain f32 from here on; transformers would rather not write what came from a GGUF.
        settings = {k: v for k, v in model.config.to_dict().items() if k != "quantization_config"}
        tied = ["lm_head.weight"] if model.config.tie_word_embeddings else []
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(settings, default=str))
        AutoTokenizer.from_pretrained(args.model.parent, gguf_file=args.model.name).save_pretrained(folder)
        weights = {k: v.contiguous() for k, v in model.state_dict().items() if k not in tied}
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        del model, weights
    from transformers import AutoTokenizer
    work = {"threads": args.threads, "steps": args.steps, "lr": LR, "clip": CLIP,
            "peer_model": str(folder), "examples": lessons.make(AutoTokenizer.from_pretrained(folder))}
    # One step that moves nothing that f32 can hold, so that ours writes its start.
    first = ours(args, {**work, "lr": 1e-30, "steps": 1, "examples": work["examples"][1:2]}, "stored")
    shutil.rmtree(args.out / "start", ignore_errors=True)
    shutil.copytree(first["adapter"], args.out / "start")
    work["adapter"] = str(args.out / "start")
    path = args.out / "work.json"
    path.write_text(json.dumps(work))
    return work, path


def check(rounds, names):
    """Prints both sides' steps and refuses what isn't the same computation."""
    print(f"\n{'step':>4}  " + "  ".join(f"{'loss, ' + n:>18}" for n in names) + f"  {'apart':>9}")
    first = {name: rounds[name][0]["steps"] for name in names}
    worst = 0.0
    for at in range(len(first[names[0]])):
        steps = [first[name][at] for name in names]
        losses = [s["loss"] for s in steps]
        worst = max(worst, max(losses) - min(losses))
        print(f"{at + 1:>4}  " + "  ".join(f"{loss:18.7f}" for loss in losses) + f"  {max(losses) - min(losses):9.1e}")
        if len({(s["tokens"], s["targets"]) for s in steps}) != 1:
            raise SystemExit(f"the sides saw different tokens: {steps}")
    if worst > AGREE:
        raise SystemExit(f"the losses are {worst:.1e} nats apart, more than {AGREE:.0e}: not the same computation")
    return worst


def rate(rounds):
    """Tokens per second of the median step after the first."""
    timed = [s for r in rounds for s in r["steps"][1:]]
    return timed[0]["tokens"] / statistics.median(s["seconds"] for s in timed)


def undisturbed(rounds, threads):
    """The same if every thread had had a core to itself: by processor time."""
    pairs = [pair for r in rounds for pair in zip(r["steps"], r["steps"][1:])]
    median = statistics.median(after["cpu"] - before["cpu"] for before, after in pairs)
    return pairs[0][1]["tokens"] * threads / median


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=lambda p: Path(p).resolve(), required=True)
    parser.add_argument("--worker", type=lambda p: Path(p).resolve(), required=True)
    parser.add_argument("--out", type=lambda p: Path(p).resolve(), required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-batch", type=int, default=4, help="conversations in one of the peer's padded batches")
    parser.add_argument("--only", choices=["ours"], help="leave the peer out: no result is written")
    args = parser.parse_args()
    work, path = prepare(args)
    sides = {
        "ours f32": lambda: ours(args, work, "f32"),
        "ours stored": lambda: ours(args, work, "stored"),
    }
    if not args.only:
        sides["peer"] = lambda: peer(path, args.peer_batch)
        # Nothing padded: the best that the peer can do with its memory.
        sides["peer by one"] = lambda: peer(path, 1)
    rounds = {name: [] for name in sides}
    for at in range(args.rounds):
        for name, run in sides.items():
            rounds[name].append(run())
            last = rounds[name][-1]
            seconds = ", ".join(f"{s['seconds']:.1f}" for s in last["steps"])
            print(f"round {at + 1}, {name:12} {seconds} s a step, peak {last['peak'] / 1e6:,.0f} MB", flush=True)
    worst = check(rounds, list(sides))
    speed = {name: rate(r) for name, r in rounds.items()}
    peak = {name: max(r["peak"] for r in rs) for name, rs in rounds.items()}
    alone = {name: undisturbed(r, args.threads) for name, r in rounds.items()}
    if args.only:
        for name in sides:
            print(f"{name}: {speed[name]:.0f} tok/s, {alone[name]:.0f} by processor time, {peak[name] / 1e6:,.0f} MB")
        return
    tokens = sum(len(e["tokens"]) for e in work["examples"])
    learned = rounds["peer"][0]["steps"][0]["targets"]
    versions = {name: __import__(name).__version__ for name in ("torch", "transformers", "peft")}
    name = f"transformers {versions['transformers']} + peft {versions['peft']}, torch {versions['torch']}, f32, padded batches of {args.peer_batch}"
    padding = rounds["peer"][0]["padding"]
    rows = [{
        "work": f"CPU, {args.threads} threads, SmolLM2-135M, {residency}, r 16, 7 modules, {len(work['examples'])} "
                f"conversations of {min(map(len, (e['tokens'] for e in work['examples'])))}-{max(map(len, (e['tokens'] for e in work['examples'])))} tokens, {learned / tokens:.0%} learned",
        "ours": {"tok_s": round(speed[side], 1), "tok_s_by_processor_time": round(alone[side], 1), "peak_bytes": peak[side], "planned_bytes": rounds[side][0]["plan"]},
        "peer": {"name": name, "tok_s": round(speed["peer"], 1), "tok_s_by_processor_time": round(alone["peer"], 1), "peak_bytes": peak["peer"],
                 "import_bytes": rounds["peer"][0]["imports"], "padding": round(padding, 3)},
        "peer_one_by_one": {"tok_s": round(speed["peer by one"], 1), "tok_s_by_processor_time": round(alone["peer by one"], 1),
                            "peak_bytes": peak["peer by one"]},
        "loss_apart": worst,
    } for residency, side in [("F32", "ours f32"), ("Q4_1 as stored", "ours stored")]]
    print(f"\n{'':14}{'tok/s':>8}{'by cpu':>8}{'peak MB':>9}{'speed':>8}{'memory':>9}")
    for side in sides:
        print(f"{side:14}{speed[side]:8.0f}{alone[side]:8.0f}{peak[side] / 1e6:9,.0f}{speed[side] / speed['peer']:7.2f}x"
              f"{peak[side] / peak['peer']:8.1%}")
    print(f"The peer, in batches of {args.peer_batch}, computes {padding:.0%} padding; its imports alone take {rounds['peer'][0]['imports'] / 1e6:,.0f} MB.")
    result = args.out / "train.json"
    result.write_text(json.dumps(rows, indent=1) + "\n")
    print(f"{result}; {platform.processor() or platform.machine()}, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
