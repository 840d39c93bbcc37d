//! Repeats within one file of ratings.

use std::collections::BTreeMap;

use super::record::RatingRecord;

/// Which ratings a file has had so far.
#[derive(Debug, Default)]
pub(super) struct Seen(BTreeMap<String, u64>);

impl Seen {
    /// What the rating is known by and the row of the first one like it, if
    /// there was one: the same rater, output, rubric and time.
    pub(super) fn again(&mut self, record: &RatingRecord, row: u64) -> Option<(String, u64)> {
        let version = record.version.map(|version| format!("@{version}")).unwrap_or_default();
        let name = format!("{} / {} / {}{version}", record.output, record.rater, record.rubric);
        let key = match record.at {
            Some(at) => format!("{name} / {at}"),
            None => name.clone(),
        };
        match self.0.get(&key) {
            Some(first) => Some((name, *first)),
            None => {
                self.0.insert(key, row);
                None
            }
        }
    }
}
