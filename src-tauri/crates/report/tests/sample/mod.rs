//! Figures of an invented project, computed by `stats` from invented numbers.

use std::collections::BTreeMap;

use shinsa_domain::Text;
use shinsa_report::*;
use shinsa_stats::*;

const LEVELS: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];

fn text(ja: &str, en: &str) -> Text {
    Text { ja: ja.to_owned(), en: en.to_owned() }
}

fn model() -> ModelFigure {
    ModelFigure {
        name: "SmolLM2-135M-Instruct".into(),
        weights: "9f2c".repeat(16),
        parameters: 134_515_008,
    }
}

fn level(rng: &mut Rng, centre: f64, noise: u64) -> f64 {
    (centre + rng.below(2 * noise + 1) as f64 - noise as f64).clamp(1.0, 5.0)
}

fn experts(how: &Resampling) -> ExpertFigures {
    let mut rng = Rng::new(1, 1);
    let mut safety = Vec::new();
    let mut harm = Vec::new();
    for i in 0..128u64 {
        let truth = (rng.below(5) + 1) as f64;
        let mut row = Vec::new();
        for rater in 0..3 {
            let slip = u64::from(rng.below(4) == 0);
            let rated = rater < 2 || i % 2 == 0;
            row.push(rated.then(|| level(&mut rng, truth, slip)));
        }
        harm.push(row.iter().map(|v| v.map(|v| f64::from(u8::from(v < 1.5)))).collect());
        safety.push(row);
    }
    let cases: Vec<usize> = (0..128).map(|i| i / 2).collect();
    let constant = vec![vec![Some(1.0), Some(1.0), None]; 128];
    let criterion =
        |id: &str, title, rows: &[Vec<Option<f64>>], scale: &Scale| CriterionAgreement {
            id: id.into(),
            title,
            of_items: id.contains("[]"),
            agreement: Agreement::of(&Ratings::new(3, rows.to_vec()).unwrap(), scale, &cases, how),
        };
    let ordinal = Scale::Ordinal(LEVELS.to_vec());
    let flag = Scale::Nominal(vec![0.0, 1.0]);
    ExpertFigures {
        raters: ["rater-a", "rater-b", "rater-c"]
            .into_iter()
            .zip(["nurse", "pharmacist", "physician"])
            .map(|(name, profession)| RaterFigure {
                name: name.into(),
                profession: Some(profession.into()),
                ratings: 128,
            })
            .collect(),
        pairs: pairwise(&Ratings::new(3, safety.clone()).unwrap(), &ordinal, &cases, how),
        criteria: vec![
            criterion("safety", text("安全性", "Safety"), &safety, &ordinal),
            criterion("harm", text("有害", "Harmful"), &harm, &flag),
            criterion("tone", text("言葉づかい", "Tone"), &constant, &ordinal),
            criterion("drugs[].harm", text("薬剤 · 害", "Drugs · Harm"), &harm, &flag),
        ],
    }
}

fn judge(name: &str, noise: u64, how: &Resampling) -> (JudgeFigures, Vec<Judged>) {
    let mut rng = Rng::new(7, noise);
    let judged: Vec<Judged> = (0..24)
        .map(|i| {
            let gold = (i % 5 + 1) as f64;
            let centre = if noise > 2 { 3.0 } else { gold };
            let mut samples: Vec<Option<f64>> =
                (0..4).map(|_| Some(level(&mut rng, centre, noise))).collect();
            if name == "untrained" && i == 3 {
                samples[2] = None;
            }
            Judged { case: i / 2, gold, samples }
        })
        .collect();
    let flag = |value: f64| f64::from(u8::from(value < 1.5));
    let flags: Vec<Judged> = judged
        .iter()
        .map(|item| Judged {
            case: item.case,
            gold: flag(item.gold),
            samples: item.samples.iter().map(|s| s.map(flag)).collect(),
        })
        .collect();
    let levels = [
        ("危険", "Dangerous"),
        ("問題あり", "Problematic"),
        ("不十分", "Incomplete"),
        ("おおむね安全", "Mostly safe"),
        ("安全", "Safe"),
    ];
    let figures = JudgeFigures {
        name: name.into(),
        model: model(),
        adapter: (name == "trained").then(|| "ab12".repeat(16)),
        judge: format!("{:064x}", noise * 977),
        samples: 4,
        criteria: vec![CriterionComparison {
            id: "safety".into(),
            title: text("安全性", "Safety"),
            levels: levels.map(|(ja, en)| text(ja, en)).to_vec(),
            comparison: Comparison::of(&judged, &LEVELS, how),
            bounds: Some(JudgedBounds::of(&judged, &LEVELS, how)),
        }],
        harm: Some(FlagComparison::of(&flags, how)),
        harm_bounds: Some(FlagBounds::of(&flags, how)),
        own: (name == "untrained")
            .then(|| OwnFigure { outputs: 2, allowed: "smollm2-135m".into() }),
        mass: Some(if noise > 2 { 0.412 } else { 0.987 }),
    };
    (figures, judged)
}

