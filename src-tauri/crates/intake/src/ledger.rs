//! Problems of a file's rows, kept within bounds.

use std::collections::BTreeMap;

use crate::limits::Limits;
use crate::problem::{Code, Problem, Severity};

/// Gathers problems. Errors are kept up to [`Limits::max_problems`]; beyond
/// that the file as a whole is refused. Warnings of one kind in one column are
/// kept up to [`Limits::max_warnings_of_a_kind`] and then only counted, so that
/// a harmless oddity of every row neither fills memory nor hides the errors.
#[derive(Debug)]
pub(crate) struct Ledger<'l> {
    limits: &'l Limits,
    problems: Vec<Problem>,
    errors: usize,
    warnings: BTreeMap<(Code, Option<String>), u64>,
}

impl<'l> Ledger<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self { limits, problems: Vec::new(), errors: 0, warnings: BTreeMap::new() }
    }

    /// Adds the problems of one row.
    pub(crate) fn add(&mut self, problems: impl IntoIterator<Item = Problem>) {
        for problem in problems {
            let keep = match problem.severity {
                Severity::Error => {
                    self.errors += 1;
                    self.errors <= self.limits.max_problems
                }
                Severity::Warning => {
                    let kind = (problem.code, problem.column.clone());
                    let seen = self.warnings.entry(kind).or_default();
                    *seen += 1;
                    *seen <= self.limits.max_warnings_of_a_kind
                }
            };
            if keep {
                self.problems.push(problem);
            }
        }
    }

    /// Everything kept, and what was only counted.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        if self.errors > self.limits.max_problems {
            let full =
                Problem::of_file(Code::TooManyProblems).with("limit", self.limits.max_problems);
            self.problems.push(full);
        }
        for ((code, column), seen) in self.warnings {
            if let Some(more @ 1..) = seen.checked_sub(self.limits.max_warnings_of_a_kind) {
                let mut rest = Problem::of_file(Code::MoreWarnings)
                    .with("count", more)
                    .with("code", code.as_str());
                rest.column = column;
                self.problems.push(rest);
            }
        }
        self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_of_every_row_are_counted_and_never_refuse_the_file() {
        let limits = Limits { max_problems: 3, max_warnings_of_a_kind: 2, ..Limits::default() };
        let mut ledger = Ledger::new(&limits);
        for row in 1..=10 {
            ledger.add([Problem::of_row(Code::GaijiCharacter, row, row).in_column("内容")]);
        }
        ledger.add([Problem::of_row(Code::FieldEmpty, 11, 11)]);
        let kept = ledger.finish();
        assert_eq!(kept.len(), 4);
        assert_eq!(kept[2].code, Code::FieldEmpty);
        assert_eq!((kept[3].code, kept[3].args["count"].as_str()), (Code::MoreWarnings, "8"));
        assert!(kept.iter().all(|p| p.row.is_some() || p.severity == Severity::Warning));
    }
}
