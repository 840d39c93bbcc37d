//! What Shinsa is about, as values: cases, prompts, outputs, rubrics, ratings,
//! gold and verdicts, and the arithmetic of scoring a rubric.
//!
//! Nothing here reads a file, a clock or a random number: ids and times are
//! passed in, so that every rule can be tested as plain arithmetic.

mod answer;
mod assignment;
mod case;
mod combine;
mod distance;
mod draw;
mod evidence;
mod expected;
mod family;
mod gold;
mod hash;
mod id;
mod incident;
mod output;
mod preference;
mod probe;
mod prompt;
mod rating;
mod repeat;
pub mod rubric;
mod run;
mod text;
mod verdict;
mod viewer;

pub use answer::{Answer, Answers, Declined, Problem, check};
pub use assignment::{
    AssignmentPlan, AssignmentProblem, AssignmentRules, Begun, PlanPart, PlannedRating,
};
pub use case::{Case, CaseText};
pub use combine::{Combination, Combined, Voice, combine, own_answers};
pub use distance::{distance, farthest};
pub use draw::{Draw, QueueRule, Way, apart, expected_apart, widest};
pub use evidence::{Evidence, Span, asked_of, with_span};
pub use expected::{Spread, expected};
pub use family::model_family;
pub use gold::{Cause, Consolidated, Gold, Provenance, Tie, agreed, consolidate, differing};
pub use hash::{Hash, canonical_json, hash_bytes, hash_json};
pub use id::{
    CaseId, DeviceId, DraftId, EventId, GoldId, OutputId, PairId, PlanId, ProjectId, PromptId,
    RaterId, RepeatId, RunId, VerdictId,
};
pub use incident::{Incident, IncidentParts};
pub use output::{Origin, Output};
pub use preference::{Opinion, Pair, PreferenceEvent, Preferred, Votes};
pub use probe::{Arm, Probe, ProbeKind, ProbeVerdict, padded, reversed};
pub use prompt::Prompt;
pub use rating::{Operation, Rating, RatingEvent, fold};
pub use repeat::{Repeat, Repeated};
#[cfg(feature = "schemars")]
pub use rubric::rubric_format;
pub use rubric::{
    Audience, Condition, Criterion, CriterionFit, Fit, Kind, Level, Rubric, RubricError,
    RubricProblem, RubricRef, Score, Scoring, asks_the_same, carry_fits, rating_schema, score,
    texts_moved,
};
pub use run::{Run, RunKind, RunState};
pub use text::{Lang, Text};
pub use verdict::{LevelProbability, Verdict};
pub use viewer::{Rater, Role, Viewer};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;
