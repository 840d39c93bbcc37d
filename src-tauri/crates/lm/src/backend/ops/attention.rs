//! Causal grouped-query attention, sequence by sequence, block of queries by
//! block of queries: no more scores exist at a time than one block has.
//!
//! The query heads that share a key/value head are one matrix, so that the
//! gradients of that head sum over them by themselves.

use candle_core::{D, Device, Result, Tensor};

use super::numbers::Numbers;
use super::rows::softmax;
use crate::backend::{Attention, Heads};

/// Queries of one block.
const BLOCK: usize = 128;

/// Added to the score of a position that isn't seen: its exponential is zero.
/// No infinity, for the same reason as in [`super::rows`]' sigmoid.
const HIDDEN: f32 = -1e30;

/// Where the sequences of a batch lie.
#[derive(Default)]
pub struct Sequences {
    /// First row and number of rows of each.
    places: Vec<(usize, usize)>,
    /// What hides later keys of the queries' own block, `[BLOCK, BLOCK]`.
    triangle: Option<Tensor>,
}

/// One block: all queries of `n` consecutive rows and the keys up to theirs.
struct Block {
    /// Over the root of their width, `[kv, group · n, dim]`.
    q: Tensor,
    /// `[kv, used, dim]`.
    k: Tensor,
    /// As the keys.
    v: Tensor,
    /// Weights of the positions, `[kv, group · n, used]`.
    p: Tensor,
}

/// `rows` rows of `x`, from `row` on, head by head: `[heads, rows, dim]`.
fn by_head(x: &Tensor, (row, rows): (usize, usize), heads: usize, dim: usize) -> Result<Tensor> {
    x.narrow(0, row, rows)?.reshape((rows, heads, dim))?.transpose(0, 1)?.contiguous()
}

/// The other way: `[heads, rows, dim]` as rows, `[rows, heads · dim]`.
fn by_row(x: &Tensor) -> Result<Tensor> {
    let (heads, rows, dim) = x.dims3()?;
    x.transpose(0, 1)?.contiguous()?.reshape((rows, heads * dim))
}

/// Rows `first..first + n` of every head, with the heads that share a key/value
/// head one below the other: `[kv, group · n, dim]`.
fn grouped(x: &Tensor, heads: &Heads, first: usize, n: usize) -> Result<Tensor> {
    x.narrow(1, first, n)?.contiguous()?.reshape((heads.kv, heads.group() * n, heads.dim))
}

/// A result of every block, `[kv, group · n, dim]`, as that of every row.
fn joined(parts: &[Tensor], heads: &Heads) -> Result<Tensor> {
    let apart = |part: &Tensor| part.reshape((heads.q, (), heads.dim));
    by_row(&Tensor::cat(&parts.iter().map(apart).collect::<Result<Vec<_>>>()?, 1)?)
}

/// The queries, keys and values of one sequence, head by head.
struct Sequence<'a> {
    heads: &'a Heads,
    triangle: &'a Tensor,
    rows: usize,
    q: Tensor,
    k: Tensor,
    v: Tensor,
}

impl Sequence<'_> {
    /// First row and number of rows of every block.
    fn blocks(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let rows = self.rows;
        (0..rows).step_by(BLOCK).map(move |first| (first, BLOCK.min(rows - first)))
    }

    fn block(&self, first: usize, n: usize) -> Result<Block> {
        let (heads, used) = (self.heads, first + n);
        let q = grouped(&self.q, heads, first, n)?;
        let k = self.k.narrow(1, 0, used)?.contiguous()?;
        let v = self.v.narrow(1, 0, used)?.contiguous()?;
        let hidden = self.triangle.narrow(0, 0, n)?.narrow(1, 0, n)?.contiguous()?;
        let hidden = hidden.pad_with_zeros(1, first, 0)?;
        let scores = q.matmul(&k.t()?)?.reshape((heads.q, n, used))?.broadcast_add(&hidden)?;
        let p = softmax(&scores)?.reshape((heads.kv, heads.group() * n, used))?;
        Ok(Block { q, k, v, p })
    }

    /// The result, `[rows, q_width]`.
    fn forward(&self) -> Result<Tensor> {
        let each = self.blocks().map(|(first, n)| {
            let b = self.block(first, n)?;
            b.p.matmul(&b.v)
        });
        joined(&each.collect::<Result<Vec<_>>>()?, self.heads)
    }

    /// Gradients of queries, keys and values, rows of each, for that of the
    /// result, `[heads, rows, dim]`. The weights are computed again.
    fn backward(&self, d_out: &Tensor) -> Result<[Tensor; 3]> {
        let heads = self.heads;
        let mut dq = Vec::new();
        let mut sums: Option<(Tensor, Tensor)> = None;
        for (first, n) in self.blocks() {
            let b = self.block(first, n)?;
            let d_out = grouped(d_out, heads, first, n)?;
            let dp = d_out.matmul(&b.v.t()?)?;
            let mean = (&b.p * &dp)?.sum_keepdim(D::Minus1)?;
            let ds = (&b.p * dp.broadcast_sub(&mean)?)?;
            dq.push((ds.matmul(&b.k)? * over_root(heads))?);
            let (dk, dv) = (ds.t()?.matmul(&b.q)?, b.p.t()?.matmul(&d_out)?);
            sums = Some(match sums {
                None => (dk, dv),
                // The keys of this block's own rows appear for the first time.
                Some((k, v)) => {
                    ((k.pad_with_zeros(1, 0, n)? + dk)?, (v.pad_with_zeros(1, 0, n)? + dv)?)
                }
            });
        }
        let Some((dk, dv)) = sums else { candle_core::bail!("a sequence without rows") };
        Ok([joined(&dq, heads)?, by_row(&dk)?, by_row(&dv)?])
    }
}

