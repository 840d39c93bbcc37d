//! Who is to rate what: rules that a lead sets, and the ratings that they come to.
//!
//! Everything is drawn by hashes of one seed: the same rules, seed, outputs and
//! ratings give the same plan on every machine, in whatever order they are read.

use crate::{OutputId, PlanId, RaterId, RubricRef};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Why a person is to rate an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PlanPart {
    /// Everybody rates it, before anything else.
    Calibration,
    /// As many people as rate any output.
    Base,
    /// One more, of a share of the outputs, for agreement.
    Overlap,
    /// One more, of a random share of the outputs, to look over the others' shoulders.
    Audit,
    /// It was begun before the plan.
    Kept,
}

impl PlanPart {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 5] =
        [Self::Calibration, Self::Base, Self::Overlap, Self::Audit, Self::Kept];
}

/// How ratings are to be given out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentRules {
    /// Who takes part, each once.
    pub raters: Vec<RaterId>,
    /// How many of them rate any output.
    pub per_output: u32,
    /// The share of outputs that more of them rate, 0 to 1.
    pub overlap_share: f64,
    /// How many rate one of that share.
    pub overlap_raters: u32,
    /// How many outputs everybody rates first.
    pub calibration: u32,
    /// The share of outputs that get one more, independent rater, 0 to 1.
    pub audit_share: f64,
    /// Seed of everything drawn.
    pub seed: u32,
}

/// Rules that can't be followed. The words are the codes of their sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssignmentProblem {
    /// Nobody takes part, or somebody twice.
    Raters,
    /// There is nothing to rate.
    Outputs,
    /// Nobody, or more people than take part, would rate an output.
    PerOutput,
    /// The overlap's share is no share.
    OverlapShare,
    /// The overlap has no more raters than any output, or more than take part.
    OverlapRaters,
    /// The calibration set is larger than all outputs together.
    Calibration,
    /// The audit's share is no share.
    AuditShare,
    /// Everybody rates everything, so that nobody is left for an audit.
    Audit,
}

impl AssignmentProblem {
    /// The stable word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Raters => "raters",
            Self::Outputs => "outputs",
            Self::PerOutput => "per-output",
            Self::OverlapShare => "overlap-share",
            Self::OverlapRaters => "overlap-raters",
            Self::Calibration => "calibration",
            Self::AuditShare => "audit-share",
            Self::Audit => "audit",
        }
    }
}

/// One output that one person is to rate, or has begun.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedRating {
    /// What.
    pub output: OutputId,
    /// By whom.
    pub rater: RaterId,
    /// Why.
    pub part: PlanPart,
    /// How likely the output was to be drawn for that part, above 0 to 1; nothing for
    /// [`PlanPart::Kept`].
    pub probability: Option<f64>,
}

/// A plan as it is stored: its ratings lie beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct AssignmentPlan {
    /// Stable identity.
    pub id: PlanId,
    /// By which rubric.
    pub rubric: RubricRef,
    /// By which rules.
    pub rules: AssignmentRules,
}

/// Ratings that are begun or ended, each with what an earlier plan drew it for.
pub type Begun = BTreeMap<(OutputId, RaterId), Option<(PlanPart, f64)>>;

impl AssignmentRules {
    /// The first thing that is wrong with the rules for so many outputs.
    ///
    /// # Errors
    /// The problem.
    pub fn check(&self, outputs: usize) -> Result<(), AssignmentProblem> {
        use AssignmentProblem as Wrong;
        let people = self.raters.len();
        let share = |share: f64| (0.0..=1.0).contains(&share);
        let among = |count: u32, least: u32| {
            count >= least && usize::try_from(count).is_ok_and(|count| count <= people)
        };
        let wrong = [
            (
                people == 0 || self.raters.iter().collect::<BTreeSet<_>>().len() < people,
                Wrong::Raters,
            ),
            (outputs == 0, Wrong::Outputs),
            (!among(self.per_output, 1), Wrong::PerOutput),
            (!share(self.overlap_share), Wrong::OverlapShare),
            (
                self.overlap_share > 0.0 && !among(self.overlap_raters, self.per_output + 1),
                Wrong::OverlapRaters,
            ),
            (usize::try_from(self.calibration).is_ok_and(|m| m > outputs), Wrong::Calibration),
            (!share(self.audit_share), Wrong::AuditShare),
            (self.audit_share > 0.0 && !among(self.per_output + 1, 1), Wrong::Audit),
        ];
        wrong.iter().find(|(is, _)| *is).map_or(Ok(()), |(_, problem)| Err(*problem))
    }

