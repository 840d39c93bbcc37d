//! Which device computes, and why.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shinsa_domain::{RunKind, RunState};
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
    /// Verdicts or texts that are written at the same time.
    pub batch: usize,
    worker: Option<PathBuf>,
}

/// On the CPU more gain nothing.
const CPU_BATCH: usize = 16;
/// On a GPU; more keep even a large card no busier.
const GPU_BATCH: usize = 240;
/// Memory of a card for each of them: half is left to the weights, and 256 tokens
/// of a model of 4 billion parameters (Qwen3-4B: 144 KiB each) take 36 MiB.
const BYTES_EACH: u64 = (2 * 38) << 20;

impl Default for Chosen {
    fn default() -> Self {
        Self::cpu(None)
    }
}

impl Chosen {
    fn cpu(reason: Option<StudioError>) -> Self {
        Self { device: Device::Cpu, name: "CPU".into(), reason, batch: CPU_BATCH, worker: None }
    }

    /// Writes down what computes a run, so that it goes on with the same numbers.
    /// Of the processor nothing is written, as before there was a choice.
    pub(crate) fn keep(&self, config: &mut Value) {
        if let Some(fields) = config.as_object_mut() {
            fields.remove("device");
            if self.device != Device::Cpu {
                fields.insert("device".to_owned(), json!(self.device.name()));
                fields.insert("batch".to_owned(), json!(self.batch));
            }
        }
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
            Ok(chosen) => Ok(chosen),
            Err(error) if wish != DeviceWish::Auto || error.code == "cancelled" => Err(error),
            Err(error) => Ok(Chosen::cpu(Some(error))),
        }
    }

    /// What writes the verdicts or texts of a run: on the device it began with,
    /// where it goes on (`earlier` are its settings), so that numbers of two modes
    /// never meet in one run. `fast` is a mode of the processor's.
    ///
    /// # Errors
    /// `fast-on-gpu`, `no-metal-writing`, `no-gpu-worker`, `device`.
    pub(crate) fn choose_writer(
        &self,
        wish: DeviceWish,
        fast: bool,
        earlier: Option<&Value>,
        cancel: &Cancel,
    ) -> Result<Chosen, StudioError> {
        let mut chosen = match again(wish, earlier)? {
            DeviceWish::Auto if fast => Chosen::cpu(None),
            DeviceWish::Auto if cfg!(target_os = "macos") => Chosen::cpu(Some(no_metal())),
            DeviceWish::Metal => return Err(no_metal()),
            DeviceWish::Cuda if fast => {
                return Err(StudioError::new(
                    "fast-on-gpu",
                    "Integers are computed on the processor only.",
                ));
            }
            wish => self.choose(wish, cancel)?,
        };
        if chosen.device != Device::Cpu
            && let Some(batch) = earlier.and_then(|config| config["batch"].as_u64())
        {
            chosen.batch = usize::try_from(batch).unwrap_or(chosen.batch);
        }
        Ok(chosen)
    }

    /// [`Studio::choose_writer`] for the run of this kind and name.
    pub(crate) fn choose_for(
        &self,
        kind: RunKind,
        name: &str,
        wish: DeviceWish,
        fast: bool,
        cancel: &Cancel,
    ) -> Result<Chosen, StudioError> {
        let earlier = self.with(|open| {
            let viewer = open.lead()?;
            let run = open.project.view(&viewer).run_by_name(kind, name)?;
            Ok(run.filter(|run| run.state != RunState::Done).map(|run| run.config))
        })?;
        self.choose_writer(wish, fast, earlier.as_ref(), cancel)
    }

    /// [`Studio::choose_for`] a judging.
    pub(crate) fn choose_judge(
        &self,
        request: &crate::JudgeStart,
        cancel: &Cancel,
    ) -> Result<Chosen, StudioError> {
        let (name, wish) = (&request.name, request.device);
        self.choose_for(RunKind::Judge, name, wish, request.fast, cancel)
    }

    fn ask_gpu(&self, device: Device, cancel: &Cancel) -> Result<Chosen, StudioError> {
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
        let batch = gpu_batch(reply.get("bytes").and_then(Value::as_u64));
        Ok(Chosen { device, name, reason: None, batch, worker: Some(worker) })
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

fn gpu_batch(bytes: Option<u64>) -> usize {
    let fit = bytes.map_or(CPU_BATCH as u64, |bytes| bytes / BYTES_EACH / 16 * 16);
    usize::try_from(fit).unwrap_or(GPU_BATCH).clamp(CPU_BATCH, GPU_BATCH)
}

fn no_metal() -> StudioError {
    StudioError::new("no-metal-writing", "Judging and generating don't use Apple's GPUs.")
}

/// The wish of one who goes on with the run of these settings.
fn again(wish: DeviceWish, earlier: Option<&Value>) -> Result<DeviceWish, StudioError> {
    Ok(match (wish, earlier) {
        (DeviceWish::Auto, Some(config)) => match config.get("device") {
            Some(name) => serde_json::from_value(name.clone())?,
            None => DeviceWish::Cpu,
        },
        _ => wish,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_on_where_it_began() {
        let gpu = Chosen { device: Device::Cuda, batch: 96, ..Chosen::default() };
        for (chosen, kept) in [(gpu, DeviceWish::Cuda), (Chosen::default(), DeviceWish::Cpu)] {
            let mut config = json!({ "name": "n", "device": "auto" });
            chosen.keep(&mut config);
            assert_eq!(again(DeviceWish::Auto, Some(&config)).unwrap(), kept, "{config}");
            // Another wish is another run: its settings differ, and it is refused by name.
            let other = [DeviceWish::Cpu, DeviceWish::Cuda].into_iter().find(|&w| w != kept);
            assert_ne!(again(other.unwrap(), Some(&config)).unwrap(), kept);
        }
        // Runs from before there was a choice were the processor's.
        let mut old = json!({ "name": "n" });
        assert_eq!(again(DeviceWish::Auto, Some(&old)).unwrap(), DeviceWish::Cpu);
        let before = old.clone();
        Chosen::default().keep(&mut old);
        assert_eq!(old, before);
        assert_eq!(again(DeviceWish::Auto, None).unwrap(), DeviceWish::Auto);
    }

    #[test]
    fn a_card_writes_as_many_as_its_memory_holds() {
        let batch = |gib: u64| gpu_batch(Some(gib << 30));
        assert_eq!([2, 8, 16, 24, 140].map(batch), [16, 96, 208, 240, 240]);
        assert_eq!(gpu_batch(None), CPU_BATCH);
    }
}
