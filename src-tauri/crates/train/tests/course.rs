//! What steers a run: its measurements, its stop, its plan, its data's choices.

mod common;

use std::path::Path;

use common::{examples, in_folder, losses, others, quietly, spec};
use serde_json::Value;
use shinsa_jobs::{Cancel, Event};
use shinsa_lm::peft;
use shinsa_prompt::Message;
use shinsa_train::{
    EarlyStop, Keep, OverLong, PASSPORT_FILE, TrainReport, TrainSpec, Turns, Warmup, plan_only,
    preview, run,
};

fn weights(report: &TrainReport) -> Vec<u8> {
    std::fs::read(report.adapter_dir.join(peft::WEIGHTS_FILE)).unwrap()
}

fn passport(report: &TrainReport) -> Value {
    serde_json::from_slice(&std::fs::read(report.adapter_dir.join(PASSPORT_FILE)).unwrap()).unwrap()
}

/// Examples of one length, so that no step changes places, measured at every
/// second step on answers that contradict them: learning their form helps, and
/// learning them by heart does harm.
fn overfitting(model: &Path, out: &Path) -> TrainSpec {
    let mut spec = TrainSpec {
        evaluation: others().into_iter().take(4).collect(),
        evaluate_every: 2,
        learning_rate: 0.05,
        max_steps: Some(40),
        ..spec(model, out)
    };
    for (n, example) in spec.evaluation.iter_mut().enumerate() {
        example.messages[2] = Message::assistant(format!("{{\"score\":{}}}", (n + 2) % 5));
    }
    for (n, example) in spec.examples.iter_mut().enumerate() {
        example.messages[1] = Message::user(format!("case {n:02}"));
    }
    spec
}

#[test]
fn the_best_adapter_by_held_out_loss_is_the_one_written() {
    in_folder(|model, dir| {
        let spec = overfitting(model, dir);
        let report = quietly(&spec).unwrap();
        let best = report.evaluation.iter().min_by(|a, b| a.loss.total_cmp(&b.loss)).unwrap();
        assert_eq!(report.kept_step, best.step);
        assert!((1..40).contains(&best.step), "{:?}", report.evaluation);
        let result = &passport(&report)["result"];
        assert_eq!(result["kept_step"], best.step);

        // A run of just so many steps writes the same numbers.
        let short = TrainSpec {
            max_steps: Some(best.step),
            keep: Keep::Last,
            name: "short".into(),
            ..spec.clone()
        };
        let short = quietly(&short).unwrap();
        assert_eq!((short.kept_step, weights(&short)), (best.step, weights(&report)));
        let last = quietly(&TrainSpec { keep: Keep::Last, name: "last".into(), ..spec }).unwrap();
        assert_eq!(last.kept_step, 40);
        assert_ne!(weights(&last), weights(&report));
    });
}

#[test]
fn a_run_stops_early_when_the_held_out_loss_no_longer_falls() {
    in_folder(|model, dir| {
        let rule = EarlyStop { patience: 2, min_delta: 0.0 };
        let spec = TrainSpec { early_stop: Some(rule), ..overfitting(model, dir) };
        let report = quietly(&spec).unwrap();
        assert!(report.stopped_early && report.steps.len() < 40, "{:?}", report.evaluation);
        assert_eq!(report.steps.len(), report.kept_step + 2 * spec.evaluate_every);
        assert_eq!(passport(&report)["result"]["stopped_early"], true);
        assert_eq!(passport(&report)["config"]["early_stop"]["patience"], 2);
    });
}

#[test]
fn a_stopped_run_goes_on_bit_for_bit_with_dropout_noise_probe_and_early_stop() {
    in_folder(|model, dir| {
        let rule = EarlyStop { patience: 3, min_delta: 0.01 };
        let mut whole = TrainSpec {
            early_stop: Some(rule),
            checkpoint_every: 3,
            neftune_alpha: 5.0,
            b_ratio: 4.0,
            probe: true,
            resume: true,
            learning_rate: 0.03,
            ..overfitting(model, dir)
        };
        whole.lora.dropout = 0.1;
        let expected = quietly(&whole).unwrap();
        let stop = expected.steps.len() - 1;
        assert!(stop > 6, "{:?}", expected.evaluation);

        let cancel = Cancel::default();
        let again = TrainSpec { name: "again".into(), ..whole };
        let cut = run(&again, &cancel, &mut |event| {
            if matches!(&event, Event::Item(item) if item["kind"] == "step" && item["step"] == stop)
            {
                cancel.cancel();
            }
        });
        assert_eq!(cut.unwrap_err().code(), "cancelled");
        let report = quietly(&again).unwrap();
        assert!(report.resumed_from.is_some_and(|step| step >= 3 && step.is_multiple_of(3)));
        assert_eq!(weights(&report), weights(&expected));
        assert_eq!(losses(&report), losses(&expected));
        assert_eq!(passport(&report), passport(&expected));
        let course =
            |r: &TrainReport| (r.evaluation.clone(), r.probe.clone(), r.kept_step, r.stopped_early);
        assert_eq!(course(&report), course(&expected));
    });
}

