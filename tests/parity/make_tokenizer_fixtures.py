#!/usr/bin/env python3
"""Make tests/parity/fixtures/tokenizer.json: token ids as llama.cpp gives them.

Needed only to remake the fixture, never by `make test`:

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install gguf numpy xllamacpp sentencepiece tokenizers
    /tmp/peers/bin/python tests/parity/make_tokenizer_fixtures.py

It wants the embedded model at target/models (scripts/fetch-model).

- `smollm`: the embedded model as it is, with and without special tokens read.
- every name of our `pre` table: a tiny random model with a byte-level vocabulary
  trained here on uncut text, under that name, so that the ids differ where the
  cuts differ; its tokenizer metadata are kept as a fixture (no weights).
- `pieces`: a small SentencePiece BPE vocabulary trained here, written as the
  `llama` tokenizer model; the GGUF itself is kept as a fixture (no weights).
"""

import json
import sys
import tempfile
import urllib.request
from pathlib import Path

import gguf
import numpy as np
import sentencepiece
import tokenizers
import xllamacpp

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent.parent / "target" / "models" / "smollm2-135m-instruct-q4_1.gguf"
OUT = HERE / "fixtures" / "tokenizer.json"
PAIRS = HERE / "fixtures" / "pairs-vocabulary.bin"  # a GGUF
PIECES = HERE / "fixtures" / "pieces-vocabulary.bin"  # a GGUF

# One name of each kind of cut that the engine knows (src-tauri/crates/lm/src/tokenizer/pre.rs).
NAMES = [
    "smollm", "gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "exaone4", "starcoder", "refact", "command-r",
    "codeshell", "exaone", "minerva-7b", "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral",
    "lfm2", "dbrx", "smaug-bpe", "glm4", "chatglm-bpe", "qwen2", "deepseek-r1-qwen", "megrez", "stablelm2",
    "hunyuan", "grok-2", "gpt-4o", "llama4", "tekken", "deepseek-v3",
]

# All in NFC: names of Qwen's family normalise, which llama.cpp leaves out.
TEXTS = [
    "",
    " ",
    "Hello, world!",
    "  two  spaces   three\tand a tab ",
    "\n\n line\r\nbreaks \n \n\n  end\n",
    "患者は転倒し、右大腿骨を骨折した。",
    "薬剤師がカルテの記載を確認せず、メトトレキサート錠２ｍｇを毎日投与した。",
    "１日３回 毎食後 7日分 12345 3.14 1,000,000 2024-05-01T09:30",
    "①㈱髙橋 Ⅳ ½ ²",
    "ﾊﾝｶｸ ｶﾀｶﾅ と ひらがな と 漢字カナ混じりABC123",
    "🙂👨‍👩‍👧‍👦🏥 emoji🚑!! 💊x3",
    "I'll they've we'd IT'S John's o'clock ''s",
    "CamelCaseWord HTTPServer snake_case kebab-case ALLCAPS iPhone",
    "def f(x):\n    return x**2  # comment\n\n\tif (a && b) { c[i++] += 0x1F; }",
    '{"score": 4, "harm": false, "理由": "用量の誤り"}',
    "https://example.org/path?q=1&r=%E8%96%AC#frag",
    "été naïve Ångström straße Привет мир שלום عالم 한국어 中文字符",
    "a" * 37 + " " * 33 + "-" * 19 + "=" * 8 + "。" * 5,
    "…——「」『』【】〈〉・：；！？（）",
    "\u3000全角\u3000スペース\u00a0nbsp\u200bzero",
    "<|im_start|>user\nこんにちは<|im_end|>\n<|im_start|>assistant\n",
    "x<|im_end|><|endoftext|>y <|im_ end|>",
]

CORPUS = """The patient fell near the bed and the nurse called the physician at once.
患者は病室のベッドのそばで転倒し、看護師が医師に連絡した。
薬剤師は処方箋を確認し、用量の誤りに気づいて医師に照会した。
A pharmacist checked the prescription, noticed a wrong dose and asked the physician.
点滴の速度を間違えたが、患者に影響はなかった。再発を防ぐため手順を見直す。
The infusion rate was wrong but the patient was not harmed; the procedure was changed.
"""


class Peer:
    """llama.cpp's server with one model, on the loopback."""

    def __init__(self, path):
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = 64
        params.port = 0
        params.warmup = False
        params.verbosity = 0
        self.server = xllamacpp.Server(params)

    def ids(self, text, special):
        body = json.dumps({"content": text, "add_special": False, "parse_special": special}).encode()
        request = urllib.request.Request(
            self.server.listening_address + "/tokenize", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)["tokens"]


