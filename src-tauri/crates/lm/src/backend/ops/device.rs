//! One candle device: its numbers, and what failed on it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Device, Result, Tensor, WithDType};

use super::numbers::Numbers;
use crate::error::LmError;

/// A candle device.
#[derive(Clone)]
pub struct Ops {
    /// The device.
    pub device: Device,
    /// Bytes of the frozen weights.
    weights: Arc<AtomicU64>,
    /// The first thing that went wrong; nothing runs after it.
    failed: Arc<Mutex<Option<String>>>,
}

impl Ops {
    fn on(device: Device) -> Self {
        Self { device, weights: Arc::default(), failed: Arc::default() }
    }

    /// Opens the first of Apple's GPUs.
    ///
    /// # Errors
    /// [`LmError::Device`]: there is none, or Metal refuses it.
    #[cfg(feature = "metal")]
    pub fn metal() -> std::result::Result<Self, LmError> {
        // candle takes the GPU from a list without looking whether it has one,
        // which on a Mac without (a virtual machine) is a panic.
        let opened = std::panic::catch_unwind(|| Device::new_metal(0));
        let reason = match opened {
            Ok(Ok(device)) => return Ok(Self::on(device)),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "this machine has no GPU that Metal knows".into(),
        };
        Err(LmError::Device { device: "Metal".into(), reason })
    }

    /// candle's CPU device, to be compared with our own.
    #[cfg(test)]
    pub fn cpu() -> Self {
        Self::on(Device::Cpu)
    }

    /// What the device is called.
    pub fn name(&self) -> &'static str {
        if self.device.is_metal() { "Metal" } else { "candle's CPU" }
    }

    /// Bytes of the frozen weights on the device.
    pub fn weight_bytes(&self) -> u64 {
        self.weights.load(Ordering::Relaxed)
    }

    /// Counts a frozen weight's bytes.
    pub fn count(&self, bytes: u64) {
        self.weights.fetch_add(bytes, Ordering::Relaxed);
    }

    fn failure(&self) -> MutexGuard<'_, Option<String>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What failed first.
    pub fn error(&self) -> LmError {
        let reason = self.failure().clone().unwrap_or_default();
        LmError::Device { device: self.name().into(), reason }
    }

    /// Runs `work` unless something failed before; remembers what fails first.
    pub fn run<T>(&self, work: impl FnOnce() -> Result<T>) -> Option<T> {
        if self.failure().is_some() {
            return None;
        }
        match work() {
            Ok(value) => Some(value),
            Err(error) => {
                self.failure().get_or_insert(error.to_string());
                None
            }
        }
    }

    /// Replaces `to` by what `work` makes, or adds that to it.
    pub fn set(&self, to: &mut Numbers, add: bool, work: impl FnOnce() -> Result<Tensor>) {
        to.0 = self.run(|| {
            let new = work()?.flatten_all()?.contiguous()?;
            if add { to.first(new.elem_count())? + new } else { Ok(new) }
        });
    }

    /// Host numbers on the device, `[len]`.
    pub fn put<T: WithDType>(&self, host: &[T]) -> Numbers {
        if host.is_empty() {
            return Numbers::default();
        }
        Numbers(self.run(|| Tensor::from_slice(host, host.len(), &self.device)))
    }

    /// Zeros, `[len]`.
    pub fn zeroed(&self, len: usize) -> Numbers {
        if len == 0 {
            return Numbers::default();
        }
        Numbers(self.run(|| Tensor::zeros(len, DType::F32, &self.device)))
    }
}
