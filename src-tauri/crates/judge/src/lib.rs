//! Judging: grammar, sampling, verdicts.
//!
//! A rating's JSON Schema becomes an [`Outline`], the outline a grammar, and
//! every verdict is written token by token under it: valid by construction, the
//! token limit included, with no repair and no retry. The rubric at the front of
//! all prompts is computed once; the verdicts of many outputs are continued
//! together. A verdict depends on the judge, the item and its seed, never on
//! what else is judged, in which order, or on how many threads.

mod constraint;
mod decode;
mod error;
mod feed;
mod generate;
mod items;
mod loaded;
mod outline;
mod passport;
mod plan;
pub mod remote;
mod run;
mod schedule;
mod spec;
mod tally;
mod vocabulary;
mod writer;

pub use constraint::{Grammars, Verdict};
pub use decode::{Decode, Local};
pub use error::JudgeError;
pub use generate::{GenerateItem, GenerateReport, GenerateSpec, Generated, generate};
pub use items::asked_places;
pub use outline::{Choice, Outline};
pub use run::{run, run_asking};
pub use shinsa_lm::Sampling;
pub use spec::{
    JudgeItem, JudgeReport, JudgeSpec, Method, Skipped, SpentSeconds, VerdictRecord, sample_seed,
};
pub use vocabulary::Vocabulary;

use shinsa_prompt::Message;

/// Messages in the form the model's chat template takes.
fn lm_messages(messages: &[Message]) -> Vec<shinsa_lm::Message> {
    messages
        .iter()
        .map(|message| shinsa_lm::Message {
            role: message.role.as_str().to_owned(),
            content: message.content.clone(),
        })
        .collect()
}
