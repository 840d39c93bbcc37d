//! Times as text: RFC 3339, section 5.6.

use shinsa_domain::Millis;

/// Reads `2026-04-01T09:30:00+09:00`, also with a blank for `T` and fractions
/// of a second; a time without an offset is refused, since nobody could tell
/// when it was.
pub(crate) fn read_time(text: &str) -> Option<Millis> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
    };
    let mark = |at: usize, one_of: &[u8]| bytes.get(at).filter(|byte| one_of.contains(byte));
    mark(4, b"-")?;
    mark(7, b"-")?;
    mark(10, b"Tt ")?;
    mark(13, b":")?;
    mark(16, b":")?;
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let mut rest = text.get(19..)?;
    let mut millis = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        millis = format!("{:0<3}", &fraction[..digits.min(3)]).parse().ok()?;
        rest = &fraction[digits..];
    }
    let offset = match rest {
        "Z" | "z" => 0,
        _ => {
            let (sign, clock) = match rest.as_bytes().first()? {
                b'+' => (1, rest.get(1..)?),
                b'-' => (-1, rest.get(1..)?),
                _ => return None,
            };
            let (hours, minutes) = clock.split_once(':')?;
            if hours.len() != 2 || minutes.len() != 2 {
                return None;
            }
            let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            sign * (i64::from(hours) * 60 + i64::from(minutes))
        }
    };
    let sound = (1..=12).contains(&month)
        && (1..=days_of_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    let minutes = (days_since_1970(year, month, day) * 24 + hour) * 60 + minute - offset;
    sound.then_some((minutes * 60 + second) * 1000 + millis)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar, for months 1 to 12.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leaps = before / 4 - before / 100 + before / 400;
    // 719,162 days lie between 0001-01-01 and 1970-01-01.
    let start_of_year = before * 365 + leaps - 719_162;
    let months: i64 = (1..month).map(|month| days_of_month(year, month)).sum();
    start_of_year + months + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_with_their_offset() {
        assert_eq!(read_time("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(read_time("1970-01-01 09:00:00.25+09:00"), Some(250));
        // date -d 2026-02-28T23:59:59-05:00 +%s
        assert_eq!(read_time("2026-02-28T23:59:59-05:00"), Some(1_772_341_199_000));
        assert_eq!(read_time("2000-02-29T00:00:00Z"), Some(951_782_400_000));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-04-01",
            "2026-04-01T09:30:00",
            "2025-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-04-01T24:00:00Z",
            "2026-04-01T09:30:00+9",
            "yesterday",
            "２０２６-04-01T09:30:00Z",
            "2026-04-01T09:30:00.Z",
        ] {
            assert_eq!(read_time(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            read_time(&text);
        }
    }
}
