//! One GPU: its stream, kernels and memory.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cudarc::cublas::{CudaBlas, sys as blas};
use cudarc::driver::{
    CudaContext, CudaFunction, CudaModule, CudaSlice, CudaStream, DevicePtr, DeviceRepr,
    LaunchConfig, sys,
};
use cudarc::nvrtc::Ptx;
use half::bf16;

use crate::error::LmError;

/// Bytes that freed memory may have before the driver takes it back: what is
/// taken anew in every pass comes from there.
const KEPT_FREE: u64 = 64 << 20;
/// cuBLAS's room; Hopper's products want this much.
const WORKSPACE: usize = 32 << 20;

/// The PTX that the build made.
const KERNELS: &str = include_str!(concat!(env!("OUT_DIR"), "/kernels.ptx"));
const QUANT: &str = include_str!(concat!(env!("OUT_DIR"), "/quant.ptx"));
const ATTENTION: &str = include_str!(concat!(env!("OUT_DIR"), "/attention.ptx"));
const CACHED: &str = include_str!(concat!(env!("OUT_DIR"), "/cached.ptx"));

macro_rules! kernels {
    ($($module:ident: $($name:ident)*;)*) => {
        /// Every kernel, by its name in the source.
        pub struct Kernels { $($(pub $name: CudaFunction,)*)* }

        impl Kernels {
            fn load($($module: &Arc<CudaModule>),*) -> Result<Self, String> {
                Ok(Self { $($($name: function($module, stringify!($name))?,)*)* })
            }
        }
    };
}

kernels! {
    kernels: embed gather scatter add_bias noise rms_norm rms_norm_backward head_norm
        head_norm_backward rope swiglu swiglu_backward add dropout cross_entropy divergence narrow
        square_sum adamw;
    quant: dequantise;
}

fn function(module: &Arc<CudaModule>, name: &str) -> Result<CudaFunction, String> {
    module.load_function(name).map_err(|error| format!("kernel {name}: {error}"))
}

/// One GPU.
pub struct Device {
    pub context: Arc<CudaContext>,
    pub stream: Arc<CudaStream>,
    pub blas: CudaBlas,
    pub kernels: Kernels,
    pub attention: Arc<CudaModule>,
    /// Kernels of keys and values that stay.
    pub cached: Arc<CudaModule>,
    /// The card's name.
    pub name: String,
    _workspace: CudaSlice<u8>,
    used: AtomicU64,
    peak: AtomicU64,
    /// The first thing that went wrong; nothing runs after it.
    failed: Mutex<Option<String>>,
}

// SAFETY: all work goes to one stream from one thread at a time: a learner is
// not shared, and cuBLAS's handle is used with the stream's own order.
unsafe impl Sync for Device {}

impl Device {
    /// Opens GPU `ordinal`.
    ///
    /// # Errors
    /// [`LmError::Device`]: no driver, no such GPU, a GPU or driver too old.
    pub fn open(ordinal: usize) -> Result<Arc<Self>, LmError> {
        let wrong = |reason: String| LmError::Device { device: "CUDA".into(), reason };
        // SAFETY: only looks for the libraries.
        let (driver, cublas) = unsafe { (sys::is_culib_present(), blas::is_culib_present()) };
        if !driver {
            return Err(wrong("no NVIDIA driver is installed".into()));
        }
        if !cublas {
            return Err(wrong("the CUDA libraries (cuBLAS) are not installed".into()));
        }
        Self::build(ordinal).map_err(wrong)
    }

    fn build(ordinal: usize) -> Result<Arc<Self>, String> {
        let text = |error: cudarc::driver::DriverError| error.to_string();
        let context = CudaContext::new(ordinal).map_err(text)?;
        // SAFETY: there is one stream, so nothing needs events to keep its order.
        unsafe { context.disable_event_tracking() };
        let name = context.name().map_err(text)?;
        let (major, minor) = context.compute_capability().map_err(text)?;
        if major < 8 {
            return Err(format!("{name} has compute capability {major}.{minor}; 8.0 is needed"));
        }
        keep_free(ordinal).map_err(text)?;
        let stream = context.new_stream().map_err(text)?;
        let load = |ptx: &str| {
            context
                .load_module(Ptx::from_src(ptx))
                .map_err(|error| format!("the driver refuses the kernels ({error}); update it"))
        };
        let kernels = Kernels::load(&load(KERNELS)?, &load(QUANT)?)?;
        let (attention, cached) = (load(ATTENTION)?, load(CACHED)?);
        let blas =
            CudaBlas::new(Arc::clone(&stream)).map_err(|error| format!("cuBLAS: {error:?}"))?;
        // SAFETY: written before it is read, by cuBLAS alone.
        let workspace = unsafe { stream.alloc::<u8>(WORKSPACE) }.map_err(text)?;
        // SAFETY: the workspace lives as long as the handle.
        let status = unsafe {
            let (at, _sync) = workspace.device_ptr(&stream);
            blas::cublasSetWorkspace_v2(*blas.handle(), at as *mut _, WORKSPACE)
        };
        if status != blas::cublasStatus_t::CUBLAS_STATUS_SUCCESS {
            return Err(format!("cuBLAS: {status:?}"));
        }
        Ok(Arc::new(Self {
            context,
            stream,
            blas,
            kernels,
            attention,
            cached,
            name,
            _workspace: workspace,
            used: AtomicU64::new(WORKSPACE as u64),
            peak: AtomicU64::new(WORKSPACE as u64),
            failed: Mutex::new(None),
        }))
    }

