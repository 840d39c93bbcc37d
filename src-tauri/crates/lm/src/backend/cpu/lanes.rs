//! Elementwise arithmetic, written so that the compiler makes vectors of it.
//!
//! Sums run in 16 fixed lanes and are folded in a fixed order; nothing is
//! contracted, so every instruction set gives the same bits.

/// Compiles a function once per instruction set and chooses at run time.
macro_rules! vectorised {
    ($(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? $body:block) => {
        $(#[$doc])*
        $vis fn $name($($arg: $ty),*) $(-> $ret)? {
            #[inline(always)]
            fn body($($arg: $ty),*) $(-> $ret)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn wide($($arg: $ty),*) $(-> $ret)? { body($($arg),*) }
                #[target_feature(enable = "avx2,fma")]
                fn middle($($arg: $ty),*) $(-> $ret)? { body($($arg),*) }
                if is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512f")
                {
                    // SAFETY: the machine has these instructions.
                    return unsafe { wide($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: the machine has these instructions.
                    return unsafe { middle($($arg),*) };
                }
            }
            body($($arg),*)
        }
    };
}

pub(super) use vectorised;

const LANES: usize = 16;

/// Adds 16 lanes in pairs, always in the same order.
#[inline(always)]
fn fold(lanes: [f32; LANES]) -> f32 {
    let mut l = lanes;
    let mut n = LANES / 2;
    while n > 0 {
        for i in 0..n {
            l[i] += l[i + n];
        }
        n /= 2;
    }
    l[0]
}

/// `Σ f(i)` in 16 lanes.
#[inline(always)]
fn sum(len: usize, f: impl Fn(usize) -> f32) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let whole = len / LANES * LANES;
    for at in (0..whole).step_by(LANES) {
        for (i, lane) in lanes.iter_mut().enumerate() {
            *lane += f(at + i);
        }
    }
    for i in whole..len {
        lanes[i - whole] += f(i);
    }
    fold(lanes)
}

/// `e^x` to about one unit in the last place: a power of two times a
/// polynomial of degree 6 on `±ln2/2` (Cephes' `expf`). Below -87 it stays at
/// the smallest normal number's size.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // Adding and taking away 1.5·2²³ rounds to the nearest integer.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    // The last bits of this sum are the integer.
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * 0.693_359_4;
    let r = r - n * -2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    let y = p * (r * r) + r + 1.0;
    y * f32::from_bits(rounded.to_bits().wrapping_add(127) << 23)
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

vectorised! {
    /// `y = w · x / sqrt(mean(x²) + eps)`.
    pub fn rms_norm(x: &[f32], w: &[f32], eps: f32, y: &mut [f32]) {
        let n = x.len();
        let (w, y) = (&w[..n], &mut y[..n]);
        let r = 1.0 / (sum(n, |i| x[i] * x[i]) / n as f32 + eps).sqrt();
        for i in 0..n {
            y[i] = w[i] * (x[i] * r);
        }
    }
}

vectorised! {
    /// With `g = dy·w` and `r` the reciprocal root: `dx (+)= r·(g - x·r²·mean(g·x))`.
    pub fn rms_norm_backward(x: &[f32], w: &[f32], eps: f32, dy: &[f32], dx: &mut [f32], add: bool) {
        let n = x.len();
        let (w, dy, dx) = (&w[..n], &dy[..n], &mut dx[..n]);
        let r = 1.0 / (sum(n, |i| x[i] * x[i]) / n as f32 + eps).sqrt();
        let c = sum(n, |i| dy[i] * w[i] * x[i]) / n as f32 * r * r;
        for i in 0..n {
            let d = r * (dy[i] * w[i] - x[i] * c);
            dx[i] = if add { dx[i] + d } else { d };
        }
    }
}

vectorised! {
    /// `y = silu(gate) · up`.
    pub fn swiglu(gate: &[f32], up: &[f32], y: &mut [f32]) {
        let n = y.len();
        let (gate, up) = (&gate[..n], &up[..n]);
        for i in 0..n {
            y[i] = gate[i] * sigmoid(gate[i]) * up[i];
        }
    }
}

vectorised! {
    /// Replaces `gate` and `up` by their gradients for `dy`.
    pub fn swiglu_backward(gate: &mut [f32], up: &mut [f32], dy: &[f32]) {
        let n = dy.len();
        let (gate, up) = (&mut gate[..n], &mut up[..n]);
        for i in 0..n {
            let (g, u) = (gate[i], up[i]);
            let s = sigmoid(g);
            gate[i] = dy[i] * u * (s * (1.0 + g * (1.0 - s)));
            up[i] = dy[i] * (g * s);
        }
    }
}

vectorised! {
    /// `y += x`.
    pub fn add(x: &[f32], y: &mut [f32]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y += x;
        }
    }
}

vectorised! {
    /// `to = a + b`.
    pub fn add_to(a: &[f32], b: &[f32], to: &mut [f32]) {
        for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
            *to = a + b;
        }
    }
}

vectorised! {
    /// `x *= by`.
    pub fn scale(x: &mut [f32], by: f32) {
        for x in x {
            *x *= by;
        }
    }
}