#[test]
fn the_dry_step_changes_nothing_of_the_run() {
    in_folder(|model, dir| {
        let mut with = TrainSpec {
            max_steps: Some(4),
            evaluation: others(),
            neftune_alpha: 5.0,
            ..spec(model, dir)
        };
        with.lora.dropout = 0.1;
        let without = TrainSpec { dry_step: false, name: "without".into(), ..with.clone() };
        let (with, without) = (quietly(&with).unwrap(), quietly(&without).unwrap());
        assert_eq!(weights(&with), weights(&without));
        assert_eq!(passport(&with), passport(&without));
        assert!(with.plan.seconds.is_some_and(|seconds| seconds > 0.0));
        assert_eq!(without.plan.seconds, None);
    });
}

#[test]
fn a_plan_is_made_without_writing_anything() {
    in_folder(|model, dir| {
        let asked = TrainSpec {
            evaluation: others(),
            evaluate_every: 5,
            probe: true,
            out_dir: dir.join("adapters"),
            ..spec(model, dir)
        };
        let mut kinds = Vec::new();
        let report = plan_only(&asked, &Cancel::default(), &mut |event| {
            if let Event::Item(item) = event {
                kinds.push(item["kind"].as_str().unwrap().to_owned());
            }
        })
        .unwrap();
        assert_eq!(kinds, ["plan"]);
        assert_eq!((report.examples, report.evaluated, report.plan.steps), (12, 12, 20));
        assert_eq!(report.plan.measurements, 5);
        assert_eq!(report.total_bytes, report.plan.total_bytes());
        assert!(report.total_bytes <= report.limit_bytes);
        assert!(report.plan.seconds.is_some_and(|seconds| seconds > 0.0));
        assert!(report.plan.probe_tokens > 100);
        let left: Vec<String> =
            shinsa_fsio::list_dir(dir).unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(left, ["model"]);
        // The run itself measures as often as was planned.
        let run = quietly(&asked).unwrap();
        assert_eq!((run.evaluation.len(), run.probe.len()), (5, 5));
    });
}

#[test]
fn the_probe_begins_at_nothing_and_sees_the_model_move() {
    in_folder(|model, dir| {
        let asked = TrainSpec { probe: true, evaluate_every: 10, ..spec(model, dir) };
        let report = quietly(&asked).unwrap();
        let steps: Vec<usize> = report.probe.iter().map(|log| log.step).collect();
        assert_eq!(steps, [0, 10, 20]);
        assert_eq!(report.probe[0].kl, 0.0);
        assert!(report.probe[1].kl > 1e-6, "{:?}", report.probe);
        let passport = passport(&report);
        assert_eq!(passport["probe"]["prompts"].as_str().unwrap().len(), 64);
        assert_eq!(passport["result"]["probe"][1]["kl"], report.probe[1].kl);
        let other = TrainSpec { threads: Some(1), name: "other".into(), ..asked };
        assert_eq!(quietly(&other).unwrap().probe, report.probe);
    });
}

#[test]
fn noise_ratio_and_warm_up_change_what_is_learned_and_stand_in_the_passport() {
    in_folder(|model, dir| {
        let base = TrainSpec { max_steps: Some(3), ..spec(model, dir) };
        let plain = weights(&quietly(&base).unwrap());
        let mut rslora = base.clone();
        rslora.lora.rslora = true;
        for (changed, at, value) in [
            (TrainSpec { neftune_alpha: 5.0, ..base.clone() }, "neftune_alpha", 5.into()),
            (TrainSpec { b_ratio: 8.0, ..base.clone() }, "b_ratio", 8.into()),
            (
                TrainSpec { warmup: Warmup::Ratio(0.5), ..base.clone() },
                "warmup",
                serde_json::json!({"ratio": 0.5}),
            ),
            (TrainSpec { turns: Turns::All, ..base.clone() }, "turns", "all".into()),
            (rslora, "lora", Value::Null),
        ] {
            let report = quietly(&changed).unwrap();
            let config = &passport(&report)["config"];
            match at {
                "lora" => assert_eq!(config["lora"]["rslora"], true),
                _ => assert_eq!(config[at], value),
            }
            // One answer each: learning all turns is learning the last.
            assert_eq!(weights(&report) == plain, at == "turns", "{at}");
        }
    });
}