    fn failure(&self) -> MutexGuard<'_, Option<String>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` unless something failed before; remembers what fails first.
    pub fn run<T, E: std::fmt::Debug>(&self, work: impl FnOnce() -> Result<T, E>) -> Option<T> {
        if self.failure().is_some() {
            return None;
        }
        match work() {
            Ok(value) => Some(value),
            Err(error) => {
                self.failure().get_or_insert(format!("{error:?}"));
                None
            }
        }
    }

    /// What failed first, if anything did.
    ///
    /// # Errors
    /// [`LmError::Device`].
    pub fn check(&self) -> Result<(), LmError> {
        let _ = self.run(|| self.stream.synchronize());
        match self.failure().clone() {
            None => Ok(()),
            Some(reason) => {
                Err(LmError::Device { device: self.name.clone(), reason: explained(&reason) })
            }
        }
    }

    /// Bytes in use and their high-water mark.
    pub fn bytes(&self) -> (u64, u64) {
        (self.used.load(Ordering::Relaxed), self.peak.load(Ordering::Relaxed))
    }

    /// Counts bytes taken from the card.
    pub fn count(&self, bytes: u64) {
        let now = self.used.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.peak.fetch_max(now, Ordering::Relaxed);
    }

    /// Counts bytes given back.
    pub fn uncount(&self, bytes: u64) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Numbers whose content is unspecified.
    pub fn take<T: DeviceRepr>(self: &Arc<Self>, len: usize) -> Held<T> {
        let room = len.max(8);
        // SAFETY: every user writes before it reads.
        let slice = self.run(|| unsafe { self.stream.alloc::<T>(room) });
        if slice.is_some() {
            self.count((room * size_of::<T>()) as u64);
        }
        Held { device: Arc::clone(self), slice, len }
    }

    /// Host numbers on the card.
    pub fn put<T: DeviceRepr>(self: &Arc<Self>, host: &[T]) -> Held<T> {
        let mut held = self.take(host.len());
        held.write(host);
        held
    }
}

/// See [`KEPT_FREE`].
fn keep_free(ordinal: usize) -> Result<(), cudarc::driver::DriverError> {
    let device = cudarc::driver::result::device::get(ordinal as i32)?;
    let (mut pool, mut bytes) = (std::ptr::null_mut(), KEPT_FREE);
    let which = sys::CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;
    // SAFETY: the attribute is a 64-bit number.
    unsafe {
        sys::cuDeviceGetDefaultMemPool(&raw mut pool, device).result()?;
        sys::cuMemPoolSetAttribute(pool, which, (&raw mut bytes).cast()).result()
    }
}

/// The driver's code in words that say what to do, where they are known.
fn explained(reason: &str) -> String {
    if reason.contains("OUT_OF_MEMORY") {
        return format!(
            "its memory is full ({reason}); shorten the packs, write fewer verdicts at a time, \
             or keep the weights as stored"
        );
    }
    reason.to_owned()
}

/// Numbers on the card. What couldn't be had is empty: the device remembers the
/// failure and runs nothing more.
pub struct Held<T: DeviceRepr> {
    pub device: Arc<Device>,
    slice: Option<CudaSlice<T>>,
    len: usize,
}

impl<T: DeviceRepr> Held<T> {
    /// How many numbers.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Address of number `at`; 0 where nothing could be had.
    pub fn at(&self, at: usize) -> sys::CUdeviceptr {
        let Some(slice) = &self.slice else { return 0 };
        let (base, _sync) = slice.device_ptr(&self.device.stream);
        base + (at * size_of::<T>()) as u64
    }

