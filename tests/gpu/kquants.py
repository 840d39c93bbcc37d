"""Writes a random model whose rows are K-quants, for `gpu check`:

    python kquants.py SHIPPED.gguf OUT.gguf

SmolLM2's own rows of 576 are no whole K-quant blocks of 256. So: its settings,
tokenizer and template, but narrower, with random blocks of Q4_K, Q5_K and Q6_K
whose values are of about 0.05 (larger ones saturate the attention, and then
rounding alone decides the gradients).
"""

import random
import struct
import sys

# GGUF's and ggml's numbers (github.com/ggml-org/ggml, docs/gguf.md).
SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
TEXT, LIST = 8, 9
F32, Q8_0, Q4_K, Q5_K, Q6_K = 0, 8, 12, 13, 14
HIDDEN, MIDDLE, QUERIES, KEYS, LAYERS, VOCAB = 512, 768, 512, 256, 2, 49152
SETTINGS = {
    b"llama.embedding_length": HIDDEN, b"llama.feed_forward_length": MIDDLE, b"llama.block_count": LAYERS,
    b"llama.attention.head_count": 8, b"llama.attention.head_count_kv": 4, b"llama.rope.dimension_count": 64,
}


def half(x):
    return struct.pack("<e", x)


def block(kind):
    if kind == Q4_K:
        return half(1e-4) + half(7.5e-4) + random.randbytes(12 + 128)
    if kind == Q5_K:
        return half(5e-5) + half(7.5e-4) + random.randbytes(12 + 32 + 128)
    if kind == Q6_K:
        return random.randbytes(128 + 64 + 16) + half(6e-5)
    return half(3e-4) + random.randbytes(32)


def rows(kind, outputs, inputs):
    return b"".join(block(kind) for _ in range(outputs * inputs // (32 if kind == Q8_0 else 256)))


def settings(data):
    """The metadata with our own widths, and how many entries it has."""
    (count,) = struct.unpack_from("<Q", data, 16)
    at = 24

    def text(at):
        (length,) = struct.unpack_from("<Q", data, at)
        return at + 8 + length, data[at + 8 : at + 8 + length]

    def past(kind, at):
        if kind == TEXT:
            return text(at)[0]
        if kind == LIST:
            inner, length = struct.unpack_from("<IQ", data, at)
            at += 12
            for _ in range(length):
                at = text(at)[0] if inner == TEXT else at + SIZES[inner]
            return at
        return at + SIZES[kind]

    patches = []
    for _ in range(count):
        at, key = text(at)
        (kind,) = struct.unpack_from("<I", data, at)
        if key in SETTINGS:
            patches.append((at + 4 - 24, SETTINGS[key]))
        at = past(kind, at + 4)
    entries = bytearray(data[24:at])
    for place, value in patches:
        struct.pack_into("<I", entries, place, value)
    return count, bytes(entries)


def main():
    shipped, out = sys.argv[1:]
    random.seed(5)
    with open(shipped, "rb") as file:
        data = file.read()
    count, entries = settings(data)
    ones = struct.pack(f"<{HIDDEN}f", *[1.0] * HIDDEN)
    tensors = [(b"token_embd", Q8_0, (HIDDEN, VOCAB), rows(Q8_0, VOCAB, HIDDEN)), (b"output_norm", F32, (HIDDEN,), ones)]
    for layer in range(LAYERS):
        at = b"blk.%d." % layer
        tensors += [(at + b"attn_norm", F32, (HIDDEN,), ones), (at + b"ffn_norm", F32, (HIDDEN,), ones)]
        for name, kind, outputs, inputs in [
            (b"attn_q", Q4_K, QUERIES, HIDDEN), (b"attn_k", Q5_K, KEYS, HIDDEN), (b"attn_v", Q6_K, KEYS, HIDDEN),
            (b"attn_output", Q4_K, HIDDEN, QUERIES), (b"ffn_gate", Q5_K, MIDDLE, HIDDEN),
            (b"ffn_up", Q6_K, MIDDLE, HIDDEN), (b"ffn_down", Q4_K, HIDDEN, MIDDLE),
        ]:
            tensors.append((at + name, kind, (inputs, outputs), rows(kind, outputs, inputs)))
    listed, stored = b"", bytearray()
    for name, kind, shape, values in tensors:
        name += b".weight"
        listed += struct.pack("<Q", len(name)) + name + struct.pack("<I", len(shape))
        listed += b"".join(struct.pack("<Q", d) for d in shape) + struct.pack("<IQ", kind, len(stored))
        stored += values + bytes(-len(values) % 32)
    head = data[:8] + struct.pack("<QQ", len(tensors), count) + entries + listed
    with open(out, "wb") as file:
        file.write(head + bytes(-len(head) % 32) + stored)


if __name__ == "__main__":
    main()