#[test]
fn every_turn_of_the_assistant_is_learned_when_asked_for() {
    in_folder(|model, dir| {
        let mut asked = TrainSpec { max_steps: Some(1), ..spec(model, dir) };
        for example in &mut asked.examples {
            let first = [Message::user("hello"), Message::assistant("good day")];
            example.messages.splice(1..1, first);
        }
        asked.tokens_per_step = 10_000;
        asked.max_steps = None;
        let last = quietly(&asked).unwrap().steps[0].clone();
        let all = quietly(&TrainSpec { turns: Turns::All, ..asked }).unwrap().steps[0].clone();
        // The bytes of "good day" and the end of its turn, twelve times.
        assert_eq!(all.targets - last.targets, 12 * 9);
        assert_eq!(all.tokens, last.tokens);
    });
}

#[test]
fn over_long_examples_are_cut_or_left_out_by_choice_and_always_reported() {
    in_folder(|model, dir| {
        let mut asked = TrainSpec { max_tokens_per_example: 80, ..spec(model, dir) };
        // Its answer begins within the limit, or far behind it.
        asked.examples[3].messages[2] = Message::assistant("y".repeat(100));
        asked.examples[5].messages[1] = Message::user("x".repeat(120));
        assert_eq!(quietly(&asked).unwrap_err().code(), "train-too-long");

        let cut = TrainSpec { over_long: OverLong::Truncate, ..asked.clone() };
        let report = quietly(&cut).unwrap();
        let named: Vec<(&str, bool, usize)> =
            report.over_long.iter().map(|l| (l.id.as_str(), l.tokens > 80, l.kept)).collect();
        assert_eq!(named, [("例3", true, 80), ("例5", true, 0)]);
        let plan = plan_only(&cut, &Cancel::default(), &mut |_| {}).unwrap();
        assert_eq!((plan.examples, plan.over_long), (11, report.over_long));

        let dropped = TrainSpec { over_long: OverLong::Drop, ..asked.clone() };
        let report = quietly(&dropped).unwrap();
        assert_eq!(report.over_long.iter().map(|log| log.kept).sum::<usize>(), 0);
        assert_eq!(passport(&report)["config"]["over_long"], "drop");
        let none = TrainSpec { max_tokens_per_example: 5, ..dropped };
        assert_eq!(quietly(&none).unwrap_err().code(), "train-no-examples");
    });
}

#[test]
fn what_is_learned_is_not_measured() {
    in_folder(|model, dir| {
        let mut evaluation = others();
        evaluation[2].messages[1] = Message::user("case 7!!");
        let error = quietly(&TrainSpec { evaluation, ..spec(model, dir) }).unwrap_err();
        assert_eq!(error.code(), "train-on-both-sides");
        assert!(
            error.to_string().contains("例7") && error.to_string().contains("別例2"),
            "{error}"
        );
    });
}

#[test]
fn a_preview_shows_every_token_and_marks_what_is_learned() {
    in_folder(|model, dir| {
        let mut asked = spec(model, dir);
        asked.examples[0].messages[1] = Message::user("薬は?");
        asked.examples[0].messages[2] = Message::assistant("可");
        let shown = preview(&asked, 2).unwrap();
        assert_eq!(shown.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["例0", "例1"]);
        let said = |learned: bool| -> String {
            let pieces = shown[0].pieces.iter().filter(|piece| piece.learned == learned);
            pieces.map(|piece| piece.text.as_str()).collect()
        };
        assert_eq!(said(true), "可<|im_end|>");
        let read = "<|im_start|>system\nRate it.<|im_end|>\n<|im_start|>user\n薬は?<|im_end|>\n<|im_start|>assistant\n";
        assert_eq!(said(false), read);
        // Three bytes of one character are one piece.
        assert_eq!((shown[0].learned, shown[0].limit), (4, 256));
        assert_eq!(shown[0].pieces.iter().filter(|piece| piece.learned).count(), 2);
        assert_eq!(preview(&asked, 99).unwrap().len(), examples().len());
    });
}
