//! Cases, rubrics, ratings, verdicts, gold; scoring of a rubric. No I/O, no clock.