    /// Every rating that the rules come to: first what is begun, whoever began it,
    /// then what is still to be given. Nobody gets an output twice; of those who could
    /// get one, the one with the least to do does, then the one who has shared fewest
    /// outputs with its other raters. `go_on` hears the outputs dealt with; `None` where it
    /// says no.
    #[must_use]
    pub fn allocate(
        &self,
        outputs: &[OutputId],
        begun: &Begun,
        go_on: &mut dyn FnMut(usize) -> bool,
    ) -> Option<Vec<PlannedRating>> {
        let drawn = self.draw(outputs);
        let mut planned: Vec<PlannedRating> = begun
            .iter()
            .map(|((output, rater), before)| PlannedRating {
                output: *output,
                rater: *rater,
                part: before.map_or(PlanPart::Kept, |(part, _)| part),
                probability: before.map(|(_, probability)| probability),
            })
            .collect();
        let mut there: BTreeMap<OutputId, Vec<(RaterId, PlanPart)>> = BTreeMap::new();
        let mut load: BTreeMap<RaterId, u64> = self.raters.iter().map(|r| (*r, 0)).collect();
        for one in &planned {
            there.entry(one.output).or_default().push((one.rater, one.part));
            load.entry(one.rater).and_modify(|n| *n += 1);
        }
        let mut shared: BTreeMap<(RaterId, RaterId), u64> = BTreeMap::new();
        let mut dealt = outputs.to_vec();
        dealt.sort_by_cached_key(|output| self.rank("deal", *output, None));
        for (done, output) in dealt.into_iter().enumerate() {
            if !go_on(done) {
                return None;
            }
            let Some(of) = drawn.get(&output) else { continue };
            let mut has = there.remove(&output).unwrap_or_default();
            let audited = has.iter().any(|(_, part)| *part == PlanPart::Audit);
            // Who has begun fills the first seats; of a calibration set everybody who
            // takes part has one of their own.
            let filled = if of.calibration {
                has.iter().filter(|(rater, _)| load.contains_key(rater)).count()
            } else {
                has.len() - usize::from(audited)
            };
            let mut give: Vec<_> = of.seats.get(filled..).unwrap_or_default().to_vec();
            give.extend(of.audit.filter(|_| !audited));
            for (part, probability) in give {
                let Some(rater) = self.next(output, &has, &load, &shared) else { break };
                for (other, _) in &has {
                    *shared.entry(pair(*other, rater)).or_default() += 1;
                }
                load.entry(rater).and_modify(|n| *n += 1);
                has.push((rater, part));
                planned.push(PlannedRating { output, rater, part, probability: Some(probability) });
            }
        }
        Some(planned)
    }

    /// Who rates an output next, of those who don't already.
    fn next(
        &self,
        output: OutputId,
        has: &[(RaterId, PlanPart)],
        load: &BTreeMap<RaterId, u64>,
        shared: &BTreeMap<(RaterId, RaterId), u64>,
    ) -> Option<RaterId> {
        let free = self.raters.iter().filter(|r| has.iter().all(|(other, _)| other != *r));
        free.min_by_key(|rater| {
            let together: u64 = has
                .iter()
                .map(|(other, _)| shared.get(&pair(*other, **rater)).copied().unwrap_or(0))
                .sum();
            (load.get(rater), together, self.rank("who", output, Some(**rater)))
        })
        .copied()
    }

    /// What each output was drawn for. By symmetry every output is as likely as any
    /// other to be drawn for a part: as many as are drawn, of all there are.
    fn draw(&self, outputs: &[OutputId]) -> BTreeMap<OutputId, Drawn> {
        let all = outputs.len();
        let by = |purpose: &str, mut of: Vec<OutputId>| {
            of.sort_by_cached_key(|output| self.rank(purpose, *output, None));
            of
        };
        #[allow(clippy::cast_precision_loss)] // counts of outputs
        let likely = |count: usize| count as f64 / all as f64;
        let mut rest = by("calibration", outputs.to_vec());
        let calibration = rest.drain(..(self.calibration as usize).min(all)).collect::<Vec<_>>();
        let overlap = by("overlap", rest.clone());
        let overlap = &overlap[..part_of(self.overlap_share, rest.len())];
        let in_overlap: BTreeSet<OutputId> = overlap.iter().copied().collect();
        // Where everybody rates it already, nobody is left for an audit.
        let everybody = self.overlap_raters as usize >= self.raters.len();
        let open: Vec<OutputId> = rest
            .iter()
            .filter(|output| !(everybody && in_overlap.contains(*output)))
            .copied()
            .collect();
        let audits = part_of(self.audit_share, rest.len()).min(open.len());
        let audit: BTreeSet<OutputId> = by("audit", open).into_iter().take(audits).collect();

        let first = (PlanPart::Calibration, likely(calibration.len()));
        let base = (PlanPart::Base, likely(rest.len()));
        let more = (PlanPart::Overlap, likely(overlap.len()));
        let mut drawn: BTreeMap<OutputId, Drawn> = calibration
            .iter()
            .map(|output| {
                let seats = vec![first; self.raters.len()];
                (*output, Drawn { calibration: true, seats, audit: None })
            })
            .collect();
        for output in rest {
            let mut seats = vec![base; self.per_output as usize];
            if in_overlap.contains(&output) {
                seats.resize((self.overlap_raters as usize).max(seats.len()), more);
            }
            let extra = (PlanPart::Audit, likely(audits));
            let audit = audit.contains(&output).then_some(extra);
            drawn.insert(output, Drawn { calibration: false, seats, audit });
        }
        drawn
    }

