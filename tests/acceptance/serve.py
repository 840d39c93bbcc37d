"""A real OpenAI-compatible server on loopback: llama.cpp's, from the wheel
xllamacpp. Prints its address; ends when standard input does.

Usage: serve.py MODEL.gguf [SLOTS [CONTEXT]]

CONTEXT is in tokens, of all slots together.
"""

import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
# On loopback, any free port.
params.port = 0
# Slots, each with room for a rubric, a case and an answer.
params.n_parallel = int(sys.argv[2]) if len(sys.argv) > 2 else 2
params.n_ctx = int(sys.argv[3]) if len(sys.argv) > 3 else 8192
# What a slot has is kept; prompts that left theirs aren't.
params.cache_ram_mib = 0
params.cpuparams.n_threads = 2
params.warmup = False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
