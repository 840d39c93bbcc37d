//! A verdict as it is being written: the grammar says what may come, the
//! model's logits and the sample's seed say what does.

use std::collections::BTreeMap;
use std::sync::Arc;

use llguidance::api::TopLevelGrammar;
use llguidance::{Matcher, ParserFactory};
use shinsa_domain::LevelProbability;
use shinsa_lm::{Rng, Sampling, masked_mass, sample, sample_masked};
use toktrie::{SimpleVob, TokEnv};

use crate::outline::Outline;
use crate::{JudgeError, Vocabulary};

/// Makes the grammars of one model.
pub struct Grammars {
    factory: ParserFactory,
    env: TokEnv,
}

fn failed(reason: impl std::fmt::Display) -> JudgeError {
    JudgeError::Grammar { reason: reason.to_string() }
}

impl Grammars {
    /// For a vocabulary.
    ///
    /// # Errors
    /// [`JudgeError::Grammar`].
    pub fn new(vocabulary: Vocabulary) -> Result<Self, JudgeError> {
        let env = vocabulary.into_env();
        let mut factory = ParserFactory::new_simple(&env).map_err(failed)?;
        factory.quiet();
        Ok(Grammars { factory, env })
    }

    /// An empty verdict of this outline, to be cloned for every sample.
    ///
    /// # Errors
    /// [`JudgeError::Grammar`].
    pub fn begin(&self, outline: Arc<Outline>) -> Result<Verdict, JudgeError> {
        let grammar = TopLevelGrammar::from_lark(outline.lark());
        let parser = self.factory.create_parser(grammar).map_err(failed)?;
        let matcher = Matcher::new(Ok(parser));
        let seats = (0..seats()).map(|_| matcher.deep_clone()).collect();
        let mut verdict = Verdict {
            matcher,
            seats: Arc::new(seats),
            env: self.env.clone(),
            outline,
            text: Vec::new(),
            written: Vec::new(),
            mask: None,
            forced: 0,
            cut: false,
            masses: Vec::new(),
            levels: BTreeMap::new(),
        };
        verdict.sound()?;
        Ok(verdict)
    }
}

/// Copies of a grammar: clones share what they learn of it and lock it while they
/// compute a mask, so that one copy for all verdicts would let one thread work at
/// a time. Twice the threads, so that two of them seldom meet.
fn seats() -> usize {
    2 * std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(64)
}

/// A verdict that is being written.
#[derive(Clone)]
pub struct Verdict {
    matcher: Matcher,
    /// The grammar before the first token, several times over.
    seats: Arc<Vec<Matcher>>,
    env: TokEnv,
    outline: Arc<Outline>,
    text: Vec<u8>,
    /// Its tokens.
    written: Vec<u32>,
    /// What may come next, where that is known already.
    mask: Option<SimpleVob>,
    forced: usize,
    cut: bool,
    masses: Vec<f64>,
    levels: BTreeMap<String, Vec<LevelProbability>>,
}

impl Verdict {
    fn sound(&mut self) -> Result<(), JudgeError> {
        match self.matcher.get_error() {
            Some(reason) => Err(failed(reason)),
            None => Ok(()),
        }
    }

    /// An empty verdict of the same outline. Those of different `number`s seldom
    /// wait for each other.
    #[must_use]
    pub fn seat(&self, number: usize) -> Self {
        let seat = self.seats.get(number % self.seats.len().max(1));
        let matcher = seat.unwrap_or(&self.matcher).clone();
        Verdict {
            matcher,
            seats: Arc::clone(&self.seats),
            env: self.env.clone(),
            outline: Arc::clone(&self.outline),
            text: Vec::new(),
            written: Vec::new(),
            mask: None,
            forced: 0,
            cut: false,
            masses: Vec::new(),
            levels: BTreeMap::new(),
        }
    }

    /// The shape of the verdict.
    #[must_use]
    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    /// Tokens that the grammar leaves no choice about; they belong to the verdict.
    ///
    /// # Errors
    /// [`JudgeError::Grammar`].
    pub fn force(&mut self) -> Result<Vec<u32>, JudgeError> {
        let mut all = Vec::new();
        while !self.is_complete() {
            let tokens = self.matcher.compute_ff_tokens();
            if tokens.is_empty() {
                break;
            }
            self.consume(&tokens)?;
            self.forced += tokens.len();
            all.extend(tokens);
        }
        self.sound()?;
        Ok(all)
    }

    fn consume(&mut self, tokens: &[u32]) -> Result<(), JudgeError> {
        self.mask = None;
        self.matcher.consume_tokens(tokens).map_err(failed)?;
        for &token in tokens {
            self.text.extend_from_slice(self.env.tok_trie().token(token));
        }
        self.written.extend_from_slice(tokens);
        Ok(())
    }

