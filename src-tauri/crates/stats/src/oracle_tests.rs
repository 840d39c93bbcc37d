//! Values of reference implementations (`fixtures/make.py`, which names them and their
//! versions), met to 1e-9.

use serde_json::Value;

use crate::*;

fn oracles() -> Value {
    serde_json::from_str(include_str!("../fixtures/oracles.json")).unwrap()
}

fn rows(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    rows(value).iter().map(|x| x.as_f64().unwrap()).collect()
}

#[track_caller]
fn near(value: f64, oracle: &Value, what: &str) {
    let oracle = oracle.as_f64().unwrap();
    assert!((value - oracle).abs() < 1e-9, "{what}: {value} but the oracle says {oracle}");
}

/// The fixture lists raters down; ours lists units down.
fn ratings(by_rater: &Value) -> Ratings {
    let columns = rows(by_rater);
    let units = rows(&columns[0]).len();
    let table = (0..units).map(|unit| columns.iter().map(|column| column[unit].as_f64()).collect());
    Ratings::new(columns.len(), table.collect()).unwrap()
}

#[test]
fn alpha_equals_the_krippendorff_package() {
    for case in rows(&oracles()["agreement"]) {
        let table = ratings(&case["raters"]);
        for metric in [Metric::Nominal, Metric::Ordinal, Metric::Interval] {
            let name = format!("alpha_{}", metric.name());
            near(krippendorff_alpha(&table, metric).unwrap(), &case[&name], &name);
        }
    }
}

#[test]
fn the_textbook_table_gives_the_textbook_values() {
    let table = ratings(&oracles()["agreement"][0]["raters"]);
    for (metric, value) in
        [(Metric::Nominal, 0.743421), (Metric::Ordinal, 0.815388), (Metric::Interval, 0.849107)]
    {
        assert!((krippendorff_alpha(&table, metric).unwrap() - value).abs() < 1e-6);
    }
    let labels = [1.0, 2.0, 3.0, 4.0, 5.0];
    assert!((gwet_ac(&table, &labels, Weights::Quadratic).unwrap() - 0.914).abs() < 5e-4);
}

#[test]
fn ac1_ac2_and_raw_agreement_equal_irrcac() {
    for case in rows(&oracles()["agreement"]) {
        let table = ratings(&case["raters"]);
        let labels = numbers(&case["labels"]);
        for (name, weights) in [
            ("ac1", Weights::None),
            ("ac2_linear", Weights::Linear),
            ("ac2_quadratic", Weights::Quadratic),
        ] {
            near(gwet_ac(&table, &labels, weights).unwrap(), &case[name], name);
        }
        near(raw_agreement(&table).unwrap(), &case["raw"], "raw");
    }
}

#[test]
fn icc_equals_pingouin_and_its_interval_to_the_places_printed() {
    for case in rows(&oracles()["icc"]) {
        let units: Vec<Vec<Option<f64>>> = rows(&case["rows"])
            .iter()
            .map(|row| numbers(row).into_iter().map(Some).collect())
            .collect();
        let table = Ratings::new(units[0].len(), units).unwrap();
        for (name, form) in [("single", IccForm::Single), ("average", IccForm::Average)] {
            let ours = icc(&table, form, 0.95);
            near(ours.value.unwrap(), &case[name]["value"], name);
            let printed = numbers(&case[name]["ci"]);
            assert!((ours.low.unwrap() - printed[0]).abs() <= 0.005 + 1e-9, "{ours:?} {printed:?}");
            assert!(
                (ours.high.unwrap() - printed[1]).abs() <= 0.005 + 1e-9,
                "{ours:?} {printed:?}"
            );
        }
    }
}

#[test]
fn kappas_and_the_confusion_table_equal_scikit_learn() {
    for case in rows(&oracles()["kappa"]) {
        let (a, b, labels) = (numbers(&case["a"]), numbers(&case["b"]), numbers(&case["labels"]));
        for (name, weights) in [
            ("none", Weights::None),
            ("linear", Weights::Linear),
            ("quadratic", Weights::Quadratic),
        ] {
            near(kappa(&a, &b, &labels, weights).unwrap(), &case[name], name);
        }
        let table = Confusion::of(&a, &b, &labels).unwrap();
        assert_eq!(serde_json::to_value(&table.counts).unwrap(), case["confusion"]);
        near(table.macro_f1().unwrap(), &case["macro_f1"], "macro_f1");
        near(table.within(0).unwrap(), &case["exact"], "exact");
        near(table.within(1).unwrap(), &case["within_one"], "within_one");
        near(mean_absolute_error(&a, &b).unwrap(), &case["mae"], "mae");
    }
}

