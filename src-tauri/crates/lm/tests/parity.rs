//! Logits and every LoRA gradient of tiny random models against transformers +
//! peft, and what must not change a result. Fixtures and the script that makes
//! them: tests/parity/ at the workspace's root.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use safetensors::SafeTensors;
use shinsa_lm::{
    After, Batch, Dropout, Lora, LoraConfig, Micro, Model, OpenOptions, Projection, Session,
    Target, learner,
};

const FAMILIES: [&str; 6] = ["llama", "llama3", "qwen2", "qwen3", "yarn", "linear"];

struct Case {
    model: Arc<Model>,
    lora: Lora,
    batch: Batch,
    grads: Vec<f32>,
    logits: Vec<f32>,
    plain_last_logits: Vec<f32>,
    loss: f32,
}

fn folder(family: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("..");
    root.join("tests").join("parity").join("fixtures").join(family)
}

fn floats(file: &SafeTensors<'_>, name: &str) -> Vec<f32> {
    let data = file.tensor(name).unwrap().data().to_vec();
    data.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
}

fn ints(file: &SafeTensors<'_>, name: &str) -> Vec<u32> {
    let data = file.tensor(name).unwrap().data().to_vec();
    data.chunks_exact(4).map(|b| u32::from_le_bytes(b.try_into().unwrap())).collect()
}

