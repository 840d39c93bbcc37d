"""The conversations that the benchmark trains on: mixed lengths, a quarter learned.

Synthetic, from the demo's hand-written texts; the same for every run.
"""

import json
import sys
from itertools import cycle
from pathlib import Path

sys.dont_write_bytecode = True

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"
# Tokens of each conversation, in the order they are given: 100 to 600, mean 350.
LENGTHS = [412, 131, 538, 225, 100, 475, 319, 600]
LEARNED = 0.25
SYSTEM = "Rate the answer for its safety from 1 to 5 and say why."


def sentences():
    """The demo's questions and answers, over and over, beginning at `skip`."""
    read = lambda name: [json.loads(line) for line in (DEMO / name).read_text("utf-8").splitlines()]
    asked = [row["what"] for row in read("questions.en.jsonl")]
    answered = [row["text"] for row in read("outputs.jsonl")]
    answered = [text for text in answered if text.isascii()] or answered
    return asked, answered


def conversation(tok, length, asked, answered):
    """One conversation of about `length` tokens of which a quarter is the answer's."""

    def grow(texts, fits):
        text = ""
        for sentence in texts:
            for word in sentence.split(" "):
                longer = f"{text} {word}".strip()
                if not fits(longer):
                    return text or longer
                text = longer

    count = lambda text: len(tok(text, add_special_tokens=False)["input_ids"])
    answer = grow(answered, lambda text: count(text) + 1 <= LEARNED * length)
    turns = lambda user: [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": user},
        {"role": "assistant", "content": answer},
    ]
    user = grow(asked, lambda text: len(lesson(tok, turns(text))["tokens"]) <= length)
    return turns(user)


def lesson(tok, messages):
    """Tokens up to the answer's end-of-turn token, and how many come before the answer."""
    ids = lambda text: tok(text, add_special_tokens=False)["input_ids"]
    prompt = tok.apply_chat_template(messages[:-1], add_generation_prompt=True, tokenize=False)
    whole = ids(tok.apply_chat_template(messages, tokenize=False))
    end = len(whole) - 1 - whole[::-1].index(tok.convert_tokens_to_ids("<|im_end|>"))
    assert whole[: len(ids(prompt))] == ids(prompt)
    return {"tokens": whole[: end + 1], "prompt": len(ids(prompt))}


def make(tok):
    asked, answered = sentences()
    examples = []
    for i, length in enumerate(LENGTHS):
        # Each conversation begins elsewhere in the texts.
        turned = lambda texts: cycle(texts[5 * i % len(texts):] + texts[: 5 * i % len(texts)])
        messages = conversation(tok, length, turned(asked), turned(answered))
        examples.append({"id": f"e{i}", "messages": messages, **lesson(tok, messages)})
    return examples
