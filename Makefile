# Shinsa. `make demo` and `make test` are the two that matter; each installs
# what it needs, says what it does, and is quick when there is nothing to do.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

TARGET := $(or $(CARGO_TARGET_DIR),target)
DEMO   ?= target/demo
# Passed on to `shinsa demo`, as in: make demo ARGS="--seed 7"
ARGS   ?=
UI_IN  := $(shell find ui/src resources/i18n -type f 2>/dev/null) \
          $(wildcard ui/*.json ui/*.ts ui/index.html)

.PHONY: help demo test app deb setup model ui build worker-cuda bindings fmt lint deny test-peers bench-train bench-judge bench-room bench-gpu

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: ## the main job, end to end, on the embedded model
	@scripts/demo.sh "$(DEMO)" $(ARGS)

test: ## every test: Rust, UI, the app in a real window
	@scripts/test.sh

app: ## open the desktop application
	@scripts/app.sh

deb: ## build the installer (.deb)
	@scripts/deb.sh

setup: ## install all that the other targets need, build nothing
	@scripts/tools.sh rust node python
	@scripts/apt.sh build shell window bundle
	@$(MAKE) model ui/node_modules/.package-lock.json

model: ## fetch the embedded default model
	@scripts/fetch-model

ui: ui/dist/index.html ## build the UI

ui/node_modules/.package-lock.json: ui/package-lock.json
	@echo "==> npm packages, from the lock file"
	@npm --prefix ui ci --no-audit --no-fund --loglevel=error
	@touch $@

ui/dist/index.html: ui/node_modules/.package-lock.json $(UI_IN)
	@echo "==> UI"
	@npm --prefix ui run --silent build
	@touch $@

build: ## build `shinsa` and its worker
	@scripts/tools.sh rust
	@scripts/apt.sh build
	@cargo build -p shinsa-cli -p shinsa-worker

worker-cuda: ## build the worker for NVIDIA GPUs (needs no GPU)
	@scripts/worker-cuda.sh

bindings: ## write the generated TypeScript anew
	@scripts/bindings.sh

fmt: ## format Rust
	@cargo fmt --all

lint: ## clippy, warnings as errors
	@scripts/lint.sh

deny: ## licences and advisories (needs cargo-deny)
	@cargo deny --workspace check

test-peers: ## remake and compare the fixtures that come from PyTorch (heavy)
	@scripts/peers.sh

bench-train: ## training beside transformers + peft: speed, memory, losses (heavy)
	@scripts/bench-train.sh

bench-judge: ## judging beside llama.cpp's server: verdicts a minute, tokens a second, memory (heavy)
	@scripts/bench-judge.sh

bench-room: ## the rating room with 100,000 outputs and 300,000 ratings
	@scripts/bench-room.sh

bench-gpu: ## the same on an NVIDIA GPU, after checking it against the CPU
	@scripts/gpu.sh