fn open(family: &str) -> Case {
    let dir = folder(family);
    let model = Arc::new(Model::open(&dir, &OpenOptions::default()).unwrap());
    let bytes = std::fs::read(dir.join("expected.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let probe = "value:layers.0.self_attn.q_proj.lora_A.weight";
    let r = file.tensor(probe).unwrap().shape()[0];
    let config = LoraConfig { r, alpha: 10.0, ..LoraConfig::default() };
    let mut lora = Lora::init(&model.spec, &config).unwrap();
    let mut grads = vec![0.0; lora.values.len()];
    for slot in lora.slots.clone() {
        let (parent, name) = (slot.projection.parent(), slot.projection.name());
        let name = format!("layers.{}.{parent}.{name}", slot.layer);
        for (range, which) in [(slot.a.clone(), "lora_A"), (slot.b.clone(), "lora_B")] {
            let at = format!("{name}.{which}.weight");
            lora.values[range.clone()].copy_from_slice(&floats(&file, &format!("value:{at}")));
            grads[range].copy_from_slice(&floats(&file, &format!("grad:{at}")));
        }
    }
    let targets = ints(&file, "target_rows").into_iter().zip(ints(&file, "target_tokens"));
    let batch = Batch {
        tokens: ints(&file, "tokens"),
        bounds: ints(&file, "bounds").into_iter().map(|b| b as usize).collect(),
        targets: targets.map(|(row, token)| Target { row, token }).collect(),
    };
    Case {
        model,
        lora,
        batch,
        grads,
        logits: floats(&file, "logits"),
        plain_last_logits: floats(&file, "plain_last_logits"),
        loss: floats(&file, "loss")[0],
    }
}

fn gradient(case: &Case, dropout: Option<Dropout>) -> (f64, Vec<f32>) {
    let mut learner = learner(&case.model, case.lora.clone()).unwrap();
    let sum = learner.accumulate(&case.batch, &micro(case, dropout)).unwrap();
    (sum.mean().unwrap(), learner.gradient())
}

fn micro(case: &Case, dropout: Option<Dropout>) -> Micro {
    Micro { scale: 1.0 / case.batch.targets.len() as f32, dropout, neftune: None }
}

fn distance(got: &[f32], want: &[f32]) -> (f64, f64) {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    };
    let apart: Vec<f32> = got.iter().zip(want).map(|(a, b)| a - b).collect();
    let (g, w) = (dot(got, got).sqrt(), dot(want, want).sqrt());
    (dot(&apart, &apart).sqrt() / w, dot(got, want) / (g * w))
}

fn largest(got: &[f32], want: &[f32]) -> f32 {
    assert_eq!(got.len(), want.len());
    got.iter().zip(want).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn logits_equal_pytorchs() {
    for family in FAMILIES {
        let case = open(family);
        let vocab = case.model.spec.vocab;
        for (lora, last_only) in [(Some(&case.lora), false), (None, true)] {
            let mut session = Session::new(&case.model, lora);
            for (i, b) in case.batch.bounds.windows(2).enumerate() {
                let tokens = &case.batch.tokens[b[0]..b[1]];
                if last_only {
                    let got = session.prefix(None, tokens).unwrap();
                    let want = &case.plain_last_logits[i * vocab..][..vocab];
                    assert!(largest(got.logits(), want) <= 1e-4, "{family} without adapter");
                    continue;
                }
                // Token by token: every row's logits come out.
                let first = session.prefix(None, &tokens[..1]).unwrap();
                let mut got = first.logits().to_vec();
                let id = session.start(&first);
                for token in &tokens[1..] {
                    got.extend(&session.step(&[(id, std::slice::from_ref(token))]).unwrap()[0]);
                }
                let want = &case.logits[b[0] * vocab..b[1] * vocab];
                let apart = largest(&got, want);
                assert!(apart <= 1e-4, "{family}, sequence {i}: {apart}");
            }
        }
    }
}

#[test]
fn every_lora_gradient_equals_pytorchs() {
    for family in FAMILIES {
        let case = open(family);
        let (mean, grads) = gradient(&case, None);
        assert!((mean - f64::from(case.loss)).abs() < 1e-5, "{family}: {mean} {}", case.loss);
        for slot in &case.lora.slots {
            for (range, which) in [(slot.a.clone(), "A"), (slot.b.clone(), "B")] {
                let (got, want) = (&grads[range.clone()], &case.grads[range]);
                let name = format!("{family} {} {} {which}", slot.layer, slot.projection.name());
                assert!(want.iter().any(|v| *v != 0.0), "{name} has no gradient to compare");
                let (apart, cosine) = distance(got, want);
                assert!(apart <= 1e-4, "{name}: relative distance {apart}");
                assert!(cosine > 0.9999, "{name}: cosine {cosine}");
            }
        }
    }
}

#[test]
fn prefixes_and_steps_of_any_cut_give_the_same_bits() {
    let case = open("llama");
    let tokens = &case.batch.tokens[..37];
    let mut session = Session::new(&case.model, Some(&case.lora));
    let whole = session.prefix(None, tokens).unwrap().logits().to_vec();
    for cut in [1, 5, 16, 17, 36] {
        let head = session.prefix(None, &tokens[..cut]).unwrap();
        let rest = session.prefix(Some(&head), &tokens[cut..]).unwrap();
        assert_eq!(rest.logits(), whole, "a prefix on a prefix of {cut}");
        let (again, own) = (After::Nothing { adapter: Some(0) }, &tokens[cut..]);
        let many = [(After::Prefix(&head), own), (again, tokens), (again, &tokens[..2])];
        let many = session.compute_all(&many).unwrap();
        let got: Vec<_> = many.iter().map(|p| (p.tokens(), p.logits() == whole)).collect();
        assert_eq!(got, [(37, true), (37, true), (2, false)], "several prefixes in one pass");
        let (id, other) = (session.start(&head), session.start(&head));
        let both = session.step(&[(other, &tokens[..3]), (id, &tokens[cut..])]).unwrap();
        assert_eq!(both[1], whole, "a step of many tokens, in a batch");
        session.finish(id);
        assert_eq!(session.step(&[(id, &tokens[..1])]).unwrap_err().code(), "unknown-sequence");
    }
}

/// The model alone and two adapters of different rank and targets, mixed in
/// every step, give the bits that each gives in a session of its own.
#[test]
fn base_and_adapters_share_a_batch_and_change_nothing() {
    for family in ["llama", "qwen3"] {
        let case = open(family);
        let targets = vec![Projection::Q, Projection::Down];
        let config = LoraConfig { r: 3, targets, ..LoraConfig::default() };
        let mut other = Lora::init(&case.model.spec, &config).unwrap();
        other.values.iter_mut().enumerate().for_each(|(i, v)| *v += 0.01 * (i % 7) as f32);
        let (head, tail) = (&case.batch.tokens[..9], &case.batch.tokens[9..14]);
        let alone = |lora: Option<&Lora>| {
            let mut session = Session::new(&case.model, lora);
            let head = session.prefix(None, head).unwrap();
            let id = session.start(&head);
            let mut told = vec![head.logits().to_vec()];
            for part in [&tail[..1], &tail[1..]] {
                told.push(session.step(&[(id, part)]).unwrap().remove(0));
            }
            told
        };
        let wanted = [alone(Some(&case.lora)), alone(None), alone(Some(&other))];
        assert!(wanted[0] != wanted[1] && wanted[1] != wanted[2] && wanted[0] != wanted[2]);

        let mut session = Session::with(&case.model, &[&case.lora, &other]);
        let heads = [Some(0), None, Some(1)]
            .map(|adapter| session.compute(After::Nothing { adapter }, head).unwrap());
        let ids = heads.each_ref().map(|head| session.start(head));
        let mut told: Vec<_> = heads.iter().map(|head| vec![head.logits().to_vec()]).collect();
        for part in [&tail[..1], &tail[1..]] {
            let logits = session.step(&ids.map(|id| (id, part))).unwrap();
            told.iter_mut().zip(logits).for_each(|(told, new)| told.push(new));
        }
        assert!(told == wanted, "{family}");
        // A longer prefix goes through what began it.
        let longer = session.prefix(Some(&heads[2]), tail).unwrap();
        assert_eq!(longer.logits(), wanted[2][2]);
        let wrong = session.compute(After::Nothing { adapter: Some(2) }, head).err().unwrap();
        assert_eq!(wrong.code(), "batch");
    }
}

#[test]
fn packed_sequences_give_the_gradient_of_separate_ones() {
    let case = open("llama");
    let (_, packed) = gradient(&case, None);
    let mut learner = learner(&case.model, case.lora.clone()).unwrap();
    for b in case.batch.bounds.windows(2) {
        let inside = |t: &&Target| (b[0]..b[1]).contains(&(t.row as usize));
        let shift = |t: &Target| Target { row: t.row - b[0] as u32, token: t.token };
        let one = Batch {
            tokens: case.batch.tokens[b[0]..b[1]].to_vec(),
            bounds: vec![0, b[1] - b[0]],
            targets: case.batch.targets.iter().filter(inside).map(shift).collect(),
        };
        learner.accumulate(&one, &micro(&case, None)).unwrap();
    }
    let (far, _) = distance(&learner.gradient(), &packed);
    assert!(far < 1e-6, "{far}");
}

#[test]
fn one_thread_and_many_give_the_same_bits() {
    let case = open("llama");
    let dropout = Some(Dropout { seed: 1, step: 2 });
    let results: Vec<_> = [1, 2, 5]
        .into_iter()
        .map(|n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| gradient(&case, dropout))
        })
        .collect();
    assert!(results.windows(2).all(|w| w[0] == w[1]));
}

