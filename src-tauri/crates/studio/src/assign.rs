//! Who is to rate what: a lead's plan, looked at before it counts.
//!
//! With a plan each person's queue holds what the plan gives them and nothing else,
//! the calibration set first. Without one everybody may rate everything.

use crate::pace::Pace;
use crate::project::small;
use crate::studio::{Open, every};
use crate::watch::Watch;
use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{
    AssignmentPlan, AssignmentRules, Begun, OutputId, PlanId, PlanPart, PlannedRating, Rater,
    RaterId, Role, RubricRef,
};
use shinsa_jobs::Cancel;
use shinsa_store::{StoreError, TeamTimes, Tx};
use std::collections::{BTreeMap, BTreeSet};

/// How ratings are to be given out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AssignRequest {
    /// By which rubric.
    pub rubric: RubricRef,
    /// The names of those who take part; everybody in the role of a rater where empty.
    #[serde(default)]
    pub people: Vec<String>,
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
    /// Seed of everything drawn; a new one where absent.
    #[serde(default)]
    pub seed: Option<u32>,
    /// Seconds that a rating is taken to need, where the lead knows better.
    #[serde(default)]
    pub seconds: Option<f64>,
}

/// Where the seconds that a rating needs come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SecondsBasis {
    /// The median of the team's active seconds on finished outputs.
    Measured,
    /// The lead has said so.
    Given,
    /// Nothing was measured yet: a guess.
    Guess,
}

/// Ratings, counted by why they are given out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AssignParts {
    /// Everybody's first.
    pub calibration: u32,
    /// What any output gets.
    pub base: u32,
    /// More of them for a share.
    pub overlap: u32,
    /// One more for a random share.
    pub audit: u32,
}

/// One person's part of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AssignRater {
    /// The name.
    pub name: String,
    /// Ratings to be given and not begun.
    pub todo: u32,
    /// The same by why.
    pub parts: AssignParts,
    /// Ratings begun or ended; they stay.
    pub begun: u32,
    /// Hours for what is to be given.
    pub hours: f64,
}

/// A plan: what was asked for, and what it comes to now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AssignView {
    /// What was asked for, with the seed that was drawn.
    pub request: AssignRequest,
    /// Outputs in the plan.
    pub outputs: u32,
    /// Outputs in the project that the plan doesn't know: they came later.
    pub unplanned: u32,
    /// Everybody's ratings that are not begun, by why.
    pub parts: AssignParts,
    /// Person by person.
    pub raters: Vec<AssignRater>,
    /// Seconds that a rating is taken to need.
    pub seconds: f64,
    /// Where they come from.
    pub basis: SecondsBasis,
    /// Finished outputs that were timed.
    pub timed: u32,
    /// How many people's they are.
    pub timed_raters: u32,
    /// Hours of all of them together.
    pub hours: f64,
}

/// What taking a plan back came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AssignUndone {
    /// Whether there was a plan.
    pub withdrawn: bool,
    /// The plan that counts now; where there is none, everybody may rate everything.
    pub now: Option<AssignView>,
}

/// Seconds that a rating is taken to need before anything is measured. Nobody's
/// figure: it is told as a guess.
const GUESS_S: f64 = 90.0;
/// The phase in which a plan goes into the project.
const STORING: &str = "assign-store";
/// No rating takes longer than a day.
const MOST_S: f64 = 86_400.0;

/// What a plan is made of.
struct Ground {
    people: Vec<Rater>,
    outputs: Vec<OutputId>,
    begun: BTreeSet<(OutputId, RaterId)>,
    times: TeamTimes,
    /// The plan that counts, with its ratings.
    now: Option<(AssignmentPlan, Vec<PlannedRating>)>,
}

