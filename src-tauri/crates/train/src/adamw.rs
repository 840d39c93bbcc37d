//! AdamW on one flat buffer (Loshchilov & Hutter 2019), all in f32.

/// The optimiser's state: both moments and how often it moved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AdamW {
    /// First moment.
    pub m: Vec<f32>,
    /// Second moment.
    pub v: Vec<f32>,
    /// Steps taken so far.
    pub steps: u64,
}

/// The numbers of one move.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    pub learning_rate: f64,
    pub betas: [f64; 2],
    pub epsilon: f64,
    pub weight_decay: f64,
}

impl AdamW {
    pub(crate) fn new(parameters: usize) -> Self {
        Self { m: vec![0.0; parameters], v: vec![0.0; parameters], steps: 0 }
    }

    /// Moves `values` against `grads`. The weight decay is decoupled, and the
    /// order of operations is PyTorch's.
    pub(crate) fn step(&mut self, values: &mut [f32], grads: &[f32], rates: Rates) {
        self.steps += 1;
        let [beta1, beta2] = rates.betas;
        let power = i32::try_from(self.steps).unwrap_or(i32::MAX);
        let decay = (1.0 - rates.learning_rate * rates.weight_decay) as f32;
        let size = (rates.learning_rate / (1.0 - beta1.powi(power))) as f32;
        let root = (1.0 - beta2.powi(power)).sqrt() as f32;
        let epsilon = rates.epsilon as f32;
        let (b1, b2) = (beta1 as f32, beta2 as f32);
        let (c1, c2) = ((1.0 - beta1) as f32, (1.0 - beta2) as f32);
        let moments = self.m.iter_mut().zip(&mut self.v);
        for ((value, grad), (m, v)) in values.iter_mut().zip(grads).zip(moments) {
            *m = b1 * *m + c1 * grad;
            *v = b2 * *v + c2 * grad * grad;
            *value = *value * decay - size * (*m / (v.sqrt() / root + epsilon));
        }
    }
}

/// L2 norm, summed in f64 in a fixed order.
pub(crate) fn norm(grads: &[f32]) -> f64 {
    grads.iter().map(|grad| f64::from(*grad) * f64::from(*grad)).sum::<f64>().sqrt()
}

/// Shortens a gradient of the given norm to `limit` (PyTorch's `clip_grad_norm_`);
/// 0 for no limit.
pub(crate) fn clip(grads: &mut [f32], norm: f64, limit: f64) {
    if limit > 0.0 && norm > limit {
        let factor = (limit / (norm + 1e-6)) as f32;
        for grad in grads {
            *grad *= factor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates =
        Rates { learning_rate: 0.1, betas: [0.9, 0.999], epsilon: 1e-8, weight_decay: 0.01 };

    /// The definition in f64, element by element.
    fn reference(mut x: f64, grads: &[f64]) -> f64 {
        let (mut m, mut v) = (0.0, 0.0);
        for (t, g) in grads.iter().enumerate() {
            let t = t as i32 + 1;
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            x -= 0.1 * 0.01 * x;
            x -=
                0.1 * (m / (1.0 - 0.9f64.powi(t))) / ((v / (1.0 - 0.999f64.powi(t))).sqrt() + 1e-8);
        }
        x
    }

    #[test]
    fn fifty_steps_follow_the_definition() {
        let grads: Vec<f64> = (0..50).map(|t| (f64::from(t) * 0.7).sin() * 0.3 + 0.05).collect();
        let mut adam = AdamW::new(2);
        let mut values = [1.5f32, -0.25];
        for grad in &grads {
            adam.step(&mut values, &[*grad as f32, -2.0 * *grad as f32], RATES);
        }
        let negated: Vec<f64> = grads.iter().map(|grad| -2.0 * grad).collect();
        assert!((f64::from(values[0]) - reference(1.5, &grads)).abs() < 1e-5);
        assert!((f64::from(values[1]) - reference(-0.25, &negated)).abs() < 1e-5);
    }

    #[test]
    fn the_first_step_has_the_learning_rates_length_whatever_the_gradient() {
        let mut adam = AdamW::new(1);
        let mut values = [0.0f32];
        adam.step(&mut values, &[1e-4], Rates { weight_decay: 0.0, ..RATES });
        assert!((values[0] + 0.1).abs() < 1e-4, "{}", values[0]);
    }

    #[test]
    fn a_long_gradient_is_shortened_and_a_short_one_left_alone() {
        let mut grads = [3.0f32, 4.0];
        let length = norm(&grads);
        clip(&mut grads, length, 10.0);
        assert_eq!(grads, [3.0, 4.0]);
        clip(&mut grads, length, 1.0);
        assert!((norm(&grads) - 1.0).abs() < 1e-6);
        clip(&mut grads, 1e9, 0.0);
        assert!((norm(&grads) - 1.0).abs() < 1e-6);
    }
}
