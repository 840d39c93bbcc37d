//! What a hostile workbook could do before its first cell is read: parts that
//! unpack to any size, and counts that are believed.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::limits::Limits;
use crate::problem::{Code, Problem};

/// Unpacks every part that will be read, up to the limit for all of them
/// together, and keeps none.
pub(super) fn check_parts(bytes: &[u8], limits: &Limits) -> Result<(), Problem> {
    let broken = |error: &dyn std::fmt::Display| {
        Problem::of_file(Code::WorkbookBroken).with("detail", error)
    };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut left = limits.max_bytes as u64;
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(|error| broken(&error))?;
        let name = part.name().map_err(|error| broken(&error))?.to_ascii_lowercase();
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let mut within = part.take(left.saturating_add(1));
        let size = if name.ends_with("sharedstrings.xml") {
            let mut all = Vec::new();
            within.read_to_end(&mut all).map_err(|error| broken(&error))?;
            if claims_more_strings(&all) {
                return Err(broken(&"uniqueCount"));
            }
            all.len() as u64
        } else {
            std::io::copy(&mut within, &mut std::io::sink()).map_err(|error| broken(&error))?
        };
        left = left.checked_sub(size).ok_or_else(|| {
            Problem::of_file(Code::FileTooLarge)
                .with("bytes", format!("> {}", limits.max_bytes))
                .with("limit", limits.max_bytes)
        })?;
    }
    Ok(())
}

/// True where the table of strings says that it has more of them than bytes:
/// the reader makes room for as many as it says.
fn claims_more_strings(part: &[u8]) -> bool {
    const NAME: &[u8] = b"uniqueCount";
    part.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME).any(|(at, _)| {
        let digits: String = part[at + NAME.len()..]
            .iter()
            .skip_while(|byte| !byte.is_ascii_digit() && **byte != b'>')
            .take_while(|byte| byte.is_ascii_digit())
            .map(|byte| char::from(*byte))
            .collect();
        !digits.is_empty() && digits.parse::<usize>().map_or(true, |count| count > part.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_strings_that_boasts_is_found_out() {
        assert!(!claims_more_strings(
            b"<sst count=\"2\" uniqueCount=\"1\"><si><t>a</t></si></sst>"
        ));
        assert!(claims_more_strings(b"<sst uniqueCount = '99999999999'/>"));
        assert!(claims_more_strings(b"<sst uniqueCount=\"99999999999999999999999999\"/>"));
    }
}
