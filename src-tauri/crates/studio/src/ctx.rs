//! What a use case may not reach for by itself: the clock, randomness, and the
//! places on this machine.

use shinsa_domain::Millis;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where a shell keeps things on this machine.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The list of recent projects and of added models lives here; `None` keeps neither.
    pub config: Option<PathBuf>,
    /// The embedded default model, where the shell ships or finds it.
    pub model: Option<PathBuf>,
    /// The worker executable; found beside the shell's own where `None`.
    pub worker: Option<PathBuf>,
}

/// The embedded model's file name.
pub const MODEL_FILE: &str = "smollm2-135m-instruct-q4_1.gguf";

impl Places {
    /// Where an installed or freshly built program finds its things:
    /// `SHINSA_MODEL`, else the model in one of `resources`, else beside the
    /// executable (`models/`, `../models/`).
    #[must_use]
    pub fn found(config: Option<PathBuf>, resources: &[PathBuf]) -> Self {
        let named = std::env::var_os("SHINSA_MODEL").map(PathBuf::from);
        let exe = std::env::current_exe().ok();
        let beside = exe.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        let above = beside.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        // Where the installer puts it on Linux: /usr/lib/Shinsa beside /usr/bin.
        let installed = above.as_ref().map(|a| a.join("lib").join("Shinsa"));
        let folders = resources.iter().cloned().chain(beside).chain(above).chain(installed);
        let model = named.or_else(|| {
            folders.map(|f| f.join("models").join(MODEL_FILE)).find(|p| shinsa_fsio::is_file(p))
        });
        Self { config, model, worker: None }
    }
}

/// Clock, randomness and places of every use case.
pub struct Ctx {
    clock: Box<dyn Fn() -> Millis + Send + Sync>,
    entropy: Mutex<Entropy>,
    /// Where things are on this machine.
    pub places: Places,
}

enum Entropy {
    System,
    /// BLAKE3 in counter mode: reproducible ids for the demo and for tests.
    Seeded {
        key: [u8; 32],
        counter: u64,
    },
}

impl Ctx {
    /// The system's clock and randomness.
    #[must_use]
    pub fn system(places: Places) -> Self {
        Self { clock: Box::new(now), entropy: Mutex::new(Entropy::System), places }
    }

    /// A fixed clock and seeded randomness, for tests.
    #[must_use]
    pub fn fixed(at: Millis, seed: u64, places: Places) -> Self {
        Self::with_clock(move || at, seed, places)
    }

    /// A clock of the caller's and seeded randomness, for tests of what waits.
    #[must_use]
    pub fn with_clock(
        clock: impl Fn() -> Millis + Send + Sync + 'static,
        seed: u64,
        places: Places,
    ) -> Self {
        let key = *blake3::hash(&seed.to_le_bytes()).as_bytes();
        Self {
            clock: Box::new(clock),
            entropy: Mutex::new(Entropy::Seeded { key, counter: 0 }),
            places,
        }
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> Millis {
        (self.clock)()
    }

    /// Random bytes. Where the system has none to give (it always has on the
    /// platforms we build for), time-seeded bytes keep ids unique; secrets
    /// never come from here.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        let mut entropy = self.entropy.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *entropy {
            Entropy::System => {
                if getrandom::fill(&mut bytes).is_err() {
                    *entropy = Entropy::Seeded {
                        key: *blake3::hash(&now().to_le_bytes()).as_bytes(),
                        counter: 0,
                    };
                    drop(entropy);
                    return self.random();
                }
            }
            Entropy::Seeded { key, counter } => {
                let mut reader = blake3::Hasher::new_keyed(key);
                reader.update(&counter.to_le_bytes());
                reader.finalize_xof().fill(&mut bytes);
                *counter += 1;
            }
        }
        bytes
    }
}

fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_randomness_repeats_and_moves_on() {
        let one = Ctx::fixed(0, 7, Places::default());
        let two = Ctx::fixed(0, 7, Places::default());
        let first: [u8; 10] = one.random();
        assert_eq!(first, two.random::<10>());
        assert_ne!(first, one.random::<10>());
    }
}
