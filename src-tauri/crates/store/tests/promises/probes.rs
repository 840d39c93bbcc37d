//! Probes: kept apart from what judges say, and for the lead alone.

use serde_json::json;
use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, id};

fn probe(sample: &Sample) -> Probe {
    Probe {
        id: id!(sample.clock(), RunId),
        kind: ProbeKind::Verbosity,
        name: "long".into(),
        config: json!({"config-canary": 1}),
        state: RunState::Running,
        started: 1,
        ended: None,
        passport: None,
        figures: json!(null),
    }
}

#[test]
fn a_probes_verdicts_are_no_judges_verdicts_and_only_a_lead_reads_them() {
    let mut sample = Sample::new(1);
    let run = sample.run("judge").id;
    let mut probe = probe(&sample);
    let verdict = |sample: &Sample, arm| ProbeVerdict {
        arm,
        verdict: Verdict { run: probe.id, ..sample.verdict(run, 0, 0) },
    };
    let both = [verdict(&sample, Arm::Plain), verdict(&sample, Arm::Changed)];
    let op = sample.op("probe");
    sample
        .project
        .transact(&op, |tx| {
            tx.insert_probe(&probe)?;
            both.iter().try_for_each(|one| tx.insert_probe_verdict(one))
        })
        .unwrap();
    let page = Page::first(9);
    let lead = sample.as_lead();
    let view = sample.project.view(&lead);
    assert_eq!(view.probe_verdicts(probe.id, page).unwrap().rows, both);
    assert_eq!(view.probe_by_name("long").unwrap().as_ref(), Some(&probe));
    // Nowhere among the verdicts, the runs and their counts.
    assert!(view.verdicts_of(sample.outputs[0]).unwrap().is_empty());
    assert!(view.verdicts(probe.id, page).unwrap().rows.is_empty());
    assert_eq!(view.counts().unwrap().verdicts, 0);
    assert_eq!(view.runs(None, page).unwrap().rows.len(), 1);
    for viewer in [sample.as_rater(0), sample.as_adjudicator()] {
        let view = sample.project.view(&viewer);
        assert!(view.probes(page).unwrap().rows.is_empty());
        assert!(view.probe_verdicts(probe.id, page).unwrap().rows.is_empty());
        assert_eq!(view.probe_by_name("long").unwrap_err().code(), "not-allowed");
    }
    // One sample of an arm is stored once; a name is taken once.
    let again = verdict(&sample, Arm::Plain);
    let op = sample.op("again");
    assert!(sample.project.transact(&op, |tx| tx.insert_probe_verdict(&again)).is_err());
    let other = Probe { id: id!(sample.clock(), RunId), ..probe.clone() };
    let op = sample.op("again");
    let refused = sample.project.transact(&op, |tx| tx.insert_probe(&other)).unwrap_err();
    assert_eq!(refused.code(), "name-taken");
    probe.state = RunState::Done;
    let op = sample.op("end");
    sample.project.transact(&op, |tx| tx.update_probe(&probe)).unwrap();
    let lead = sample.as_lead();
    assert_eq!(sample.project.view(&lead).probes(page).unwrap().rows, [probe]);
}
