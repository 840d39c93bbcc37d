//! Training on a GPU, checked against the CPU and timed, in one go:
//! `gpu check FIXTURES [MODEL.gguf]` and `gpu bench MODEL SEQUENCES LENGTH [DROPOUT]`.
//! `scripts/gpu.sh` runs both.

// What a measurement prints is its purpose.
#![allow(clippy::print_stdout)]

mod bench;
mod check;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["check", fixtures] => check::all(Path::new(fixtures), None),
        ["check", fixtures, model] => check::all(Path::new(fixtures), Some(Path::new(model))),
        ["bench", model, rest @ ..] => bench::run(Path::new(model), rest),
        _ => {
            Err("usage: gpu check FIXTURES [MODEL] | gpu bench MODEL SEQUENCES LENGTH [DROPOUT]"
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
