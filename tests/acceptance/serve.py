"""A real OpenAI-compatible server on loopback: llama.cpp's, from the wheel
xllamacpp. Prints its address; ends when standard input does.

Usage: serve.py MODEL.gguf
"""

import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
# On loopback, any free port.
params.port = 0
# Two slots, each with room for a rubric, a case and an answer.
params.n_parallel = 2
params.n_ctx = 8192
params.cpuparams.n_threads = 2
params.warmup = False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
