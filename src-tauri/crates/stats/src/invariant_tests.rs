//! What must hold for any data, over many random tables.

use crate::*;

const LABELS: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];

fn table(rng: &mut Rng) -> Vec<Vec<Option<f64>>> {
    let (units, raters) = (2 + rng.below(12), 2 + rng.below(4));
    let levels = 1 + rng.below(5);
    let cell = |rng: &mut Rng| (rng.below(4) > 0).then(|| (1 + rng.below(levels)) as f64);
    (0..units).map(|_| (0..raters).map(|_| cell(rng)).collect()).collect()
}

fn near(a: Result<f64, Undefined>, b: Result<f64, Undefined>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => (a - b).abs() < 1e-9,
        (a, b) => a == b,
    }
}

#[test]
fn agreement_never_exceeds_one_and_is_never_nan() {
    let mut rng = Rng::new(1, 0);
    for _ in 0..500 {
        let rows = table(&mut rng);
        let ratings = Ratings::new(rows[0].len(), rows).unwrap();
        for metric in [Metric::Nominal, Metric::Ordinal, Metric::Interval] {
            let value = krippendorff_alpha(&ratings, metric).unwrap_or(0.0);
            assert!(value <= 1.0 + 1e-12 && value.is_finite(), "{ratings:?}");
        }
        for weights in [Weights::None, Weights::Linear, Weights::Quadratic] {
            let value = gwet_ac(&ratings, &LABELS, weights).unwrap_or(0.0);
            assert!(value <= 1.0 + 1e-12 && value.is_finite(), "{ratings:?}");
        }
        let single = icc(&ratings, IccForm::Single, 0.95);
        assert!([single.value, single.low, single.high].iter().flatten().all(|v| v.is_finite()));
    }
}

#[test]
fn the_order_of_units_and_raters_does_not_matter() {
    let mut rng = Rng::new(2, 0);
    for _ in 0..300 {
        let rows = table(&mut rng);
        let raters = rows[0].len();
        let turned: Vec<Vec<Option<f64>>> =
            rows.iter().rev().map(|row| row.iter().rev().copied().collect()).collect();
        let (a, b) = (Ratings::new(raters, rows).unwrap(), Ratings::new(raters, turned).unwrap());
        for metric in [Metric::Nominal, Metric::Ordinal, Metric::Interval] {
            assert!(near(krippendorff_alpha(&a, metric), krippendorff_alpha(&b, metric)));
        }
        let ac = |ratings| gwet_ac(ratings, &LABELS, Weights::Quadratic);
        assert!(near(ac(&a), ac(&b)));
        assert!(near(raw_agreement(&a), raw_agreement(&b)));
    }
}

#[test]
fn kappa_is_symmetric_and_turning_the_scale_round_leaves_it() {
    let mut rng = Rng::new(3, 0);
    for _ in 0..300 {
        let n = 1 + rng.below(20);
        let mut draw = || (0..n).map(|_| (1 + rng.below(5)) as f64).collect::<Vec<f64>>();
        let (a, b) = (draw(), draw());
        let turn = |values: &[f64]| values.iter().map(|v| 6.0 - v).collect::<Vec<f64>>();
        for weights in [Weights::None, Weights::Linear, Weights::Quadratic] {
            let value = kappa(&a, &b, &LABELS, weights);
            assert!(near(value, kappa(&b, &a, &LABELS, weights)));
            assert!(near(value, kappa(&turn(&a), &turn(&b), &LABELS, weights)));
        }
    }
}

#[test]
fn an_exact_interval_holds_its_share_and_shrinks_with_more_items() {
    for n in [1usize, 2, 15, 126] {
        for events in 0..=n {
            let both = clopper_pearson(events, n, 0.95, Side::Both);
            let (low, high) = (both.low.unwrap(), both.high.unwrap());
            assert!(low <= both.value.unwrap() && both.value.unwrap() <= high);
            let tenfold = clopper_pearson(10 * events, 10 * n, 0.95, Side::Both);
            assert!(tenfold.high.unwrap() - tenfold.low.unwrap() < high - low);
            let upper = clopper_pearson(events, n, 0.95, Side::Upper).high.unwrap();
            assert!(upper <= high + 1e-12);
        }
    }
}

#[test]
fn changing_one_rating_changes_alpha() {
    let rows: Vec<Vec<Option<f64>>> =
        (0..60).map(|i| vec![Some(f64::from(i % 5 + 1)), Some(f64::from(i * 7 % 5 + 1))]).collect();
    let mut other = rows.clone();
    other[17][1] = Some(if rows[17][1] == Some(1.0) { 2.0 } else { 1.0 });
    let alpha =
        |rows| krippendorff_alpha(&Ratings::new(2, rows).unwrap(), Metric::Ordinal).unwrap();
    assert_ne!(alpha(rows), alpha(other));
}