#[test]
fn leaving_unused_levels_out_changes_the_quadratic_kappa() {
    let oracles = oracles();
    let case = rows(&oracles["kappa"]).last().unwrap();
    let (a, b) = (numbers(&case["a"]), numbers(&case["b"]));
    let trapped = kappa(&a, &b, &[2.0, 3.0, 5.0], Weights::Quadratic).unwrap();
    near(trapped, &case["quadratic_unlabelled"], "unlabelled");
    let whole = kappa(&a, &b, &numbers(&case["labels"]), Weights::Quadratic).unwrap();
    assert!((whole - trapped).abs() > 0.01);
}

#[test]
fn clopper_pearson_equals_scipy_on_either_side() {
    for case in rows(&oracles()["clopper_pearson"]) {
        let (k, n) =
            (case["events"].as_u64().unwrap() as usize, case["n"].as_u64().unwrap() as usize);
        let of = |side| clopper_pearson(k, n, 0.95, side);
        near(of(Side::Both).low.unwrap(), &case["both"][0], "low");
        near(of(Side::Both).high.unwrap(), &case["both"][1], "high");
        near(of(Side::Upper).high.unwrap(), &case["upper"][1], "upper");
        near(of(Side::Lower).low.unwrap(), &case["lower"][0], "lower");
    }
}

#[test]
fn mcnemar_equals_statsmodels() {
    for case in rows(&oracles()["mcnemar"]) {
        let (b, c) = (case["b"].as_u64().unwrap(), case["c"].as_u64().unwrap());
        near(mcnemar_exact(b as usize, c as usize), &case["p"], "p");
    }
}

#[test]
fn the_exact_sign_flip_test_equals_scipy() {
    for case in rows(&oracles()["sign_flip"]) {
        let after = numbers(&case["differences"]);
        let clusters: Vec<usize> = (0..after.len()).collect();
        let test = sign_flip(&vec![0.0; after.len()], &after, &clusters, &Resampling::seeded(1));
        near(test.p.unwrap(), &case["p"], "p");
    }
}

#[test]
fn beta_f_and_quantiles_equal_scipy_and_numpy() {
    for case in rows(&oracles()["beta"]) {
        let at = |name: &str| case[name].as_f64().unwrap();
        near(incomplete_beta(at("a"), at("b"), at("x")), &case["cdf"], "cdf");
        near(beta_quantile(at("x"), at("a"), at("b")), &case["q"], "q");
    }
    for case in rows(&oracles()["f"]) {
        let at = |name: &str| case[name].as_f64().unwrap();
        near(f_quantile(at("p"), at("d1"), at("d2")), &case["q"], "f");
    }
    let case = &oracles()["quantile"];
    for pair in rows(&case["at"]) {
        near(
            quantile(&numbers(&case["values"]), pair[0].as_f64().unwrap()).unwrap(),
            &pair[1],
            "quantile",
        );
    }
}

#[test]
fn brier_equals_scikit_learn_and_ppi_its_formula() {
    let case = &oracles()["brier"];
    let outcomes: Vec<bool> = rows(&case["y"]).iter().map(|y| y.as_bool().unwrap()).collect();
    near(brier(&numbers(&case["p"]), &outcomes).unwrap(), &case["value"], "brier");
    for case in rows(&oracles()["ppi"]) {
        let rated: Vec<(f64, f64)> =
            numbers(&case["y"]).into_iter().zip(numbers(&case["f"])).collect();
        let ours = ppi_mean(&rated, &numbers(&case["u"]), 0.95);
        near(ours.value.unwrap(), &case["value"], "ppi");
        near(ours.low.unwrap(), &case["low"], "ppi low");
        near(ours.high.unwrap(), &case["high"], "ppi high");
    }
}
