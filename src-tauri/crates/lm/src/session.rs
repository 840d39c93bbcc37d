//! Inference: batched steps over sequences that share computed prefixes.
//!
//! Keys and values form a tree: a [`Prefix`] is an immutable run of positions
//! with a parent, and each open sequence adds a tail of its own. What a token
//! comes out as depends on its own sequence alone, bit for bit, not on how its
//! text was cut into prefixes and steps or on what else is in the batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::backend::cpu::Cpu;
use crate::backend::cpu::attention::{self, Keys, Span};
use crate::backend::{Backend, Heads, RopeTable};
use crate::decoder::forward::{Activations, Pass, Scratch};
use crate::decoder::{Adapter, Attached, heads, rope};
use crate::error::LmError;
use crate::lora::Lora;
use crate::model::Model;

/// Rows of one forward pass when a long prefix is computed.
const PREFILL_ROWS: usize = 512;

/// Keys and values of a run of positions, layer by layer.
struct Cache {
    layers: Vec<(Vec<f32>, Vec<f32>)>,
    len: usize,
}

impl Cache {
    fn new(layers: usize) -> Self {
        Self { layers: vec![(Vec::new(), Vec::new()); layers], len: 0 }
    }

    /// Makes room for `extra` more positions.
    fn reserve(&mut self, heads: &Heads, extra: usize) {
        let positions = self.len + extra;
        for (k, v) in &mut self.layers {
            k.resize(attention::packed_len(heads, positions), 0.0);
            v.resize(positions * heads.kv_width(), 0.0);
        }
    }

    fn run(&self, layer: usize, len: usize) -> Keys<'_> {
        let (k, v) = &self.layers[layer];
        Keys { k, k_at: 0, v, v_at: 0, len }
    }
}

struct Segment {
    parent: Option<Arc<Segment>>,
    cache: Cache,
    /// Positions of this segment and all before it.
    total: usize,
}

impl Segment {
    /// From the first to this one.
    fn chain(self: &Arc<Self>) -> Vec<Arc<Segment>> {
        let mut chain = vec![self.clone()];
        while let Some(parent) = chain.last().and_then(|s| s.parent.clone()) {
            chain.push(parent);
        }
        chain.reverse();
        chain
    }
}

/// A computed run of tokens that sequences and longer prefixes build on.
/// Cloning it costs nothing.
#[derive(Clone)]
pub struct Prefix {
    segment: Arc<Segment>,
    logits: Arc<Vec<f32>>,
}

impl Prefix {
    /// Logits after the last token, one per vocabulary entry.
    #[must_use]
    pub fn logits(&self) -> &[f32] {
        &self.logits
    }

    /// Number of tokens from the beginning of the text to the end of this prefix.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.segment.total
    }

    /// Bytes of this prefix's own keys and values, without its parents'.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        cache_bytes(&self.segment.cache)
    }
}

fn cache_bytes(cache: &Cache) -> u64 {
    cache
        .layers
        .iter()
        .map(|(k, v)| (size_of_val(k.as_slice()) + size_of_val(v.as_slice())) as u64)
        .sum()
}

/// A sequence that is open in a [`Session`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeqId(pub u64);

struct Sequence {
    before: Vec<Arc<Segment>>,
    past: usize,
    tail: Cache,
}