fn training() -> TrainingFigures {
    let mut rng = Rng::new(3, 3);
    let steps = (1..=40)
        .map(|step| StepFigure {
            step,
            loss: 0.5 + 2.2 * (-0.09 * step as f64).exp() + 0.35 * rng.unit(),
            lr: 2e-4 * (1.0 - step as f64 / 41.0),
            grad_norm: 0.4 + rng.unit(),
            targets: 260,
        })
        .collect();
    let losses = [2.81, 1.62, 1.02, 0.81, 0.74];
    TrainingFigures {
        model: model(),
        trainable_parameters: 2_442_240,
        examples: 100,
        evaluation_examples: 12,
        tokens: 48_213,
        settings: [
            ("r", "8"),
            ("alpha", "16"),
            ("dropout", "0.05"),
            ("learning-rate", "2e-4"),
            ("epochs", "2"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        steps,
        evaluation: losses
            .into_iter()
            .enumerate()
            .map(|(i, loss)| EvaluationFigure { step: i * 10, loss })
            .collect(),
    }
}

/// Both judges beside each other, and a pair that was refused.
fn pairs(before: &[Judged], after: &[Judged], how: &Resampling) -> Vec<PairFigures> {
    let stand = |item: &Judged| {
        let error = item.error()?;
        Some(Stand { error, agreement: f64::from(u8::from(error == 0.0)), right: error == 0.0 })
    };
    let faced: Vec<Faced> = before
        .iter()
        .zip(after)
        .map(|(b, a)| Faced { case: b.case, most: 4.0, before: stand(b), after: stand(a) })
        .collect();
    let criterion = |id: &str, title, answering| PairCriterion {
        id: id.into(),
        title,
        versus: Versus::of(&faced, answering, how),
    };
    let mut criteria = vec![
        criterion("safety", text("安全性", "Safety"), Answering::Graded),
        criterion("harm", text("有害", "Harmful"), Answering::RightOrWrong),
    ];
    adjust(&mut criteria.iter_mut().map(|c| &mut c.versus).collect::<Vec<_>>());
    let pair = |refused: Option<&str>, criteria| PairFigures {
        before: "untrained".into(),
        after: "trained".into(),
        refused: refused.map(str::to_owned),
        criteria,
    };
    vec![pair(None, criteria), pair(Some("compare-items-differ"), Vec::new())]
}

/// A probe that lifts every level by half a one.
fn probe(kind: &str, filler_chars: Option<u32>, how: &Resampling) -> ProbeFigures {
    let plain: Vec<f64> = (0..12).map(|i| f64::from(i % 4 + 1)).collect();
    let changed: Vec<f64> = plain.iter().map(|v| v + 0.5).collect();
    let cases: Vec<usize> = (0..12).collect();
    ProbeFigures {
        name: format!("{kind}-1"),
        kind: kind.into(),
        filler_chars,
        judge: "77".repeat(32),
        samples: 2,
        outputs: 13,
        missing: 1,
        criteria: vec![ProbeCriterion {
            id: "safety".into(),
            title: text("安全性", "Safety"),
            plain: Some(over_cases(&plain, &cases, how, "mean-verdict")),
            changed: Some(over_cases(&changed, &cases, how, "mean-verdict")),
            effect: Some(sign_flip(&plain, &changed, &cases, how)),
            p_holm: Some(0.001),
            flips: clopper_pearson(6, 12, 0.95, Side::Both),
        }],
    }
}

/// A full set of figures.
pub fn figures() -> Figures {
    let how = Resampling { replicates: 400, ..Resampling::seeded(11) };
    let (untrained, before) = judge("untrained", 3, &how);
    let (trained, after) = judge("trained", 1, &how);
    let both: Vec<(usize, f64, f64)> = before
        .iter()
        .zip(&after)
        .filter_map(|(b, a)| Some((b.case, b.error()?, a.error()?)))
        .collect();
    let column = |of: fn(&(usize, f64, f64)) -> f64| both.iter().map(of).collect::<Vec<f64>>();
    let cases: Vec<usize> = both.iter().map(|row| row.0).collect();
    Figures {
        format: FORMAT,
        project: "デモ Demo <転倒・転落>".into(),
        synthetic: true,
        rubric: RubricFigure {
            id: "answer-safety".into(),
            title: text("回答の安全性", "Answer safety"),
            version: 1,
        },
        counts: Counts {
            cases: BTreeMap::from([("ja".into(), 40), ("en".into(), 24)]),
            outputs: 128,
            ratings: 320,
            gold_unanimous: 71,
            gold_adjudicated: 55,
            undecided: 2,
            training_outputs: 102,
            training_cases: 52,
            held_out_outputs: 24,
            held_out_cases: 12,
            exported: BTreeMap::from([("sft.jsonl".into(), 126), ("ratings.csv".into(), 1280)]),
        },
        primary: "safety".into(),
        experts: experts(&how),
        training: Some(training()),
        change: Some(sign_flip(&column(|r| r.1), &column(|r| r.2), &cases, &how)),
        judges: vec![untrained, trained],
        pairs: pairs(&before, &after, &how),
        probes: vec![probe("order", None, &how), probe("verbosity", Some(400), &how)],
        harm: Some(HarmFigures {
            title: text("有害", "Harmful"),
            events: 3,
            rate: clopper_pearson(3, 126, 0.95, Side::Upper),
        }),
        drawn: None,
        seeds: BTreeMap::from([("train".into(), 20_240_601), ("judge".into(), 7)]),
        hashes: ["rubric", "data", "passport-train", "passport-trained"]
            .map(|name| HashFigure { name: name.into(), hash: "0123456789abcdef".repeat(4) })
            .to_vec(),
    }
}

/// Times and places to go with them.
pub fn volatile() -> Volatile {
    Volatile {
        seconds: 432.7,
        peak_rss_bytes: 1_234_567_890,
        timings: [
            ("import", 1.4),
            ("train", 250.2),
            ("judge-untrained", 88.0),
            ("judge-trained", 87.5),
        ]
        .map(|(phase, seconds)| Timing { phase: phase.into(), seconds })
        .to_vec(),
        files: [("sft", "demo/exports/sft.jsonl"), ("adapter", "demo/adapters/judge-1")]
            .map(|(name, path)| FileFigure { name: name.into(), path: path.into() })
            .to_vec(),
        facts: BTreeMap::from([("threads".into(), "2".into())]),
    }
}

/// Figures of draws that were not even.
pub fn drawn() -> DrawnFigures {
    let steps: Vec<DrawStep> = (0..20)
        .map(|i| DrawStep { probability: f64::from(1 + i % 2) / 60.0, among: 60 - i })
        .collect();
    let weights = draw_weights(&steps).unwrap();
    let rows: Vec<(f64, f64)> =
        weights.iter().enumerate().map(|(i, w)| (*w, f64::from(u8::from(i % 2 == 1)))).collect();
    let how = Resampling { replicates: 400, ..Resampling::seeded(11) };
    let clusters: Vec<usize> = (0..20).map(|i| i / 2).collect();
    let estimate = |even: bool, name: &str| {
        cluster_bootstrap(&clusters, &how, name, &|picked| {
            let of = |row: &usize| if even { (1.0, rows[*row].1) } else { rows[*row] };
            weighted_mean(&picked.iter().map(of).collect::<Vec<_>>())
        })
    };
    DrawnFigures {
        random: 4,
        disagreement: 9,
        uncertainty: 11,
        not_drawn: 2,
        shares: vec![
            DrawnShare {
                what: DrawnWhat::Harm(text("有害", "Harmful")),
                plain: estimate(true, "share-of-ratings"),
                weighted: estimate(false, "share-of-ratings-lure-hajek"),
                effective: effective_size(&weights).ok(),
            },
            DrawnShare {
                what: DrawnWhat::Label("pass".into()),
                plain: estimate(true, "share-of-ratings"),
                weighted: Estimate::undefined(Undefined::TooFewItems, 0, "share-of-ratings"),
                effective: None,
            },
        ],
    }
}
