//! Which device computes, and why.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shinsa_jobs::{Cancel, find_worker, find_worker_for};
use shinsa_train::Device;

use crate::{Studio, StudioError};

/// What should compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum DeviceWish {
    /// A GPU where one can be used, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// An NVIDIA GPU, or an error that says why not.
    Cuda,
    /// An Apple GPU, or an error that says why not.
    Metal,
}

/// What will compute.
pub(crate) struct Chosen {
    pub device: Device,
    /// Its name.
    pub name: String,
    /// Why no GPU is used, where one was sought.
    pub reason: Option<StudioError>,
    worker: Option<PathBuf>,
}

impl Chosen {
    fn cpu(reason: Option<StudioError>) -> Self {
        Self { device: Device::Cpu, name: "CPU".into(), reason, worker: None }
    }
}

impl Studio {
    /// Looks for a worker built for GPUs and asks it whether it can use one.
    pub(crate) fn choose(&self, wish: DeviceWish, cancel: &Cancel) -> Result<Chosen, StudioError> {
        let device = match wish {
            DeviceWish::Cpu => return Ok(Chosen::cpu(None)),
            DeviceWish::Cuda => Device::Cuda,
            DeviceWish::Metal => Device::Metal,
            DeviceWish::Auto if cfg!(target_os = "macos") => Device::Metal,
            DeviceWish::Auto => Device::Cuda,
        };
        match self.ask_gpu(device, cancel) {
            Ok((worker, name)) => Ok(Chosen { device, name, reason: None, worker: Some(worker) }),
            Err(error) if wish != DeviceWish::Auto || error.code == "cancelled" => Err(error),
            Err(error) => Ok(Chosen::cpu(Some(error))),
        }
    }

    fn ask_gpu(&self, device: Device, cancel: &Cancel) -> Result<(PathBuf, String), StudioError> {
        let worker = find_worker_for(device.name()).ok_or_else(|| {
            StudioError::new(
                "no-gpu-worker",
                "The part of Shinsa that uses a GPU is not installed beside the program.",
            )
        })?;
        let probe = json!({ "device": device.name() });
        let reply =
            self.work(&worker, "device", &probe, cancel, &mut |_| {}, &mut |_, _| Ok(()))?;
        let name = reply.get("name").and_then(Value::as_str).unwrap_or("GPU").to_owned();
        Ok((worker, name))
    }

    /// The worker of what was chosen.
    pub(crate) fn worker_of(&self, chosen: &Chosen) -> Result<PathBuf, StudioError> {
        match &chosen.worker {
            Some(worker) => Ok(worker.clone()),
            None => self.worker(),
        }
    }

    /// The worker for the processor.
    pub(crate) fn worker(&self) -> Result<PathBuf, StudioError> {
        match &self.ctx.places.worker {
            Some(exe) => Ok(exe.clone()),
            None => find_worker().map_err(|e| StudioError::new(e.code(), &e)),
        }
    }
}
