//! How far an adapter has moved a model from its base.

use crate::backend::Backend;
use crate::decoder::step::{Buffers, Step};
use crate::error::LmError;

impl<B: Backend> Step<'_, B> {
    /// KL(base ‖ adapted) of the next token's distribution, in nats, summed over
    /// the batch's target rows (their tokens play no part). Besides the step's
    /// buffers it holds the base's rows and one more chunk of logits:
    /// [`crate::plan::probe_bytes`].
    pub fn divergence(&self, buffers: &mut Buffers<B>) -> Result<f64, LmError> {
        let (b, spec, batch) = (self.backend, self.spec, self.batch);
        let all = batch.targets.len();
        if all == 0 {
            return Ok(0.0);
        }
        let hidden = spec.hidden;
        let rows: Vec<u32> = batch.targets.iter().map(|target| target.row).collect();
        let rows = b.ids(&rows);
        let most = buffers.chunk.min(all);
        let mut base_rows = b.zeros(all * hidden);
        let mut base_logits = b.zeros(most * spec.vocab);
        let mut base_normed = b.zeros(most * hidden);

        Step { attached: None, neftune: None, ..*self }.stream(buffers)?;
        b.gather(hidden, &rows, 0..all, &buffers.x, &mut base_rows);
        self.stream(buffers)?;
        let every: Vec<u32> = (0..all as u32).collect();
        let every = b.ids(&every);
        let Buffers { x, logits, ends, normed, chunk, .. } = buffers;
        b.grow(logits, most * spec.vocab);
        for buffer in [&mut *ends, &mut *normed] {
            b.grow(buffer, most * hidden);
        }
        let (norm, output, eps) = (&self.weights.norm, self.weights.output(), spec.rms_eps);
        let mut sum = b.sum();
        for from in (0..all).step_by(*chunk) {
            let range = from..(from + *chunk).min(all);
            let n = range.len();
            b.gather(hidden, &every, range.clone(), &base_rows, ends);
            b.rms_norm(hidden, n, eps, ends, norm, &mut base_normed);
            b.forward(output, n, &base_normed, &mut base_logits);
            b.gather(hidden, &rows, range.clone(), x, ends);
            b.rms_norm(hidden, n, eps, ends, norm, normed);
            b.forward(output, n, normed, logits);
            b.divergence(spec.vocab, range, all, &base_logits, logits, &mut sum);
        }
        Ok(b.total(&sum))
    }
}
