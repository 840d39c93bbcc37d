//! What a training run promises, on a tiny random model.

mod common;

use std::time::Instant;

use common::{in_folder, losses, others, quietly, spec, tiny_model};
use shinsa_jobs::{Cancel, Event};
use shinsa_lm::{Model, OpenOptions, peft};
use shinsa_prompt::Message;
use shinsa_train::{PASSPORT_FILE, TrainError, TrainReport, TrainSpec, passport_hash, run};

fn bytes(report: &TrainReport) -> Vec<Vec<u8>> {
    [peft::WEIGHTS_FILE, peft::CONFIG_FILE, PASSPORT_FILE]
        .map(|file| std::fs::read(report.adapter_dir.join(file)).unwrap())
        .to_vec()
}

#[test]
fn twenty_steps_lower_the_loss_and_the_adapter_opens_on_its_base() {
    in_folder(|model, dir| {
        let mut events = Vec::new();
        let asked = TrainSpec { evaluation: others(), ..spec(model, dir) };
        let report = run(&asked, &Cancel::default(), &mut |event| events.push(event)).unwrap();
        let losses = losses(&report);
        assert_eq!(losses.len(), 20);
        assert!(losses[19] < 0.6 * losses[0], "{losses:?}");
        let measured: Vec<usize> = report.evaluation.iter().map(|log| log.step).collect();
        assert_eq!(measured, [0, 20]);
        assert!(report.evaluation[1].loss < 0.6 * report.evaluation[0].loss);
        assert!(report.steps.iter().all(|step| step.targets >= 48 && step.grad_norm > Some(0.0)));

        let opened = Model::open(model, &OpenOptions::default()).unwrap();
        let lora = peft::load_peft(&report.adapter_dir, &opened).unwrap();
        assert_eq!(lora.parameters(), report.trainable_parameters);
        assert_eq!(report.plan.trainable_parameters, report.trainable_parameters);
        assert_eq!(peft::adapter_hash(&report.adapter_dir).unwrap(), report.adapter_hash);

        let passport: serde_json::Value =
            serde_json::from_slice(&std::fs::read(report.adapter_dir.join(PASSPORT_FILE)).unwrap())
                .unwrap();
        assert_eq!(passport["hash"], report.passport_hash);
        assert_eq!(passport_hash(&passport).unwrap(), report.passport_hash);
        assert_eq!(passport["adapter"]["hash"], report.adapter_hash);
        assert_eq!(passport["base"]["weights"], opened.hash.weights);

        let kinds: Vec<&str> = events
            .iter()
            .filter_map(|event| match event {
                Event::Item(item) => item["kind"].as_str(),
                _ => None,
            })
            .collect();
        assert_eq!((kinds[0], kinds[1], kinds[2]), ("plan", "evaluation", "step"));
        assert_eq!(kinds.iter().filter(|kind| **kind == "step").count(), 20);
        assert!(!events.iter().any(Event::is_last));
    });
}

#[test]
fn the_same_spec_gives_the_same_bytes_whatever_threads_ids_and_names() {
    in_folder(|model, dir| {
        let base = TrainSpec { max_steps: Some(6), evaluation: others(), ..spec(model, dir) };
        let mut dropped = base.clone();
        dropped.lora.dropout = 0.1;
        for base in [base, dropped] {
            let first = quietly(&base).unwrap();
            let kept = bytes(&first);
            let mut other = TrainSpec { threads: Some(1), name: "other".into(), ..base.clone() };
            for example in &mut other.examples {
                example.id = format!("new {}", example.id);
            }
            let second = quietly(&other).unwrap();
            assert_eq!(kept, bytes(&second));
            assert_eq!(losses(&first), losses(&second));
            let third = quietly(&TrainSpec { seed: 6, ..base }).unwrap();
            assert_ne!(kept[0], bytes(&third)[0]);
        }
    });
}

#[test]
fn packs_do_not_change_what_is_learned() {
    in_folder(|model, dir| {
        let packed = TrainSpec { max_steps: Some(3), tokens_per_step: 80, ..spec(model, dir) };
        let alone = TrainSpec { tokens_per_pack: Some(1), ..packed.clone() };
        let (packed, alone) =
            (losses(&quietly(&packed).unwrap()), losses(&quietly(&alone).unwrap()));
        for (a, b) in packed.iter().zip(&alone) {
            assert!((a - b).abs() < 1e-4, "{packed:?} {alone:?}");
        }
    });
}

#[test]
fn a_cancelled_run_ends_within_a_second_and_leaves_no_adapter() {
    in_folder(|model, dir| {
        let cancel = Cancel::default();
        let long = TrainSpec { max_steps: Some(100_000), ..spec(model, dir) };
        let mut asked = None;
        let result = run(&long, &cancel, &mut |event| {
            if matches!(&event, Event::Item(item) if item["kind"] == "step") && asked.is_none() {
                cancel.cancel();
                asked = Some(Instant::now());
            }
        });
        assert_eq!(result.unwrap_err().code(), "cancelled");
        assert!(asked.unwrap().elapsed().as_secs_f64() < 1.0);
        let left: Vec<String> =
            shinsa_fsio::list_dir(dir).unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(left, ["model"]);
    });
}

