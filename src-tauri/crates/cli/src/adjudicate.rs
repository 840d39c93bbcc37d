//! `shinsa adjudicate`: where raters differ, a person decides.

use crate::args::AdjudicateArgs;
use crate::out::Out;
use serde_json::json;
use shinsa_studio::{
    Adjudicate, AdjudicationEntry, AdjudicationItem, AdjudicationQueue, Decision, OpenAdjudication,
    RubricRef, Studio, StudioError,
};

/// Lists, shows, decides, settles or takes back, by the arguments.
pub fn adjudicate(
    studio: &Studio,
    out: &Out,
    args: &AdjudicateArgs,
    rubric: RubricRef,
) -> Result<u8, StudioError> {
    if args.settle {
        let reply = studio.settle_agreed(&rubric)?;
        out.say("cli-adjudicate-settled", &[("count", reply.settled.into())]);
        return out.object(&reply).map(|()| 0);
    }
    let queue = studio.adjudication_queue(&rubric)?;
    let Some(key) = &args.output else { return list(out, &queue) };
    let entry = queue.entries.iter().find(|entry| entry.output == *key).ok_or_else(|| {
        StudioError::new("too-few-ratings", "Fewer than two people have rated this output.")
            .with("output", key)
    })?;
    let request = OpenAdjudication { output_id: entry.output_id.clone(), rubric };
    if args.withdraw {
        let withdrawn = studio.withdraw_gold(&request)?;
        out.say("cli-adjudicate-withdrawn", &[("output", key.as_str().into())]);
        return out.object(&json!({ "withdrawn": withdrawn })).map(|()| 0);
    }
    match &args.decision {
        None => show(out, entry, &studio.open_adjudication(&request)?),
        Some(file) => {
            let decision = Decision::read(file)?;
            let reply = studio.adjudicate(&Adjudicate {
                output_id: request.output_id,
                rubric: request.rubric,
                answers: decision.answers,
                causes: decision.causes,
            })?;
            for problem in &reply.problems {
                out.line(&format!("  {}: {}", problem.criterion, problem.code));
            }
            for criterion in &reply.without_cause {
                out.say("cli-adjudicate-no-cause", &[("criterion", criterion.as_str().into())]);
            }
            let stored = reply.problems.is_empty() && reply.without_cause.is_empty();
            if stored {
                out.say("cli-adjudicate-decided", &[("output", key.as_str().into())]);
            }
            out.object(&reply)?;
            Ok(if stored { 0 } else { crate::PROBLEMS })
        }
    }
}

fn list(out: &Out, queue: &AdjudicationQueue) -> Result<u8, StudioError> {
    out.say(
        "cli-adjudicate",
        &[
            ("open", queue.open.into()),
            ("agreed", queue.agreed.into()),
            ("decided", queue.decided.into()),
        ],
    );
    for entry in queue.entries.iter().filter(|entry| !entry.differing.is_empty()) {
        let gold = entry.gold.map_or("", |_| "*");
        out.line(&format!("  {}{gold}  {}", entry.output, entry.differing.join(", ")));
    }
    out.object(queue).map(|()| 0)
}

fn show(out: &Out, entry: &AdjudicationEntry, item: &AdjudicationItem) -> Result<u8, StudioError> {
    out.line(&item.output_text);
    for ((letter, answers), evidence) in ('A'..='Z').zip(&item.ratings).zip(&item.evidence) {
        out.line(&format!("{letter}  {}", serde_json::to_string(answers)?));
        for (question, spans) in evidence {
            for span in spans {
                let said = [
                    ("question", question.as_str().into()),
                    ("quote", span.quote.as_str().into()),
                    ("start", span.start.into()),
                    ("end", span.end.into()),
                ];
                out.line(&format!("   {}", out.t("cli-adjudicate-passage", &said)));
            }
        }
    }
    out.line(&format!("≠  {}", entry.differing.join(", ")));
    out.object(item).map(|()| 0)
}