vectorised! {
    /// `Σ a·b`.
    pub fn dot(a: &[f32], b: &[f32]) -> f32 {
        let b = &b[..a.len()];
        sum(a.len(), |i| a[i] * b[i])
    }
}

vectorised! {
    /// The largest element; `-inf` of none.
    pub fn max(x: &[f32]) -> f32 {
        let mut lanes = [f32::NEG_INFINITY; LANES];
        for chunk in x.chunks_exact(LANES) {
            for (lane, &v) in lanes.iter_mut().zip(chunk) {
                *lane = if v > *lane { v } else { *lane };
            }
        }
        let rest = x.chunks_exact(LANES).remainder();
        lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a })
    }
}

vectorised! {
    /// Replaces `x` by `e^(by·(x - max))` and returns the sum.
    pub fn exp_sum(x: &mut [f32], by: f32, max: f32) -> f32 {
        for v in x.iter_mut() {
            *v = exp(by * (*v - max));
        }
        let x = &*x;
        sum(x.len(), |i| x[i])
    }
}

/// Elements of a block of [`block_sums`].
pub const SUMMED: usize = 64;

vectorised! {
    /// `Σ x` of each block, in double precision.
    pub fn block_sums(x: &[f32], sums: &mut [f64]) {
        for (x, to) in x.chunks(SUMMED).zip(sums) {
            let mut held = [0.0f64; 8];
            let (eights, rest) = x.as_chunks::<8>();
            for x in eights {
                for i in 0..8 {
                    held[i] += f64::from(x[i]);
                }
            }
            for (held, &x) in held.iter_mut().zip(rest) {
                *held += f64::from(x);
            }
            *to = held.iter().sum();
        }
    }
}

/// The places of the bits that are set in a byte, then nothing of interest.
static PLACES: [[u8; 8]; 256] = {
    let mut table = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut i, mut n) = (0, 0);
        while i < 8 {
            if byte >> i & 1 == 1 {
                table[byte][n] = i;
                n += 1;
            }
            i += 1;
        }
        byte += 1;
    }
    table
};

vectorised! {
    /// Puts the elements whose bits are set behind each other into `to`, which has
    /// room for all and eight more, and returns how many they are.
    pub fn packed(x: &[f32], mask: &[u32], to: &mut [f32]) -> usize {
        let mut count = 0;
        let (eights, rest) = x.as_chunks::<8>();
        for (n, x) in eights.iter().enumerate() {
            let byte = byte(mask, 8 * n);
            let Some(to) = to[count..].first_chunk_mut::<8>() else { return count };
            if byte == 255 {
                *to = *x;
            } else if byte != 0 {
                let places = &PLACES[byte];
                for i in 0..8 {
                    to[i] = x[places[i] as usize & 7];
                }
            }
            count += byte.count_ones() as usize;
        }
        let last = byte(mask, 8 * eights.len());
        for (i, &x) in rest.iter().enumerate() {
            if last >> i & 1 == 1 {
                to[count] = x;
                count += 1;
            }
        }
        count
    }
}