#[test]
fn ten_steps_and_ten_more_after_a_stop_are_the_same_as_twenty() {
    in_folder(|model, dir| {
        let mut whole = TrainSpec {
            checkpoint_every: 5,
            evaluate_every: 10,
            evaluation: others(),
            ..spec(model, dir)
        };
        whole.lora.dropout = 0.1;
        let expected = quietly(&whole).unwrap();
        let kept = bytes(&expected);

        let cancel = Cancel::default();
        let stopped = TrainSpec { name: "again".into(), resume: true, ..whole };
        let result = run(&stopped, &cancel, &mut |event| {
            if matches!(&event, Event::Item(item) if item["kind"] == "step" && item["step"] == 13) {
                cancel.cancel();
            }
        });
        assert_eq!(result.unwrap_err().code(), "cancelled");
        let changed = TrainSpec { learning_rate: 1e-3, ..stopped.clone() };
        assert_eq!(quietly(&changed).unwrap_err().code(), "train-other-checkpoint");
        let report = quietly(&stopped).unwrap();
        assert_eq!(report.resumed_from, Some(10));
        assert_eq!(bytes(&report), kept);
        assert_eq!(losses(&report), losses(&expected));
        assert_eq!(report.evaluation, expected.evaluation);
        assert!(!dir.join("again.checkpoint").exists());
    });
}

#[test]
fn examples_that_cannot_be_learned_are_refused_by_their_ids() {
    in_folder(|model, dir| {
        let refused = |change: &dyn Fn(&mut TrainSpec)| {
            let mut spec = spec(model, dir);
            change(&mut spec);
            quietly(&spec).unwrap_err()
        };
        let empty = refused(&|spec| spec.examples[4].messages[2] = Message::assistant(" \n"));
        assert_eq!((empty.code(), empty.args()["id"].as_str()), ("train-nothing-to-learn", "例4"));
        let asked = refused(&|spec| drop(spec.examples[7].messages.pop()));
        assert_eq!((asked.code(), asked.args()["id"].as_str()), ("train-no-answer", "例7"));
        let none = refused(&|spec| spec.examples.clear());
        assert_eq!(none.code(), "train-no-examples");
        let long = refused(&|spec| spec.examples[2].messages[1] = Message::user("x".repeat(250)));
        assert_eq!(long.code(), "train-too-long");
        assert!(
            long.to_string().contains("例2 (") && long.to_string().contains("256 tokens"),
            "{long}"
        );
        let limited = refused(&|spec| spec.max_tokens_per_example = 20);
        assert_eq!(limited.args()["count"], "12");
    });
}

#[test]
fn a_run_that_does_not_fit_is_refused_before_it_starts() {
    in_folder(|model, dir| {
        let mut items = 0;
        let asked = TrainSpec { memory_limit_bytes: Some(1000), ..spec(model, dir) };
        let error = run(&asked, &Cancel::default(), &mut |event| {
            items += usize::from(matches!(event, Event::Item(_)))
        })
        .unwrap_err();
        assert_eq!(error.code(), "train-does-not-fit");
        assert!(error.to_string().contains("weights"), "{error}");
        assert_eq!(items, 0);
    });
}

#[test]
fn a_gradient_that_is_no_number_moves_nothing_and_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let model = tiny_model(dir.path(), true);
    let mut skipped = Vec::new();
    let asked = TrainSpec { max_steps: Some(2), ..spec(&model, dir.path()) };
    let error = run(&asked, &Cancel::default(), &mut |event| {
        if let Event::Item(item) = event {
            skipped.extend(item["skipped"].as_str().map(str::to_owned));
        }
    })
    .unwrap_err();
    assert_eq!(error.code(), "train-diverged");
    assert_eq!(skipped.len(), 2);
    assert!(error.args()["tensor"].contains("layers."), "{error}");
}

#[test]
fn a_folder_that_cannot_be_written_fails_before_training() {
    in_folder(|model, dir| {
        let blocked = dir.join("file");
        shinsa_fsio::atomic_write(&blocked, b"x").unwrap();
        let mut steps = 0;
        let asked = TrainSpec { out_dir: blocked.join("below"), ..spec(model, dir) };
        let error = run(&asked, &Cancel::default(), &mut |event| {
            steps += usize::from(matches!(&event, Event::Item(item) if item["kind"] == "step"));
        })
        .unwrap_err();
        assert!(matches!(error, TrainError::Files(_)), "{error}");
        assert_eq!(steps, 0);
    });
}
