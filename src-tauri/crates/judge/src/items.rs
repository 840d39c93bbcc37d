//! Where a judging job's items come from: all of them in its specification, or
//! asked for as they are needed, so that neither side ever holds them all.

use serde_json::{Value, json};
use shinsa_jobs::{Answers, Cancel, Event};

use crate::JudgeError;
use crate::spec::{JudgeItem, JudgeSpec};

/// The items of a job.
pub(crate) enum Items<'a> {
    /// There.
    Here(&'a [JudgeItem]),
    /// With whoever asked for the job.
    Asked { count: usize, answers: &'a Answers, cancel: &'a Cancel },
}

impl<'a> Items<'a> {
    /// # Errors
    /// [`JudgeError::Spec`] for items in both places, or to be asked of nobody.
    pub(crate) fn of(
        spec: &'a JudgeSpec,
        answers: Option<&'a Answers>,
        cancel: &'a Cancel,
    ) -> Result<Self, JudgeError> {
        match (spec.asked, answers) {
            (0, _) => Ok(Self::Here(&spec.items)),
            (count, Some(answers)) if spec.items.is_empty() => {
                Ok(Self::Asked { count, answers, cancel })
            }
            _ => {
                let reason = "items are either in the specification or asked for".to_owned();
                Err(JudgeError::Spec { reason })
            }
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Here(items) => items.len(),
            Self::Asked { count, .. } => *count,
        }
    }

    /// Those at some places, in that order.
    ///
    /// # Errors
    /// [`JudgeError::Cancelled`]; [`JudgeError::Spec`] for an answer that isn't what
    /// was asked for.
    pub(crate) fn read(
        &self,
        at: &[usize],
        on: &mut dyn FnMut(Event),
    ) -> Result<Vec<JudgeItem>, JudgeError> {
        match self {
            Self::Here(items) => Ok(at.iter().filter_map(|&at| items.get(at).cloned()).collect()),
            Self::Asked { answers, cancel, .. } => {
                on(Event::Ask(asking(at)));
                let answer = answers.next(cancel).map_err(|failure| {
                    if failure.code == shinsa_jobs::Failure::CANCELLED {
                        JudgeError::Cancelled
                    } else {
                        JudgeError::Spec { reason: failure.message().to_owned() }
                    }
                })?;
                let items: Vec<JudgeItem> = serde_json::from_value(answer)
                    .map_err(|error| JudgeError::Spec { reason: error.to_string() })?;
                if items.len() != at.len() {
                    let reason = "other items came than were asked for".to_owned();
                    return Err(JudgeError::Spec { reason });
                }
                Ok(items)
            }
        }
    }
}

/// What is asked for by the places of items.
fn asking(at: &[usize]) -> Value {
    json!({ "items": at })
}

/// The places that a job asks for by an [`Event::Ask`]; its answer is the list of
/// [`JudgeItem`]s there.
#[must_use]
pub fn asked_places(asked: &Value) -> Vec<usize> {
    let places = asked["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    places.iter().filter_map(Value::as_u64).filter_map(|at| usize::try_from(at).ok()).collect()
}
