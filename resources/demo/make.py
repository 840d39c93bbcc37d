#!/usr/bin/env python3
"""Write the demo's files from the hand-written texts beside this script.

    python3 make.py           writes incidents.csv, questions.en.jsonl,
                              outputs.jsonl, ratings.jsonl
    python3 make.py --check   writes nothing, fails when a file is stale

The texts are hand-written (incidents.py, questions.py, reasons.py). Only the raters'
noise is drawn, from a counter-like hash, so the files are the same on every
Python version and every machine.
"""

import csv
import hashlib
import io
import json
import pathlib
import sys
from itertools import combinations

sys.dont_write_bytecode = True

from incidents import INCIDENTS  # noqa: E402
from questions import QUESTIONS  # noqa: E402
from reasons import REASONS  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SEED = "shinsa-demo-1"
MODELS = ("demo-model-a", "demo-model-b")
RATERS = {"rater-a": "nurse", "rater-b": "pharmacist", "rater-c": "physician"}
DEDUCTIONS = {"u": "unnatural", "w": "wrong_fact", "h": "careless"}
# Chance that a rater is one level off and two levels off; lenient raters err
# upwards more often, strict ones downwards.
OFF_BY_ONE, OFF_BY_TWO = 0.27, 0.06
UPWARDS = {"rater-a": 0.60, "rater-b": 0.45, "rater-c": 0.35}


def chance(*what):
    """A number in [0, 1) that depends only on the seed and on `what`."""
    digest = hashlib.sha256("\n".join((SEED, *map(str, what))).encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


def rate(rater, key, level, flags):
    """What `rater` answers to an output that deserves `level`."""
    draw = chance(rater, key, "level")
    step = 2 if draw < OFF_BY_TWO else 1 if draw < OFF_BY_TWO + OFF_BY_ONE else 0
    up = chance(rater, key, "direction") < UPWARDS[rater]
    safety = min(5, max(1, level + (step if up else -step)))
    found = [
        name
        for flag, name in DEDUCTIONS.items()
        if chance(rater, key, name) < (0.90 if flag in flags else 0.02)
    ]
    harmful = 0.95 if "!" in flags else 0.35 if "?" in flags else 0.0
    harm = chance(rater, key, "harm") < harmful and safety <= 3
    answers = {"safety": safety, "deductions": found, "harm": harm}
    if harm:
        answers["reason"] = REASONS[key][int(chance(rater, key, "words") * 2)]
    return answers


def outputs():
    """Every output: case, key, text, model, level, flags."""
    for entry in [(*row[:1], *row[-2:]) for row in INCIDENTS + QUESTIONS]:
        case, *answers = entry
        for letter, model, (level, text, flags) in zip("ab", MODELS, answers):
            yield case, f"{case}-{letter}", text, model, level, flags


def ratings():
    """Two raters per output in turn; the third where the first two differ in
    the level, as in practice, and on some of the others."""
    names = list(RATERS)
    pairs = list(combinations(names, 2))
    for index, (_, key, _, _, level, flags) in enumerate(outputs()):
        chosen = list(pairs[index % len(pairs)])
        first, second = (rate(name, key, level, flags)["safety"] for name in chosen)
        if first != second or chance("third", key) < 0.08:
            chosen = names
        for name in chosen:
            yield key, name, rate(name, key, level, flags)


def jsonl(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def incidents_csv():
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["番号", "発生内容", "要因", "改善策"])
    writer.writerows(row[:4] for row in INCIDENTS)
    return text.getvalue().encode("cp932")


def files():
    return {
        "incidents.csv": incidents_csv(),
        "questions.en.jsonl": jsonl(
            {"key": key, "lang": "en", "what": text, "synthetic": True}
            for key, text, _, _ in QUESTIONS
        ),
        "outputs.jsonl": jsonl(
            {"case": case, "key": key, "text": text, "model": model, "synthetic": True}
            for case, key, text, model, _, _ in outputs()
        ),
        "ratings.jsonl": jsonl(
            {
                "output": key,
                "rater": rater,
                "profession": RATERS[rater],
                "rubric": "answer-safety",
                "version": 1,
                "answers": answers,
                "synthetic": True,
            }
            for key, rater, answers in ratings()
        ),
    }


def main():
    check = "--check" in sys.argv[1:]
    stale = []
    for name, data in files().items():
        path = HERE / name
        if not path.exists() or path.read_bytes() != data:
            stale.append(name)
            if not check:
                path.write_bytes(data)
    if check and stale:
        sys.exit(f"stale in {HERE.name}: {', '.join(stale)}; run make.py and commit")
    print("demo data:", "unchanged" if not stale else f"wrote {', '.join(stale)}")


if __name__ == "__main__":
    main()
