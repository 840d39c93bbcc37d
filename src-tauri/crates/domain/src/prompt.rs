//! Prompts: a case rendered through a prompt template.

use crate::{CaseId, Hash, PromptId};
use serde::{Deserialize, Serialize};

/// What a model was asked about a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Stable identity.
    pub id: PromptId,
    /// The case it is about.
    pub case: CaseId,
    /// Hash of the template it was rendered with; `None` when it came ready-made.
    pub template: Option<Hash>,
    /// The rendered text.
    pub text: String,
}