/// What each bit of a byte stands for.
const fn by_bit(set: f32, unset: f32) -> [[f32; 8]; 256] {
    let mut table = [[unset; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut i = 0;
        while i < 8 {
            if byte >> i & 1 == 1 {
                table[byte][i] = set;
            }
            i += 1;
        }
        byte += 1;
    }
    table
}

/// To be multiplied with.
static COUNTS: [[f32; 8]; 256] = by_bit(1.0, 0.0);
/// To be added.
static HIDES: [[f32; 8]; 256] = by_bit(0.0, f32::NEG_INFINITY);

/// The bits of eight elements from `at`, a multiple of eight; missing ones are unset.
#[inline(always)]
fn byte(mask: &[u32], at: usize) -> usize {
    (mask.get(at / 32).copied().unwrap_or(0) >> (at % 32)) as usize & 255
}

vectorised! {
    /// The greatest of each 32 elements whose bits are set in their word; `-inf`
    /// where none is.
    pub fn masked_tops(x: &[f32], mask: &[u32], tops: &mut [f32]) {
        let more = |a: f32, b: f32| if b > a { b } else { a };
        for (at, (x, top)) in x.chunks(32).zip(tops).enumerate() {
            let mut held = [f32::NEG_INFINITY; 8];
            let (eights, rest) = x.as_chunks::<8>();
            for (n, x) in eights.iter().enumerate() {
                let hides = &HIDES[byte(mask, 32 * at + 8 * n)];
                for i in 0..8 {
                    held[i] = more(held[i], x[i] + hides[i]);
                }
            }
            let hides = &HIDES[byte(mask, 32 * at + 8 * eights.len()) * usize::from(!rest.is_empty())];
            for (i, x) in rest.iter().enumerate() {
                held[i] = more(held[i], x + hides[i]);
            }
            let mut n = 8;
            while n > 1 {
                n /= 2;
                for i in 0..n {
                    held[i] = more(held[i], held[i + n]);
                }
            }
            *top = held[0];
        }
    }
}

vectorised! {
    /// `Σ e^(x - max)`, and the same of the elements whose bits are set.
    pub fn masked_exp_sums(x: &[f32], mask: &[u32], max: f32) -> [f32; 2] {
        const BLOCK: usize = 256;
        let (mut all, mut some) = ([0.0f32; LANES], [0.0f32; LANES]);
        let mut room = [0.0f32; BLOCK];
        for (at, x) in x.chunks(BLOCK).enumerate() {
            for (e, &x) in room.iter_mut().zip(x) {
                *e = exp(x - max);
            }
            room[x.len()..].fill(0.0);
            for (n, e) in room.as_chunks::<LANES>().0.iter().enumerate() {
                let place = BLOCK * at + LANES * n;
                let [low, high] = [place, place + 8].map(|place| &COUNTS[byte(mask, place)]);
                for i in 0..8 {
                    all[i] += e[i];
                    some[i] += e[i] * low[i];
                }
                for i in 0..8 {
                    all[8 + i] += e[8 + i];
                    some[8 + i] += e[8 + i] * high[i];
                }
            }
        }
        [fold(all), fold(some)]
    }
}

vectorised! {
    /// `ds = p · (dp - mean) · by`, into `dp`.
    pub fn softmax_backward(p: &[f32], dp: &mut [f32], mean: f32, by: f32) {
        for (d, p) in dp.iter_mut().zip(p) {
            *d = p * (*d - mean) * by;
        }
    }
}

vectorised! {
    /// Turns pairs that lie half a head apart.
    pub fn turn_halves(head: &mut [f32], turns: &[(f32, f32)], sign: f32) {
        let (low, high) = head.split_at_mut(turns.len());
        let high = &mut high[..low.len()];
        for i in 0..low.len() {
            let (cos, sin) = (turns[i].0, turns[i].1 * sign);
            let (a, b) = (low[i], high[i]);
            low[i] = a * cos - b * sin;
            high[i] = b * cos + a * sin;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::uniform;

    #[test]
    fn exp_is_right_to_the_last_place() {
        for i in 0..200_000 {
            let x = -87.0 + 175.0 * i as f32 / 200_000.0;
            let want = f64::from(x).exp();
            assert!((f64::from(exp(x)) / want - 1.0).abs() < 3e-7, "{x}");
        }
        assert_eq!(exp(0.0), 1.0);
    }

    fn random(seed: u64, n: usize) -> Vec<f32> {
        (0..n).map(|i| 2.0 * uniform(seed, 0, i as u64) - 1.0).collect()
    }

    /// Central differences of `f` in f64 against `got`.
    fn check(x: &[f32], got: &[f32], f: impl Fn(&[f64]) -> f64) {
        let mut x: Vec<f64> = x.iter().map(|&v| f64::from(v)).collect();
        for i in 0..x.len() {
            let (at, h) = (x[i], 1e-5);
            x[i] = at + h;
            let up = f(&x);
            x[i] = at - h;
            let down = f(&x);
            x[i] = at;
            let want = (up - down) / (2.0 * h);
            assert!(
                (f64::from(got[i]) - want).abs() < 2e-5 * (1.0 + want.abs()),
                "{i}: {} {want}",
                got[i]
            );
        }
    }

    #[test]
    fn the_norms_gradient_is_that_of_finite_differences() {
        let (x, w, dy) = (random(1, 21), random(2, 21), random(3, 21));
        let mut dx = vec![0.0; 21];
        rms_norm_backward(&x, &w, 1e-5, &dy, &mut dx, false);
        check(&x, &dx, |x| {
            let r = 1.0 / (x.iter().map(|v| v * v).sum::<f64>() / 21.0 + f64::from(1e-5f32)).sqrt();
            (0..21).map(|i| x[i] * r * f64::from(w[i]) * f64::from(dy[i])).sum()
        });
    }

    #[test]
    fn the_gates_gradient_is_that_of_finite_differences() {
        let (g, u, dy) = (random(4, 19), random(5, 19), random(6, 19));
        let (mut dg, mut du) = (g.clone(), u.clone());
        swiglu_backward(&mut dg, &mut du, &dy);
        let loss = |g: &[f64], u: &[f64]| -> f64 {
            (0..19).map(|i| g[i] / (1.0 + (-g[i]).exp()) * u[i] * f64::from(dy[i])).sum()
        };
        let wide = |x: &[f32]| -> Vec<f64> { x.iter().map(|&v| f64::from(v)).collect() };
        check(&g, &dg, |g| loss(g, &wide(&u)));
        check(&u, &du, |u| loss(&wide(&g), u));
    }

    #[test]
    fn turning_back_undoes_a_turn() {
        let x = random(7, 16);
        let turns: Vec<(f32, f32)> = (0..8).map(|i| ((i as f32).cos(), (i as f32).sin())).collect();
        let mut y = x.clone();
        turn_halves(&mut y, &turns, 1.0);
        turn_halves(&mut y, &turns, -1.0);
        assert!(x.iter().zip(&y).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}
