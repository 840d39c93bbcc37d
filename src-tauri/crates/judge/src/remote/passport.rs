//! The passport of a remote job: what can be known of a judge that runs elsewhere.

use serde_json::json;

use super::{Endpoint, RemoteSpec};
use crate::JudgeError;
use crate::passport::{ItemsHash, Passport, seal, short};

/// The weights are whatever the endpoint says its model is, and nobody here can
/// hash them: the passport says so, and the judge's hash is never a local one's.
pub(crate) fn passport(spec: &RemoteSpec, endpoint: &Endpoint) -> Result<Passport, JudgeError> {
    let judge = json!({
        "engine": {"name": "openai-compatible", "client": "shinsa",
            "version": env!("CARGO_PKG_VERSION"), "device": "remote"},
        "method": "chat-completions-json-schema",
        "numeric_mode": "unknown",
        "base": {
            "weights": "remote",
            "tokenizer": "remote",
            "template": "remote",
            "endpoint": endpoint.host(),
            "model": spec.model,
        },
        "adapter": null,
        "inputs": spec.inputs,
        "decoding": {
            "temperature": short(spec.sampling.temperature),
            "top_p": short(spec.sampling.top_p),
            "top_k": spec.sampling.top_k,
            "max_tokens": spec.max_tokens,
        },
    });
    let mut items = ItemsHash::default();
    spec.items.iter().try_for_each(|item| items.add(item))?;
    seal(judge, items, spec.seed)
}
