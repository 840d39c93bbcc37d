//! Training and inference on a GPU, checked against the CPU and timed, in one go:
//! `gpu check FIXTURES [MODEL.gguf]`, `gpu bench MODEL SEQUENCES LENGTH [DROPOUT]`
//! and `gpu session MODEL [OUTPUTS SAMPLES]`. `scripts/gpu.sh` runs them.

// What a measurement prints is its purpose.
#![allow(clippy::print_stdout)]

mod bench;
mod check;
mod session;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["check", fixtures] => check::all(Path::new(fixtures), None),
        ["check", fixtures, model] => check::all(Path::new(fixtures), Some(Path::new(model))),
        ["bench", model, rest @ ..] => bench::run(Path::new(model), rest),
        ["session", model, rest @ ..] => session::time(Path::new(model), rest),
        _ => {
            Err("usage: gpu check FIXTURES [MODEL] | gpu bench MODEL SEQUENCES LENGTH [DROPOUT] | gpu session MODEL [OUTPUTS SAMPLES]"
                .into())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("FAILED: {error}");
            ExitCode::FAILURE
        }
    }
}
