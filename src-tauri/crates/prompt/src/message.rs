//! One turn of a conversation, as chat templates and training files know it.

use serde::{Deserialize, Serialize};

/// Who speaks in a [`Message`]; the names are those of chat templates and of
/// `messages` datasets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// What holds for the whole conversation (for a judge: the rubric).
    System,
    /// What is asked (for a judge: the case and the output).
    User,
    /// What the model answered (for a judge: the verdict).
    Assistant,
}

impl Role {
    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        }
    }
}

/// One turn: `{"role": "...", "content": "..."}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// Plain text.
    pub content: String,
}

impl Message {
    /// A system turn.
    pub fn system(content: impl Into<String>) -> Self {
        Message { role: Role::System, content: content.into() }
    }

    /// A user turn.
    pub fn user(content: impl Into<String>) -> Self {
        Message { role: Role::User, content: content.into() }
    }

    /// An assistant turn.
    pub fn assistant(content: impl Into<String>) -> Self {
        Message { role: Role::Assistant, content: content.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_and_writes_as_role_and_content() {
        let line = r#"{"role":"assistant","content":"はい"}"#;
        let message: Message = serde_json::from_str(line).unwrap();
        assert_eq!(message, Message::assistant("はい"));
        assert_eq!(serde_json::to_string(&message).unwrap(), line);
    }
}