def write_model(path, keys, weights=True):
    """A one-layer random Llama with the given tokenizer keys."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tokenizer fixture")
    writer.add_context_length(64)
    writer.add_embedding_length(32)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(1)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(32)
    keys(writer)
    if weights:
        vocab = keys.vocab
        random = np.random.default_rng(0)
        shapes = {"token_embd.weight": (vocab, 32), "output_norm.weight": (32,), "blk.0.attn_norm.weight": (32,), "blk.0.ffn_norm.weight": (32,)}
        shapes |= {f"blk.0.{name}.weight": (32, 32) for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")}
        for name, shape in shapes.items():
            writer.add_tensor(name, random.standard_normal(shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


class BytePairs:
    """A byte-level vocabulary trained on uncut text, so that its merges cross
    every place where one cut and not another would part the text."""

    def __init__(self):
        tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
        tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        trainer = tokenizers.trainers.BpeTrainer(
            vocab_size=1800, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
            initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(), show_progress=False, min_frequency=1,
        )
        digits = [" ".join(str(n * 7919) for n in range(k, k + 40)) for k in range(0, 400, 40)]
        tokenizer.train_from_iterator(TEXTS[:-2] * 3 + CORPUS.splitlines() + digits, trainer)
        model = json.loads(tokenizer.to_str())["model"]
        by_id = sorted(model["vocab"].items(), key=lambda item: item[1])
        self.tokens = [token for token, _ in by_id]
        self.types = [3 if i < 3 else 1 for i in range(len(self.tokens))]
        self.merges = [" ".join(pair) for pair in model["merges"]]
        self.vocab = len(self.tokens)
        self.name = "gpt-2"

    def __call__(self, writer):
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(self.name)
        writer.add_token_list(self.tokens)
        writer.add_token_types(self.types)
        writer.add_token_merges(self.merges)
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)


class Pieces:
    """A SentencePiece BPE vocabulary as `llama` tokenizer keys."""

    def __init__(self, folder):
        corpus = Path(folder) / "corpus.txt"
        corpus.write_text(CORPUS * 4, encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(corpus), model_prefix=str(Path(folder) / "sp"), vocab_size=640, model_type="bpe",
            byte_fallback=True, character_coverage=0.98, normalization_rule_name="identity",
            remove_extra_whitespaces=False, split_digits=True, allow_whitespace_only_pieces=True,
            user_defined_symbols=["<|user|>"], minloglevel=2,
        )
        model = sentencepiece.SentencePieceProcessor(model_file=str(Path(folder) / "sp.model"))
        self.vocab = model.vocab_size()
        ids = range(self.vocab)
        self.tokens = [model.id_to_piece(i) for i in ids]
        self.scores = [model.get_score(i) for i in ids]

        def kind(i):
            if model.is_unknown(i):
                return 2
            if model.is_control(i):
                return 3
            if model.is_byte(i):
                return 6
            return 4 if self.tokens[i] == "<|user|>" else 1

        self.types = [kind(i) for i in ids]

    def __call__(self, writer):
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_list(self.tokens)
        writer.add_token_scores(self.scores)
        writer.add_token_types(self.types)
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
        writer.add_unk_token_id(0)


def main():
    OUT.parent.mkdir(parents=True, exist_ok=True)
    result = {"made_by": f"xllamacpp {xllamacpp.__version__}", "texts": TEXTS}
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(MODEL)
        result["smollm"] = {
            "special": [peer.ids(text, True) for text in TEXTS],
            "literal": [peer.ids(text, False) for text in TEXTS],
        }
        pairs = BytePairs()
        write_model(PAIRS, pairs, weights=False)
        cuts = {}
        for name in NAMES:
            path = Path(folder) / f"{name}.gguf"
            pairs.name = name
            write_model(path, pairs)
            peer = Peer(path)
            cuts[name] = [peer.ids(text, True) for text in TEXTS]
            path.unlink()
            print(name, flush=True)
        # Names with the same cut share one list.
        shared = {}
        for name, ids in cuts.items():
            shared.setdefault(json.dumps(ids), []).append(name)
        result["cuts"] = [{"names": names, "ids": json.loads(ids)} for ids, names in shared.items()]
        pieces = Pieces(folder)
        path = Path(folder) / "pieces-vocabulary.bin"  # a GGUF
        write_model(path, pieces)
        peer = Peer(path)
        result["pieces"] = {
            "special": [peer.ids(text, True) for text in TEXTS],
            "literal": [peer.ids(text, False) for text in TEXTS],
        }
        write_model(PIECES, pieces, weights=False)
    OUT.write_text(json.dumps(result, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{OUT}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main())