fn over_root(heads: &Heads) -> f64 {
    1.0 / (heads.dim as f64).sqrt()
}

impl Sequences {
    /// Takes up the bounds of a batch.
    ///
    /// # Errors
    /// The device's.
    pub fn arrange(&mut self, device: &Device, bounds: &[usize]) -> Result<()> {
        let places = bounds.windows(2).map(|pair| (pair[0], pair[1] - pair[0]));
        self.places = places.filter(|(_, rows)| *rows > 0).collect();
        if self.triangle.is_none() {
            let hides = |at| if at % BLOCK > at / BLOCK { HIDDEN } else { 0.0 };
            let triangle = (0..BLOCK * BLOCK).map(hides).collect();
            self.triangle = Some(Tensor::from_vec(triangle, (BLOCK, BLOCK), device)?);
        }
        Ok(())
    }

    fn total(&self) -> usize {
        self.places.last().map_or(0, |(row, rows)| row + rows)
    }

    /// The sequence at one place.
    fn sequence<'a>(
        &'a self,
        heads: &'a Heads,
        inputs: &Attention<'_, Numbers>,
        place: (usize, usize),
    ) -> Result<Sequence<'a>> {
        let Some(triangle) = &self.triangle else { candle_core::bail!("nothing is arranged") };
        let q = inputs.q.first((self.total(), heads.q_width()))?;
        let q = (by_head(&q, place, heads.q, heads.dim)? * over_root(heads))?;
        let kv = |x: &Numbers| {
            by_head(&x.first((self.total(), heads.kv_width()))?, place, heads.kv, heads.dim)
        };
        let (k, v) = (kv(inputs.k)?, kv(inputs.v)?);
        Ok(Sequence { heads, triangle, rows: place.1, q, k, v })
    }

    /// The attention of all sequences, `[rows, q_width]`.
    ///
    /// # Errors
    /// The device's.
    pub fn attend(&self, heads: &Heads, inputs: &Attention<'_, Numbers>) -> Result<Tensor> {
        let each = self.places.iter().map(|place| self.sequence(heads, inputs, *place)?.forward());
        Tensor::cat(&each.collect::<Result<Vec<_>>>()?, 0)
    }

    /// Gradients of queries, keys and values for that of the result.
    ///
    /// # Errors
    /// The device's.
    pub fn attend_backward(
        &self,
        heads: &Heads,
        inputs: &Attention<'_, Numbers>,
        d_out: &Numbers,
    ) -> Result<[Tensor; 3]> {
        let d_out = d_out.first((self.total(), heads.q_width()))?;
        let mut each = [Vec::new(), Vec::new(), Vec::new()];
        for place in &self.places {
            let d_out = by_head(&d_out, *place, heads.q, heads.dim)?;
            let grads = self.sequence(heads, inputs, *place)?.backward(&d_out)?;
            each.iter_mut().zip(grads).for_each(|(all, grad)| all.push(grad));
        }
        let [dq, dk, dv] = each.map(|all| Tensor::cat(&all, 0));
        Ok([dq?, dk?, dv?])
    }
}
