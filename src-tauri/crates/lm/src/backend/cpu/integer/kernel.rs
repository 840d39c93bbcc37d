//! The integer micro-kernel: one or two panels of [`PANEL`] outputs times a few rows.
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
#[cfg(target_arch = "x86_64")]
mod vnni;

/// Outputs of a panel.
pub const PANEL: usize = 8;

/// Terms of a block.
pub const BLOCK: usize = 32;

/// Rows of the largest tile.
pub const MAX_ROWS: usize = 8;

/// Panels of the largest tile.
pub const MAX_PANELS: usize = 2;

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

/// One call: at most [`Isa::panels`] panels of one layout and [`Isa::rows`] rows.
pub struct Tile<'a> {
    /// The weights.
    pub w: &'a [Panel<'a>],
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
    fn check(&self, isa: Isa) {
        let blocks = self.blocks();
        assert!((1..=isa.panels()).contains(&self.w.len()));
        for w in self.w {
            let factors = if w.layout.half { w.half.len() } else { w.full.len() };
            assert!(w.layout == self.w[0].layout);
            assert!(w.codes.len() == blocks * w.layout.code_bytes());
            assert!(factors == blocks * w.layout.factors());
        }
        assert!((1..=isa.rows()).contains(&self.height()) && self.x.inputs == blocks * BLOCK);
        assert!(self.x.scales.len() == self.height() * blocks);
        assert!(self.x.sums.len() == self.height() * blocks);
    }
}

/// Sums of a tile: `[panel][row][output]`.
pub type Sums = [[f32; MAX_ROWS * PANEL]; MAX_PANELS];

/// An implementation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// Plain loops: the definition.
    Portable,
    /// 256-bit.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 256-bit, with dot products of bytes.
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    /// 512-bit, with dot products of bytes.
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
    /// 128-bit.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Isa {
    /// Most panels of one tile.
    pub fn panels(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni => 2,
            _ => 1,
        }
    }

    /// Most rows of one tile.
    pub fn rows(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni => 8,
            _ => 4,
        }
    }
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
        if is_x86_feature_detected!("avxvnni") {
            all.push(Isa::AvxVnni);
        }
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vnni")
        {
            all.push(Isa::Avx512Vnni);
        }
    }
    #[cfg(target_arch = "aarch64")]
    all.push(Isa::Neon);
    all
}

/// Runs one tile with one of [`available`].
pub fn run(isa: Isa, tile: &Tile<'_>, to: &mut Sums) {
    tile.check(isa);
    match isa {
        Isa::Portable => portable(tile, to),
        // SAFETY: the machine has the instructions, and the tile was checked.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { avx2::run(tile, to) },
        // SAFETY: the same, with one panel.
        #[cfg(target_arch = "x86_64")]
        Isa::AvxVnni => unsafe { vnni::narrow::run(tile, to) },
        // SAFETY: the same, with two panels.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512Vnni if tile.w.len() == 2 => unsafe { vnni::wide::run(tile, to) },
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512Vnni => {
            // The last panel of an odd number: half the rows at a time.
            for (half, rows) in (0..tile.height()).step_by(4).enumerate() {
                let few = Tile { w: tile.w, x: tile.x.part(rows, 4.min(tile.height() - rows)) };
                let mut sums = [[0.0; MAX_ROWS * PANEL]; MAX_PANELS];
                // SAFETY: these machines have AVX2, too.
                unsafe { avx2::run(&few, &mut sums) };
                to[0][half * 4 * PANEL..][..4 * PANEL].copy_from_slice(&sums[0][..4 * PANEL]);
            }
        }
        // SAFETY: every such processor has them, and the tile was checked.
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => unsafe { neon::run(tile, to) },
    }
}

fn portable(tile: &Tile<'_>, to: &mut Sums) {
    let (w, blocks, inputs) = (&tile.w[0], tile.blocks(), tile.x.inputs);
    let layout = w.layout;
    let terms = BLOCK / layout.runs;
    for row in 0..tile.height() {
        for lane in 0..PANEL {
            let mut sum = 0.0f32;
            for block in 0..blocks {
                let x = &tile.x.codes[row * inputs + block * BLOCK..][..BLOCK];
                let (by, at) = (tile.x.scales[row * blocks + block], block * layout.factors());
                for run in 0..layout.runs {
                    let term = |i: usize| w.code(block, lane, i) * i32::from(x[i]);
                    let dot: i32 = (run * terms..(run + 1) * terms).map(term).sum();
                    let scale = w.factor(at + run * PANEL + lane) * by;
                    sum = (dot as f32).mul_add(scale, sum);
                }
                if layout.offsets {
                    let offset = w.factor(at + PANEL + lane);
                    sum = offset.mul_add(tile.x.sums[row * blocks + block], sum);
                }
            }
            to[0][row * PANEL + lane] = sum;
        }
    }
}
