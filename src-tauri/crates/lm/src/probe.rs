//! How far one model has moved from another, on text that has nothing to do with
//! its task: the mean Kullback–Leibler divergence of the next token's distribution
//! over the positions of a fixed list of prompts.

use crate::error::LmError;
use crate::lora::Lora;
use crate::model::Model;
use crate::session::Session;

/// One prompt a line, the same for every measurement.
const GENERAL: &str = include_str!("../../../../resources/prompts/general.txt");
/// Tokens of a prompt that are read, so that the cost doesn't grow with the tokenizer.
const TOKENS: usize = 32;

/// The prompts as this model reads them, cut to the first few tokens.
#[must_use]
pub fn prompts(model: &Model) -> Vec<Vec<u32>> {
    let first = model.tokenizer.bos().filter(|_| model.tokenizer.adds_bos());
    let read = |text: &str| -> Vec<u32> {
        let longest = TOKENS.min(model.spec.max_positions);
        let known = |id: &u32| (*id as usize) < model.spec.vocab;
        let ids = model.tokenizer.encode(text, false).into_iter().filter(known);
        first.into_iter().chain(ids).take(longest).collect()
    };
    GENERAL.lines().map(read).filter(|ids| !ids.is_empty()).collect()
}

/// BLAKE3 of the prompts' text, lower-case hex: figures of two texts can't be compared.
#[must_use]
pub fn hash() -> String {
    blake3::hash(GENERAL.as_bytes()).to_hex().to_string()
}

/// Log-probabilities of every next token at every position of the prompts, all
/// prompts going on side by side; `[positions][vocab]`.
///
/// # Errors
/// [`LmError::Stopped`] as soon as `go_on` says no; else none for prompts of
/// [`prompts`].
pub fn distributions(
    model: &Model,
    lora: Option<&Lora>,
    prompts: &[Vec<u32>],
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Vec<Vec<f32>>, LmError> {
    let mut session = Session::new(model, lora);
    let mut rows = Vec::new();
    let mut open = Vec::new();
    for prompt in prompts {
        let start = session.prefix(None, &prompt[..1])?;
        rows.push(log_softmax(start.logits()));
        open.push((session.start(&start), prompt));
    }
    for at in 1..prompts.iter().map(Vec::len).max().unwrap_or(0) {
        if !go_on() {
            return Err(LmError::Stopped);
        }
        open.retain(|(_, prompt)| prompt.len() > at);
        let step: Vec<_> = open.iter().map(|(id, prompt)| (*id, &prompt[at..=at])).collect();
        rows.extend(session.step(&step)?.iter().map(|logits| log_softmax(logits)));
    }
    Ok(rows)
}

fn log_softmax(logits: &[f32]) -> Vec<f32> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|l| f64::from(l - top).exp()).sum();
    let log = sum.ln();
    logits.iter().map(|l| (f64::from(l - top) - log) as f32).collect()
}

/// Mean over the positions of `KL(reference ‖ other)`, in nats; 0 for no positions.
#[must_use]
pub fn mean_kl(reference: &[Vec<f32>], other: &[Vec<f32>]) -> f64 {
    let one = |(p, q): (&Vec<f32>, &Vec<f32>)| -> f64 {
        let term = |(p, q): (&f32, &f32)| f64::from(*p).exp() * (f64::from(*p) - f64::from(*q));
        p.iter().zip(q).map(term).sum()
    };
    let sum: f64 = reference.iter().zip(other).map(one).sum();
    sum / reference.len().min(other.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_no_way_from_itself_and_some_way_from_another() {
        let (p, q) = (log_softmax(&[1.0, 2.0, 3.0]), log_softmax(&[3.0, 2.0, 1.0]));
        assert!((p.iter().map(|l| f64::from(*l).exp()).sum::<f64>() - 1.0).abs() < 1e-6);
        assert_eq!(mean_kl(std::slice::from_ref(&p), std::slice::from_ref(&p)), 0.0);
        // By hand: Σ p·(ln p − ln q) with p = softmax(1, 2, 3) and q reversed is
        // 2·(p₃ − p₁) = 2·(0.66524 − 0.09003).
        assert!((mean_kl(&[p], &[q]) - 1.150_42).abs() < 1e-4);
    }
}
