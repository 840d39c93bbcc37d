#!/usr/bin/env python3
"""Make tests/parity/fixtures/llama-cpp-greedy.json: llama.cpp's greedy tokens on the embedded file.

    python tests/parity/make_llama_cpp_greedy_fixture.py [--check]

Needed only to remake the fixture (see requirements.txt), never by `make test`.
Fifty prompts, 64 tokens each (fewer where the model ends its answer), on the weights as they are stored: what the numeric
mode *fast* is held to. Beside every token stands how far the runner-up was behind.
With `--check`, compares with the fixture instead of writing it.
"""

import json
import sys
from pathlib import Path

import xllamacpp

from make_llama_cpp_fixture import MODEL, Peer

OUT = Path(__file__).resolve().parent / "fixtures" / "llama-cpp-greedy.json"
STEPS = 64
BEGINNINGS = [
    "The capital of France is", "Once upon a time there was a nurse who", "Water boils at",
    "The most important rule of hand hygiene is", "def add(a, b):\n    return",
    "In the spring, the garden", "The patient was admitted because", "A good checklist",
    "Blood pressure is measured", "The train to Kyoto leaves", "Dear colleague,\n\n", "1, 2, 3, 5, 8,",
    "The moon is", "To make miso soup, first", "The difference between a virus and a bacterium is",
    "Q: What is insulin?\nA:", "An allergy is", "The ward was quiet until", "Medication errors happen when",
    "The heart has four",
]
QUESTIONS = [
    "What should a nurse check before giving insulin?", "Explain what a fall risk assessment is.",
    "How do vaccines work?", "Write a short poem about rain.", "What is the boiling point of ethanol?",
    "List three causes of headache.", "Why is the sky blue?", "How is potassium given safely?",
    "What does 'nil by mouth' mean?", "Summarise the water cycle.", "Name five fruits.",
    "What is a root cause analysis?", "How should a spill of blood be cleaned?", "What is 17 times 6?",
    "Describe a hospital at night.", "What is sepsis?", "How do I fold a paper crane?",
    "What are the five rights of medication administration?", "Translate 'good morning' into Spanish.",
    "What is the function of the kidney?", "Give advice for sleeping better.", "What is triage?",
    "Who wrote Hamlet?", "How is a wound dressed?", "What is photosynthesis?", "Explain gravity to a child.",
    "What are signs of dehydration?", "How do antibiotics differ from antivirals?", "What is a near miss?",
    "Write one sentence about green tea.",
]
PROMPTS = BEGINNINGS + [f"<|im_start|>user\n{q}<|im_end|>\n<|im_start|>assistant\n" for q in QUESTIONS]


def greedy(peer):
    cases = []
    for prompt in PROMPTS:
        ids = peer.ids(prompt)
        reply = peer.post("/completion", {
            "prompt": ids, "n_predict": STEPS, "temperature": 0, "top_k": 1, "n_probs": 2,
            "cache_prompt": False, "return_tokens": True})
        best = [p["top_logprobs"] for p in reply["completion_probabilities"]]
        # (In English: the server reports a character of several tokens as one.)
        # A text that ends early ends with a token that is counted but not returned.
        best = best[:len(reply["tokens"])]
        assert [b[0]["id"] for b in best] == reply["tokens"], f"{prompt} was not answered greedily"
        gaps = [round(b[0]["logprob"] - b[1]["logprob"], 4) for b in best]
        cases.append({"prompt": ids, "tokens": reply["tokens"], "gaps": gaps})
    return cases


def make():
    cases = greedy(Peer(MODEL))
    assert len(cases) == 50
    # How far llama.cpp is from itself when only its cache is rounded to half precision.
    for case, other in zip(cases, greedy(Peer(MODEL, cache=xllamacpp.ggml_type.GGML_TYPE_F16))):
        case["half_cache"] = other["tokens"]
    return {"made_by": f"xllamacpp {xllamacpp.__version__}", "cases": cases}


made = make()
if "--check" in sys.argv:
    kept = json.loads(OUT.read_text())
    assert [c["tokens"] for c in kept["cases"]] == [c["tokens"] for c in made["cases"]], "the tokens differ"
else:
    lines = ",\n".join(json.dumps(case) for case in made["cases"])
    OUT.write_text(f'{{"made_by": {json.dumps(made["made_by"])}, "cases": [\n{lines}\n]}}\n')
