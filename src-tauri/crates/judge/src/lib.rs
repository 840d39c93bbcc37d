//! Judging: grammar, sampling, verdicts.
