//! Several tests at once.

use crate::Undefined;

/// Holm's step-down correction: p values that may be read against one level
/// together, in the order given. With p(1) <= ... <= p(m):
/// adjusted p(i) = max over j <= i of min(1, (m - j + 1) p(j)).
/// Undefined: a value outside 0 to 1 (`BadValue`).
/// Source: Holm, Scand J Statist 6 (1979) 65; statsmodels' `multipletests(method="holm")`
/// is the oracle.
pub fn holm(p: &[f64]) -> Result<Vec<f64>, Undefined> {
    if !p.iter().all(|p| (0.0..=1.0).contains(p)) {
        return Err(Undefined::BadValue);
    }
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![0.0; p.len()];
    let mut running = 0.0f64;
    for (rank, &place) in order.iter().enumerate() {
        running = running.max(((p.len() - rank) as f64 * p[place]).min(1.0));
        adjusted[place] = running;
    }
    Ok(adjusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_by_hand() {
        // .01 * 3, .04 * 2, max(.08, .03 * ...): sorted .01 .03 .04 -> .03 .06 .06.
        let adjusted = holm(&[0.01, 0.04, 0.03]).unwrap();
        for (ours, by_hand) in adjusted.iter().zip([0.03, 0.06, 0.06]) {
            assert!((ours - by_hand).abs() < 1e-15);
        }
        assert_eq!(holm(&[]), Ok(vec![]));
        assert_eq!(holm(&[0.2]), Ok(vec![0.2]));
        assert_eq!(holm(&[0.9, 0.8]), Ok(vec![1.0, 1.0]));
        assert_eq!(holm(&[1.2]), Err(Undefined::BadValue));
        assert_eq!(holm(&[f64::NAN]), Err(Undefined::BadValue));
    }
}