    /// A place in a random order, of its own for each purpose.
    fn rank(&self, purpose: &str, output: OutputId, rater: Option<RaterId>) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"shinsa-assignment-1\n").update(purpose.as_bytes());
        hasher.update(&self.seed.to_le_bytes()).update(output.0.as_bytes());
        if let Some(rater) = rater {
            hasher.update(rater.0.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

/// What an output was drawn for: its raters' seats, each with how likely the draw was.
struct Drawn {
    calibration: bool,
    seats: Vec<(PlanPart, f64)>,
    audit: Option<(PlanPart, f64)>,
}

fn pair(a: RaterId, b: RaterId) -> (RaterId, RaterId) {
    (a.min(b), a.max(b))
}

/// A share of a count, to the nearest whole.
fn part_of(share: f64, count: usize) -> usize {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let part = (share.clamp(0.0, 1.0) * count as f64).round() as usize;
    part.min(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(n: u16) -> Vec<OutputId> {
        (0..n).map(|i| OutputId::new(i64::from(i), [u8::try_from(i % 251).unwrap(); 10])).collect()
    }

    fn raters(n: u8) -> Vec<RaterId> {
        (0..n).map(|i| RaterId::new(i64::from(i), [i; 10])).collect()
    }

    fn rules(people: u8) -> AssignmentRules {
        AssignmentRules {
            raters: raters(people),
            per_output: 1,
            overlap_share: 0.2,
            overlap_raters: 2,
            calibration: 10,
            audit_share: 0.1,
            seed: 7,
        }
    }

    fn count(planned: &[PlannedRating], part: PlanPart) -> usize {
        planned.iter().filter(|one| one.part == part).count()
    }

    #[test]
    fn every_part_has_the_size_asked_for_and_its_probability() {
        let (rules, outputs) = (rules(4), outputs(210));
        let planned = rules.allocate(&outputs, &Begun::new(), &mut |_| true).unwrap();
        assert_eq!(count(&planned, PlanPart::Calibration), 10 * 4);
        assert_eq!(count(&planned, PlanPart::Base), 200);
        assert_eq!(count(&planned, PlanPart::Overlap), 40);
        assert_eq!(count(&planned, PlanPart::Audit), 20);
        for (part, probability) in [
            (PlanPart::Calibration, 10.0 / 210.0),
            (PlanPart::Base, 200.0 / 210.0),
            (PlanPart::Overlap, 40.0 / 210.0),
            (PlanPart::Audit, 20.0 / 210.0),
        ] {
            let all = planned.iter().filter(|one| one.part == part);
            assert!(all.clone().all(|one| one.probability == Some(probability)), "{part:?}");
        }
        let pairs: BTreeSet<_> = planned.iter().map(|one| (one.output, one.rater)).collect();
        assert_eq!(pairs.len(), planned.len(), "nobody gets an output twice");
    }

    #[test]
    fn everybody_gets_the_same_to_do_give_or_take_one() {
        for people in 2..6 {
            let planned =
                rules(people).allocate(&outputs(211), &Begun::new(), &mut |_| true).unwrap();
            let loads: Vec<usize> = raters(people)
                .iter()
                .map(|r| planned.iter().filter(|one| one.rater == *r).count())
                .collect();
            let (most, least) = (loads.iter().max().unwrap(), loads.iter().min().unwrap());
            assert!(most - least <= 1, "{loads:?}");
        }
    }

    #[test]
    fn who_overlaps_with_whom_is_spread_over_all_pairs() {
        let everything =
            AssignmentRules { overlap_share: 1.0, audit_share: 0.0, calibration: 0, ..rules(4) };
        let planned = everything.allocate(&outputs(120), &Begun::new(), &mut |_| true).unwrap();
        let mut of: BTreeMap<OutputId, Vec<RaterId>> = BTreeMap::new();
        planned.iter().for_each(|one| of.entry(one.output).or_default().push(one.rater));
        let mut pairs: BTreeMap<(RaterId, RaterId), usize> = BTreeMap::new();
        of.values().for_each(|two| *pairs.entry(pair(two[0], two[1])).or_default() += 1);
        // 120 outputs, six pairs.
        assert_eq!(pairs.len(), 6);
        assert!(pairs.values().all(|n| (15..=25).contains(n)), "{pairs:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_plan_in_whatever_order_the_outputs_come() {
        let (rules, mut outputs) = (rules(3), outputs(90));
        let sorted = |mut planned: Vec<PlannedRating>| {
            planned.sort_by_key(|one| (one.output, one.rater));
            planned
        };
        let one = sorted(rules.allocate(&outputs, &Begun::new(), &mut |_| true).unwrap());
        outputs.reverse();
        assert_eq!(sorted(rules.allocate(&outputs, &Begun::new(), &mut |_| true).unwrap()), one);
        let other = AssignmentRules { seed: 8, ..rules };
        assert_ne!(sorted(other.allocate(&outputs, &Begun::new(), &mut |_| true).unwrap()), one);
    }

    #[test]
    fn what_is_begun_is_kept_with_what_it_was_drawn_for_and_fills_a_seat() {
        let (rules, outputs) = (rules(3), outputs(60));
        let first = rules.allocate(&outputs, &Begun::new(), &mut |_| true).unwrap();
        let begun: Begun = first
            .iter()
            .step_by(3)
            .map(|one| ((one.output, one.rater), Some((one.part, one.probability.unwrap()))))
            .collect();
        let again = rules.allocate(&outputs, &begun, &mut |_| true).unwrap();
        assert_eq!(again.len(), first.len(), "no seat is filled twice");
        for ((output, rater), before) in &begun {
            let kept = again.iter().find(|o| (o.output, o.rater) == (*output, *rater)).unwrap();
            assert_eq!(Some((kept.part, kept.probability.unwrap())), *before);
        }
        // A calibration set is everybody's, whoever has left since.
        let all = AssignmentRules { calibration: 60, ..rules.clone() };
        let gone = Begun::from([((outputs[5], RaterId::new(99, [9; 10])), None)]);
        assert_eq!(all.allocate(&outputs, &gone, &mut |_| true).unwrap().len(), 60 * 3 + 1);
        // One who has left keeps what they began; nobody else need rate it.
        let alone = AssignmentRules {
            raters: raters(2),
            overlap_share: 0.0,
            audit_share: 0.0,
            calibration: 0,
            ..rules
        };
        let gone = RaterId::new(99, [9; 10]);
        let begun = Begun::from([((outputs[5], gone), None)]);
        let planned = alone.allocate(&outputs, &begun, &mut |_| true).unwrap();
        let of: Vec<_> = planned.iter().filter(|one| one.output == outputs[5]).collect();
        assert_eq!((of.len(), of[0].part, of[0].probability), (1, PlanPart::Kept, None));
    }

    #[test]
    fn rules_that_cannot_be_followed_are_named() {
        use AssignmentProblem as Wrong;
        let good = rules(3);
        assert_eq!(good.check(60), Ok(()));
        let wrong = |change: &dyn Fn(&mut AssignmentRules)| {
            let mut rules = good.clone();
            change(&mut rules);
            rules.check(60).unwrap_err()
        };
        assert_eq!(wrong(&|r| r.raters.clear()), Wrong::Raters);
        assert_eq!(wrong(&|r| r.raters.push(r.raters[0])), Wrong::Raters);
        assert_eq!(good.check(0), Err(Wrong::Outputs));
        assert_eq!(wrong(&|r| r.per_output = 0), Wrong::PerOutput);
        assert_eq!(wrong(&|r| r.per_output = 4), Wrong::PerOutput);
        assert_eq!(wrong(&|r| r.overlap_share = 1.1), Wrong::OverlapShare);
        assert_eq!(wrong(&|r| r.overlap_share = f64::NAN), Wrong::OverlapShare);
        assert_eq!(wrong(&|r| r.overlap_raters = 1), Wrong::OverlapRaters);
        assert_eq!(wrong(&|r| r.overlap_raters = 4), Wrong::OverlapRaters);
        assert_eq!(wrong(&|r| r.calibration = 61), Wrong::Calibration);
        assert_eq!(wrong(&|r| r.audit_share = -0.1), Wrong::AuditShare);
        let everybody = |r: &mut AssignmentRules| (r.per_output, r.overlap_share) = (3, 0.0);
        assert_eq!(wrong(&everybody), Wrong::Audit);
    }
}