    /// Whether the object is closed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.matcher.is_stopped()
    }

    /// Finds out what may come next. [`Verdict::choose`] would, too.
    ///
    /// # Errors
    /// [`JudgeError::Grammar`].
    pub fn look(&mut self) -> Result<(), JudgeError> {
        if self.mask.is_none() && !self.is_complete() {
            self.mask = Some(self.matcher.compute_mask().map_err(failed)?);
        }
        Ok(())
    }

    /// Chooses one token by `logits` (one per vocabulary entry) and takes it and
    /// what it forces: the tokens to be fed to the model next. The verdict stays
    /// within `max_tokens`, provided that it is at least [`Outline::need`]:
    /// a token after which the rest might not fit is never taken.
    ///
    /// # Errors
    /// [`JudgeError::Grammar`].
    pub fn choose(
        &mut self,
        logits: &[f32],
        sampling: &Sampling,
        rng: &mut Rng,
        max_tokens: usize,
    ) -> Result<Vec<u32>, JudgeError> {
        let mask = match self.mask.take() {
            Some(mask) => mask,
            None => self.matcher.compute_mask().map_err(failed)?,
        };
        let mask = mask.as_slice();
        let mut count = counted(mask, logits.len());
        if count > 1 {
            self.masses.push(masked_mass(logits, mask));
            if let Some((path, values)) = self.decided(logits, mask) {
                self.levels.insert(path, values);
            }
        }
        let left = max_tokens.saturating_sub(self.written.len() + 1);
        let mut token = if count > 1 {
            let token = sample_masked(logits, mask, &self.written, sampling, rng);
            token.ok_or_else(|| failed("no token may follow"))?
        } else {
            self.draw(logits, &listed(mask, logits.len()), sampling, rng)?
        };
        if !self.fits(token, left) {
            let mut allowed = listed(mask, logits.len());
            allowed.retain(|&token| self.fits(token, left));
            count = allowed.len();
            token = self.draw(logits, &allowed, sampling, rng)?;
            self.cut = true;
        }
        if count == 1 && !self.cut {
            self.forced += 1;
        }
        self.consume(&[token])?;
        let mut taken = vec![token];
        taken.extend(self.force()?);
        Ok(taken)
    }

    /// One of the `allowed` tokens.
    fn draw(
        &self,
        logits: &[f32],
        allowed: &[u32],
        sampling: &Sampling,
        rng: &mut Rng,
    ) -> Result<u32, JudgeError> {
        let token = match allowed {
            [only] => Some(*only),
            _ => sample(logits, Some(allowed), &self.written, sampling, rng),
        };
        token.ok_or_else(|| failed("no token may follow"))
    }

    /// Whether the verdict can be completed with `left` tokens after `token`.
    fn fits(&self, token: u32, left: usize) -> bool {
        let mut text = self.text.clone();
        text.extend_from_slice(self.env.tok_trie().token(token));
        self.outline.need_after(&text).is_some_and(|need| need <= left)
    }

    /// The distribution over a criterion's answers, where this token decides it.
    fn decided(&self, logits: &[f32], mask: &[u32]) -> Option<(String, Vec<LevelProbability>)> {
        let choice = self.outline.choice_after(&self.text)?;
        let written = &self.text[self.text.len() - choice.written..];
        let values = choice.values;
        // Something of the value was already chosen: the rest is no distribution.
        if values.len() < 2 || !values.iter().all(|v| v.as_bytes().starts_with(written)) {
            return None;
        }
        let allowed = listed(mask, logits.len());
        // Against the likeliest allowed token, however unlikely that is itself.
        let top = allowed.iter().map(|&t| logits[t as usize]).fold(f32::NEG_INFINITY, f32::max);
        let weights = allowed.iter().map(|&t| f64::from(logits[t as usize] - top).exp());
        let sum: f64 = weights.clone().sum();
        let mut p = vec![0.0; values.len()];
        for (&token, weight) in allowed.iter().zip(weights) {
            let begun = [written, self.env.tok_trie().token(token)].concat();
            let mut fitting = (0..values.len()).filter(|&i| {
                let value = values[i].as_bytes();
                value.starts_with(&begun) || begun.starts_with(value)
            });
            match (fitting.next(), fitting.next()) {
                (Some(only), None) => p[only] += weight / sum,
                _ => return None,
            }
        }
        let level = |(value, p): (&String, f64)| LevelProbability { level: value.clone(), p };
        Some((choice.path, values.iter().zip(p).map(level).collect()))
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }

    /// Tokens so far.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.written.len()
    }

    /// Tokens so far that the grammar left no choice about.
    #[must_use]
    pub fn forced(&self) -> usize {
        self.forced
    }

    /// Whether a text was ended early.
    #[must_use]
    pub fn cut(&self) -> bool {
        self.cut
    }

    /// Mean probability of the allowed tokens over the free choices; 1 when
    /// there was none.
    #[must_use]
    pub fn mass(&self) -> f64 {
        if self.masses.is_empty() {
            return 1.0;
        }
        self.masses.iter().sum::<f64>() / self.masses.len() as f64
    }

    /// Per criterion, the distribution over its answers where one token decided it.
    #[must_use]
    pub fn levels(&self) -> &BTreeMap<String, Vec<LevelProbability>> {
        &self.levels
    }
}

/// How many tokens below `vocab` a mask allows.
fn counted(mask: &[u32], vocab: usize) -> usize {
    let whole = mask.iter().take(vocab / 32).map(|word| word.count_ones() as usize).sum::<usize>();
    let below = |word: &u32| (word & ((1 << (vocab % 32)) - 1)).count_ones() as usize;
    whole + mask.get(vocab / 32).map_or(0, below)
}

/// The tokens of a mask of one bit each, in ascending order, below `vocab`.
fn listed(mask: &[u32], vocab: usize) -> Vec<u32> {
    let mut all = Vec::with_capacity(mask.iter().map(|bits| bits.count_ones() as usize).sum());
    for (word, mut bits) in (0u32..).step_by(32).zip(mask.iter().copied()) {
        if bits == u32::MAX {
            all.extend(word..word + 32);
            continue;
        }
        while bits != 0 {
            all.push(word + bits.trailing_zeros());
            bits &= bits - 1;
        }
    }
    while all.last().is_some_and(|&token| token as usize >= vocab) {
        all.pop();
    }
    all
}
