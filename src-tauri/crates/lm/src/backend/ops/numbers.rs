//! Numbers on a candle device.

use std::ops::Range;

use candle_core::{Error, Result, Shape, Tensor};

/// A flat tensor, or nothing yet. An operation replaces what it writes, so that
/// a buffer is as long as what was written last.
#[derive(Clone, Default)]
pub struct Numbers(pub Option<Tensor>);

impl Numbers {
    /// All of them, `[len]`.
    ///
    /// # Errors
    /// Nothing was written yet.
    pub fn all(&self) -> Result<&Tensor> {
        self.0.as_ref().ok_or_else(|| Error::Msg("a buffer is read that holds nothing".into()))
    }

    /// The first of them, seen in this shape.
    ///
    /// # Errors
    /// There are fewer.
    pub fn first(&self, shape: impl Into<Shape>) -> Result<Tensor> {
        let shape = shape.into();
        self.all()?.narrow(0, 0, shape.elem_count())?.reshape(shape)
    }

    /// Those in `range`, `[len]`.
    ///
    /// # Errors
    /// There are fewer.
    pub fn part(&self, range: &Range<usize>) -> Result<Tensor> {
        self.all()?.narrow(0, range.start, range.len())
    }
}

/// Numbers of an adapter in training; these alone are written in place.
pub struct Flat {
    /// The numbers, `[len]`.
    pub numbers: Numbers,
    /// How many: told even where the device failed to take them.
    pub len: usize,
}

impl Flat {
    /// Writes `new` where `range` begins.
    ///
    /// # Errors
    /// It doesn't fit.
    pub fn write(&self, range: &Range<usize>, new: &Tensor) -> Result<()> {
        self.numbers.all()?.slice_set(&new.flatten_all()?.contiguous()?, 0, range.start)
    }
}
