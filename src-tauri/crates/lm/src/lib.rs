//! Language models: weights, tokenizer, chat template, decoder, KV cache, sampling, LoRA, kernels with their backward.
