//! Numbers as text, the same on every page.

use shinsa_stats::Estimate;

/// `value` with `digits` decimals, a true minus sign, and no "-0.00".
pub(crate) fn fixed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.to_owned(),
        Some(rest) => format!("\u{2212}{rest}"),
        None => text,
    }
}

/// A share as a percentage with one decimal.
pub(crate) fn percent(share: f64) -> String {
    format!("{}%", fixed(share * 100.0, 1))
}

/// A whole number with thousands separated.
pub(crate) fn whole(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `p = 0.012`, `p < 0.001`.
pub(crate) fn p_value(p: f64) -> String {
    if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {}", fixed(p, 3)) }
}

/// A number small or large enough to need an exponent, else plain.
pub(crate) fn short(value: f64) -> String {
    if value != 0.0 && (value.abs() < 1e-3 || value.abs() >= 1e5) {
        format!("{value:.2e}")
    } else {
        fixed(value, 4)
    }
}

/// Bytes in MiB or GiB.
pub(crate) fn bytes(count: u64) -> String {
    let mib = count as f64 / (1024.0 * 1024.0);
    if mib >= 1024.0 {
        format!("{} GiB", fixed(mib / 1024.0, 2))
    } else {
        format!("{} MiB", fixed(mib, 0))
    }
}

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Two decimals.
    Plain,
    /// A percentage.
    Share,
}

impl Unit {
    pub(crate) fn show(self, value: f64) -> String {
        match self {
            Unit::Plain => fixed(value, 2),
            Unit::Share => percent(value),
        }
    }
}

/// `[low, high]` of an estimate, or nothing when it has no two-sided interval, or one
/// that says nothing.
pub(crate) fn interval(estimate: &Estimate, unit: Unit) -> Option<String> {
    if estimate.reason.is_some() {
        return None;
    }
    Some(format!("[{}, {}]", unit.show(estimate.low?), unit.show(estimate.high?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form() {
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(fixed(-1.5, 1), "\u{2212}1.5");
        assert_eq!(percent(0.18104), "18.1%");
        assert_eq!(whole(1_234_567), "1,234,567");
        assert_eq!(whole(12), "12");
        assert_eq!(p_value(0.0001), "p < 0.001");
        assert_eq!(p_value(0.0124), "p = 0.012");
        assert_eq!(bytes(98_362_432), "94 MiB");
        assert_eq!(bytes(2 << 30), "2.00 GiB");
        assert_eq!(short(0.0002), "2.00e-4");
    }
}
