//! A session on one device.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::{After, Place, Prefix, SeqId};
use crate::backend::cpu::Cpu;
#[cfg(feature = "cuda")]
use crate::backend::cuda::Cuda;
use crate::backend::{Attention, Caches, RopeTable, Rows};
use crate::decoder::forward::{Activations, Pass, Scratch};
use crate::decoder::weights::Weights;
use crate::decoder::{Adapter, Attached, heads, rope};
use crate::error::LmError;
use crate::lora::Lora;
use crate::spec::DecoderSpec;

/// Asked whether to stop.
pub(super) type Stop = Box<dyn Fn() -> bool + Send + Sync>;

/// [`super::Session`] without its device.
pub(super) trait Engine {
    fn stopped_by(&mut self, stop: Stop);
    fn prefix(&mut self, after: After<'_>, tokens: &[u32]) -> Result<Prefix, LmError>;
    fn prefixes(&mut self, many: &[(After<'_>, &[u32])]) -> Result<Vec<Prefix>, LmError>;
    fn is_aside(&self) -> bool;
    fn start(&mut self, parent: &Prefix) -> SeqId;
    fn finish(&mut self, id: SeqId);
    fn bytes(&self) -> u64;
    fn chunk(&self) -> usize;
    fn advance(&mut self, inputs: &[(SeqId, &[u32])]) -> Result<(), LmError>;
    fn logits(&self, at: usize) -> &[f32];
}

/// A device that sessions run on.
pub(super) trait Home: Caches {
    /// Rows of one forward pass when a long prefix is computed.
    const PREFILL_ROWS: usize;
    /// Tokens of a prefix between two looks at a wish to stop.
    const CHUNK: usize;
    /// Whether the processor is free while the device computes.
    const ASIDE: bool;
    /// A prefix's segment, if it lies on this device.
    fn segment(prefix: &Prefix) -> Option<&Arc<Segment<Self>>>;
    /// The other way.
    fn place(segment: Arc<Segment<Self>>) -> Place;
}

impl Home for Cpu {
    const PREFILL_ROWS: usize = 512;
    const CHUNK: usize = 128;
    const ASIDE: bool = false;

    fn segment(prefix: &Prefix) -> Option<&Arc<Segment<Self>>> {
        match &prefix.segment {
            Place::Cpu(segment) => Some(segment),
            #[cfg(feature = "cuda")]
            Place::Cuda(_) => None,
        }
    }

    fn place(segment: Arc<Segment<Self>>) -> Place {
        Place::Cpu(segment)
    }
}

#[cfg(feature = "cuda")]
impl Home for Cuda {
    const PREFILL_ROWS: usize = 2048;
    const CHUNK: usize = 2048;
    const ASIDE: bool = true;

    fn segment(prefix: &Prefix) -> Option<&Arc<Segment<Self>>> {
        match &prefix.segment {
            Place::Cuda(segment) => Some(segment),
            Place::Cpu(_) => None,
        }
    }

    fn place(segment: Arc<Segment<Self>>) -> Place {
        Place::Cuda(segment)
    }
}

/// Finished positions.
pub(super) struct Segment<B: Caches> {
    /// The adapter that computed it.
    adapter: Option<usize>,
    parent: Option<Arc<Segment<B>>>,
    cache: B::Cache,
    len: usize,
    /// Positions of this segment and all before it.
    total: usize,
}

impl<B: Caches> Segment<B> {
    /// From the first to this one.
    fn chain(self: &Arc<Self>) -> Vec<Arc<Segment<B>>> {
        let mut chain = vec![self.clone()];
        while let Some(parent) = chain.last().and_then(|s| s.parent.clone()) {
            chain.push(parent);
        }
        chain.reverse();
        chain
    }
}

struct Sequence<B: Caches> {
    adapter: Option<usize>,
    before: Vec<Arc<Segment<B>>>,
    past: usize,
    tail: B::Cache,
    /// Positions of the tail.
    len: usize,
}

/// What a prefix continues.
type Parent<B> = Option<Arc<Segment<B>>>;

/// A session on one device.
pub(super) struct Run<'m, B: Home> {
    backend: B,
    spec: &'m DecoderSpec,
    weights: &'m Weights<B>,
    adapters: Vec<(Lora, Adapter<B>)>,
    sequences: BTreeMap<u64, Sequence<B>>,
    next: u64,
    activations: Activations<B>,
    scratch: Scratch<B>,
    layout: B::Layout,
    table: RopeTable,
    turns: Option<B::Turns>,
    x: B::Buffer,
    /// The last rows, and what their norm makes of them.
    ends: [B::Buffer; 2],
    logits: B::Host,
    /// Rows of `logits` that hold something.
    told: usize,
    stop: Option<Stop>,
}

impl<'m, B: Home> Run<'m, B> {
    pub fn new(
        backend: B,
        spec: &'m DecoderSpec,
        weights: &'m Weights<B>,
        adapters: &[&Lora],
    ) -> Self {
        let lay_out = |l: &&Lora| {
            let values = backend.flat(&l.values);
            ((*l).clone(), Adapter::new(&backend, l, &values, false))
        };
        let adapters = adapters.iter().map(lay_out).collect();
        Self {
            spec,
            weights,
            adapters,
            sequences: BTreeMap::new(),
            next: 0,
            activations: Activations::new(&backend),
            scratch: Scratch::new(&backend),
            layout: backend.layout(),
            table: RopeTable::default(),
            turns: None,
            x: backend.zeros(0),
            ends: [backend.zeros(0), backend.zeros(0)],
            logits: backend.host(),
            told: 0,
            stop: None,
            backend,
        }
    }

    fn check(&self, sequence: &Sequence<B>, tokens: &[u32]) -> Result<(), LmError> {
        if tokens.is_empty() {
            return Err(LmError::Batch { reason: "no tokens were given".into() });
        }
        if let Some(&token) = tokens.iter().find(|&&t| t as usize >= self.spec.vocab) {
            return Err(LmError::TokenRange { token, vocab: self.spec.vocab });
        }
        let total = sequence.past + sequence.len + tokens.len();
        if total > self.spec.max_positions {
            return Err(LmError::TooLong { tokens: total, limit: self.spec.max_positions });
        }
        Ok(())
    }

    /// What a prefix continues, and a sequence after it.
    fn open(&self, after: After<'_>) -> Result<(Parent<B>, Sequence<B>), LmError> {
        let wrong = |reason: &str| LmError::Batch { reason: reason.into() };
        let (parent, adapter) = match after {
            After::Nothing { adapter } => (None, adapter),
            After::Prefix(p) => {
                let parent = B::segment(p).ok_or_else(|| wrong("a prefix of another device"))?;
                (Some(parent.clone()), parent.adapter)
            }
        };
        if adapter.is_some_and(|a| a >= self.adapters.len()) {
            return Err(wrong("an adapter that the session doesn't have"));
        }
        let before = parent.as_ref().map(Segment::chain).unwrap_or_default();
        let past = parent.as_ref().map_or(0, |p| p.total);
        let tail = self.backend.cache(self.spec.layers);
        Ok((parent, Sequence { adapter, before, past, tail, len: 0 }))
    }

    /// The prefix that a sequence came to, with the logits of input `at`.
    fn seal(&self, parent: Parent<B>, sequence: Sequence<B>, at: usize) -> Prefix {
        let logits = Arc::new(self.logits(at).to_vec());
        let bytes = B::cache_bytes(&sequence.tail);
        let Sequence { adapter, tail: cache, len, past, .. } = sequence;
        let segment = Segment { adapter, parent, cache, len, total: past + len };
        let tokens = segment.total;
        Prefix { segment: B::place(Arc::new(segment)), logits, tokens, bytes }
    }

    /// Turns for so many positions.
    fn turn(&mut self, positions: usize) {
        let have = self.table.turns.len();
        // In large steps: a GPU is given the whole table again.
        rope::extend(&mut self.table, self.spec, positions.next_multiple_of(1024));
        if self.turns.is_none() || self.table.turns.len() > have {
            self.turns = Some(self.backend.turns(&self.table));
        }
    }

    /// One forward pass over checked inputs; with `want_logits` those of every
    /// input's last token are left in `self.logits`.
    fn run(
        &mut self,
        batch: &mut [(&mut Sequence<B>, &[u32])],
        want_logits: bool,
    ) -> Result<(), LmError> {
        let (spec, weights, heads) = (self.spec, self.weights, heads(self.spec));
        let mut tokens = Vec::new();
        let mut positions = Vec::new();
        let mut last = vec![0; batch.len()];
        // The rows of an adapter lie together; logits come in the caller's order.
        let mut batch: Vec<_> = batch.iter_mut().enumerate().collect();
        batch.sort_by_key(|(_, (sequence, _))| sequence.adapter);
        let mut through: Vec<Range<usize>> = vec![0..0; self.adapters.len()];
        for (at, (sequence, new)) in &mut batch {
            let past = sequence.past + sequence.len;
            let row = tokens.len();
            positions.extend((past..past + new.len()).map(|p| p as u32));
            tokens.extend_from_slice(new);
            last[*at] = (tokens.len() - 1) as u32;
            self.backend.reserve(&heads, &mut sequence.tail, sequence.len + new.len());
            if let Some(rows) = sequence.adapter.and_then(|a| through.get_mut(a)) {
                *rows = if rows.start == rows.end { row } else { rows.start }..tokens.len();
            }
        }
        self.turn(positions.iter().max().map_or(0, |&p| p as usize + 1));
        let rows = tokens.len();
        let b = &self.backend;
        let Some(turns) = &self.turns else { return Ok(()) };
        let (tokens, positions) = (b.ids(&tokens), b.ids(&positions));
        let attached: Vec<_> = (self.adapters.iter().zip(through))
            .filter(|(_, rows)| rows.start < rows.end)
            .map(|((lora, adapter), rows)| Attached { rows, lora, adapter, dropout: None })
            .collect();
        let pass =
            Pass { backend: b, spec, attached: &attached, turns, rows, positions: &positions };
        let (a, s) = (&mut self.activations, &mut self.scratch);
        a.grow(&pass);
        s.grow(&pass);
        b.grow(&mut self.x, rows * spec.hidden);
        let x = &mut self.x;
        let mut at = 0;
        let mut inputs: Vec<Rows<'_, B>> = batch
            .iter_mut()
            .map(|(_, (sequence, new))| {
                let row = at;
                at += new.len();
                Rows {
                    row,
                    rows: new.len(),
                    before: sequence.before.iter().map(|s| (&s.cache, s.len)).collect(),
                    tail: &mut sequence.tail,
                    len: sequence.len,
                }
            })
            .collect();
        b.lay_out(&heads, &inputs, &mut self.layout);
        b.embed(&weights.embedding, &tokens, rows, x);
        for (l, layer) in weights.layers.iter().enumerate() {
            if self.stop.as_ref().is_some_and(|stop| stop()) {
                return Err(LmError::Stopped);
            }
            pass.project(l, layer, x, a, s);
            let read = Attention { q: &*a.q, k: &*a.k, v: &*a.v };
            b.attend_cached(&heads, l, &mut inputs, &mut self.layout, &read, &mut a.context);
            pass.mix(l, layer, x, a, s);
            pass.finish(l, layer, x, a, s);
        }
        drop(inputs);
        if want_logits {
            let n = last.len();
            let [ends, normed] = &mut self.ends;
            for buffer in [&mut *ends, &mut *normed] {
                b.grow(buffer, n * spec.hidden);
            }
            b.gather(spec.hidden, &b.ids(&last), 0..n, x, ends);
            b.rms_norm(spec.hidden, n, spec.rms_eps, ends, &weights.norm, normed);
            b.logits(weights.output(), n, normed, &mut self.logits);
            b.check()?;
            self.told = n;
        }
        for (_, (sequence, new)) in &mut batch {
            sequence.len += new.len();
        }
        Ok(())
    }
}

impl<B: Home> Engine for Run<'_, B> {
    fn stopped_by(&mut self, stop: Stop) {
        self.stop = Some(stop);
    }

    fn prefix(&mut self, after: After<'_>, tokens: &[u32]) -> Result<Prefix, LmError> {
        let (parent, mut sequence) = self.open(after)?;
        self.check(&sequence, tokens)?;
        self.told = 0;
        let parts = tokens.len().div_ceil(B::PREFILL_ROWS);
        for (i, part) in tokens.chunks(B::PREFILL_ROWS).enumerate() {
            self.run(&mut [(&mut sequence, part)], i + 1 == parts)?;
        }
        let made = self.seal(parent, sequence, 0);
        self.told = 0;
        Ok(made)
    }

    fn prefixes(&mut self, many: &[(After<'_>, &[u32])]) -> Result<Vec<Prefix>, LmError> {
        let mut opened = Vec::with_capacity(many.len());
        for (after, tokens) in many {
            let (parent, sequence) = self.open(*after)?;
            self.check(&sequence, tokens)?;
            opened.push((parent, sequence));
        }
        self.told = 0;
        let mut batch: Vec<_> =
            opened.iter_mut().zip(many).map(|((_, s), (_, tokens))| (s, *tokens)).collect();
        self.run(&mut batch, true)?;
        let made = opened.into_iter().enumerate();
        let made = made.map(|(at, (parent, sequence))| self.seal(parent, sequence, at)).collect();
        self.told = 0;
        Ok(made)
    }

    fn is_aside(&self) -> bool {
        B::ASIDE
    }

    fn start(&mut self, parent: &Prefix) -> SeqId {
        let id = self.next;
        self.next += 1;
        // A prefix of another device opens nothing: the first step says so.
        if let Some(segment) = B::segment(parent) {
            let tail = self.backend.cache(self.spec.layers);
            let (before, past) = (segment.chain(), segment.total);
            let adapter = segment.adapter;
            self.sequences.insert(id, Sequence { adapter, before, past, tail, len: 0 });
        }
        SeqId(id)
    }

    fn finish(&mut self, id: SeqId) {
        self.sequences.remove(&id.0);
    }

    fn bytes(&self) -> u64 {
        self.sequences.values().map(|s| B::cache_bytes(&s.tail)).sum()
    }

    fn chunk(&self) -> usize {
        B::CHUNK
    }

    fn advance(&mut self, inputs: &[(SeqId, &[u32])]) -> Result<(), LmError> {
        for (i, (id, tokens)) in inputs.iter().enumerate() {
            if inputs[..i].iter().any(|(other, _)| other == id) {
                return Err(LmError::Batch { reason: format!("sequence {} is named twice", id.0) });
            }
            let sequence =
                self.sequences.get(&id.0).ok_or(LmError::UnknownSequence { id: id.0 })?;
            self.check(sequence, tokens)?;
        }
        self.told = 0;
        let mut all = std::mem::take(&mut self.sequences);
        let mut taken = Vec::with_capacity(inputs.len());
        for (id, tokens) in inputs {
            taken.extend(all.remove(&id.0).map(|s| (*id, s, *tokens)));
        }
        let mut batch: Vec<_> = taken.iter_mut().map(|(_, s, tokens)| (s, *tokens)).collect();
        let done = self.run(&mut batch, true);
        all.extend(taken.into_iter().map(|(id, s, _)| (id.0, s)));
        self.sequences = all;
        done
    }

    fn logits(&self, at: usize) -> &[f32] {
        if at >= self.told {
            return &[];
        }
        &self.logits.as_ref()[at * self.spec.vocab..][..self.spec.vocab]
    }
}

/// Weights on a device that keeps no keys.
#[cfg(any(test, feature = "metal"))]
pub(super) struct Nowhere {
    pub device: String,
}

#[cfg(any(test, feature = "metal"))]
impl Nowhere {
    fn refusal(&self) -> LmError {
        let reason = "generating runs on the CPU or an NVIDIA GPU".into();
        LmError::Device { device: self.device.clone(), reason }
    }
}

#[cfg(any(test, feature = "metal"))]
impl Engine for Nowhere {
    fn stopped_by(&mut self, _: Stop) {}

    fn prefix(&mut self, _: After<'_>, _: &[u32]) -> Result<Prefix, LmError> {
        Err(self.refusal())
    }

    fn prefixes(&mut self, _: &[(After<'_>, &[u32])]) -> Result<Vec<Prefix>, LmError> {
        Err(self.refusal())
    }

    fn is_aside(&self) -> bool {
        false
    }

    fn start(&mut self, _: &Prefix) -> SeqId {
        SeqId(0)
    }

    fn finish(&mut self, _: SeqId) {}

    fn bytes(&self) -> u64 {
        0
    }

    fn chunk(&self) -> usize {
        1
    }

    fn advance(&mut self, _: &[(SeqId, &[u32])]) -> Result<(), LmError> {
        Err(self.refusal())
    }

    fn logits(&self, _: usize) -> &[f32] {
        &[]
    }
}
