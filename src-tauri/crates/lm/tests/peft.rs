//! Adapters that PEFT wrote, and that PEFT would read. Fixture and the script
//! that makes it: `tests/parity/make_peft_fixture.py` at the workspace's root.

use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use shinsa_lm::peft::{WEIGHTS_FILE, load_peft, save_peft};
use shinsa_lm::{Lora, Model, OpenOptions, Residency, Session};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/parity/fixtures")
}

/// A folder of this test's own, removed when it is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("shinsa-{name}-{}", std::process::id()));
        shinsa_fsio::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = shinsa_fsio::remove_dir_all(&self.0);
    }
}

/// The same base with Hugging Face's order of the rows of q and k, and with GGUF's.
fn bases(dir: &Folder) -> [Model; 2] {
    let path = dir.0.join("base.gguf");
    shinsa_fsio::copy(&fixtures().join("peft/base-gguf.bin"), &path).unwrap();
    let options = OpenOptions { residency: Residency::F32, ..OpenOptions::default() };
    [fixtures().join("llama"), path].map(|path| Model::open(&path, &options).unwrap())
}

fn logits(model: &Model, lora: Option<&Lora>, tokens: &[u32]) -> Vec<f32> {
    Session::new(model, lora).prefix(None, tokens).unwrap().logits().to_vec()
}

fn expected(key: &str) -> Vec<f64> {
    expected_of("peft", key)
}

fn expected_of(folder: &str, key: &str) -> Vec<f64> {
    let bytes = std::fs::read(fixtures().join(folder).join("expected.json")).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    value[key].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn largest_difference(ours: &[f32], theirs: &[f64]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    ours.iter().zip(theirs).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max)
}

#[test]
fn an_adapter_from_peft_does_what_it_does_there_in_both_row_orders() {
    let tokens: Vec<u32> = expected("tokens").into_iter().map(|token| token as u32).collect();
    let dir = Folder::new("peft-in");
    for model in bases(&dir) {
        let plain = logits(&model, None, &tokens);
        assert!(largest_difference(&plain, &expected("without")) < 1e-4);
        let lora = load_peft(&fixtures().join("peft"), &model).unwrap();
        assert_eq!((lora.config.r, lora.scale()), (4, 3.0));
        let adapted = logits(&model, Some(&lora), &tokens);
        assert!(largest_difference(&adapted, &expected("logits")) < 1e-4);
        assert!(largest_difference(&adapted, &expected("without")) > 0.1);
    }
}

#[test]
fn ranks_and_alphas_of_single_modules_do_what_they_do_in_peft() {
    let tokens: Vec<u32> = expected("tokens").into_iter().map(|token| token as u32).collect();
    let dir = Folder::new("peft-patterns");
    for model in bases(&dir) {
        let lora = load_peft(&fixtures().join("peft-patterns"), &model).unwrap();
        assert_eq!(lora.config.r, 6);
        let wanted = expected_of("peft-patterns", "logits");
        assert!(largest_difference(&logits(&model, Some(&lora), &tokens), &wanted) < 1e-4);
        assert!(largest_difference(&logits(&model, None, &tokens), &wanted) > 0.1);
        // What is saved has one rank and one scale, and does the same.
        let saved = dir.0.join("uniform");
        save_peft(&lora, &model, &saved).unwrap();
        let again = load_peft(&saved, &model).unwrap();
        assert!(largest_difference(&logits(&model, Some(&again), &tokens), &wanted) < 1e-4);
    }
}

#[test]
fn a_saved_adapter_holds_the_tensors_that_peft_would_write() {
    let theirs = std::fs::read(fixtures().join("peft").join(WEIGHTS_FILE)).unwrap();
    let theirs = SafeTensors::deserialize(&theirs).unwrap();
    let sorted = |file: &SafeTensors<'_>| -> Vec<String> {
        let mut names: Vec<String> = file.names().into_iter().map(str::to_owned).collect();
        names.sort();
        names
    };
    let dir = Folder::new("peft-out");
    for model in bases(&dir) {
        let lora = load_peft(&fixtures().join("peft"), &model).unwrap();
        let saved = dir.0.join("adapter");
        save_peft(&lora, &model, &saved).unwrap();
        let ours = std::fs::read(saved.join(WEIGHTS_FILE)).unwrap();
        let ours = SafeTensors::deserialize(&ours).unwrap();
        assert_eq!(sorted(&ours), sorted(&theirs));
        for name in sorted(&ours) {
            let (a, b) = (ours.tensor(&name).unwrap(), theirs.tensor(&name).unwrap());
            assert_eq!((a.dtype(), a.shape()), (b.dtype(), b.shape()), "{name}");
            assert!(a.data() == b.data(), "{name} has other values");
        }
        assert_eq!(load_peft(&saved, &model).unwrap(), lora);
    }
}
