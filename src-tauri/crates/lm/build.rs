//! Compiles the CUDA kernels to PTX when the `cuda` feature asks for them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Oldest GPUs the kernels are for: the driver compiles this PTX for newer ones.
const ARCHITECTURE: &str = "compute_80";

fn main() {
    let folder = Path::new("src").join("backend").join("cuda");
    println!("cargo:rerun-if-changed={}", folder.display());
    println!("cargo:rerun-if-env-changed=CUDA_HOME");
    println!("cargo:rerun-if-env-changed=CUDA_PATH");
    if std::env::var_os("CARGO_FEATURE_CUDA").is_none() {
        return;
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    for name in ["kernels", "quant", "attention", "cached"] {
        let source = folder.join(format!("{name}.cu"));
        let status = Command::new(nvcc())
            .args(["-ptx", "-O3", "-std=c++17", &format!("-arch={ARCHITECTURE}")])
            .arg(&source)
            .arg("-o")
            .arg(out.join(format!("{name}.ptx")))
            .status();
        match status {
            Ok(status) if status.success() => {}
            Ok(status) => panic!("nvcc could not compile {}: {status}", source.display()),
            Err(error) => panic!(
                "the feature `cuda` needs nvcc ({error}): install a CUDA toolkit and set \
                 CUDA_HOME, or run scripts/cuda-toolkit.sh"
            ),
        }
    }
}

fn nvcc() -> PathBuf {
    ["CUDA_HOME", "CUDA_PATH"]
        .iter()
        .filter_map(std::env::var_os)
        .map(|home| Path::new(&home).join("bin").join("nvcc"))
        .find(|nvcc| nvcc.with_extension(std::env::consts::EXE_EXTENSION).exists())
        .unwrap_or_else(|| "nvcc".into())
}
