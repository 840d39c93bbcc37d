//! The words that stand in the database for the domain's enums.

use shinsa_domain::{
    Arm, Lang, Operation, PlanPart, Preferred, ProbeKind, Provenance, Role, RunKind, RunState, Way,
};

pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Rater => "rater",
        Role::Adjudicator => "adjudicator",
        Role::Lead => "lead",
    }
}

pub(crate) fn role_from(word: &str) -> Option<Role> {
    [Role::Rater, Role::Adjudicator, Role::Lead].into_iter().find(|r| role(*r) == word)
}

pub(crate) fn lang_from(word: &str) -> Option<Lang> {
    [Lang::Ja, Lang::En].into_iter().find(|l| l.code() == word)
}

pub(crate) fn operation(operation: &Operation) -> &'static str {
    match operation {
        // The table knows five words; the body says what was set.
        Operation::Set { .. }
        | Operation::Cite { .. }
        | Operation::Skip { .. }
        | Operation::Flag { .. } => "set",
        Operation::Replace { .. } | Operation::Carry { .. } => "replace",
        Operation::Lock => "lock",
        Operation::Unlock => "unlock",
        Operation::Undo { .. } => "undo",
    }
}

pub(crate) fn way(way: Way) -> &'static str {
    match way {
        Way::Random => "random",
        Way::Disagreement => "disagreement",
        Way::Uncertainty => "uncertainty",
    }
}

pub(crate) fn way_from(word: &str) -> Option<Way> {
    [Way::Random, Way::Disagreement, Way::Uncertainty].into_iter().find(|w| way(*w) == word)
}

pub(crate) fn provenance(provenance: Provenance) -> &'static str {
    match provenance {
        Provenance::Unanimous => "unanimous",
        Provenance::Majority => "majority",
        Provenance::Adjudicated => "adjudicated",
    }
}

pub(crate) fn provenance_from(word: &str) -> Option<Provenance> {
    [Provenance::Unanimous, Provenance::Majority, Provenance::Adjudicated]
        .into_iter()
        .find(|p| provenance(*p) == word)
}

pub(crate) fn run_kind(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Train => "train",
        RunKind::Judge => "judge",
        RunKind::Generate => "generate",
        RunKind::Restructure => "restructure",
    }
}

pub(crate) fn run_kind_from(word: &str) -> Option<RunKind> {
    [RunKind::Train, RunKind::Judge, RunKind::Generate, RunKind::Restructure]
        .into_iter()
        .find(|k| run_kind(*k) == word)
}

pub(crate) fn probe_kind(kind: ProbeKind) -> &'static str {
    match kind {
        ProbeKind::Order => "order",
        ProbeKind::Verbosity => "verbosity",
    }
}

pub(crate) fn probe_kind_from(word: &str) -> Option<ProbeKind> {
    [ProbeKind::Order, ProbeKind::Verbosity].into_iter().find(|k| probe_kind(*k) == word)
}

pub(crate) fn arm(arm: Arm) -> &'static str {
    match arm {
        Arm::Plain => "plain",
        Arm::Changed => "changed",
    }
}

pub(crate) fn arm_from(word: &str) -> Option<Arm> {
    [Arm::Plain, Arm::Changed].into_iter().find(|a| arm(*a) == word)
}

pub(crate) fn run_state(state: RunState) -> &'static str {
    match state {
        RunState::Running => "running",
        RunState::Done => "done",
        RunState::Failed => "failed",
        RunState::Cancelled => "cancelled",
    }
}

pub(crate) fn run_state_from(word: &str) -> Option<RunState> {
    [RunState::Running, RunState::Done, RunState::Failed, RunState::Cancelled]
        .into_iter()
        .find(|s| run_state(*s) == word)
}

pub(crate) fn preferred(preferred: Preferred) -> &'static str {
    match preferred {
        Preferred::A => "a",
        Preferred::B => "b",
        Preferred::Tie => "tie",
        Preferred::CannotJudge => "cannot_judge",
    }
}

pub(crate) fn preferred_from(word: &str) -> Option<Preferred> {
    [Preferred::A, Preferred::B, Preferred::Tie, Preferred::CannotJudge]
        .into_iter()
        .find(|p| preferred(*p) == word)
}

pub(crate) fn plan_part(part: PlanPart) -> &'static str {
    match part {
        PlanPart::Calibration => "calibration",
        PlanPart::Base => "base",
        PlanPart::Overlap => "overlap",
        PlanPart::Audit => "audit",
        PlanPart::Kept => "kept",
    }
}

pub(crate) fn plan_part_from(word: &str) -> Option<PlanPart> {
    PlanPart::ALL.into_iter().find(|p| plan_part(*p) == word)
}