/// One model, possibly adapted, and the sequences being generated.
pub struct Session<'m> {
    model: &'m Model,
    adapter: Option<(Lora, Adapter<Cpu>)>,
    sequences: BTreeMap<u64, Sequence>,
    next: u64,
    activations: Activations<Cpu>,
    scratch: Scratch<Cpu>,
    table: RopeTable,
    x: Vec<f32>,
    stop: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl<'m> Session<'m> {
    /// No sequences yet. The adapter is laid out once, here.
    #[must_use]
    pub fn new(model: &'m Model, lora: Option<&Lora>) -> Self {
        Self {
            model,
            adapter: lora.map(|l| (l.clone(), Adapter::new(&Cpu, l, &l.values, false))),
            sequences: BTreeMap::new(),
            next: 0,
            activations: Activations::new(&Cpu),
            scratch: Scratch::new(&Cpu),
            table: RopeTable::default(),
            x: Vec::new(),
            stop: None,
        }
    }

    /// Asked before every layer: once it says yes, what is running ends with
    /// [`LmError::Stopped`] and no sequence has changed.
    pub fn stopped_by(&mut self, stop: impl Fn() -> bool + Send + Sync + 'static) {
        self.stop = Some(Box::new(stop));
    }

    /// Computes `tokens` after `parent` (or from the beginning) once.
    ///
    /// # Errors
    /// [`LmError::Batch`] for no tokens at all, [`LmError::TokenRange`],
    /// [`LmError::TooLong`], [`LmError::Stopped`].
    pub fn prefix(&mut self, parent: Option<&Prefix>, tokens: &[u32]) -> Result<Prefix, LmError> {
        let before = parent.map(|p| p.segment.chain()).unwrap_or_default();
        let past = parent.map_or(0, Prefix::tokens);
        let mut sequence = Sequence { before, past, tail: Cache::new(self.model.spec.layers) };
        self.check(&sequence, tokens)?;
        let mut logits = Vec::new();
        let parts = tokens.len().div_ceil(PREFILL_ROWS);
        for (i, part) in tokens.chunks(PREFILL_ROWS).enumerate() {
            logits = self.run(&mut [(&mut sequence, part)], i + 1 == parts)?;
        }
        let segment = Segment {
            parent: parent.map(|p| p.segment.clone()),
            total: sequence.past + sequence.tail.len,
            cache: sequence.tail,
        };
        Ok(Prefix {
            segment: Arc::new(segment),
            logits: Arc::new(logits.pop().unwrap_or_default()),
        })
    }

    /// Opens a sequence that continues `parent`.
    pub fn start(&mut self, parent: &Prefix) -> SeqId {
        let id = self.next;
        self.next += 1;
        let tail = Cache::new(self.model.spec.layers);
        self.sequences
            .insert(id, Sequence { before: parent.segment.chain(), past: parent.tokens(), tail });
        SeqId(id)
    }

    /// Closes a sequence and frees its cache.
    pub fn finish(&mut self, id: SeqId) {
        self.sequences.remove(&id.0);
    }

    /// Bytes of all open sequences' own keys and values.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.sequences.values().map(|s| cache_bytes(&s.tail)).sum()
    }

    /// Appends one or more tokens to each named sequence in one batched
    /// forward pass and returns the logits after each one's last token, in the
    /// order of `inputs`.
    ///
    /// # Errors
    /// [`LmError::UnknownSequence`], [`LmError::Batch`] (no tokens, or a
    /// sequence named twice), [`LmError::TokenRange`], [`LmError::TooLong`],
    /// [`LmError::Stopped`]; no sequence has changed then.
    pub fn step(&mut self, inputs: &[(SeqId, &[u32])]) -> Result<Vec<Vec<f32>>, LmError> {
        for (i, (id, tokens)) in inputs.iter().enumerate() {
            if inputs[..i].iter().any(|(other, _)| other == id) {
                return Err(LmError::Batch { reason: format!("sequence {} is named twice", id.0) });
            }
            let sequence =
                self.sequences.get(&id.0).ok_or(LmError::UnknownSequence { id: id.0 })?;
            self.check(sequence, tokens)?;
        }
        let mut all = std::mem::take(&mut self.sequences);
        let mut taken = Vec::with_capacity(inputs.len());
        for (id, tokens) in inputs {
            taken.extend(all.remove(&id.0).map(|s| (*id, s, *tokens)));
        }
        let mut batch: Vec<_> = taken.iter_mut().map(|(_, s, tokens)| (s, *tokens)).collect();
        let logits = self.run(&mut batch, true);
        all.extend(taken.into_iter().map(|(id, s, _)| (id.0, s)));
        self.sequences = all;
        logits
    }

    fn check(&self, sequence: &Sequence, tokens: &[u32]) -> Result<(), LmError> {
        let spec = &self.model.spec;
        if tokens.is_empty() {
            return Err(LmError::Batch { reason: "no tokens were given".into() });
        }
        if let Some(&token) = tokens.iter().find(|&&t| t as usize >= spec.vocab) {
            return Err(LmError::TokenRange { token, vocab: spec.vocab });
        }
        let total = sequence.past + sequence.tail.len + tokens.len();
        if total > spec.max_positions {
            return Err(LmError::TooLong { tokens: total, limit: spec.max_positions });
        }
        Ok(())
    }

    /// One forward pass over checked inputs.
    fn run(
        &mut self,
        batch: &mut [(&mut Sequence, &[u32])],
        want_logits: bool,
    ) -> Result<Vec<Vec<f32>>, LmError> {
        let (spec, weights, heads) =
            (&self.model.spec, self.model.on_cpu()?, heads(&self.model.spec));
        let mut tokens = Vec::new();
        let mut positions = Vec::new();
        let mut first_rows = Vec::new();
        for (sequence, new) in batch.iter_mut() {
            let past = sequence.past + sequence.tail.len;
            first_rows.push(tokens.len());
            positions.extend((past..past + new.len()).map(|p| p as u32));
            tokens.extend_from_slice(new);
            sequence.tail.reserve(&heads, new.len());
        }
        let longest = positions.iter().max().map_or(0, |&p| p as usize + 1);
        rope::extend(&mut self.table, spec, longest);
        let pass = Pass {
            backend: &Cpu,
            spec,
            attached: self.adapter.as_ref().map(|(lora, adapter)| Attached {
                lora,
                adapter,
                dropout: None,
            }),
            turns: &self.table,
            rows: tokens.len(),
            positions: &positions,
        };
        let (a, s) = (&mut self.activations, &mut self.scratch);
        a.grow(&pass);
        s.grow(&pass);
        Cpu.grow(&mut self.x, tokens.len() * spec.hidden);
        let x = &mut self.x[..tokens.len() * spec.hidden];
        Cpu.embed(&weights.embedding, &tokens, tokens.len(), x);
        for (l, layer) in weights.layers.iter().enumerate() {
            if self.stop.as_ref().is_some_and(|stop| stop()) {
                return Err(LmError::Stopped);
            }
            pass.project(l, layer, x, a, s);
            for ((sequence, new), &row) in batch.iter_mut().zip(&first_rows) {
                let at = sequence.tail.len;
                let (k, v) = &mut sequence.tail.layers[l];
                attention::pack(&heads, new.len(), &a.k, row, k, at);
                let width = heads.kv_width();
                v[at * width..][..new.len() * width]
                    .copy_from_slice(&a.v[row * width..][..new.len() * width]);
            }
            let spans: Vec<Span<'_>> = batch
                .iter()
                .zip(&first_rows)
                .map(|((s, new), &row)| {
                    let mut keys: Vec<_> =
                        s.before.iter().map(|seg| seg.cache.run(l, seg.cache.len)).collect();
                    keys.push(s.tail.run(l, s.tail.len + new.len()));
                    Span { row, rows: new.len(), keys }
                })
                .collect();
            attention::forward(&heads, &spans, &a.q, &mut a.context);
            pass.mix(l, layer, x, a, s);
            pass.finish(l, layer, x, a, s);
        }
        for (sequence, new) in batch.iter_mut() {
            sequence.tail.len += new.len();
        }
        if !want_logits {
            return Ok(Vec::new());
        }
        let last: Vec<u32> = first_rows
            .iter()
            .zip(batch.iter())
            .map(|(row, (_, new))| (row + new.len() - 1) as u32)
            .collect();
        let n = last.len();
        let mut ends = vec![0.0; n * spec.hidden];
        Cpu.gather(spec.hidden, &last, 0..n, x, &mut ends);
        let mut normed = vec![0.0; n * spec.hidden];
        Cpu.rms_norm(spec.hidden, n, spec.rms_eps, &ends, &weights.norm, &mut normed);
        let mut logits = vec![0.0; n * spec.vocab];
        Cpu.forward(weights.output(), n, &normed, &mut logits);
        Ok(logits.chunks_exact(spec.vocab).map(<[f32]>::to_vec).collect())
    }
}
