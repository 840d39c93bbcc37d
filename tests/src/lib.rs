//! Shared pieces of the workspace's tests: where the repository is, the built
//! binaries, and a home of its own for each run of `shinsa`.

mod binaries;
mod shinsa;

pub use binaries::{binary, demo_data, embedded_model, root, target_dir};
pub use shinsa::{PASSPHRASE, Run, Shinsa};
