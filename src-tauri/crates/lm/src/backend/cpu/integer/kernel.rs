//! The integer micro-kernel: a panel of [`PANEL`] outputs times a few rows.
//!
//! Per block of 32 terms and run within it, every implementation computes the
//! same numbers: the exact integer sum `d` of codes times rounded inputs, then
//! `sum = fma(d, scale · input scale, sum)`, and where there are offsets
//! `sum = fma(offset, input sum, sum)`.

use std::sync::OnceLock;

use half::f16;

use super::rounded::RoundedRows;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;

/// Outputs of a panel.
pub const PANEL: usize = 8;

/// Terms of a block.
pub const BLOCK: usize = 32;

/// Rows of the largest tile.
pub const MAX_ROWS: usize = 4;

/// How a panel's blocks are made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// 4-bit codes from 0 to 15, two in a byte; otherwise signed bytes.
    pub nibbles: bool,
    /// Runs of a block with a scale of their own: 1, or 2 of 16 terms.
    pub runs: usize,
    /// Whether there are offsets; only where there is one run.
    pub offsets: bool,
    /// Factors in half precision.
    pub half: bool,
}

impl Layout {
    /// Bytes of a block's codes, all outputs of a panel together.
    pub fn code_bytes(self) -> usize {
        if self.nibbles { BLOCK * PANEL / 2 } else { BLOCK * PANEL }
    }

    /// Factors of a block.
    pub fn factors(self) -> usize {
        (self.runs + usize::from(self.offsets)) * PANEL
    }
}

/// A panel of weights, as [`super::Packed`] lays it out.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    /// How its blocks are made up.
    pub layout: Layout,
    /// The codes.
    pub codes: &'a [u8],
    /// The factors, where they are halves.
    pub half: &'a [u16],
    /// The factors, where they are full.
    pub full: &'a [f32],
}

impl Panel<'_> {
    /// Factor `at`.
    fn factor(&self, at: usize) -> f32 {
        if self.layout.half { f16::from_bits(self.half[at]).to_f32() } else { self.full[at] }
    }

    /// Code of term `i` of a block.
    fn code(&self, block: usize, lane: usize, i: usize) -> i32 {
        let block = &self.codes[block * self.layout.code_bytes()..];
        let place = |i: usize| i / 4 * 4 * PANEL + lane * 4 + i % 4;
        match self.layout.nibbles {
            true => i32::from(block[place(i % 16)] >> (i / 16 * 4) & 15),
            false => i32::from(block[place(i)].cast_signed()),
        }
    }

    /// Term `i` of an output.
    pub fn value(&self, lane: usize, i: usize) -> f32 {
        let (block, i) = (i / BLOCK, i % BLOCK);
        let at = block * self.layout.factors() + lane;
        let scale = self.factor(at + i * self.layout.runs / BLOCK * PANEL);
        let product = scale * self.code(block, lane, i) as f32;
        if self.layout.offsets { product + self.factor(at + PANEL) } else { product }
    }
}

/// One call: at most [`MAX_ROWS`] rows.
pub struct Tile<'a> {
    /// The weights.
    pub w: Panel<'a>,
    /// The rows.
    pub x: RoundedRows<'a>,
}

impl Tile<'_> {
    fn blocks(&self) -> usize {
        self.x.inputs / BLOCK
    }

    fn height(&self) -> usize {
        self.x.codes.len() / self.x.inputs.max(1)
    }

    /// What the vector code relies on.
    fn check(&self) {
        let (blocks, layout) = (self.blocks(), self.w.layout);
        let factors = if layout.half { self.w.half.len() } else { self.w.full.len() };
        assert!(self.height() <= MAX_ROWS && self.x.inputs == blocks * BLOCK);
        assert!(self.w.codes.len() == blocks * layout.code_bytes());
        assert!(factors == blocks * layout.factors());
        assert!(self.x.scales.len() == self.height() * blocks);
        assert!(self.x.sums.len() == self.height() * blocks);
    }
}

/// Sums of a tile: `[row][output]`.
pub type Sums = [f32; MAX_ROWS * PANEL];

/// An implementation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// Plain loops: the definition.
    Portable,
    /// 256-bit.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 128-bit.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

/// The best that this machine has.
pub fn isa() -> Isa {
    static ISA: OnceLock<Isa> = OnceLock::new();
    *ISA.get_or_init(|| available().last().copied().unwrap_or(Isa::Portable))
}

/// All that this machine has, slowest first.
pub fn available() -> Vec<Isa> {
    #[allow(unused_mut)] // other architectures add nothing
    let mut all = vec![Isa::Portable];
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("f16c")
    {
        all.push(Isa::Avx2);
    }
    #[cfg(target_arch = "aarch64")]
    all.push(Isa::Neon);
    all
}

/// Runs one tile with one of [`available`].
pub fn run(isa: Isa, tile: &Tile<'_>, to: &mut Sums) {
    tile.check();
    match isa {
        Isa::Portable => portable(tile, to),
        // SAFETY: the machine has the instructions, and the tile was checked.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { avx2::run(tile, to) },
        // SAFETY: every such processor has them, and the tile was checked.
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => unsafe { neon::run(tile, to) },
    }
}

fn portable(tile: &Tile<'_>, to: &mut Sums) {
    let (layout, blocks, inputs) = (tile.w.layout, tile.blocks(), tile.x.inputs);
    let terms = BLOCK / layout.runs;
    for row in 0..tile.height() {
        for lane in 0..PANEL {
            let mut sum = 0.0f32;
            for block in 0..blocks {
                let x = &tile.x.codes[row * inputs + block * BLOCK..][..BLOCK];
                let (by, at) = (tile.x.scales[row * blocks + block], block * layout.factors());
                for run in 0..layout.runs {
                    let term = |i: usize| tile.w.code(block, lane, i) * i32::from(x[i]);
                    let dot: i32 = (run * terms..(run + 1) * terms).map(term).sum();
                    let scale = tile.w.factor(at + run * PANEL + lane) * by;
                    sum = (dot as f32).mul_add(scale, sum);
                }
                if layout.offsets {
                    let offset = tile.w.factor(at + PANEL + lane);
                    sum = offset.mul_add(tile.x.sums[row * blocks + block], sum);
                }
            }
            to[row * PANEL + lane] = sum;
        }
    }
}
