#!/usr/bin/env python3
"""Make tests/parity/fixtures/quant.safetensors: stored rows and what gguf-py reads in them.

Needed only to remake the fixture (see requirements.txt), never by `make test`.
For every type that the engine keeps in its stored form: rows of random bytes
(every bit pattern of the packed integers; half-precision scales finite, of both
signs, subnormal ones among them) and the f32 values of gguf-py's dequantisation.
"""

from pathlib import Path

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize
from safetensors.numpy import save_file

OUT = Path(__file__).resolve().parent / "fixtures" / "quant.safetensors"
# Where the half-precision numbers lie in a block.
HALVES = {"Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
          "F16": [0], "BF16": [0]}
ROWS, COLUMNS = 3, 512


def make():
    random = np.random.default_rng(20240502)
    tensors = {}
    for name, halves in HALVES.items():
        kind = GGMLQuantizationType[name]
        values, size = GGML_QUANT_SIZES[kind]
        blocks = ROWS * COLUMNS // values
        data = random.integers(0, 256, (blocks, size), dtype=np.uint8)
        for at in halves:
            if name == "BF16":
                data[:, at + 1] = 0x3F ^ (data[:, at + 1] & 0x80)
            else:
                # Exponents of 0 (subnormal) to 11 of 31.
                data[:, at + 1] &= 0xAF
        data = data.reshape(ROWS, -1)
        tensors[f"{name}.bytes"] = data
        tensors[f"{name}.values"] = dequantize(data, kind).astype(np.float32).reshape(ROWS, COLUMNS)
        assert np.isfinite(tensors[f"{name}.values"]).all(), name
    save_file(tensors, OUT)


if __name__ == "__main__":
    make()