#[test]
fn dropout_is_regenerated_and_averages_out() {
    let mut case = open("llama");
    case.lora.config.dropout = 0.3;
    let (a, b) = (Dropout { seed: 9, step: 1 }, Dropout { seed: 9, step: 2 });
    let (first, again, other) =
        (gradient(&case, Some(a)), gradient(&case, Some(a)), gradient(&case, Some(b)));
    assert_eq!(first, again);
    assert_ne!(first, other);
    // Against finite differences of the dropped-out loss itself.
    let target = case.lora.slot(0, Projection::K).unwrap().b.start + 1;
    let mut at = |shift: f32| {
        let keep = case.lora.values[target];
        case.lora.values[target] = keep + shift;
        let (mean, _) = gradient(&case, Some(a));
        case.lora.values[target] = keep;
        mean
    };
    let slope = (at(1e-2) - at(-1e-2)) / 2e-2;
    let got = f64::from(first.1[target]);
    assert!((slope - got).abs() < 1e-2 * slope.abs(), "{got} for {slope}");
}

#[test]
fn the_loss_alone_is_the_loss_with_gradients() {
    let case = open("llama");
    let (with, _) = gradient(&case, None);
    let mut learner = learner(&case.model, case.lora.clone()).unwrap();
    let alone = learner.loss(&case.batch, true).unwrap();
    assert_eq!(alone.mean().unwrap().to_bits(), with.to_bits());
}

#[test]
fn an_inconsistent_batch_is_refused() {
    let case = open("llama");
    let mut learner = learner(&case.model, case.lora.clone()).unwrap();
    let mut refuse = |change: &dyn Fn(&mut Batch)| {
        let mut batch = case.batch.clone();
        change(&mut batch);
        learner.loss(&batch, false).unwrap_err().code()
    };
    assert_eq!(refuse(&|b| b.tokens[3] = 128), "token-range");
    assert_eq!(refuse(&|b| b.targets[0].token = 4000), "token-range");
    assert_eq!(refuse(&|b| b.bounds[1] = 0), "batch");
    assert_eq!(refuse(&|b| b.bounds = vec![0, 3]), "batch");
    assert_eq!(refuse(&|b| b.targets.reverse()), "batch");
    assert_eq!(refuse(&|b| b.targets.push(Target { row: 900, token: 0 })), "batch");
}

#[test]
fn a_folder_without_a_model_is_refused() {
    let error = Model::open(&folder("nothing"), &OpenOptions::default()).err().unwrap();
    assert_eq!(error.code(), "io");
    let parity = folder("llama").join("..");
    assert_eq!(Model::open(&parity, &OpenOptions::default()).err().unwrap().code(), "not-a-model");
}
