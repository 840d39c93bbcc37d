//! Values of reference implementations for comparing judges (`fixtures/judges.py`,
//! which names them and their versions), met to 1e-9.

use serde_json::Value;

use crate::*;

fn oracles() -> Value {
    serde_json::from_str(include_str!("../fixtures/judges.json")).unwrap()
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

#[test]
fn holm_equals_statsmodels() {
    for case in rows(&oracles()["holm"]) {
        for (ours, theirs) in
            holm(&numbers(&case["p"])).unwrap().iter().zip(rows(&case["adjusted"]))
        {
            near(*ours, theirs, "holm");
        }
    }
}

#[test]
fn bounds_equal_their_formula_in_numpy() {
    for case in rows(&oracles()["bounds"]) {
        let limits = numbers(&case["limits"]);
        let asked: Vec<Asked> = rows(&case["values"])
            .iter()
            .enumerate()
            .map(|(i, v)| Asked { case: i, value: v.as_f64(), least: limits[0], most: limits[1] })
            .collect();
        let ours = manski_mean(&asked, &Resampling::seeded(1), "mean");
        near(ours.seen.value.unwrap(), &case["seen"], "seen");
        near(ours.least.value.unwrap(), &case["least"], "least");
        near(ours.most.value.unwrap(), &case["most"], "most");
        assert!(ours.least.low <= ours.seen.value && ours.most.high >= ours.seen.value);
    }
}

fn faced(case: &Value) -> Vec<Faced> {
    let cases: Vec<usize> =
        rows(&case["cases"]).iter().map(|c| c.as_u64().unwrap() as usize).collect();
    let stand = |error: f64| {
        Some(Stand { error, agreement: f64::from(u8::from(error == 0.0)), right: error == 0.0 })
    };
    let errors = numbers(&case["before"]).into_iter().zip(numbers(&case["after"]));
    cases
        .into_iter()
        .zip(errors)
        .map(|(case, (b, a))| Faced { case, most: 4.0, before: stand(b), after: stand(a) })
        .collect()
}

#[test]
fn paired_judges_equal_scipys_permutation_test_on_case_means() {
    for case in rows(&oracles()["versus"]) {
        let ours = Versus::of(&faced(case), Answering::Graded, &Resampling::seeded(1));
        near(ours.error.difference.value.unwrap(), &case["difference"], "difference");
        near(ours.p.unwrap(), &case["p"], "p");
        assert_eq!(
            (ours.wins as u64, ours.losses as u64),
            (case["wins"].as_u64().unwrap(), case["losses"].as_u64().unwrap())
        );
    }
}

#[test]
fn right_or_wrong_equals_statsmodels_mcnemar() {
    let oracles = oracles();
    let case = &oracles["right_or_wrong"];
    let ours = Versus::of(&faced(case), Answering::RightOrWrong, &Resampling::seeded(1));
    assert_eq!(ours.test, "mcnemar-exact");
    near(ours.p.unwrap(), &case["mcnemar"], "mcnemar");
    assert_eq!(ours.only_before as u64, case["only_before"].as_u64().unwrap());
    assert_eq!(ours.only_after as u64, case["only_after"].as_u64().unwrap());
}

#[test]
fn weights_equal_their_formulas_in_numpy_and_scipy() {
    for case in rows(&oracles()["weights"]) {
        let errors: Vec<Vec<f64>> = rows(&case["errors"]).iter().map(numbers).collect();
        let ours = inverse_error_weights(&errors).unwrap();
        ours.iter().zip(rows(&case["weights"])).for_each(|(o, t)| near(*o, t, "weight"));
    }
    for case in rows(&oracles()["odds"]) {
        let right: Vec<(usize, usize)> = rows(&case["right"])
            .iter()
            .map(|r| (r[0].as_u64().unwrap() as usize, r[1].as_u64().unwrap() as usize))
            .collect();
        let ours = log_odds_weights(&right, case["classes"].as_u64().unwrap() as usize).unwrap();
        ours.iter().zip(rows(&case["weights"])).for_each(|(o, t)| near(*o, t, "odds"));
    }
}
