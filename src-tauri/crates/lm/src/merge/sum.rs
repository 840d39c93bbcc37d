//! `W + s·B·A`, tensor by tensor.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::decoder::weights::{Naming, Norm, stored_order};
use crate::error::LmError;
use crate::lora::{Lora, LoraSlot, Projection};
use crate::spec::DecoderSpec;
use crate::weights::{DType, RawTensor, TensorSource};

/// One tensor of the decoder.
pub(super) struct Item {
    /// Hugging Face's name.
    pub name: String,
    /// The name in the base's files.
    pub stored: String,
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// Where Hugging Face's row lies in the base's files.
    order: Option<Arc<[u32]>>,
    /// What the adapter adds.
    slot: Option<LoraSlot>,
}

/// A base with an adapter added to its weights.
pub(super) struct Sum<'a> {
    source: &'a dyn TensorSource,
    lora: &'a Lora,
    /// Every tensor of the decoder, in the order of the computation.
    pub items: Vec<Item>,
    by_stored: BTreeMap<String, usize>,
}

impl<'a> Sum<'a> {
    pub fn new(
        source: &'a dyn TensorSource,
        naming: Naming,
        spec: &DecoderSpec,
        lora: &'a Lora,
    ) -> Self {
        let items = items(naming, spec, lora);
        let by_stored = items.iter().enumerate().map(|(i, t)| (t.stored.clone(), i)).collect();
        Self { source, lora, items, by_stored }
    }

    /// Bytes of all adapted weights in f32.
    pub fn merged_bytes(&self) -> u64 {
        let adapted = self.items.iter().filter(|item| item.slot.is_some());
        adapted.map(|item| 4 * item.shape.iter().product::<usize>() as u64).sum()
    }

    /// Whether the adapter changes the tensor of this name in the base's files.
    pub fn changes(&self, stored: &str) -> bool {
        self.by_stored.get(stored).is_some_and(|i| self.items[*i].slot.is_some())
    }

    /// A tensor's sum, rows in Hugging Face's order.
    pub fn values(&self, item: &Item) -> Result<Vec<f32>, LmError> {
        let rows = item.shape.first().copied().unwrap_or(0);
        let place = |row: usize| item.order.as_ref().map_or(row, |order| order[row] as usize);
        self.rows(item, (0..rows).map(|row| (place(row), row)).collect())
    }

    /// A tensor's sum, rows as in the base's files.
    pub fn stored_values(&self, stored: &str) -> Result<Option<Vec<f32>>, LmError> {
        let Some(item) = self.by_stored.get(stored).map(|i| &self.items[*i]) else {
            return Ok(None);
        };
        let rows = item.shape.first().copied().unwrap_or(0);
        let mut pairs: Vec<(usize, usize)> = (0..rows).map(|row| (row, row)).collect();
        if let Some(order) = &item.order {
            for (row, stored) in order.iter().enumerate() {
                pairs[*stored as usize].1 = row;
            }
        }
        self.rows(item, pairs).map(Some)
    }

    /// Rows given as (row in the file, row of the decoder). The products of one
    /// element are added in the order of the ranks, whatever the threads.
    fn rows(&self, item: &Item, rows: Vec<(usize, usize)>) -> Result<Vec<f32>, LmError> {
        let raw = self.raw(item)?;
        // A vector is a row for each element.
        let width = item.shape.get(1).copied().unwrap_or(1);
        if raw.shape.len() == 1 {
            let mut all = vec![0.0; raw.shape[0]];
            raw.dtype.read(raw.bytes.as_ref(), 0, &mut all);
            return Ok(rows.into_iter().map(|(from, _)| all[from]).collect());
        }
        let (bytes, r, scale) = (raw.dtype.bytes(width), self.lora.config.r, self.lora.scale());
        let mut values = vec![0.0f32; rows.len() * width];
        values.par_chunks_exact_mut(width).zip(rows).for_each(|(to, (from, row))| {
            raw.dtype.read(&raw.bytes.as_ref()[from * bytes..][..bytes], 0, to);
            let Some(slot) = &item.slot else { return };
            let a = &self.lora.values[slot.a.clone()];
            let b = &self.lora.values[slot.b.clone()][row * r..][..r];
            let mut delta = vec![0.0f32; width];
            for (b, a) in b.iter().zip(a.chunks_exact(width)) {
                delta.iter_mut().zip(a).for_each(|(d, a)| *d = b.mul_add(*a, *d));
            }
            to.iter_mut().zip(&delta).for_each(|(w, d)| *w = scale.mul_add(*d, *w));
        });
        Ok(values)
    }

    fn raw(&self, item: &Item) -> Result<RawTensor, LmError> {
        let raw = self.source.tensor(&item.stored)?.ok_or_else(|| LmError::MissingTensor {
            path: self.source.path().to_owned(),
            tensor: item.stored.clone(),
        })?;
        if raw.shape == item.shape {
            return Ok(raw);
        }
        Err(LmError::TensorShape {
            tensor: item.stored.clone(),
            expected: format!("{:?}", item.shape),
            actual: format!("{:?}", raw.shape),
        })
    }
}

/// The base's files with the adapted tensors replaced by their sums, in f32.
impl TensorSource for Sum<'_> {
    fn tensor(&self, name: &str) -> Result<Option<RawTensor>, LmError> {
        if !self.changes(name) {
            return self.source.tensor(name);
        }
        let Some(values) = self.stored_values(name)? else { return Ok(None) };
        let shape = self.items[self.by_stored[name]].shape.clone();
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        Ok(Some(RawTensor { shape, dtype: DType::F32, bytes: bytes.into() }))
    }

    fn path(&self) -> &Path {
        self.source.path()
    }

    fn hash(&self) -> String {
        self.source.hash()
    }
}

fn items(naming: Naming, spec: &DecoderSpec, lora: &Lora) -> Vec<Item> {
    let hf = Naming::HuggingFace;
    let plain = |name: String, stored: String, shape: Vec<usize>| Item {
        name,
        stored,
        shape,
        order: None,
        slot: None,
    };
    let whole = vec![spec.vocab, spec.hidden];
    let mut items = vec![plain(hf.embedding().into(), naming.embedding().into(), whole.clone())];
    for layer in 0..spec.layers {
        let mut norms = vec![(Norm::Attention, spec.hidden), (Norm::Mlp, spec.hidden)];
        if spec.qk_norm {
            norms.extend([(Norm::Q, spec.head_dim), (Norm::K, spec.head_dim)]);
        }
        for (which, width) in norms {
            let (name, stored) = (hf.layer_norm(layer, which), naming.layer_norm(layer, which));
            items.push(plain(name, stored, vec![width]));
        }
        for p in Projection::ALL {
            let (inp, out) = p.shape(spec);
            let (name, stored) = (hf.product(layer, p), naming.product(layer, p));
            let order = (naming == Naming::Gguf).then(|| stored_order(spec, p)).flatten();
            if spec.attention_bias && matches!(p, Projection::Q | Projection::K | Projection::V) {
                let bias = plain(format!("{name}.bias"), format!("{stored}.bias"), vec![out]);
                items.push(Item { order: order.clone(), ..bias });
            }
            let weight =
                plain(format!("{name}.weight"), format!("{stored}.weight"), vec![out, inp]);
            items.push(Item { order, slot: lora.slot(layer, p).cloned(), ..weight });
        }
    }
    items.push(plain(hf.norm().into(), naming.norm().into(), vec![spec.hidden]));
    if !spec.tied_embeddings {
        items.push(plain(hf.output().into(), naming.output().into(), whole));
    }
    items
}