    /// Makes room for `len` numbers; nothing is kept.
    pub fn grow(&mut self, len: usize) {
        if self.len < len {
            let device = Arc::clone(&self.device);
            // Given back first, so that both never lie side by side.
            self.give_back();
            *self = device.take(len);
        }
    }

    /// Writes `host` to the beginning.
    pub fn write(&mut self, host: &[T]) {
        let device = Arc::clone(&self.device);
        if let Some(slice) = self.slice.as_mut().filter(|_| !host.is_empty()) {
            device.run(|| device.stream.memcpy_htod(host, &mut slice.slice_mut(..host.len())));
        }
    }

    /// Zeros the first `len` numbers.
    pub fn clear(&mut self, len: usize) {
        let (device, at) = (Arc::clone(&self.device), self.at(0));
        // SAFETY: `len` is at most what was allocated.
        device.run(|| unsafe {
            cudarc::driver::result::memset_d8_async(
                at,
                0,
                len.min(self.len) * size_of::<T>(),
                device.stream.cu_stream(),
            )
        });
    }

    fn give_back(&mut self) {
        if let Some(slice) = self.slice.take() {
            self.device.uncount(slice.num_bytes() as u64);
        }
        self.len = 0;
    }
}

impl<T: DeviceRepr + Default + Clone> Held<T> {
    /// The numbers, brought back.
    pub fn fetch(&self) -> Vec<T> {
        let mut host = vec![T::default(); self.len];
        if let Some(slice) = self.slice.as_ref().filter(|_| self.len > 0) {
            let device = &self.device;
            device.run(|| device.stream.memcpy_dtoh(&slice.slice(..self.len), host.as_mut_slice()));
            device.run(|| device.stream.synchronize());
        }
        host
    }
}

impl<T: DeviceRepr> Drop for Held<T> {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Arguments of a kernel, all by value: addresses as numbers.
pub struct Launch {
    config: LaunchConfig,
    values: Vec<u64>,
}

impl Launch {
    /// `blocks` blocks of `threads` threads.
    pub fn new(blocks: (usize, usize), threads: usize) -> Self {
        Self {
            config: LaunchConfig {
                grid_dim: (blocks.0 as u32, blocks.1 as u32, 1),
                block_dim: (threads as u32, 1, 1),
                shared_mem_bytes: 0,
            },
            values: Vec::with_capacity(20),
        }
    }

    /// With dynamic shared memory.
    pub fn shared(mut self, bytes: usize) -> Self {
        self.config.shared_mem_bytes = bytes as u32;
        self
    }

    /// One more argument: an address or a number of up to eight bytes, whose
    /// bytes come first in memory order.
    pub fn with(mut self, value: impl Argument) -> Self {
        self.values.push(value.bits());
        self
    }

    /// Launches.
    pub fn run(self, device: &Device, kernel: &CudaFunction) {
        if self.config.grid_dim.0 == 0 || self.config.grid_dim.1 == 0 {
            return;
        }
        device.run(|| {
            device.context.bind_to_thread()?;
            let mut arguments: Vec<*mut std::ffi::c_void> =
                self.values.iter().map(|v| std::ptr::from_ref(v).cast_mut().cast()).collect();
            // SAFETY: the callers pass what the kernel's signature wants; all
            // addresses are of living buffers of this device, and one stream
            // keeps the order.
            unsafe {
                cudarc::driver::result::launch_kernel(
                    kernel.cu_function(),
                    self.config.grid_dim,
                    self.config.block_dim,
                    self.config.shared_mem_bytes,
                    device.stream.cu_stream(),
                    &mut arguments,
                )
            }
        });
    }
}

/// A kernel's argument as the first bytes of eight (little-endian hosts only,
/// as every host with a CUDA driver is).
pub trait Argument {
    fn bits(self) -> u64;
}

impl Argument for u64 {
    fn bits(self) -> u64 {
        self
    }
}

impl Argument for i64 {
    fn bits(self) -> u64 {
        self.cast_unsigned()
    }
}

impl Argument for i32 {
    fn bits(self) -> u64 {
        u64::from(self.cast_unsigned())
    }
}

impl Argument for f32 {
    fn bits(self) -> u64 {
        u64::from(self.to_bits())
    }
}

/// bf16 numbers, borrowed.
pub type Numbers = Held<bf16>;

/// bf16 numbers, owned.
pub struct Buffer(pub Numbers);

impl Deref for Buffer {
    type Target = Numbers;
    fn deref(&self) -> &Numbers {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut Numbers {
        &mut self.0
    }
}