impl Studio {
    /// What a plan would come to; changes nothing. For the lead.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`, `unknown-rater`, `assignment-refused` with the
    /// problem, `cancelled`.
    pub fn assign_preview(
        &self,
        request: &AssignRequest,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<AssignView, StudioError> {
        let mut watch = Watch::new(cancel, on);
        let ground = self.ground(&request.rubric, Some(&mut watch))?;
        let rules = ground.rules(request, self.ctx.random())?;
        let planned = ground.allocate(&rules, &mut watch)?;
        Ok(ground.view(&request.rubric, &rules, &planned, request.seconds))
    }

    /// Makes a plan count: every queue is made anew by it, but for what is begun. The
    /// same request with the seed of a preview gives the plan that was looked at. For
    /// the lead.
    ///
    /// # Errors
    /// As [`Studio::assign_preview`]; nothing is then changed.
    pub fn assign(
        &self,
        request: &AssignRequest,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<AssignView, StudioError> {
        let mut watch = Watch::new(cancel, on);
        let ground = self.ground(&request.rubric, Some(&mut watch))?;
        let rules = ground.rules(request, self.ctx.random())?;
        let planned = ground.allocate(&rules, &mut watch)?;
        let view = ground.view(&request.rubric, &rules, &planned, request.seconds);
        let id = PlanId::new(self.ctx.now(), self.ctx.random());
        let plan = AssignmentPlan { id, rubric: request.rubric.clone(), rules };
        let queues = queues(&ground.people, &planned);
        watch.begin(STORING, planned.len() + length(&queues))?;
        self.with(|open| {
            let op = open.op(&self.ctx, "assign-by-plan")?;
            Ok(open.project.transact(&op, |tx| {
                tx.put_assignment_plan(&plan, &planned, &mut |done| watch.at(done))?;
                requeue(tx, &plan.rubric, &queues, planned.len(), &mut watch)
            })?)
        })?;
        Ok(view)
    }

    /// The plan that counts, and what is left of it. For the lead.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`.
    pub fn assignment(&self, rubric: &RubricRef) -> Result<Option<AssignView>, StudioError> {
        let ground = self.ground(rubric, None)?;
        Ok(ground
            .now
            .as_ref()
            .map(|(plan, planned)| ground.view(rubric, &plan.rules, planned, None)))
    }

    /// Takes the plan back: the one before it counts again, or none. What is begun
    /// stays. For the lead.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`, `cancelled`.
    pub fn unassign(
        &self,
        rubric: &RubricRef,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<AssignUndone, StudioError> {
        let mut watch = Watch::new(cancel, on);
        let ground = self.ground(rubric, Some(&mut watch))?;
        let withdrawn = self.with(|open| {
            let op = open.op(&self.ctx, "withdraw-assignments")?;
            open.project.transact(&op, |tx| {
                if tx.withdraw_assignment_plan(rubric)?.is_none() {
                    return Ok::<_, StudioError>(false);
                }
                let view = tx.view();
                let queues = match view.assignment_plan(rubric)? {
                    Some(before) => {
                        let planned = every(|page| view.planned_ratings(before.id, page))?;
                        queues(&ground.people, &planned)
                    }
                    None => ground.without_plan(),
                };
                watch.begin(STORING, length(&queues))?;
                requeue(tx, rubric, &queues, 0, &mut watch)?;
                Ok(true)
            })
        })?;
        Ok(AssignUndone { withdrawn, now: self.assignment(rubric)? })
    }

    /// All that a plan rests on, as it is now.
    fn ground(
        &self,
        rubric: &RubricRef,
        mut watch: Option<&mut Watch<'_>>,
    ) -> Result<Ground, StudioError> {
        let (people, times, plan, count) = self.with(|open: &mut Open| {
            let viewer = open.lead()?;
            open.rubric(&viewer, rubric)?;
            let view = open.project.view(&viewer);
            let count = usize::try_from(view.counts()?.outputs).unwrap_or(usize::MAX);
            let people = open.project.people()?;
            Ok((people, view.team_times(rubric)?, view.assignment_plan(rubric)?, count))
        })?;
        if let Some(watch) = &mut watch {
            watch.begin("assign-read", count)?;
        }
        let mut seen = 0;
        let mut go_on = |rows: usize| {
            seen += rows;
            if watch.as_mut().is_none_or(|watch| watch.at(seen.min(count))) {
                Ok(())
            } else {
                Err(StoreError::Cancelled)
            }
        };
        let outputs = self.chunks(|view, page| {
            let read = view.outputs(None, page)?;
            go_on(read.rows.len())?;
            Ok(read)
        })?;
        let outputs = outputs.into_iter().map(|row| row.id).collect();
        let begun = self.chunks(|view, page| {
            go_on(0)?;
            view.begun_ratings(rubric, page)
        })?;
        let now = match plan {
            Some(plan) => {
                let planned = self.chunks(|view, page| {
                    go_on(0)?;
                    view.planned_ratings(plan.id, page)
                })?;
                Some((plan, planned))
            }
            None => None,
        };
        Ok(Ground { people, outputs, begun: begun.into_iter().collect(), times, now })
    }
}

impl Ground {
    /// The ratings that rules come to.
    fn allocate(
        &self,
        rules: &AssignmentRules,
        watch: &mut Watch<'_>,
    ) -> Result<Vec<PlannedRating>, StudioError> {
        watch.begin("assign-draw", self.outputs.len())?;
        rules
            .allocate(&self.outputs, &self.drawn_before(), &mut |done| watch.at(done))
            .ok_or_else(StudioError::cancelled)
    }

    /// The rules that a request asks for; `drawn` seeds them where it doesn't say.
    fn rules(
        &self,
        request: &AssignRequest,
        drawn: [u8; 4],
    ) -> Result<AssignmentRules, StudioError> {
        let raters = if request.people.is_empty() {
            self.people.iter().filter(|p| p.role == Role::Rater).map(|p| p.id).collect()
        } else {
            let known: BTreeMap<&str, RaterId> =
                self.people.iter().map(|p| (p.name.as_str(), p.id)).collect();
            let find = |name: &String| {
                known.get(name.as_str()).copied().ok_or_else(|| {
                    StudioError::new("unknown-rater", format!("Nobody is called {name} here."))
                        .with("name", name)
                })
            };
            request.people.iter().map(find).collect::<Result<_, _>>()?
        };
        let rules = AssignmentRules {
            raters,
            per_output: request.per_output,
            overlap_share: request.overlap_share,
            overlap_raters: request.overlap_raters,
            calibration: request.calibration,
            audit_share: request.audit_share,
            seed: request.seed.unwrap_or(u32::from_le_bytes(drawn)),
        };
        if request.seconds.is_some_and(|s| !(s > 0.0 && s <= MOST_S)) {
            return Err(refused("seconds"));
        }
        rules.check(self.outputs.len()).map_err(|problem| refused(problem.word()))?;
        Ok(rules)
    }

    /// What is begun, each with what the plan that counts drew it for.
    fn drawn_before(&self) -> Begun {
        let mut drawn: BTreeMap<(OutputId, RaterId), (PlanPart, f64)> = BTreeMap::new();
        for one in self.now.iter().flat_map(|(_, planned)| planned) {
            if let Some(probability) = one.probability {
                drawn.insert((one.output, one.rater), (one.part, probability));
            }
        }
        self.begun.iter().map(|pair| (*pair, drawn.get(pair).copied())).collect()
    }

    /// The queues where no plan counts: everything for those who have begun; the
    /// others' are made when they first ask, as ever.
    fn without_plan(&self) -> Vec<(RaterId, Vec<OutputId>)> {
        let begun: BTreeSet<RaterId> = self.begun.iter().map(|(_, rater)| *rater).collect();
        let whole = |rater: RaterId| {
            let mut outputs = if begun.contains(&rater) { self.outputs.clone() } else { vec![] };
            outputs.sort_by_cached_key(|output| order(rater, *output));
            (rater, outputs)
        };
        self.people.iter().map(|person| whole(person.id)).collect()
    }

    fn view(
        &self,
        rubric: &RubricRef,
        rules: &AssignmentRules,
        planned: &[PlannedRating],
        given: Option<f64>,
    ) -> AssignView {
        let measured = Pace::of(&self.times.active_ms, 0).median_s;
        let (seconds, basis) = match (given, measured) {
            (Some(seconds), _) => (seconds, SecondsBasis::Given),
            (None, Some(seconds)) => (seconds, SecondsBasis::Measured),
            (None, None) => (GUESS_S, SecondsBasis::Guess),
        };
        let hours = |ratings: u32| f64::from(ratings) * seconds / 3_600.0;
        let named = |id: &RaterId| self.people.iter().find(|p| p.id == *id).map(|p| p.name.clone());
        let mut by_rater: BTreeMap<RaterId, (AssignParts, u32)> =
            rules.raters.iter().map(|id| (*id, Default::default())).collect();
        let mut parts = AssignParts::default();
        for (_, rater) in &self.begun {
            by_rater.entry(*rater).or_default().1 += 1;
        }
        for one in planned.iter().filter(|one| !self.begun.contains(&(one.output, one.rater))) {
            let own = &mut by_rater.entry(one.rater).or_default().0;
            parts.count(one.part);
            own.count(one.part);
        }
        let outputs: BTreeSet<OutputId> = planned.iter().map(|one| one.output).collect();
        let unplanned = self.outputs.iter().filter(|output| !outputs.contains(*output)).count();
        // In the order in which people came.
        let raters = self.people.iter().filter_map(|person| {
            let (own, begun) = by_rater.get(&person.id)?;
            Some(AssignRater {
                name: person.name.clone(),
                todo: own.sum(),
                parts: *own,
                begun: *begun,
                hours: hours(own.sum()),
            })
        });
        AssignView {
            request: AssignRequest {
                rubric: rubric.clone(),
                people: rules.raters.iter().filter_map(named).collect(),
                per_output: rules.per_output,
                overlap_share: rules.overlap_share,
                overlap_raters: rules.overlap_raters,
                calibration: rules.calibration,
                audit_share: rules.audit_share,
                seed: Some(rules.seed),
                seconds: given,
            },
            outputs: small(outputs.len()),
            unplanned: small(unplanned),
            parts,
            raters: raters.collect(),
            seconds,
            basis,
            timed: small(self.times.active_ms.len()),
            timed_raters: small(self.times.raters),
            hours: hours(parts.sum()),
        }
    }
}

impl AssignParts {
    fn count(&mut self, part: PlanPart) {
        *match part {
            PlanPart::Calibration => &mut self.calibration,
            // What is kept and yet not begun was begun once and taken back.
            PlanPart::Base | PlanPart::Kept => &mut self.base,
            PlanPart::Overlap => &mut self.overlap,
            PlanPart::Audit => &mut self.audit,
        } += 1;
    }

    fn sum(&self) -> u32 {
        self.calibration + self.base + self.overlap + self.audit
    }
}

/// Everyone's queue by a plan: the calibration set first, each part in the person's
/// own order. Who has nothing in the plan has an empty one.
fn queues(people: &[Rater], planned: &[PlannedRating]) -> Vec<(RaterId, Vec<OutputId>)> {
    let mut of: BTreeMap<RaterId, Vec<&PlannedRating>> = BTreeMap::new();
    for one in planned {
        of.entry(one.rater).or_default().push(one);
    }
    let queue = |rater: RaterId| {
        let mut own = of.get(&rater).cloned().unwrap_or_default();
        own.sort_by_cached_key(|one| (one.part != PlanPart::Calibration, order(rater, one.output)));
        (rater, own.into_iter().map(|one| one.output).collect())
    };
    people.iter().map(|person| queue(person.id)).collect()
}

/// Makes everyone's queue anew, after `before` other steps of the phase.
fn requeue(
    tx: &Tx<'_>,
    rubric: &RubricRef,
    queues: &[(RaterId, Vec<OutputId>)],
    mut before: usize,
    watch: &mut Watch<'_>,
) -> Result<(), StoreError> {
    for (rater, outputs) in queues {
        tx.requeue(*rater, rubric, outputs, &mut |done| watch.at(before + done))?;
        before += outputs.len();
    }
    Ok(())
}

fn length(queues: &[(RaterId, Vec<OutputId>)]) -> usize {
    queues.iter().map(|(_, outputs)| outputs.len()).sum()
}

/// A place in a rater's own order: by a hash of rater and output, which is random,
/// differs from rater to rater, and is the same whenever a queue is made.
pub(crate) fn order(rater: RaterId, output: OutputId) -> [u8; 32] {
    *blake3::hash(format!("order\n{rater}\n{output}").as_bytes()).as_bytes()
}

fn refused(problem: &str) -> StudioError {
    StudioError::new("assignment-refused", format!("The plan can't be made: {problem}."))
        .with("problem", problem)
}
